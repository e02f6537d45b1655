import { sqlState } from "./database-error.ts";
import { pause } from "./pause.ts";

const maxAttempts = 5;
const maxPauseMs = 200;

// serialization_failure, deadlock_detected, lock_not_available
const passing: ReadonlySet<string | undefined> = new Set(["40001", "40P01", "55P03"]);

interface WorkToRetry<Result> {
  work: () => Promise<Result>;
  signal?: AbortSignal | undefined;
}

/** Repeats a transaction that another one made fail: such a failure passes when the other has ended. */
export async function withRetries<Result>({ work, signal }: WorkToRetry<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === maxAttempts || !passing.has(sqlState(error))) throw error;
      await pause({ milliseconds: Math.random() * maxPauseMs * attempt, signal });
    }
  }
}
