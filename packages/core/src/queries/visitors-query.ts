import { type CompiledQuery, type Kysely, type RawBuilder, sql } from "kysely";
import type { Entity } from "../contract/entity.ts";
import type { Freshness } from "../contract/freshness.ts";
import type { ParsedVisitorsQuery } from "../contract/visitors-query.ts";
import type { AnalyticsDatabase } from "../database/tables.ts";
import { rankings, type VisitorPosition } from "./visitor-position.ts";

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

interface VisitorsToQuery {
  db: Kysely<AnalyticsDatabase>;
  schema: string;
  query: ParsedVisitorsQuery & Entity;
  /** Where the page before ended. */
  position: VisitorPosition | undefined;
}

/** Who viewed the entity, and when last? One visitor more than the limit shows that there is a next page. */
export function visitorsQuery({
  db,
  schema,
  query,
  position,
}: VisitorsToQuery): CompiledQuery<VisitorColumns> {
  const { entity_type, entity_id, date_from, date_to, kind, search, sort, limit, visits_limit } =
    query;
  return sql<VisitorColumns>`
    select v.* from ${sql.id(schema, "visitor_columns")}(
      ${entity_type}, ${entity_id}, ${date_from ?? "-infinity"}::date, ${date_to ?? "infinity"}::date,
      ${kind === undefined ? null : kindCode(kind === "account")}::"char", ${search ?? null}, ${sort},
      ${positionRow({ schema, sort, position })}, ${limit + 1}, ${visits_limit}
    ) v
  `.compile(db);
}

/** How the database calls the two kinds of visitors. */
function kindCode(isAccount: boolean): "a" | "s" {
  return isAccount ? "a" : "s";
}

// A listed_visitor: kind, visitor_id, visit_count, days_visited, first_visit, last_visit, avg_time_on_page.
function positionRow({
  schema,
  sort,
  position,
}: Pick<VisitorsToQuery, "schema" | "position"> & {
  sort: ParsedVisitorsQuery["sort"];
}): RawBuilder<unknown> {
  const type = sql.id(schema, "listed_visitor");
  if (position === undefined) return sql`null::${type}`;
  const { values, is_account, visitor_id } = position;
  const valueOf = (column: string): string | null => {
    const index = rankings[sort].findIndex((name) => name === column);
    return values[index] ?? null;
  };
  return sql`row(
    ${kindCode(is_account)}, ${visitor_id}, ${valueOf("visit_count")}, null, ${valueOf("first_visit")},
    ${valueOf("last_visit")}, null
  )::${type}`;
}
