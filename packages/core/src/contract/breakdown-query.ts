import * as z from "zod/mini";
import { calendarDate, type DateRange, rangeInOrder } from "./calendar-date.ts";
import { type Entity, type EntityQuery, entityFields } from "./entity.ts";
import { oneOf } from "./one-of.ts";
import { parseInput } from "./parse-input.ts";
import { breakdownDefaults } from "./query-defaults.ts";
import { readQueryString } from "./query-string.ts";
import { wholeNumber } from "./whole-number.ts";

/** What is stored of each page view: where it came from, and with what it was viewed. */
export const factDimensions = [
  "channel",
  "source",
  "referrer_host",
  "surface",
  "utm_source",
  "utm_medium",
  "utm_campaign",
  "device",
  "browser",
  "os",
  "country",
] as const;

/** By what views can be broken down, besides `viewer.` and an attribute of viewers. */
export const dimensions = ["visitor_kind", ...factDimensions] as const;

/** What the values of a breakdown can be sorted by, from the most downwards. */
export const breakdownSorts = ["unique_visitors", "views"] as const;

const maxNameLength = 63;

// a column of the host's: as long as Postgres lets names be
function isViewerDimension(value: unknown): boolean {
  if (typeof value !== "string" || !value.startsWith("viewer.")) return false;
  const { length } = value.slice("viewer.".length);
  return length > 0 && length <= maxNameLength && !value.includes("\0") && value.isWellFormed();
}

const dimension = z.custom<Dimension>(
  (value) => dimensions.some((name) => name === value) || isViewerDimension(value),
  {
    error: `give ${dimensions.map((name) => `"${name}"`).join(", ")}, or "viewer." and an attribute of viewers, like "viewer.company"`,
  },
);

const fields = {
  ...entityFields,
  date_from: z.optional(calendarDate),
  date_to: z.optional(calendarDate),
  dimension,
  sort: z._default(oneOf(breakdownSorts), breakdownDefaults.sort),
  limit: z._default(wholeNumber({ from: 1, to: 500 }), breakdownDefaults.limit),
};

/** The question as a browser may ask it: how small a group may be, is not for it to say. */
const askedBreakdownQuery = z.strictObject(fields).check(rangeInOrder);

/** The question: how many of each? */
export const breakdownQuery = z
  .strictObject({ ...fields, smallest_group: z.optional(wholeNumber({ from: 0, to: 1000 })) })
  .check(rangeInOrder);

/** By what views are broken down: what is known of a view, or an attribute of who viewed. */
export type Dimension = (typeof dimensions)[number] | `viewer.${string}`;

export type BreakdownSort = (typeof breakdownSorts)[number];

/** What a browser may ask of {@link AnalyticsClient.getBreakdown}; without dates it is about the last 30 days. */
export interface AskedBreakdownQuery extends EntityQuery, DateRange {
  /**
   * By what: `"visitor_kind"`; what is stored of page views, as `"channel"` or `"utm_campaign"`; or `"viewer."` and a column of `analytics_accounts` that `viewer_attributes` of the settings names,
   * as `"viewer.company"`.
   */
  dimension: Dimension;
  /** What the values are sorted by, from the most downwards. @default "unique_visitors" */
  sort?: BreakdownSort | undefined;
  /** How many values are listed, 1 to 500. @default 20 */
  limit?: number | undefined;
}

/** What {@link AnalyticsClient.getBreakdown} is asked. */
export interface BreakdownQuery extends AskedBreakdownQuery {
  /**
   * Of how many visitors a value must be at least to be listed, 0 to 1000: smaller ones are merged, and dates must be whole weeks or
   * months that are over; without dates it is about the last four weeks. Say 0 for somebody who may see the list of visitors.
   *
   * @default 5 for attributes of viewers, 0 for everything else
   */
  smallest_group?: number | undefined;
}

/** A {@link BreakdownQuery} after parsing. */
export interface ParsedBreakdownQuery extends Entity, DateRange {
  dimension: Dimension;
  sort: BreakdownSort;
  limit: number;
  smallest_group?: number | undefined;
}

/**
 * Reads a breakdown query from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 * A `smallest_group` is refused: add it when you know who asks.
 *
 * @throws {AnalyticsError} `invalid_input`
 * @example
 * parseBreakdownQuery(new URLSearchParams("entity_type=listing&entity_id=7&dimension=viewer.company"));
 */
export function parseBreakdownQuery(query: unknown): ParsedBreakdownQuery {
  const input = readQueryString({ query, numbers: ["limit"] });
  return parseInput({ schema: askedBreakdownQuery, input });
}
