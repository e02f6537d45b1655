/** The sessions of all page views are read in before their entities. */
export type HistoryPhase = "sessions" | "entities";

/** What {@link migrate} reports while it works. */
export type MigrationProgress =
  | {
      kind: "waiting_for_another_migrator";
      /** "process 4711 (deploy)"; null when it has just ended. */
      holder: string | null;
    }
  | { kind: "step_started"; name: string; nth: number; of: number }
  | {
      kind: "history_read";
      phase: HistoryPhase;
      /** Page views read in this phase so far. */
      page_views: number;
      /** Estimated number of all of them; null when the table was never analyzed. */
      estimated_page_views: number | null;
      /** Since the phase began. */
      duration_ms: number;
    }
  | {
      kind: "lock_retry";
      name: string;
      /** The attempt that failed, counted from 1. */
      attempt: number;
      attempts: number;
    }
  | { kind: "step_finished"; name: string; duration_ms: number };

export type ProgressListener = (progress: MigrationProgress) => void;
