import { describe, expect, test } from "vitest";
import { MigrationError } from "./migration-error.ts";
import { parseCount, parseTarget } from "./parse-target.ts";

test("everything has a default", () => {
  expect(parseTarget({})).toEqual({
    schema: "headcount",
    timeZone: undefined,
    pageViews: undefined,
    accounts: { schema: undefined, name: "accounts" },
  });
});

test.each([
  ["views", { schema: undefined, name: "views" }],
  ["web.PageViews", { schema: "web", name: "PageViews" }],
  ['Odd "Views"', { schema: undefined, name: 'Odd "Views"' }],
  ['my schema.Odd "Views"', { schema: "my schema", name: 'Odd "Views"' }],
  ['"dotted.schema"."say ""hi"""', { schema: "dotted.schema", name: 'say "hi"' }],
])("the table %s is taken apart as it is written", (pageViews, table) => {
  expect(parseTarget({ pageViews }).pageViews).toEqual(table);
});

describe("wrong options", () => {
  test.each([
    [{ schema: "" }, "schema", 'schema "" must not be empty.'],
    [
      { schema: "pg_mine" },
      "schema",
      'schema "pg_mine" belongs to Postgres: choose a schema of your own.',
    ],
    [{ schema: "a$$b" }, "schema", 'schema "a$$b" must not contain $$.'],
    [{ schema: "ä".repeat(32) }, "schema", "is longer than the 63 bytes"],
    [{ timeZone: "UTC\0" }, "timeZone", "must not contain a NUL character"],
    [{ pageViews: "a.b.c" }, "pageViews", 'must be "table" or "schema.table"'],
    [{ pageViews: ".b" }, "pageViews", 'must be "table" or "schema.table"'],
    [{ accounts: `${"x".repeat(64)}.b` }, "accounts", "is longer than the 63 bytes"],
  ])("%j names the field, the value and what is allowed", (options, field, sentence) => {
    const parse = (): unknown => parseTarget(options);
    expect(parse).toThrow(MigrationError);
    expect(parse).toThrow(sentence);
    expect(parse).toThrow(expect.objectContaining({ code: "invalid_input", field }) as Error);
  });

  test("an option that does not exist is refused: nothing goes into a schema that was not meant", () => {
    const options = JSON.parse('{ "shema": "headcount" }') as object;
    expect(() => parseTarget(options)).toThrow(
      /^shema is not an option: give some of pool, schema, /,
    );
  });

  test("a value that is not a string is refused, whatever the types said", () => {
    const options = JSON.parse('{ "schema": 7 }') as { schema: string };
    expect(() => parseTarget(options)).toThrow("schema 7 must be a string.");
  });
});

test.each([0, -1, 1.5, Number.NaN, 2 ** 31])("%d is not a count", (value) => {
  expect(() => parseCount("lockAttempts", value)).toThrow(
    /^lockAttempts .* must be a whole number/,
  );
});
