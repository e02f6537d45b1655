import { generateTraffic, type Traffic } from "../../../testing/traffic/generate-traffic.ts";

export interface TrafficSize {
  /** @default 365 */
  days?: number;
  /** About how many page views. @default 45_000 */
  pageViews?: number;
}

/** Makes up traffic that ends now. */
export function trafficUntilNow({ days = 365, pageViews = 45_000 }: TrafficSize = {}): Traffic {
  const now = new Date();
  const traffic = generateTraffic({
    endDate: now.toISOString().slice(0, 10),
    days,
    pageViews,
    accounts: 400,
  });
  return { ...traffic, pageViews: traffic.pageViews.filter(({ viewed_at }) => viewed_at <= now) };
}
