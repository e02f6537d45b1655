import { type CompiledQuery, type Kysely, type RawBuilder, sql } from "kysely";
import type { Freshness } from "../contract/freshness.ts";
import { instantText } from "../database/instant-text.ts";
import type { AnalyticsDatabase } from "../database/tables.ts";
import { datesOf, type VisitorsToList, visitorPage } from "./visitor-page.ts";
import { rankingOrder } from "./visitor-ranking.ts";

/**
 * A page of visitors in one row, for the driver spends more on a hundred rows than on twelve texts. Each column is a
 * JSON array with a value per visitor, or per visit of them; null when there is none.
 */
export interface VisitorColumns extends Freshness {
  account_ids: string | null;
  session_ids: string | null;
  usernames: string | null;
  display_names: string | null;
  visit_counts: string | null;
  days_visited: string | null;
  /** Instants in UTC with up to six digits of a second. */
  first_visits: string | null;
  last_visits: string | null;
  avg_times_on_page: string | null;
  /** Which visitor each visit is of, counted from 1. */
  visit_places: string | null;
  visit_times: string | null;
  visit_referrers: string | null;
}

interface VisitorsToQuery extends VisitorsToList {
  db: Kysely<AnalyticsDatabase>;
}

/** Who viewed the entity, and when last? One visitor more than the limit tells that there is a next page. */
export function visitorsQuery({ db, ...visitors }: VisitorsToQuery): CompiledQuery<VisitorColumns> {
  const { schema, query } = visitors;
  const { entity_type, entity_id, visits_limit } = query;
  const listed = isFirstOfUsual(visitors) ? firstVisitors(visitors) : composedVisitors(visitors);
  return sql<VisitorColumns>`
    select
      c.*, n.*, l.is_live as live, l.pending_changes, ${instantText(sql.ref("l.folded_through"))} as folded_through
    from ${listed} l
    cross join lateral ${sql.id(schema, "visitor_columns")}(
      ${entity_type}, ${entity_id}, l.visitors, ${datesOf(query)}, ${visits_limit}
    ) c
    cross join lateral ${sql.id(schema, "visitor_names")}(l.visitors) n
  `.compile(db);
}

function isFirstOfUsual({ query, position }: VisitorsToList): boolean {
  const { sort, kind, search } = query;
  return sort === "visit_count" && kind === undefined && search === undefined && !position;
}

// A function of its own, which is planned once, and knows when not everybody has to be counted.
function firstVisitors({ schema, query }: VisitorsToList): RawBuilder<unknown> {
  const { entity_type, entity_id, limit } = query;
  return sql`${sql.id(schema, "first_visitors")}(${entity_type}, ${entity_id}, ${datesOf(query)}, ${limit + 1})`;
}

function composedVisitors(visitors: VisitorsToList): RawBuilder<unknown> {
  const { schema, query } = visitors;
  const visitor = sql.id(schema, "listed_visitor");
  return sql`(
    with pending as materialized (
      select p.* from ${sql.id(schema, "pending_visitor_days")}(${query.entity_type}, ${query.entity_id}) p
    ),
    page as (${visitorPage(visitors)})
    select
      p.is_live, p.pending_changes, p.folded_through,
      array(
        select row(
          v.is_account, v.visitor_id, v.visit_count, v.days_visited, v.first_visit, v.last_visit, v.avg_time_on_page
        )::${visitor}
        from page v
        order by ${rankingOrder("v", query.sort)}
      ) as visitors
    from pending p
  )`;
}
