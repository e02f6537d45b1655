import { sql } from "kysely";
import type { Connection } from "../../database/connect.ts";
import { runQuery } from "../../database/run-query.ts";
import type { PageViewColumns } from "./page-view-columns.ts";

/** How long a page was looked at in all, in whole seconds. */
export interface TimeRow {
  page_view_id: string;
  seconds: number;
}

interface TimesToRecord {
  connection: Connection;
  columns: PageViewColumns;
  times: readonly TimeRow[];
  signal?: AbortSignal | undefined;
}

/** Records times by one statement; a time only grows. Returns the ids of the page views that are there. */
export async function recordTimes(call: TimesToRecord): Promise<ReadonlySet<string>> {
  const { connection, columns, times, signal } = call;
  if (times.length === 0) return new Set();
  if ((await connection.installation()).distributed) return recordSpreadTimes(call);
  const range = columns.partitioned === undefined ? undefined : await collectedRange(call);
  if (range === null) return new Set();
  const query = await recording({ ...call, range });
  const found = await runQuery({ db: connection.db, query, signal });
  return new Set(found.map(({ id }) => id));
}

// Where page views are spread over servers, no statement locks rows of several shards in one order: each shard's grow by themselves.
async function recordSpreadTimes({
  connection,
  columns: { key, key_type, names },
  times,
  signal,
}: TimesToRecord): Promise<ReadonlySet<string>> {
  const { db } = connection;
  const { page_views_schema, page_views_table } = await connection.installation();
  const pageViews = sql.id(page_views_schema, page_views_table);
  const seconds = new Map<string, number>();
  for (const time of times) {
    seconds.set(time.page_view_id, Math.max(time.seconds, seconds.get(time.page_view_id) ?? 0));
  }
  const ids = sql`${[...seconds.keys()]}::text[]::${sql.raw(key_type)}[]`;
  const given = sql`(${JSON.stringify(Object.fromEntries(seconds))}::text::jsonb ->> ${sql.id(key)}::text)::int4`;
  const time = sql.id(names.time_on_page);
  const growing = sql`
    update ${pageViews} set ${time} = ${given}
    where ${sql.id(key)} = any (${ids}) and (${time} is null or ${time} < ${given})
  `.compile(db);
  await runQuery({ db, query: growing, signal });
  const found = sql<{ id: string }>`
    select ${sql.id(key)}::text as id from ${pageViews} where ${sql.id(key)} = any (${ids})
  `.compile(db);
  return new Set((await runQuery({ db, query: found, signal })).map(({ id }) => id));
}

/** From when until when page views were, as the database writes it. */
interface Range {
  first: string;
  last: string;
}

// From when until when were these page views? Known beforehand, the planner has but their partitions to look at.
async function collectedRange({
  connection: { db, schema },
  times,
  signal,
}: TimesToRecord): Promise<Range | null> {
  const query = sql<Range | { first: null; last: null }>`
    select min(c.viewed_at)::text as first, max(c.viewed_at)::text as last
    from ${sql.id(schema, "collected_page_views")} c
    where c.page_view_id = any(${times.map(({ page_view_id }) => page_view_id)}::text[]::uuid[])
  `.compile(db);
  const [range] = await runQuery({ db, query, signal });
  return range === undefined || range.first === null ? null : range;
}

// Which of these page views are there, and let their times grow to what is given. They are locked in the order of
// their ids: two calls about the same views wait for each other, and do not deadlock.
async function recording({
  connection,
  columns: { key, key_type, names },
  times,
  range,
}: TimesToRecord & { range: Range | undefined }) {
  const { page_views_schema, page_views_table } = await connection.installation();
  const pageViews = sql.id(page_views_schema, page_views_table);
  const id = sql.id("pv", key);
  const time = sql.id("pv", names.time_on_page);
  const isInRange =
    range === undefined
      ? sql`true`
      : sql`${sql.id("pv", names.viewed_at)} between ${range.first}::timestamptz and ${range.last}::timestamptz`;
  return sql<{ id: string }>`
    with found as materialized (
      select ${id} as id, v.seconds
      from (
        select g.id, max(g.seconds) as seconds
        from unnest(
          ${times.map(({ page_view_id }) => page_view_id)}::text[]::${sql.raw(key_type)}[],
          ${times.map(({ seconds }) => seconds)}::text[]::int4[]
        ) g (id, seconds)
        group by g.id
      ) v
      join ${pageViews} pv on ${id} = v.id and ${isInRange}
      order by ${id}
      for no key update of pv
    ),
    grown as (
      update ${pageViews} pv set ${sql.id(names.time_on_page)} = f.seconds
      from found f
      where ${id} = f.id and ${isInRange} and (${time} is null or ${time} < f.seconds)
    )
    select f.id::text as id from found f
  `.compile(connection.db);
}
