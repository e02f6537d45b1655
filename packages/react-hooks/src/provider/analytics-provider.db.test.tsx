import "../../../../testing/react/install-dom.ts";
import {
  type DehydratedState,
  dehydrate,
  HydrationBoundary,
  QueryClient,
  QueryClientProvider,
  useQueryClient,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import { memo, type ReactNode, StrictMode, Suspense } from "react";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createReactHost, type ReactHost } from "../../../../testing/react/react-host.ts";
import { useAnalyticsQueries } from "../hooks/use-analytics-queries.ts";
import { useSuspenseAnalyticsStatus } from "../hooks/use-suspense-analytics-status.ts";
import { useSuspenseBreakdown } from "../hooks/use-suspense-breakdown.ts";
import { useSuspenseEntityTotals } from "../hooks/use-suspense-entity-totals.ts";
import { useSuspenseHeatMap } from "../hooks/use-suspense-heat-map.ts";
import { useSuspenseLive } from "../hooks/use-suspense-live.ts";
import { useSuspenseRollingVisitors } from "../hooks/use-suspense-rolling-visitors.ts";
import { useSuspenseTimeSeries } from "../hooks/use-suspense-time-series.ts";
import { useSuspenseVisitors } from "../hooks/use-suspense-visitors.ts";
import { useTimeSeries } from "../hooks/use-time-series.ts";
import { useVisitors } from "../hooks/use-visitors.ts";
import { createAnalyticsQueries } from "../queries/create-analytics-queries.ts";
import { AnalyticsProvider } from "./analytics-provider.tsx";

const listing = { entity_type: "listing", entity_id: "7" };

let host: ReactHost;

beforeAll(async () => {
  host = await createReactHost("hooks provider");
  await host.view("7", ["ada", "bob"]);
});
afterAll(() => host[Symbol.asyncDispose]());
beforeEach(() => {
  host.routes.asked.length = 0;
});
afterEach(cleanup);

function Summary(): ReactNode {
  const series = useTimeSeries(listing);
  const visitors = useVisitors(listing);
  if (!series.isSuccess || !visitors.isSuccess) return "loading";
  return `${series.data.totals.views} views, ${visitors.data.visitors.length} visitors`;
}

test("without a QueryClient it brings one, and StrictMode asks once", async () => {
  render(
    <StrictMode>
      <AnalyticsProvider endpoint={host.routes.endpoint}>
        <Summary />
      </AnalyticsProvider>
    </StrictMode>,
  );
  await screen.findByText("2 views, 2 visitors");
  expect(host.routes.asked.map((path) => path.replace(/\?.*/, "")).toSorted()).toEqual([
    "/time-series",
    "/visitors",
  ]);
});

describe("inside a QueryClientProvider", () => {
  const around = new QueryClient();
  const named = new QueryClient();
  let found: QueryClient | undefined;

  function HostComponent(): null {
    found = useQueryClient();
    return null;
  }

  test("its QueryClient is used", async () => {
    render(
      <QueryClientProvider client={around}>
        <AnalyticsProvider endpoint={host.routes.endpoint}>
          <Summary />
          <HostComponent />
        </AnalyticsProvider>
      </QueryClientProvider>,
    );
    await screen.findByText("2 views, 2 visitors");
    expect(around.getQueryCache().getAll()).toHaveLength(2);
    expect(found).toBe(around);
    around.clear();
  });

  test("another one is used by the hooks when it is given", async () => {
    render(
      <QueryClientProvider client={around}>
        <AnalyticsProvider endpoint={host.routes.endpoint} queryClient={named}>
          <Summary />
          <HostComponent />
        </AnalyticsProvider>
      </QueryClientProvider>,
    );
    await screen.findByText("2 views, 2 visitors");
    expect(named.getQueryCache().getAll()).toHaveLength(2);
    expect(around.getQueryCache().getAll()).toHaveLength(0);
    expect(found, "the host's own hooks keep theirs").toBe(around);
  });
});

test("the questions of the provider suspend", async () => {
  function Total(): ReactNode {
    return useSuspenseQuery(useAnalyticsQueries().timeSeries(listing)).data.totals.views;
  }
  render(
    <AnalyticsProvider endpoint={host.routes.endpoint}>
      <Suspense fallback="waiting">
        <Total />
      </Suspense>
    </AnalyticsProvider>,
  );
  expect(screen.queryByText("waiting")).not.toBeNull();
  await screen.findByText("2");
});

