import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { expect, inject, test } from "vitest";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { dumpSchemas } from "../scripts/dump-schema.ts";
import { migrate } from "./migrate.ts";

const server = inject("postgresServers").find(({ major }) => major === 18);

// Postgres writes definitions a little differently in every major: the golden dump is that of 18.
test.runIf(server)(
  "schema.sql is what a fresh installation makes; generate:schema writes it",
  async () => {
    await using database = await createTestDatabase("golden schema", server?.url);
    await migrate({ pool: database.pool });
    const client = new Client({
      connectionString: database.url,
      options: "-c search_path=pg_catalog",
    });
    await client.connect();
    try {
      const golden = await readFile(new URL("../schema.sql", import.meta.url), "utf8");
      expect(await dumpSchemas(client, ["headcount", "public"])).toBe(golden);
    } finally {
      await client.end();
    }
  },
);
