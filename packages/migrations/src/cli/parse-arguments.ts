import { parseArgs } from "node:util";
import { unusableAddress } from "./error-sentence.ts";

export const verbs = ["up", "plan", "status", "print", "verify"] as const;
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
  if (values["dry-run"] && verb !== "up") throw new UsageError("--dry-run belongs to up.");
  if (values.check && verb !== "status") throw new UsageError("--check belongs to status.");
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

// biome-ignore format: one option per line
const options = {
  "database-url": { type: "string" },
  schema: { type: "string" },
  "page-views": { type: "string" },
  accounts: { type: "string" },
  "time-zone": { type: "string" },
  "dry-run": { type: "boolean", default: false },
  check: { type: "boolean", default: false },
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
