import { setTimeout } from "node:timers/promises";
import { sql } from "kysely";
import { Pool } from "pg";
import { expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import { connect } from "./connect.ts";
import { inTransaction } from "./in-transaction.ts";
import { preparePool } from "./prepare-pool.ts";

// Vitest fails a run with an error that has no listener, and so would the host's process.
test("a connection that the server ends in a transaction fails the call, and nothing else", async () => {
  await using database = await createInstalledDatabase("lost connection");
  const pool = new Pool({ connectionString: database.url, max: 1 });
  try {
    const { db } = connect({ pool });
    const call = inTransaction({
      db,
      work: async (transaction) => {
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(transaction);
      },
    });
    await expect(call).rejects.toMatchObject({ code: "database" });
    await setTimeout(20);
    const { rows } = await sql<{ alive: boolean }>`select true as alive`.execute(db);
    expect(rows).toEqual([{ alive: true }]);
  } finally {
    // its connection may still be closing when the database is dropped
    pool.on("error", () => undefined);
    await pool.end();
  }
});

test("a connection that was given back has the listeners that it came with", async () => {
  await using database = await createInstalledDatabase("given back");
  const pool = new Pool({ connectionString: database.url, max: 1 });
  // its connection may still be closing when the database is dropped
  pool.on("error", () => undefined);
  try {
    const count = async (): Promise<number> => {
      const client = await pool.connect();
      client.release();
      return client.listenerCount("error");
    };
    const before = await count();
    const { db } = connect({ pool });
    await sql`select 1`.execute(db);
    await sql`select 1`.execute(db);
    expect(await count()).toBe(before);
  } finally {
    await pool.end();
  }
});

test("a connection that cancels a statement and is ended by the server fails, and nothing else", async () => {
  await using database = await createInstalledDatabase("lost cancelling");
  const { Client } = preparePool(database.pool);
  if (Client === undefined) throw new Error("The pool has no Client.");
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await expect(client.query("select pg_terminate_backend(pg_backend_pid())", [])).rejects.toThrow(
    "terminating connection",
  );
  await setTimeout(20);
  expect((await database.pool.query("select true as alive")).rows).toEqual([{ alive: true }]);
});
