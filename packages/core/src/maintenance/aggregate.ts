import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../call-options.ts";
import type { FoldProgress, FoldResult } from "../contract/aggregation.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import { concurrencyOption } from "./concurrency-option.ts";
import { fold } from "./fold.ts";
import { refuseTransaction } from "./refuse-transaction.ts";

/** How pending changes are folded. */
export interface FoldOptions extends CallOptions {
  /**
   * How many connections fold at the same time, 1 to 8: each takes other entities.
   * @default 1
   */
  concurrency?: number | undefined;
  /** Called after each batch. */
  onProgress?: ((progress: FoldProgress) => void) | undefined;
}

const foldOptions = z.strictObject({
  concurrency: z.optional(concurrencyOption),
  onProgress: z.optional(
    z.custom<FoldOptions["onProgress"]>((value) => typeof value === "function", {
      error: "give a function",
    }),
  ),
  signal: signalOption,
});

interface AggregateCall {
  connection: Connection;
  options: FoldOptions;
}

/** Folds every pending change. */
export async function aggregate({ connection, options }: AggregateCall): Promise<FoldResult> {
  const parsed = parseInput({ schema: foldOptions, input: options, name: "options object" });
  refuseTransaction(connection);
  return fold({ connection, ...parsed });
}
