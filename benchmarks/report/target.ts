import { type CellQuery, findCells, highestMedian } from "../results/find-cells.ts";
import type { RunResults } from "../results/run-results.ts";
import { numberText } from "./table.ts";

/** The runs that targets are about. */
export interface Runs {
  /** On the largest data set, against what one would use instead. */
  largest: RunResults | undefined;
  /** On one of at most a tenth of it. */
  smaller: RunResults | undefined;
  /** The largest of those that compared two checkouts. */
  paired: RunResults | undefined;
}

/** What is to be reached on the largest data set, and what decides how near one comes. */
export interface Target {
  what: string;
  /** At most or at least how much, of which unit: `≤ 10 ms`. */
  limit: `${"≤" | "≥"} ${string} ${string}`;
  value: Value;
  /** What bounds it. */
  bound: string;
  /** Whose plans show that. */
  explains?: RegExp;
}

/** What was reached; undefined when that was not measured. */
type Value = (runs: Runs) => number | undefined;

/** What was reached, in words, and whether that is within the limit; undefined when it was not measured. */
export function judge(
  { limit, value }: Target,
  runs: Runs,
): { text: string; met: boolean } | undefined {
  const reached = value(runs);
  if (reached === undefined) return undefined;
  const [sign, number = "", ...unit] = limit.split(" ");
  const bound = Number(number.replaceAll(",", ""));
  const met = sign === "≤" ? reached <= bound : reached >= bound;
  return { text: `${numberText(reached)} ${unit.join(" ")}`, met };
}

/** The highest of the cells, in a run of this name. */
export const highest =
  (of: "largest" | "paired", query: CellQuery): Value =>
  ({ [of]: run }) =>
    run && highestMedian(run, query);

/** How many times as much one cell is as another, in a run of this name. */
export const quotient =
  (of: "largest" | "paired", over: CellQuery, under: CellQuery): Value =>
  ({ [of]: run }) => {
    const [above, below] = [run && highestMedian(run, over), run && highestMedian(run, under)];
    return above === undefined || below === undefined ? undefined : above / below;
  };

/** How many times the other checkout's cells this one's are: the highest. */
export const highestRatio =
  (...queries: CellQuery[]): Value =>
  (runs) =>
    ratios(runs, queries).at(-1);

/** The lowest. */
export const lowestRatio =
  (...queries: CellQuery[]): Value =>
  (runs) =>
    ratios(runs, queries).at(0);

function ratios({ paired }: Runs, queries: readonly CellQuery[]): number[] {
  if (paired === undefined) return [];
  const found = queries.flatMap((query) =>
    findCells(paired, query).flatMap(({ part, question, entity, spread }) => {
      const same = { part, question, entity: entity ?? undefined } as const;
      const [other] = findCells(paired, { ...same, contender: "against" });
      return other === undefined ? [] : spread.median / other.spread.median;
    }),
  );
  return found.toSorted((a, b) => a - b);
}

/** How much slower writing is with capture, in percent: of several ways, the most. */
export const captureCost: Value = ({ largest }) => {
  if (largest === undefined) return undefined;
  const costs = findCells(largest, { part: "writes", question: /./ }).flatMap((cell) => {
    const query = { part: "writes", question: cell.question, contender: "raw" } as const;
    const without = highestMedian(largest, query);
    return without === undefined ? [] : 100 * (without / cell.spread.median - 1);
  });
  return costs.length === 0 ? undefined : Math.max(...costs);
};

/** How many seconds 10 M page views take to be read in. */
export const readingIn: Value = ({ largest }) =>
  largest !== undefined && largest.size >= 10_000_000
    ? highestMedian(largest, { part: "setup", question: /first answer$/ })
    : undefined;

/** How many times longer a change takes to fold than on a tenth of the page views. */
export const dearerChange: Value = ({ largest, smaller }) => {
  if (largest === undefined || smaller === undefined || largest.size < 10_000_000) return undefined;
  const slowest = (run: RunResults): number =>
    Math.min(
      ...findCells(run, { part: "folding", question: /^folding/ }).map(
        ({ spread }) => spread.median,
      ),
    );
  const value = slowest(smaller) / slowest(largest);
  return Number.isFinite(value) ? value : undefined;
};
