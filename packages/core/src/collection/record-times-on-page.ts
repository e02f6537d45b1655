import { type CallOptions, checkCallOptions } from "../call-options.ts";
import type { CollectResult } from "../contract/collect.ts";
import { type Collection, count } from "./collection.ts";
import type { TimeRow } from "./storage/record-times.ts";
import { parseTimes, type TimeOnPage, validateTimes } from "./validation/time-on-page.ts";
import { sortByIndex, type Validated } from "./validation/validated.ts";

interface RecordCall {
  collection: Collection;
  times: readonly TimeOnPage[];
  options: CallOptions;
}

/** Stores the times of page views by one statement. */
export async function recordTimesOnPage(call: RecordCall): Promise<CollectResult> {
  const { collection, options } = call;
  const times = validateRecordCall(call);
  return storeTimes({ collection, times, signal: options.signal });
}

/** The times of a call that may be stored, at once or from a buffer. */
export function validateRecordCall({ collection, times, options }: RecordCall): Validated<TimeRow> {
  checkCallOptions(options);
  return validateTimes({ times: parseTimes(times), policy: collection.policy });
}

interface TimesToStore {
  collection: Collection;
  times: Validated<TimeRow>;
  signal?: AbortSignal | undefined;
}

/** Stores what is valid, and says what became of all. */
export async function storeTimes({
  collection: { table, counts },
  times: { valid, refused },
  signal,
}: TimesToStore): Promise<CollectResult> {
  const found = await table.recordTimes({ times: valid.map(({ value }) => value), signal });
  const unknown = valid.filter(({ value }) => !found.has(value.page_view_id));
  const refusedByTable = unknown.map(({ index }) => ({ index, ...unknownPageView }));
  const result = {
    accepted: valid.length - unknown.length,
    refused: sortByIndex([...refused, ...refusedByTable]),
  };
  count(counts, result);
  return result;
}

const unknownPageView = {
  code: "unknown_page_view",
  message: "The page view is not there: send it before its time, or in the same body.",
} as const;
