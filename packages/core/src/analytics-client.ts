import { type CallOptions, checkCallOptions } from "./call-options.ts";
import { type AnalyticsClientOptions, checkClientOptions } from "./client-options.ts";
import {
  PageViewBuffer,
  type PageViewBufferOptions,
} from "./collection/buffer/page-view-buffer.ts";
import { type Collection, type CollectionCounts, openCollection } from "./collection/collection.ts";
import {
  type IdentifyOptions,
  identifySession,
  type SessionIdentity,
} from "./collection/identify-session.ts";
import type { IdentifiedViews } from "./collection/identify-views.ts";
import { identifyVisitor, type VisitorIdentity } from "./collection/identify-visitor.ts";
import { recordTimesOnPage } from "./collection/record-times-on-page.ts";
import { collect } from "./collection/request/collect.ts";
import type {
  CollectOptions,
  CollectRequestOptions,
} from "./collection/request/collect-options.ts";
import { collectRequest } from "./collection/request/collect-request.ts";
import type { TrackOptions } from "./collection/track-options.ts";
import { trackPageViews } from "./collection/track-page-views.ts";
import type { PageView } from "./collection/validation/page-view.ts";
import type { TimeOnPage } from "./collection/validation/time-on-page.ts";
import type { FoldResult, RebuildResult, RepairResult } from "./contract/aggregation.ts";
import type { CollectResult } from "./contract/collect.ts";
import type { EntityTotals } from "./contract/entity-totals.ts";
import type { EntityTotalsQuery } from "./contract/entity-totals-query.ts";
import type { HeatMap } from "./contract/heat-map.ts";
import type { HeatMapQuery } from "./contract/heat-map-query.ts";
import type { LiveQuery } from "./contract/live-query.ts";
import type { LiveVisitors } from "./contract/live-visitors.ts";
import type { Period } from "./contract/period.ts";
import type { RollingVisitors } from "./contract/rolling-visitors.ts";
import type { RollingVisitorsQuery } from "./contract/rolling-visitors-query.ts";
import type { AnalyticsStatus } from "./contract/status.ts";
import type { TimeSeries, TimeSeriesOf } from "./contract/time-series.ts";
import type { TimeSeriesQuery } from "./contract/time-series-query.ts";
import type { Verification } from "./contract/verification.ts";
import type { VisitorList } from "./contract/visitors.ts";
import type { VisitorsQuery } from "./contract/visitors-query.ts";
import { type Connection, connect } from "./database/connect.ts";
import { explainFailure } from "./database/explain-failure.ts";
import { aggregate, type FoldOptions, type RebuildOptions } from "./maintenance/aggregate.ts";
import { getStatus } from "./maintenance/get-status.ts";
import { repair } from "./maintenance/repair.ts";
import {
  type AggregatingOptions,
  type AggregationWorker,
  startAggregating,
} from "./maintenance/start-aggregating.ts";
import { type VerifyOptions, verify } from "./maintenance/verify.ts";
import { getEntityTotals } from "./queries/get-entity-totals.ts";
import { getHeatMap } from "./queries/get-heat-map.ts";
import { getLive } from "./queries/get-live.ts";
import { getRollingVisitors } from "./queries/get-rolling-visitors.ts";
import { getTimeSeries } from "./queries/get-time-series.ts";
import { getVisitors } from "./queries/get-visitors.ts";

/**
 * Who viewed an entity, and how many, over time: exact answers from the rollups in your own Postgres.
 *
 * It never migrates, never closes what it did not open, and opens nothing before the first call. Every call may throw `aborted`,
 * `schema_missing`, `schema_out_of_date`, `unknown_time_zone` or `database`.
 *
 * @example
 * const analytics = new AnalyticsClient({ connectionString: "postgres://localhost/app" });
 * const { totals } = await analytics.getTimeSeries({ entity_type: "listing", entity_id: "7" });
 * totals.unique_visitors; //=> 42
 */
