import type { AnalyticsClient, Visitor, VisitorList } from "@headcount/core";
import type { ParsedVisitorsQuery } from "@headcount/core/contract";

export interface EveryVisitorOptions {
  analytics: AnalyticsClient;
  query: ParsedVisitorsQuery;
  signal: AbortSignal;
}

/** All visitors that a query finds, page by page. The first page is here already: what fails, fails before. */
export async function everyVisitor(options: EveryVisitorOptions): Promise<AsyncIterable<Visitor>> {
  return pages({ ...options, first: await ask(options) });
}

async function* pages({
  first,
  ...options
}: EveryVisitorOptions & { first: VisitorList }): AsyncGenerator<Visitor> {
  let page = first;
  for (;;) {
    yield* page.data;
    if (page.next_cursor === null) return;
    page = await ask({ ...options, query: { ...options.query, cursor: page.next_cursor } });
  }
}

function ask({ analytics, query, signal }: EveryVisitorOptions): Promise<VisitorList> {
  return analytics.getVisitors({ ...query, limit: 1000, visits_limit: 0 }, { signal });
}
