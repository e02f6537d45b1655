import * as z from "zod/mini";
import { AnalyticsError } from "../errors.ts";
import { calendarDate, type DateRange, rangeInOrder } from "./calendar-date.ts";
import { type ComparisonQuery, comparisonFields, comparisonInOrder } from "./comparison-query.ts";
import type { Entity } from "./entity.ts";
import { type EntityListQuery, entityList, readEntityList } from "./entity-list.ts";
import { oneOf } from "./one-of.ts";
import { parseInput } from "./parse-input.ts";
import { readQueryString } from "./query-string.ts";

/** What the small chart beside an entity can be cut into. */
export const sparklines = ["daily", "weekly"] as const;

export type Sparkline = (typeof sparklines)[number];

interface AllTimeQuery extends DateRange, ComparisonQuery {
  all_time?: boolean | undefined;
  sparkline?: Sparkline | undefined;
  together?: boolean | undefined;
}

/** The question: how many viewed each of these? */
export const entityTotalsQuery = z
  .strictObject({
    entities: entityList,
    date_from: z.optional(calendarDate),
    date_to: z.optional(calendarDate),
    all_time: z.optional(z.boolean({ error: "give true or false" })),
    sparkline: z.optional(oneOf(sparklines)),
    together: z.optional(z.boolean({ error: "give true or false" })),
    ...comparisonFields,
  })
  .check(
    rangeInOrder,
    ...comparisonInOrder,
    z.refine<AllTimeQuery>(
      ({ all_time, date_from, date_to, sparkline, compare, compare_from }) =>
        all_time !== true ||
        [date_from, date_to, sparkline, compare, compare_from].every((one) => one === undefined),
      {
        path: ["all_time"],
        error: "leave it out beside dates, a sparkline or a comparison",
      },
    ),
  );

/** What {@link AnalyticsClient.getEntityTotals} is asked; without dates it is about the last 30 days. */
export interface EntityTotalsQuery extends EntityListQuery, DateRange, ComparisonQuery {
  /** About all time instead; without dates, sparkline and comparison. @default false */
  all_time?: boolean | undefined;
  /** Whether each entity has its views by days or weeks as well, 92 at most. */
  sparkline?: Sparkline | undefined;
  /** Whether all of them are counted together as well, each visitor once. They may have had 20,000 visitors, each for itself. @default false */
  together?: boolean | undefined;
}

/** An {@link EntityTotalsQuery} after parsing. */
export interface ParsedEntityTotalsQuery extends AllTimeQuery {
  entities: Entity[];
}

/**
 * Reads a query about the totals of many entities: from a query string with `entity_type` and `entity_ids`, a list with
 * commas, or from an object with `entities`, as a body of JSON has it.
 *
 * @throws {AnalyticsError} `invalid_input`
 * @example
 * parseEntityTotalsQuery(new URLSearchParams("entity_type=listing&entity_ids=7,8"));
 * //=> { entities: [{ entity_type: "listing", entity_id: "7" }, { entity_type: "listing", entity_id: "8" }] }
 */
export function parseEntityTotalsQuery(query: unknown): ParsedEntityTotalsQuery {
  const fields = readQueryString({
    query,
    booleans: ["all_time", "together"],
    lists: ["entities"],
  });
  refuseOneEntity(fields);
  return parseInput({ schema: entityTotalsQuery, input: readEntityList(fields) });
}

// The error would ask for entities, which a query string cannot have, where entity_ids was meant.
function refuseOneEntity(fields: unknown): void {
  const has = (name: string): boolean =>
    typeof fields === "object" && fields !== null && name in fields;
  if (has("entities") || has("entity_ids") || !(has("entity_type") || has("entity_id"))) return;
  throw new AnalyticsError(
    "invalid_input",
    "entity_ids is missing: give ids of this entity_type as a list with commas, like entity_ids=7,8, also of one, instead of entity_id.",
    { field: "entity_ids" },
  );
}
