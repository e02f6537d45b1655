import { parseInput } from "./parse-input.ts";
import { readQueryString } from "./query-string.ts";
import { checkLevel, type Level, type LevelsOption } from "./subject.ts";
import {
  type ParsedSubjectRangeQuery,
  type SubjectRangeQuery,
  subjectRangeQuery,
} from "./subject-range-query.ts";

/** The question: when in the week do people come? */
export const heatMapQuery = subjectRangeQuery;

/** What {@link AnalyticsClient.getHeatMap} is asked; without dates it is about the last 12 weeks. */
export type HeatMapQuery = SubjectRangeQuery;

/** A {@link HeatMapQuery} after parsing. */
export type ParsedHeatMapQuery<Allowed extends Level = "entity"> = ParsedSubjectRangeQuery<Allowed>;

/**
 * Reads a heat map query from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 * It is about an entity, unless `levels` allows more.
 *
 * @throws {AnalyticsError} `invalid_input`, `level_not_allowed`
 * @example
 * parseHeatMapQuery(new URLSearchParams("entity_type=listing&entity_id=7"));
 */
export function parseHeatMapQuery<Allowed extends Level = "entity">(
  query: unknown,
  options: LevelsOption<Allowed> = {},
): ParsedHeatMapQuery<Allowed> {
  const parsed = parseInput({ schema: heatMapQuery, input: readQueryString({ query }) });
  checkLevel(parsed, options);
  return parsed as ParsedHeatMapQuery<Allowed>;
}
