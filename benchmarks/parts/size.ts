import type { Bench } from "../bench.ts";
import type { ContenderName } from "../results/contender-names.ts";
import { readRollupBytes, readTableBytes } from "../server/installation.ts";
import { spreadOf } from "../timing/spread.ts";

/** How many bytes on disk each page view costs: everybody's tables with their indexes, then ours one by one. */
export async function size(bench: Bench): Promise<void> {
  const { pool, installation, contenders } = bench;
  const note = (question: string, contender: ContenderName, bytes: number): void => {
    const cell = { part: "size", entity: null, unit: "bytes per view" } as const;
    bench.record({ ...cell, question, contender, spread: spreadOf([bytes / bench.size]) });
  };
  const everything = "all tables and indexes";
  const stored = await readRollupBytes(pool, installation);

  note(
    everything,
    "headcount",
    stored.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  note(everything, "raw", await readTableBytes(pool, "public.page_views"));
  if (contenders.some(({ name }) => name === "plan")) {
    const aggregates = await readTableBytes(pool, "plan.analytics_aggregates");
    note(everything, "plan", aggregates + (await readTableBytes(pool, "plan.analytics_visitors")));
  }
  if (contenders.some(({ name }) => name === "roaring")) {
    const days = await readTableBytes(pool, "roaring.days");
    note(everything, "roaring", days + (await readTableBytes(pool, "roaring.visitors")));
  }
  for (const { name, bytes } of stored) note(name, "headcount", bytes);
}
