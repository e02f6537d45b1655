import { type RawBuilder, sql } from "kysely";
import type { Entity } from "../contract/entity.ts";
import type { ParsedVisitorsQuery } from "../contract/visitors-query.ts";
import { type Installation, visitorIdType } from "../database/installation.ts";
import { ofEntity } from "../database/of-entity.ts";
import { matchesSearch } from "./matches-search.ts";
import { afterPosition, type RankingPosition, rankingOrder } from "./visitor-ranking.ts";

export interface VisitorsToList {
  schema: string;
  query: ParsedVisitorsQuery & Entity;
  installation: Installation;
  /** Where the page before ended. */
  position: RankingPosition | undefined;
}

/**
 * The visitors of one page, with one more when there is a next page: over all time, or on the dates asked for. Reads
 * `pending`, which has the visitor-days that pending changes touch, as they will be.
 */
export function visitorPage(visitors: VisitorsToList): RawBuilder<unknown> {
  const { date_from, date_to } = visitors.query;
  return date_from === undefined && date_to === undefined
    ? allTimePage(visitors)
    : rangePage(visitors);
}

/*
 * The ranking index holds those who came more than once: it is read from the position on, and no further than the
 * limit. Who came once is read only when those do not fill the page. Those whom pending changes touch are left out of
 * both, and listed as they will be.
 */
function allTimePage(visitors: VisitorsToList): RawBuilder<unknown> {
  const { schema, query } = visitors;
  const limit = sql`${query.limit + 1}::int8`;
  return sql`
    with touched as materialized (
      select t.* from pending p cross join lateral ${sql.id(schema, "visitors_after")}(p.days) t
    ),
    stored as materialized (${storedVisitors({ ...visitors, limit })})
    select * from (
      select * from stored
      union all
      (${touchedVisitors({ ...visitors, limit })})
    ) v
    order by ${rankingOrder("v", query.sort)}
    limit ${limit}
  `;
}

type LimitedVisitors = VisitorsToList & { limit: RawBuilder<unknown> };

function storedVisitors(visitors: LimitedVisitors): RawBuilder<unknown> {
  const { query, limit } = visitors;
  if (query.sort !== "visit_count") return untouchedVisitors(visitors);
  const cameBack = sql<boolean>`v.visit_count > 1`;
  const cameOnce = sql<boolean>`v.visit_count = 1`;
  const rest = sql`${limit} - (select count(*) from returning_visitors)`;
  return sql`
    with returning_visitors as materialized (${untouchedVisitors({ ...visitors, only: cameBack })})
    select * from returning_visitors
    union all
    (${untouchedVisitors({ ...visitors, limit: rest, only: cameOnce })})
  `;
}

function untouchedVisitors({
  limit,
  only,
  ...visitors
}: LimitedVisitors & { only?: RawBuilder<boolean> }): RawBuilder<unknown> {
  const { schema, query } = visitors;
  const conditions = [ofEntity("v", query), ...chosen("v", visitors), ...after("v", visitors)];
  if (only !== undefined) conditions.push(only);
  return sql`
    select
      v.is_account, v.visitor_id, v.visit_count, v.days_visited, v.first_visit, v.last_visit, v.avg_time_on_page
    from ${sql.id(schema, "analytics_visitors")} v
    where ${sql.join(conditions, sql` and `)}
      and (v.visitor_id, v.is_account) not in (select t.visitor_id, t.is_account from touched t)
    order by ${rankingOrder("v", query.sort)}
    limit ${limit}
  `;
}

function touchedVisitors({ limit, ...visitors }: LimitedVisitors): RawBuilder<unknown> {
  const conditions = [
    sql<boolean>`t.visit_count > 0`,
    ...chosen("t", visitors),
    ...after("t", visitors),
  ];
  return sql`
    select
      t.is_account, t.visitor_id, t.visit_count, t.days_visited, t.first_visit, t.last_visit, t.avg_time_on_page
    from touched t
    where ${sql.join(conditions, sql` and `)}
    order by ${rankingOrder("t", visitors.query.sort)}
    limit ${limit}
  `;
}

/*
 * Ranked by what the index holds, or by walking the ranking of all time where that is sooner done. Then the rest of
 * what is told about a visitor is read for the few of the page: from raw page views, where an answer is live, for these
 * are indexed by visitor.
 */
