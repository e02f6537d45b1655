// Counts page views and reading time in the browser. No React inside, and nothing else either.

export { createTracker } from "./create-tracker.ts";
export type { TrackedView, Tracker, TrackerOptions, ViewedEntity } from "./tracker.ts";
