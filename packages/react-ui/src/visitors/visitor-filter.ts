import type { VisitorKind, VisitorSort } from "@headcount/core/contract";

/** Which visitors are listed, and in which order. */
export interface VisitorFilter {
  search: string;
  kind: VisitorKind | "all";
  sort: VisitorSort;
}

export const everyVisitor: VisitorFilter = { search: "", kind: "all", sort: "last_visit" };
