import "../../../../testing/react/install-dom.ts";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test } from "vitest";
import { createReactHost } from "../../../../testing/react/react-host.ts";
import { AnalyticsProvider } from "../provider/analytics-provider.tsx";
import { useAnalyticsStatus } from "./use-analytics-status.ts";

afterEach(cleanup);

test("it shows what waits to be folded, and follows", async () => {
  await using host = await createReactHost("hooks status");
  const { pool } = host.database;
  const wrapper = ({ children }: { children: ReactNode }) => (
    <AnalyticsProvider endpoint={host.routes.endpoint}>{children}</AnalyticsProvider>
  );
  await pool.query(
    "insert into page_views (entity_type, session_id) values ('home', 'a'), ('home', 'b')",
  );
  const { result, unmount } = renderHook(() => useAnalyticsStatus({ refetchInterval: 50 }), {
    wrapper,
  });
  await waitFor(() => expect(result.current.data?.pending_changes).toBe(2));
  expect(result.current.data?.capture).toEqual({ on: true, faults: [] });

  await act(() => host.analytics.aggregate());
  await waitFor(() => expect(result.current.data?.pending_changes).toBe(0));
  expect(result.current.data?.last_fold).toMatchObject({ folded_changes: 2 });
  unmount();
});
