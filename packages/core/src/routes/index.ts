// The questions over HTTP, for every framework that speaks Request and Response. It imports neither pg nor kysely.

export { type AnalyticsRoutes, createAnalyticsRoutes } from "./create-analytics-routes.ts";
export type { RoutedClient } from "./routes-of.ts";
export type {
  AnalyticsEntitiesQuestion,
  AnalyticsQuestion,
  AnalyticsRoutesOptions,
  Asker,
} from "./routes-options.ts";
