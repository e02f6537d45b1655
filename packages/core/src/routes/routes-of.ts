import type { AnalyticsClient } from "../analytics-client.ts";
import { answerError } from "../contract/answer-error.ts";
import { type BreakdownQuery, parseBreakdownQuery } from "../contract/breakdown-query.ts";
import type { DatedQuestion } from "../contract/dated-question.ts";
import { parseDigestQuery } from "../contract/digest-query.ts";
import { parseEntityTotalsQuery } from "../contract/entity-totals-query.ts";
import { parseHeatMapQuery } from "../contract/heat-map-query.ts";
import { parseLiveQuery } from "../contract/live-query.ts";
import { parseRollingVisitorsQuery } from "../contract/rolling-visitors-query.ts";
import type { Level } from "../contract/subject.ts";
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
  | "getDigest"
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
  const { analytics, authorizeEntities, authorizeStatus, collect, onError } = options;
  const dated = async <Question extends DatedQuestion>(
    asked: Question,
    asker: Asker<Context>,
  ): Promise<Asked<Question, Context>> => ({
    ...asked,
    ...(await analytics.getQuestionDates(asked, callOf(asker))),
    ...asker,
  });
  const authorizeSeveral = authorizeEntities ?? refuseSeveral;
  const levels = levelsOf(options);
  const routes = new Map([
    [
      "time-series",
      ofSubject({
        ...options,
        dated,
        name: "time-series",
        parse: (query) => parseTimeSeriesQuery(query, { levels }),
        ask: (query, call) => analytics.getTimeSeries(query, call),
      }),
    ],
    [
      "visitors",
      ofSubject({
        ...options,
        dated,
        name: "visitors",
        parse: (query) => parseVisitorsQuery(query, { levels }),
        ask: (query, call) => analytics.getVisitors(query, call),
      }),
    ],
    [
      "rolling-visitors",
      ofSubject({
        ...options,
        dated,
        name: "rolling-visitors",
        parse: (query) => parseRollingVisitorsQuery(query, { levels }),
        ask: (query, call) => analytics.getRollingVisitors(query, call),
      }),
    ],
    [
      "heat-map",
      ofSubject({
        ...options,
        dated,
        name: "heat-map",
        parse: (query) => parseHeatMapQuery(query, { levels }),
        ask: (query, call) => analytics.getHeatMap(query, call),
      }),
    ],
    [
      "breakdown",
      ofSubject({
        ...options,
        dated,
        name: "breakdown",
        parse: (query): BreakdownQuery => parseBreakdownQuery(query, { levels }),
        // what the check adds may be more than a browser can ask for: the client looks at it
        parseAllowed: (query) => query as BreakdownQuery,
        ask: (query, call) => analytics.getBreakdown(query, call),
      }),
    ],
    [
      "digest",
      ofSubject({
        ...options,
        dated,
        name: "digest",
        parse: (query) => parseDigestQuery(query, { levels }),
        ask: (query, call) => analytics.getDigest(query, call),
      }),
    ],
    [
      "live",
      questionOrBody<Context>(async (asker) => {
        const query = parseLiveQuery(await fieldsOf(asker), { levels });
        const check =
          "entities" in query ? (authorizeSeveral as Check) : checkOf(options, query.level);
        const asked = { question: "live", query } as DatedQuestion;
        const allowed = await check?.(await dated(asked, asker));
        return analytics.getLive(parseLiveQuery(allowed ?? query, { levels }), callOf(asker));
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
  const topLevels = levels.filter((level) => level !== "entity");
  if (topLevels.length > 0) {
    const top = ofSubject({
      ...options,
      dated,
      name: "top-entities",
      parse: (query) => parseTopEntitiesQuery(query, { levels: topLevels }),
      ask: (query, call) => analytics.getTopEntities(query, call),
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

type Checks<Context> = Pick<
  AnalyticsRoutesOptions<Context>,
  "authorize" | "authorizeOwner" | "authorizeSite"
>;

// A level that nobody checks may not be asked about.
function levelsOf<Context>({ authorizeOwner, authorizeSite }: Checks<Context>): Level[] {
  return [
    "entity",
    ...(authorizeOwner === undefined ? [] : (["owner"] as const)),
    ...(authorizeSite === undefined ? [] : (["type", "site"] as const)),
  ];
}

interface SubjectRoute<Context, Query> extends Checks<Context> {
  name: string;
  /** Refuses the levels that nobody checks. */
  parse: (query: unknown) => Query;
  /** What the check gave back. @default parse */
  parseAllowed?: (query: unknown) => Query;
  /** What a check is told besides: which dates are read, and who asks. */
  dated: (asked: never, asker: Asker<Context>) => Promise<object>;
  ask: (query: Query, call: { signal: AbortSignal }) => Promise<object>;
}

// A question that any level may be asked, by the check of its level.
function ofSubject<Context, Query extends { level?: Level | undefined }>({
  name,
  parse,
  parseAllowed = parse,
  dated,
  ask,
  ...checks
}: SubjectRoute<Context, Query>): Route<Context> {
  return question<Context>(async (asker) => {
    const query = parse(paramsOf(asker));
    const check = checkOf(checks, query.level);
    const allowed = await check?.(await dated({ question: name, query } as never, asker));
    return ask(parseAllowed(allowed ?? query), callOf(asker));
  });
}

type Check = (asked: object) => unknown;

function checkOf<Context>(
  { authorize, authorizeOwner, authorizeSite }: Checks<Context>,
  level: Level = "entity",
): Check | undefined {
  const checks = {
    entity: authorize,
    owner: authorizeOwner,
    type: authorizeSite,
    site: authorizeSite,
  };
  return checks[level] as Check | undefined;
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
