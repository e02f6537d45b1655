import type { Connection } from "./session/connection.ts";
import type { Change } from "./sql-source/change.ts";
import { checksum, checksumOfParts } from "./sql-source/checksum.ts";
import type { RenderedSource } from "./sql-source/render-source.ts";
import type { SqlSource } from "./sql-source/sql-source.ts";
import { quoteIdentifier, quoteLiteral } from "./sql-text/quote.ts";

/** One row of headcount_migrations: a change that was applied, or the functions or attachments as they are now. */
export interface LedgerRow {
  kind: "change" | "functions" | "attachments";
  /** The number of a change; of functions and attachments, the release that they are of. */
  version: number;
  name: string;
  /** Of the text as the package has it. */
  checksum: string;
  /** ISO 8601, UTC. */
  applied_at: string;
  /** The version of this package that applied it. */
  library_version: string;
}

/** A ledger's row with what only the migrator asks for. */
export interface StoredLedgerRow extends LedgerRow {
  /** Of the text as it was run: of functions and attachments, which are replayed when it differs. */
  rendered_checksum: string | null;
  /** What functions and attachments made: functions with their arguments and signature, and views. */
  objects: Readonly<Record<string, { arguments?: string; signature?: string }>> | null;
}

export function publicRow(row: StoredLedgerRow): LedgerRow {
  const { kind, version, name, checksum: text, applied_at, library_version } = row;
  return { kind, version, name, checksum: text, applied_at, library_version };
}

const ledgerName = "headcount_migrations";

export async function readLedger(
  connection: Connection,
  schema: string,
): Promise<StoredLedgerRow[]> {
  const rows = await connection.query<
    Omit<StoredLedgerRow, "objects"> & { objects: string | null }
  >(
    `select kind, version, name, checksum, library_version, rendered_checksum, objects::text as objects,
       to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as applied_at
     from ${quoteIdentifier(schema)}.${ledgerName} order by kind, version`,
  );
  return rows.map((row) => {
    const objects =
      row.objects === null ? null : (JSON.parse(row.objects) as StoredLedgerRow["objects"]);
    return { ...row, objects };
  });
}

export function createLedgerSql(schema: string): string {
  return `create table if not exists ${quoteIdentifier(schema)}.${ledgerName} (
  kind text not null check (kind in ('change', 'functions', 'attachments')),
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now(),
  library_version text not null,
  rendered_checksum text,
  objects jsonb,
  primary key (kind, version)
)`;
}

interface AppliedChange {
  schema: string;
  change: Change;
  libraryVersion: string;
}

/** The ledger's key comes first in what is printed: a change that was applied before stops there. */
export function insertChangeSql({ schema, change, libraryVersion }: AppliedChange): string {
  const values = [change.name, checksum(change.sql), libraryVersion].map(quoteLiteral).join(", ");
  return `insert into ${quoteIdentifier(schema)}.${ledgerName} (kind, version, name, checksum, library_version)
values ('change', ${change.version}, ${values})`;
}

interface ReplayedRow {
  source: Pick<SqlSource, "release" | "libraryVersion" | "functions" | "attachments">;
  rendered: RenderedSource;
}

/** Notes the functions as they are now, in place of what was noted before. */
export function noteFunctionsSql(schema: string, { source, rendered }: ReplayedRow): string {
  const home = quoteLiteral(quoteIdentifier(schema));
  return replaceRowSql({
    schema,
    kind: "functions",
    source,
    checksum: checksumOfParts(source.functions),
    renderedChecksum: rendered.functions.checksum,
    objects: `(
  select jsonb_object_agg(s.name, jsonb_build_object(
    'arguments', pg_get_function_identity_arguments(p.oid), 'signature', s.signature
  ))
  from jsonb_each_text(${quoteLiteral(JSON.stringify(rendered.signatures))}) s (name, signature)
  join pg_proc p on p.pronamespace = ${home}::regnamespace and p.proname = s.name
)`,
  });
}

/** Notes the attachments as they are now, in place of what was noted before. */
export function noteAttachmentsSql(schema: string, { source, rendered }: ReplayedRow): string {
  const views = Object.fromEntries(rendered.views.map((name) => [name, {}]));
  return replaceRowSql({
    schema,
    kind: "attachments",
    source,
    checksum: checksumOfParts(source.attachments),
    renderedChecksum: rendered.attachments.checksum,
    objects: quoteLiteral(JSON.stringify(views)),
  });
}

interface RowToReplace extends Pick<ReplayedRow, "source"> {
  schema: string;
  kind: "functions" | "attachments";
  checksum: string;
  renderedChecksum: string;
  /** An SQL expression. */
  objects: string;
}

function replaceRowSql({ schema, kind, ...row }: RowToReplace): string {
  const ledger = `${quoteIdentifier(schema)}.${ledgerName}`;
  const { release, libraryVersion } = row.source;
  const texts = [row.checksum, libraryVersion, row.renderedChecksum].map(quoteLiteral).join(", ");
  return `delete from ${ledger} where kind = '${kind}';
insert into ${ledger} (kind, version, name, checksum, library_version, rendered_checksum, objects)
values ('${kind}', ${release}, '${kind}', ${texts}, ${row.objects})`;
}
