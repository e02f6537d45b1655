import { attempt } from "./attempt.ts";
import { BrowserTracker } from "./browser-tracker.ts";
import type { TrackedView, Tracker, TrackerOptions } from "./tracker.ts";

/**
 * A tracker of page views and reading time. It does nothing before its first view, and nothing at all on a server.
 *
 * @example
 * const tracker = createTracker({ endpoint: "/api/analytics/collect" });
 * const view = tracker.trackPageView({ entity_type: "listing", entity_id: 42 });
 * view.page_view_id; //=> "6f2c1e0a-…"
 */
export function createTracker(options: TrackerOptions): Tracker {
  const tracker = typeof document === "undefined" ? undefined : new BrowserTracker(options);
  return {
    get session_id() {
      return attempt(() => tracker?.session_id) ?? null;
    },
    get visitor_id() {
      return attempt(() => tracker?.visitor_id) ?? null;
    },
    trackPageView: (entity) => attempt(() => tracker?.trackPageView(entity)) ?? uncounted,
    pause: () => attempt(() => tracker?.pause()),
    resume: () => attempt(() => tracker?.resume()),
    forget: () => attempt(() => tracker?.forget()),
    flush: async () => attempt(() => tracker?.flush()),
    close: () => attempt(() => tracker?.close()),
  };
}

const uncounted: TrackedView = { page_view_id: null, end: () => undefined };
