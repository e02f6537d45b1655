import { type Context, createContext } from "react";
import type { Tracker } from "../tracker/tracker.ts";

/**
 * What page views are counted with. `usePageView` makes the tracker, not the provider, so that a host without that
 * hook bundles no tracker.
 */
export interface Tracking {
  /** Where a tracker posts to; undefined when only a fetcher is known. */
  endpoint: string | undefined;
  tracker: Tracker | undefined;
}

/** The provider's, apart from what it knows of questions: a page that only counts views needs nothing of those. */
export const TrackingContext: Context<Tracking | null> = createContext<Tracking | null>(null);
