import { insertChangeSql } from "../ledger.ts";
import { migrationLockKey } from "../session/migration-lock.ts";
import { migrationSearchPath } from "../session/session-settings.ts";
import type { Change } from "../sql-source/change.ts";
import { quoteLiteral } from "../sql-text/quote.ts";
import { renderSql } from "../sql-text/render-sql.ts";
import { splitStatements } from "../sql-text/split-statements.ts";
import type { Step } from "./steps-of.ts";
import { ledgerParts, type StepContext, transactionParts } from "./transaction-parts.ts";

export interface ScriptOptions extends StepContext {
  /** Whether there are page views to read in: each part of it is then committed on its own. */
  hasHistory: boolean;
}

/** One text that applies these steps, each of which notes in the ledger what it applied. */
export function scriptOf(steps: readonly Step[], options: ScriptOptions): string {
  if (steps.length === 0) return "";
  const texts = steps.map((step) => `-- ${step.name}\n${stepScript(step, options)}`);
  return `-- Headcount, @headcount/migrations ${options.source.libraryVersion}.
-- Run it with: psql --no-psqlrc -v ON_ERROR_STOP=1 -f THIS_FILE

${texts.join("\n")}`;
}

function stepScript(step: Step, options: ScriptOptions): string {
  const { placeholders, source } = options;
  const { schema } = placeholders;
  if (step.kind === "transaction") {
    return transaction(
      schema,
      transactionParts(step, options).map(({ sql }) => sql),
    );
  }
  const note = insertChangeSql({ ...source, schema, change: step.change });
  const ledger = ledgerParts(options).map(({ sql }) => sql);
  if (step.kind === "outside") {
    const statements = renderSql(step.change.sql, placeholders).trim();
    return `${statements}\n\n${transaction(schema, [...ledger, note])}`;
  }
  const loop = loopSql(step.change, { options, note });
  return options.hasHistory ? `${loop};\n` : transaction(schema, [loop]);
}

function transaction(schema: string, parts: readonly string[]): string {
  const path = `set local search_path to ${migrationSearchPath}`;
  const texts = [path, lockSql(schema), ...parts].map((sql) => `${sql.trim().replace(/;$/, "")};`);
  return ["begin;", ...texts, "commit;\n"].join("\n\n");
}

/** A wait for the lock would hold a snapshot, which an index that is built CONCURRENTLY waits for. */
function lockSql(schema: string): string {
  return `do $$
begin
  if not pg_try_advisory_xact_lock(hashtextextended(${quoteLiteral(migrationLockKey(schema))}, 0)) then
    raise exception 'another migrator is at work: run this again when it has finished';
  end if;
end
$$`;
}

function loopSql(
  change: Change,
  { options, note }: { options: ScriptOptions; note: string },
): string {
  const { placeholders, hasHistory } = options;
  const [statement] = splitStatements(renderSql(change.sql, placeholders));
  return `do $headcount$
declare
  v_step record;
begin
  loop
    perform pg_catalog.set_config('search_path', ${quoteLiteral(migrationSearchPath)}, true);
    execute $step$
${statement?.text ?? ""}
    $step$ into strict v_step;
    exit when v_step.done;${hasHistory ? "\n    commit;" : ""}
  end loop;
  ${note};
end
$headcount$`;
}
