import { type CallOptions, checkCallOptions } from "./call-options.ts";
import { type AnalyticsClientOptions, checkClientOptions } from "./client-options.ts";
import type { FoldResult, RebuildResult } from "./contract/aggregation.ts";
import type { TimeSeries, TimeSeriesQuery } from "./contract/time-series.ts";
import type { VisitorList, VisitorsQuery } from "./contract/visitors.ts";
import { type Connection, connect } from "./database/connect.ts";
import { explainFailure } from "./database/explain-failure.ts";
import { aggregate, type FoldOptions, type RebuildOptions } from "./maintenance/aggregate.ts";
import { getTimeSeries } from "./queries/get-time-series.ts";
import { getVisitors } from "./queries/get-visitors.ts";

/**
 * Who viewed an entity, and how many, over time: exact answers from the rollups in your own Postgres.
 *
 * It never migrates, never closes what it did not open, and opens nothing before the first call.
 *
 * @example
 * await using analytics = new AnalyticsClient({ connectionString: "postgres://localhost/app" });
 * const { totals } = await analytics.getTimeSeries({ entity_type: "listing", entity_id: "7" });
 * totals.unique_visitors; //=> 42
 */
export class AnalyticsClient implements AsyncDisposable {
  readonly #connection: Connection;

  /** @throws {AnalyticsError} `invalid_input` unless exactly one of pool, db and connectionString is given, and can be used */
  constructor(options: AnalyticsClientOptions) {
    this.#connection = connect(checkClientOptions(options));
  }

  /**
   * How many viewed an entity, over time: a complete series with exact uniques, and exact totals of the range.
   *
   * Dates are in the reporting time zone and both included; the default is the last 30 days, daily.
   *
   * @throws {AnalyticsError} `invalid_input`, `range_too_long`, `aborted`, `schema_missing`, `schema_out_of_date`,
   *   `unknown_time_zone` or `database`
   * @example
   * const { data } = await analytics.getTimeSeries({
   *   entity_type: "listing", entity_id: "7", date_from: "2026-01-01", date_to: "2026-03-31", period: "monthly",
   * });
   * data[0]; //=> { date: "2026-01-01", views: 120, unique_visitors: 42, unique_accounts: 30, … }
   */
  async getTimeSeries(query: TimeSeriesQuery, options: CallOptions = {}): Promise<TimeSeries> {
    const connection = this.#connection;
    const { signal } = checkCallOptions(options);
    const work = getTimeSeries({ connection, query, signal });
    return explainFailure({ work, connection, role: "reads" });
  }

  /**
   * Who viewed an entity: visitors with their names and latest visits, most views first, a page at a time.
   *
   * Without dates it is about all time. A visitor who moves up between two pages may be on neither; nobody is on two.
   *
   * @throws {AnalyticsError} `invalid_input`, `invalid_cursor`, `aborted`, `schema_missing`, `schema_out_of_date`,
   *   `unknown_time_zone` or `database`
   * @example
   * const { data, next_cursor } = await analytics.getVisitors({ entity_type: "listing", entity_id: "7", limit: 10 });
   * data[0]; //=> { display_name: "Ada Lovelace", visit_count: 9, last_visit: "2026-03-31T18:02:11.000Z", … }
   */
  async getVisitors(query: VisitorsQuery, options: CallOptions = {}): Promise<VisitorList> {
    const connection = this.#connection;
    const { signal } = checkCallOptions(options);
    const work = getVisitors({ connection, query, signal });
    return explainFailure({ work, connection, role: "reads" });
  }

  /**
   * Brings the rollups up to date: folds every pending change, or, given dates, recomputes them from raw page views.
   *
   * Safe from many places at once. Both go in bounded transactions of their own: an aborted call keeps what is done,
   * and a client of a transaction cannot do it.
   *
   * @throws {AnalyticsError} `invalid_input`, `aborted`, `schema_missing`, `schema_out_of_date` or `database`
   * @example
   * await analytics.aggregate(); //=> { folded_changes: 1200, batches: 1, duration_ms: 61.2 }
   */
  aggregate(options?: FoldOptions): Promise<FoldResult>;
  aggregate(options: RebuildOptions): Promise<RebuildResult>;
  async aggregate(options: FoldOptions | RebuildOptions = {}): Promise<FoldResult | RebuildResult> {
    const connection = this.#connection;
    const work = aggregate({ connection, options });
    return explainFailure({ work, connection, role: "folds and rebuilds" });
  }

  /**
   * Ends the client: calls that follow fail. Closes the pool that it opened for a connection string; a host's pool or
   * Kysely stays open.
   */
  close(): Promise<void> {
    return this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
