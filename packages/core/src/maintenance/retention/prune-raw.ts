import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import { parseInput } from "../../contract/parse-input.ts";
import type { PrunedRaw, PruneProgress } from "../../contract/retention.ts";
import { wholeNumber } from "../../contract/whole-number.ts";
import type { Connection } from "../../database/connect.ts";
import { pause } from "../../database/pause.ts";
import { refuseOnCitus } from "../../database/refuse-on-citus.ts";
import { runQuery } from "../../database/run-query.ts";
import { AnalyticsError } from "../../errors.ts";
import { aggregate } from "../aggregate.ts";
import { refuseTransaction } from "../refuse-transaction.ts";
import { runStep } from "../run-step.ts";
import { detachPartition } from "./detach-partition.ts";

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
   * Detach partitions of which all page views go: they stay as tables of yours, to be kept or dropped. Of others, rows are deleted.
   * @default false
   */
  detach?: boolean | undefined;
  /**
   * With `detach`: for how many seconds a partition is tried while others use page views, as a backup does. Each try holds writers up for a tenth of a
   * second at most.
   * @default 60
   */
  detachWaitSeconds?: number | undefined;
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
const maxDetachWaitSeconds = 86_400;
const usualDetachWaitSeconds = 60;

const waitsForDetach = z.refine<{ detach: boolean; detachWaitSeconds?: number | undefined }>(
  ({ detach, detachWaitSeconds }) => detach || detachWaitSeconds === undefined,
  { path: ["detachWaitSeconds"], error: "leave it out, or set detach to true" },
);

const pruneRawOptions = z
  .strictObject({
    keepDays: wholeNumber({ from: fewestDays, to: mostDays }),
    dryRun: z._default(z.boolean({ error: "give true or false" }), false),
    detach: z._default(z.boolean({ error: "give true or false" }), false),
    detachWaitSeconds: z.optional(wholeNumber({ from: 0, to: maxDetachWaitSeconds })),
    rowsPerSecond: z.optional(wholeNumber({ from: 1, to: 1_000_000_000 })),
    onProgress: z.optional(
      z.custom<PruneRawOptions["onProgress"]>((value) => typeof value === "function", {
        error: "give a function",
      }),
    ),
    signal: signalOption,
  })
  .check(waitsForDetach);

interface PruneRawCall {
  connection: Connection;
  options: PruneRawOptions;
}

/** Deletes page views of old months, in steps, when what the rollups have of them is sealed. */
export async function pruneRaw({ connection, options }: PruneRawCall): Promise<PrunedRaw> {
  const startedAt = performance.now();
  const parsed = parseInput({ schema: pruneRawOptions, input: options, name: "options object" });
  const { keepDays, dryRun, detach, rowsPerSecond, onProgress, signal } = parsed;
  const { detachWaitSeconds = usualDetachWaitSeconds } = parsed;
  refuseTransaction(connection);
  refuseOnCitus(
    await connection.installation({ signal }),
    "Old page views stay there: add servers instead, and let Citus move shards to them.",
  );
  const { db, schema } = connection;
  const { prunable_views, ...planned } = await plan({ connection, keepDays, detach, signal });
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  if (dryRun) return { ...planned, pruned_views: prunable_views, duration_ms: elapsed() };

  await aggregate({ connection, options: { signal } });
  const sealing = sql<{ sealed: string }>`
    select ${sql.id(schema, "seal_months")}(${planned.sealed_before}::text::date)::text as sealed
  `.compile(db);
  await runStep({ db, query: sealing, signal });

  let pruned_views = 0;
  for (const { table, page_views } of planned.detached) {
    await detachPartition({ connection, table, waitSeconds: detachWaitSeconds, signal });
    pruned_views += page_views;
    onProgress?.({ pruned_views, prunable_views, elapsed_ms: elapsed(), remaining_ms: null });
  }

  const deletingSince = performance.now();
  const detached_views = pruned_views;
  // one a second where there is a pace: it is each commit that others' commits wait for, and not what is deleted between them
  const limit = Math.min(viewsPerStep, rowsPerSecond ?? Infinity);
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
      remaining_ms: remaining({
        pruned_views: pruned_views - detached_views,
        prunable_views: prunable_views - detached_views,
        deleting_ms,
      }),
    });
    if (block !== null && rowsPerSecond !== undefined) {
      const milliseconds = (1000 * (pruned_views - detached_views)) / rowsPerSecond - deleting_ms;
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
  detach: boolean;
  signal: AbortSignal | undefined;
}

type Plan = Pick<
  PrunedRaw,
  "sealed_before" | "page_view_bytes" | "freed_bytes" | "rollup_bytes" | "detached"
> & {
  prunable_views: number;
};

interface PlanRow {
  sealed_before: string;
  page_views: string;
  all_page_views: string;
  page_view_bytes: string;
  rollup_bytes: string;
  /** JSON. */
  detached: string;
  is_partitioned: boolean;
}

// Whole months only, and what is sealed stays so. How many page views are of earlier dates, what does all of it weigh, and which partitions
// have nothing else?
async function plan({
  connection: { db, schema },
  keepDays,
  detach,
  signal,
}: PruningToPlan): Promise<Plan> {
  const query = sql<PlanRow>`
    select
      m.sealed_before::text as sealed_before, c.page_views::text as page_views, c.all_page_views::text as all_page_views,
      c.page_view_bytes::text as page_view_bytes, c.rollup_bytes::text as rollup_bytes,
      ${sql.id(schema, "has_partitions_by_time")}() as is_partitioned,
      (
        select coalesce(json_agg(json_build_object('table', d.partition, 'page_views', d.page_views, 'bytes', d.bytes)), '[]')
        from ${sql.id(schema, "count_detachable")}(m.sealed_before) d
        where ${detach}::bool
      )::text as detached
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
  if (detach && !row.is_partitioned) {
    throw new AnalyticsError(
      "invalid_input",
      "detach is true, and page views are not partitioned by ranges of time: leave it out, and rows are deleted.",
      { field: "detach" },
    );
  }
  const page_view_bytes = Number(row.page_view_bytes);
  const prunable_views = Number(row.page_views);
  const share = prunable_views / Math.max(Number(row.all_page_views), 1);
  return {
    sealed_before: row.sealed_before,
    prunable_views,
    detached: JSON.parse(row.detached) as Plan["detached"],
    page_view_bytes,
    freed_bytes: Math.round(page_view_bytes * share),
    rollup_bytes: Number(row.rollup_bytes),
  };
}
