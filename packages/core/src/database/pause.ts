import { setTimeout } from "node:timers/promises";
import { toAnalyticsError } from "./database-error.ts";

interface Pause {
  milliseconds: number;
  signal?: AbortSignal | undefined;
}

/** @throws {AnalyticsError} `aborted` */
export async function pause({ milliseconds, signal }: Pause): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal });
  } catch (error) {
    throw toAnalyticsError({ error, signal });
  }
}
