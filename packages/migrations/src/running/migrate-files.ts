import { libraryVersion } from "../generated/library-version.ts";
import { checkInstallation } from "../inspection/check-installation.ts";
import { inspectInstallation } from "../inspection/inspect-installation.ts";
import { resolvePlaceholders } from "../inspection/resolve-placeholders.ts";
import type { MigrationFile } from "../migration-file.ts";
import type { InstallationOptions, InstallationTarget } from "../migration-options.ts";
import type { ProgressListener } from "../migration-progress.ts";
import { parseCount, parseTarget } from "../parse-target.ts";
import { cancelOnAbort } from "../session/cancel-on-abort.ts";
import type { Connection } from "../session/connection.ts";
import { withMigrationLock } from "../session/migration-lock.ts";
import { withPoolClient } from "../session/with-pool-client.ts";
import type { RunContext } from "./run-context.ts";
import { type AppliedMigration, runPending } from "./run-pending.ts";

export interface MigrateOptions extends InstallationOptions {
  /** Called for every file, every step of reading history in, and every wait. */
  onProgress?: ProgressListener | undefined;
  /** Cancels the running statement and stops; files that were finished stay applied. */
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
  /** What this run applied, in order. */
  applied: AppliedMigration[];
  /** How many files had been applied before. */
  already_applied: number;
  /** The newest version in the database now. */
  schema_version: number;
}

type RunLimits = Pick<RunContext, "lockTimeoutMs" | "lockAttempts" | "signal" | "onProgress">;

/** Applies those of the files that the database does not have. */
export async function migrateFiles(
  options: MigrateOptions,
  files: readonly MigrationFile[],
): Promise<MigrateResult> {
  const target = parseTarget(options);
  const { pool, signal, onProgress } = options;
  const lockTimeoutMs = parseCount("lockTimeoutMs", options.lockTimeoutMs ?? 5000);
  const lockAttempts = parseCount("lockAttempts", options.lockAttempts ?? 10);
  return withPoolClient(pool, (connection) =>
    cancelOnAbort({ pool, connection, signal }, () =>
      withMigrationLock(
        connection,
        {
          schema: target.schema,
          signal,
          onWaiting: () => onProgress?.({ kind: "waiting_for_another_migrator" }),
        },
        () =>
          migrateLocked(
            connection,
            { target, lockTimeoutMs, lockAttempts, signal, onProgress },
            files,
          ),
      ),
    ),
  );
}

async function migrateLocked(
  connection: Connection,
  { target, ...limits }: { target: InstallationTarget } & RunLimits,
  files: readonly MigrationFile[],
): Promise<MigrateResult> {
  const installation = await inspectInstallation(connection, target, files);
  await checkInstallation(connection, installation, files);
  const { pending, ledger, pageViews } = installation;
  const applied =
    pending.length === 0
      ? []
      : await runPending(pending, {
          connection,
          placeholders: await resolvePlaceholders(connection, installation),
          libraryVersion,
          estimatedPageViews: pageViews.details?.estimatedRows ?? null,
          ...limits,
        });
  const newest = applied.at(-1)?.version ?? ledger.at(-1)?.version ?? 0;
  return { applied, already_applied: ledger.length, schema_version: newest };
}
