import { type CallOptions, checkCallOptions } from "./call-options.ts";
import type { Breakdown } from "./contract/breakdown.ts";
import type { BreakdownQuery } from "./contract/breakdown-query.ts";
import type { DatedQuestion, QuestionDates } from "./contract/dated-question.ts";
import type { Digest } from "./contract/digest.ts";
import type { DigestQuery, DigestsQuery } from "./contract/digest-query.ts";
import type { EntityTotals } from "./contract/entity-totals.ts";
import type { EntityTotalsQuery } from "./contract/entity-totals-query.ts";
import type { HeatMap } from "./contract/heat-map.ts";
import type { HeatMapQuery } from "./contract/heat-map-query.ts";
import type { LiveQuery } from "./contract/live-query.ts";
import type { LiveVisitors } from "./contract/live-visitors.ts";
import type { Period } from "./contract/period.ts";
import type { RollingVisitors } from "./contract/rolling-visitors.ts";
import type { RollingVisitorsQuery } from "./contract/rolling-visitors-query.ts";
import type { TimeSeries, TimeSeriesOf } from "./contract/time-series.ts";
import type { TimeSeriesQuery } from "./contract/time-series-query.ts";
import type { TopEntities } from "./contract/top-entities.ts";
import type { TopEntitiesQuery } from "./contract/top-entities-query.ts";
import type { VisitorList } from "./contract/visitors.ts";
import type { VisitorsQuery } from "./contract/visitors-query.ts";
import type { Connection } from "./database/connect.ts";
import { explainFailure } from "./database/explain-failure.ts";
import { digests } from "./queries/digests.ts";
import { getBreakdown } from "./queries/get-breakdown.ts";
import { getDigest } from "./queries/get-digest.ts";
import { getEntityTotals } from "./queries/get-entity-totals.ts";
import { getHeatMap } from "./queries/get-heat-map.ts";
import { getLive } from "./queries/get-live.ts";
import { getQuestionDates } from "./queries/get-question-dates.ts";
import { getRollingVisitors } from "./queries/get-rolling-visitors.ts";
import { getTimeSeries } from "./queries/get-time-series.ts";
import { getTopEntities } from "./queries/get-top-entities.ts";
import { getVisitors } from "./queries/get-visitors.ts";

interface Call<Query> extends CallOptions {
  connection: Connection;
  query: Query;
}

/**
 * The questions of an {@link AnalyticsClient}: what it reads and never writes. Every call may throw `aborted`, `schema_missing`,
 * `schema_out_of_date`, `unknown_time_zone` or `database`.
 */
export class AnalyticsQuestions {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * How many viewed an entity, over time: a complete series with exact uniques, and exact totals of the range.
   *
   * Dates are in the reporting time zone and both included; the default is the last 30 days, daily.
   *
   * @throws {AnalyticsError} `invalid_input`, `range_too_long`, or those of every call
   * @example
   * const { data } = await analytics.getTimeSeries({
   *   entity_type: "listing", entity_id: "7", date_from: "2026-01-01", date_to: "2026-03-31", period: "monthly",
   * });
   * data[0]; //=> { date: "2026-01-01", views: 120, unique_visitors: 42, unique_accounts: 30, … }
   */
  getTimeSeries<Asked extends Period = "daily">(
    query: TimeSeriesQuery<Asked>,
    options?: CallOptions,
  ): Promise<TimeSeriesOf<Asked>>;
  getTimeSeries(query: TimeSeriesQuery, options: CallOptions = {}): Promise<TimeSeries> {
    return this.#ask(getTimeSeries, query, options);
  }

  /**
   * How many viewed each of up to 200 entities: the totals that {@link getTimeSeries} gives of each, in one call, with a
   * small chart and a comparison on demand. They cannot be added up: somebody may have viewed several. With `together`, the
   * answer also has all of them as one, with everybody counted once.
   *
   * @throws {AnalyticsError} `invalid_input`, `range_too_long`, `too_many_visitors`, or those of every call
   * @example
   * const listings = ["7", "8"].map((entity_id) => ({ entity_type: "listing", entity_id }));
   * const { data } = await analytics.getEntityTotals({ entities: listings, sparkline: "daily" });
   * data[0]; //=> { entity_id: "7", views: 120, unique_visitors: 42, sparkline: [3, 0, 5, …], … }
   */
  getEntityTotals(query: EntityTotalsQuery, options: CallOptions = {}): Promise<EntityTotals> {
    return this.#ask(getEntityTotals, query, options);
  }

  /**
   * Which entities are viewed most: of one owner, of one type, or of the whole site, by exact unique visitors, by views or by accounts, with the totals of
   * each and a comparison on demand.
   *
   * @throws {AnalyticsError} `invalid_input`, `range_too_long`, or those of every call
   * @example
   * const { data } = await analytics.getTopEntities({ level: "type", entity_type: "listing", limit: 10 });
   * data[0]; //=> { rank: 1, entity_type: "listing", entity_id: "7", views: 120, unique_visitors: 42, … }
   */
  getTopEntities(query: TopEntitiesQuery, options: CallOptions = {}): Promise<TopEntities> {
    return this.#ask(getTopEntities, query, options);
  }