function rangePage(visitors: VisitorsToList): RawBuilder<unknown> {
  const { schema, query, installation } = visitors;
  const entity = sql`${query.entity_type}, ${query.entity_id}`;
  const dates = sql`
    coalesce(${query.date_from ?? null}::date, '-infinity'), coalesce(${query.date_to ?? null}::date, 'infinity')
  `;
  const days = sql`pending p cross join lateral ${sql.id(schema, "visitor_days_after")}(${entity}, ${dates}, p.days) d`;
  return sql`
    with ranked as materialized (${rankedInRange({ ...visitors, entity, dates, days })})
    select
      r.is_account, r.visitor_id, r.visit_count, v.days_visited, v.first_visit, r.last_visit, v.avg_time_on_page
    from ranked r
    cross join lateral (
      select
        count(distinct pv.date) as days_visited, min(pv.viewed_at) as first_visit,
        round(avg(pv.time_on_page), 2) as avg_time_on_page
      from ${sql.id(schema, "page_views_of_visitor")}(
        ${entity}, r.is_account, r.visitor_id, ${dates}, ${installation.time_zone}
      ) pv
    ) v
    where (select is_live from pending)
    union all
    select
      r.is_account, r.visitor_id, r.visit_count, count(*), min(d.first_view), r.last_visit,
      round(sum(d.time_total) / nullif(sum(d.timed_views), 0), 2)
    from ranked r
    join lateral (select d.* from ${days}) d on d.visitor_id = r.visitor_id and d.is_account = r.is_account
    where not (select is_live from pending)
    group by r.is_account, r.visitor_id, r.visit_count, r.last_visit
  `;
}

interface RangeToRank extends VisitorsToList {
  entity: RawBuilder<unknown>;
  dates: RawBuilder<unknown>;
  days: RawBuilder<unknown>;
}

function rankedInRange({ entity, dates, days, ...visitors }: RangeToRank): RawBuilder<unknown> {
  const { schema, query, position } = visitors;
  // The first visit is not in the index: only who sorts by it pays for reading it from every row.
  const firstVisit = query.sort === "first_visit" ? sql`min(d.first_view)` : sql`null::timestamptz`;
  const everybody = (condition: RawBuilder<boolean>): RawBuilder<unknown> => sql`
    select v.is_account, v.visitor_id, v.visit_count, v.last_visit
    from (
      select
        d.is_account, d.visitor_id,
        sum(d.views) as visit_count, max(d.last_view) as last_visit, ${firstVisit} as first_visit
      from ${days}
      where ${sql.join([condition, ...chosen("d", visitors)], sql` and `)}
      group by d.is_account, d.visitor_id
    ) v
    where ${sql.join([sql`true`, ...after("v", visitors)], sql` and `)}
    order by ${rankingOrder("v", query.sort)}
    limit ${query.limit + 1}
  `;
  const isWalkable =
    query.sort === "visit_count" &&
    query.kind === undefined &&
    query.search === undefined &&
    position === undefined;
  if (!isWalkable) return everybody(sql`true`);
  return sql`
    with walked as materialized (
      select w.*
      from pending p
      cross join lateral ${sql.id(schema, "walk_to_top_visitors")}(${entity}, ${dates}, ${query.limit + 1}, p.days) w
      where p.is_live
    )
    select w.is_account, w.visitor_id, w.visit_count, w.last_visit from walked w
    union all
    (${everybody(sql`not exists (select from walked)`)})
  `;
}

// Which visitors of the entity are asked for?
function chosen(alias: string, { schema, query, installation }: VisitorsToList) {
  const isAccount = sql.ref(`${alias}.is_account`);
  const conditions: RawBuilder<boolean>[] = [];
  if (query.kind === "account") conditions.push(sql`${isAccount}`);
  if (query.kind === "anonymous") conditions.push(sql`not ${isAccount}`);
  if (query.search !== undefined) {
    conditions.push(matchesSearch({ alias, schema, search: query.search, installation }));
  }
  return conditions;
}

function after(alias: string, { query, installation, position }: VisitorsToList) {
  if (position === undefined) return [];
  const visitorType = visitorIdType(installation);
  return [afterPosition({ alias, sort: query.sort, position, visitorType })];
}
