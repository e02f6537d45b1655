import { type ContenderName, contenderTitles } from "../results/contender-names.ts";
import type { Measurement } from "../results/measurement.ts";
import { ratioText } from "./table.ts";

/** What all workers are compared with, and how many times that is to be reached at most or at least. */
interface CitusTarget {
  part: Measurement["part"];
  question: RegExp;
  over: ContenderName;
  limit?: { sign: "≤" | "≥"; times: number };
}

// The first that fits a row.
const targets: readonly CitusTarget[] = [
  { part: "reads", question: /points$/, over: "postgres", limit: { sign: "≤", times: 2 } },
  { part: "reads", question: /./, over: "postgres" },
  { part: "folding", question: /views$/, over: "one_worker", limit: { sign: "≥", times: 1.7 } },
  { part: "folding", question: /./, over: "one_worker" },
  { part: "writes", question: /./, over: "postgres" },
];

/** How many times as much a row's all workers are, and whether that is what is to be reached; undefined where nothing is compared. */
export function checkRow(
  row: readonly Measurement[],
): { compared: string; target: string } | undefined {
  const medianOf = (name: ContenderName): number | undefined =>
    row.find(({ contender }) => contender === name)?.spread?.median;
  const target = targets.find(({ part, question }) => {
    return row[0]?.part === part && question.test(row[0].question);
  });
  const [own, other] = [medianOf("workers"), target && medianOf(target.over)];
  if (target === undefined || own === undefined || other === undefined || other === 0) {
    return undefined;
  }
  const times = own / other;
  const compared = `${ratioText(times)} ${contenderTitles[target.over]}`;
  if (target.limit === undefined) return { compared, target: "" };
  const { sign, times: bound } = target.limit;
  const isMet = sign === "≤" ? times <= bound : times >= bound;
  return { compared, target: `${sign} ${bound}×: ${isMet ? "met" : "missed"}` };
}
