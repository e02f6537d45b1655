import type { ProgressListener } from "../migration-progress.ts";
import type { Connection } from "../session/connection.ts";
import type { StepContext } from "../steps/transaction-parts.ts";

/** What running one step needs to know. */
export interface RunContext extends StepContext {
  connection: Connection;
  lockTimeoutMs: number;
  lockAttempts: number;
  estimatedPageViews: number | null;
  onProgress?: ProgressListener | undefined;
  signal?: AbortSignal | undefined;
}
