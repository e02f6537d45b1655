import type { CollectRefusal } from "../../contract/collect-refusal.ts";

/** Something that was given, with its position in what was given. */
export interface Indexed<Value> {
  index: number;
  value: Value;
}

/** What can be used of what was given, and why the rest cannot. */
export interface Validated<Value> {
  valid: Indexed<Value>[];
  refused: CollectRefusal[];
}

/** Refusals in the order of what was given. */
export function sortByIndex(refused: readonly CollectRefusal[]): CollectRefusal[] {
  return refused.toSorted((a, b) => a.index - b.index);
}
