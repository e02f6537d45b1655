import type { RunResults } from "../results/run-results.ts";
import { type ResultTable, resultTables } from "./result-tables.ts";

/** Prints what a run measured, and on what. */
export function printTables(results: RunResults): void {
  const { machine, versions, settings, size } = results;
  const lines = [
    `${size.toLocaleString("en-US")} page views · ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gib} GiB`,
    pairs(versions, " "),
    pairs(settings, "="),
    ...resultTables(results).flatMap(tableLines),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function pairs(record: Readonly<Record<string, string>>, sign: string): string {
  return Object.entries(record)
    .map(([name, value]) => `${name}${sign}${value}`)
    .join(" · ");
}

function tableLines({ title, head, rows }: ResultTable): string[] {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("   ")
      .trimEnd();
  return [
    "",
    title,
    line(head),
    "─".repeat(widths.reduce((sum, width) => sum + width + 3, -3)),
    ...rows.map(line),
  ];
}
