import type { CollectResult } from "../contract/collect.ts";
import { type Collection, count } from "./collection.ts";
import type { PageViewRow } from "./storage/page-view-row.ts";
import { parseTrackOptions, type TrackOptions } from "./track-options.ts";
import { type PageView, parsePageViews } from "./validation/page-view.ts";
import { validatePageViews } from "./validation/validate-page-views.ts";
import { sortByIndex, type Validated } from "./validation/validated.ts";
import { readVisitorTraits } from "./validation/visitor-traits.ts";

interface TrackCall {
  collection: Collection;
  views: readonly PageView[];
  options: TrackOptions;
}

/** Stores page views by one statement. */
export async function trackPageViews(call: TrackCall): Promise<CollectResult> {
  const views = await validateTrackCall(call);
  return storePageViews({ collection: call.collection, views, signal: call.options.signal });
}

/** The views of a call that may be stored, at once or from a buffer. */
export async function validateTrackCall({
  collection,
  views,
  options,
}: TrackCall): Promise<Validated<PageViewRow>> {
  const { signal, ...request } = parseTrackOptions(options);
  const traits = readVisitorTraits(request, collection.policy);
  return validatePageViews({ rules: collection, views: parsePageViews(views), traits, signal });
}

interface PageViewsToStore {
  collection: Collection;
  views: Validated<PageViewRow>;
  signal?: AbortSignal | undefined;
}

/** Stores what is valid, and says what became of all. */
export async function storePageViews({
  collection: { table, counts },
  views: { valid, refused },
  signal,
}: PageViewsToStore): Promise<CollectResult> {
  const rows = valid.map(({ value }) => value);
  const refusedRows = await table.insertPageViews({ rows, signal });
  const messages = new Map(refusedRows.map(({ row, message }) => [row, message]));
  const refusedByTable = valid.flatMap(({ index, value }) => {
    const message = messages.get(value);
    return message === undefined ? [] : [{ index, code: "refused_by_table" as const, message }];
  });
  const result = {
    accepted: valid.length - refusedByTable.length,
    refused: sortByIndex([...refused, ...refusedByTable]),
  };
  count(counts, result);
  return result;
}
