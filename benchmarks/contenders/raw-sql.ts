import type { Pool } from "pg";
import {
  type Count,
  isOwnerQuestion,
  type RangeQuestion,
  type RankedVisitor,
  type SeriesQuestion,
  type VisitorsQuestion,
} from "../questions/question.ts";
import type { Contender } from "./contender.ts";
import { indexedPageViews } from "./indexed-page-views.ts";
import { rawOwner } from "./raw-owner.ts";
import { visitorOfView } from "./visitor-of-view.ts";

/**
 * What tools such as Umami ask on every request: group raw page views by bucket with `count(distinct)`.
 *
 * At its best: it has the index on (entity_type, entity_id, viewed_at) and predicates that the index serves, and
 * reads the rows of a series and of its totals once. Dates are those of UTC.
 */
export function rawSql(pool: Pool): Contender {
  return {
    name: "raw",
    asks: (question) => {
      if (isOwnerQuestion(question)) return rawOwner(pool, question);
      if (question.kind === "visitors") return () => visitors(pool, question);
      return () => counts(pool, question);
    },
  };
}

const inRange = `v.entity_type = $1 and v.entity_id = $2
  and v.viewed_at >= $3::date::timestamp at time zone 'UTC'
  and v.viewed_at < ($4::date + 1)::timestamp at time zone 'UTC'`;

// How many views and visitors in each bucket, and in all?
const countBuckets = (unit: string, sets: string): string => `
  select
    coalesce(to_char(v.bucket, 'YYYY-MM-DD'), 'total') as bucket,
    count(*)::float8 as views,
    count(distinct ${visitorOfView})::float8 as unique_visitors
  from (
    select date_trunc('${unit}', v.viewed_at at time zone 'UTC') as bucket, v.account_id, v.visitor_id, v.session_id
    from ${indexedPageViews} v
    where ${inRange}
  ) v
  group by grouping sets (${sets})
  order by v.bucket`;

// How many views and visitors in all?
const countRange = `
  select
    'total' as bucket,
    count(*)::float8 as views,
    count(distinct ${visitorOfView})::float8 as unique_visitors
  from ${indexedPageViews} v
  where ${inRange}`;

async function counts(pool: Pool, question: RangeQuestion | SeriesQuestion): Promise<Count[]> {
  const { entity, date_from, date_to } = question;
  const text =
    question.kind === "range"
      ? countRange
      : countBuckets(question.unit, question.with_totals ? "(v.bucket), ()" : "(v.bucket)");
  const values = [entity.entity_type, entity.entity_id, date_from, date_to];
  return (await pool.query<Count>(text, values)).rows;
}

// Who came most often, and when lately? The latest visits are looked up for those who are listed only.
const rankVisitors = `
  select
    case when t.is_account then t.visitor::text end as visitor, t.visit_count::float8 as visit_count, ${instantText("t.last_visit")} as last_visit,
    l.visits
  from (
    select
      ${visitorOfView} as visitor, v.account_id is not null as is_account,
      count(*) as visit_count, max(v.viewed_at) as last_visit
    from ${indexedPageViews} v
    where v.entity_type = $1 and v.entity_id = $2
      and ($3::date is null or v.viewed_at >= $3::date::timestamp at time zone 'UTC')
      and ($4::date is null or v.viewed_at < ($4::date + 1)::timestamp at time zone 'UTC')
    group by 1, 2
    order by visit_count desc, last_visit desc, is_account, visitor
    limit $5
  ) t
  ${latestVisits("t.visitor", "t.is_account")}
  order by t.visit_count desc, t.last_visit desc, t.is_account, t.visitor`;

async function visitors(
  pool: Pool,
  { entity, dates, limit, visits_limit }: VisitorsQuestion,
): Promise<RankedVisitor[]> {
  const { rows } = await pool.query<RankedVisitor>(rankVisitors, [
    entity.entity_type,
    entity.entity_id,
    dates?.date_from ?? null,
    dates?.date_to ?? null,
    limit,
    visits_limit,
  ]);
  return rows;
}

/** An instant as answers have it. */
export function instantText(instant: string): string {
  return `to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The latest $6 visits of a visitor of entity ($1, $2) from $3 to $4, by the index on its account, its browser or its session. */
export function latestVisits(visitor: string, isAccount: string): string {
  const visitsOf = (condition: string): string => `(
      select v.viewed_at
      from ${indexedPageViews} v
      where v.entity_type = $1 and v.entity_id = $2 and ${condition}
        and ($3::date is null or v.viewed_at >= $3::date::timestamp at time zone 'UTC')
        and ($4::date is null or v.viewed_at < ($4::date + 1)::timestamp at time zone 'UTC')
      order by v.viewed_at desc
      limit $6
    )`;
  return `cross join lateral (
    select array_agg(${instantText("l.viewed_at")} order by l.viewed_at desc) as visits
    from (
      ${visitsOf(`${isAccount} and v.account_id = ${visitor}`)}
      union all
      ${visitsOf(`not ${isAccount} and v.account_id is null and v.visitor_id = ${visitor}`)}
      union all
      ${visitsOf(`not ${isAccount} and v.account_id is null and v.visitor_id is null and v.session_id = ${visitor}`)}
    ) l
  ) l`;
}
