import type { Step } from "../steps/steps-of.ts";
import { transactionParts } from "../steps/transaction-parts.ts";
import { inTransaction } from "./in-transaction.ts";
import type { RunContext } from "./run-context.ts";
import { runOutsideTransaction } from "./run-outside-transaction.ts";
import { runParts } from "./run-parts.ts";
import { runRepeatedly } from "./run-repeatedly.ts";
import { withLockRetries } from "./with-lock-retries.ts";

/** Applies one step in its way, and notes it in the ledger. */
export async function runStep(step: Step, context: RunContext): Promise<void> {
  if (step.kind === "repeated") return runRepeatedly(step.change, context);
  if (step.kind === "outside") return runOutsideTransaction(step.change, context);
  await withLockRetries(step.name, context, () =>
    inTransaction(context, () => runParts(transactionParts(step, context), context)),
  );
}
