import { type CompiledQuery, type Kysely, sql } from "kysely";
import type { Freshness } from "../contract/freshness.ts";
import { instantText } from "../database/instant-text.ts";
import type { AnalyticsDatabase } from "../database/tables.ts";
import { datesOf, rankedVisitors, type VisitorsToList, visitorPage } from "./visitor-page.ts";
import { exactText, rankingOrder, rankings } from "./visitor-ranking.ts";

/** A visitor as the statement tells it, and how current that is; the latter alone when there is no visitor. */
export type VisitorRow = (CountedVisitor | { display_name: null }) & Freshness;

export interface CountedVisitor {
  account_id: string | null;
  session_id: string | null;
  username: string | null;
  display_name: string;
  visit_count: number;
  days_visited: number;
  first_visit: string;
  last_visit: string;
  avg_time_on_page: number | null;
  /** JSON: an array of visits. */
  visits: string;
  /** The values of the ranking columns, for the cursor. */
  first_value: string;
  second_value: string;
}

interface VisitorsToQuery extends VisitorsToList {
  db: Kysely<AnalyticsDatabase>;
}

/** Who viewed the entity, and when last? One row more than the limit tells that there is a next page. */
export function visitorsQuery({ db, ...visitors }: VisitorsToQuery): CompiledQuery<VisitorRow> {
  const { schema, query, installation } = visitors;
  const [first, second] = rankings[query.sort];
  const account = sql`case when p.is_account then p.visitor_id::${sql.raw(installation.account_id_type)} end`;
  const session = sql`case when not p.is_account then p.visitor_id::${sql.raw(installation.session_id_type)} end`;
  return sql<VisitorRow>`
    with pending as materialized (
      select p.* from ${sql.id(schema, "pending_visitor_days")}(${query.entity_type}, ${query.entity_id}) p
    ),
    page as (${visitorPage(visitors)})
    select
      pending.is_live as live, pending.pending_changes, ${instantText(sql.ref("pending.folded_through"))} as folded_through,
      (${account})::text as account_id,
      (${session})::text as session_id,
      a.username,
      case when p.is_account is not null then coalesce(a.display_name, a.username, 'Anonymous') end as display_name,
      p.visit_count::float8 as visit_count,
      p.days_visited::float8 as days_visited,
      ${instantText(sql.ref("p.first_visit"))} as first_visit,
      ${instantText(sql.ref("p.last_visit"))} as last_visit,
      p.avg_time_on_page::float8 as avg_time_on_page,
      l.visits,
      ${exactText("p", first)} as first_value,
      ${exactText("p", second)} as second_value
    from pending
    left join page p on true
    left join ${sql.id(schema, "latest_visits")}(
      ${query.entity_type}, ${query.entity_id}, ${rankedVisitors(schema, "page")}, ${datesOf(query)},
      ${installation.time_zone}, ${query.visits_limit}
    ) l on l.visitor_id = p.visitor_id and l.is_account = p.is_account
    left join ${sql.id(schema, "analytics_accounts")} a on a.account_id = ${account}
    order by ${rankingOrder("p", query.sort)}
  `.compile(db);
}
