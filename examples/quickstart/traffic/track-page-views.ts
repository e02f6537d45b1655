import type { AnalyticsClient } from "@headcount/core";
import type { TrafficPageView } from "../../../testing/traffic/generate-traffic.ts";

export interface TrackPageViewsOptions {
  analytics: AnalyticsClient;
  pageViews: readonly TrafficPageView[];
  /** Called with the number of page views stored so far. */
  onProgress: (stored: number) => void;
}

const batchSize = 2_500;

/** Stores page views as a host's server does, only more of them per call. */
export async function trackPageViews(options: TrackPageViewsOptions): Promise<void> {
  const { analytics, pageViews, onProgress } = options;
  let stored = 0;
  for (let start = 0; start < pageViews.length; start += batchSize) {
    const batch = pageViews.slice(start, start + batchSize);
    const { accepted, refused } = await analytics.trackPageViews(batch);
    const [first] = refused;
    if (first !== undefined) throw new Error(`A page view was refused. ${first.message}`);
    stored += accepted;
    onProgress(stored);
  }
}
