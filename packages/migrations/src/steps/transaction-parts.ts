import { after, before } from "../generated/replay.ts";
import {
  createLedgerSql,
  insertChangeSql,
  noteAttachmentsSql,
  noteFunctionsSql,
} from "../ledger.ts";
import { changeFile } from "../sql-source/change.ts";
import type { RenderedSource } from "../sql-source/render-source.ts";
import type { SqlPart, SqlSource } from "../sql-source/sql-source.ts";
import { createSchemaSql } from "../sql-text/create-schema-sql.ts";
import { renderSql, type SqlPlaceholders } from "../sql-text/render-sql.ts";
import type { Step } from "./steps-of.ts";

/** What a step is made of. */
export interface StepContext {
  placeholders: SqlPlaceholders;
  source: SqlSource;
  rendered: RenderedSource;
  /** Whether functions are installed already: those that run them are then kept out. */
  installed: boolean;
}

/** The statements of a transaction: the same ones by every way in. */
export function transactionParts(
  { changes, functions, attachments }: Extract<Step, { kind: "transaction" }>,
  context: StepContext,
): SqlPart[] {
  const { placeholders, source, rendered, installed } = context;
  const { schema } = placeholders;
  const replay = (part: SqlPart): SqlPart => ({
    ...part,
    sql: renderSql(part.sql, placeholders, { signatures: JSON.stringify(rendered.signatures) }),
  });
  return [
    ...ledgerParts(context),
    ...(installed ? [replay(before)] : []),
    ...changes.flatMap((change) => [
      ledgerPart(insertChangeSql({ ...source, schema, change })),
      { file: changeFile(change), line: 1, sql: renderSql(change.sql, placeholders) },
    ]),
    ...(functions
      ? [...rendered.functions.parts, ledgerPart(noteFunctionsSql(schema, { source, rendered }))]
      : []),
    ...(attachments
      ? [
          ...rendered.attachments.parts,
          ledgerPart(noteAttachmentsSql(schema, { source, rendered })),
        ]
      : []),
    ...(installed ? [replay(after)] : []),
  ];
}

/** Makes the schema and the ledger where they are missing: in the first transaction, to go if it fails. */
export function ledgerParts({ placeholders, installed }: StepContext): SqlPart[] {
  const { schema } = placeholders;
  return installed
    ? []
    : [ledgerPart(createSchemaSql(schema)), ledgerPart(createLedgerSql(schema))];
}

/** SQL that no file holds. */
export function ledgerPart(sql: string): SqlPart {
  return { file: "headcount_migrations", line: 1, sql };
}
