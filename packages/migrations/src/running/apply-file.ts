import { libraryVersion } from "../generated/library-version.ts";
import { checkInstallation } from "../inspection/check-installation.ts";
import { inspectInstallation } from "../inspection/inspect-installation.ts";
import { resolvePlaceholders } from "../inspection/resolve-placeholders.ts";
import type { MigrationFile } from "../migration-file.ts";
import type { InstallationTarget } from "../migration-options.ts";
import type { Connection } from "../session/connection.ts";
import { withMigrationLock } from "../session/migration-lock.ts";
import { withSessionSettings } from "../session/session-settings.ts";
import { runFile } from "./run-file.ts";

export interface ApplyFileOptions {
  connection: Connection;
  target: InstallationTarget;
  files: readonly MigrationFile[];
}

/** Applies one file on behalf of somebody else's migrator; does nothing when it was applied through another door. */
export async function applyFile(
  file: MigrationFile,
  { connection, target, files }: ApplyFileOptions,
): Promise<void> {
  await withSessionSettings(connection, () =>
    withMigrationLock(connection, { schema: target.schema }, async () => {
      const installation = await inspectInstallation(connection, target, files);
      await checkInstallation(connection, installation, files);
      if (!installation.pending.includes(file)) return;
      await runFile(file, {
        connection,
        placeholders: await resolvePlaceholders(connection, installation),
        libraryVersion,
        lockTimeoutMs: 5000,
        lockAttempts: 10,
        estimatedPageViews: installation.pageViews.details?.estimatedRows ?? null,
      });
    }),
  );
}
