import type { AnalyticsClient, CollectionOptions } from "@headcount/core";
import type { TrafficPageView } from "./generate-traffic.ts";
import { trafficHost } from "./traffic-arrivals.ts";
import { trafficCountryHeader } from "./traffic-browsers.ts";

/** How a client collects made-up traffic: it happened at other times than now, and a session of it in no time. */
export const trafficCollection: CollectionOptions = {
  maxAgeMs: false,
  maxViewsPerMinute: false,
  ownHosts: [trafficHost],
  storeFacts: ["surface", "referrer", "utm", "device"],
  countryHeader: trafficCountryHeader,
};

interface TrackTrafficOptions {
  /** With {@link trafficCollection}. */
  analytics: AnalyticsClient;
  pageViews: readonly TrafficPageView[];
  /** Called with the number of page views stored so far. */
  onProgress?: ((stored: number) => void) | undefined;
}

const batchSize = 2_500;

/** Stores page views as a host's server does, only more of them per call: those of one kind of browser together. */
export async function trackTraffic(options: TrackTrafficOptions): Promise<void> {
  const { analytics, pageViews, onProgress } = options;
  const byBrowser = Map.groupBy(pageViews, ({ headers }) => JSON.stringify(headers));
  let stored = 0;
  for (const views of byBrowser.values()) {
    for (let start = 0; start < views.length; start += batchSize) {
      const batch = views.slice(start, start + batchSize);
      const { accepted, refused } = await analytics.trackPageViews(
        batch.map(({ headers: _headers, ...view }) => view),
        { headers: batch[0]?.headers },
      );
      const [first] = refused;
      if (first !== undefined) throw new Error(`A page view was refused. ${first.message}`);
      stored += accepted;
      onProgress?.(stored);
    }
  }
}
