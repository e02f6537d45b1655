import { type CompiledQuery, type Kysely, type RawBuilder, sql } from "kysely";
import type { Entity } from "../contract/entity.ts";
import type { Period } from "../contract/period.ts";
import { ofEntity } from "../database/of-entity.ts";
import type { AnalyticsDatabase } from "../database/tables.ts";
import type { Bucket, DayPeriod } from "./buckets.ts";
import type { DateRange } from "./date-range.ts";

/** One bucket of the series, or, without a date, the whole range. */
export interface SeriesRow {
  date: string | null;
  hour: number | null;
  views: number;
  unique_visitors: number;
  unique_accounts: number;
  avg_time_on_page: number | null;
  bounce_rate: number | null;
  /** `YYYY-MM-DD HH` in the reporting time zone when the statement ran; told once, with the whole range. */
  local_hour: string | null;
}

interface SeriesToQuery {
  db: Kysely<AnalyticsDatabase>;
  schema: string;
  entity: Entity;
  range: DateRange;
  period: Period;
  time_zone: string;
  /** The first bucket, when there are buckets of days. */
  first: Bucket | undefined;
}

/** How many viewed the entity in each bucket and over the range? One statement, so one snapshot. */
export function seriesQuery(series: SeriesToQuery): CompiledQuery<SeriesRow> {
  const { db, period, time_zone } = series;
  const rows = period === "hourly" ? hourRows(series) : dayRows({ ...series, period });
  return sql<SeriesRow>`
    with returned as (${returned(series)})
    select
      s.date, s.hour,
      coalesce(s.views, 0)::float8 as views,
      coalesce(s.visitors, 0)::float8 as unique_visitors,
      coalesce(s.accounts, 0)::float8 as unique_accounts,
      round(s.time_total::numeric / nullif(s.timed_views, 0), 2)::float8 as avg_time_on_page,
      round(100.0 * s.bounces / nullif(s.entries, 0), 2)::float8 as bounce_rate,
      case when s.date is null then to_char(now() at time zone ${time_zone}, 'YYYY-MM-DD HH24') end as local_hour
    from (${rows}) s
  `.compile(db);
}

type Series = Omit<SeriesToQuery, "db">;

/*
 * Exact for any dates: the unique visitors of a range are those who were new on one of its days, and those who
 * returned on one after a last visit before the range began. The same is true of the part that the range has of its
 * first bucket, and both begin on the same day.
 */
function returned({ schema, entity, range, first }: Series): RawBuilder<unknown> {
  const inFirst = sql`r.date <= ${first?.last_day ?? range.date_to}::date`;
  return sql`
    select
      coalesce(sum(r.visitors), 0) as visitors,
      coalesce(sum(r.accounts), 0) as accounts,
      coalesce(sum(r.visitors) filter (where ${inFirst}), 0) as visitors_in_first,
      coalesce(sum(r.accounts) filter (where ${inFirst}), 0) as accounts_in_first
    from ${sql.id(schema, "analytics_visitor_returns")} r
    where ${ofEntity("r", entity)} and ${onDates("r", range)} and r.prev_date < ${range.date_from}::date
  `;
}

// Day rows know how many of their visitors are the first of their period: the sum of a whole period is exact.
const countedBy = {
  daily: { unit: "day", visitors: "unique_visitors", accounts: "unique_accounts" },
  weekly: { unit: "week", visitors: "visitors_first_in_week", accounts: "accounts_first_in_week" },
  monthly: {
    unit: "month",
    visitors: "visitors_first_in_month",
    accounts: "accounts_first_in_month",
  },
  quarterly: {
    unit: "quarter",
    visitors: "visitors_first_in_quarter",
    accounts: "accounts_first_in_quarter",
  },
  yearly: { unit: "year", visitors: "visitors_first_in_year", accounts: "accounts_first_in_year" },
} as const satisfies Record<DayPeriod, object>;

// One scan of the day rows gives the buckets and the range.
function dayRows({
  schema,
  entity,
  range,
  period,
  first,
}: Series & { period: DayPeriod }): RawBuilder<unknown> {
  const { unit, visitors, accounts } = countedBy[period];
  const isCut = first !== undefined && first.first_day < range.date_from;
  const cutDay = isCut ? first.first_day : null;
  return sql`
    select
      to_char(b.first_day, 'YYYY-MM-DD') as date, null::int4 as hour, b.views, b.timed_views, b.time_total,
      b.entries, b.bounces,
      case
        when b.first_day is null then b.new_visitors + r.visitors
        when b.first_day = ${cutDay}::date then b.new_visitors + r.visitors_in_first
        else b.visitors
      end as visitors,
      case
        when b.first_day is null then b.new_accounts + r.accounts
        when b.first_day = ${cutDay}::date then b.new_accounts + r.accounts_in_first
        else b.accounts
      end as accounts
    from (
      select
        a.first_day,
        sum(a.total_views) as views, sum(a.timed_views) as timed_views, sum(a.time_total) as time_total,
        sum(a.entries) as entries, sum(a.bounces) as bounces,
        sum(a.new_visitors) as new_visitors, sum(a.new_accounts) as new_accounts,
        sum(a.${sql.ref(visitors)}) as visitors, sum(a.${sql.ref(accounts)}) as accounts
      from (
        select a.*, date_trunc(${sql.lit(unit)}, a.date::timestamp)::date as first_day
        from ${sql.id(schema, "analytics_aggregates")} a
        where ${ofEntity("a", entity)} and a.hour is null and ${onDates("a", range)}
      ) a
      group by grouping sets ((a.first_day), ())
    ) b
    cross join returned r
  `;
}

/*
 * The hours that the clocks of the zone showed: an hour that is skipped is no bucket, and one that comes twice is
 * one. A quarter of an hour is the finest step in which clocks are moved, and a day's margin is more than any shift.
 */
function hourRows(series: Series): RawBuilder<unknown> {
  const { schema, entity, range, time_zone } = series;
  return sql`
    select
      to_char(h.date, 'YYYY-MM-DD') as date, h.hour::int4 as hour, a.total_views as views, a.timed_views, a.time_total,
      a.entries, a.bounces,
      a.unique_visitors as visitors, a.unique_accounts as accounts
    from (
      select distinct local.time::date as date, extract(hour from local.time)::smallint as hour
      from generate_series(
        ${range.date_from}::date::timestamp at time zone ${time_zone} - interval '1 day',
        ${range.date_to}::date::timestamp at time zone ${time_zone} + interval '2 days',
        interval '15 minutes'
      ) instant
      cross join lateral (select instant at time zone ${time_zone} as time) local
      where local.time::date between ${range.date_from}::date and ${range.date_to}::date
    ) h
    left join (
      select a.*
      from ${sql.id(schema, "analytics_aggregates")} a
      -- every hour, said so that the index on (entity, hour, date) is used
      where ${ofEntity("a", entity)} and a.hour = any (array(select generate_series(0, 23)::smallint))
        and ${onDates("a", range)}
    ) a on a.date = h.date and a.hour = h.hour
    union all
    select d.date, d.hour, d.views, d.timed_views, d.time_total, d.entries, d.bounces, d.visitors, d.accounts
    from (${dayRows({ ...series, period: "yearly" })}) d
    where d.date is null
  `;
}

function onDates(alias: string, { date_from, date_to }: DateRange): RawBuilder<boolean> {
  return sql`${sql.ref(`${alias}.date`)} between ${date_from}::date and ${date_to}::date`;
}
