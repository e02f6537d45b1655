import { parseInput } from "./parse-input.ts";
import { readQueryString } from "./query-string.ts";
import { checkLevel, type Level, type LevelsOption } from "./subject.ts";
import {
  type ParsedSubjectRangeQuery,
  type SubjectRangeQuery,
  subjectRangeQuery,
} from "./subject-range-query.ts";

/** The question: how many in the last 1, 7 and 28 days, day by day? */
export const rollingVisitorsQuery = subjectRangeQuery;

/** What {@link AnalyticsClient.getRollingVisitors} is asked; without dates it is about the last 30 days. */
export type RollingVisitorsQuery = SubjectRangeQuery;

/** A {@link RollingVisitorsQuery} after parsing. */
export type ParsedRollingVisitorsQuery<Allowed extends Level = "entity"> =
  ParsedSubjectRangeQuery<Allowed>;

/**
 * Reads a rolling visitors query from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 * It is about an entity, unless `levels` allows more.
 *
 * @throws {AnalyticsError} `invalid_input`, `level_not_allowed`
 * @example
 * parseRollingVisitorsQuery(new URLSearchParams("entity_type=listing&entity_id=7"));
 */
export function parseRollingVisitorsQuery<Allowed extends Level = "entity">(
  query: unknown,
  options: LevelsOption<Allowed> = {},
): ParsedRollingVisitorsQuery<Allowed> {
  const parsed = parseInput({ schema: rollingVisitorsQuery, input: readQueryString({ query }) });
  checkLevel(parsed, options);
  return parsed as ParsedRollingVisitorsQuery<Allowed>;
}
