import { MigrationError } from "../migration-error.ts";

export function aborted(signal: AbortSignal | undefined): MigrationError {
  return new MigrationError(
    "aborted",
    "The work was aborted. What it had committed stays; run it again to do the rest.",
    { cause: signal?.reason },
  );
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}
