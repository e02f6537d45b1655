import { AnalyticsUpkeep } from "./analytics-upkeep.ts";
import type { EntityQuery } from "./contract/entity.ts";
import type { ExportedRecord } from "./contract/exported-record.ts";
import type { ErasedEntity, ErasedPerson, MovedEntity, PersonQuery } from "./contract/person.ts";
import type { ForgottenVisitors, PrunedRaw } from "./contract/retention.ts";
import { type Connection } from "./database/connect.ts";
import { explainFailure } from "./database/explain-failure.ts";
import { type EraseEntityOptions, eraseEntity } from "./maintenance/people/erase-entity.ts";
import { type ErasePersonOptions, erasePerson } from "./maintenance/people/erase-person.ts";
import { type ExportPersonOptions, exportPerson } from "./maintenance/people/export-person.ts";
import {
  type EntityMove,
  type MoveEntityOptions,
  moveEntity,
} from "./maintenance/people/move-entity.ts";
import {
  type ForgetVisitorsOptions,
  forgetVisitors,
} from "./maintenance/retention/forget-visitors.ts";
import { type PruneRawOptions, pruneRaw } from "./maintenance/retention/prune-raw.ts";

/**
 * What is stored about people and entities, for an {@link AnalyticsClient}: handing it over, erasing it, moving it, keeping less of it. Every call may
 * throw `aborted`, `schema_missing`, `schema_out_of_date`, `unknown_time_zone` or `database`.
 */
export class AnalyticsPeople extends AnalyticsUpkeep {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super(connection);
    this.#connection = connection;
  }

  /**
   * All that is stored about somebody, a record at a time: page views, then days of which only a count is kept, then sessions.
   *
   * With an account come its sessions and browsers, and their views without an account, unless `linked` is false.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * const records = analytics.exportPerson({ account_id: "9" });
   * for await (const record of records) console.log(JSON.stringify(record));
   */
  async *exportPerson(
    person: PersonQuery,
    options: ExportPersonOptions = {},
  ): AsyncGenerator<ExportedRecord, void, undefined> {
    const connection = this.#connection;
    const records = exportPerson({ connection, person, options });
    for (;;) {
      const next = await explainFailure({ work: records.next(), connection, role: "reads" });
      if (next.done) return;
      yield next.value;
    }
  }

  /**
   * Erases somebody: page views, sessions, addresses, and what rollups have. Numbers go down and stay exact; with `keepCounts` they stay
   * as they are, of visitors who are nobody. `dryRun` counts first.
   *
   * It takes steps of up to 20,000 page views, keeps what is done when it is aborted, and goes on when it is called again.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * const { erased_views, receipt } = await analytics.erasePerson({ account_id: "9" }, { actor: "dpo@example.com" });
   */
  async erasePerson(person: PersonQuery, options: ErasePersonOptions = {}): Promise<ErasedPerson> {
    const connection = this.#connection;
    const work = erasePerson({ connection, person, options });
    return explainFailure({ work, connection, role: "erases" });
  }

  /**
   * Erases an entity: its page views, and all that is stored of it. `dryRun` counts first.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.eraseEntity({ entity_type: "listing", entity_id: "7" }); //=> { erased_views: 310, receipt: "…", duration_ms: 41 }
   */
  async eraseEntity(entity: EntityQuery, options: EraseEntityOptions = {}): Promise<ErasedEntity> {
    const connection = this.#connection;
    const work = eraseEntity({ connection, entity, options });
    return explainFailure({ work, connection, role: "erases" });
  }

  /**
   * Gives the page views of one entity to another, as when two listings turn out to be one: visitors of both count once. Refused where
   * page views are gone that are counted.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * await analytics.moveEntity({
   *   from: { entity_type: "listing", entity_id: "7" },
   *   to: { entity_type: "listing", entity_id: "8" },
   * }); //=> { moved_views: 310, receipt: "…", duration_ms: 63 }
   */
  async moveEntity(move: EntityMove, options: MoveEntityOptions = {}): Promise<MovedEntity> {
    const connection = this.#connection;
    const work = moveEntity({ connection, move, options });
    return explainFailure({ work, connection, role: "erases" });
  }

  /**
   * Deletes page views of whole months that are older than `keepDays`, and keeps every number: views and unique visitors of any range stay as
   * they are. What the rollups have of these months is sealed, so that `verify` finds a number that was changed. Lists of single
   * visits and breakdowns go back to then, and say so.
   *
   * It takes steps of up to 20,000 page views while others arrive, keeps what is done when it is aborted, and goes on when it is called
   * again. With `detach`, partitions of which all goes become tables of yours instead. `dryRun` counts first.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * const { pruned_views, freed_bytes } = await analytics.pruneRaw({ keepDays: 400, dryRun: true });
   */
  async pruneRaw(options: PruneRawOptions): Promise<PrunedRaw> {
    const connection = this.#connection;
    const work = pruneRaw({ connection, options });
    return explainFailure({ work, connection, role: "erases" });
  }

  /**
   * Forgets visitors who did not come for `inactiveDays`: page views and rollups have random ids in place of theirs, and no account. Views and
   * visitors stay as many; who comes back is new, and answers say since when (`new_since`).
   *
   * It takes steps of about 20,000 page views, keeps what is done when it is aborted, and goes on when it is called again. `dryRun`
   * counts first.
   *
   * @throws {AnalyticsError} `invalid_input`, or those of every call
   * @example
   * const { visitor_ids, sessions, receipt } = await analytics.forgetVisitors({ inactiveDays: 400 });
   */
  async forgetVisitors(options: ForgetVisitorsOptions): Promise<ForgottenVisitors> {
    const connection = this.#connection;
    const work = forgetVisitors({ connection, options });
    return explainFailure({ work, connection, role: "erases" });
  }
}
