import { MigrationError } from "../migration-error.ts";
import { throwIfAborted } from "../session/aborted.ts";
import type { Connection } from "../session/connection.ts";
import type { SqlPart } from "../sql-source/sql-source.ts";
import { type SqlStatement, splitStatements } from "../sql-text/split-statements.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Runs the statements one by one, so that an error can say which one it was.
 *
 * @throws {MigrationError} `migration_failed`, naming the file and the line of the statement
 */
export async function runParts(
  parts: readonly SqlPart[],
  { connection, signal }: Pick<RunContext, "connection" | "signal">,
): Promise<void> {
  for (const part of parts) {
    for (const statement of splitStatements(part.sql)) {
      throwIfAborted(signal);
      await runStatement({ part, statement, connection });
    }
  }
}

interface StatementToRun {
  part: SqlPart;
  statement: SqlStatement;
  connection: Connection;
}

export async function runStatement({
  part: { file, line: firstLine },
  statement,
  connection,
}: StatementToRun): Promise<Record<string, unknown>[]> {
  try {
    return await connection.query(statement.text);
  } catch (cause) {
    const line = firstLine + statement.line - 1;
    throw new MigrationError(
      "migration_failed",
      `${file} failed in the statement of line ${line}: ${reasonOf(cause)}`,
      { file, line, cause },
    );
  }
}

const dependentObjects = "2BP01";

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // What depends on the object is named in the detail only.
  const { code, detail } = cause as { code?: unknown; detail?: unknown };
  return code === dependentObjects && typeof detail === "string"
    ? `${cause.message}: ${detail}`
    : cause.message;
}
