import type { PendingWork } from "../inspection/pending-work.ts";
import { type Change, changeName } from "../sql-source/change.ts";

/** What is applied whole or not at all. */
export type Step =
  | ({ kind: "transaction"; name: string } & PendingWork)
  /** Statements that cannot run in a transaction, each of which may be run again. */
  | { kind: "outside"; name: string; change: Change }
  /** One SELECT, run in a transaction each time until it says that it is done. */
  | { kind: "repeated"; name: string; change: Change };

/**
 * In which steps is this applied? All in one transaction, except what has one of its own or cannot have one: of that,
 * what has a lower number than the others comes before them, the rest after them, and what is repeated comes last.
 */
export function stepsOf({ changes, functions, attachments }: PendingWork): Step[] {
  const isShared = (change: Change): boolean => change.transaction === "shared" && !change.repeat;
  const shared = changes.filter(isShared);
  const firstShared = shared[0]?.version ?? Number.POSITIVE_INFINITY;
  const apart = changes.filter((change) => !isShared(change) && !change.repeat);
  return [
    ...apart.filter(({ version }) => version < firstShared).map(apartStep),
    ...(shared.length > 0 || functions || attachments
      ? [transactionStep({ changes: shared, functions, attachments })]
      : []),
    ...apart.filter(({ version }) => version > firstShared).map(apartStep),
    ...changes
      .filter(({ repeat }) => repeat)
      .map((change): Step => ({ kind: "repeated", name: changeName(change), change })),
  ];
}

function apartStep(change: Change): Step {
  return change.transaction === "none"
    ? { kind: "outside", name: changeName(change), change }
    : transactionStep({ changes: [change], functions: false, attachments: false });
}

function transactionStep(work: PendingWork): Step {
  const names = [
    ...work.changes.map(changeName),
    ...(work.functions ? ["functions"] : []),
    ...(work.attachments ? ["attachments"] : []),
  ];
  return { kind: "transaction", name: names.join(", "), ...work };
}
