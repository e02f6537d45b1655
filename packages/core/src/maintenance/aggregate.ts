import * as z from "zod/mini";
import { signalOption } from "../call-options.ts";
import {
  type FoldProgress,
  type FoldResult,
  type RebuildProgress,
  type RebuildQuery,
  type RebuildResult,
  rebuildQuery,
} from "../contract/aggregation.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import { AnalyticsError } from "../errors.ts";
import { concurrencyOption } from "./concurrency-option.ts";
import { fold } from "./fold.ts";
import { rebuild } from "./rebuild.ts";
import { refuseTransaction } from "./refuse-transaction.ts";

/** Fold what is pending: the everyday way. */
export interface FoldOptions {
  date_from?: never;
  date_to?: never;
  /**
   * How many connections fold at the same time, 1 to 8: each takes other entities.
   * @default 1
   */
  concurrency?: number | undefined;
  /** Called after each batch. */
  onProgress?: ((progress: FoldProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Recompute the rollups of these dates, both included, from raw page views. */
export interface RebuildOptions extends RebuildQuery {
  concurrency?: never;
  /** Called after each step. */
  onProgress?: ((progress: RebuildProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

const aggregateOptions = z.looseObject({
  concurrency: z.optional(concurrencyOption),
  onProgress: z.optional(
    z.custom<(progress: FoldProgress | RebuildProgress) => void>(
      (value) => typeof value === "function",
      { error: "give a function" },
    ),
  ),
  signal: signalOption,
});

interface AggregateCall {
  connection: Connection;
  options: FoldOptions | RebuildOptions;
}

/** Bring the rollups up to date. */
export async function aggregate({
  connection,
  options,
}: AggregateCall): Promise<FoldResult | RebuildResult> {
  const { signal, onProgress, concurrency, ...dates } = parseInput({
    schema: aggregateOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  if (Object.values(dates).every((date) => date === undefined)) {
    return fold({ connection, concurrency, onProgress, signal });
  }
  const query = parseInput({ schema: rebuildQuery, input: dates });
  if (concurrency === undefined) return rebuild({ connection, query, onProgress, signal });
  throw new AnalyticsError(
    "invalid_input",
    `concurrency is ${concurrency}, and a rebuild has one connection: leave it out, or leave out date_from and date_to.`,
    { field: "concurrency" },
  );
}
