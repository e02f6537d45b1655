import { MigrationError } from "../migration-error.ts";

export function aborted(signal: AbortSignal | undefined): MigrationError {
  return new MigrationError(
    "aborted",
    "The migration was aborted. Files that were finished before stay applied; run it again to go on.",
    { cause: signal?.reason },
  );
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}
