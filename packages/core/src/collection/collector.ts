import type { CallOptions } from "../call-options.ts";
import type { CollectResult } from "../contract/collect.ts";
import type { PageView } from "./page-view.ts";
import type { TimeOnPage } from "./record-time-on-page.ts";
import type { TrackOptions } from "./track-options.ts";

/** Where views and times go: the client, which stores them at once, or a buffer. */
export interface Collector {
  trackPageViews(views: readonly PageView[], options?: TrackOptions): Promise<CollectResult>;
  recordTimesOnPage(times: readonly TimeOnPage[], options?: CallOptions): Promise<CollectResult>;
}
