import type { Pool } from "pg";
import {
  type Count,
  isOwnerQuestion,
  type OwnerQuestion,
  type Question,
  type RangeQuestion,
  type SeriesQuestion,
} from "../questions/question.ts";
import type { Contender } from "./contender.ts";
import type { Participation } from "./participation.ts";
import { visitorOfView } from "./visitor-of-view.ts";

/**
 * pg_roaringbitmap: for each entity and date a bitmap of its visitors. Those of several dates are combined to the exact unique visitors of
 * any range. A bitmap holds numbers of 32 bits, so that each visitor has one in a table of its own.
 */
export async function roaring(pool: Pool): Promise<Participation> {
  const { rows } = await pool.query<{ version: string }>(
    "select e.default_version as version from pg_available_extensions e where e.name = 'roaringbitmap'",
  );
  const [extension] = rows;
  if (extension === undefined) return { reason: "the server has no extension roaringbitmap" };

  await pool.query("create extension if not exists roaringbitmap");
  await pool.query(tables);
  await pool.query(numberVisitors("page_views"));
  await pool.query(`insert into roaring.days ${daysOf("page_views")}`);
  await pool.query("vacuum analyze roaring.visitors");
  await pool.query("vacuum analyze roaring.days");
  return { version: extension.version, contender: { name: "roaring", asks: asker(pool) } };
}

/** Adds page views that came since, of a table: who came is set in the bitmaps of the dates. */
export async function addToRoaring(pool: Pool, added: string): Promise<void> {
  await pool.query(numberVisitors(added));
  await pool.query(
    `insert into roaring.days as d ${daysOf(added)}
     on conflict (entity_type, entity_id, date) do update set
       views = d.views + excluded.views, visitors = rb_or(d.visitors, excluded.visitors)`,
  );
}

/**
 * Takes page views away, of a table, that are not in page_views any more: a bitmap does not know how often somebody came that day, so those of
 * their entities and dates are made again from page views.
 */
export async function takeFromRoaring(pool: Pool, taken: string): Promise<void> {
  const days = `(
    select distinct t.entity_type, t.entity_id, (t.viewed_at at time zone 'UTC')::date as date from ${taken} t
  )`;
  await pool.query(
    `delete from roaring.days d using ${days} t
     where d.entity_type = t.entity_type and d.entity_id = t.entity_id and d.date = t.date`,
  );
  await pool.query(
    `insert into roaring.days ${daysOf(`(
      select v.* from ${days} t
      join page_views v on v.entity_type = t.entity_type and v.entity_id = t.entity_id
        and v.viewed_at >= t.date::timestamp at time zone 'UTC' and v.viewed_at < (t.date + 1)::timestamp at time zone 'UTC'
    )`)}`,
  );
}

const tables = `
  create schema roaring;
  create table roaring.visitors (
    visitor_no integer generated always as identity primary key,
    visitor uuid not null unique
  );
  create table roaring.days (
    entity_type text,
    entity_id uuid,
    date date,
    views integer not null,
    visitors roaringbitmap not null,
    primary key (entity_type, entity_id, date)
  )`;

const numberVisitors = (pageViews: string): string => `
  insert into roaring.visitors (visitor)
  select distinct ${visitorOfView} from ${pageViews} v
  on conflict (visitor) do nothing`;

const daysOf = (pageViews: string): string => `
  select v.entity_type, v.entity_id, (v.viewed_at at time zone 'UTC')::date, count(*), rb_build_agg(n.visitor_no)
  from ${pageViews} v
  join roaring.visitors n on n.visitor = ${visitorOfView}
  group by 1, 2, 3`;

const counted = `coalesce(sum(d.views), 0)::float8 as views,
  coalesce(rb_or_cardinality_agg(d.visitors), 0)::float8 as unique_visitors`;
const inRange = "d.date between $3::date and $4::date";
const before = "$3::date - ($4::date - $3::date + 1)";

