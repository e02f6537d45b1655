import * as z from "zod/mini";
import { calendarDate, rangeInOrder } from "./calendar-date.ts";
import { entityFields } from "./entity.ts";
import { parseInput } from "./parse-input.ts";
import { visitorsDefaults } from "./query-defaults.ts";
import { readQueryString } from "./query-string.ts";
import { wholeNumber } from "./whole-number.ts";

const maxSearchLength = 200;
const maxCursorLength = 2000;

/** Visitors with an account, and visitors that are known by their session only. */
export const visitorKinds = ["account", "anonymous"] as const;

/** What visitors can be sorted by, each from the most or the latest downwards. */
export const visitorSorts = ["visit_count", "last_visit", "first_visit"] as const;

const searchRule = `give a text of 1 to ${maxSearchLength} characters, without NUL`;
const search = z.string({ error: searchRule }).check(
  z.trim(),
  z.minLength(1, { error: searchRule }),
  z.maxLength(maxSearchLength, { error: searchRule, abort: true }),
  z.refine((text) => !text.includes("\0") && text.isWellFormed(), { error: searchRule }),
);

const cursor = z
  .string({ error: "give the next_cursor of an earlier answer" })
  .check(
    z.maxLength(maxCursorLength, { error: "give the next_cursor of an earlier answer, unchanged" }),
  );

function oneOf<const Names extends readonly string[]>(names: Names) {
  return z.enum(names, { error: `give one of ${names.map((name) => `"${name}"`).join(", ")}` });
}

/** The question: who viewed this? */
export const visitorsQuery = z
  .strictObject({
    ...entityFields,
    date_from: z.optional(calendarDate),
    date_to: z.optional(calendarDate),
    kind: z.optional(oneOf(visitorKinds)),
    search: z.optional(search),
    sort: z._default(oneOf(visitorSorts), visitorsDefaults.sort),
    limit: z._default(wholeNumber({ from: 1, to: 1000 }), visitorsDefaults.limit),
    visits_limit: z._default(wholeNumber({ from: 0, to: 100 }), visitorsDefaults.visits_limit),
    cursor: z.optional(cursor),
  })
  .check(rangeInOrder);

/**
 * What {@link AnalyticsClient.getVisitors} is asked.
 *
 * Without dates it is about all time; either date may be left out. `search` looks for a part of the username or the
 * display name, whatever its case, so only visitors with an account are found. `sort` is `"visit_count"`, `limit`
 * 50 (1 to 1000) and `visits_limit` 5 (0 to 100) by default. `cursor` is the `next_cursor` of the answer before.
 */
export type VisitorsQuery = z.input<typeof visitorsQuery>;

/** A {@link VisitorsQuery} after parsing. */
export type ParsedVisitorsQuery = z.output<typeof visitorsQuery>;

export type VisitorKind = (typeof visitorKinds)[number];
export type VisitorSort = (typeof visitorSorts)[number];

/**
 * Reads a visitors query from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 * An empty `entity_id` means null.
 *
 * @throws {AnalyticsError} `invalid_input`
 * @example
 * parseVisitorsQuery(new URLSearchParams("entity_type=listing&entity_id=7&limit=10"));
 * //=> { entity_type: "listing", entity_id: "7", sort: "visit_count", limit: 10, visits_limit: 5 }
 */
export function parseVisitorsQuery(query: unknown): ParsedVisitorsQuery {
  const input = readQueryString({ query, numbers: ["limit", "visits_limit"] });
  return parseInput({ schema: visitorsQuery, input });
}
