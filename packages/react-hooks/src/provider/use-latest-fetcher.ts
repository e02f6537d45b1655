import { useInsertionEffect, useMemo, useRef } from "react";
import type { AnalyticsFetcher } from "../queries/analytics-source.ts";

/**
 * The fetcher as one function for as long as there is one: hosts write it inline, and a new one at each render would
 * render everything below the provider again.
 */
export function useLatestFetcher(
  fetcher: AnalyticsFetcher | undefined,
): AnalyticsFetcher | undefined {
  const latest = useRef(fetcher);
  latest.current ??= fetcher;
  // before any effect below the provider asks something
  useInsertionEffect(() => {
    latest.current = fetcher ?? latest.current;
  });
  const isGiven = fetcher !== undefined;
  return useMemo(
    () => (isGiven ? (path, init) => (latest.current as AnalyticsFetcher)(path, init) : undefined),
    [isGiven],
  );
}
