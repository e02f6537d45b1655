import { Client } from "pg";

/** Runs one statement on a connection of its own: a database can be neither made nor dropped from within. */
export async function runOn(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
