import { expect, test } from "vitest";
import { AnalyticsClient } from "../analytics-client.ts";
import { createAnalyticsRoutes } from "./create-analytics-routes.ts";
import type { AnalyticsRoutesOptions } from "./routes-options.ts";

test.each<[options: object, field: string]>([
  [{}, "authorize"],
  [{ authorize: true }, "authorize"],
  [{ authorize: () => undefined, colect: () => ({}) }, "colect"],
])("options like %j are refused at once", (options, field) => {
  const analytics = new AnalyticsClient({ connectionString: "postgres://127.0.0.1:1/nowhere" });
  const make = () => createAnalyticsRoutes(analytics, options as AnalyticsRoutesOptions);
  expect(make).toThrow(expect.objectContaining({ code: "invalid_input", field }));
});
