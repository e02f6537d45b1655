import "../../../../testing/react/install-dom.ts";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createReactHost, type ReactHost } from "../../../../testing/react/react-host.ts";
import { AnalyticsProvider } from "../provider/analytics-provider.tsx";
import { useBreakdown } from "./use-breakdown.ts";
import { useDigest } from "./use-digest.ts";
import { useEntityTotals } from "./use-entity-totals.ts";
import { useHeatMap } from "./use-heat-map.ts";
import { useLive } from "./use-live.ts";
import { useRollingVisitors } from "./use-rolling-visitors.ts";
import { useTimeSeries } from "./use-time-series.ts";
import { useTopEntities } from "./use-top-entities.ts";

const listing = { entity_type: "listing", entity_id: "7" };

let host: ReactHost;

beforeAll(async () => {
  host = await createReactHost("hooks owner");
  await host.view("7", ["ada", "ada", "bob"]);
});
afterAll(() => host[Symbol.asyncDispose]());
afterEach(cleanup);

function wrapper({ children }: { children: ReactNode }) {
  return <AnalyticsProvider endpoint={host.routes.endpoint}>{children}</AnalyticsProvider>;
}

test("each question of an owner's page has what the client answers", async () => {
  const entities = [{ ...listing, entity_id: 8 }, listing];
  const { result } = renderHook(
    () => ({
      series: useTimeSeries({ ...listing, compare: "previous_period" }),
      rolling: useRollingVisitors(listing),
      heatMap: useHeatMap(listing),
      kinds: useBreakdown({ ...listing, dimension: "visitor_kind" }),
      noKinds: useBreakdown(null),
      digest: useDigest({
        ...listing,
        period: "monthly",
        date: new Date().toISOString().slice(0, 10),
      }),
      noDigest: useDigest(null),
      live: useLive({ ...listing, minutes: 60 }, { refetchInterval: 50 }),
      several: useLive({ entities }, { live: false }),
      totals: useEntityTotals({ entities, compare: "previous_year" }),
      nothing: useEntityTotals(null),
      top: useTopEntities({ level: "site", compare: "previous_period" }),
      noTop: useTopEntities(null),
    }),
    { wrapper },
  );
  const { current } = result;
  await waitFor(() => {
    for (const name of [
      "series",
      "rolling",
      "heatMap",
      "kinds",
      "digest",
      "live",
      "several",
      "totals",
      "top",
    ] as const) {
      expect(result.current[name].isSuccess).toBe(true);
    }
  });
  expect(current.nothing.fetchStatus).toBe("idle");
  expect(current.noKinds.fetchStatus).toBe("idle");
  expect(current.noDigest.fetchStatus).toBe("idle");
  expect(current.noTop.fetchStatus).toBe("idle");
  const { series, rolling, heatMap, kinds, digest, live, several, totals, top } = result.current;
  expect(series.data?.compare).toMatchObject({ before_first_view: true, totals: { views: 0 } });
  const { freshness: _ofRolling, ...days } = await host.analytics.getRollingVisitors(listing);
  expect(rolling.data).toMatchObject(days);
  expect(heatMap.data?.data).toHaveLength(168);
  expect(kinds.data).toMatchObject({
    data: [{ value: "account", unique_visitors: 2, views: 3, share_of_visitors: 100 }],
    other: null,
  });
  expect(digest.data).toMatchObject({ totals: { views: 3 }, best_day: { views: 3 } });
  expect(several.data?.data.map(({ entity_id }) => entity_id)).toEqual(["8", "7"]);
  expect(totals.data?.data.map(({ views }) => views)).toEqual([0, 3]);
  expect(top.data?.data).toMatchObject([{ rank: 1, ...listing, views: 3, unique_visitors: 2 }]);
  expect(live.data?.data).toMatchObject([{ ...listing, unique_visitors: expect.any(Number) }]);

  await act(() =>
    host.database.pool.query(
      "insert into page_views (entity_type, entity_id, session_id) values ('listing', '7', 'now')",
    ),
  );
  await waitFor(() => expect(result.current.live.data?.data[0]?.anonymous_visitors).toBe(1));
});
