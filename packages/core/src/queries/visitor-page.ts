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

// Ranked first; then the rest of what is told about a visitor is read for the few of the page.
function rangePage(visitors: VisitorsToList): RawBuilder<unknown> {
  const { schema, query, installation } = visitors;
  return sql`
    with ranked as materialized (${rankedInRange(visitors)})
    select v.*
    from pending p
    cross join lateral ${sql.id(schema, "visitors_on_dates")}(
      ${query.entity_type}, ${query.entity_id},
      array(
        select row(r.is_account, r.visitor_id, r.visit_count, r.last_visit)::${sql.id(schema, "ranked_visitor")}
        from ranked r
      ),
      ${datesOf(query)},
      ${installation.time_zone}, p.is_live
    ) v
  `;
}

function rankedInRange(visitors: VisitorsToList): RawBuilder<unknown> {
  const { schema, query } = visitors;
  const { sort, limit } = query;
  const entityOnDates = sql`${query.entity_type}, ${query.entity_id}, ${datesOf(query)}`;
  // The first visit is not in the index: only who sorts by it pays for reading it from every row.
  const firstVisit = sort === "first_visit" ? sql`min(d.first_view)` : sql`null::timestamptz`;
  return sql`
    select v.is_account, v.visitor_id, v.visit_count, v.last_visit
    from (
      select
        d.is_account, d.visitor_id,
        sum(d.views) as visit_count, max(d.last_view) as last_visit, ${firstVisit} as first_visit
      from pending p
      cross join lateral ${sql.id(schema, "visitor_days_after")}(${entityOnDates}, p.days) d
      where ${sql.join([sql`true`, ...chosen("d", visitors)], sql` and `)}
      group by d.is_account, d.visitor_id
    ) v
    where ${sql.join([sql`true`, ...after("v", visitors)], sql` and `)}
    order by ${rankingOrder("v", sort)}
    limit ${limit + 1}
  `;
}

/** The first and the last date asked for, as arguments of a function; without bounds they are infinite. */
export function datesOf({ date_from, date_to }: VisitorsToList["query"]): RawBuilder<unknown> {
  return sql`${date_from ?? "-infinity"}::date, ${date_to ?? "infinity"}::date`;
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
