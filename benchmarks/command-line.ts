import { parseArgs } from "node:util";
import { type TrafficShape, trafficShapes } from "../testing/traffic/traffic-shape.ts";
import type { Load } from "./load.ts";
import {
  type CitusPartName,
  citusPartNames,
  type PairedPartName,
  type PartName,
  pairedPartNames,
  partNames,
} from "./results/measurement.ts";

export const usage = `npm run bench -- [--size 100k|1m|10m] [--shape ${trafficShapes.join("|")}] [--runs 11] [--only ${partNames.join(",")}]
  [--views-per-second 600] [--minutes 2] [--json FILE] [--write-docs]
npm run bench -- --against COMMIT [--only ${pairedPartNames.join(",")}] [the other options]
npm run bench -- --citus [--only ${citusPartNames.join(",")}] [--size 100k|300k|1m] [--shape ...] [--runs 11] [--json FILE]
npm run bench -- --write-docs FILE...

Loads that many page views into a Postgres of its own (or a temporary database on that of HEADCOUNT_TEST_DATABASE_URL),
sets up Headcount and what one would use instead, and measures them in turns; everybody's answers are compared for
equality before. --against checks a commit out into a temporary folder, and measures it and this checkout in turns on the
same page views. --citus measures a cluster, whose coordinator HEADCOUNT_CITUS_URL names, against one Postgres on the coordinator's
server: the same page views in shards on one worker, and on all of them. --views-per-second and --minutes are the load of the part soak. --json keeps the results in a file, after
each part. --write-docs writes docs/benchmarks.md and its chart, from this run or from the files of earlier ones.
`;

/** What the command is asked to do. */
export interface Command {
  help: boolean;
  size: number;
  shape: TrafficShape;
  runs: number;
  /** With `against`, those of a run that compares two checkouts. */
  parts: ReadonlySet<PartName>;
  pairedParts: ReadonlySet<PairedPartName>;
  citusParts: ReadonlySet<CitusPartName>;
  /** Whether a cluster is measured. */
  citus: boolean;
  /** The commit to compare with. */
  against: string | undefined;
  load: Load;
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
      shape: { type: "string" },
      runs: { type: "string", default: "11" },
      only: { type: "string" },
      against: { type: "string" },
      citus: { type: "boolean", default: false },
      "views-per-second": { type: "string", default: "600" },
      minutes: { type: "string", default: "2" },
      json: { type: "string" },
      "write-docs": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { help, only, against, citus, json, "write-docs": write_docs } = values;
  if (positionals.length > 0 && !write_docs) {
    throw new Error(`${positionals[0]} is not an option: files are given to --write-docs only.`);
  }
  if (against !== undefined && write_docs) {
    throw new Error(
      "--write-docs needs a run without --against as well: keep both with --json, and give it their files.",
    );
  }
  if (citus && (against !== undefined || write_docs)) {
    throw new Error(
      "--citus is a run of its own: leave out --against, and keep its results with --json for --write-docs.",
    );
  }
  const kind = citus ? "citus" : against === undefined ? "contenders" : "paired";
  // as a tracker sends them now
  const usualShape = citus ? "tracked-listing" : trafficShapes[0];
  return {
    help,
    size: parseSize(values.size),
    shape: parseOneOf("--shape", values.shape ?? usualShape, trafficShapes),
    runs: parseNumber("--runs", values.runs, { whole: true }),
    parts: parseParts(kind === "contenders" ? only : undefined, partNames),
    pairedParts: parseParts(kind === "paired" ? only : undefined, pairedPartNames),
    citusParts: parseParts(kind === "citus" ? only : undefined, citusPartNames),
    citus,
    against,
    load: {
      viewsPerSecond: parseNumber("--views-per-second", values["views-per-second"], {
        whole: true,
      }),
      minutes: parseNumber("--minutes", values.minutes, { whole: false }),
    },
    json,
    write_docs,
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

function parseNumber(option: string, text: string, { whole }: { whole: boolean }): number {
  const number = Number(text);
  if (whole && Number.isSafeInteger(number) && number >= 1) return number;
  if (!whole && number > 0 && number <= 24 * 60) return number;
  throw new Error(
    `${option} is "${text}": give ${whole ? "a whole number of at least 1" : "more than 0 and at most 1440"}.`,
  );
}

function parseParts<Name extends string>(
  text: string | undefined,
  names: readonly Name[],
): ReadonlySet<Name> {
  const parts = text?.split(",").map((part) => parseOneOf("--only", part, names)) ?? names;
  return new Set(parts);
}

function parseOneOf<Name extends string>(
  option: string,
  text: string,
  names: readonly Name[],
): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new Error(`${option} has "${text}": give one of ${names.join(", ")}.`);
}
