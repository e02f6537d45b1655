import { answerError } from "../contract/answer-error.ts";
import { parseInput } from "../contract/parse-input.ts";
import { statusOf } from "../contract/status-of.ts";
import { AnalyticsError, isAnalyticsError } from "../errors.ts";
import { hasMethods } from "../has-methods.ts";
import { type RoutedClient, routesOf } from "./routes-of.ts";
import { type AnalyticsRoutesOptions, routesOptions } from "./routes-options.ts";

/** Answers a request; `context` is given on to your callbacks. */
export type AnalyticsRoutes<Context = unknown> = (
  request: Request,
  ...context: unknown extends Context ? [context?: unknown] : [context: Context]
) => Promise<Response>;

/**
 * The routes that the hooks and the tracker ask, as one function from a Request to a Response, below any path: the last
 * part of the path says which one it is. `GET …/time-series`, `…/visitors`, `…/rolling-visitors`, `…/heat-map`, `…/breakdown`,
 * `…/digest` and `…/live` are asked by `authorize` first; `GET …/entity-totals`, `GET …/top-entities`, `GET …/status` and `POST …/collect` are there when their options are given.
 *
 * An {@link AnalyticsError} is answered by {@link answerError}, also one of your callbacks; what else they throw comes
 * back as it is, for your framework.
 *
 * @throws {AnalyticsError} `invalid_input` when an option is missing, unknown or not a function
 * @example
 * const routes = createAnalyticsRoutes(analytics, {
 *   authorize: async ({ query, request }) => {
 *     await requireOwner(request, query);
 *   },
 *   collect: async ({ request }) => ({ account_id: await signedInAccount(request) }),
 * });
 * const response = await routes(request);
 */
export function createAnalyticsRoutes<Context = unknown>(
  analytics: RoutedClient,
  options: AnalyticsRoutesOptions<Context>,
): AnalyticsRoutes<Context> {
  checkClient(analytics);
  parseInput({ schema: routesOptions, input: options, name: "options object" });
  const { onError = console.error } = options;
  const routes = routesOf({ ...options, onError, analytics });

  return async (request, ...[context]) => {
    const name = new URL(request.url).pathname.split("/").findLast((part) => part !== "") ?? "";
    const route = routes.get(name);
    if (route === undefined) return noRoute();
    if (!route.methods.includes(request.method)) return wrongMethod(route.methods.join(", "));
    try {
      return await route.answer({ request, context: context as Context });
    } catch (error) {
      if (!isAnalyticsError(error)) throw error;
      if (statusOf(error) >= 500) onError(error);
      return answerError(error);
    }
  };
}

function checkClient(analytics: RoutedClient): void {
  const methods = [
    "collectRequest",
    "getEntityTotals",
    "getQuestionDates",
    "getStatus",
    "getTimeSeries",
    "getTopEntities",
    "getVisitors",
  ];
  if (hasMethods(analytics, methods)) return;
  throw new AnalyticsError(
    "invalid_input",
    "createAnalyticsRoutes was given no client: give an AnalyticsClient first, then the options.",
    { field: "analytics" },
  );
}

function noRoute(): Response {
  const error = { code: "not_found", message: "There is no such route." };
  return Response.json({ error }, { status: 404 });
}

function wrongMethod(allowed: string): Response {
  const error = { code: "invalid_input", message: `This route answers ${allowed} only.` };
  return Response.json({ error }, { status: 405, headers: { Allow: allowed } });
}
