import { parseArgs } from "node:util";
import { unusableAddress } from "./error-sentence.ts";

export const verbs = [
  "up",
  "plan",
  "status",
  "print",
  "verify",
  "aggregate",
  "verify-rollups",
  "schedule",
  "unschedule",
] as const;
export type Verb = (typeof verbs)[number];

export interface CliArguments {
  verb: Verb;
  databaseUrl: string | undefined;
  schema: string | undefined;
  pageViews: string | undefined;
  accounts: string | undefined;
  timeZone: string | undefined;
  dryRun: boolean;
  check: boolean;
  dates: { from: string | undefined; to: string | undefined };
  sample: number | undefined;
  seed: number | undefined;
  json: boolean;
}

export class UsageError extends Error {
  override readonly name = "UsageError" as const;
}

/** @throws {UsageError} */
export function parseArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CliArguments | "help" | "version" {
  const { values, positionals } = parse(argv);
  if (values.help) return "help";
  if (values.version) return "version";
  const [word, ...rest] = positionals;
  const verb = verbs.find((candidate) => candidate === word);
  if (verb === undefined) {
    const given = word === undefined ? "There is no verb" : `"${word}" is no verb`;
    throw new UsageError(`${given}: give one of ${verbs.join(", ")}.`);
  }
  if (rest.length > 0) {
    throw new UsageError(`"${rest.join(" ")}" is too much: after ${verb} come only options.`);
  }
  for (const [flag, owner] of Object.entries(ownersOfFlags)) {
    if (values[flag as keyof typeof ownersOfFlags] && verb !== owner) {
      throw new UsageError(`--${flag} belongs to ${owner}.`);
    }
  }
  const databaseUrl = databaseUrlOf(values["database-url"], env["DATABASE_URL"]);
  if (databaseUrl === undefined && verb !== "print") {
    throw new UsageError("There is no database: set DATABASE_URL or give --database-url.");
  }
  return {
    verb,
    databaseUrl,
    schema: values.schema,
    pageViews: values["page-views"],
    accounts: values.accounts,
    timeZone: values["time-zone"],
    dryRun: values["dry-run"],
    check: values.check,
    dates: datesOf(values.from, values.to),
    sample: sampleOf(values.sample),
    seed: seedOf(values.seed),
    json: values.json,
  };
}

/** The driver takes anything for a name of its default server: what is no address is refused here. */
function databaseUrlOf(flag: string | undefined, variable: string | undefined): string | undefined {
  if (flag === "") {
    throw new UsageError("--database-url is empty: give an address, or leave it out.");
  }
  const databaseUrl = flag ?? (variable || undefined);
  if (databaseUrl !== undefined && !/^(postgres(ql)?:\/\/|socket:|\/)/i.test(databaseUrl)) {
    throw new UsageError(unusableAddress);
  }
  return databaseUrl;
}

const ownersOfFlags = {
  "dry-run": "up",
  check: "status",
  from: "aggregate",
  to: "aggregate",
  sample: "verify-rollups",
  seed: "verify-rollups",
} as const satisfies Record<string, Verb>;

function datesOf(from: string | undefined, to: string | undefined): CliArguments["dates"] {
  if (from === undefined && to === undefined) return { from, to };
  if (from === undefined || to === undefined) {
    throw new UsageError("A rebuild needs both --from and --to: give two dates, both included.");
  }
  for (const [flag, date] of Object.entries({ from, to })) {
    if (!isDate(date))
      throw new UsageError(`--${flag} "${date}" is no date: write it as 2026-12-31.`);
  }
  if (from > to) throw new UsageError(`--from ${from} is after --to ${to}.`);
  return { from, to };
}

function isDate(text: string): boolean {
  if (!/^(?!0000)\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function sampleOf(text: string | undefined): number | undefined {
  const sample = Number(text);
  if (text === undefined) return undefined;
  if (sample > 0 && sample < 2 ** 31 && (sample < 1 || Number.isInteger(sample))) return sample;
  throw new UsageError(
    `--sample "${text}" is neither a share above 0 and below 1 nor a whole number of entities.`,
  );
}

function seedOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw new UsageError(`--seed "${text}" is no whole number from 0 to 2147483647.`);
}

// biome-ignore format: one option per line
const options = {
  "database-url": { type: "string" },
  schema: { type: "string" },
  "page-views": { type: "string" },
  accounts: { type: "string" },
  "time-zone": { type: "string" },
  "dry-run": { type: "boolean", default: false },
  check: { type: "boolean", default: false },
  from: { type: "string" },
  to: { type: "string" },
  sample: { type: "string" },
  seed: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", default: false },
} as const;

function parse(
  argv: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    // Node explains further how to pass such a word as an argument, which no verb takes.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.replace(/ To specify a positional argument .*/s, ""));
  }
}
