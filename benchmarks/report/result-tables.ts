import { type ContenderName, contenderNames, contenderTitles } from "../contenders/contender.ts";
import { entityNames, type Measurement } from "../results/measurement.ts";
import type { RunResults } from "../results/run-results.ts";
import { cellText } from "./cell-text.ts";

/** One table of the results: who did what, and how long it took. */
export interface ResultTable {
  title: string;
  head: string[];
  rows: string[][];
}

const titles: Readonly<Record<Measurement["part"], string>> = {
  setup: "Setting up",
  size: "Size on disk",
  reads: "Reading",
  cold: "Cold start",
  pending: "Reading while changes are pending",
  writes: "Writing, with capture and without",
  collecting: "Collecting: the client, bare INSERT, and COPY as the limit",
  folding: "Folding",
  refresh: "Until answers are right again",
  freshness: "Freshness",
};

/** The results of a run as tables, the part's questions about each entity in one of their own. */
export function resultTables({ measurements }: Pick<RunResults, "measurements">): ResultTable[] {
  const parts = [...new Set(measurements.map(({ part }) => part))];
  return parts.flatMap((part) =>
    [null, ...entityNames].flatMap((entity) => {
      const cells = measurements.filter((cell) => cell.part === part && cell.entity === entity);
      const title = entity === null ? titles[part] : `${titles[part]}: the ${entity} entity`;
      return cells.length === 0 ? [] : [tableOf(title, cells)];
    }),
  );
}

function tableOf(title: string, cells: readonly Measurement[]): ResultTable {
  const columns = contenderNames.filter((name) => cells.some((cell) => cell.contender === name));
  const questions = [...new Set(cells.map(({ question }) => question))];
  const rows = questions.map((question) => {
    const row = cells.filter((cell) => cell.question === question);
    const [unit = ""] = row.map((cell) => cell.unit);
    return [`${question}, ${unit}`, ...columns.map((name) => cellOf(row, name))];
  });
  return { title, head: ["", ...columns.map((name) => contenderTitles[name])], rows };
}

function cellOf(row: readonly Measurement[], name: ContenderName): string {
  const cell = row.find(({ contender }) => contender === name);
  return cell === undefined ? "" : cellText(cell, row[0]);
}
