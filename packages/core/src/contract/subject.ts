import * as z from "zod/mini";
import { AnalyticsError } from "../errors.ts";
import { type Entity, type EntityQuery, entityFields } from "./entity.ts";
import { keptLevels } from "./level.ts";
import { oneOf } from "./one-of.ts";

/** What a question is about: an entity, everything of an owner, everything of a type, or the whole site. */
export const levels = ["entity", ...keptLevels] as const;

export type Level = (typeof levels)[number];

/** About one entity, as every question is that names no other level. */
export interface EntitySubjectQuery extends EntityQuery {
  level?: "entity" | undefined;
}

/** About all that an owner has, each visitor counted once. */
export interface OwnerSubjectQuery {
  level: "owner";
  /** Of the type that `owner_id` of the page views has. */
  owner_id: string | number;
}

/** About all entities of a type, each visitor counted once. */
export interface TypeSubjectQuery {
  level: "type";
  entity_type: string;
}

/** About everything, each visitor counted once. */
export interface SiteSubjectQuery {
  level: "site";
}

/**
 * What a question is about: an entity, or, by its `level`, all that an owner has, all of a type or everything, each visitor counted once.
 * Wider levels are kept where they were switched on.
 */
export type SubjectQuery =
  | EntitySubjectQuery
  | OwnerSubjectQuery
  | TypeSubjectQuery
  | SiteSubjectQuery;

/** A {@link SubjectQuery} of one of these levels after parsing. */
export type Subject<Of extends Level = Level> =
  Extract<
    | (Entity & { level: "entity" })
    | { level: "owner"; owner_id: string }
    | TypeSubjectQuery
    | SiteSubjectQuery,
    { level: Of }
  > extends infer Found
    ? Found extends { level: "entity" }
      ? Entity & { level?: "entity" | undefined }
      : Found
    : never;

/** What the fields of any subject are. */
export interface SubjectFields {
  level?: Level | undefined;
  entity_type?: string | undefined;
  entity_id?: string | null | undefined;
  owner_id?: string | undefined;
}

const { entity_type, entity_id } = entityFields;
const ownerId = z.pipe(
  z.custom<string | number>((value) => value !== null && isGiven(entity_id, value), {
    error: "give an id of 1 to 255 characters",
  }),
  z.transform(String),
);

/** The fields that name what a question is about; {@link subjectRules} say which of them a level has. */
export const subjectFields = {
  level: z.optional(oneOf(levels)),
  entity_type: z.optional(entity_type),
  entity_id: z.optional(entity_id),
  owner_id: z.optional(ownerId),
};

function isGiven(schema: z.ZodMiniType, value: unknown): boolean {
  return z.safeParse(schema, value).success;
}

const keysOf = {
  entity: ["entity_type", "entity_id"],
  owner: ["owner_id"],
  type: ["entity_type"],
  site: [],
} as const satisfies Record<Level, readonly (keyof SubjectFields)[]>;

type SubjectKey = "entity_type" | "entity_id" | "owner_id";

const missing: Record<SubjectKey, string> = {
  entity_type: 'give a text of 1 to 255 characters, like "listing"',
  entity_id: "give an id of 1 to 255 characters, or null for pages without an entity",
  owner_id: "give an id of 1 to 255 characters",
};

const has = (level: Level, key: SubjectKey): boolean => keysOf[level].some((one) => one === key);

function rulesOf(key: SubjectKey) {
  return [
    z.refine<SubjectFields>(
      ({ level = "entity", ...given }) => !has(level, key) || given[key] !== undefined,
      { path: [key], error: missing[key] },
    ),
    z.refine<SubjectFields>(
      ({ level = "entity", ...given }) => has(level, key) || given[key] === undefined,
      {
        path: [key],
        error: `leave it out, or give a level that has it: ${levels
          .filter((level) => has(level, key))
          .map((level) => `"${level}"`)
          .join(" or ")}`,
      },
    ),
  ] as const;
}

/** Each level has its own fields, and no others. */
export const subjectRules = [
  ...rulesOf("entity_type"),
  ...rulesOf("entity_id"),
  ...rulesOf("owner_id"),
] as const;

/** Which levels a browser may name. */
export interface LevelsOption<Allowed extends Level = Level> {
  /** @default ["entity"] */
  levels?: readonly Allowed[] | undefined;
}

/**
 * Nothing, where the level of a question may be named here.
 *
 * @throws {AnalyticsError} `level_not_allowed`
 */
export function checkLevel(
  { level = "entity" }: Pick<SubjectFields, "level">,
  { levels: allowed = ["entity"] }: LevelsOption,
): void {
  if (allowed.includes(level)) return;
  throw new AnalyticsError(
    "level_not_allowed",
    `level is "${level}", which may not be asked for here: ask about ${allowed.map((one) => `"${one}"`).join(" or ")}.`,
    { field: "level" },
  );
}

/** The fields by which an answer says what it is about; null are those that its level does not have. */
export const subjectResultFields = {
  level: z.enum(levels),
  entity_type: z.nullable(z.string()),
  entity_id: z.nullable(z.string()),
  owner_id: z.nullable(z.string()),
};

/** What an answer is about. */
export interface SubjectResult {
  level: Level;
  /** Null for the levels `"owner"` and `"site"`. */
  entity_type: string | null;
  /** Null for pages without an entity, and for every level but `"entity"`. */
  entity_id: string | null;
  /** Null for every level but `"owner"`. */
  owner_id: string | null;
}
