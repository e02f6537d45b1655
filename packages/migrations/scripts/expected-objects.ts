import type { ExpectedObject } from "../src/expected-object.ts";
import type { MigrationFile } from "../src/migration-file.ts";

const statement =
  /^\s*(create|drop) (?:or replace |unique )*(table|view|type|function|procedure|index|trigger) (?::concurrently )?(?:if (?:not )?exists )?(?::schema\.)?(\w+)/gm;

/** What the files create and no later one drops. Page views is not among them: it may be the host's. */
export function expectedObjectsOf(migrations: readonly MigrationFile[]): ExpectedObject[] {
  const objects = new Map<string, ExpectedObject>();
  for (const { sql, version } of migrations) {
    for (const [, verb, word, name] of sql.matchAll(statement)) {
      if (word === undefined || name === undefined) continue;
      // Functions and procedures share their names.
      const kind = word === "procedure" ? "function" : word;
      const key = `${kind} ${name}`;
      if (verb === "drop") objects.delete(key);
      else objects.set(key, { kind: kind as ExpectedObject["kind"], name, version });
    }
  }
  return [...objects.values()];
}
