import { Client } from "pg";

/** Runs statements, each by itself, on a connection of its own: a database can be neither made nor dropped from within. */
export async function runOn(serverUrl: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
