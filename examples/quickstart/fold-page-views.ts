import { setInterval } from "node:timers/promises";
import type { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import { formatCount } from "./report/format-count.ts";

export interface FoldPageViewsOptions {
  pool: Pool;
  analytics: AnalyticsClient;
  update: (detail: string) => void;
}

/** Calls `aggregate()`, and shows how much is left while it runs. */
export async function foldPageViews(options: FoldPageViewsOptions): Promise<void> {
  const { pool, analytics, update } = options;
  const finished = new AbortController();
  const folding = analytics.aggregate().finally(() => finished.abort());
  const watching = watchPending({ pool, update, signal: finished.signal });
  const [{ folded_changes }] = await Promise.all([folding, watching]);
  update(formatCount(folded_changes));
}

interface WatchOptions {
  pool: Pool;
  update: (detail: string) => void;
  signal: AbortSignal;
}

async function watchPending({ pool, update, signal }: WatchOptions): Promise<void> {
  try {
    for await (const _ of setInterval(500, undefined, { signal })) {
      // ids are taken in order, so the ends of the queue give its length without counting it
      const { rows } = await pool.query<{ pending: number }>(
        "select coalesce(max(change_id) - min(change_id) + 1, 0)::integer as pending from headcount.page_view_changes",
      );
      update(`${formatCount(rows[0]?.pending ?? 0)} to go`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
