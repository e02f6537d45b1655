import type { AnalyticsClient } from "../analytics-client.ts";
import { answerError } from "../contract/answer-error.ts";
import { parseTimeSeriesQuery } from "../contract/time-series-query.ts";
import { parseVisitorsQuery } from "../contract/visitors-query.ts";
import { isAnalyticsError } from "../errors.ts";
import type { AnalyticsRoutesOptions, Asker } from "./routes-options.ts";

/** What the routes need of an {@link AnalyticsClient}. */
export type RoutedClient = Pick<
  AnalyticsClient,
  "collectRequest" | "getStatus" | "getTimeSeries" | "getVisitors"
>;

type Answer<Context> = (asker: Asker<Context>) => Promise<Response>;

interface Route<Context> {
  methods: readonly string[];
  answer: Answer<Context>;
}

interface RoutesToMake<Context> extends AnalyticsRoutesOptions<Context> {
  analytics: RoutedClient;
  onError: (error: Error) => void;
}

/** The routes by the last part of their paths. */
export function routesOf<Context>(options: RoutesToMake<Context>): Map<string, Route<Context>> {
  const { analytics, authorize, authorizeStatus, collect, onError } = options;
  const routes = new Map([
    [
      "time-series",
      question<Context>(async (asker) => {
        const query = parseTimeSeriesQuery(paramsOf(asker));
        const allowed = await authorize({ question: "time-series", query, ...asker });
        return analytics.getTimeSeries(parseTimeSeriesQuery(allowed ?? query), callOf(asker));
      }),
    ],
    [
      "visitors",
      question<Context>(async (asker) => {
        const query = parseVisitorsQuery(paramsOf(asker));
        const allowed = await authorize({ question: "visitors", query, ...asker });
        return analytics.getVisitors(parseVisitorsQuery(allowed ?? query), callOf(asker));
      }),
    ],
  ]);
  if (authorizeStatus !== undefined) {
    const status = question<Context>(async (asker) => {
      await authorizeStatus(asker);
      return analytics.getStatus(callOf(asker));
    });
    routes.set("status", status);
  }
  if (collect !== undefined) {
    const answer: Answer<Context> = async (asker) => {
      const known = await collect(asker);
      return analytics.collectRequest(asker.request, known).catch(answerHostsMistake(onError));
    };
    routes.set("collect", { methods: ["POST"], answer });
  }
  return routes;
}

function question<Context>(ask: (asker: Asker<Context>) => Promise<object>): Route<Context> {
  return {
    methods: ["GET", "HEAD"],
    // who asks is part of the question, and no cache knows who that is
    answer: async (asker) =>
      Response.json(await ask(asker), { headers: { "Cache-Control": "no-store" } }),
  };
}

// What a browser did wrong is answered and not thrown: an option that is wrong is nothing to tell it.
function answerHostsMistake(onError: (error: Error) => void): (error: unknown) => Response {
  return (error) => {
    if (!isAnalyticsError(error) || error.code !== "invalid_input") throw error;
    onError(error);
    return answerError(undefined);
  };
}

function paramsOf({ request }: Asker): URLSearchParams {
  return new URL(request.url).searchParams;
}

function callOf({ request: { signal } }: Asker): { signal: AbortSignal } {
  return { signal };
}
