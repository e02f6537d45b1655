import * as z from "zod/mini";
import { calendarDate, type DateRange, rangeInOrder } from "./calendar-date.ts";
import { oneOf } from "./one-of.ts";
import { parseInput } from "./parse-input.ts";
import { visitorsDefaults } from "./query-defaults.ts";
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

const seenSince = z.pipe(
  z.iso.datetime({ offset: true, error: 'give an instant like "2026-01-31T09:30:00Z"' }),
  z.transform((text) => new Date(text).toISOString()),
);

const seenInOrder = z.refine<{ sort: string; seen_since?: string | undefined }>(
  ({ sort, seen_since }) => seen_since === undefined || sort === "last_visit",
  { path: ["seen_since"], error: 'ask for it with sort "last_visit", or leave it out' },
);

const namesBeforeSearch = z.refine<{ names?: boolean | undefined; search?: string | undefined }>(
  ({ names, search: text }) => names !== false || text === undefined,
  { path: ["search"], error: "leave it out where names are not to be seen" },
);

/** The question: who viewed this? */
export const visitorsQuery = z
  .strictObject({
    ...subjectFields,
    date_from: z.optional(calendarDate),
    date_to: z.optional(calendarDate),
    kind: z.optional(oneOf(visitorKinds)),
    search: z.optional(search),
    sort: z._default(oneOf(visitorSorts), visitorsDefaults.sort),
    limit: z._default(wholeNumber({ from: 1, to: 1000 }), visitorsDefaults.limit),
    visits_limit: z._default(wholeNumber({ from: 0, to: 100 }), visitorsDefaults.visits_limit),
    cursor: z.optional(cursor),
    seen_since: z.optional(seenSince),
    names: z.optional(z.boolean({ error: "give true or false" })),
  })
  .check(rangeInOrder, seenInOrder, namesBeforeSearch, ...subjectRules);

export type VisitorKind = (typeof visitorKinds)[number];
export type VisitorSort = (typeof visitorSorts)[number];

/** What {@link AnalyticsClient.getVisitors} is asked; without dates it is about all time, and either may be left out. */
export type VisitorsQuery = SubjectQuery & VisitorsChoice;

/** The same without what it is about. */
export interface VisitorsChoice extends DateRange {
  /** Only these; both when it is left out. */
  kind?: VisitorKind | undefined;
  /** A part of the username or the display name, in any case: it finds accounts only. 1 to 200 characters. */
  search?: string | undefined;
  /** What they are sorted by, from the most or the latest downwards. @default "visit_count" */
  sort?: VisitorSort | undefined;
  /** How many visitors a page has, 1 to 1000. @default 50 */
  limit?: number | undefined;
  /** How many of the latest page views each visitor has, 0 to 100. @default 5 */
  visits_limit?: number | undefined;
  /** The `next_cursor` of the page before. */
  cursor?: string | undefined;
  /** Only who came at this instant or later, as when somebody last looked: ISO 8601; with `sort: "last_visit"`. */
  seen_since?: string | undefined;
  /** Whether accounts have their names and ids; without, each is listed as one whose `visibility` is `"attributes"`. @default true */
  names?: boolean | undefined;
}

/** A {@link VisitorsQuery} after parsing. */
export type ParsedVisitorsQuery<Allowed extends Level = "entity"> = Subject<Allowed> &
  ParsedVisitorsChoice;

/** The same without what it is about. */
export interface ParsedVisitorsChoice extends DateRange {
  kind?: VisitorKind | undefined;
  search?: string | undefined;
  sort: VisitorSort;
  limit: number;
  visits_limit: number;
  cursor?: string | undefined;
  /** In UTC, with milliseconds. */
  seen_since?: string | undefined;
  names?: boolean | undefined;
}

/**
 * Reads a visitors query from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 * An empty `entity_id` means null. It is about an entity, unless `levels` allows more.
 *
 * @throws {AnalyticsError} `invalid_input`, `level_not_allowed`
 * @example
 * parseVisitorsQuery(new URLSearchParams("entity_type=listing&entity_id=7&limit=10"));
 * //=> { entity_type: "listing", entity_id: "7", sort: "visit_count", limit: 10, visits_limit: 5 }
 */
export function parseVisitorsQuery<Allowed extends Level = "entity">(
  query: unknown,
  options: LevelsOption<Allowed> = {},
): ParsedVisitorsQuery<Allowed> {
  const input = readQueryString({
    query,
    numbers: ["limit", "visits_limit"],
    booleans: ["names"],
  });
  const parsed = parseInput({ schema: visitorsQuery, input });
  checkLevel(parsed, options);
  return parsed as ParsedVisitorsQuery<Allowed>;
}
