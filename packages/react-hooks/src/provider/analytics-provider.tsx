import { QueryClient, QueryClientContext, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type Tracking, TrackingContext } from "../page-view/tracking.ts";
import { type AnalyticsSource, routeOf } from "../queries/analytics-source.ts";
import { createAnalyticsQueries } from "../queries/create-analytics-queries.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { AnalyticsContext } from "./analytics-context.ts";
import { useLatestFetcher } from "./use-latest-fetcher.ts";

export type AnalyticsProviderProps = AnalyticsSource & {
  /** Whose answers these are, for a QueryClient that keeps those of several users or endpoints apart. */
  scope?: string | undefined;
  /** Where answers are kept: by default in the QueryClient that is there already, else in one of its own. */
  queryClient?: QueryClient | undefined;
  /** What `usePageView` counts with: by default a tracker that posts to the endpoint's `/collect`. */
  tracker?: Tracker | undefined;
  children?: ReactNode;
};

/**
 * Says where the hooks below it get their answers.
 *
 * `usePageView` counts with the tracker that is given, else with one that posts to the endpoint's `/collect`.
 */
export function AnalyticsProvider(props: AnalyticsProviderProps): ReactNode {
  const { endpoint, scope, children } = props;
  const [own] = useState(() => new QueryClient());
  const around = useContext(QueryClientContext);
  const queryClient = props.queryClient ?? around ?? own;
  const tracking = useTracking(endpoint, props.tracker);
  const fetcher = useLatestFetcher(props.fetcher);
  const value = useMemo(() => {
    const source = fetcher === undefined ? { endpoint: endpoint ?? "" } : { fetcher };
    return { queries: createAnalyticsQueries({ ...source, scope }), queryClient };
  }, [endpoint, fetcher, scope, queryClient]);

  useEffect(() => {
    queryClient.mount();
    return () => queryClient.unmount();
  }, [queryClient]);

  const content = (
    <TrackingContext.Provider value={tracking}>
      <AnalyticsContext.Provider value={value}>{children}</AnalyticsContext.Provider>
    </TrackingContext.Provider>
  );
  if (around !== undefined) return content;
  return <QueryClientProvider client={queryClient}>{content}</QueryClientProvider>;
}

function useTracking(endpoint: string | undefined, tracker: Tracker | undefined): Tracking {
  const tracking = useMemo<Tracking>(() => {
    const route = endpoint === undefined ? undefined : routeOf(endpoint, "/collect");
    return { endpoint: route, tracker };
  }, [endpoint, tracker]);
  useEffect(() => {
    if (tracker !== undefined) return undefined;
    return () => tracking.tracker?.close();
  }, [tracking, tracker]);
  return tracking;
}
