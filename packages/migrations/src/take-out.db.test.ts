import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { migrate } from "./migrate.ts";

test("the statements that take Headcount out of a shared schema leave page views alone, and nothing else", async () => {
  await using database = await createTestDatabase("take out");
  const { pool } = database;
  await migrate({ pool, schema: "public" });
  const document = await readFile(new URL("../../../docs/installing.md", import.meta.url), "utf8");
  const [, statements = ""] = /take it out by name:\n\n```sql\n([^`]+)```/.exec(document) ?? [];
  await pool.query(statements);
  const { rows } = await pool.query<{ name: string }>(`
    select p.proname as name from pg_proc p where p.pronamespace = 'public'::regnamespace
    union
    select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind <> 'i'
    union
    select t.typname from pg_type t where t.typnamespace = 'public'::regnamespace and t.typelem = 0`);
  expect(rows).toEqual([{ name: "page_views" }]);
});
