import type { CollectRefusal } from "../contract/collect-refusal.ts";
import { admitPageView } from "./admit-page-view.ts";
import type { Collection } from "./collection.ts";
import type { PageView, PageViewRow } from "./page-view.ts";
import { traitsOf, type VisitorRequest } from "./visitor-request.ts";

interface PageViewsToAdmit {
  collection: Collection;
  views: readonly PageView[];
  request: VisitorRequest;
  signal?: AbortSignal | undefined;
}

/** What may be stored, each with its place among the views, and what may not. */
export interface AdmittedPageViews {
  admitted: { index: number; row: PageViewRow }[];
  refused: CollectRefusal[];
}

/** Judges views one by one, without writing anything. */
export async function admitPageViews({
  collection,
  views,
  request,
  signal,
}: PageViewsToAdmit): Promise<AdmittedPageViews> {
  const { connection, policy, rate } = collection;
  const installation = await connection.installation({ signal });
  const referrerLimit = await collection.withColumns({
    work: ({ referrer_limit }) => referrer_limit,
    signal,
  });
  const traits = traitsOf(request, policy);
  const admission = { policy, installation, traits, rate, referrerLimit, now: Date.now() };
  const result: AdmittedPageViews = { admitted: [], refused: [] };
  for (const [index, view] of views.entries()) {
    const row = admitPageView({ view, admission });
    if ("code" in row) result.refused.push({ index, ...row });
    else result.admitted.push({ index, row });
  }
  return result;
}
