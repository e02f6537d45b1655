import * as z from "zod/mini";
import { timeOnPageFields } from "../../contract/collect.ts";
import type { TimeRow } from "../storage/record-times.ts";
import { type CollectionPolicy, storedSeconds } from "./collection-policy.ts";
import { parseList } from "./parse-list.ts";
import type { Validated } from "./validated.ts";

const timeOnPage = z.strictObject(timeOnPageFields, { error: "give an object" });

/** How long a page view lasted in all: its id, and its total of seconds so far. */
export type TimeOnPage = z.input<typeof timeOnPage>;

/** A {@link TimeOnPage} after parsing. */
export type ParsedTimeOnPage = z.output<typeof timeOnPage>;

/** @throws {AnalyticsError} `invalid_input` unless it is an array of up to 10,000 */
export function parseTimes(times: readonly TimeOnPage[]): Validated<ParsedTimeOnPage> {
  return parseList({ field: "times", list: times, schema: timeOnPage, name: "time on page" });
}

interface TimesToValidate {
  times: Validated<ParsedTimeOnPage>;
  policy: CollectionPolicy;
}

/** Times as they are stored. */
export function validateTimes({ times, policy }: TimesToValidate): Validated<TimeRow> {
  const valid = times.valid.map(({ index, value: { page_view_id, seconds } }) => {
    const row = {
      page_view_id: page_view_id.toLowerCase(),
      seconds: storedSeconds(seconds, policy),
    };
    return { index, value: row };
  });
  return { valid, refused: times.refused };
}
