import { setTimeout } from "node:timers/promises";
import { toAnalyticsError } from "./database-error.ts";

interface Pause {
  milliseconds: number;
  signal?: AbortSignal | undefined;
  /** Whether the process waits for it. @default true */
  ref?: boolean | undefined;
}

/** @throws {AnalyticsError} `aborted` */
export async function pause({ milliseconds, signal, ref = true }: Pause): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal, ref });
  } catch (error) {
    throw toAnalyticsError({ error, signal });
  }
}
