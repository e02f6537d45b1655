import type { MigrationFile } from "../migration-file.ts";
import { inTransaction } from "./in-transaction.ts";
import { noteFile, prepareLedger } from "./note-file.ts";
import type { RunContext } from "./run-context.ts";
import { runOutsideTransaction } from "./run-outside-transaction.ts";
import { runRepeatedly } from "./run-repeatedly.ts";
import { runStatements } from "./run-statements.ts";
import { withLockRetries } from "./with-lock-retries.ts";

/** Applies one file in the way its first line asks for, and notes it in the ledger. */
export async function runFile(file: MigrationFile, context: RunContext): Promise<void> {
  if (file.repeat) return runRepeatedly(file, context);
  if (file.transaction === "none") return runOutsideTransaction(file, context);
  await withLockRetries(file, context, () =>
    inTransaction(context, async () => {
      await prepareLedger(context);
      await runStatements(file, context);
      await noteFile(file, context);
    }),
  );
}
