import { AnalyticsPeople } from "./analytics-people.ts";
import { type CallOptions } from "./call-options.ts";
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
import {
  type RecordedFacts,
  type RecordFactsOptions,
  recordFacts,
} from "./collection/record-facts.ts";
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
import type { CollectResult } from "./contract/collect.ts";
import { type Connection, connect } from "./database/connect.ts";
import { explainFailure } from "./database/explain-failure.ts";

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
export class AnalyticsClient extends AnalyticsPeople implements AsyncDisposable {
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
   * Records of page views from before it was stored, or that statements of yours insert, where they came from and with what they were viewed,
   * as far as their referrers and `columns` of yours say: a part of the table at a time, by one statement each. It may run while views come,
   * and be interrupted and repeated; no count changes.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.recordFacts({ columns: { utm_campaign: "campaign" } }); //=> { recorded_page_views: 81200, steps: 12, duration_ms: 3120 }
   */
  async recordFacts(options: RecordFactsOptions = {}): Promise<RecordedFacts> {
    const { policy } = this.#collection;
    const work = recordFacts({ connection: this.#connection, policy, options });
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

  /** Ends the client: calls that follow fail. Closes a pool that it opened itself, and none of the host's. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