export class AnalyticsClient implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #collection: Collection;

  /** @throws {AnalyticsError} `invalid_input` unless exactly one of pool, db and connectionString is given, and can be used */
  constructor(options: AnalyticsClientOptions) {
    const { collection: policy, ...connection } = checkClientOptions(options);
    this.#connection = connect(connection);
    this.#collection = openCollection({ connection: this.#connection, policy });
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
  async getTimeSeries(query: TimeSeriesQuery, options: CallOptions = {}): Promise<TimeSeries> {
    const { signal } = checkCallOptions(options);
    const work = getTimeSeries({ connection: this.#connection, query, signal });
    return explainFailure({ work, connection: this.#connection, role: "reads" });
  }

  /**
   * How many viewed each of up to 200 entities: the totals that {@link getTimeSeries} gives of each, in one call, with a
   * small chart and a comparison on demand. They cannot be added up: somebody may have viewed several.
   *
   * @throws {AnalyticsError} `invalid_input`, `range_too_long`, `aborted`, `schema_missing`, `schema_out_of_date`, `unknown_time_zone` or
   *   `database`
   * @example
   * const listings = ["7", "8"].map((entity_id) => ({ entity_type: "listing", entity_id }));
   * const { data } = await analytics.getEntityTotals({ entities: listings, sparkline: "daily" });
   * data[0]; //=> { entity_id: "7", views: 120, unique_visitors: 42, sparkline: [3, 0, 5, …], … }
   */
  async getEntityTotals(
    query: EntityTotalsQuery,
    options: CallOptions = {},
  ): Promise<EntityTotals> {
    const connection = this.#connection;
    const { signal } = checkCallOptions(options);
    const work = getEntityTotals({ connection, query, signal });
    return explainFailure({ work, connection, role: "reads" });
  }

  /**
   * How many came in the last 1, 7 and 28 days, each counted once, seen from every date of a range of up to ten years.
   *
   * @throws {AnalyticsError} `invalid_input`, `range_too_long`, `aborted`, `schema_missing`, `schema_out_of_date`, `unknown_time_zone` or
   *   `database`
   * @example
   * const { data } = await analytics.getRollingVisitors({ entity_type: "listing", entity_id: "7" });
   * data.at(-2); //=> { date: "2026-03-30", visitors_1_day: 9, visitors_7_days: 31, visitors_28_days: 80, … }
   */
  async getRollingVisitors(
    query: RollingVisitorsQuery,
    options: CallOptions = {},
  ): Promise<RollingVisitors> {
    const connection = this.#connection;
    const { signal } = checkCallOptions(options);
    const work = getRollingVisitors({ connection, query, signal });
    return explainFailure({ work, connection, role: "reads" });
  }

  /**
   * When in the week people come: all 168 hours, with how often each was in the range, so that five Mondays can be
   * compared with four Tuesdays. The default is the last 12 weeks.
   *
   * @throws {AnalyticsError} `invalid_input`, `range_too_long`, `aborted`, `schema_missing`, `schema_out_of_date`, `unknown_time_zone` or
   *   `database`
   * @example
   * const { data } = await analytics.getHeatMap({ entity_type: "listing", entity_id: "7" });
   * data[9]; //=> { weekday: 1, hour: 9, views: 31, visitor_hours: 25, occurrences: 12, views_per_hour: 2.58, … }
   */
  async getHeatMap(query: HeatMapQuery, options: CallOptions = {}): Promise<HeatMap> {
    const connection = this.#connection;
    const { signal } = checkCallOptions(options);
    const work = getHeatMap({ connection, query, signal });
    return explainFailure({ work, connection, role: "reads" });
  }

  /**
   * How many are looking now, at one entity or each of up to 200: whose view began in the last minutes, 5 by default.
   * From committed page views, by the clock of the database.
   *
   * @throws {AnalyticsError} `invalid_input`, `aborted`, `schema_missing`, `schema_out_of_date`, `unknown_time_zone` or
   *   `database`
   * @example
   * const { data } = await analytics.getLive({ entity_type: "listing", entity_id: "7" });
   * data[0]?.unique_visitors; //=> 3
   */
  async getLive(query: LiveQuery, options: CallOptions = {}): Promise<LiveVisitors> {
    const connection = this.#connection;
    const { signal } = checkCallOptions(options);
    const work = getLive({ connection, query, signal });
    return explainFailure({ work, connection, role: "reads" });
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
  async getVisitors(query: VisitorsQuery, options: CallOptions = {}): Promise<VisitorList> {
    const { signal } = checkCallOptions(options);
    const work = getVisitors({ connection: this.#connection, query, signal });
    return explainFailure({ work, connection: this.#connection, role: "reads" });
  }

  /**
   * Brings the rollups up to date: folds every pending change, or, given dates, recomputes them from raw page views.
   *
   * Safe from many places at once. Both go in bounded transactions of their own: an aborted call keeps what is done,
   * and a client of a transaction cannot do it.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.aggregate(); //=> { folded_changes: 1200, batches: 1, duration_ms: 61 }
   */
  aggregate(options?: FoldOptions): Promise<FoldResult>;
  aggregate(options: RebuildOptions): Promise<RebuildResult>;
  async aggregate(options: FoldOptions | RebuildOptions = {}): Promise<FoldResult | RebuildResult> {
    const work = aggregate({ connection: this.#connection, options });
    return explainFailure({ work, connection: this.#connection, role: "folds and rebuilds" });
  }

  /**
   * Stores page views, up to 10,000 by one statement, and says which were refused and why. A view whose `id` is there
   * already is accepted and counts once, so a call that failed can be repeated.
   *
   * @throws {AnalyticsError} `invalid_input`, `unfit_page_views`, or those of every call
   * @example
   * await analytics.trackPageViews([{ entity_type: "listing", entity_id: "7", session_id: "41" }]);
   * //=> { accepted: 1, refused: [] }
   */
  async trackPageViews(
    views: readonly PageView[],
    options: TrackOptions = {},
  ): Promise<CollectResult> {
    const work = trackPageViews({ collection: this.#collection, views, options });
    return explainFailure({ work, connection: this.#connection, role: "collects" });
  }

  /** Stores one page view; see {@link trackPageViews}. */
  trackPageView(view: PageView, options: TrackOptions = {}): Promise<CollectResult> {
    return this.trackPageViews([view], options);
  }

  /**
   * Stores how long pages were looked at in all, by one statement. A time only grows, so messages may be repeated and
   * come in any order; the longest is `maxTimeOnPageSeconds`, 30 minutes by default.
   *
   * @throws {AnalyticsError} `invalid_input`, `unfit_page_views`, or those of every call
   */
  async recordTimesOnPage(
    times: readonly TimeOnPage[],
    options: CallOptions = {},
  ): Promise<CollectResult> {
    const work = recordTimesOnPage({ collection: this.#collection, times, options });
    return explainFailure({ work, connection: this.#connection, role: "collects" });
  }

  /** Stores how long one page was looked at in all; see {@link recordTimesOnPage}. */
  recordTimeOnPage(time: TimeOnPage, options: CallOptions = {}): Promise<CollectResult> {
    return this.recordTimesOnPage([time], options);
  }

  /**
   * Gives the anonymous views of a session to the account that has now signed in; the rollups follow. Of two accounts in one
   * session, each has its own. Views of the last 24 hours are taken, and older ones by `maxAgeHours`.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.identifySession({ session_id: "41", account_id: "9" }); //=> { identified_views: 3 }
   */
  async identifySession(
    identity: SessionIdentity,
    options: IdentifyOptions = {},
  ): Promise<IdentifiedViews> {
    const work = identifySession({ connection: this.#connection, identity, options });
    return explainFailure({ work, connection: this.#connection, role: "collects" });
  }

  /**
   * Gives anonymous views of a browser, over many sessions, to the account that has now signed in: those since an instant, for
   * there is no telling who used it before.
   *
   * @throws {AnalyticsError} `invalid_input`, or as every call
   * @example
   * await analytics.identifyVisitor({ visitor_id: "23", account_id: "9", since: new Date("2026-03-01T00:00:00Z") });
   */
  async identifyVisitor(
    identity: VisitorIdentity,
    options: CallOptions = {},
  ): Promise<IdentifiedViews> {
    const work = identifyVisitor({ connection: this.#connection, identity, options });
    return explainFailure({ work, connection: this.#connection, role: "collects" });
  }

  /**
   * Stores what a browser sent, as parsed JSON, for hosts whose framework has read the body.
   *
   * @throws {AnalyticsError} `invalid_input` for what is not a body of messages, `unfit_page_views`, or those of every call
   * @example
   * const messages = [{ type: "time_on_page", page_view_id: "0b6ad3a4-0a57-4c6b-9c0e-6e6f3f0c1a11", seconds: 9 }];
   * await analytics.collect({ messages }, { account_id: "9" }); //=> { accepted: 1, refused: [] }
   */
  async collect(body: unknown, options: CollectOptions = {}): Promise<CollectResult> {
    const work = collect({ collection: this.#collection, body, options });
    return explainFailure({ work, connection: this.#connection, role: "collects" });
  }

  /**
   * Stores what a browser sent, and answers it: 202, or what is wrong with the request. Only `options` say whose views
   * they are.
   *
   * @throws {AnalyticsError} `invalid_input` for a wrong option or a body that was read, `unfit_page_views`, or those of every call
   * @example
   * const response = await analytics.collectRequest(request, { account_id: "9" });
   */
  async collectRequest(request: Request, options: CollectRequestOptions = {}): Promise<Response> {
    const work = collectRequest({ collection: this.#collection, request, options });
    return explainFailure({ work, connection: this.#connection, role: "collects" });
  }

  /**
   * A buffer that holds page views in memory and writes many by one statement, for busy hosts.
   *
   * @throws {AnalyticsError} `invalid_input`
   * @example
   * const buffer = analytics.createPageViewBuffer({ maxRows: 500, maxWaitMs: 1000 });
   * await buffer.trackPageViews([{ entity_type: "listing", entity_id: "7", session_id: "41" }]);
   * await buffer.close(); // where your process ends: writes what is held
   */
  createPageViewBuffer(options: PageViewBufferOptions = {}): PageViewBuffer {
    return new PageViewBuffer(this.#collection, options);
  }

  /** How much was collected and refused since this client was made, in this process. */
  collectionCounts(): CollectionCounts {
    return structuredClone(this.#collection.counts);
  }

  /**
   * How things stand: what is waiting to be folded and since when, what the latest fold did, and whether anything keeps
   * changes from being written down.
   *
   * @throws {AnalyticsError} those of every call
   * @example
   * const { pending_changes, capture } = await analytics.getStatus();
   * capture; //=> { on: true, faults: [] }
   */
  async getStatus(options: CallOptions = {}): Promise<AnalyticsStatus> {
    const connection = this.#connection;
    const { signal } = checkCallOptions(options);
    return explainFailure({ work: getStatus({ connection, signal }), connection, role: "reads" });
  }

  /**
   * Compares every rollup with raw page views, exactly, or those of a sample of entities: what differs, and the dates whose
   * rebuild mends it. Views may come and folding may go on meanwhile; it writes nothing.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * const { differences, listed, mend } = await analytics.verify({ sample: 0.01 });
   * if (mend !== null) await analytics.aggregate(mend);
   */
  async verify(options: VerifyOptions = {}): Promise<Verification> {
    const connection = this.#connection;
    return explainFailure({ work: verify({ connection, options }), connection, role: "reads" });
  }

  /**
   * Reads the entities of which changes were set aside in again from page views, so that nothing is set aside any more.
   *
   * @throws {AnalyticsError} those of every call
   * @example
   * await analytics.repair(); //=> { repaired_changes: 1, repaired_entities: 1, read_page_views: 310, duration_ms: 12 }
   */
  async repair(options: CallOptions = {}): Promise<RepairResult> {
    const connection = this.#connection;
    const { signal } = checkCallOptions(options);
    const work = repair({ connection, signal });
    return explainFailure({ work, connection, role: "folds and rebuilds" });
  }

  /**
   * Folds in the background, for a host without a scheduler: looks for pending changes every 2 seconds by default.
   *
   * As many processes as you like may do it. It goes on after failures, catches up after downtime, ends with `close()`,
   * and does not keep the process alive; a pool of yours does, unless it was made with `allowExitOnIdle: true`.
   *
   * @throws {AnalyticsError} `invalid_input`
   * @example
   * analytics.startAggregating({ intervalMs: 1000, onError: (error) => console.error(error.message) });
   */
  startAggregating(options: AggregatingOptions): AggregationWorker {
    return startAggregating({ connection: this.#connection, options });
  }

  /** Ends the client: calls that follow fail. Closes a pool that it opened itself, and none of the host's. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
