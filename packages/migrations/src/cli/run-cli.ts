import { type AnalyticsError, isAnalyticsError } from "@headcount/core";
import { Pool } from "pg";
import {
  isMigrationError,
  type MigrationError,
  type MigrationErrorDetails,
} from "../migration-error.ts";
import { createProgram, runProgram } from "./create-program.ts";
import { checkAddress } from "./database-address.ts";
import type { CalledVerb } from "./define-verb.ts";
import { errorSentence } from "./error-sentence.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { UsageError } from "./usage-error.ts";

export interface CliSurroundings {
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  print: (line: string) => void;
  note: (line: string) => void;
  confirm?: ((question: string) => Promise<boolean>) | undefined;
  signal: AbortSignal;
}

export async function runCli(surroundings: CliSurroundings): Promise<ExitCode> {
  const { argv, print, note } = surroundings;
  let code: ExitCode = exitCode.ok;
  const call = async (called: CalledVerb): Promise<void> => {
    code = await runVerb(called, surroundings);
  };
  try {
    await runProgram(createProgram({ print, call }), argv);
    return code;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { message } = error;
    if (argv.includes("--json")) print(errorJson({ code: "invalid_input", message, details: {} }));
    else note(message);
    return exitCode.usage;
  }
}

async function runVerb(called: CalledVerb, surroundings: CliSurroundings): Promise<ExitCode> {
  const { json, options, run, runWithoutDatabase } = called;
  const { print, note, confirm, signal, env } = surroundings;
  const context = { options, json, signal, print, note, confirm };
  const connectionString = checkAddress({
    flag: called.databaseUrl,
    variable: env["DATABASE_URL"],
  });
  if (connectionString === undefined) {
    if (runWithoutDatabase !== undefined) return runWithoutDatabase(context);
    throw new UsageError("There is no database: set DATABASE_URL or give --database-url.");
  }
  // As many as may work at the same time, and one that cancels what the others wait for.
  const pool = new Pool({ connectionString, max: 33, application_name: "headcount-migrations" });
  // The next query reports an idle connection that broke.
  pool.on("error", () => undefined);
  try {
    return await run({ ...context, options: { ...options, pool } });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const message = errorSentence({ error, connectionString });
    if (json) {
      const { code, field } = isOurs(error) ? error : { code: "database", field: undefined };
      const details = isMigrationError(error) ? error.details : {};
      print(errorJson({ code, message, field, details }));
    } else {
      note(message);
    }
    return exitCodeOf(error);
  } finally {
    await pool.end();
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

function isOurs(error: unknown): error is MigrationError | AnalyticsError {
  return isMigrationError(error) || isAnalyticsError(error);
}

function exitCodeOf(error: unknown): ExitCode {
  if (!isOurs(error)) return exitCode.failed;
  if (error.code === "invalid_input" || error.code === "unknown_time_zone") return exitCode.usage;
  return error.code === "aborted" ? exitCode.interrupted : exitCode.failed;
}
