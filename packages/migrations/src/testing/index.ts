// For tests of hosts.
export {
  createTestAnalytics,
  type TestAnalytics,
  type TestAnalyticsOptions,
} from "./create-test-analytics.ts";
