import type { MigrationFile } from "../migration-file.ts";
import type { RunContext } from "./run-context.ts";
import { runFile } from "./run-file.ts";

/** One file that was applied by this run. */
export interface AppliedMigration {
  version: number;
  name: string;
  duration_ms: number;
}

export async function runPending(
  pending: readonly MigrationFile[],
  context: RunContext,
): Promise<AppliedMigration[]> {
  const applied: AppliedMigration[] = [];
  for (const [index, file] of pending.entries()) {
    const { version, name } = file;
    context.onProgress?.({
      kind: "file_started",
      version,
      name,
      nth: index + 1,
      of: pending.length,
    });
    const start = performance.now();
    await runFile(file, context);
    const duration_ms = Math.round(performance.now() - start);
    applied.push({ version, name, duration_ms });
    context.onProgress?.({ kind: "file_finished", version, name, duration_ms });
  }
  return applied;
}
