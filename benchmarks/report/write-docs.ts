import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunResults } from "../results/run-results.ts";
import { composeDocs } from "./compose-docs.ts";
import { latencyChart } from "./latency-chart.ts";

const docs = join(import.meta.dirname, "..", "..", "docs");

/** Writes docs/benchmarks.md and docs/benchmarks.svg from the results of one run or of several sizes. */
export async function writeDocs(results: readonly RunResults[]): Promise<void> {
  await writeFile(join(docs, "benchmarks.md"), composeDocs(results, "benchmarks.svg"));
  await writeFile(join(docs, "benchmarks.svg"), latencyChart(results));
  process.stdout.write("wrote docs/benchmarks.md and docs/benchmarks.svg\n");
}
