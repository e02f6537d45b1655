import { type Argument, Command, Option } from "commander";
import type { Pool } from "pg";
import type { InstallationOptions } from "../migration-options.ts";
import type { ColumnNames } from "../sql-text/page-view-columns.ts";
import type { Partitioning } from "../sql-text/partitioning.ts";
import type { ExitCode } from "./exit-code.ts";
import { UsageError } from "./usage-error.ts";

type WithoutPool = Omit<InstallationOptions, "pool">;

/** What every verb gets. */
export interface VerbContext<Options = WithoutPool & { pool: Pool }> {
  options: Options;
  json: boolean;
  signal: AbortSignal;
  /** Writes a line of the answer. */
  print: (line: string) => void;
  /** Writes a line about the progress. */
  note: (line: string) => void;
  /** Asks the person at the terminal; undefined where there is none. */
  confirm: ((question: string) => Promise<boolean>) | undefined;
}

interface VerbDefinition<Flags> {
  name: string;
  summary: string;
  /** What follows its name: handed to `run` with the flags, under their names. */
  operands?: readonly Argument[];
  /** Those that it takes besides `--database-url`, `--schema` and `--json`. */
  options?: readonly Option[];
  run: (context: VerbContext, flags: Flags) => Promise<ExitCode>;
  /** What it does where no database is given; without this, one has to be. */
  runWithoutDatabase?: (context: VerbContext<WithoutPool>, flags: Flags) => Promise<ExitCode>;
}

/** A verb as it was called. */
export interface CalledVerb {
  databaseUrl: string | undefined;
  json: boolean;
  options: WithoutPool;
  run: (context: VerbContext) => Promise<ExitCode>;
  runWithoutDatabase: ((context: VerbContext<WithoutPool>) => Promise<ExitCode>) | undefined;
}

/** Makes the command of a verb, which hands over what was called. */
export type Verb = (call: (called: CalledVerb) => Promise<void>) => Command;

interface SharedFlags {
  databaseUrl?: string;
  schema?: string;
  pageViews?: string;
  accounts?: string;
  column?: ColumnNames;
  entityType?: string;
  partition?: Partitioning;
  timeZone?: string;
  json?: true;
}

const sharedOptions = [
  new Option("--database-url <url>", "where to connect to (default: the variable DATABASE_URL)"),
  new Option("--schema <name>", "schema of Headcount's objects (default: headcount)"),
];
const json = new Option("--json", "answer with one JSON value");

/** Those of verbs that look at what is installed, or install it. */
export const installationOptions: readonly Option[] = [
  new Option(
    "--page-views <table>",
    "table of page views, as table or schema.table (default: page_views)",
  ),
  new Option("--accounts <table>", "table of accounts (default: accounts)"),
  new Option(
    "--column <ours=yours>",
    "a column of page views with another name, as viewed_at=created_at; may be repeated",
  ).argParser(addColumn),
  new Option(
    "--entity-type <type>",
    "what all page views are about: entity_type is added with this default",
  ),
  new Option(
    "--partition <period>",
    "partition page views by month as they are created, set at the first up (default: none)",
  ).choices(["monthly"]),
  new Option(
    "--time-zone <zone>",
    "IANA zone in which dates are cut, set at the first up (default: UTC)",
  ),
];

export function defineVerb<Flags extends object>(definition: VerbDefinition<Flags>): Verb {
  const { name, summary, operands = [], options = [], runWithoutDatabase } = definition;
  return (call) => {
    const command = new Command(name).description(summary).allowExcessArguments(false);
    for (const option of [...sharedOptions, ...options, json]) command.addOption(option);
    for (const operand of operands) command.addArgument(operand);
    return command.action((...called: unknown[]) => {
      const given = operands.map((operand, nth) => [operand.name(), called[nth]] as const);
      const flags = Object.assign({}, called[operands.length], Object.fromEntries(given)) as Flags &
        SharedFlags;
      const { databaseUrl, schema, pageViews, accounts, column, entityType, partition, timeZone } =
        flags;
      return call({
        databaseUrl,
        json: flags.json ?? false,
        options: { schema, pageViews, accounts, columns: column, entityType, partition, timeZone },
        run: (context) => definition.run(context, flags),
        runWithoutDatabase: runWithoutDatabase && ((context) => runWithoutDatabase(context, flags)),
      });
    });
  };
}

/** Reads one more pair of a `--column`. */
export function addColumn(pair: string, before: ColumnNames = {}): ColumnNames {
  const [, ours, name] = /^(\w+)=(.+)$/s.exec(pair) ?? [];
  if (ours === undefined || name === undefined) {
    throw new UsageError(`--column "${pair}" is not OURS=YOURS: give one as viewed_at=created_at.`);
  }
  return { ...before, [ours]: name };
}
