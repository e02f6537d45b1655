import { findSource } from "../inspection/find-source.ts";
import { inspectInstallation } from "../inspection/inspect-installation.ts";
import { MigrationError } from "../migration-error.ts";
import type { InstallationOptions, InstallationTarget } from "../migration-options.ts";
import type { ProgressListener } from "../migration-progress.ts";
import { parseCount, parseTarget } from "../parse-target.ts";
import { cancelOnAbort } from "../session/cancel-on-abort.ts";
import type { MigrationPool, Session } from "../session/connection.ts";
import { withMigrationLock } from "../session/migration-lock.ts";
import { withPoolClient } from "../session/with-pool-client.ts";
import type { SqlSource } from "../sql-source/sql-source.ts";
import type { Slice } from "../sql-text/render-sql.ts";
import { stepsOf } from "../steps/steps-of.ts";
import { assertInstallable } from "../validation/assert-installable.ts";
import { makeSlices } from "./make-slices.ts";
import type { RunContext } from "./run-context.ts";
import { type AppliedStep, runSteps } from "./run-steps.ts";

export interface MigrateOptions extends InstallationOptions {
  /**
   * On how many connections of the pool the page views that are there already are read in at the same time, each about 100,000 of
   * them at once: as many as the server has cores to spare. On Citus, on so many connections to each of its servers.
   * @default 1
   */
  concurrency?: number | undefined;
  /** Called for every step, every part of the history that is read in, and every wait. */
  onProgress?: ProgressListener | undefined;
  /** Cancels the running statement and stops; steps that were finished stay applied. */
  signal?: AbortSignal | undefined;
  /**
   * How long to wait for a lock on page views before letting its writers pass, in milliseconds.
   * @default 5000
   */
  lockTimeoutMs?: number | undefined;
  /** @default 10 */
  lockAttempts?: number | undefined;
}

export interface MigrateResult {
  /** What this run applied, in order; empty when there was nothing to do. */
  applied: AppliedStep[];
  /** The release that is in the database now. */
  schema_version: number;
}

type RunLimits = Pick<
  RunContext,
  "parallel" | "lockTimeoutMs" | "lockAttempts" | "signal" | "onProgress"
>;

/** Applies what the database does not have of this source, or of the one that is for it. With a slice, of what it is a part. */
export async function migrateSource(
  options: MigrateOptions,
  source?: SqlSource,
  slice?: Slice,
): Promise<MigrateResult> {
  const target = { ...parseTarget(options), slice };
  const { pool, signal, onProgress } = options;
  const lockTimeoutMs = parseCount("lockTimeoutMs", options.lockTimeoutMs ?? defaultLockTimeoutMs);
  const lockAttempts = parseCount("lockAttempts", options.lockAttempts ?? defaultLockAttempts);
  const concurrency = parseCount("concurrency", options.concurrency ?? 1);
  return withPoolClient(pool, (connection) => {
    const parallel = { pool, concurrency: checkConcurrency(pool, concurrency) };
    const limits = { parallel, lockTimeoutMs, lockAttempts, signal, onProgress };
    return cancelOnAbort({ pool, connection, signal }, () =>
      migrateConnection(connection, { target, ...limits }, source),
    );
  });
}

export const defaultLockTimeoutMs = 5000;
export const defaultLockAttempts = 10;

// More would wait without end for connections that those before them hold.
function checkConcurrency({ options }: MigrationPool, concurrency: number): number {
  const max = options?.max ?? Number.POSITIVE_INFINITY;
  if (concurrency <= max) return concurrency;
  throw new MigrationError(
    "invalid_input",
    `concurrency is ${concurrency}, and the pool has at most ${max} connections: give it more (max), or ask for less.`,
    { field: "concurrency" },
  );
}

/** The same on a connection that has settings already. */
export async function migrateConnection(
  connection: Session,
  { target, ...limits }: { target: InstallationTarget } & RunLimits,
  wanted?: SqlSource,
): Promise<MigrateResult> {
  const { signal, onProgress, lockTimeoutMs, lockAttempts } = limits;
  const onWaiting = (holder: string | null): void =>
    onProgress?.({ kind: "waiting_for_another_migrator", holder });
  const maxIdleMs = lockTimeoutMs * lockAttempts;
  const lock = { schema: target.schema, maxIdleMs, signal, onWaiting };
  return withMigrationLock(connection, lock, async () => {
    const source = wanted ?? (await findSource(connection, target.schema));
    const installation = await inspectInstallation({ connection, target, source });
    await assertInstallable(connection, installation);
    const { pending, placeholders, rendered, schemaVersion, pageViews } = installation;
    const applied = await runSteps(stepsOf(pending), {
      connection,
      placeholders,
      source,
      rendered,
      installed: schemaVersion > 0,
      // of shards the coordinator knows nothing
      estimatedPageViews:
        source.isDistributed === true ? null : (pageViews.details?.estimatedRows ?? null),
      ...limits,
    });
    if (source.isDistributed === true) await makeSlices(connection, placeholders);
    return { applied, schema_version: pending.functions ? source.release : schemaVersion };
  });
}
