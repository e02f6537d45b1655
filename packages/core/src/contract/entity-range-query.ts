import * as z from "zod/mini";
import { calendarDate, type DateRange, rangeInOrder } from "./calendar-date.ts";
import { type Entity, type EntityQuery, entityFields } from "./entity.ts";

/** A question about one entity and a range. */
export const entityRangeQuery = z
  .strictObject({
    ...entityFields,
    date_from: z.optional(calendarDate),
    date_to: z.optional(calendarDate),
  })
  .check(rangeInOrder);

/** What was viewed, and when. */
export interface EntityRangeQuery extends EntityQuery, DateRange {}

/** An {@link EntityRangeQuery} after parsing. */
export interface ParsedEntityRangeQuery extends Entity, DateRange {}
