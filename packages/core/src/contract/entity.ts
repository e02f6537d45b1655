import * as z from "zod/mini";

const maxIdLength = 255;

/** Text that Postgres can store: not empty, not endless, no NUL, no half of a surrogate pair. */
function isIdText(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length >= 1 &&
    value.length <= maxIdLength &&
    !value.includes("\0") &&
    value.isWellFormed()
  );
}

const entityType = z
  .custom<string>(isIdText, {
    error: `give a text of 1 to ${maxIdLength} characters, like "listing"`,
    abort: true,
  })
  .check(
    z.refine((type) => !type.startsWith("headcount:"), {
      error: 'give one that does not begin with "headcount:", or the level that you mean',
    }),
  );

/** Whether this is an id that some column can hold: text that Postgres can store, or a whole number. */
export function isId(value: unknown): value is string | number {
  return isIdText(value) || Number.isSafeInteger(value);
}

const entityId = z.pipe(
  z.custom<string | number | null>((value) => value === null || isId(value), {
    error: `give an id of 1 to ${maxIdLength} characters, or null for pages without an entity`,
  }),
  z.transform((id) => (id === null ? null : String(id))),
);

/** The fields that name what was viewed; every query has them. */
export const entityFields = { entity_type: entityType, entity_id: entityId };

/** What was viewed: a kind of thing and its id; `null` stands for pages without an entity. */
export interface Entity {
  /** The kind of thing, like `"listing"`. */
  entity_type: string;
  /** Null for pages without an entity. */
  entity_id: string | null;
}

/** How a question names what was viewed: an id may be a number. */
export interface EntityQuery {
  /** The kind of thing, like `"listing"`. */
  entity_type: string;
  /** Its id, of the type that the table of page views has; null for pages without an entity. */
  entity_id: string | number | null;
}
