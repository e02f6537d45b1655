import { Pool } from "pg";
import { libraryVersion } from "../generated/library-version.ts";
import { MigrationError, type MigrationErrorDetails } from "../migration-error.ts";
import { aggregate } from "./aggregate.ts";
import { type CliCommand, type CliContext, type ExitCode, exitCode } from "./cli-command.ts";
import { errorSentence } from "./error-sentence.ts";
import { type CliArguments, parseArguments, UsageError, type Verb } from "./parse-arguments.ts";
import { plan } from "./plan.ts";
import { print } from "./print.ts";
import { schedule } from "./schedule.ts";
import { status } from "./status.ts";
import { unschedule } from "./unschedule.ts";
import { up } from "./up.ts";
import { usage } from "./usage.ts";
import { verify } from "./verify.ts";
import { verifyRollupsVerb } from "./verify-rollups.ts";

export interface CliSurroundings {
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  print: (line: string) => void;
  note: (line: string) => void;
  signal: AbortSignal;
}

const commands: Readonly<Record<Verb, CliCommand>> = {
  up,
  plan,
  status,
  print,
  verify,
  aggregate,
  "verify-rollups": verifyRollupsVerb,
  schedule,
  unschedule,
};

export async function runCli(surroundings: CliSurroundings): Promise<ExitCode> {
  const { argv, env, note } = surroundings;
  try {
    const parsed = parseArguments(argv, env);
    if (typeof parsed === "string") {
      surroundings.print(parsed === "help" ? usage : libraryVersion);
      return exitCode.ok;
    }
    return await runCommand(parsed, surroundings);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (argv.includes("--json")) {
      surroundings.print(errorJson({ code: "invalid_input", message: error.message, details: {} }));
    } else {
      note(`${error.message}\n\n${usage}`);
    }
    return exitCode.usage;
  }
}

async function runCommand(
  { verb, databaseUrl, json, dryRun, check, dates, sample, seed, ...target }: CliArguments,
  { print: write, note, signal }: CliSurroundings,
): Promise<ExitCode> {
  const context = { json, dryRun, check, dates, sample, seed, signal, print: write, note };
  // Only print can do without a database; whoever parsed the arguments saw to that.
  if (databaseUrl === undefined) {
    return failureAware(context, () => print({ ...context, options: target }));
  }
  // The second connection is there to cancel what the first one waits for.
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 2,
    application_name: "headcount-migrations",
  });
  // An idle connection that breaks is told by the next query.
  pool.on("error", () => undefined);
  try {
    return await failureAware(context, () =>
      commands[verb]({ ...context, options: { ...target, pool } }),
    );
  } finally {
    await pool.end();
  }
}

async function failureAware(
  { json, print: write, note }: Pick<CliContext, "json" | "print" | "note">,
  command: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await command();
  } catch (error) {
    const message = errorSentence(error);
    if (json) {
      const { code, field, details } =
        error instanceof MigrationError
          ? error
          : { code: "database", field: undefined, details: {} };
      write(errorJson({ code, message, field, details }));
    } else {
      note(message);
    }
    return exitCodeOf(error);
  }
}

interface ErrorJson {
  code: string;
  message: string;
  field?: string | undefined;
  details: MigrationErrorDetails;
}

function errorJson(error: ErrorJson): string {
  return JSON.stringify({ error });
}

function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof MigrationError)) return exitCode.failed;
  if (error.code === "invalid_input" || error.code === "unknown_time_zone") return exitCode.usage;
  return error.code === "aborted" ? exitCode.interrupted : exitCode.failed;
}