  /**
   * How many came in the last 1, 7 and 28 days, each counted once, seen from every date of a range of up to ten years.
   *
   * @throws {AnalyticsError} `invalid_input`, `range_too_long`, or those of every call
   * @example
   * const { data } = await analytics.getRollingVisitors({ entity_type: "listing", entity_id: "7" });
   * data.at(-2); //=> { date: "2026-03-30", visitors_1_day: 9, visitors_7_days: 31, visitors_28_days: 80, … }
   */
  getRollingVisitors(
    query: RollingVisitorsQuery,
    options: CallOptions = {},
  ): Promise<RollingVisitors> {
    return this.#ask(getRollingVisitors, query, options);
  }

  /**
   * When in the week people come: all 168 hours, with how often each was in the range, so that five Mondays can be
   * compared with four Tuesdays. The default is the last 12 weeks.
   *
   * @throws {AnalyticsError} `invalid_input`, `range_too_long`, or those of every call
   * @example
   * const { data } = await analytics.getHeatMap({ entity_type: "listing", entity_id: "7" });
   * data[9]; //=> { weekday: 1, hour: 9, views: 31, visitor_hours: 25, occurrences: 12, views_per_hour: 2.58, … }
   */
  getHeatMap(query: HeatMapQuery, options: CallOptions = {}): Promise<HeatMap> {
    return this.#ask(getHeatMap, query, options);
  }

  /**
   * How many of each: views and exact unique visitors by a dimension, as `"visitor_kind"`, `"channel"` of page views, or `"viewer.company"` when
   * accounts have that attribute. Groups of fewer than 5 viewers are kept back unless `smallest_group` says otherwise.
   *
   * @throws {AnalyticsError} `invalid_input`, `range_too_long`, `dimension_not_kept`, or those of every call
   * @example
   * const { data } = await analytics.getBreakdown({
   *   entity_type: "listing", entity_id: "7", dimension: "viewer.company", date_from: "2026-03-01", date_to: "2026-03-31",
   * });
   * data[0]; //=> { value: "Acme", views: 31, unique_visitors: 12, unique_accounts: 12, share_of_visitors: 6.25, … }
   */
  getBreakdown(query: BreakdownQuery, options: CallOptions = {}): Promise<Breakdown> {
    return this.#ask(getBreakdown, query, options);
  }

  /**
   * What happened in a week or a month, for a mail about it: totals and how they changed, the best day, the entities that were viewed most,
   * where visitors came from, who is new, and what was reached.
   *
   * @throws {AnalyticsError} `invalid_input`, `sealed`, or those of every call
   * @example
   * const { totals, top_entities } = await analytics.getDigest({ level: "owner", owner_id: "7", period: "weekly" });
   * totals.unique_visitors; //=> 310, of the last week that is over
   */
  getDigest(query: DigestQuery, options: CallOptions = {}): Promise<Digest> {
    return this.#ask(getDigest, query, options);
  }

  /**
   * The digest of each of these owners, one after the other as they are asked for: see {@link getDigest}. All are of the same dates, also when
   * midnight passes in the meantime.
   *
   * @throws {AnalyticsError} `invalid_input`, `sealed`, or those of every call
   * @example
   * const digests = analytics.digests({ owners: ["7", "8"], period: "monthly" });
   * for await (const { owner_id, totals } of digests) console.log(owner_id, totals.views); // your mail
   */
  digests(query: DigestsQuery, options: CallOptions = {}): AsyncGenerator<Digest, void, undefined> {
    return digests({ query, ask: (one) => this.getDigest(one, options) });
  }

  /**
   * How many are looking now, at one entity, each of up to 200, or all that an owner has: whose view began in the last minutes, 5 by default.
   * From committed page views, by the clock of the database.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * const { data } = await analytics.getLive({ entity_type: "listing", entity_id: "7" });
   * data[0]?.unique_visitors; //=> 3
   */
  getLive(query: LiveQuery, options: CallOptions = {}): Promise<LiveVisitors> {
    return this.#ask(getLive, query, options);
  }

  /**
   * Who viewed an entity: visitors with their names and latest visits, most views first, a page at a time.
   *
   * Without dates it is about all time. A visitor who moves up between two pages may be on neither; nobody is on two.
   *
   * @throws {AnalyticsError} `invalid_input`, `invalid_cursor`, or those of every call
   * @example
   * const { data, next_cursor } = await analytics.getVisitors({ entity_type: "listing", entity_id: "7", limit: 10 });
   * data[0]; //=> { display_name: "Ada Lovelace", visit_count: 9, last_visit: "2026-03-31T18:02:11.000Z", … }
   */
  getVisitors(query: VisitorsQuery, options: CallOptions = {}): Promise<VisitorList> {
    return this.#ask(getVisitors, query, options);
  }

  /**
   * Which dates a question would read, before it is asked: for plans that show so many days. The routes ask this for you.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * const query = parseTimeSeriesQuery(new URLSearchParams("entity_type=listing&entity_id=7&compare=previous_year"));
   * await analytics.getQuestionDates({ question: "time-series", query }); //=> { earliest_date: "2025-03-02", today: "2026-03-31" }
   */
  getQuestionDates(asked: DatedQuestion, options: CallOptions = {}): Promise<QuestionDates> {
    return this.#ask(getQuestionDates, asked, options);
  }

  async #ask<Query, Answer>(
    read: (call: Call<Query>) => Promise<Answer>,
    query: Query,
    options: CallOptions,
  ): Promise<Answer> {
    const connection = this.#connection;
    const { signal } = checkCallOptions(options);
    return explainFailure({ work: read({ connection, query, signal }), connection, role: "reads" });
  }
}
