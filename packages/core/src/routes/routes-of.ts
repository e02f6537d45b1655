import type { AnalyticsClient } from "../analytics-client.ts";
import { answerError } from "../contract/answer-error.ts";
import { breakdownQuery, parseBreakdownQuery } from "../contract/breakdown-query.ts";
import type { DatedQuestion } from "../contract/dated-question.ts";
import { parseEntityTotalsQuery } from "../contract/entity-totals-query.ts";
import { parseHeatMapQuery } from "../contract/heat-map-query.ts";
import { parseLiveQuery } from "../contract/live-query.ts";
import { parseInput } from "../contract/parse-input.ts";
import { parseRollingVisitorsQuery } from "../contract/rolling-visitors-query.ts";
import { parseTimeSeriesQuery } from "../contract/time-series-query.ts";
import { parseTopEntitiesQuery } from "../contract/top-entities-query.ts";
import { parseVisitorsQuery } from "../contract/visitors-query.ts";
import { AnalyticsError, isAnalyticsError } from "../errors.ts";
import type { AnalyticsRoutesOptions, Asked, Asker } from "./routes-options.ts";

/** What the routes need of an {@link AnalyticsClient}. */
export type RoutedClient = Pick<
  AnalyticsClient,
  | "collectRequest"
  | "getBreakdown"
  | "getEntityTotals"
  | "getHeatMap"
  | "getLive"
  | "getQuestionDates"
  | "getRollingVisitors"
  | "getStatus"
  | "getTimeSeries"
  | "getTopEntities"
  | "getVisitors"
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
  const {
    analytics,
    authorize,
    authorizeEntities,
    authorizeSite,
    authorizeStatus,
    collect,
    onError,
  } = options;
  const dated = async <Question extends DatedQuestion>(
    asked: Question,
    asker: Asker<Context>,
  ): Promise<Asked<Question, Context>> => ({
    ...asked,
    ...(await analytics.getQuestionDates(asked, callOf(asker))),
    ...asker,
  });
  const authorizeSeveral = authorizeEntities ?? refuseSeveral;
  const routes = new Map([
    [
      "time-series",
      question<Context>(async (asker) => {
        const query = parseTimeSeriesQuery(paramsOf(asker));
        const allowed = await authorize(await dated({ question: "time-series", query }, asker));
        return analytics.getTimeSeries(parseTimeSeriesQuery(allowed ?? query), callOf(asker));
      }),
    ],
    [
      "visitors",
      question<Context>(async (asker) => {
        const query = parseVisitorsQuery(paramsOf(asker));
        const allowed = await authorize(await dated({ question: "visitors", query }, asker));
        return analytics.getVisitors(parseVisitorsQuery(allowed ?? query), callOf(asker));
      }),
    ],
    [
      "rolling-visitors",
      question<Context>(async (asker) => {
        const query = parseRollingVisitorsQuery(paramsOf(asker));
        const allowed = await authorize(
          await dated({ question: "rolling-visitors", query }, asker),
        );
        const asked = parseRollingVisitorsQuery(allowed ?? query);
        return analytics.getRollingVisitors(asked, callOf(asker));
      }),
    ],
    [
      "heat-map",
      question<Context>(async (asker) => {
        const query = parseHeatMapQuery(paramsOf(asker));
        const allowed = await authorize(await dated({ question: "heat-map", query }, asker));
        return analytics.getHeatMap(parseHeatMapQuery(allowed ?? query), callOf(asker));
      }),
    ],
    [
      "breakdown",
      question<Context>(async (asker) => {
        const query = parseBreakdownQuery(paramsOf(asker));
        const allowed = await authorize(await dated({ question: "breakdown", query }, asker));
        // what it adds may be more than a browser can ask for
        const asked = parseInput({ schema: breakdownQuery, input: allowed ?? query });
        return analytics.getBreakdown(asked, callOf(asker));
      }),
    ],
    [
      "live",
      questionOrBody<Context>(async (asker) => {
        const query = parseLiveQuery(await fieldsOf(asker));
        const allowed =
          "entities" in query
            ? await authorizeSeveral(await dated({ question: "live", query }, asker))
            : await authorize(await dated({ question: "live", query }, asker));
        return analytics.getLive(parseLiveQuery(allowed ?? query), callOf(asker));
      }),
    ],
  ]);
  if (authorizeEntities !== undefined) {
    const totals = questionOrBody<Context>(async (asker) => {
      const query = parseEntityTotalsQuery(await fieldsOf(asker));
      const allowed = await authorizeEntities(
        await dated({ question: "entity-totals", query }, asker),
      );
      return analytics.getEntityTotals(parseEntityTotalsQuery(allowed ?? query), callOf(asker));
    });
    routes.set("entity-totals", totals);
  }
  if (authorizeSite !== undefined) {
    const top = question<Context>(async (asker) => {
      const query = parseTopEntitiesQuery(paramsOf(asker));
      const allowed = await authorizeSite(await dated({ question: "top-entities", query }, asker));
      return analytics.getTopEntities(parseTopEntitiesQuery(allowed ?? query), callOf(asker));
    });
    routes.set("top-entities", top);
  }
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

// Many ids are too long for an address, and come in a body of JSON.
function questionOrBody<Context>(ask: (asker: Asker<Context>) => Promise<object>): Route<Context> {
  const { methods, answer } = question(ask);
  return { methods: [...methods, "POST"], answer };
}

async function fieldsOf(asker: Asker): Promise<unknown> {
  if (asker.request.method !== "POST") return paramsOf(asker);
  const body: unknown = await asker.request.json().catch(() => undefined);
  if (typeof body === "object" && body !== null && "entities" in body) return body;
  throw new AnalyticsError(
    "invalid_input",
    "entities is missing: send a body of JSON that has entities, a list of entity_type and entity_id.",
    { field: "entities" },
  );
}

function refuseSeveral(): never {
  throw new AnalyticsError("invalid_input", "entities is not asked for here: ask about one.", {
    field: "entities",
  });
}

// A browser gets its own mistakes as an answer. A wrong option is the host's mistake, and is thrown.
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
