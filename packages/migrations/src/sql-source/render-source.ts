import { renderSql, type SqlPlaceholders } from "../sql-text/render-sql.ts";
import { checksum, checksumOfParts } from "./checksum.ts";
import type { SqlFunction, SqlPart, SqlSource } from "./sql-source.ts";

/** What is replayed together, with the checksum of its text as it is run. */
export interface RenderedParts {
  parts: readonly SqlPart[];
  checksum: string;
}

/** Functions and attachments with their placeholders replaced. */
export interface RenderedSource {
  functions: RenderedParts;
  attachments: RenderedParts;
  /** By name of a function, what CREATE OR REPLACE cannot change of it, hashed. */
  signatures: Readonly<Record<string, string>>;
  /** Names of the views among the attachments. */
  views: readonly string[];
}

export function renderSource(
  { functions, attachments }: Pick<SqlSource, "functions" | "attachments">,
  placeholders: SqlPlaceholders,
): RenderedSource {
  const rendered = renderParts(functions, placeholders);
  return {
    functions: rendered,
    attachments: renderParts(attachments, placeholders),
    signatures: Object.fromEntries(
      functions.map(({ name }, index) => [name, signatureOf(rendered.parts[index]?.sql ?? "")]),
    ),
    views: attachments.flatMap(({ sql }) =>
      [...sql.matchAll(/^create or replace view :schema\.(\w+)/gm)].map((match) => match[1] ?? ""),
    ),
  };
}

function renderParts(
  parts: readonly (SqlPart | SqlFunction)[],
  placeholders: SqlPlaceholders,
): RenderedParts {
  const rendered = parts.map(({ file, line, sql }) => {
    return { file, line, sql: renderSql(sql, placeholders).trim() };
  });
  return { parts: rendered, checksum: checksumOfParts(rendered) };
}

/** What stands before a function's language: name, arguments and result. */
export const functionHead: RegExp =
  /^create or replace (?:function|procedure) ([^(]+\([^]*?\)[^]*?)\s+language (sql|plpgsql)\b/m;

function signatureOf(sql: string): string {
  const head = functionHead.exec(sql)?.[1] ?? "";
  return checksum(head.replaceAll(/\s+/g, " ")).slice(0, 16);
}
