import { type Kysely, sql } from "kysely";
import type { RebuildQuery } from "../contract/aggregation.ts";
import type { Installation } from "../database/installation.ts";
import { runQuery } from "../database/run-query.ts";

interface ViewsToEstimate {
  db: Kysely<unknown>;
  installation: Installation;
  range: RebuildQuery;
  signal?: AbortSignal | undefined;
}

/** About how many page views are on these dates, by the planner: counting them would read as much as a rebuild. */
export async function estimatePageViews({
  db,
  installation: { page_views_schema, page_views_table, time_zone, columns, distributed },
  range: { date_from, date_to },
  signal,
}: ViewsToEstimate): Promise<number | null> {
  // a plan of Citus says nothing of shards
  if (distributed) return null;
  const viewedAt = sql.id("pv", columns["viewed_at"] ?? "viewed_at");
  const query = sql<{ "QUERY PLAN": string }>`
    explain select from ${sql.id(page_views_schema, page_views_table)} pv
    where ${viewedAt} >= ${date_from}::text::date::timestamp at time zone ${time_zone}
      and ${viewedAt} < (${date_to}::text::date + 1)::timestamp at time zone ${time_zone}
  `.compile(db);
  const [plan] = await runQuery({ db, query, signal });
  const [, rows] = /\brows=(\d+)/.exec(plan?.["QUERY PLAN"] ?? "") ?? [];
  return rows === undefined ? null : Number(rows);
}
