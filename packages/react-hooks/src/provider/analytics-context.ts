import type { QueryClient } from "@tanstack/react-query";
import { type Context, createContext, useContext } from "react";
import type { AnalyticsQueries } from "../queries/create-analytics-queries.ts";

export interface AnalyticsContextValue {
  queries: AnalyticsQueries;
  queryClient: QueryClient;
}

export const AnalyticsContext: Context<AnalyticsContextValue | null> =
  createContext<AnalyticsContextValue | null>(null);

/** @param caller the hook that asks, for the sentence */
export function useAnalyticsContext(caller: string): AnalyticsContextValue {
  const value = useContext(AnalyticsContext);
  if (value !== null) return value;
  throw new Error(
    `${caller} is used outside of <AnalyticsProvider>: put <AnalyticsProvider endpoint="/api/analytics"> around it.`,
  );
}