test("the hooks that suspend have data once they render", async () => {
  function Everything(): ReactNode {
    const { data } = useSuspenseTimeSeries(listing);
    const visitors = useSuspenseVisitors(listing, { select: (pages) => pages.visitors.length });
    const zone = useSuspenseAnalyticsStatus({ select: ({ time_zone }) => time_zone });
    const hours = useSuspenseHeatMap(listing).data.data.length;
    const { visitors_7_days } = useSuspenseRollingVisitors(listing).data.data.at(-1) ?? {};
    const kinds = useSuspenseBreakdown({ ...listing, dimension: "visitor_kind" }).data.data.length;
    const here = useSuspenseLive(listing, { live: false }).data.data[0]?.views;
    const [total] = useSuspenseEntityTotals({ entities: [listing] }).data.data;
    return [
      `${data.totals.views} views, ${visitors.data} visitors, ${zone.data}`,
      `${hours} hours, ${visitors_7_days} in a week, ${kinds} kind, ${here} now, ${total?.views} in a list`,
    ].join("; ");
  }
  render(
    <AnalyticsProvider endpoint={host.routes.endpoint}>
      <Suspense fallback="waiting">
        <Everything />
      </Suspense>
    </AnalyticsProvider>,
  );
  expect(screen.queryByText("waiting")).not.toBeNull();
  await screen.findByText(
    "2 views, 2 visitors, UTC; 168 hours, 2 in a week, 1 kind, 0 now, 2 in a list",
  );
});

test("what a server prefetched is there at the first render, and is not asked for again", async () => {
  const analyticsQueries = createAnalyticsQueries({ endpoint: host.routes.endpoint, scope: "ada" });
  const server = new QueryClient();
  await server.prefetchQuery(analyticsQueries.timeSeries(listing));
  await server.prefetchInfiniteQuery(analyticsQueries.visitors(listing));
  const sent = JSON.parse(JSON.stringify(dehydrate(server))) as DehydratedState;
  host.routes.asked.length = 0;

  const browser = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
  render(
    <QueryClientProvider client={browser}>
      <HydrationBoundary state={sent}>
        <AnalyticsProvider endpoint="/api/analytics" scope="ada">
          <Summary />
        </AnalyticsProvider>
      </HydrationBoundary>
    </QueryClientProvider>,
  );
  expect(screen.queryByText("2 views, 2 visitors")).not.toBeNull();
  expect(host.routes.asked).toEqual([]);
});

test("answers of another scope are not shown", async () => {
  const queryClient = new QueryClient();
  const tree = (scope: string) => (
    <QueryClientProvider client={queryClient}>
      <AnalyticsProvider endpoint={host.routes.endpoint} scope={scope}>
        <Summary />
      </AnalyticsProvider>
    </QueryClientProvider>
  );
  const { rerender } = render(tree("ada"));
  await screen.findByText("2 views, 2 visitors");
  rerender(tree("bob"));
  expect(screen.queryByText("loading")).not.toBeNull();
  await screen.findByText("2 views, 2 visitors");
});

test("a fetcher is given the path and the signal", async () => {
  const { endpoint } = host.routes;
  const asked: [path: string, aborted: boolean][] = [];
  render(
    <AnalyticsProvider
      fetcher={(path, init) => {
        asked.push([path, init.signal.aborted]);
        return fetch(endpoint + path, { ...init, headers: { ...init.headers, "x-token": "1" } });
      }}
    >
      <Summary />
    </AnalyticsProvider>,
  );
  await screen.findByText("2 views, 2 visitors");
  expect(asked).toEqual(host.routes.asked.map((path) => [path, false]));
});

test("a fetcher that is written inline renders nothing again, and the latest one is asked", async () => {
  const { endpoint } = host.routes;
  let renders = 0;
  const asked: string[] = [];
  const Views = memo(function Views(): ReactNode {
    renders += 1;
    const { data, refetch } = useTimeSeries(listing, { select: ({ totals }) => totals.views });
    return <button onClick={() => void refetch()}>{data ?? "loading"}</button>;
  });
  const tree = (token: string) => (
    <AnalyticsProvider
      fetcher={(path, init) => {
        asked.push(token);
        return fetch(endpoint + path, init);
      }}
    >
      <Views />
    </AnalyticsProvider>
  );
  const { rerender } = render(tree("first"));
  await screen.findByText("2");
  const rendered = renders;
  rerender(tree("second"));
  rerender(tree("third"));
  expect(renders).toBe(rendered);
  act(() => screen.getByText("2").click());
  await waitFor(() => expect(asked).toEqual(["first", "third"]));
});
