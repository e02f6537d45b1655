import { createLedgerSql, insertLedgerRowSql } from "../ledger.ts";
import { type MigrationFile, migrationFileName } from "../migration-file.ts";
import { migrationSearchPath } from "../session/session-settings.ts";
import { quoteIdentifier, quoteLiteral } from "./quote.ts";
import { renderSql, type SqlPlaceholders } from "./render-sql.ts";
import { splitStatements } from "./split-statements.ts";

export interface ScriptOptions {
  placeholders: SqlPlaceholders;
  libraryVersion: string;
  /** Whether there are page views to read in: each step is then committed on its own. */
  hasHistory: boolean;
}

/** One text that applies these files, each in a transaction with its ledger row. */
export function scriptOf(files: readonly MigrationFile[], options: ScriptOptions): string {
  if (files.length === 0) return "";
  const { schema } = options.placeholders;
  const ledger = transaction([createSchemaSql(schema), createLedgerSql(schema)]);
  const parts = files.map((file) => `-- ${migrationFileName(file)}\n${fileScript(file, options)}`);
  return `-- Headcount, @headcount/migrations ${options.libraryVersion}.
-- Run it with: psql --no-psqlrc -v ON_ERROR_STOP=1 -f THIS_FILE

${[ledger, ...parts].join("\n")}`;
}

function fileScript(
  file: MigrationFile,
  { placeholders, libraryVersion, hasHistory }: ScriptOptions,
): string {
  const note = insertLedgerRowSql(placeholders.schema, file, libraryVersion);
  if (file.repeat) {
    const loop = loopSql(file, { placeholders, note, commits: hasHistory });
    return hasHistory ? `${loop};\n` : transaction([loop]);
  }
  const rendered = renderSql(file.sql, placeholders).trim();
  if (file.transaction === "none") return `${rendered}\n\n${transaction([note])}`;
  // The ledger's key comes first: a file that was applied before stops there.
  return transaction([note], rendered);
}

function transaction(statements: string[], rendered = ""): string {
  const path = `set local search_path to ${migrationSearchPath}`;
  const lines = ["begin", path, ...statements].map((statement) => `${statement};\n`).join("");
  return `${lines}${rendered === "" ? "" : `\n${rendered}\n\n`}commit;\n`;
}

// CREATE SCHEMA IF NOT EXISTS would ask for the right to create schemas even when it is there.
function createSchemaSql(schema: string): string {
  return `do $$
begin
  if not exists (select from pg_namespace where nspname = ${quoteLiteral(schema)}) then
    create schema ${quoteIdentifier(schema)};
  end if;
end
$$`;
}

interface LoopOptions {
  placeholders: SqlPlaceholders;
  /** SQL that writes the ledger row. */
  note: string;
  commits: boolean;
}

function loopSql(file: MigrationFile, { placeholders, note, commits }: LoopOptions): string {
  const [step] = splitStatements(renderSql(file.sql, placeholders));
  return `do $headcount$
declare
  v_step record;
begin
  loop
    perform pg_catalog.set_config('search_path', ${quoteLiteral(migrationSearchPath)}, true);
    execute $step$
${step?.text ?? ""}
    $step$ into strict v_step;
    exit when v_step.done;${commits ? "\n    commit;" : ""}
  end loop;
  ${note};
end
$headcount$`;
}
