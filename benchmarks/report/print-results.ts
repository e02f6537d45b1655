import type { RunResults } from "../results/run-results.ts";
import { resultTables } from "./result-tables.ts";
import { pairsText, plainTextOf } from "./table.ts";

/** Prints what a run measured, and on what. */
export function printResults(results: RunResults): void {
  const { machine, versions, settings, size, shape } = results;
  const lines = [
    `${size.toLocaleString("en-US")} page views, shape ${shape} · ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gib} GiB`,
    pairsText(versions, " "),
    pairsText(settings, " = "),
    ...resultTables(results).map(plainTextOf),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
