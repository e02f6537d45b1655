import { Client } from "pg";
import { expect, inject, test } from "vitest";
import { describeEachPostgres } from "./each-postgres.ts";
import { createTestDatabase } from "./test-database.ts";

describeEachPostgres((server) => {
  test("makes a database of its own on the server that was asked for", async () => {
    await using database = await createTestDatabase("own database", server.url);
    const { rows } = await database.pool.query(
      "select current_setting('server_version_num')::int / 10000 as major, current_database() as name",
    );
    expect(rows).toEqual([
      { major: server.major, name: expect.stringMatching(/^test own database [0-9a-f]{8}$/) },
    ]);
  });
});

test("two databases with one hint know nothing of each other", async () => {
  await using first = await createTestDatabase("same hint");
  await using second = await createTestDatabase("same hint");
  await first.pool.query("create table only_here ()");
  const { rows } = await second.pool.query("select to_regclass('only_here') as found");
  expect(rows).toEqual([{ found: null }]);
});

test("drop removes the database although somebody is still connected", async () => {
  await using outside = await createTestDatabase("outside");
  const database = await createTestDatabase("in use");
  const visitor = new Client({ connectionString: database.url });
  visitor.on("error", () => undefined);
  const disconnected = new Promise<void>((resolve) => visitor.once("end", resolve));
  await visitor.connect();
  const { rows } = await visitor.query<{ name: string }>("select current_database() as name");

  await database.drop();
  await disconnected;

  const left = await outside.pool.query("select 1 from pg_database where datname = $1", [
    rows[0]?.name,
  ]);
  expect(left.rowCount).toBe(0);
});

test("the default server is the newest one", () => {
  expect(inject("postgresUrl")).toBe(inject("postgresServers").at(-1)?.url);
});
