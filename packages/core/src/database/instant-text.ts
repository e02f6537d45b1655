import { type RawBuilder, sql } from "kysely";

/** An instant as answers have it: ISO 8601 in UTC with milliseconds. */
export function instantText(instant: RawBuilder<unknown>): RawBuilder<string> {
  return sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
