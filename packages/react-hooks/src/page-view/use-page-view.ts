import { useContext, useEffect, useRef } from "react";
import { routeOf } from "../queries/analytics-source.ts";
import { createTracker } from "../tracker/create-tracker.ts";
import type { Tracker, ViewedEntity } from "../tracker/tracker.ts";
import { type Tracking, TrackingContext } from "./tracking.ts";

/** What a view is counted with, for pages without an AnalyticsProvider. */
export type UsePageViewOptions =
  /** The host's routes, like `/api/analytics`: views are posted to its `/collect`, by one tracker for the page. */
  | { endpoint: string; tracker?: undefined }
  /** A tracker of the host's own, for example one that waits for consent. */
  | { tracker: Tracker; endpoint?: undefined };

/**
 * Counts one view of an entity, and the time that it is looked at, for as long as the component is mounted.
 *
 * @param entity null as long as it is not known, or not on the screen
 * @param options not needed inside of an AnalyticsProvider, which knows where views are posted to
 * @throws {Error} when neither the options nor a provider around it have an endpoint or a tracker
 * @example
 * usePageView({ entity_type: "listing", entity_id: "7" }, { endpoint: "/api/analytics" });
 */
export function usePageView(entity: ViewedEntity | null, options?: UsePageViewOptions): void {
  const around = useContext(TrackingContext);
  const provided = options === undefined ? around : null;
  const { endpoint, tracker } = options ?? {};
  if ((provided?.tracker ?? provided?.endpoint ?? tracker ?? endpoint) === undefined) {
    throw new Error(whatIsMissing(around));
  }
  const isShown = entity !== null;
  const { entity_type = "", entity_id = null, surface } = entity ?? {};
  const latestSurface = useRef(surface);
  useEffect(() => {
    latestSurface.current = surface;
  });
  useEffect(() => {
    if (!isShown) return undefined;
    const counting = tracker ?? trackerOf(provided ?? trackingOfPage(endpoint ?? ""));
    const view = counting.trackPageView({ entity_type, entity_id, surface: latestSurface.current });
    return () => view.end();
  }, [provided, tracker, endpoint, isShown, entity_type, entity_id]);
}

function trackerOf(tracking: Tracking): Tracker {
  tracking.tracker ??= createTracker({ endpoint: tracking.endpoint ?? "" });
  return tracking.tracker;
}

// One for all hooks of a page, as long as the page lives: each would send and measure for itself otherwise.
const ofPage = new Map<string, Tracking>();

function trackingOfPage(endpoint: string): Tracking {
  const known = ofPage.get(endpoint) ?? {
    endpoint: routeOf(endpoint, "/collect"),
    tracker: undefined,
  };
  ofPage.set(endpoint, known);
  return known;
}

function whatIsMissing(around: Tracking | null): string {
  return around === null
    ? 'usePageView does not know where views are counted: give it { endpoint: "/api/analytics" }, or put <AnalyticsProvider endpoint="/api/analytics"> around it.'
    : "usePageView has no tracker: give <AnalyticsProvider> one beside its fetcher, like tracker={createTracker({ endpoint })}.";
}
