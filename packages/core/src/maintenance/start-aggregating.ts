import * as z from "zod/mini";
import { signalOption } from "../call-options.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import { explainFailure } from "../database/explain-failure.ts";
import { pause } from "../database/pause.ts";
import { type AnalyticsError, isAnalyticsError } from "../errors.ts";
import { allOrFailure } from "./all-or-failure.ts";
import { countBreakdowns } from "./breakdowns/count-breakdowns.ts";
import { concurrencyOption } from "./concurrency-option.ts";
import { foldBatch, largestBatch } from "./fold-batch.ts";
import { foldSlices } from "./fold-slices.ts";
import { keepPartitions } from "./keep-partitions.ts";
import { isAnythingPending } from "./pending-work.ts";
import { refuseTransaction } from "./refuse-transaction.ts";

/** How folding goes on in the background. */
export interface AggregatingOptions {
  /**
   * From the end of one look for pending changes to the next, in milliseconds, give or take a tenth.
   * @default 2000
   */
  intervalMs?: number | undefined;
  /**
   * How many connections fold at the same time, 1 to 8: each takes other entities. More than one pays off where one does not
   * keep up and the server has cores to spare.
   * @default 1
   */
  concurrency?: number | undefined;
  /**
   * Called with what made a try fail; the next one comes later each time, after a minute at most. What it throws ends
   * the work, and `stop()` rejects with it.
   */
  onError: (error: AnalyticsError) => void;
  /** Aborting stops the work and cancels the batch under way, which is rolled back: the next fold takes it. */
  signal?: AbortSignal | undefined;
}

/** Folding in the background, until it is stopped. */
export interface AggregationWorker extends AsyncDisposable {
  /** Ends when the batch under way is committed; no other is begun. */
  stop(): Promise<void>;
}

const defaultIntervalMs = 2000;
const maxBackoffMs = 60_000;
const minuteMs = 60_000;

const aggregatingOptions = z.strictObject({
  intervalMs: z.optional(
    z
      .number({ error: "give milliseconds" })
      .check(
        z.gte(50, { error: "give at least 50" }),
        z.lte(86_400_000, { error: "give at most 86400000, which is a day" }),
      ),
  ),
  concurrency: z.optional(concurrencyOption),
  onError: z.custom<AggregatingOptions["onError"]>((value) => typeof value === "function", {
    error: "give a function: nothing else reports what goes wrong in the background",
  }),
  signal: signalOption,
});

interface AggregatingCall {
  connection: Connection;
  options: AggregatingOptions;
}

/** Look for pending changes again and again, and fold them. */
export function startAggregating({ connection, options }: AggregatingCall): AggregationWorker {
  const {
    intervalMs,
    concurrency = 1,
    onError,
    signal,
  } = parseInput({
    schema: aggregatingOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  const stopping = new AbortController();
  const running = aggregateUntilStopped({
    connection,
    interval: intervalMs ?? defaultIntervalMs,
    concurrency,
    onError,
    signal,
    minuteDue: { at: 0 },
    stopped: AbortSignal.any([stopping.signal, connection.closing, ...(signal ? [signal] : [])]),
  });
  const stop = (): Promise<void> => {
    stopping.abort();
    return running;
  };
  return { stop, [Symbol.asyncDispose]: stop };
}

interface WorkerLoop extends Pick<AggregatingOptions, "onError" | "signal"> {
  connection: Connection;
  /** In milliseconds. */
  interval: number;
  concurrency: number;
  stopped: AbortSignal;
  /** When partitions and breakdowns are to be looked at again, by the clock of the process. */
  minuteDue: { at: number };
}

async function aggregateUntilStopped(loop: WorkerLoop): Promise<void> {
  const { connection, signal, onError, interval, stopped } = loop;
  let failures = 0;
  while (!stopped.aborted) {
    const failure = await runOnce(loop);
    failures = failure === null ? 0 : failures + 1;
    const expected = signal?.aborted || connection.closing.aborted;
    if (failure !== null && !expected) onError(failure);
    await rest({ milliseconds: nextDelay({ interval, failures }), stopped });
  }
}

async function runOnce(loop: WorkerLoop): Promise<AnalyticsError | null> {
  const { connection } = loop;
  try {
    await explainFailure({ work: foldTogether(loop), connection, role: "folds and rebuilds" });
    return null;
  } catch (error) {
    if (isAnalyticsError(error)) return error;
    throw error;
  }
}

async function foldTogether(loop: WorkerLoop): Promise<void> {
  const { connection, signal, concurrency, minuteDue, stopped } = loop;
  const { distributed } = await connection.installation({ signal });
  if (distributed) {
    while (!stopped.aborted && (await foldSlices({ connection, concurrency, signal })).taken > 0);
    return;
  }
  if (performance.now() >= minuteDue.at) {
    await keepPartitions({ connection, signal });
    await countBreakdowns({ connection, signal });
    minuteDue.at = performance.now() + minuteMs;
  }
  await allOrFailure(Array.from({ length: concurrency }, () => foldPending(loop)));
  // what sessions of one share did to entries of another
  if (concurrency > 1 && !stopped.aborted) await foldPending({ ...loop, concurrency: 1 });
}

/** Folds batches one after the other until nothing is left, or what is left can wait for more. */
async function foldPending(loop: WorkerLoop): Promise<void> {
  const { connection, signal, concurrency, stopped } = loop;
  let batch = { folded: 0, limit: largestBatch(concurrency) };
  do {
    // Folding takes a lock, and locks are written to the log: looking costs nothing while there is nothing to do.
    if (!(await isAnythingPending({ connection, signal }))) return;
    batch = await foldBatch({ connection, signal, limit: batch.limit, concurrency });
    // A full batch leaves more behind. So may a smaller one of a share, of what the others have not come to; where little
    // comes at a time, it can wait.
  } while (batch.folded >= (concurrency > 1 ? batch.limit / 10 : batch.limit) && !stopped.aborted);
}

// Workers that were started together, or that lost the same server, do not stay in step.
function nextDelay({ interval, failures }: { interval: number; failures: number }): number {
  const backoff = Math.min(interval * 2 ** failures, Math.max(maxBackoffMs, interval));
  return failures === 0
    ? interval * (0.9 + Math.random() / 5)
    : backoff * (0.5 + Math.random() / 2);
}

async function rest(time: { milliseconds: number; stopped: AbortSignal }): Promise<void> {
  const { milliseconds, stopped } = time;
  // A timer that the process does not wait for; being stopped is not a failure.
  await pause({ milliseconds, signal: stopped, ref: false }).catch(() => undefined);
}