const countBuckets = (unit: string, sets: string): string => `
  select coalesce(to_char(d.bucket, 'YYYY-MM-DD'), 'total') as bucket, ${counted}
  from (
    select date_trunc('${unit}', d.date::timestamp) as bucket, d.views, d.visitors
    from roaring.days d
    where d.entity_type = $1 and d.entity_id = $2 and ${inRange}
  ) d
  group by grouping sets (${sets})
  order by d.bucket`;

const countRange = `
  select 'total' as bucket, ${counted}
  from roaring.days d
  where d.entity_type = $1 and d.entity_id = $2 and ${inRange}`;

// Of each of several entities, in one range or in two.
const ofEach = (ranges: string, condition: string): string => `
  select r.prefix || e.id::text as bucket, c.*
  from unnest($1::text[], $2::uuid[]) with ordinality e (type, id, nth)
  cross join (values ${ranges}) r (prefix, date_from, date_to)
  cross join lateral (
    select ${counted} from roaring.days d where d.entity_type = e.type and d.entity_id = e.id and ${condition}
  ) c
  order by e.nth, r.prefix`;
const oneRange = "('', $3::date, $4::date)";
const between = "d.date between r.date_from and r.date_to";

// What needs hours, sources or the visitors themselves is not in bitmaps of days.
const texts: Readonly<Partial<Record<OwnerQuestion["kind"], string>>> = {
  comparison: `
    select r.bucket, c.*
    from (values ('total', $3::date, $4::date), ('before', ${before}, $3::date - 1)) r (bucket, date_from, date_to)
    cross join lateral (
      select ${counted} from roaring.days d
      where d.entity_type = any ($1::text[]) and d.entity_id = any ($2::uuid[]) and ${between}
    ) c`,
  "rolling visitors": `
    select to_char(s, 'YYYY-MM-DD') as bucket, c.*
    from generate_series($3::date::timestamp, $4::date::timestamp, interval '1 day') s
    cross join lateral (
      select
        coalesce(rb_or_cardinality_agg(d.visitors) filter (where d.date > s::date - 7), 0)::float8 as views,
        coalesce(rb_or_cardinality_agg(d.visitors), 0)::float8 as unique_visitors
      from roaring.days d
      where d.entity_type = any ($1::text[]) and d.entity_id = any ($2::uuid[]) and d.date between s::date - 27 and s::date
    ) c
    order by s`,
  "entity totals": ofEach(oneRange, between),
  "compared totals": ofEach(`${oneRange}, ('before ', ${before}, $3::date - 1)`, between),
  "totals of all time": ofEach(oneRange, "r.date_from is not null"),
};

const asker =
  (pool: Pool): Contender["asks"] =>
  (question: Question) => {
    if (isOwnerQuestion(question)) {
      const text = texts[question.kind];
      return text === undefined ? undefined : () => ofOwner(pool, { text, question });
    }
    return question.kind === "visitors" ? undefined : () => counts(pool, question);
  };

async function counts(pool: Pool, question: RangeQuestion | SeriesQuestion): Promise<Count[]> {
  const { entity, date_from, date_to } = question;
  const text =
    question.kind === "range"
      ? countRange
      : countBuckets(question.unit, question.with_totals ? "(d.bucket), ()" : "(d.bucket)");
  const values = [entity.entity_type, entity.entity_id, date_from, date_to];
  return (await pool.query<Count>(text, values)).rows;
}

interface AskedOfOwner {
  text: string;
  question: OwnerQuestion;
}

async function ofOwner(
  pool: Pool,
  { text, question: { entities, date_from, date_to } }: AskedOfOwner,
): Promise<Count[]> {
  const types = entities.map(({ entity_type }) => entity_type);
  const ids = entities.map(({ entity_id }) => entity_id);
  return (await pool.query<Count>(text, [types, ids, date_from, date_to])).rows;
}
