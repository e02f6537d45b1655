import * as z from "zod/mini";
import { signalOption } from "../call-options.ts";
import {
  type FoldResult,
  type RebuildProgress,
  type RebuildQuery,
  type RebuildResult,
  rebuildQuery,
} from "../contract/aggregation.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import { AnalyticsError } from "../errors.ts";
import { fold } from "./fold.ts";
import { rebuild } from "./rebuild.ts";
import { refuseTransaction } from "./refuse-transaction.ts";

/** Fold what is pending: the everyday way. */
export interface FoldOptions {
  date_from?: never;
  date_to?: never;
  onProgress?: never;
  signal?: AbortSignal | undefined;
}

/** Recompute the rollups of these dates, both included, from raw page views. */
export interface RebuildOptions extends RebuildQuery {
  /** Called after each step. */
  onProgress?: ((progress: RebuildProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

const aggregateOptions = z.looseObject({
  onProgress: z.optional(
    z.custom<RebuildOptions["onProgress"]>((value) => typeof value === "function", {
      error: "give a function",
    }),
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
  const { signal, onProgress, ...dates } = parseInput({
    schema: aggregateOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  if (Object.values(dates).some((date) => date !== undefined)) {
    const query = parseInput({ schema: rebuildQuery, input: dates });
    return rebuild({ connection, query, onProgress, signal });
  }
  if (onProgress === undefined) return fold({ connection, signal });
  throw new AnalyticsError(
    "invalid_input",
    "onProgress is a function, and only a rebuild tells how far it is: give date_from and date_to as well, or leave it out.",
    { field: "onProgress" },
  );
}
