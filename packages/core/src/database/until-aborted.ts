import { toAnalyticsError } from "./database-error.ts";

interface WorkToAwait<Result> {
  work: Promise<Result>;
  signal?: AbortSignal | undefined;
  /** How long the work may take to end after the abort, in milliseconds. @default 0 */
  graceMs?: number | undefined;
}

/**
 * The result of work that others may be waiting for too, or that cannot be stopped: aborting ends the waiting, not the work.
 *
 * @throws {AnalyticsError} `aborted`
 */
export async function untilAborted<Result>({
  work,
  signal,
  graceMs = 0,
}: WorkToAwait<Result>): Promise<Result> {
  if (signal === undefined) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  let grace: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    const giveUp = (): void => reject(toAnalyticsError({ error: signal.reason, signal }));
    if (graceMs === 0) giveUp();
    else grace = setTimeout(giveUp, graceMs);
  };
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(grace);
  }
}
