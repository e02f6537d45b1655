import { useEffect } from "react";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import { createTracker } from "../tracker/create-tracker.ts";
import type { ViewedEntity } from "../tracker/tracker.ts";

/**
 * Counts one view of an entity, and the time that it is looked at, for as long as the component is mounted.
 *
 * @param entity null as long as it is not known, or not on the screen
 * @throws {Error} outside of an AnalyticsProvider, and below one that has neither an endpoint nor a tracker
 * @example
 * usePageView({ entity_type: "listing", entity_id: "7" });
 */
export function usePageView(entity: ViewedEntity | null): void {
  const { tracking } = useAnalyticsContext("usePageView");
  const { endpoint } = tracking;
  if (tracking.tracker === undefined && endpoint === undefined) {
    throw new Error(
      "usePageView has no tracker: give <AnalyticsProvider> one beside its fetcher, like tracker={createTracker({ endpoint })}.",
    );
  }
  const isShown = entity !== null;
  const { entity_type = "", entity_id = null } = entity ?? {};
  useEffect(() => {
    if (!isShown) return undefined;
    tracking.tracker ??= createTracker({ endpoint: endpoint ?? "" });
    const view = tracking.tracker.trackPageView({ entity_type, entity_id });
    return () => view.end();
  }, [tracking, endpoint, isShown, entity_type, entity_id]);
}
