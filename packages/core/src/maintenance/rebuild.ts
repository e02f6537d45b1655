import { sql } from "kysely";
import type { RebuildProgress, RebuildQuery, RebuildResult } from "../contract/aggregation.ts";
import type { Entity } from "../contract/entity.ts";
import type { Connection } from "../database/connect.ts";
import { estimatePageViews } from "./estimate-page-views.ts";
import { runStep } from "./run-step.ts";

interface RebuildCall {
  connection: Connection;
  query: RebuildQuery;
  onProgress?: ((progress: RebuildProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Recomputes the rollups of a range of dates from raw page views, entity by entity, a transaction for each step. */
export async function rebuild({
  connection,
  query,
  onProgress,
  signal,
}: RebuildCall): Promise<RebuildResult> {
  const startedAt = performance.now();
  const { db } = connection;
  const installation = await connection.installation({ signal });
  const estimated_page_views =
    onProgress === undefined
      ? null
      : await estimatePageViews({ db, installation, range: query, signal });

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

async function rebuildStep({
  connection: { db, schema },
  query: { date_from, date_to },
  after,
  signal,
}: RebuildCall & Pick<Step, "after">): Promise<Step> {
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
  return "session_id" in place
    ? { phase: "sessions", entity_type: null, entity_id: null }
    : { phase: "entities", ...place };
}
