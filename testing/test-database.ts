import { randomUUID } from "node:crypto";
import { escapeIdentifier, Pool } from "pg";
import { inject } from "vitest";
import { runOn } from "./postgres/run-on.ts";
import { testSearchPath } from "./postgres/test-search-path.ts";

export interface TestDatabase extends AsyncDisposable {
  url: string;
  pool: Pool;
  /** Closes the pool and removes the database, even while others are connected. */
  drop(): Promise<void>;
}

/**
 * Makes an empty database, with a pool on it, for one test file or one test.
 *
 * @param hint what it is for, to recognise it in a list of databases
 * @param serverUrl the newest server under test by default
 * @example
 * await using database = await createTestDatabase("fold");
 * await database.pool.query("select 1");
 */
export function createTestDatabase(
  hint: string,
  serverUrl: string = inject("postgresUrl"),
): Promise<TestDatabase> {
  return copyDatabase({ template: "template1", hint, serverUrl });
}

interface DatabaseToCopy {
  template: string;
  hint: string;
  serverUrl: string;
}

/** The same, with all that is in another database, which nobody may be connected to. */
export async function copyDatabase({
  template,
  hint,
  serverUrl,
}: DatabaseToCopy): Promise<TestDatabase> {
  const name = `test ${hint}`.slice(0, 50) + ` ${randomUUID().slice(0, 8)}`;
  const quoted = escapeIdentifier(name);
  await runOn(
    serverUrl,
    `create database ${quoted} template ${escapeIdentifier(template)}`,
    `alter database ${quoted} set search_path to ${testSearchPath}`,
  );

  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  const pool = new Pool({ connectionString: url.href });
  // an idle connection that the server ends must not end the test run
  pool.on("error", () => undefined);

  let dropped: Promise<void> | undefined;
  const drop = (): Promise<void> => {
    dropped ??= closeAndDrop();
    return dropped;
  };
  const closeAndDrop = async (): Promise<void> => {
    if (!pool.ended) await pool.end();
    await runOn(serverUrl, `drop database if exists ${quoted} with (force)`);
  };
  return { url: url.href, pool, drop, [Symbol.asyncDispose]: drop };
}
