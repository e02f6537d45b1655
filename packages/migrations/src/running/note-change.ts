import { insertChangeSql } from "../ledger.ts";
import type { Change } from "../sql-source/change.ts";
import { ledgerPart, ledgerParts } from "../steps/transaction-parts.ts";
import type { RunContext } from "./run-context.ts";
import { runParts } from "./run-parts.ts";

/** Writes the ledger's row of a change that was applied, in the caller's transaction. */
export async function noteChange(change: Change, context: RunContext): Promise<void> {
  const { placeholders, source } = context;
  const note = insertChangeSql({ ...source, schema: placeholders.schema, change });
  await runParts([...ledgerParts(context), ledgerPart(note)], context);
}
