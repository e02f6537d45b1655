import type { CollectResult } from "../contract/collect.ts";
import type { CollectRefusal } from "../contract/collect-refusal.ts";
import { admitPageViews } from "./admit-page-views.ts";
import { checkList } from "./check-list.ts";
import type { Collection } from "./collection.ts";
import { count } from "./collection-counts.ts";
import { insertPageViews } from "./insert-page-views.ts";
import type { PageView } from "./page-view.ts";
import { checkTrackOptions, type TrackOptions } from "./track-options.ts";

interface TrackCall {
  collection: Collection;
  views: readonly PageView[];
  options: TrackOptions;
}

/** Stores page views by one statement. */
export async function trackPageViews({
  collection,
  views,
  options,
}: TrackCall): Promise<CollectResult> {
  const { signal, ...request } = checkTrackOptions(options);
  checkList({ field: "views", list: views, name: "page views" });
  const { admitted, refused } = await admitPageViews({ collection, views, request, signal });
  const rows = admitted.map(({ row }) => row);
  const { connection } = collection;
  const refusedRows = await collection.withColumns({
    work: (columns) => insertPageViews({ connection, columns, rows, signal }),
    signal,
  });
  const messages = new Map(refusedRows.map(({ row, message }) => [row, message]));
  for (const { index, row } of admitted) {
    const message = messages.get(row);
    if (message !== undefined) refused.push({ index, code: "refused_by_table", message });
  }
  const result = { accepted: rows.length - refusedRows.length, refused: inOrder(refused) };
  count(collection.counts, result);
  return result;
}

export function inOrder(refused: CollectRefusal[]): CollectRefusal[] {
  return refused.toSorted((a, b) => a.index - b.index);
}
