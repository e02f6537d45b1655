import type { RunResults } from "../results/run-results.ts";
import { numberText } from "./cell-text.ts";
import { type CellQuery, highestMedian } from "./find-median.ts";
import { sizeText } from "./latency-chart.ts";
import { markdownTable } from "./markdown-table.ts";

const upkeep: readonly [title: string, query: CellQuery][] = [
  ["folding new views, per s", { part: "folding", question: /new views$/ }],
  ["folding late views, per s", { part: "folding", question: /late views$/ }],
  ["first rebuild, s", { part: "setup", question: /first answer$/ }],
  ["all rollups with indexes, bytes per view", { part: "size", question: /^all tables/ }],
];

/** In Markdown, how answers and upkeep grow with the table, from the smallest run to the largest. */
export function growthTables(results: readonly RunResults[]): string {
  const runs = results.toSorted((a, b) => a.size - b.size);
  const sizes = runs.map(({ size }) => sizeText(size));
  const cells = (query: CellQuery): string[] =>
    runs.map((run) => {
      const median = highestMedian(run, query);
      return median === undefined ? "" : numberText(median);
    });

  const reads = { part: "reads", entity: "big" } as const;
  const answers = questionsOf(runs)
    .map((question) => ({ question, ours: cells({ ...reads, question }) }))
    .filter(({ ours }) => ours.some((cell) => cell !== ""))
    .map(({ question, ours }) => [
      question,
      ...ours,
      ...cells({ ...reads, question, contender: "raw" }),
    ]);
  const rows = upkeep.map(([title, query]) => [title, ...cells(query)]);
  return `### As the table grows: the big entity, median in ms

${markdownTable(["", ...sizes, ...sizes.map((size) => `raw SQL, ${size}`)], answers)}

### As the table grows: what is kept up

${markdownTable(["", ...sizes], rows)}`;
}

function questionsOf(runs: readonly RunResults[]): string[] {
  const asked = runs.flatMap(({ measurements }) =>
    measurements.filter(({ part, entity }) => part === "reads" && entity === "big"),
  );
  return [...new Set(asked.map(({ question }) => question))];
}
