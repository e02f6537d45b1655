import * as z from "zod/mini";
import { type CallOptions, checkCallOptions } from "../call-options.ts";
import type { CollectResult } from "../contract/collect.ts";
import { timeOnPageFields } from "../contract/collect.ts";
import { type CollectRefusal, refusalSentence } from "../contract/collect-refusal.ts";
import { checkList } from "./check-list.ts";
import type { Collection } from "./collection.ts";
import { count } from "./collection-counts.ts";
import type { CollectionPolicy } from "./collection-options.ts";
import { recordTimes, type TimeRow } from "./record-times.ts";
import { inOrder } from "./track-page-views.ts";
import { wholeSeconds } from "./whole-seconds.ts";

const timeOnPage = z.strictObject(timeOnPageFields, { error: "give an object" });

/** How long a page view lasted in all: its id, and its total of seconds so far. */
export type TimeOnPage = z.input<typeof timeOnPage>;

interface RecordCall {
  collection: Collection;
  times: readonly TimeOnPage[];
  options: CallOptions;
}

/** Stores the times of page views by one statement. */
export async function recordTimesOnPage({
  collection,
  times,
  options,
}: RecordCall): Promise<CollectResult> {
  const { signal } = checkCallOptions(options);
  checkList({ field: "times", list: times, name: "times on page" });
  const { connection, policy } = collection;
  const { admitted, refused } = admitTimes({ times, policy });
  await connection.installation({ signal });
  const rows = admitted.map(({ row }) => row);
  const found = await collection.withColumns({
    work: (columns) => recordTimes({ connection, columns, times: rows, signal }),
    signal,
  });
  const unknown = admitted.filter(({ row }) => !found.has(row.page_view_id));
  for (const { index } of unknown) refused.push({ index, ...unknownPageView });
  const result = { accepted: rows.length - unknown.length, refused: inOrder(refused) };
  count(collection.counts, result);
  return result;
}

export const unknownPageView = {
  code: "unknown_page_view",
  message: "The page view is not there: send it before its time, or in the same body.",
} as const;

interface TimesToAdmit {
  times: readonly TimeOnPage[];
  policy: CollectionPolicy;
}

interface AdmittedTimes {
  admitted: { index: number; row: TimeRow }[];
  refused: CollectRefusal[];
}

/** Times that may be recorded. */
export function admitTimes({ times, policy }: TimesToAdmit): AdmittedTimes {
  const result: AdmittedTimes = { admitted: [], refused: [] };
  for (const [index, time] of times.entries()) {
    const { success, data, error } = z.safeParse(timeOnPage, time);
    if (success) {
      const seconds = wholeSeconds(data.seconds, policy);
      const row = { page_view_id: data.page_view_id.toLowerCase(), seconds };
      result.admitted.push({ index, row });
    } else {
      const message = refusalSentence({ issues: error.issues, input: time, name: "time on page" });
      result.refused.push({ index, code: "invalid_input", message });
    }
  }
  return result;
}
