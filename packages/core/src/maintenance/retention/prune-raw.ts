import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import { parseInput } from "../../contract/parse-input.ts";
import type { PrunedRaw, PruneProgress } from "../../contract/retention.ts";
import { wholeNumber } from "../../contract/whole-number.ts";
import type { Connection } from "../../database/connect.ts";
import { pause } from "../../database/pause.ts";
import { runQuery } from "../../database/run-query.ts";
import { AnalyticsError } from "../../errors.ts";
import { aggregate } from "../aggregate.ts";
import { refuseTransaction } from "../refuse-transaction.ts";
import { runStep } from "../run-step.ts";

/** Which page views are kept, and how the others are deleted. */
export interface PruneRawOptions extends CallOptions {
  /** Page views of so many days are kept, and what is older in the month of the oldest of them: at least 35. */
  keepDays: number;
  /**
   * Count what it would delete, and write nothing.
   * @default false
   */
  dryRun?: boolean | undefined;
  /**
   * How many page views to delete in a second at most.
   * @default as many as it can
   */
  rowsPerSecond?: number | undefined;
  /** Called after each step. */
  onProgress?: ((progress: PruneProgress) => void) | undefined;
}

/** What the default range of every question covers, and what it is compared with, is there. */
const fewestDays = 35;
const mostDays = 36_500;
const viewsPerStep = 20_000;

const pruneRawOptions = z.strictObject({
  keepDays: wholeNumber({ from: fewestDays, to: mostDays }),
  dryRun: z._default(z.boolean({ error: "give true or false" }), false),
  rowsPerSecond: z.optional(wholeNumber({ from: 1, to: 1_000_000_000 })),
  onProgress: z.optional(
    z.custom<PruneRawOptions["onProgress"]>((value) => typeof value === "function", {
      error: "give a function",
    }),
  ),
  signal: signalOption,
});

interface PruneRawCall {
  connection: Connection;
  options: PruneRawOptions;
}

/** Deletes page views of old months, in steps, when what the rollups have of them is sealed. */
export async function pruneRaw({ connection, options }: PruneRawCall): Promise<PrunedRaw> {
  const startedAt = performance.now();
  const { keepDays, dryRun, rowsPerSecond, onProgress, signal } = parseInput({
    schema: pruneRawOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  await connection.installation({ signal });
  const { db, schema } = connection;
  const { prunable_views, ...planned } = await plan({ connection, keepDays, signal });
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  if (dryRun) return { ...planned, pruned_views: prunable_views, duration_ms: elapsed() };

  await aggregate({ connection, options: { signal } });
  const sealing = sql<{ sealed: string }>`
    select ${sql.id(schema, "seal_months")}(${planned.sealed_before}::text::date)::text as sealed
  `.compile(db);
  await runStep({ db, query: sealing, signal });

  const deletingSince = performance.now();
  // a tenth of a second each, so that others have the rest
  const limit = Math.min(viewsPerStep, Math.ceil((rowsPerSecond ?? Infinity) / 10));
  let pruned_views = 0;
  for (let block: string | null = "0"; block !== null; ) {
    const query = sql<{ pruned: string; block: string; done: boolean }>`
      select s.pruned::text as pruned, s.block::text as block, s.done
      from ${sql.id(schema, "prune_page_views_step")}(${block}::text::int8, ${limit}::int4) s
    `.compile(db);
    const step: { pruned: string; block: string; done: boolean } = await runStep({
      db,
      query,
      signal,
    });
    pruned_views += Number(step.pruned);
    block = step.done ? null : step.block;
    const deleting_ms = performance.now() - deletingSince;
    onProgress?.({
      pruned_views,
      prunable_views,
      elapsed_ms: elapsed(),
      remaining_ms: remaining({ pruned_views, prunable_views, deleting_ms }),
    });
    if (block !== null && rowsPerSecond !== undefined) {
      const milliseconds = (1000 * pruned_views) / rowsPerSecond - deleting_ms;
      if (milliseconds > 0) await pause({ milliseconds, signal });
    }
  }
  return { ...planned, pruned_views, duration_ms: elapsed() };
}

interface Pace extends Pick<PruneProgress, "pruned_views" | "prunable_views"> {
  deleting_ms: number;
}

function remaining({ pruned_views, prunable_views, deleting_ms }: Pace): number | null {
  if (pruned_views === 0) return null;
  const views = Math.max(prunable_views - pruned_views, 0);
  return Math.round((deleting_ms * views) / pruned_views);
}

interface PruningToPlan {
  connection: Connection;
  keepDays: number;
  signal: AbortSignal | undefined;
}

type Plan = Pick<
  PrunedRaw,
  "sealed_before" | "page_view_bytes" | "freed_bytes" | "rollup_bytes"
> & {
  prunable_views: number;
};

interface PlanRow {
  sealed_before: string;
  page_views: string;
  all_page_views: string;
  page_view_bytes: string;
  rollup_bytes: string;
}

// Whole months only, and what is sealed stays so. How many page views are of earlier dates, and what does all of it weigh?
async function plan({
  connection: { db, schema },
  keepDays,
  signal,
}: PruningToPlan): Promise<Plan> {
  const query = sql<PlanRow>`
    select
      m.sealed_before::text as sealed_before, c.page_views::text as page_views, c.all_page_views::text as all_page_views,
      c.page_view_bytes::text as page_view_bytes, c.rollup_bytes::text as rollup_bytes
    from (
      select greatest(
        pg_catalog.date_trunc('month', (${sql.id(schema, "reporting_date")}() - ${keepDays}::int4)::timestamp)::date, s.sealed_before
      ) as sealed_before
      from ${sql.id(schema, "analytics_settings")} s
    ) m
    cross join lateral ${sql.id(schema, "count_prunable")}(m.sealed_before) c
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  if (row === undefined) throw new AnalyticsError("database", "The database did not answer.");
  const page_view_bytes = Number(row.page_view_bytes);
  const prunable_views = Number(row.page_views);
  const share = prunable_views / Math.max(Number(row.all_page_views), 1);
  return {
    sealed_before: row.sealed_before,
    prunable_views,
    page_view_bytes,
    freed_bytes: Math.round(page_view_bytes * share),
    rollup_bytes: Number(row.rollup_bytes),
  };
}
