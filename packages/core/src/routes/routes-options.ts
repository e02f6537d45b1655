import * as z from "zod/mini";
import type { CollectRequestOptions } from "../collection/request/collect-options.ts";
import type {
  AnalyticsEntitiesQuestion,
  AnalyticsOwnerQuestion,
  AnalyticsQuestion,
  AnalyticsSiteQuestion,
  QuestionDates,
} from "../contract/dated-question.ts";

/** Who asks: the request, and what your framework knows about it. */
export interface Asker<Context = unknown> {
  request: Request;
  /** What you gave to the routes besides the request, as the user whom a middleware has found. */
  context: Context;
}

/** Who asks what, and which dates that reads. */
export type Asked<Question, Context = unknown> = Question & QuestionDates & Asker<Context>;

type MaybePromise<Value> = Value | Promise<Value>;

export interface AnalyticsRoutesOptions<Context = unknown> {
  /**
   * Whether this may be asked; throw an {@link AnalyticsError} to refuse it. Give back a query to have that asked
   * instead, as a shorter range on a cheaper plan; `earliest_date` is the first date that would be read, comparison included.
   */
  authorize: (
    asked: Asked<AnalyticsQuestion, Context>,
  ) => MaybePromise<AnalyticsQuestion["query"] | undefined | void>;
  /**
   * The same of questions about several entities; check each of `query.entities`. Without it there is no route
   * `entity-totals`, and `live` is about one entity.
   */
  authorizeEntities?:
    | ((
        asked: Asked<AnalyticsEntitiesQuestion, Context>,
      ) => MaybePromise<AnalyticsEntitiesQuestion["query"] | undefined | void>)
    | undefined;
  /**
   * The same of questions about all that an owner has, with the `level` `"owner"`; check `query.owner_id`. Without it they are refused, and
   * `top-entities` is not about owners.
   */
  authorizeOwner?:
    | ((
        asked: Asked<AnalyticsOwnerQuestion, Context>,
      ) => MaybePromise<AnalyticsOwnerQuestion["query"] | undefined | void>)
    | undefined;
  /**
   * The same of questions about all entities of a type or of the site, with the `level` `"type"` or `"site"`, which show numbers of everybody's
   * pages, and who viewed them. Without it they are refused; there is a route `top-entities` with this check or that of owners.
   */
  authorizeSite?:
    | ((
        asked: Asked<AnalyticsSiteQuestion, Context>,
      ) => MaybePromise<AnalyticsSiteQuestion["query"] | undefined | void>)
    | undefined;
  /** Whether `status` may be asked, which is for people who operate the app. Without it there is no such route. */
  authorizeStatus?: ((asker: Asker<Context>) => MaybePromise<unknown>) | undefined;
  /**
   * Who views, by your own check: the options of {@link AnalyticsClient.collectRequest}. Without it there is no route
   * `collect`.
   */
  collect?: ((asker: Asker<Context>) => MaybePromise<CollectRequestOptions>) | undefined;
  /**
   * Called with every error that is answered with 500.
   *
   * @default console.error
   */
  onError?: ((error: Error) => void) | undefined;
}

const isFunction = (value: unknown): boolean => typeof value === "function";
const callback = z.custom<never>(isFunction, { error: "give a function" });

/** What is wrong with options that no compiler has looked at. */
export const routesOptions = z.strictObject({
  authorize: callback,
  authorizeEntities: z.optional(callback),
  authorizeOwner: z.optional(callback),
  authorizeSite: z.optional(callback),
  authorizeStatus: z.optional(callback),
  collect: z.optional(callback),
  onError: z.optional(callback),
});
