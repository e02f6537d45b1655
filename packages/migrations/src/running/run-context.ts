import type { ProgressListener } from "../migration-progress.ts";
import type { Connection, MigrationPool } from "../session/connection.ts";
import type { StepContext } from "../steps/transaction-parts.ts";

/** What running one step needs to know. */
export interface RunContext extends StepContext {
  connection: Connection;
  /** On how many connections of which pool the history is read in at the same time; without it, on this one. */
  parallel?: { pool: MigrationPool; concurrency: number } | undefined;
  lockTimeoutMs: number;
  lockAttempts: number;
  estimatedPageViews: number | null;
  onProgress?: ProgressListener | undefined;
  signal?: AbortSignal | undefined;
}
