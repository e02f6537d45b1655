import { AnalyticsQuestions } from "./analytics-questions.ts";
import { type CallOptions, checkCallOptions } from "./call-options.ts";
import type {
  FoldResult,
  RebuildQuery,
  RebuildResult,
  RepairResult,
} from "./contract/aggregation.ts";
import type { EntityQuery } from "./contract/entity.ts";
import type { AddedBreakdowns, RemovedBreakdowns } from "./contract/kept-breakdowns.ts";
import type { AddedLevel, KeptLevel, ReassignedEntity, RemovedLevel } from "./contract/level.ts";
import type { AcknowledgedMilestones, Milestone } from "./contract/milestone.ts";
import type { AnalyticsStatus } from "./contract/status.ts";
import type { Verification } from "./contract/verification.ts";
import { type Connection } from "./database/connect.ts";
import { explainFailure } from "./database/explain-failure.ts";
import {
  acknowledgeMilestones,
  type MilestonesToAcknowledge,
} from "./maintenance/acknowledge-milestones.ts";
import { aggregate, type FoldOptions } from "./maintenance/aggregate.ts";
import {
  type AddBreakdownsOptions,
  addBreakdowns,
} from "./maintenance/breakdowns/add-breakdowns.ts";
import { removeBreakdowns } from "./maintenance/breakdowns/remove-breakdowns.ts";
import { getStatus } from "./maintenance/get-status.ts";
import { type AddLevelOptions, addLevel } from "./maintenance/levels/add-level.ts";
import {
  type Reassignment,
  type ReassignOptions,
  reassign,
} from "./maintenance/levels/reassign.ts";
import { removeLevel } from "./maintenance/levels/remove-level.ts";
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
 * The upkeep of an {@link AnalyticsClient}: what keeps rollups up to date, and says how they are. Every call may throw `aborted`,
 * `schema_missing`, `schema_out_of_date`, `unknown_time_zone` or `database`.
 */
export class AnalyticsUpkeep extends AnalyticsQuestions {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super(connection);
    this.#connection = connection;
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
   * Makes rollups anew: folds what is pending, and reads every entity that has page views on these dates in again, all of its dates.
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
   * Counts a level from now on, each visitor once: all of an owner's, all of an `entity_type`, or the site. What was there before is read
   * in, in steps; it is answered when all of it is.
   *
   * Whose a page view was says its `owner_id`. Writing page views waits for some milliseconds, once; an aborted call keeps what is done, and
   * goes on when it is called again. The role has to own the table of page views.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.addLevel("owner"); //=> { level: "owner", read_page_views: 81200, steps: 4, duration_ms: 3120 }
   */
  async addLevel(level: KeptLevel, options: AddLevelOptions = {}): Promise<AddedLevel> {
    const connection = this.#connection;
    const work = addLevel({ connection, level, options });
    return explainFailure({ work, connection, role: "folds and rebuilds" });
  }

  /**
   * Counts a level no longer, and takes what is stored of it away, in steps. Page views keep their `owner_id`.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.removeLevel("site"); //=> { level: "site", steps: 2, duration_ms: 410 }
   */
  async removeLevel(level: KeptLevel, options: CallOptions = {}): Promise<RemovedLevel> {
    const connection = this.#connection;
    const work = removeLevel({ connection, level, options });
    return explainFailure({ work, connection, role: "folds and rebuilds" });
  }

  /**
   * Keeps the breakdowns of a much viewed entity from now on, so that `getBreakdown` reads numbers of dates instead of page views, and
   * answers the same. What is there is counted in steps, and what changes is counted again by {@link aggregate}.
   *
   * Writing page views waits for some milliseconds, once; an aborted call keeps what is done, and goes on when it is called again. The
   * role has to own the table of page views.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.addBreakdowns({ entity_type: "listing", entity_id: "7" });
   * //=> { entity_type: "listing", entity_id: "7", added: true, counted_dates: 365, steps: 5, duration_ms: … }
   */
  async addBreakdowns(
    entity: EntityQuery,
    options: AddBreakdownsOptions = {},
  ): Promise<AddedBreakdowns> {
    const connection = this.#connection;
    const work = addBreakdowns({ connection, entity, options });
    return explainFailure({ work, connection, role: "folds and rebuilds" });
  }

  /**
   * Keeps the breakdowns of an entity no longer: they are read from page views.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.removeBreakdowns({ entity_type: "listing", entity_id: "7" });
   * //=> { entity_type: "listing", entity_id: "7", removed: true, duration_ms: 140 }
   */
  async removeBreakdowns(
    entity: EntityQuery,
    options: CallOptions = {},
  ): Promise<RemovedBreakdowns> {
    const connection = this.#connection;
    const work = removeBreakdowns({ connection, entity, options });
    return explainFailure({ work, connection, role: "folds and rebuilds" });
  }

  /**
   * Says whose an entity's page views were, all of them or those from an instant on. They keep the owner that they had when they were
   * collected unless this is called: a sale changes what comes after it. Edits of page views, folded like any other.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.reassign({ entity_type: "listing", entity_id: "7", owner_id: "12" });
   * //=> { reassigned_views: 310, receipt: "…", duration_ms: 41 }
   */
  async reassign(entity: Reassignment, options: ReassignOptions = {}): Promise<ReassignedEntity> {
    const connection = this.#connection;
    const work = reassign({ connection, entity, options });
    return explainFailure({ work, connection, role: "erases" });
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
}
