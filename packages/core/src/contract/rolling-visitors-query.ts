import {
  type EntityRangeQuery,
  entityRangeQuery,
  type ParsedEntityRangeQuery,
} from "./entity-range-query.ts";
import { parseInput } from "./parse-input.ts";
import { readQueryString } from "./query-string.ts";

/** The question: how many in the last 1, 7 and 28 days, day by day? */
export const rollingVisitorsQuery = entityRangeQuery;

/** What {@link AnalyticsClient.getRollingVisitors} is asked; without dates it is about the last 30 days. */
export type RollingVisitorsQuery = EntityRangeQuery;

/** A {@link RollingVisitorsQuery} after parsing. */
export type ParsedRollingVisitorsQuery = ParsedEntityRangeQuery;

/**
 * Reads a rolling visitors query from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 *
 * @throws {AnalyticsError} `invalid_input`
 * @example
 * parseRollingVisitorsQuery(new URLSearchParams("entity_type=listing&entity_id=7"));
 */
export function parseRollingVisitorsQuery(query: unknown): ParsedRollingVisitorsQuery {
  return parseInput({ schema: rollingVisitorsQuery, input: readQueryString({ query }) });
}
