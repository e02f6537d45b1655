import type { VisitorSort } from "../contract/visitors-query.ts";

export type RankingColumn = "visit_count" | "last_visit" | "first_visit";

/** What visitors are sorted by, each downwards; then come anonymous visitors before accounts, and their ids. */
export const rankings = {
  visit_count: ["visit_count", "last_visit"],
  last_visit: ["last_visit", "visit_count"],
  first_visit: ["first_visit", "visit_count"],
} as const satisfies Record<VisitorSort, readonly [RankingColumn, RankingColumn]>;

/** Where a page ended: the values of the two ranking columns as exact text, and the visitor. */
export interface VisitorPosition {
  values: readonly [string, string];
  is_account: boolean;
  visitor_id: string;
}
