import type { Measures } from "../contract/measures.ts";
import { AnalyticsError } from "../errors.ts";
import { measuresIn } from "./read-compared-series.ts";
import { readColumn } from "./read-series.ts";

/** How many visitors entities may have had, each for itself, to be counted together: they are counted one by one. */
export const maxVisitorsTogether = 20_000;

interface CountedTogether {
  /** What was counted of one of them. */
  counts: string;
  /** The visitors of all of them: known ones, those of the range, accounts, new ones and new accounts. Null when not asked for. */
  together: string | null;
}

/**
 * The measures of all these together: what was counted of each, added up, and everybody once.
 *
 * @throws {AnalyticsError} `too_many_visitors`
 */
export function measuresTogether(rows: readonly CountedTogether[]): Measures | null {
  const together = rows[0]?.together ?? null;
  if (together === null) return null;
  const [known = 0, ...visitors] = readColumn(together);
  if (known > maxVisitorsTogether) {
    throw new AnalyticsError(
      "too_many_visitors",
      `together counts each visitor once, of at most ${maxVisitorsTogether.toLocaleString("en")}, and these ${rows.length} have had ${known.toLocaleString("en")}: ask for fewer entities, or leave it out.`,
      { field: "together" },
    );
  }
  const counts = rows.map((row) => readColumn(row.counts));
  const sum = (place: number): number =>
    counts.reduce((total, column) => total + (column[place] ?? 0), 0);
  // in the order of the column `counts`
  return measuresIn(`{${[sum(0), sum(1), sum(2), ...visitors, sum(7), sum(8)].join()}}`);
}
