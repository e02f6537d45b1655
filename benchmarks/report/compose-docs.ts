import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunResults } from "../results/run-results.ts";
import { latencyChart } from "./latency-chart.ts";
import { growthTables, resultTables } from "./result-tables.ts";
import { markdownOf, pairsText, sizeText, type Table } from "./table.ts";
import { type Checked, checkTarget, type Runs, type Target } from "./target.ts";
import { targetGroups } from "./targets.ts";
import { whereTimeGoes } from "./where-time-goes.ts";

const docs = join(import.meta.dirname, "..", "..", "docs");

/** Writes docs/benchmarks.md and docs/benchmarks.svg from the results of one run or of several. */
export async function writeDocs(results: readonly RunResults[]): Promise<void> {
  await writeFile(join(docs, "benchmarks.md"), composeDocs(results, "benchmarks.svg"));
  await writeFile(join(docs, "benchmarks.svg"), latencyChart(results));
  process.stdout.write("wrote docs/benchmarks.md and docs/benchmarks.svg\n");
}

/**
 * The page of results in Markdown: targets, the chart, every table of the largest run, how answers grow with the
 * table, what bounds the targets that were missed, and the runs that compared two checkouts.
 *
 * @throws {RangeError} when there is no run against what one would use instead
 */
export function composeDocs(results: readonly RunResults[], chart: string): string {
  const sorted = results.toSorted((a, b) => b.size - a.size);
  const clusters = sorted.filter(({ workers }) => workers !== undefined);
  const bySize = sorted.filter(({ workers }) => workers === undefined);
  const paired = bySize.filter(({ against }) => against !== undefined);
  const [largest, ...others] = bySize.filter(({ against }) => against === undefined);
  if (largest === undefined)
    throw new RangeError(
      "There are no results: give those of at least one run without --against and --citus.",
    );
  const smaller = others.find(({ size }) => size <= largest.size / 10);
  const runs: KeptRuns = { largest, smaller, paired };
  const sections = [
    introduction(largest, others),
    targetSection(runs),
    `![Latency against the number of page views](${chart})`,
    "## Measurements",
    ...(others.length === 0 ? [] : growthTables([largest, ...others])).map(section),
    ...resultTables(largest).map(section),
    leftOutSection(runs),
    missedSection(runs),
    ...paired.map(pairedSection),
    ...clusters.map(clusterSection),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

function section(table: Table): string {
  return `### ${table.title}\n\n${markdownOf(table)}`;
}

// A long run may leave parts out, and a shorter one have them.
function leftOutSection({ largest, smaller }: KeptRuns): string {
  if (smaller === undefined) return "";
  const known = new Set(largest.measurements.map(({ part }) => part));
  const measurements = smaller.measurements.filter(({ part }) => !known.has(part));
  if (measurements.length === 0) return "";
  const title = `## Measurements on ${sizeText(smaller.size)} page views: the parts that the larger run left out`;
  return [title, ...resultTables({ ...smaller, measurements }).map(section)].join("\n\n");
}

interface KeptRuns extends Pick<Runs, "smaller"> {
  largest: RunResults;
  /** Those that compared two checkouts, the largest first. */
  paired: readonly RunResults[];
}

/** Checks a target by the largest run that measured it. */
function checked(
  target: Target,
  { largest, smaller, paired }: KeptRuns,
): (Checked & { size: number }) | undefined {
  const candidates: readonly [number, Runs][] = [
    [largest.size, { largest, smaller }],
    [smaller?.size ?? 0, { largest: smaller, smaller }],
    ...paired.map((run): [number, Runs] => [run.size, { paired: run }]),
  ];
  for (const [size, runs] of candidates) {
    const found = checkTarget(target, runs);
    if (found !== undefined) return { ...found, size };
  }
  return undefined;
}

function pairedSection(run: RunResults): string {
  const title = `## Against ${run.against}: ${sizeText(run.size)} page views, shape ${run.shape}`;
  return [title, ...resultTables(run).map(section)].join("\n\n");
}

function clusterSection(run: RunResults): string {
  const versions = pairsText(run.versions, " ");
  const title = `## On Citus: ${sizeText(run.size)} page views, shape ${run.shape}\n\n${versions}.`;
  return [title, ...resultTables(run).map(section)].join("\n\n");
}

function introduction(largest: RunResults, others: readonly RunResults[]): string {
  const { date, machine, versions, settings, absent, size } = largest;
  const sizes = [largest, ...others].map((run) => sizeText(run.size)).toReversed();
  const without = Object.entries(absent).map(
    ([name, reason]) => `\n- **${name}** did not take part: ${reason}.`,
  );
  return `# Benchmarks

Written by \`npm run bench\` ([how](../benchmarks/README.md)) on ${date}; do not edit. Sizes: ${sizes.join(", ")} page views. The tables are those of
${sizeText(size)}: 400 days of page views of ${(size / 200).toLocaleString("en-US")} entities by ${(size * 0.15).toLocaleString("en-US")} visitors; the big entity has a tenth of all views.

${machine.cores} cores (${machine.cpu}), ${machine.memory_gib} GiB of memory. ${pairsText(versions, " ")}.
${pairsText(settings, " = ")}.

Everybody answers from the same rows on the same server, in turns, one request at a time; answers are compared for equality before they are
timed. A turn of reads is six calls of which the first is not timed, for everybody alike: each is measured with its own data in the caches.
A cell is a median, with the lowest and the highest in brackets, and how many times the first cell of its row it is.

- **Headcount** is \`AnalyticsClient\`, called as a host calls it. **Its SQL function** is \`get_time_series_data\`, without client and totals.
- **Daily table + view** is what one writes first: a daily table filled by a scheduled insert, a materialized view of visitors, SQL functions;
  reconstructed from the plan that Headcount grew from. Where its answer is not exact, the table says how far off it is instead.
- **Raw SQL** counts page views by \`count(distinct)\` on each request, as Umami and its like do, here with the fitting index.
- **Bitmaps per day** are those of pg_roaringbitmap, where the server has it: one of an entity's visitors for each date, combined to any range. They are
  exact too; visitors need numbers of their own, and the days of what was edited or deleted have to be made again.
- **DuckDB** has a copy of the page views in its own columnar file, sorted by entity and time. **Limit** reads 365 finished rows by their key.${without.join("")}`;
}

function targetSection(runs: KeptRuns): string {
  const rows = targetGroups
    .flatMap(({ targets }) => targets)
    .map((target) => {
      const [what, limit] = target;
      const found = checked(target, runs);
      if (found === undefined) return [what, limit, "not measured", ""];
      const where = found.size === runs.largest.size ? "" : ` on ${sizeText(found.size)}`;
      return [what, limit, `${found.text}${where}`, found.met ? "met" : "**missed**"];
    });
  const table = markdownOf({ head: ["", "target", "measured", ""], rows });
  return `## Targets\n\nOn ${sizeText(runs.largest.size)} page views; of several questions or ways, the slowest.\n\n${table}`;
}

function missedSection(runs: KeptRuns): string {
  const missed = targetGroups.flatMap(({ targets, bound, explains }) => {
    const own = targets.filter((target) => checked(target, runs)?.met === false);
    if (own.length === 0) return [];
    const plans = [runs.largest, runs.smaller]
      .map((run) => run?.plans.filter(({ question }) => explains?.test(question)) ?? [])
      .find((found) => found.length > 0);
    const title = `### ${own.map(([what, limit]) => `${what} (${limit})`).join("; ")}`;
    return [title, bound, whereTimeGoes(plans ?? [])]
      .filter((part) => part !== undefined)
      .join("\n\n");
  });
  if (missed.length === 0) return "";
  return `## What bounds the targets that were missed\n\n${missed.join("\n\n")}`;
}
