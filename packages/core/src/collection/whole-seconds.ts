import type { CollectionPolicy } from "./collection-options.ts";

/** A time as it is stored: capped, and rounded down, so that what is under 10 seconds stays a bounce. */
export function wholeSeconds(seconds: number, { maxTimeOnPage }: CollectionPolicy): number {
  return Math.floor(Math.min(seconds, maxTimeOnPage));
}
