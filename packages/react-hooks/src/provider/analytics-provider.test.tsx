import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { useTimeSeries } from "../hooks/use-time-series.ts";
import { useVisitors } from "../hooks/use-visitors.ts";
import { usePageView } from "../page-view/use-page-view.ts";
import { createTracker } from "../tracker/create-tracker.ts";
import { AnalyticsProvider } from "./analytics-provider.tsx";

const listing = { entity_type: "listing", entity_id: "7" };

function Page() {
  const { status } = useTimeSeries(listing);
  const { isPending } = useVisitors(listing);
  usePageView(listing);
  return (
    <p>
      {status} {String(isPending)}
    </p>
  );
}

test("a server without a window renders what is pending, and asks nothing", () => {
  expect(typeof window).toBe("undefined");
  const asked: string[] = [];
  const html = renderToString(
    <AnalyticsProvider
      fetcher={(path) => {
        asked.push(path);
        return new Response();
      }}
      tracker={createTracker({ endpoint: "/api/analytics/collect" })}
    >
      <Page />
    </AnalyticsProvider>,
  );
  expect(html).toBe("<p>pending<!-- --> <!-- -->true</p>");
  expect(asked).toEqual([]);
});
