import type { Pool } from "pg";
import type { Count, SeriesQuestion } from "../questions/question.ts";
import type { Participation } from "./participation.ts";
import { visitorOfView } from "./visitor-of-view.ts";

/**
 * TimescaleDB: page views in a hypertable of its own, and a continuous aggregate with exact unique visitors by day.
 * Days cannot be combined to weeks or ranges exactly, so it is asked for days only.
 */
export async function timescale(pool: Pool): Promise<Participation> {
  const { rows } = await pool.query<{ version: string }>(
    "select e.default_version as version from pg_available_extensions e where e.name = 'timescaledb'",
  );
  const [extension] = rows;
  if (extension === undefined) return { reason: "the server has no extension timescaledb" };

  await pool.query("create extension if not exists timescaledb");
  await pool.query("create schema timescale");
  await pool.query("create table timescale.page_views (like public.page_views including defaults)");
  await pool.query("select create_hypertable('timescale.page_views', 'viewed_at')");
  await pool.query("insert into timescale.page_views table public.page_views");
  await pool.query(dailyAggregate);
  await pool.query("vacuum analyze timescale.page_views");
  return {
    version: extension.version,
    contender: {
      name: "timescale",
      asks: (question) =>
        question.kind === "series" && question.unit === "day" && !question.with_totals
          ? () => days(pool, question)
          : undefined,
    },
  };
}

/** Brings the continuous aggregate up to date with page views that came since. */
export async function refreshTimescale(pool: Pool): Promise<void> {
  await pool.query("call refresh_continuous_aggregate('timescale.daily', null, null)");
}

const dailyAggregate = `
  create materialized view timescale.daily with (timescaledb.continuous, timescaledb.materialized_only = false) as
  select
    v.entity_type, v.entity_id, time_bucket(interval '1 day', v.viewed_at) as day,
    count(*) as views,
    count(distinct ${visitorOfView}) as unique_visitors
  from timescale.page_views v
  group by 1, 2, 3`;

async function days(pool: Pool, { entity, date_from, date_to }: SeriesQuestion): Promise<Count[]> {
  const { rows } = await pool.query<Count>(
    `select
       to_char(d.day at time zone 'UTC', 'YYYY-MM-DD') as bucket,
       d.views::float8 as views, d.unique_visitors::float8 as unique_visitors
     from timescale.daily d
     where d.entity_type = $1 and d.entity_id = $2
       and d.day between $3::date::timestamp at time zone 'UTC' and $4::date::timestamp at time zone 'UTC'
     order by d.day`,
    [entity.entity_type, entity.entity_id, date_from, date_to],
  );
  return rows;
}
