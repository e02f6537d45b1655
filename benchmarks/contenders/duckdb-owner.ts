import type { DuckDBConnection } from "@duckdb/node-api";
import type { Count, OwnerQuestion } from "../questions/question.ts";
import { visitorOfView } from "./visitor-of-view.ts";

const counted = `count(v.viewed_at)::double as views, count(distinct ${visitorOfView})::double as unique_visitors`;
const entities = `
  with entities as (
    select
      unnest(string_split($1, ',')) as type, unnest(string_split($2, ','))::uuid as id,
      unnest(range(len(string_split($2, ',')))) as nth
  )`;
const inRange = "v.viewed_at >= $3::date and v.viewed_at < $4::date + interval 1 day";
const before = `v.viewed_at >= $3::date - ($4::date - $3::date + 1)::integer and v.viewed_at < $3::date`;
const ofOne = "v.entity_type = $1 and v.entity_id = $2::uuid";

const ofEach = (prefix: string, condition: string): string => `
  select e.nth, '${prefix}' || e.id::varchar as bucket, ${counted}
  from entities e
  left join page_views v on v.entity_type = e.type and v.entity_id = e.id and ${condition}
  group by e.nth, e.id`;
const totals = (...each: string[]): string => `
  ${entities}
  select t.bucket, t.views, t.unique_visitors from (${each.join(" union all ")}) t
  order by t.nth, t.bucket like 'before%'`;

// Who is there now is not in a copy.
const texts: Readonly<Partial<Record<OwnerQuestion["kind"], string>>> = {
  comparison: `
    select 'total' as bucket, ${counted} from page_views v where ${ofOne} and ${inRange}
    union all
    select 'before', ${counted} from page_views v where ${ofOne} and ${before}
    order by bucket desc`,
  "rolling visitors": `
    with seen as (
      select distinct v.viewed_at::date as date, ${visitorOfView} as visitor
      from page_views v
      where ${ofOne} and v.viewed_at >= $3::date - 27 and v.viewed_at < $4::date + interval 1 day
    ), days as (
      select unnest(generate_series($3::date::timestamp, $4::date::timestamp, interval 1 day))::date as day
    )
    select
      strftime(d.day, '%Y-%m-%d') as bucket,
      count(distinct s.visitor) filter (where s.date > d.day - 7)::double as views,
      count(distinct s.visitor)::double as unique_visitors
    from days d
    left join seen s on s.date between d.day - 27 and d.day
    group by d.day
    order by d.day`,
  "heat map": `
    select h.weekday || ' ' || h.hour as bucket, sum(h.views)::double as views, sum(h.unique_visitors)::double as unique_visitors
    from (
      select isodow(v.viewed_at) as weekday, hour(v.viewed_at) as hour, ${counted}
      from page_views v
      where ${ofOne} and ${inRange}
      group by 1, 2, v.viewed_at::date
    ) h
    group by h.weekday, h.hour
    order by h.weekday, h.hour`,
  sources: `
    select v.source_no::varchar as bucket, ${counted}
    from page_views v
    where ${ofOne} and ${inRange}
    group by v.source_no
    order by unique_visitors desc, views desc, bucket
    limit 20`,
  "top entities": `
    with ranked as (
      select v.entity_id, ${counted}
      from page_views v
      where v.entity_type = $1 and $2 is not null and ${inRange}
      group by v.entity_id
      qualify rank() over (order by unique_visitors desc) <= 20
    )
    select r.entity_id::varchar as bucket, r.views, r.unique_visitors
    from ranked r
    join page_views v on v.entity_type = $1 and v.entity_id = r.entity_id
    group by r.entity_id, r.views, r.unique_visitors
    order by r.unique_visitors desc, min(v.viewed_at)
    limit 20`,
  "entity totals": totals(ofEach("", inRange)),
  "compared totals": totals(ofEach("", inRange), ofEach("before ", before)),
  "totals of all time": totals(ofEach("", "$3::date is not null and $4::date is not null")),
};

/** What one would ask a columnar copy for an owner's page; undefined for what it does not have. */
export function duckdbOwner(
  connection: DuckDBConnection,
  { kind, entities: asked, date_from, date_to }: OwnerQuestion,
): (() => Promise<Count[]>) | undefined {
  const text = texts[kind];
  if (text === undefined) return undefined;
  const types = asked.map(({ entity_type }) => entity_type).join(",");
  const ids = asked.map(({ entity_id }) => entity_id).join(",");
  return async () => {
    const rows = await connection.runAndReadAll(text, [types, ids, date_from, date_to]);
    return rows.getRowObjectsJson() as unknown as Count[];
  };
}
