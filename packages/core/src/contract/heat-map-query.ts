import {
  type EntityRangeQuery,
  entityRangeQuery,
  type ParsedEntityRangeQuery,
} from "./entity-range-query.ts";
import { parseInput } from "./parse-input.ts";
import { readQueryString } from "./query-string.ts";

/** The question: when in the week do people come? */
export const heatMapQuery = entityRangeQuery;

/** What {@link AnalyticsClient.getHeatMap} is asked; without dates it is about the last 12 weeks. */
export type HeatMapQuery = EntityRangeQuery;

/** A {@link HeatMapQuery} after parsing. */
export type ParsedHeatMapQuery = ParsedEntityRangeQuery;

/**
 * Reads a heat map query from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 *
 * @throws {AnalyticsError} `invalid_input`
 * @example
 * parseHeatMapQuery(new URLSearchParams("entity_type=listing&entity_id=7"));
 */
export function parseHeatMapQuery(query: unknown): ParsedHeatMapQuery {
  return parseInput({ schema: heatMapQuery, input: readQueryString({ query }) });
}
