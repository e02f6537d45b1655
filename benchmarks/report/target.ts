import { type CellQuery, findCells, highestMedian } from "../results/find-cells.ts";
import type { RunResults } from "../results/run-results.ts";
import { numberText } from "./table.ts";

/** The runs that targets are about. */
export interface Runs {
  /** On the largest data set, against what one would use instead. */
  largest?: RunResults | undefined;
  /** On one of at most a tenth of it. */
  smaller?: RunResults | undefined;
  /** One that compared two checkouts. */
  paired?: RunResults | undefined;
}

/** What is to be reached; how much at most or at least, of which unit; and what was reached. */
export type Target = readonly [
  what: string,
  limit: `${"≤" | "≥"} ${string} ${string}`,
  value: Value,
];

/** Undefined when it was not measured. */
type Value = (runs: Runs) => number | undefined;

/** Targets that the same thing bounds. */
export interface TargetGroup {
  targets: readonly Target[];
  bound: string;
  /** Whose plans show that. */
  explains?: RegExp;
}

/** What was reached of a target. */
export interface Checked {
  text: string;
  met: boolean;
}

/** What was reached, in words, and whether that is within the limit; undefined when it was not measured. */
export function checkTarget([, limit, value]: Target, runs: Runs): Checked | undefined {
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

/** How many times the other checkout's cells this one's are: the highest of them, or the lowest. */
export const ratio =
  (which: "highest" | "lowest", ...queries: CellQuery[]): Value =>
  ({ paired }) => {
    if (paired === undefined) return undefined;
    const ratios = queries.flatMap((query) =>
      findCells(paired, query).flatMap(({ part, question, entity, spread }) => {
        const same = { part, question, entity: entity ?? undefined } as const;
        const [other] = findCells(paired, { ...same, contender: "against" });
        return other === undefined ? [] : spread.median / other.spread.median;
      }),
    );
    return ratios.toSorted((a, b) => a - b).at(which === "lowest" ? 0 : -1);
  };

/** The same, when the largest data set has 10 M page views. */
export const atTenMillion =
  (value: Value): Value =>
  (runs) =>
    (runs.largest?.size ?? 0) >= 10_000_000 ? value(runs) : undefined;

/** How much slower writing is with capture, in percent: of several ways, the most. */
export const captureCost: Value = ({ largest }) => {
  if (largest === undefined) return undefined;
  const costs = findCells(largest, { part: "writes", question: /./ }).flatMap((cell) => {
    const query = { part: "writes", question: cell.question, contender: "raw" } as const;
    const without = highestMedian(largest, query);
    return without === undefined ? [] : 100 * (without / cell.spread.median - 1);
  });
  return costs.toSorted((a, b) => b - a)[0];
};

/** How many times longer a change takes to fold than on a tenth of the page views. */
export const dearerChange: Value = ({ largest, smaller }) => {
  const slowest = (run: RunResults): number[] =>
    findCells(run, { part: "folding", question: /^folding/ })
      .map(({ spread }) => spread.median)
      .toSorted((a, b) => a - b);
  const [before] = smaller === undefined ? [] : slowest(smaller);
  const [now] = largest === undefined ? [] : slowest(largest);
  return before === undefined || now === undefined ? undefined : before / now;
};
