import "../../../../testing/react/install-dom.ts";
import type { TimeSeriesQuery } from "@headcount/core/contract";
import { QueryClient, skipToken } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createReactHost, type ReactHost } from "../../../../testing/react/react-host.ts";
import { AnalyticsProvider } from "../provider/analytics-provider.tsx";
import type { Asked } from "./asked.ts";
import { useTimeSeries } from "./use-time-series.ts";

const listing = { entity_type: "listing", entity_id: "7" };

let host: ReactHost;
let queryClient: QueryClient;

beforeAll(async () => {
  host = await createReactHost("hooks series");
  await host.view("7", ["ada", "ada", "bob"]);
});
afterAll(() => host[Symbol.asyncDispose]());

beforeEach(() => {
  queryClient = new QueryClient({ defaultOptions: { queries: { retryDelay: 1 } } });
  host.routes.asked.length = 0;
  host.routes.gate = undefined;
});
afterEach(() => {
  cleanup();
  queryClient.clear();
});

function wrapper({ children }: { children: ReactNode }) {
  return (
    <AnalyticsProvider endpoint={host.routes.endpoint} queryClient={queryClient}>
      {children}
    </AnalyticsProvider>
  );
}

test("it loads, and then has what the client answers", async () => {
  const { result } = renderHook(() => useTimeSeries(listing), { wrapper });
  expect(result.current).toMatchObject({ isPending: true, data: undefined, error: null });
  await waitFor(() => expect(result.current.isSuccess).toBe(true));
  expect(result.current.data?.totals).toMatchObject({ views: 3, unique_visitors: 2 });
  const { freshness: _, ...answer } = await host.analytics.getTimeSeries(listing);
  expect(result.current.data).toMatchObject(answer);
});

test("the data of before stay while the range changes, and those of another entity never do", async () => {
  const { result, rerender } = renderHook((query) => useTimeSeries(query), {
    wrapper,
    initialProps: { ...listing, date_from: "2026-01-01", date_to: "2026-01-02" },
  });
  await waitFor(() => expect(result.current.isSuccess).toBe(true));
  rerender({ ...listing, date_from: "2026-02-01", date_to: "2026-02-02" });
  expect(result.current).toMatchObject({
    isPlaceholderData: true,
    data: { date_from: "2026-01-01" },
  });
  await waitFor(() => expect(result.current.isPlaceholderData).toBe(false));
  expect(result.current.data?.date_from).toBe("2026-02-01");

  rerender({ ...listing, entity_id: "8", date_from: "2026-02-01", date_to: "2026-02-02" });
  expect(result.current).toMatchObject({ isPending: true, data: undefined });
  await waitFor(() => expect(result.current.data?.entity_id).toBe("8"));
});

test("two ways to ask the same are one request, and one answer in the cache", async () => {
  const asked = { ...listing, entity_id: 7, period: "daily", date_to: "" } as const;
  const { result } = renderHook(() => [useTimeSeries(listing), useTimeSeries(asked)], { wrapper });
  await waitFor(() => expect(result.current.every(({ isSuccess }) => isSuccess)).toBe(true));
  expect(host.routes.asked).toEqual(["/time-series?period=daily&entity_type=listing&entity_id=7"]);
  expect(queryClient.getQueryCache().getAll()).toHaveLength(1);
});

test.each(["null", "skipToken"])(
  "given %s nothing is asked, and nothing is shown of the question before",
  async (name) => {
    const none = name === "null" ? null : skipToken;
    const { result, rerender } = renderHook((query) => useTimeSeries(query), {
      wrapper,
      initialProps: none as Asked<TimeSeriesQuery>,
    });
    expect(result.current).toMatchObject({ isPending: true, fetchStatus: "idle" });
    rerender(listing);
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    rerender(none);
    expect(result.current).toMatchObject({ isPending: true, fetchStatus: "idle", data: undefined });
    expect(host.routes.asked).toHaveLength(1);
  },
);

describe("live", () => {
  test("it follows the views, until it is refused", async () => {
    const { result } = renderHook(() => useTimeSeries(listing, { live: 20 }), { wrapper });
    await waitFor(() => expect(result.current.data?.totals.views).toBe(3));
    await host.view("9", ["ada"]);
    await waitFor(() => expect(host.routes.asked.length).toBeGreaterThan(3));

    host.routes.gate = () => new Response(null, { status: 403 });
    await waitFor(() => expect(result.current.error?.reason).toBe("forbidden"));
    expect(result.current.data?.totals.views).toBe(3);
    const asked = host.routes.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(host.routes.asked).toHaveLength(asked);

    host.routes.gate = undefined;
    await act(() => result.current.refetch());
    await waitFor(() => expect(host.routes.asked.length).toBeGreaterThan(asked + 2));
  });

  test("a range that is over is asked for once", async () => {
    const over = { ...listing, date_from: "2026-01-01", date_to: "2026-01-02" };
    const { result } = renderHook(() => useTimeSeries(over, { live: 20 }), { wrapper });
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 200));
    // the question of the test before may still be on its way
    expect(host.routes.asked.filter((path) => path.includes(over.date_from))).toHaveLength(1);
  });
});

