import type { StoredLedgerRow } from "../ledger.ts";
import { type Change, changeName } from "../sql-source/change.ts";
import type { RenderedSource } from "../sql-source/render-source.ts";

/** What the database does not have yet. */
export interface PendingWork {
  /** In order. */
  changes: readonly Change[];
  functions: boolean;
  attachments: boolean;
}

/** {@link PendingWork} as it is reported. */
export interface PendingReport {
  /** Names of the numbered changes, in order. */
  changes: string[];
  /** Whether functions are to be replaced by those of this package. */
  functions: boolean;
  /** Whether triggers, views and grants are to be replaced by those of this package. */
  attachments: boolean;
}

interface AppliedAndWanted {
  ledger: readonly StoredLedgerRow[];
  changes: readonly Change[];
  rendered: RenderedSource;
}

export function pendingWork({ ledger, changes, rendered }: AppliedAndWanted): PendingWork {
  const row = (kind: StoredLedgerRow["kind"]): StoredLedgerRow | undefined =>
    ledger.find((candidate) => candidate.kind === kind);
  const functions = row("functions");
  const pending = changes.filter(({ version }) =>
    ledger.every((applied) => applied.kind !== "change" || applied.version !== version),
  );
  // A change may drop a type or a column with all that depends on it, whose text is as before.
  const mayDrop = pending.some(({ transaction, repeat }) => transaction === "shared" && !repeat);
  const functionsDiffer = functions?.rendered_checksum !== rendered.functions.checksum;
  // A view or trigger goes with a function that is dropped to be made anew.
  const dropsFunctions = Object.entries(functions?.objects ?? {}).some(
    ([name, { signature }]) => rendered.signatures[name] !== signature,
  );
  return {
    changes: pending,
    functions: functionsDiffer || mayDrop,
    attachments:
      mayDrop ||
      row("attachments")?.rendered_checksum !== rendered.attachments.checksum ||
      (functionsDiffer && dropsFunctions),
  };
}

export function isNothing({ changes, functions, attachments }: PendingWork): boolean {
  return changes.length === 0 && !functions && !attachments;
}

export function pendingReport({ changes, functions, attachments }: PendingWork): PendingReport {
  return { changes: changes.map(changeName), functions, attachments };
}

const maxNamed = 3;

/** "2 changes (0004_a, 0005_b), functions"; of many changes, whose names say nothing to a host, only how many. */
export function pendingSentence({ changes, functions, attachments }: PendingReport): string {
  const counted = changes.length === 1 ? "1 change" : `${changes.length} changes`;
  const named = `${counted} (${changes.join(", ")})`;
  return [
    ...(changes.length === 0 ? [] : [changes.length > maxNamed ? counted : named]),
    ...(functions ? ["functions"] : []),
    ...(attachments ? ["attachments"] : []),
  ].join(", ");
}
