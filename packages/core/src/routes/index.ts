// The questions over HTTP, for every framework that speaks Request and Response. It imports neither pg nor kysely.

export type {
  AnalyticsEntitiesQuestion,
  AnalyticsOwnerQuestion,
  AnalyticsQuestion,
  AnalyticsSiteQuestion,
} from "../contract/dated-question.ts";
export { type AnalyticsRoutes, createAnalyticsRoutes } from "./create-analytics-routes.ts";
export type { RoutedClient } from "./routes-of.ts";
export type { AnalyticsRoutesOptions, Asked, Asker } from "./routes-options.ts";
