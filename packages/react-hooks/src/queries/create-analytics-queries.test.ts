import { timeSeriesQuery, visitorsQuery } from "@headcount/core/contract";
import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { createAnalyticsQueries } from "./create-analytics-queries.ts";

const listing = { entity_type: "listing", entity_id: 7 };
const { timeSeries, visitors } = createAnalyticsQueries({ endpoint: "/api/analytics" });

test("keys are those of JSON, and hold the question as the server will read it", () => {
  const series = timeSeries({ ...listing, date_from: undefined }).queryKey;
  expect(series).toEqual([
    "analytics",
    "default",
    "time-series",
    timeSeriesQuery.parse({ entity_type: "listing", entity_id: "7" }),
  ]);
  const list = visitors({ ...listing, search: "" }).queryKey;
  expect(list).toEqual(["analytics", "default", "visitors", visitorsQuery.parse(listing)]);
  expect(JSON.parse(JSON.stringify([series, list]))).toEqual([series, list]);
});

test("a scope is part of the key", () => {
  const ofAda = createAnalyticsQueries({ endpoint: "/api/analytics", scope: "ada" });
  expect(ofAda.timeSeries(listing).queryKey[1]).toBe("ada");
});

test.each(["/api/analytics", "/api/analytics/"])(
  "routes are below the endpoint %s",
  async (endpoint) => {
    const asked: string[] = [];
    const fetchOfPage = globalThis.fetch;
    globalThis.fetch = (input) => {
      asked.push(input instanceof Request ? input.url : input.toString());
      return Promise.resolve(new Response("", { status: 404 }));
    };
    try {
      const queries = createAnalyticsQueries({ endpoint });
      const question = queries.timeSeries({ entity_type: "page & more", entity_id: null });
      await expect(new QueryClient().fetchQuery(question)).rejects.toMatchObject({ status: 404 });
      expect(asked).toEqual([
        "/api/analytics/time-series?period=daily&entity_type=page+%26+more&entity_id=",
      ]);
    } finally {
      globalThis.fetch = fetchOfPage;
    }
  },
);
