import * as z from "zod/mini";
import { calendarDate } from "./calendar-date.ts";
import { oneOf } from "./one-of.ts";
import { parseInput } from "./parse-input.ts";
import { digestDefaults } from "./query-defaults.ts";
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

/** What a digest is of. */
export const digestPeriods = ["weekly", "monthly"] as const;

export type DigestPeriod = (typeof digestPeriods)[number];

/** The fields that say of which week or month it is. */
export const digestChoiceFields = {
  period: z._default(oneOf(digestPeriods), digestDefaults.period),
  date: z.optional(calendarDate),
  names: z.optional(z.boolean({ error: "give true or false" })),
};

/** The question: what happened in a week, or a month? */
export const digestQuery = z
  .strictObject({ ...subjectFields, ...digestChoiceFields })
  .check(...subjectRules);

/** What {@link AnalyticsClient.getDigest} is asked. */
export type DigestQuery = SubjectQuery & DigestChoice;

/** The same without what it is about. */
export interface DigestChoice {
  /** A week from Monday on, or a calendar month. @default "weekly" */
  period?: DigestPeriod | undefined;
  /** Any date of the week or month that is meant, `YYYY-MM-DD`; without it, it is the last one that is over. */
  date?: string | undefined;
  /** Whether new accounts have their names and ids; without, each is listed as one whose `visibility` is `"attributes"`. @default true */
  names?: boolean | undefined;
}

/** What {@link AnalyticsClient.digests} is asked. */
export interface DigestsQuery extends DigestChoice {
  /** Whose: ids of the type that `owner_id` of the page views has, of which each is read when its turn comes. */
  owners: Iterable<string | number> | AsyncIterable<string | number>;
}

/** A {@link DigestQuery} after parsing. */
export type ParsedDigestQuery<Allowed extends Level = "entity"> = Subject<Allowed> &
  DigestChoice & { period: DigestPeriod };

/**
 * Reads a digest query from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 * It is about an entity, unless `levels` allows more.
 *
 * @throws {AnalyticsError} `invalid_input`, `level_not_allowed`
 * @example
 * parseDigestQuery(new URLSearchParams("level=owner&owner_id=7"), { levels: ["owner"] });
 * //=> { level: "owner", owner_id: "7", period: "weekly" }
 */
export function parseDigestQuery<Allowed extends Level = "entity">(
  query: unknown,
  options: LevelsOption<Allowed> = {},
): ParsedDigestQuery<Allowed> {
  const parsed = parseInput({
    schema: digestQuery,
    input: readQueryString({ query, booleans: ["names"] }),
  });
  checkLevel(parsed, options);
  return parsed as ParsedDigestQuery<Allowed>;
}
