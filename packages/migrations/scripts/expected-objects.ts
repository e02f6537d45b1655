import type { ExpectedObject } from "../src/expected-object.ts";
import { changeFile } from "../src/sql-source/change.ts";
import type { SqlPart, SqlSource } from "../src/sql-source/sql-source.ts";

const statement =
  /^\s*(create|drop) (?:or replace |unique )*(table|view|type|function|procedure|index|trigger) (?::concurrently )?(?:if (?:not )?exists )?(?::schema\.)?(\w+)/gm;

/** What all of this creates, and no later change drops. Page views is not among them: it may be the host's. */
export function expectedObjectsOf({
  changes,
  functions,
  attachments,
}: Pick<SqlSource, "changes" | "functions" | "attachments">): ExpectedObject[] {
  const objects = new Map<string, ExpectedObject>();
  const parts: Pick<SqlPart, "file" | "sql">[] = [
    ...changes.map((change) => ({ file: changeFile(change), sql: change.sql })),
    ...functions,
    ...attachments,
  ];
  for (const { file, sql } of parts) {
    for (const [, verb, word, name] of sql.matchAll(statement)) {
      if (word === undefined || name === undefined) continue;
      // Functions and procedures share their names.
      const kind = word === "procedure" ? "function" : word;
      const key = `${kind} ${name}`;
      if (verb === "drop") objects.delete(key);
      else objects.set(key, { kind: kind as ExpectedObject["kind"], name, file });
    }
  }
  return [...objects.values()];
}
