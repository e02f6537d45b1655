import type { ProgressListener } from "../migration-progress.ts";
import type { Connection } from "../session/connection.ts";
import type { SqlPlaceholders } from "../sql-text/render-sql.ts";

/** What running one file needs to know. */
export interface RunContext {
  connection: Connection;
  placeholders: SqlPlaceholders;
  /** What {@link insertLedgerRowSql} notes as the version that applied the file. */
  libraryVersion: string;
  lockTimeoutMs: number;
  lockAttempts: number;
  estimatedPageViews: number | null;
  onProgress?: ProgressListener | undefined;
  signal?: AbortSignal | undefined;
}
