import { MigrationError } from "../migration-error.ts";
import { type MigrationFile, migrationFileName } from "../migration-file.ts";
import { throwIfAborted } from "../session/aborted.ts";
import { renderSql } from "../sql-text/render-sql.ts";
import { type SqlStatement, splitStatements } from "../sql-text/split-statements.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Runs the statements of a file one by one, so that an error can say which one it was.
 *
 * @throws {MigrationError} `migration_failed`, naming the file and the line of the statement
 */
export async function runStatements(file: MigrationFile, context: RunContext): Promise<void> {
  for (const statement of splitStatements(renderSql(file.sql, context.placeholders))) {
    throwIfAborted(context.signal);
    await runStatement(file, statement, context);
  }
}

export async function runStatement(
  file: MigrationFile,
  { text, line }: SqlStatement,
  { connection }: RunContext,
): Promise<Record<string, unknown>[]> {
  try {
    return await connection.query(text);
  } catch (cause) {
    const fileName = migrationFileName(file);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(
      "migration_failed",
      `${fileName} failed in the statement of line ${line}: ${reason}`,
      { file: fileName, line, cause },
    );
  }
}
