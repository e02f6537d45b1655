import * as z from "zod/mini";
import { calendarDate, type DateRange, rangeInOrder } from "./calendar-date.ts";
import { type ComparisonQuery, comparisonFields, comparisonInOrder } from "./comparison-query.ts";
import { oneOf } from "./one-of.ts";
import { parseInput } from "./parse-input.ts";
import { breakdownDefaults } from "./query-defaults.ts";
import { readQueryString } from "./query-string.ts";
import {
  checkLevel,
  type Level,
  type LevelsOption,
  type Subject,
  type SubjectQuery,
  subjectFields,
  subjectRules,
} from "./subject.ts";
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

/** By what views can be broken down and filtered, besides `viewer.` and an attribute of viewers, by which they are only broken down. */
export const dimensions = ["visitor_kind", ...factDimensions] as const;

/** What the values of a breakdown can be sorted by, from the most downwards. */
export const breakdownSorts = ["unique_visitors", "views", "entries"] as const;

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
  ...subjectFields,
  date_from: z.optional(calendarDate),
  date_to: z.optional(calendarDate),
  dimension,
  filter_dimension: z.optional(oneOf(dimensions)),
  filter_value: z.optional(z.nullable(z.string({ error: "give a text, or null" }))),
  ...comparisonFields,
  sort: z._default(oneOf(breakdownSorts), breakdownDefaults.sort),
  limit: z._default(wholeNumber({ from: 1, to: 500 }), breakdownDefaults.limit),
};

interface CheckedQuery extends DateRange, ComparisonQuery {
  dimension: Dimension;
  filter_dimension?: FilterDimension | undefined;
  filter_value?: string | null | undefined;
  sort: BreakdownSort;
  smallest_group?: number | undefined;
}

// Attributes are of accounts as they are now, and views are not stored with them: only which accounts came is known, by whole dates.
const ofViewsOnly = (path: keyof CheckedQuery, isGiven: (query: CheckedQuery) => boolean) =>
  z.refine<CheckedQuery>((query) => !(isGiven(query) && query.dimension.startsWith("viewer.")), {
    path: [path],
    error: 'leave it out for an attribute of viewers, a dimension with "viewer."',
  });

// The difference of two answers would be a small group.
const withoutSmallGroups = (path: keyof CheckedQuery) =>
  z.refine<CheckedQuery>((query) => query[path] === undefined || (query.smallest_group ?? 0) <= 1, {
    path: [path],
    error: "leave it out where small groups are kept back, by smallest_group",
  });

const rules = [
  rangeInOrder,
  ...comparisonInOrder,
  ...subjectRules,
  z.refine<CheckedQuery>(
    ({ filter_dimension, filter_value }) =>
      typeof filter_value !== "string" || filter_dimension !== undefined,
    { path: ["filter_dimension"], error: "give what filter_value is a value of" },
  ),
  ofViewsOnly("filter_dimension", (query) => query.filter_dimension !== undefined),
  ofViewsOnly("compare", (query) => query.compare !== undefined),
  ofViewsOnly("compare_from", (query) => query.compare_from !== undefined),
  ofViewsOnly("sort", (query) => query.sort === "entries"),
  withoutSmallGroups("filter_dimension"),
  withoutSmallGroups("compare"),
  withoutSmallGroups("compare_from"),
] as const;

/** The question as a browser may ask it: how small a group may be, is not for it to say. */
const askedBreakdownQuery = z.strictObject(fields).check(...rules);

/** The question: how many of each? */
export const breakdownQuery = z
  .strictObject({ ...fields, smallest_group: z.optional(wholeNumber({ from: 0, to: 1000 })) })
  .check(...rules);

/** By what views are broken down: what is known of a view, or an attribute of who viewed. */
export type Dimension = (typeof dimensions)[number] | `viewer.${string}`;

/** By what views are filtered: what is known of a view. */
export type FilterDimension = (typeof dimensions)[number];

export type BreakdownSort = (typeof breakdownSorts)[number];

/** What a browser may ask of {@link AnalyticsClient.getBreakdown}; without dates it is about the last 30 days. */
export type AskedBreakdownQuery = SubjectQuery & BreakdownChoice;

/** The same without what it is about. */
export interface BreakdownChoice extends DateRange, ComparisonQuery {
  /**
   * By what: `"visitor_kind"`; what is stored of page views, as `"channel"` or `"utm_campaign"`; or `"viewer."` and a column of `analytics_accounts` that `viewer_attributes` of the settings names,
   * as `"viewer.company"`.
   */
  dimension: Dimension;
  /** Counts only views with one value of this dimension, `filter_value`. */
  filter_dimension?: FilterDimension | undefined;
  /** The value; null, or left out, for views that have none. */
  filter_value?: string | null | undefined;
  /** What the values are sorted by, from the most downwards. @default "unique_visitors" */
  sort?: BreakdownSort | undefined;
  /** How many values are listed, 1 to 500. @default 20 */
  limit?: number | undefined;
}

/** What {@link AnalyticsClient.getBreakdown} is asked. */
export type BreakdownQuery = AskedBreakdownQuery & {
  /**
   * Of how many visitors a value must be at least to be listed, 0 to 1000: smaller ones are merged, and dates must be whole weeks or
   * months that are over; without dates it is about the last four weeks. Say 0 for somebody who may see the list of visitors.
   *
   * @default 5 for attributes of viewers, 0 for everything else
   */
  smallest_group?: number | undefined;
};

/** A {@link BreakdownQuery} after parsing. */
export type ParsedBreakdownQuery<Allowed extends Level = "entity"> = Subject<Allowed> &
  DateRange &
  ComparisonQuery & {
    dimension: Dimension;
    filter_dimension?: FilterDimension | undefined;
    filter_value?: string | null | undefined;
    sort: BreakdownSort;
    limit: number;
    smallest_group?: number | undefined;
  };

/**
 * Reads a breakdown query from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 * A `smallest_group` is refused: add it when you know who asks. It is about an entity, unless `levels` allows more.
 *
 * @throws {AnalyticsError} `invalid_input`, `level_not_allowed`
 * @example
 * parseBreakdownQuery(new URLSearchParams("entity_type=listing&entity_id=7&dimension=viewer.company"));
 */
export function parseBreakdownQuery<Allowed extends Level = "entity">(
  query: unknown,
  options: LevelsOption<Allowed> = {},
): ParsedBreakdownQuery<Allowed> {
  const input = readQueryString({ query, numbers: ["limit"] });
  const parsed = parseInput({ schema: askedBreakdownQuery, input });
  checkLevel(parsed, options);
  return parsed as ParsedBreakdownQuery<Allowed>;
}
