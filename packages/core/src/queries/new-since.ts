import { type RawBuilder, sql } from "kysely";
import type { Connection } from "../database/connect.ts";
import type { DateRange } from "./date-range.ts";

type AnswerOfNewVisitors = Pick<Connection, "schema"> & Pick<DateRange, "date_to">;

/** The column that says since when visitors are remembered, where a range that ends on this date has some who were forgotten. */
export function newSince({ schema, date_to }: AnswerOfNewVisitors): RawBuilder<unknown> {
  // in a select of its own it is asked once, and not for each row
  return sql`(select ${sql.id(schema, "visitors_new_since")}(${date_to}::text::date)::text) as new_since`;
}
