import { readRollupBytes, readTableBytes } from "../server/installation.ts";
import { spreadOf } from "../timing/spread.ts";
import type { Pair } from "./pair.ts";

// Tables of one row say nothing of page views.
const minBytesPerView = 0.1;

/** How many bytes on disk each page view costs in the rollups: all of them, and table by table and index by index. */
export async function size({ sides, record }: Pair, when: string): Promise<void> {
  for (const { name: contender, pool, installation } of sides) {
    const { rows } = await pool.query<{ views: number }>(
      "select count(*)::float8 as views from page_views",
    );
    const recordBytes = (what: string, bytes: number): void => {
      const bytesPerView = bytes / (rows[0]?.views ?? 1);
      if (bytesPerView < minBytesPerView) return;
      const cell = { part: "size", entity: null, contender, unit: "bytes per view" } as const;
      record({ ...cell, question: `${what}, ${when}`, spread: spreadOf([bytesPerView]) });
    };
    const stored = await readRollupBytes(pool, installation);
    const all = stored.reduce((sum, { bytes }) => sum + bytes, 0);
    recordBytes("all rollups", all);
    recordBytes("page views with their indexes", await readTableBytes(pool, "public.page_views"));
    for (const { name, bytes } of stored) recordBytes(name, bytes);
  }
}
