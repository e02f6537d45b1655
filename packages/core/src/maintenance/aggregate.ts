import {
  type FoldResult,
  type RebuildProgress,
  type RebuildQuery,
  type RebuildResult,
  rebuildQuery,
} from "../contract/aggregation.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import { fold } from "./fold.ts";
import { rebuild } from "./rebuild.ts";

/** Fold what is pending: the everyday way. */
export interface FoldOptions {
  date_from?: never;
  date_to?: never;
  signal?: AbortSignal | undefined;
}

/** Recompute the rollups of these dates, both included, from raw page views. */
export interface RebuildOptions extends RebuildQuery {
  /** Called after each step. */
  onProgress?: ((progress: RebuildProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

interface AggregateCall {
  connection: Connection;
  options: FoldOptions | RebuildOptions;
}

/** Bring the rollups up to date. */
export async function aggregate({
  connection,
  options,
}: AggregateCall): Promise<FoldResult | RebuildResult> {
  const { signal, onProgress, ...dates } = { onProgress: undefined, ...options };
  if (Object.values(dates).every((date) => date === undefined)) return fold({ connection, signal });
  const query = parseInput({ schema: rebuildQuery, input: dates });
  return rebuild({ connection, query, onProgress, signal });
}
