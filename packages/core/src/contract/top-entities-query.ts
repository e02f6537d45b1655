import * as z from "zod/mini";
import { calendarDate, type DateRange, rangeInOrder } from "./calendar-date.ts";
import { type ComparisonQuery, comparisonFields, comparisonInOrder } from "./comparison-query.ts";
import { keptLevels } from "./level.ts";
import { oneOf } from "./one-of.ts";
import { parseInput } from "./parse-input.ts";
import { topEntitiesDefaults } from "./query-defaults.ts";
import { readQueryString } from "./query-string.ts";
import {
  checkLevel,
  type LevelsOption,
  type Subject,
  subjectFields,
  subjectRules,
} from "./subject.ts";
import { wholeNumber } from "./whole-number.ts";

/** Of what the most viewed entities are asked: of one owner, of one type, or of all. */
export const topLevels = keptLevels;

/** What entities are sorted by, from the most downwards. */
export const topSorts = ["unique_visitors", "views", "unique_accounts", "trending"] as const;

export type TopLevel = (typeof topLevels)[number];
export type TopSort = (typeof topSorts)[number];

/** The question: which are viewed most? */
export const topEntitiesQuery = z
  .strictObject({
    ...subjectFields,
    level: oneOf(topLevels),
    date_from: z.optional(calendarDate),
    date_to: z.optional(calendarDate),
    sort: z._default(oneOf(topSorts), topEntitiesDefaults.sort),
    limit: z._default(wholeNumber({ from: 1, to: 100 }), topEntitiesDefaults.limit),
    ...comparisonFields,
  })
  .check(rangeInOrder, ...comparisonInOrder, ...subjectRules);

/** What {@link AnalyticsClient.getTopEntities} is asked; without dates it is about the last 30 days. */
export interface TopEntitiesQuery extends DateRange, ComparisonQuery {
  /**
   * `"owner"` for the entities of one owner, `"type"` for those of one type, `"site"` for all. It is never assumed: the answer may be about
   * pages of everybody.
   */
  level: TopLevel;
  /** The owner, with the level `"owner"`. */
  owner_id?: string | number | undefined;
  /** The type, with the level `"type"`. */
  entity_type?: string | undefined;
  /**
   * What they are sorted by, from the most downwards. `"trending"`: by how many more visitors they had on the last day of the range that is over
   * than usually on that day of the week.
   *
   * @default "unique_visitors"
   */
  sort?: TopSort | undefined;
  /** How many are listed, 1 to 100. @default 10 */
  limit?: number | undefined;
}

/** A {@link TopEntitiesQuery} after parsing. */
export type ParsedTopEntitiesQuery<Allowed extends TopLevel = TopLevel> = Subject<Allowed> &
  ParsedTopEntitiesChoice;

/** The same without what it is about. */
export interface ParsedTopEntitiesChoice extends DateRange, ComparisonQuery {
  sort: TopSort;
  limit: number;
}

/**
 * Reads a query about the most viewed entities from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 * It may be of any level that has several entities, unless `levels` allows fewer.
 *
 * @throws {AnalyticsError} `invalid_input`, `level_not_allowed`
 * @example
 * parseTopEntitiesQuery(new URLSearchParams("level=type&entity_type=listing&sort=views"));
 */
export function parseTopEntitiesQuery<Allowed extends TopLevel = TopLevel>(
  query: unknown,
  { levels }: LevelsOption<Allowed> = {},
): ParsedTopEntitiesQuery<Allowed> {
  const input = readQueryString({ query, numbers: ["limit"] });
  const parsed = parseInput({ schema: topEntitiesQuery, input });
  checkLevel(parsed, { levels: levels ?? topLevels });
  return parsed as unknown as ParsedTopEntitiesQuery<Allowed>;
}
