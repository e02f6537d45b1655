import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../call-options.ts";
import {
  type RebuildProgress,
  type RebuildQuery,
  type RebuildResult,
  rebuildQuery,
} from "../contract/aggregation.ts";
import type { Entity } from "../contract/entity.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import { estimatePageViews } from "./estimate-page-views.ts";
import { fold } from "./fold.ts";
import { refuseTransaction } from "./refuse-transaction.ts";
import { runStep } from "./run-step.ts";

/** How a range of dates is rebuilt. */
export interface RebuildOptions extends CallOptions {
  /** Called after each step. */
  onProgress?: ((progress: RebuildProgress) => void) | undefined;
}

const rebuildOptions = z.strictObject({
  onProgress: z.optional(
    z.custom<RebuildOptions["onProgress"]>((value) => typeof value === "function", {
      error: "give a function",
    }),
  ),
  signal: signalOption,
});

interface RebuildCall {
  connection: Connection;
  query: RebuildQuery;
  options: RebuildOptions;
}

/** Reads the entities that have page views on these dates in again, a transaction for each step. */
export async function rebuild(call: RebuildCall): Promise<RebuildResult> {
  const { connection } = call;
  const query = parseInput({ schema: rebuildQuery, input: call.query });
  const { onProgress, signal } = parseInput({
    schema: rebuildOptions,
    input: call.options,
    name: "options object",
  });
  refuseTransaction(connection);
  const startedAt = performance.now();
  const { db } = connection;
  const installation = await connection.installation({ signal });
  const estimated_page_views =
    onProgress === undefined
      ? null
      : await estimatePageViews({ db, installation, range: query, signal });

  // the first step folds all that is pending, and this leaves it little: a transaction for each batch
  await fold({ connection, signal });
  const read = { sessions: 0, entities: 0 };
  let steps = 0;
  let step = await rebuildStep({ connection, query, after: null, signal });
  while (!step.done) {
    const reached = placeReached(step);
    read[reached.phase] += step.page_views;
    steps += 1;
    onProgress?.({
      ...reached,
      page_views: read[reached.phase],
      estimated_page_views,
      elapsed_ms: Math.round(performance.now() - startedAt),
    });
    step = await rebuildStep({ connection, query, after: step.after, signal });
  }
  // slices hand on which sessions are to be read again
  if (installation.distributed) await fold({ connection, signal });
  return {
    rebuilt_page_views: read.entities,
    steps,
    duration_ms: Math.round(performance.now() - startedAt),
  };
}

interface Step {
  page_views: number;
  done: boolean;
  /** JSON: where the next step begins. */
  after: string | null;
}

interface NextStep extends Pick<RebuildCall, "connection" | "query">, CallOptions {
  after: string | null;
}

async function rebuildStep({
  connection: { db, schema },
  query: { date_from, date_to },
  after,
  signal,
}: NextStep): Promise<Step> {
  const query = sql<Omit<Step, "page_views"> & { page_views: string }>`
    select s.page_views::text as page_views, s.done, s.after::text as after
    from ${sql.id(schema, "rebuild_page_views_step")}(
      ${date_from}::text::date, ${date_to}::text::date, ${after}::text::jsonb
    ) s
  `.compile(db);
  const step = await runStep({ db, query, signal });
  return { ...step, page_views: Number(step.page_views) };
}

type Place = Pick<RebuildProgress, "phase" | "entity_type" | "entity_id">;

function placeReached({ after }: Step): Place {
  const place = JSON.parse(after ?? "{}") as Entity | { session_id: string };
  if ("session_id" in place) return { phase: "sessions", entity_type: null, entity_id: null };
  const { entity_type, entity_id } = place;
  return { phase: "entities", entity_type, entity_id };
}
