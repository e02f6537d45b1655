import { expect, test } from "vitest";
import { createTracker } from "./create-tracker.ts";

test("A tracker on a server counts nothing and throws nothing", async () => {
  const tracker = createTracker({ endpoint: "/api/analytics/collect" });
  const view = tracker.trackPageView({ entity_type: "listing", entity_id: 42 });
  expect(view.page_view_id).toBeNull();
  expect(tracker.session_id).toBeNull();
  expect(tracker.visitor_id).toBeNull();
  view.end();
  tracker.pause();
  tracker.resume();
  tracker.forget();
  await tracker.flush();
  tracker.close();
});
