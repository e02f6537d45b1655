import * as z from "zod/mini";
import { type Entity, type EntityQuery, entityFields } from "./entity.ts";
import { type EntityListQuery, entityList, readEntityList } from "./entity-list.ts";
import { parseInput } from "./parse-input.ts";
import { liveDefaults } from "./query-defaults.ts";
import { readQueryString } from "./query-string.ts";
import { wholeNumber } from "./whole-number.ts";

const minutes = z._default(wholeNumber({ from: 1, to: 60 }), liveDefaults.minutes);

/** The question: how many are looking at this now? */
export const liveQuery = z.strictObject({ ...entityFields, minutes });

/** The same of several entities. */
export const liveEntitiesQuery = z.strictObject({ entities: entityList, minutes });

interface MinutesQuery {
  /** How long a view counts after it began, 1 to 60. @default 5 */
  minutes?: number | undefined;
}

/** What {@link AnalyticsClient.getLive} is asked, about one entity or several. */
export type LiveQuery = (EntityQuery & MinutesQuery) | (EntityListQuery & MinutesQuery);

/** A {@link LiveQuery} about one entity after parsing. */
export interface ParsedLiveEntityQuery extends Entity {
  minutes: number;
}

/** A {@link LiveQuery} about several entities after parsing. */
export interface ParsedLiveEntitiesQuery {
  entities: Entity[];
  minutes: number;
}

/** A {@link LiveQuery} after parsing. */
export type ParsedLiveQuery = ParsedLiveEntityQuery | ParsedLiveEntitiesQuery;

/** What a {@link LiveQuery} asks; its `entities` say that it is about several. */
export function readLiveQuery(input: unknown): ParsedLiveQuery {
  const isAboutSeveral = typeof input === "object" && input !== null && "entities" in input;
  return isAboutSeveral
    ? parseInput({ schema: liveEntitiesQuery, input })
    : parseInput({ schema: liveQuery, input });
}

/**
 * Reads a live query: from a query string with `entity_id`, or with `entity_ids`, a list with commas, or from an object
 * with `entities`, as a body of JSON has it.
 *
 * @throws {AnalyticsError} `invalid_input`
 * @example
 * parseLiveQuery(new URLSearchParams("entity_type=listing&entity_id=7")).minutes; //=> 5
 */
export function parseLiveQuery(query: unknown): ParsedLiveQuery {
  const fields = readQueryString({ query, numbers: ["minutes"], lists: ["entities"] });
  return readLiveQuery(readEntityList(fields));
}
