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

/** The visitors of one page, with one more when there is a next page: over all time, or on the dates asked for. */
export function visitorPage(visitors: VisitorsToList): RawBuilder<unknown> {
  const { date_from, date_to } = visitors.query;
  return date_from === undefined && date_to === undefined
    ? allTimePage(visitors)
    : rangePage(visitors);
}

/*
 * The ranking index holds those who came more than once: it is read from the position on, and no further than the
 * limit. Who came once is read only when those do not fill the page.
 */
function allTimePage(visitors: VisitorsToList): RawBuilder<unknown> {
  const { query } = visitors;
  const limit = sql`${query.limit + 1}::int8`;
  if (query.sort !== "visit_count") return allTimeVisitors({ ...visitors, limit });
  const cameBack = sql<boolean>`v.visit_count > 1`;
  const cameOnce = sql<boolean>`v.visit_count = 1`;
  const rest = sql`${limit} - (select count(*) from returning_visitors)`;
  return sql`
    with returning_visitors as materialized (${allTimeVisitors({ ...visitors, limit, only: cameBack })})
    select * from (
      select * from returning_visitors
      union all
      (${allTimeVisitors({ ...visitors, limit: rest, only: cameOnce })})
    ) v
    -- never less than there are; it tells the planner how few
    limit ${limit}
  `;
}

interface AllTimeVisitors extends VisitorsToList {
  limit: RawBuilder<unknown>;
  only?: RawBuilder<boolean>;
}

function allTimeVisitors({ limit, only, ...visitors }: AllTimeVisitors): RawBuilder<unknown> {
  const { schema, query } = visitors;
  const conditions = [...chosen("v", visitors), ...after("v", visitors)];
  if (only !== undefined) conditions.push(only);
  return sql`
    select
      v.is_account, v.visitor_id, v.visit_count, v.days_visited, v.first_visit, v.last_visit, v.avg_time_on_page
    from ${sql.id(schema, "analytics_visitors")} v
    where ${sql.join(conditions, sql` and `)}
    order by ${rankingOrder("v", query.sort)}
    limit ${limit}
  `;
}

/*
 * Ranked by what the index holds, then the rest of what is told about a visitor is read for the few of the page.
 * The first visit is not in the index: only who sorts by it pays for reading it from every row.
 */
function rangePage(visitors: VisitorsToList): RawBuilder<unknown> {
  const { schema, query } = visitors;
  const days = sql.id(schema, "analytics_visitor_days");
  const firstVisit = query.sort === "first_visit" ? sql`min(d.first_view)` : sql`null::timestamptz`;
  const onDates = inRange("d", query);
  const conditions = sql.join(after("v", visitors), sql` and `);
  return sql`
    with ranked as (
      select v.is_account, v.visitor_id, v.visit_count, v.last_visit
      from (
        select
          d.is_account, d.visitor_id,
          sum(d.views) as visit_count, max(d.last_view) as last_visit, ${firstVisit} as first_visit
        from ${days} d
        where ${sql.join([...chosen("d", visitors), ...onDates], sql` and `)}
        group by d.is_account, d.visitor_id
      ) v
      where ${conditions}
      order by ${rankingOrder("v", query.sort)}
      limit ${query.limit + 1}
    )
    select
      r.is_account, r.visitor_id, r.visit_count, count(*) as days_visited,
      min(d.first_view) as first_visit, r.last_visit,
      round(sum(d.time_total) / nullif(sum(d.timed_views), 0), 2) as avg_time_on_page
    from ranked r
    join ${days} d on d.visitor_id = r.visitor_id and d.is_account = r.is_account
    where ${sql.join([ofEntity("d", query), ...onDates], sql` and `)}
      and d.visitor_id = any (array(select visitor_id from ranked))
    group by r.is_account, r.visitor_id, r.visit_count, r.last_visit
  `;
}

// Which visitors of the entity are asked for?
function chosen(alias: string, { schema, query, installation }: VisitorsToList) {
  const isAccount = sql.ref(`${alias}.is_account`);
  const conditions: RawBuilder<boolean>[] = [ofEntity(alias, query)];
  if (query.kind === "account") conditions.push(sql`${isAccount}`);
  if (query.kind === "anonymous") conditions.push(sql`not ${isAccount}`);
  if (query.search !== undefined) {
    conditions.push(matchesSearch({ alias, schema, search: query.search, installation }));
  }
  return conditions;
}

function after(alias: string, { query, installation, position }: VisitorsToList) {
  if (position === undefined) return [sql<boolean>`true`];
  const visitorType = visitorIdType(installation);
  return [afterPosition({ alias, sort: query.sort, position, visitorType })];
}

function inRange(alias: string, { date_from, date_to }: VisitorsToList["query"]) {
  const date = sql.ref(`${alias}.date`);
  const conditions: RawBuilder<boolean>[] = [];
  if (date_from !== undefined) conditions.push(sql`${date} >= ${date_from}::date`);
  if (date_to !== undefined) conditions.push(sql`${date} <= ${date_to}::date`);
  return conditions;
}