test("what select makes of the answer is the data", async () => {
  const select = ({ totals }: { totals: { views: number } }) => totals.views;
  const { result } = renderHook(() => useTimeSeries(listing, { select }), { wrapper });
  await waitFor(() => expect(result.current.data).toBe(3));
});

describe("what the host refuses has a reason, and is not asked again", () => {
  test.each([
    [401, "signed_out"],
    [402, "upgrade_needed"],
    [403, "forbidden"],
    [404, "refused"],
  ])("%i is %s", async (status, reason) => {
    const body = { error: { code: "of_the_host", message: "Not for you." } };
    host.routes.gate = () => Response.json(body, { status });
    const { result } = renderHook(() => useTimeSeries(listing), { wrapper });
    await waitFor(() => expect(result.current.isError).toBe(true));
    expect(result.current.error).toMatchObject({
      name: "AnalyticsRequestError",
      message: "Not for you.",
      code: "of_the_host",
      status,
      reason,
    });
    expect(host.routes.asked).toHaveLength(1);
  });
});

test("bad input comes back with its field", async () => {
  const query = { ...listing, date_from: "2026-02-30" };
  const { result } = renderHook(() => useTimeSeries(query), { wrapper });
  await waitFor(() => expect(result.current.isError).toBe(true));
  expect(result.current.error).toMatchObject({
    reason: "refused",
    status: 400,
    code: "invalid_input",
    field: "date_from",
    message: 'date_from is "2026-02-30": give a calendar date like "2026-01-31".',
  });
  expect(host.routes.asked).toHaveLength(1);
});

test("an entity without an id is not asked for", async () => {
  const { result } = renderHook(() => useTimeSeries({ ...listing, entity_id: "" }), { wrapper });
  await waitFor(() => expect(result.current.isError).toBe(true));
  expect(result.current.error).toMatchObject({ reason: "refused", field: "entity_id" });
  expect(host.routes.asked).toEqual([]);
});

test("a server that fails is asked again, and then answers", async () => {
  let failures = 2;
  host.routes.gate = () => {
    failures -= 1;
    return failures < 0 ? undefined : new Response("Bad gateway", { status: 502 });
  };
  const { result } = renderHook(() => useTimeSeries(listing), { wrapper });
  await waitFor(() => expect(result.current.isSuccess).toBe(true));
  expect(host.routes.asked).toHaveLength(3);
});

test("a server that goes on failing is asked four times", async () => {
  host.routes.gate = () => new Response("", { status: 500 });
  const { result } = renderHook(() => useTimeSeries(listing), { wrapper });
  await waitFor(() => expect(result.current.isError).toBe(true));
  expect(result.current.error).toMatchObject({
    reason: "unavailable",
    status: 500,
    message: "/time-series answered with status 500, and did not say why.",
  });
  expect(host.routes.asked).toHaveLength(4);
});

test("a server that cannot be reached is unavailable", async () => {
  const nowhere = ({ children }: { children: ReactNode }) => (
    <AnalyticsProvider endpoint="http://127.0.0.1:1" queryClient={queryClient}>
      {children}
    </AnalyticsProvider>
  );
  const { result } = renderHook(() => useTimeSeries(listing, { retry: false }), {
    wrapper: nowhere,
  });
  await waitFor(() => expect(result.current.isError).toBe(true));
  expect(result.current.error).toMatchObject({
    reason: "unavailable",
    status: null,
    message: "/time-series cannot be reached.",
    cause: { name: "TypeError" },
  });
});

describe("an answer that the contract does not describe is said to be one, and not asked for again", () => {
  test.each([
    [{ totals: { views: "3" } }, /look at level, entity_type, entity_id/],
    ["<!doctype html>", /it is not an object of JSON/],
    [null, /it is not an object of JSON/],
  ])("%j", async (body, sentence) => {
    host.routes.gate = () => (typeof body === "string" ? new Response(body) : Response.json(body));
    const { result } = renderHook(() => useTimeSeries(listing), { wrapper });
    await waitFor(() => expect(result.current.isError).toBe(true));
    expect(result.current.error).toMatchObject({ reason: "unreadable", status: 200 });
    expect(result.current.error?.message).toMatch(sentence);
    expect(host.routes.asked).toHaveLength(1);
  });
});

test("a question that nobody waits for any more ends in the database", async () => {
  const { pool } = host.database;
  const waiting =
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  const countWaiting = async () => (await pool.query(waiting)).rowCount;
  const blocker = await pool.connect();
  try {
    await blocker.query("begin; lock table analytics_aggregates in access exclusive mode");
    const { unmount } = renderHook(() => useTimeSeries(listing), { wrapper });
    await expect.poll(countWaiting).toBe(1);
    unmount();
    await expect.poll(countWaiting).toBe(0);
  } finally {
    await blocker.query("rollback");
    blocker.release();
  }
});

test("outside of a provider it says what is missing", () => {
  expect(() => renderHook(() => useTimeSeries(listing))).toThrow(
    /^useTimeSeries is used outside of <AnalyticsProvider>: put/,
  );
});
