import type { Pool } from "pg";
import type { Count, OwnerQuestion } from "../questions/question.ts";
import { indexedPageViews } from "./indexed-page-views.ts";
import { visitorOfView } from "./visitor-of-view.ts";

const counted = `count(*)::float8 as views,
  count(distinct ${visitorOfView})::float8 as unique_visitors`;
const inRange = `v.viewed_at >= $3::date::timestamp at time zone 'UTC'
  and v.viewed_at < ($4::date + 1)::timestamp at time zone 'UTC'`;
const entity = "v.entity_type = any ($1::text[]) and v.entity_id = any ($2::uuid[])";

const texts: Readonly<Record<Exclude<OwnerQuestion["kind"], "digest" | "page">, string>> = {
  "rolling visitors": `
    select
      to_char(d, 'YYYY-MM-DD') as bucket, c.*
    from generate_series($3::date::timestamp, $4::date::timestamp, interval '1 day') d
    cross join lateral (
      select
        count(distinct ${visitorOfView}) filter (where v.viewed_at >= (d - interval '6 days') at time zone 'UTC')::float8 as views,
        count(distinct ${visitorOfView})::float8 as unique_visitors
      from ${indexedPageViews} v
      where ${entity} and v.viewed_at >= (d - interval '27 days') at time zone 'UTC'
        and v.viewed_at < (d + interval '1 day') at time zone 'UTC'
    ) c
    order by d`,
  comparison: `
    select r.bucket, c.*
    from (values ('total', $3::date, $4::date), ('before', $3::date - ($4::date - $3::date + 1), $3::date - 1))
      r (bucket, date_from, date_to)
    cross join lateral (
      select ${counted} from ${indexedPageViews} v
      where ${entity} and v.viewed_at >= r.date_from::timestamp at time zone 'UTC'
        and v.viewed_at < (r.date_to + 1)::timestamp at time zone 'UTC'
    ) c`,
  "heat map": `
    select weekday || ' ' || hour as bucket, sum(h.views) as views, sum(h.unique_visitors) as unique_visitors
    from (
      select
        extract(isodow from v.viewed_at at time zone 'UTC') as weekday, extract(hour from v.viewed_at at time zone 'UTC') as hour,
        ${counted}
      from ${indexedPageViews} v
      where ${entity} and ${inRange}
      group by 1, 2, (v.viewed_at at time zone 'UTC')::date
    ) h
    group by h.weekday, h.hour
    order by h.weekday, h.hour`,
  "entity totals": `
    select e.id::text as bucket, c.*
    from unnest($1::text[], $2::uuid[]) with ordinality e (type, id, nth)
    cross join lateral (
      select ${counted} from ${indexedPageViews} v where v.entity_type = e.type and v.entity_id = e.id and ${inRange}
    ) c
    order by e.nth`,
  sources: `
    select v.source_no::text as bucket, ${counted}
    from ${indexedPageViews} v
    where ${entity} and ${inRange}
    group by v.source_no
    order by unique_visitors desc, views desc, v.source_no::text collate "C"
    limit 20`,
  companies: `
    select c.company as bucket, ${counted}
    from ${indexedPageViews} v
    join companies c on c.account_id = v.account_id
    where ${entity} and ${inRange}
    group by c.company
    order by unique_visitors desc, views desc, c.company collate "C"`,
  // of equals those that were viewed first: that is looked up for those only who may be listed
  "top entities": `
    select r.entity_id::text as bucket, r.views, r.unique_visitors
    from (
      select v.entity_type, v.entity_id, ${counted}, rank() over (order by count(distinct ${visitorOfView}) desc) as rank
      from ${indexedPageViews} v
      where v.entity_type = any ($1::text[]) and $2::uuid[] is not null and ${inRange}
      group by v.entity_type, v.entity_id
    ) r
    cross join lateral (
      select min(v.viewed_at) as first_view from ${indexedPageViews} v where v.entity_type = r.entity_type and v.entity_id = r.entity_id
    ) f
    where r.rank <= 20
    order by r.unique_visitors desc, f.first_view
    limit 20`,
  "compared totals": `
    select r.bucket || e.id::text as bucket, c.*
    from unnest($1::text[], $2::uuid[]) with ordinality e (type, id, nth)
    cross join (values ('', $3::date, $4::date), ('before ', $3::date - ($4::date - $3::date + 1), $3::date - 1))
      r (bucket, date_from, date_to)
    cross join lateral (
      select ${counted} from ${indexedPageViews} v
      where v.entity_type = e.type and v.entity_id = e.id and v.viewed_at >= r.date_from::timestamp at time zone 'UTC'
        and v.viewed_at < (r.date_to + 1)::timestamp at time zone 'UTC'
    ) c
    order by e.nth, r.bucket`,
  "totals of all time": `
    select e.id::text as bucket, c.*
    from unnest($1::text[], $2::uuid[]) with ordinality e (type, id, nth)
    cross join lateral (
      select ${counted} from ${indexedPageViews} v
      where v.entity_type = e.type and v.entity_id = e.id and $3::date is not null and $4::date is not null
    ) c
    order by e.nth`,
  live: `
    select e.id::text as bucket, c.*
    from unnest($1::text[], $2::uuid[]) with ordinality e (type, id, nth)
    cross join lateral (
      select ${counted} from ${indexedPageViews} v
      where v.entity_type = e.type and v.entity_id = e.id and v.viewed_at >= now() - interval '5 minutes' and v.viewed_at < now()
        and $3::date is not null and $4::date is not null
    ) c
    order by e.nth`,
};

const latestVisitors = `
  select ${visitorOfView} as visitor, count(*), min(v.viewed_at), max(v.viewed_at)
  from ${indexedPageViews} v
  where ${entity} and ${inRange}
  group by 1
  order by max(v.viewed_at) desc
  limit 20`;

/** What one would ask page views for an owner's page. */
export function rawOwner(
  pool: Pool,
  { kind, entities, date_from, date_to }: OwnerQuestion,
): () => Promise<Count[]> {
  const types = entities.map(({ entity_type }) => entity_type);
  const ids = entities.map(({ entity_id }) => entity_id);
  const values = [types, ids, date_from, date_to];
  const ask = async (text: string): Promise<Count[]> =>
    (await pool.query<Count>(text, values)).rows;
  if (kind === "digest") {
    return async () => {
      // without the days one by one, who is new, and their names
      const [total] = await ask(texts.comparison);
      await ask(texts.sources);
      return total === undefined ? [] : [total];
    };
  }
  if (kind !== "page") return () => ask(texts[kind]);
  return async () => {
    // without the days one by one, the names and the single visits that Headcount's answers have as well
    const [total] = await ask(texts.comparison);
    for (const part of ["rolling visitors", "heat map", "live"] as const) await ask(texts[part]);
    await ask(latestVisitors);
    return total === undefined ? [] : [total];
  };
}
