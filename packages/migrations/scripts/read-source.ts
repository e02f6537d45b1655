// Reads sql/ and refuses what the migrator could not apply.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Change } from "../src/sql-source/change.ts";
import { functionHead } from "../src/sql-source/render-source.ts";
import type { SqlFunction, SqlPart } from "../src/sql-source/sql-source.ts";
import { splitStatements } from "../src/sql-text/split-statements.ts";
import { checkPlaceholders } from "./check-placeholders.ts";
import { inCreationOrder } from "./in-creation-order.ts";

const sqlFolder = join(import.meta.dirname, "..", "sql");

const firstVersions = { changes: 1, "slices/changes": 1000, "citus/changes": 2000 };

/** Those of all installations, numbered from 1, those that a slice has besides, from 1000, or those of Citus, from 2000. */
export function readChanges(folder: keyof typeof firstVersions = "changes"): Change[] {
  const first = firstVersions[folder];
  return sqlFiles(folder).map(({ file, sql }, index) => {
    const version = index + first;
    const number = String(version).padStart(4, "0");
    const name = new RegExp(`^${folder}/${number}_(\\w+)\\.sql$`).exec(file)?.[1];
    if (name === undefined) {
      throw new Error(`sql/${file} should be numbered ${number} and named NNNN_name.sql.`);
    }
    checkPlaceholders(file, sql, "change");
    return { version, name, sql, ...modeOf(file, sql) };
  });
}

function modeOf(file: string, sql: string): Pick<Change, "transaction" | "repeat"> {
  const header = /^--! (.*)/.exec(sql)?.[1];
  switch (header) {
    case undefined:
      return { transaction: "shared", repeat: false };
    case "transaction: own":
      return { transaction: "own", repeat: false };
    case "transaction: none":
      return { transaction: "none", repeat: false };
    case "repeat: until done":
      return { transaction: "own", repeat: true };
    default:
      throw new Error(`sql/${file} has the unknown header "--! ${header}".`);
  }
}

/** All functions, each after those that its SQL body calls; or those that a slice, or Citus, has besides, or instead of others. */
export function readFunctions(
  folder: "functions" | "slices/functions" | "citus/functions" = "functions",
): SqlFunction[] {
  const functions = sqlFiles(folder).flatMap((file) => functionsOf(file));
  const names = functions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`sql/${folder} defines ${twice} more than once.`);
  return inCreationOrder(functions);
}

function functionsOf({ file, sql }: SqlPart): SqlFunction[] {
  checkPlaceholders(file, sql, "replayed");
  let end = 0;
  return splitStatements(sql).map(({ text, line }) => {
    const [, head] = functionHead.exec(text) ?? [];
    const name = /^:schema\.(\w+)\(/.exec(head ?? "")?.[1];
    if (name === undefined || !text.startsWith("create or replace ")) {
      throw new Error(
        `sql/${file}, line ${line}: only "create or replace function :schema.name(...)" or procedure, with its language on a line of its own, can stand here.`,
      );
    }
    // The question above a function goes with it.
    const start = end;
    end = sql.indexOf(text, start) + text.length + 1;
    const commented = sql.slice(start, end);
    const blank = /^\s*/.exec(commented)?.[0] ?? "";
    return {
      name,
      file,
      line: sql.slice(0, start).split("\n").length + blank.split("\n").length - 1,
      sql: commented.trim(),
    };
  });
}

export function readAttachments(
  folder: "attach" | "slices/attach" | "citus/attach" = "attach",
): SqlPart[] {
  return sqlFiles(folder).map((part) => {
    checkPlaceholders(part.file, part.sql, "replayed");
    return part;
  });
}

/** What runs before and after all that is applied in one transaction. */
export function readReplay(name: "before" | "after"): SqlPart {
  return readPart(`replay/${name}.sql`);
}

function sqlFiles(folder: string): SqlPart[] {
  return readdirSync(join(sqlFolder, folder), { recursive: true, encoding: "utf8" })
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(".sql"))
    .toSorted()
    .map(readPart);
}

function readPart(file: string): SqlPart {
  const sql = readFileSync(join(sqlFolder, file), "utf8");
  if (!sql.endsWith(";\n")) throw new Error(`sql/${file} should end with a semicolon.`);
  return { file, line: 1, sql };
}
