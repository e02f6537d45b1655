import { findCells } from "../results/find-cells.ts";
import { highest, quotient, type Runs, type TargetGroup } from "./target.ts";

const pruned = { part: "prune" } as const;

const p95Of = (question: RegExp, { largest }: Runs): number | undefined =>
  largest && findCells(largest, { ...pruned, question })[0]?.spread.p95;

// how many times the p95 of an INSERT while nobody prunes
const harmOf =
  (question: RegExp) =>
  (runs: Runs): number | undefined => {
    const [harmed, undisturbed] = [p95Of(question, runs), p95Of(/^an INSERT, nobody/, runs)];
    return harmed === undefined || undisturbed === undefined ? undefined : harmed / undisturbed;
  };

/** What pruning and erasing are to reach. */
export const pruningTargets: TargetGroup = {
  targets: [
    [
      "page views pruned, as fast as it goes",
      "≥ 20,000 / s",
      highest("largest", { ...pruned, question: /^page views pruned, as fast/ }),
    ],
    [
      "95 of 100 inserts while 20,000 a second are pruned, as a share of when nobody prunes",
      "≤ 1.2 ×",
      harmOf(/^an INSERT while pruning, 20,000/),
    ],
    [
      "somebody with 10,000 views of 2,000 entities erased",
      "≤ 2,000 ms",
      highest("largest", { ...pruned, question: /^somebody with 10,000 views/ }),
    ],
    [
      "reads of the big entity after nine tenths of page views were pruned, as a share of before",
      "≤ 1.1 ×",
      quotient(
        "largest",
        { ...pruned, entity: "big", question: /after pruning$/ },
        { ...pruned, entity: "big", question: /before pruning$/ },
      ),
    ],
    [
      "page views and rollups together then, as a share of before",
      "≤ 0.7 ×",
      quotient(
        "largest",
        { ...pruned, question: /^page views and rollups, pruned/ },
        { ...pruned, question: /^page views and rollups, before/ },
      ),
    ],
  ],
  bound:
    "Pruning reads the table once and writes each of its blocks once; sealing before that hashes each row of the rollups, and folds what is pending. Who is erased is taken out of each entity's rollups, and looked for in all of them.",
};
