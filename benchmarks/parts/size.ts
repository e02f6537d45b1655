import type { Bench } from "../bench.ts";
import type { ContenderName } from "../contenders/contender.ts";
import { spreadOf } from "../timing/spread.ts";

const rollups = [
  "analytics_aggregates",
  "analytics_visitors",
  "analytics_visitor_days",
  "analytics_visitor_returns",
  "visitor_sessions",
] as const;

/** How many bytes on disk each page view costs, indexes included. */
export async function size(bench: Bench): Promise<void> {
  const measure = async (
    question: string,
    contender: ContenderName,
    tables: readonly string[],
  ): Promise<void> => {
    const perView = (await bytesOf(bench, tables)) / bench.size;
    const cell = { part: "size", entity: null, unit: "bytes per view" } as const;
    bench.record({ ...cell, question, contender, spread: spreadOf([perView]) });
  };

  await measure("all tables and indexes", "raw", ["page_views"]);
  await measure("all tables and indexes", "headcount", rollups);
  const others = bench.contenders.map(({ name }) => name);
  if (others.includes("plan")) {
    const tables = ["plan.analytics_aggregates", "plan.analytics_visitors"];
    await measure("all tables and indexes", "plan", tables);
  }
  for (const table of rollups) await measure(table, "headcount", [table]);
}

async function bytesOf({ pool }: Bench, tables: readonly string[]): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(
    "select sum(pg_total_relation_size(t.name::regclass))::float8 as bytes from unnest($1::text[]) as t (name)",
    [tables],
  );
  return rows[0]?.bytes ?? 0;
}
