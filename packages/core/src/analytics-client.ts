import { AnalyticsQuestions } from "./analytics-questions.ts";
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
import type {
  FoldResult,
  RebuildQuery,
  RebuildResult,
  RepairResult,
} from "./contract/aggregation.ts";
import type { CollectResult } from "./contract/collect.ts";
import type { AcknowledgedMilestones, Milestone } from "./contract/milestone.ts";
import type { AnalyticsStatus } from "./contract/status.ts";
import type { Verification } from "./contract/verification.ts";
import { type Connection, connect } from "./database/connect.ts";
import { explainFailure } from "./database/explain-failure.ts";
import {
  acknowledgeMilestones,
  type MilestonesToAcknowledge,
} from "./maintenance/acknowledge-milestones.ts";
import { aggregate, type FoldOptions } from "./maintenance/aggregate.ts";
import { getStatus } from "./maintenance/get-status.ts";
import { type RebuildOptions, rebuild } from "./maintenance/rebuild.ts";
import { repair } from "./maintenance/repair.ts";
import {
  type AggregatingOptions,
  type AggregationWorker,
  startAggregating,
} from "./maintenance/start-aggregating.ts";
import { type TakeMilestonesOptions, takeMilestones } from "./maintenance/take-milestones.ts";
import { type VerifyOptions, verify } from "./maintenance/verify.ts";

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
export class AnalyticsClient extends AnalyticsQuestions implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #collection: Collection;

  /** @throws {AnalyticsError} `invalid_input` unless exactly one of pool, db and connectionString is given, and can be used */
  constructor(options: AnalyticsClientOptions) {
    const { collection: policy, ...server } = checkClientOptions(options);
    const connection = connect(server);
    super(connection);
    this.#connection = connection;
    this.#collection = openCollection({ connection, policy });
  }

  /**
   * Brings the rollups up to date: folds every change that is pending.
   *
   * Many processes may call it at once. It works in bounded transactions of its own: an aborted call keeps what is done,
   * and a client of a transaction cannot call it.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.aggregate(); //=> { folded_changes: 1200, batches: 1, duration_ms: 61 }
   */
  async aggregate(options: FoldOptions = {}): Promise<FoldResult> {
    const work = aggregate({ connection: this.#connection, options });
    return explainFailure({ work, connection: this.#connection, role: "folds and rebuilds" });
  }

  /**
   * Makes rollups anew: reads every entity that has page views on these dates in again, all of its dates.
   *
   * Like {@link aggregate}, it may run at any time, keeps what is done when it is aborted, and needs transactions of its own.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.rebuild({ date_from: "2026-01-01", date_to: "2026-01-31" });
   * //=> { rebuilt_page_views: 48210, steps: 1, duration_ms: 2210 }
   */
  async rebuild(query: RebuildQuery, options: RebuildOptions = {}): Promise<RebuildResult> {
    const work = rebuild({ connection: this.#connection, query, options });
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
   * because nobody knows who used it before.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
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
   * changes from being captured.
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
   * rebuild fixes it. Views may come and folding may go on; it writes nothing.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * const { differences, listed, rebuild_range } = await analytics.verify({ sample: 0.01 });
   * if (rebuild_range !== null) await analytics.rebuild(rebuild_range);
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
   * The milestones that are still to be told, the earliest first: totals of all time that `milestones` of the settings names, each once
   * for ever. Their taker has them for five minutes by default; what is not acknowledged until then is given again. Nothing is
   * sent by us.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * const milestones = await analytics.takeMilestones({ limit: 10 });
   * milestones[0]; //=> { milestone_id: "41", entity_type: "listing", entity_id: "7", measure: "views", threshold: 1000, … }
   */
  async takeMilestones(options: TakeMilestonesOptions = {}): Promise<Milestone[]> {
    const connection = this.#connection;
    const work = takeMilestones({ connection, options });
    return explainFailure({ work, connection, role: "folds and rebuilds" });
  }

  /**
   * Says that these milestones were told, so that nobody is given them again.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.acknowledgeMilestones({ milestone_ids: ["41"] }); //=> { acknowledged: 1 }
   */
  async acknowledgeMilestones(
    acknowledged: MilestonesToAcknowledge,
    options: CallOptions = {},
  ): Promise<AcknowledgedMilestones> {
    const connection = this.#connection;
    const { signal } = checkCallOptions(options);
    const work = acknowledgeMilestones({ connection, acknowledged, signal });
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
