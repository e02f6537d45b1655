/**
 * Gets a path like `/time-series?entity_type=listing&entity_id=7` from the host's routes. `init` carries the signal:
 * give it to `fetch`, so that a question that nobody waits for any more ends on the server too. A question about several
 * entities is sent by `POST`, with a body of JSON.
 *
 * @example
 * createAnalyticsQueries({
 *   fetcher: (path, init) => fetch(`https://api.example.com/analytics${path}`, { ...init, credentials: "include" }),
 * });
 */
export type AnalyticsFetcher = (
  path: string,
  init: {
    signal: AbortSignal;
    headers: Record<string, string>;
    method?: "POST";
    body?: string;
  },
) => Response | Promise<Response>;

/** Where answers come from: routes below an endpoint like `/api/analytics`, or whatever a fetcher asks. */
export type AnalyticsSource =
  | { endpoint: string; fetcher?: undefined }
  | { fetcher: AnalyticsFetcher; endpoint?: undefined };

/** The fetcher of a source. */
export function fetcherOf({ endpoint, fetcher }: AnalyticsSource): AnalyticsFetcher {
  return fetcher ?? ((path, init) => fetch(routeOf(endpoint, path), init));
}

/** The address of a route below an endpoint, whether or not that ends with a slash. */
export function routeOf(endpoint: string, path: string): string {
  return endpoint.replace(/\/+$/, "") + path;
}
