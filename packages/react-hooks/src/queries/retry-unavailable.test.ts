import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { createAnalyticsQueries } from "./create-analytics-queries.ts";

test("a server that renders does not wait for retries: it asks once, as TanStack Query does there", async () => {
  expect(typeof window).toBe("undefined");
  let asked = 0;
  const { timeSeries } = createAnalyticsQueries({
    fetcher: () => {
      asked += 1;
      return new Response(null, { status: 503 });
    },
  });
  const queryClient = new QueryClient({ defaultOptions: { queries: { retryDelay: 1 } } });
  await queryClient.prefetchQuery(timeSeries({ entity_type: "listing", entity_id: "7" }));
  expect(asked).toBe(1);
});
