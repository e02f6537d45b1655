import { Client, escapeIdentifier } from "pg";
import { runOn } from "./run-on.ts";

/** What the names of the databases begin with that the tests of a run copy. */
export function templatePrefix(runId: string): string {
  return `test template ${runId} `;
}

/** Removes them from a server that goes on when the run has ended. */
export async function dropTemplates(serverUrl: string, runId: string): Promise<void> {
  const names = await databasesLike(serverUrl, `${templatePrefix(runId)}%`);
  await runOn(serverUrl, ...names.map((name) => `drop database ${escapeIdentifier(name)}`));
}

export async function databasesLike(serverUrl: string, pattern: string): Promise<string[]> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      "select datname from pg_database where datname like $1",
      [pattern],
    );
    return rows.map(({ datname }) => datname);
  } finally {
    await client.end();
  }
}
