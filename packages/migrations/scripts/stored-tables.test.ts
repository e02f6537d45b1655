import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { storedTables, storedTablesText } from "./stored-tables.ts";

const root = join(import.meta.dirname, "..");
const schema = readFileSync(join(root, "schema.sql"), "utf8");
const tables = [...schema.matchAll(/^create table \w+\.(\w+) \(\n([^]*?)^\)/gm)].map(
  ([, name = "", body = ""]) => ({
    name,
    columns: [...body.matchAll(/^ {2}(\w+) /gm)].flatMap(([, column = ""]) =>
      column === "constraint" ? [] : [column],
    ),
  }),
);

// What stands for a person, wherever it is: ids of visitors and their kind, what a request brought, and names that hosts give.
const standsForSomebody =
  /^(account_id|session_id|visitor_id|kind|ip_address|user_agent|referrer_url|actor)$/;

test("the page says of every table, and of no other, what it holds and of whom", () => {
  expect(tables.length).toBeGreaterThan(15);
  const expected = tables.map(({ name, columns }) => [
    name,
    columns
      .filter((column) => standsForSomebody.test(column))
      // the ledger's is of migrations
      .filter((column) => column !== "kind" || columns.includes("visitor_id"))
      .toSorted(),
  ]);
  const written = Object.entries(storedTables).map(([name, { personal }]) => [
    name,
    personal.toSorted(),
  ]);
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(expected));
});

test("docs/what-is-stored.md has the table as it is generated", () => {
  const page = readFileSync(join(root, "../../docs/what-is-stored.md"), "utf8");
  expect(page).toContain(storedTablesText());
});
