import type {
  AnalyticsError,
  AnalyticsStatus,
  SubjectQuery,
  TimeSeries,
  TimeSeriesQuery,
  Visitor,
  VisitorList,
  VisitorsChoice,
} from "@headcount/core/contract";
import {
  type InfiniteData,
  type QueryClient,
  type SkipToken,
  skipToken,
  useInfiniteQuery,
  useQuery,
  useSuspenseInfiniteQuery,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { describe, expectTypeOf, test } from "vitest";
import {
  type AnalyticsFetcher,
  AnalyticsProvider,
  type AnalyticsRequestError,
  useAnalyticsQueries,
  useAnalyticsStatus,
  usePageView,
  useSuspenseAnalyticsStatus,
  useSuspenseTimeSeries,
  useSuspenseVisitors,
  useTimeSeries,
  useVisitors,
  type VisitorPages,
} from "./index.ts";
import { type AnalyticsQueries, createAnalyticsQueries } from "./queries/index.ts";
import { createTracker, type Tracker } from "./tracker/index.ts";

declare const queryClient: QueryClient;
declare const fetcher: AnalyticsFetcher;
declare const tracker: Tracker;

const listing = { entity_type: "listing", entity_id: "7" };

describe("useTimeSeries", () => {
  test("is asked what the client is asked, and has what it answers", () => {
    expectTypeOf(useTimeSeries).parameter(0).toEqualTypeOf<TimeSeriesQuery | null | SkipToken>();
    expectTypeOf(useSuspenseTimeSeries).parameter(0).toEqualTypeOf<TimeSeriesQuery>();
    const { data, error } = useTimeSeries(listing);
    expectTypeOf(data).toEqualTypeOf<TimeSeries | undefined>();
    expectTypeOf(error).toEqualTypeOf<AnalyticsRequestError | null>();
  });

  test("has what select makes of the answer", () => {
    const { data } = useTimeSeries(listing, { select: ({ totals }) => totals.views });
    expectTypeOf(data).toEqualTypeOf<number | undefined>();
  });

  test("narrows by its status", () => {
    const series = useTimeSeries(listing, { refetchInterval: 5000 });
    if (series.isSuccess) expectTypeOf(series.data).toEqualTypeOf<TimeSeries>();
    if (series.isError) expectTypeOf(series.error.status).toEqualTypeOf<number | null>();
  });

  test("refuses what is not a question, and options that would make it another one", () => {
    // @ts-expect-error an entity has an id, and pages without one say null
    useTimeSeries({ entity_type: "listing" });
    // @ts-expect-error there is no such period
    useTimeSeries({ ...listing, period: "minutely" });
    // @ts-expect-error the key belongs to the question
    useTimeSeries(listing, { queryKey: ["mine"] });
    // @ts-expect-error answers come from the provider's source
    useTimeSeries(listing, { queryFn: () => Promise.reject(new Error()) });
  });
});

describe("useVisitors", () => {
  test("has the visitors of all pages", () => {
    const { data, error, fetchNextPage } = useVisitors({ ...listing, search: "ada" });
    expectTypeOf(data).toEqualTypeOf<VisitorPages | undefined>();
    expectTypeOf<VisitorPages["visitors"]>().toEqualTypeOf<Visitor[]>();
    expectTypeOf<keyof VisitorPages>().toEqualTypeOf<
      Exclude<keyof VisitorList, "data" | "next_cursor"> | "visitors"
    >();
    expectTypeOf(error).toEqualTypeOf<AnalyticsRequestError | null>();
    expectTypeOf(fetchNextPage).toBeFunction();
  });

  test("is asked what the client is asked, without the cursor", () => {
    expectTypeOf(useVisitors)
      .parameter(0)
      .toEqualTypeOf<(SubjectQuery & Omit<VisitorsChoice, "cursor">) | null | SkipToken>();
    // @ts-expect-error pages are fetched by fetchNextPage
    useVisitors({ ...listing, cursor: "abc" });
    // @ts-expect-error which page follows is known from the answers
    useVisitors(listing, { getNextPageParam: () => undefined });
  });
});

test("visitors have what select makes of those of all pages", () => {
  const { data } = useVisitors(listing, { select: ({ visitors }) => visitors.length });
  expectTypeOf(data).toEqualTypeOf<number | undefined>();
  // @ts-expect-error pages are joined before
  useVisitors(listing, { select: ({ pages }: InfiniteData<VisitorList>) => pages });
});

describe("the hooks that suspend", () => {
  test("always have data, or what select makes of them", () => {
    expectTypeOf(useSuspenseTimeSeries(listing).data).toEqualTypeOf<TimeSeries>();
    expectTypeOf(useSuspenseVisitors(listing).data).toEqualTypeOf<VisitorPages>();
    expectTypeOf(useSuspenseAnalyticsStatus().data).toEqualTypeOf<AnalyticsStatus>();
    const { data } = useSuspenseTimeSeries(listing, { select: ({ totals }) => totals.views });
    expectTypeOf(data).toEqualTypeOf<number>();
    const zone = useSuspenseAnalyticsStatus({ select: ({ time_zone }) => time_zone, live: true });
    expectTypeOf(zone.data).toEqualTypeOf<string>();
    const list = useSuspenseVisitors(listing, { select: ({ visitors }) => visitors });
    expectTypeOf(list.data).toEqualTypeOf<Visitor[]>();
  });

  test("are asked something, always", () => {
    // @ts-expect-error a component that suspends cannot wait for its question
    useSuspenseTimeSeries(null);
    // @ts-expect-error a component that suspends cannot wait for its question
    useSuspenseVisitors(skipToken);
  });
});

test("useAnalyticsStatus has what getStatus answers, or what select makes of it", () => {
  expectTypeOf(useAnalyticsStatus().data).toEqualTypeOf<AnalyticsStatus | undefined>();
  const { data, error } = useAnalyticsStatus({ select: ({ capture }) => capture.on });
  expectTypeOf(data).toEqualTypeOf<boolean | undefined>();
  expectTypeOf(error).toEqualTypeOf<AnalyticsRequestError | null>();
});

describe("the questions as options", () => {
  const { timeSeries, visitors, status } = createAnalyticsQueries({ endpoint: "/api/analytics" });

  test("carry the types of their answers into every hook of TanStack Query", () => {
    expectTypeOf(useQuery(timeSeries(listing)).data).toEqualTypeOf<TimeSeries | undefined>();
    expectTypeOf(useQuery(timeSeries(listing)).error).toEqualTypeOf<AnalyticsRequestError | null>();
    expectTypeOf(useQuery(status()).data).toEqualTypeOf<AnalyticsStatus | undefined>();
    expectTypeOf(useSuspenseQuery(timeSeries(listing)).data).toEqualTypeOf<TimeSeries>();
    expectTypeOf(useInfiniteQuery(visitors(listing)).data).toEqualTypeOf<
      VisitorPages | undefined
    >();
    expectTypeOf(useSuspenseInfiniteQuery(visitors(listing)).data).toEqualTypeOf<VisitorPages>();
  });

  test("and into the cache", () => {
    const series = timeSeries(listing);
    expectTypeOf(queryClient.getQueryData(series.queryKey)).toEqualTypeOf<TimeSeries | undefined>();
    expectTypeOf(queryClient.fetchQuery(series)).resolves.toEqualTypeOf<TimeSeries>();
    expectTypeOf(queryClient.getQueryData(visitors(listing).queryKey)).toEqualTypeOf<
      InfiniteData<VisitorList> | undefined
    >();
    expectTypeOf(queryClient.prefetchQuery(series)).resolves.toBeVoid();
    expectTypeOf(queryClient.prefetchInfiniteQuery(visitors(listing))).resolves.toBeVoid();
  });

  test("come from an endpoint or a fetcher, and not from both", () => {
    expectTypeOf(createAnalyticsQueries({ fetcher })).toEqualTypeOf<AnalyticsQueries>();
    expectTypeOf(useAnalyticsQueries()).toEqualTypeOf<AnalyticsQueries>();
    // @ts-expect-error a fetcher knows its endpoint
    createAnalyticsQueries({ endpoint: "/api/analytics", fetcher });
    // @ts-expect-error there is no endpoint that is right for every host
    createAnalyticsQueries({ scope: "ada" });
  });
});

test("a provider has an endpoint or a fetcher", () => {
  <AnalyticsProvider endpoint="/api/analytics" scope="ada" queryClient={queryClient} />;
  <AnalyticsProvider fetcher={fetcher} tracker={tracker} />;
  // @ts-expect-error it has to know where answers come from
  <AnalyticsProvider />;
  // @ts-expect-error a fetcher knows its endpoint
  <AnalyticsProvider endpoint="/api/analytics" fetcher={fetcher} />;
});

test("a page view is of an entity, or of none yet", () => {
  expectTypeOf(usePageView(listing)).toBeVoid();
  usePageView(null);
  usePageView(listing, { endpoint: "/api/analytics" });
  usePageView(listing, { tracker });
  // @ts-expect-error a tracker knows its endpoint
  usePageView(listing, { tracker, endpoint: "/api/analytics" });
  usePageView({ entity_type: "home", entity_id: null });
  // @ts-expect-error pages without an entity say null
  usePageView({ entity_type: "home" });
});

test("a tracker's options may be undefined, as those of a host's that has none", () => {
  const options: { paused: boolean | undefined; persist: boolean | undefined } = {
    paused: undefined,
    persist: undefined,
  };
  expectTypeOf(createTracker({ endpoint: "/collect", ...options })).toEqualTypeOf<Tracker>();
});

test("why there is no answer is one of six", () => {
  expectTypeOf<AnalyticsRequestError["reason"]>().toEqualTypeOf<
    "signed_out" | "upgrade_needed" | "forbidden" | "refused" | "unavailable" | "unreadable"
  >();
});

test("an error has a code, a message, a field and a cause, as those of the other packages", () => {
  expectTypeOf<AnalyticsRequestError["code"]>().toEqualTypeOf<string>();
  expectTypeOf<AnalyticsRequestError["field"]>().toEqualTypeOf<AnalyticsError["field"]>();
  expectTypeOf<ConstructorParameters<typeof AnalyticsRequestError>>().toExtend<
    [code: string, message: string, details: object]
  >();
});
