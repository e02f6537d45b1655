import { quoteIdentifier } from "../sql-text/quote.ts";
import { runStep } from "./run-step.ts";
import type { InstallationWork } from "./with-installation.ts";

export interface RebuiltDates {
  rebuilt_page_views: number;
  /** Its transactions. */
  steps: number;
  duration_ms: number;
}

interface RebuildWork extends InstallationWork {
  /** Calendar dates, both included. */
  from: string;
  to: string;
  onProgress: (progress: RebuiltDates) => void;
}

interface Step {
  page_views: number;
  done: boolean;
  after: string | null;
}

/** Recomputes the rollups of these dates from raw page views, a transaction for each step. */
export async function rebuildDates({
  connection,
  schema,
  signal,
  from,
  to,
  onProgress,
}: RebuildWork): Promise<RebuiltDates> {
  const startedAt = performance.now();
  const rebuilt = { rebuilt_page_views: 0, steps: 0 };
  const soFar = (): RebuiltDates => ({
    ...rebuilt,
    duration_ms: Math.round(performance.now() - startedAt),
  });
  for (let after: string | null = null; ; ) {
    const step: Step = await runStep<Step>({
      connection,
      signal,
      text: `select s.page_views::float8 as page_views, s.done, s.after::text as after
        from ${quoteIdentifier(schema)}.rebuild_page_views_step($1::date, $2::date, $3::jsonb) s`,
      values: [from, to, after],
    });
    if (step.done) return soFar();
    ({ after } = step);
    rebuilt.rebuilt_page_views += step.page_views;
    rebuilt.steps += 1;
    onProgress(soFar());
  }
}
