import { inspectInstallation } from "./inspection/inspect-installation.ts";
import { refuseCluster } from "./inspection/refuse-cluster.ts";
import type { InstallationOptions } from "./migration-options.ts";
import type { ProgressListener } from "./migration-progress.ts";
import { parseCount, parseTarget } from "./parse-target.ts";
import { inTransaction } from "./running/in-transaction.ts";
import { defaultLockAttempts, defaultLockTimeoutMs } from "./running/migrate-source.ts";
import { withLockRetries } from "./running/with-lock-retries.ts";
import { cancelOnAbort } from "./session/cancel-on-abort.ts";
import { withMigrationLock } from "./session/migration-lock.ts";
import { withPoolClient } from "./session/with-pool-client.ts";
import { librarySource } from "./sql-source/library-source.ts";
import { quoteIdentifier, quoteTableName } from "./sql-text/quote.ts";
import { dropObjects } from "./uninstalling/drop-objects.ts";
import { findOwnJobs } from "./uninstalling/find-own-jobs.ts";
import { findOwnObjects } from "./uninstalling/find-own-objects.ts";
import { findOwnSchema } from "./uninstalling/find-own-schema.ts";

export interface UninstallOptions
  extends Omit<InstallationOptions, "timeZone" | "columns" | "entityType" | "partition"> {
  /**
   * Only says what it would take out.
   * @default false
   */
  dryRun?: boolean | undefined;
  onProgress?: ProgressListener | undefined;
  signal?: AbortSignal | undefined;
  /**
   * How long to wait for a lock on page views before letting its writers pass, in milliseconds.
   * @default 5000
   */
  lockTimeoutMs?: number | undefined;
  /** @default 10 */
  lockAttempts?: number | undefined;
}

export interface UninstallResult {
  schema: string;
  /** What was taken out, or would be; empty when nothing is installed. */
  removed: string[];
  /** The statements that did it, or would. */
  statements: string[];
  /** Quoted and qualified; null when there is none. */
  kept_page_views: string | null;
}

/**
 * Takes everything of Headcount's out in one transaction: rollups, queues, functions, views, triggers, indexes, the jobs that this role
 * has scheduled, and the schema when nothing else is in it. Page views stay as they are, with the columns that were
 * added to them; installing again reads them in.
 *
 * Numbers of page views that are gone go with the rollups.
 *
 * @throws {MigrationError} `invalid_input`, `missing_privilege`, `lock_timeout`, `aborted`, or `migration_failed` when something of the
 *   host's depends on it
 * @example
 * await uninstall({ pool, dryRun: true });
 * //=> { schema: "headcount", removed: ["trigger headcount_capture_insert on ...", ...], statements: ["DROP TRIGGER ...", ...], ... }
 */
export async function uninstall(options: UninstallOptions): Promise<UninstallResult> {
  const { dryRun = false, signal, onProgress, ...target } = options;
  const wanted = parseTarget(target);
  const lockTimeoutMs = parseCount("lockTimeoutMs", options.lockTimeoutMs ?? defaultLockTimeoutMs);
  const lockAttempts = parseCount("lockAttempts", options.lockAttempts ?? defaultLockAttempts);
  const { pool } = options;
  const { schema } = wanted;
  const onWaiting = (holder: string | null): void =>
    onProgress?.({ kind: "waiting_for_another_migrator", holder });
  const maxIdleMs = lockTimeoutMs * lockAttempts;
  return withPoolClient(pool, (connection) =>
    cancelOnAbort({ pool, connection, signal }, () =>
      withMigrationLock(connection, { schema, maxIdleMs, signal, onWaiting }, async () => {
        const home = quoteIdentifier(schema);
        await refuseCluster(connection, {
          schema,
          message: `Where Citus spreads page views, Headcount is taken out by: DELETE FROM ${home}.slice_scripts; SELECT ${home}.drop_slices(); DROP SCHEMA ${home} CASCADE;`,
        });
        const installation = await inspectInstallation({
          connection,
          target: wanted,
          source: librarySource,
        });
        const { pageViews, placeholders, rendered } = installation;
        const found = await findOwnObjects(connection, installation);
        const objects =
          found.length === 0
            ? []
            : [
                ...(await findOwnJobs(connection, schema)),
                ...found,
                ...(await findOwnSchema(connection, schema)),
              ];
        const context = {
          connection,
          placeholders,
          rendered,
          source: librarySource,
          installed: false,
          estimatedPageViews: null,
          lockTimeoutMs,
          lockAttempts,
          onProgress,
          signal,
        };
        if (!dryRun && objects.length > 0) {
          await withLockRetries("uninstall", context, () =>
            inTransaction(context, () => dropObjects(connection, { schema, objects, signal })),
          );
        }
        return {
          schema,
          removed: objects.map(({ name }) => name),
          statements: objects.map(({ statement }) => statement),
          kept_page_views: pageViews.exists ? quoteTableName(pageViews.table) : null,
        };
      }),
    ),
  );
}
