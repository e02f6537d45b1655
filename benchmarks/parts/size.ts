import type { Bench } from "../bench.ts";
import type { ContenderName } from "../contenders/contender.ts";
import { spreadOf } from "../timing/spread.ts";

/** How many bytes on disk each page view costs: everybody's tables with their indexes, then ours one by one. */
export async function size(bench: Bench): Promise<void> {
  const note = (question: string, contender: ContenderName, bytes: number): void => {
    const cell = { part: "size", entity: null, unit: "bytes per view" } as const;
    bench.record({ ...cell, question, contender, spread: spreadOf([bytes / bench.size]) });
  };
  const everything = "all tables and indexes";
  const rollups = await rollupTables(bench);

  note(everything, "headcount", (await bytesOf(bench, rollups)).total);
  note(everything, "raw", (await bytesOf(bench, ["page_views"])).total);
  if (bench.contenders.some(({ name }) => name === "plan")) {
    const tables = ["plan.analytics_aggregates", "plan.analytics_visitors"];
    note(everything, "plan", (await bytesOf(bench, tables)).total);
  }
  for (const table of rollups) {
    const { total, indexes } = await bytesOf(bench, [table]);
    note(`${table}, rows`, "headcount", total - indexes);
    note(`${table}, indexes`, "headcount", indexes);
  }
}

async function rollupTables({ pool }: Bench): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name
     from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and (c.relname like 'analytics\\_%' or c.relname = 'visitor_sessions')
       and c.relname not in ('analytics_settings', 'analytics_fold_state')
     order by c.relname`,
  );
  return rows.map(({ name }) => name);
}

async function bytesOf(
  { pool }: Bench,
  tables: readonly string[],
): Promise<{ total: number; indexes: number }> {
  const { rows } = await pool.query<{ total: number; indexes: number }>(
    `select
       sum(pg_total_relation_size(t.name::regclass))::float8 as total,
       sum(pg_indexes_size(t.name::regclass))::float8 as indexes
     from unnest($1::text[]) as t (name)`,
    [tables],
  );
  return rows[0] ?? { total: 0, indexes: 0 };
}
