import { toAnalyticsError } from "./database-error.ts";

interface WorkToAwait<Result> {
  work: Promise<Result>;
  signal?: AbortSignal | undefined;
}

/**
 * The result of work that others may be waiting for too: aborting ends the waiting, not the work.
 *
 * @throws {AnalyticsError} `aborted`
 */
export async function untilAborted<Result>({ work, signal }: WorkToAwait<Result>): Promise<Result> {
  if (signal === undefined) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(toAnalyticsError({ error: signal.reason, signal }));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
