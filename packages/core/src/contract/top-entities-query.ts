import * as z from "zod/mini";
import { calendarDate, type DateRange, rangeInOrder } from "./calendar-date.ts";
import { type ComparisonQuery, comparisonFields, comparisonInOrder } from "./comparison-query.ts";
import { entityFields } from "./entity.ts";
import { oneOf } from "./one-of.ts";
import { parseInput } from "./parse-input.ts";
import { topEntitiesDefaults } from "./query-defaults.ts";
import { readQueryString } from "./query-string.ts";
import { wholeNumber } from "./whole-number.ts";

/** Of what the most viewed entities are asked: of one type, or of all. */
export const topLevels = ["type", "site"] as const;

/** What entities are sorted by, from the most downwards. */
export const topSorts = ["unique_visitors", "views", "unique_accounts", "trending"] as const;

export type TopLevel = (typeof topLevels)[number];
export type TopSort = (typeof topSorts)[number];

interface LevelQuery {
  level: TopLevel;
  entity_type?: string | undefined;
}

/** The question: which are viewed most? */
export const topEntitiesQuery = z
  .strictObject({
    level: oneOf(topLevels),
    entity_type: z.optional(entityFields.entity_type),
    date_from: z.optional(calendarDate),
    date_to: z.optional(calendarDate),
    sort: z._default(oneOf(topSorts), topEntitiesDefaults.sort),
    limit: z._default(wholeNumber({ from: 1, to: 100 }), topEntitiesDefaults.limit),
    ...comparisonFields,
  })
  .check(
    rangeInOrder,
    ...comparisonInOrder,
    z.refine<LevelQuery>(
      ({ level, entity_type }) => level !== "type" || entity_type !== undefined,
      {
        path: ["entity_type"],
        error: 'give the type of the entities, or the level "site"',
      },
    ),
    z.refine<LevelQuery>(
      ({ level, entity_type }) => level !== "site" || entity_type === undefined,
      {
        path: ["entity_type"],
        error: 'leave it out, or give the level "type"',
      },
    ),
  );

/** What {@link AnalyticsClient.getTopEntities} is asked; without dates it is about the last 30 days. */
export interface TopEntitiesQuery extends DateRange, ComparisonQuery {
  /** `"type"` for the entities of one type, `"site"` for all. It is never assumed: the answer is about pages of everybody. */
  level: TopLevel;
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
export interface ParsedTopEntitiesQuery extends DateRange, ComparisonQuery {
  level: TopLevel;
  entity_type?: string | undefined;
  sort: TopSort;
  limit: number;
}

/**
 * Reads a query about the most viewed entities from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 *
 * @throws {AnalyticsError} `invalid_input`
 * @example
 * parseTopEntitiesQuery(new URLSearchParams("level=type&entity_type=listing&sort=views"));
 */
export function parseTopEntitiesQuery(query: unknown): ParsedTopEntitiesQuery {
  const input = readQueryString({ query, numbers: ["limit"] });
  return parseInput({ schema: topEntitiesQuery, input });
}
