import { parseArgs } from "node:util";
import { type PartName, partNames } from "./results/measurement.ts";

export const usage = `npm run bench -- [--size 100k|1m|10m] [--runs 11] [--only ${partNames.join(",")}] [--json FILE] [--write-docs]
npm run bench -- --write-docs FILE...

Loads that many page views into a Postgres of its own (or a temporary database on that of HEADCOUNT_TEST_DATABASE_URL),
sets up Headcount and what one would use instead, and measures them in turns; everybody's answers are compared for
equality before. --json keeps the results in a file, after each part. --write-docs writes docs/benchmarks.md and its chart, from this run
or from the files of earlier ones.
`;

/** What the command is asked to do. */
export interface Command {
  help: boolean;
  size: number;
  runs: number;
  parts: ReadonlySet<PartName>;
  /** Where to keep the results. */
  json: string | undefined;
  write_docs: boolean;
  /** Results of earlier runs; with any, nothing is run. */
  files: string[];
}

/** @throws {Error} when there is no such option, or no such value of it */
export function parseCommandLine(words: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      size: { type: "string", default: "1m" },
      runs: { type: "string", default: "11" },
      only: { type: "string", default: partNames.join(",") },
      json: { type: "string" },
      "write-docs": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (positionals.length > 0 && !values["write-docs"]) {
    throw new Error(`${positionals[0]} is no option: files are given to --write-docs only.`);
  }
  return {
    help: values.help,
    size: parseSize(values.size),
    runs: parseRuns(values.runs),
    parts: new Set(values.only.split(",").map(parsePart)),
    json: values.json,
    write_docs: values["write-docs"],
    files: positionals,
  };
}

const multiples = { "": 1, k: 1_000, m: 1_000_000 } as const;

function parseSize(text: string): number {
  const [, digits = "", multiple = ""] = /^(\d{1,8})([km]?)$/.exec(text.toLowerCase()) ?? [];
  const size = Number(digits) * multiples[multiple as keyof typeof multiples];
  if (size >= 1_000 && size <= 100_000_000) return size;
  throw new Error(`--size is "${text}": give 100k, 1m, 10m or another number from 1k to 100m.`);
}

function parseRuns(text: string): number {
  const runs = Number(text);
  if (Number.isSafeInteger(runs) && runs >= 1) return runs;
  throw new Error(`--runs is "${text}": give a whole number of at least 1.`);
}

function parsePart(text: string): PartName {
  const part = partNames.find((name) => name === text);
  if (part !== undefined) return part;
  throw new Error(`--only has "${text}": give some of ${partNames.join(", ")}, with commas.`);
}
