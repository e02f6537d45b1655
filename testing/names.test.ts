import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AnalyticsError, isAnalyticsError } from "@headcount/core";
import { isMigrationError, MigrationError } from "@headcount/migrations";
import { AnalyticsRequestError, isAnalyticsRequestError } from "@headcount/react-hooks";
import { expect, test } from "vitest";
import { createProgram } from "../packages/migrations/src/cli/create-program.ts";

const packages = join(import.meta.dirname, "../packages");

interface Property {
  of: string;
  name: string;
  type: string;
}

// What holds data about a request stands among options, and keeps the name that it is stored by.
const dataInOptions = new Set(["account_id", "owner_account_id", "owner_id", "ip_address"]);
const counts = new Set([
  "concurrency",
  "limit",
  "lockAttempts",
  "maxPending",
  "maxRows",
  "maxTicks",
  "sample",
  "seed",
]);
// What belongs to an entity of its own in `moveEntity` cannot have its name twice.
const onlyTyped = new Set([
  "check",
  "column",
  "databaseUrl",
  "help",
  "json",
  "newEntityId",
  "newEntityType",
  "version",
  "yes",
]);

/** The properties of the exported interfaces that are named so; the formatter indents them by two. */
function propertiesOf(sources: string, isWanted: (name: string) => boolean): Property[] {
  // how something is drawn is nobody's option: its numbers are pixels and positions
  const files = globSync(sources, { cwd: packages }).filter(
    (file) => !/\/(chart|heat-map)\//.test(file),
  );
  return files
    .map((file) => readFileSync(join(packages, file), "utf8"))
    .flatMap((text) => [...text.matchAll(/^export interface (\w+)[^]*?^\}/gm)])
    .filter(([, of = ""]) => isWanted(of))
    .flatMap(([body, of = ""]) =>
      [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??: (.*)$/gm)].map(
        ([, name = "", type = ""]) => ({
          of,
          name,
          type,
        }),
      ),
    );
}

const options = propertiesOf("*/src/**/*.{ts,tsx}", (name) => /(Options|Props)$/.test(name));
const data = propertiesOf("core/src/contract/*.ts", (name) => !/(Options|Error.*)$/.test(name));

test("options are camelCase, and a number among them has a unit or is a count", () => {
  expect(options.length).toBeGreaterThan(100);
  const wrong = options.filter(
    ({ name, type }) =>
      !(/^[a-z][a-zA-Z\d]*$/.test(name) || dataInOptions.has(name)) ||
      (/^number\b/.test(type) &&
        !/(Ms|Seconds|Hours|Days|PerMinute|PerSecond)$/.test(name) &&
        !counts.has(name)),
  );
  expect(wrong).toEqual([]);
});

test("questions and answers are snake_case", () => {
  expect(data.length).toBeGreaterThan(100);
  expect(data.filter(({ name }) => !/^[a-z][a-z\d_]*$/.test(name))).toEqual([]);
});

test("a flag is called like the option that it gives", () => {
  const program = createProgram({ print: () => undefined, call: async () => undefined });
  const known = new Set(
    [...options, ...data].map(({ name }) => name.replaceAll("_", "").toLowerCase()),
  );
  const flags = program.commands.flatMap((command) => command.options);
  expect(flags.length).toBeGreaterThan(30);
  const wrong = flags.filter(
    (flag) =>
      !/^--[a-z]+(-[a-z]+)*$/.test(flag.long ?? "") ||
      !(onlyTyped.has(flag.attributeName()) || known.has(flag.attributeName().toLowerCase())),
  );
  expect(wrong.map(({ flags: written }) => written)).toEqual([]);
});

test("arguments of SQL functions begin with p_", () => {
  const schema = readFileSync(join(packages, "migrations/schema.sql"), "utf8");
  const signatures = [
    ...schema.matchAll(/^(?:function|procedure) [\w.]+\((.*?)\)(?: returns .*)?;$/gm),
  ];
  expect(signatures.length).toBeGreaterThan(100);
  const names = signatures.flatMap(([, list = ""]) =>
    list
      .split(", ")
      .flatMap((argument) => /^(?:INOUT |VARIADIC )?([a-z]\w*) /.exec(argument)?.[1] ?? []),
  );
  expect(names.filter((name) => !/^p_[a-z\d_]+$/.test(name))).toEqual([]);
});

test("errors have one shape, and each is recognized by its own guard only", () => {
  const details = { field: "date_from", cause: new Error("why") };
  const errors = [
    new AnalyticsError("invalid_input", "What happened.", details),
    new MigrationError("invalid_input", "What happened.", details),
    new AnalyticsRequestError("invalid_input", "What happened.", {
      ...details,
      reason: "refused",
      status: 400,
    }),
  ];
  for (const error of errors) {
    expect(error).toMatchObject({ code: "invalid_input", message: "What happened.", ...details });
  }
  const guards = [isAnalyticsError, isMigrationError, isAnalyticsRequestError];
  expect(errors.map((error) => guards.map((guard) => guard(error)))).toEqual([
    [true, false, false],
    [false, true, false],
    [false, false, true],
  ]);
});
