import { useEffect, useMemo } from "react";
import { routeOf } from "../queries/analytics-source.ts";
import { createTracker } from "../tracker/create-tracker.ts";
import type { Tracker } from "../tracker/tracker.ts";

/** The host's tracker, or else one for the endpoint, which is closed with the provider. */
export function useTracker(endpoint?: string, given?: Tracker): Tracker | undefined {
  const own = useMemo(() => {
    if (given !== undefined || endpoint === undefined) return undefined;
    return createTracker({ endpoint: routeOf(endpoint, "/collect") });
  }, [endpoint, given]);
  useEffect(() => () => own?.close(), [own]);
  return given ?? own;
}
