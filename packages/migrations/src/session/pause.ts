import { setTimeout } from "node:timers/promises";
import { aborted } from "./aborted.ts";

/** Waits about this long (up to a third more, so that many who wait do not wake together), or until aborted. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  const jittered = milliseconds * (1 + Math.random() / 3);
  try {
    await setTimeout(jittered, undefined, signal === undefined ? undefined : { signal });
  } catch {
    throw aborted(signal);
  }
}
