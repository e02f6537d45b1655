import type { Pool } from "pg";
import { expectTypeOf, test } from "vitest";
import type { MigrationPool } from "./connection.ts";

test("a Pool of pg is a pool to migrate with", () => {
  expectTypeOf<Pool>().toExtend<MigrationPool>();
});

test("something that cannot connect is not", () => {
  expectTypeOf<{ query: Pool["query"] }>().not.toExtend<MigrationPool>();
});
