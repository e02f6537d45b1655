import "../../../../testing/react/install-dom.ts";
import { QueryClient } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createReactHost, type ReactHost } from "../../../../testing/react/react-host.ts";
import { AnalyticsProvider } from "../provider/analytics-provider.tsx";
import type { VisitorPagesQuery } from "../queries/query-options.ts";
import type { VisitorPages } from "../queries/visitor-pages.ts";
import type { Asked } from "./asked.ts";
import { useVisitors } from "./use-visitors.ts";

const listing = { entity_type: "listing", entity_id: "7" };
const people = Array.from({ length: 10 }, (_, n) => `person ${n}`);

let host: ReactHost;
let queryClient: QueryClient;

beforeAll(async () => {
  host = await createReactHost("hooks visitors");
  await host.view("7", people);
  queryClient = new QueryClient();
});
afterAll(() => host[Symbol.asyncDispose]());
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

test("the next page is appended, until there is none, while views arrive", async () => {
  const { result } = renderHook(() => useVisitors({ ...listing, limit: 3 }), { wrapper });
  await waitFor(() => expect(result.current.isSuccess).toBe(true));
  const names = () => result.current.data?.visitors.map(({ account_id }) => account_id) ?? [];
  const firstPage = names();
  expect(firstPage).toHaveLength(3);

  const pages = [firstPage.length];
  while (result.current.hasNextPage) {
    // somebody of the first page returns, and a stranger comes: neither may shift the pages that follow
    await host.view("7", [String(firstPage[0]), `stranger ${pages.length}`]);
    await act(() => result.current.fetchNextPage());
    await waitFor(() => expect(result.current.isFetchingNextPage).toBe(false));
    pages.push(names().length);
  }
  expect(pages.length).toBeGreaterThan(3);
  expect(names().slice(0, 3)).toEqual(firstPage);
  expect(names()).toEqual(expect.arrayContaining(people));
  expect(new Set(names()).size).toBe(names().length);
});

test("the data are those of the pages, without their cursor", async () => {
  const { result } = renderHook(() => useVisitors({ ...listing, limit: 1000 }), { wrapper });
  await waitFor(() => expect(result.current.isSuccess).toBe(true));
  const answer = await host.analytics.getVisitors({ ...listing, limit: 1000 });
  const { data: visitors, next_cursor, freshness, ...common } = answer;
  expect(next_cursor).toBeNull();
  expect(result.current.hasNextPage).toBe(false);
  expect(result.current.data).toMatchObject({ ...common, visitors });
  expect(result.current.data?.freshness.live).toBe(freshness.live);
});

test("the visitors of before stay while one searches, a search is asked when the writing rests, and an empty one lists everybody", async () => {
  await host.database.pool.query(
    `create or replace view headcount.analytics_accounts as
     select 'person ' || n as account_id, 'user ' || n as username, null::text as display_name
     from generate_series(0, 9) n`,
  );
  const { result, rerender } = renderHook((search) => useVisitors({ ...listing, search }), {
    wrapper,
    initialProps: "",
  });
  await waitFor(() => expect(result.current.isSuccess).toBe(true));
  const all = result.current.data?.visitors.length;
  host.routes.asked.length = 0;
  for (const written of ["u", "us", "user 4"]) rerender(written);
  expect(result.current.data?.visitors).toHaveLength(all ?? 0);
  await waitFor(() =>
    expect(result.current.data?.visitors).toMatchObject([{ account_id: "person 4" }]),
  );
  expect(host.routes.asked).toHaveLength(1);
  rerender("");
  expect(result.current.data?.visitors).toHaveLength(all ?? 0);
});

test("what select makes of the visitors is the data, and nothing is asked before there is a question", async () => {
  host.routes.asked.length = 0;
  const select = ({ visitors }: VisitorPages) => visitors.length;
  const { result, rerender } = renderHook((query) => useVisitors(query, { select }), {
    wrapper,
    initialProps: null as Asked<VisitorPagesQuery>,
  });
  expect(result.current).toMatchObject({ isPending: true, fetchStatus: "idle" });
  expect(host.routes.asked).toEqual([]);
  rerender({ ...listing, limit: 3 });
  await waitFor(() => expect(result.current.data).toBe(3));
  await act(() => result.current.fetchNextPage());
  await waitFor(() => expect(result.current.data).toBe(6));
});

test("what only Pro may see is said to be so", async () => {
  const body = { error: { code: "pro_only", message: "See who it was with Pro." } };
  host.routes.gate = () => Response.json(body, { status: 402 });
  const { result } = renderHook(() => useVisitors(listing), { wrapper });
  await waitFor(() => expect(result.current.isError).toBe(true));
  expect(result.current.error).toMatchObject({ reason: "upgrade_needed", code: "pro_only" });
  host.routes.gate = undefined;
});
