import * as z from "zod/mini";
import type { Entity } from "./entity.ts";
import { type EntityListQuery, entityList, readEntityList } from "./entity-list.ts";
import { parseInput } from "./parse-input.ts";
import { liveDefaults } from "./query-defaults.ts";
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

const minutes = z._default(wholeNumber({ from: 1, to: 60 }), liveDefaults.minutes);

/** The question: how many are looking at this now? */
export const liveQuery = z.strictObject({ ...subjectFields, minutes }).check(...subjectRules);

/** The same of several entities. */
export const liveEntitiesQuery = z.strictObject({ entities: entityList, minutes });

interface MinutesQuery {
  /** How long a view counts after it began, 1 to 60. @default 5 */
  minutes?: number | undefined;
}

/** What {@link AnalyticsClient.getLive} is asked, about one entity, several, or a wider level. */
export type LiveQuery = (SubjectQuery & MinutesQuery) | (EntityListQuery & MinutesQuery);

/** A {@link LiveQuery} about one subject after parsing. */
export type ParsedLiveSubjectQuery<Allowed extends Level = "entity"> = Subject<Allowed> & {
  minutes: number;
};

/** A {@link LiveQuery} about several entities after parsing. */
export interface ParsedLiveEntitiesQuery {
  entities: Entity[];
  minutes: number;
}

/** A {@link LiveQuery} after parsing. */
export type ParsedLiveQuery<Allowed extends Level = "entity"> =
  | ParsedLiveSubjectQuery<Allowed>
  | ParsedLiveEntitiesQuery;

/** What a {@link LiveQuery} asks; its `entities` say that it is about several. */
export function readLiveQuery(input: unknown): ParsedLiveQuery<Level> {
  const isAboutSeveral = typeof input === "object" && input !== null && "entities" in input;
  return isAboutSeveral
    ? parseInput({ schema: liveEntitiesQuery, input })
    : (parseInput({ schema: liveQuery, input }) as ParsedLiveSubjectQuery<Level>);
}

/**
 * Reads a live query: from a query string with `entity_id`, or with `entity_ids`, a list with commas, or from an object
 * with `entities`, as a body of JSON has it. It is about entities, unless `levels` allows more.
 *
 * @throws {AnalyticsError} `invalid_input`, `level_not_allowed`
 * @example
 * parseLiveQuery(new URLSearchParams("entity_type=listing&entity_id=7")).minutes; //=> 5
 */
export function parseLiveQuery<Allowed extends Level = "entity">(
  query: unknown,
  options: LevelsOption<Allowed> = {},
): ParsedLiveQuery<Allowed> {
  const fields = readQueryString({ query, numbers: ["minutes"], lists: ["entities"] });
  const parsed = readLiveQuery(readEntityList(fields));
  checkLevel("entities" in parsed ? {} : parsed, options);
  return parsed as ParsedLiveQuery<Allowed>;
}
