import type { VisitorSort } from "@headcount/core/contract";
import type { OracleVisitor } from "./ask-oracle.ts";

const rankings = {
  visit_count: ["visit_count", "last_visit"],
  last_visit: ["last_visit", "visit_count"],
  first_visit: ["first_visit", "visit_count"],
} as const;

/** Puts visitors in the order that the contract promises. */
export function rankVisitors(visitors: OracleVisitor[], sort: VisitorSort): OracleVisitor[] {
  const [first, second] = rankings[sort];
  return visitors.toSorted(
    (a, b) =>
      descending(a[first], b[first]) || descending(a[second], b[second]) || a.place - b.place,
  );
}

// instants of one zone without daylight saving have the order of their texts
function descending<Value extends number | string>(a: Value, b: Value): number {
  if (a === b) return 0;
  return a < b ? 1 : -1;
}
