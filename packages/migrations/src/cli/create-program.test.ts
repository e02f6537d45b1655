import { expect, test } from "vitest";
import { libraryVersion } from "../generated/library-version.ts";
import { createProgram, runProgram } from "./create-program.ts";
import type { CalledVerb } from "./define-verb.ts";
import { runCli } from "./run-cli.ts";
import { UsageError } from "./usage-error.ts";

const verbs =
  "up, plan, status, print, check, uninstall, aggregate, rebuild, verify, repair, levels, breakdowns, facts, schedule, unschedule, export, erase, erase-entity, move-entity, prune, forget";

async function read(...argv: string[]): Promise<{ called: CalledVerb | undefined; out: string }> {
  let called: CalledVerb | undefined;
  let out = "";
  const program = createProgram({
    print: (text) => {
      out += text;
    },
    call: async (verb) => {
      called = verb;
    },
  });
  await runProgram(program, argv);
  return { called, out };
}

test("every flag reaches its option", async () => {
  const argv = "up --schema s --page-views p --accounts a --time-zone UTC --json --database-url u";
  expect((await read(...argv.split(" "))).called).toMatchObject({
    databaseUrl: "u",
    json: true,
    options: { schema: "s", pageViews: "p", accounts: "a", timeZone: "UTC" },
  });
});

test.each([
  [[], `A verb comes first: give one of ${verbs}.`],
  [["--json", "status"], `A verb comes first: give one of ${verbs}.`],
  [["migrate"], `Unknown verb 'migrate'. Give one of ${verbs}.`],
  [["staus"], "Unknown verb 'staus'. Did you mean status?"],
  [["up", "now"], "Too many arguments for 'up'. Expected 0 arguments but got 1"],
  [["up", "--force"], "Unknown option '--force'. Run: npx @headcount/migrations help up"],
  [["up", "--shema", "s"], "Unknown option '--shema'. Did you mean --schema?"],
  [
    ["up", "--schema"],
    "Option '--schema <name>' argument missing. Run: npx @headcount/migrations help up",
  ],
  [
    ["plan", "--dry-run"],
    "Unknown option '--dry-run'. --dry-run belongs to up, uninstall, erase, erase-entity, move-entity, prune, forget.",
  ],
  [["up", "--check"], "Unknown option '--check'. --check belongs to status."],
  [["aggregate", "--sample", "3"], "--sample belongs to verify."],
  [["aggregate", "--date-from", "2026-01-01"], "--date-from belongs to rebuild."],
  [
    ["rebuild", "--date-from", "2026-01-01"],
    "Required option '--date-to <date>' not specified. Run: npx @headcount/migrations help rebuild",
  ],
])("%j is wrong usage, said in one line", async (argv, sentence) => {
  const error: unknown = await read(...argv).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as UsageError;
  expect(message).toContain(sentence);
  expect(message).not.toContain("\n");
});

test("each verb has a help of its own", async () => {
  const { out, called } = await read("help", "rebuild");
  expect(out).toContain("Usage: npx @headcount/migrations rebuild [options]");
  expect(out).toContain("--date-from <date>");
  expect(out).not.toContain("--sample");
  expect(called).toBeUndefined();
  expect((await read("rebuild", "--help")).out).toBe(out);
});

test("help lists the verbs and exit codes, and the version is that of the package", async () => {
  const { out } = await read("--help");
  expect((await read("help")).out).toBe(out);
  expect(out).toContain("Usage: npx @headcount/migrations <verb> [options]");
  for (const verb of verbs.split(", ")) expect(out).toContain(`\n  ${verb} `);
  expect(out).toContain("130 interrupted");
  expect((await read("--version")).out).toBe(libraryVersion);
});

interface Usage {
  argv: string;
  env?: Record<string, string>;
  sentence: string;
}

const url = "postgres://nobody@localhost/nothing";

test.each<Usage>([
  { argv: "up", sentence: "There is no database: set DATABASE_URL or give --database-url." },
  { argv: "up", env: { DATABASE_URL: "" }, sentence: "set DATABASE_URL" },
  { argv: "up", env: { DATABASE_URL: "db:5432" }, sentence: "is not a Postgres URL" },
  { argv: "up --database-url nonsense", sentence: "is not a Postgres URL" },
  { argv: "up --database-url mysql://a@b/c", sentence: "is not a Postgres URL" },
  { argv: "print --database-url=", sentence: "--database-url is empty" },
  {
    argv: `rebuild --database-url ${url} --date-from 2026-02-30 --date-to 2026-03-01`,
    sentence: '--date-from is "2026-02-30": give a calendar date',
  },
  {
    argv: `rebuild --database-url ${url} --date-from 2026-02-03 --date-to 1.3.2026`,
    sentence: '--date-to is "1.3.2026": give a calendar date',
  },
  {
    argv: `rebuild --database-url ${url} --date-from 2026-02-03 --date-to 2026-02-02`,
    sentence: "give a date that is not after --date-to",
  },
  {
    argv: `aggregate --database-url ${url} --concurrency 9`,
    sentence: "--concurrency is 9: give a whole",
  },
  {
    argv: `aggregate --database-url ${url} --concurrency x`,
    sentence: '--concurrency is "x": give a whole',
  },
  { argv: `verify --database-url ${url} --sample 1.5`, sentence: "--sample is 1.5: give a share" },
  { argv: `verify --database-url ${url} --sample ten`, sentence: '--sample is "ten": give a' },
  { argv: `verify --database-url ${url} --seed=-1`, sentence: "--seed is -1: give a whole" },
])("$argv ends with 2 and: $sentence", async ({ argv, env = {}, sentence }) => {
  const notes: string[] = [];
  const code = await runCli({
    argv: argv.split(" "),
    env,
    print: () => undefined,
    note: (line) => notes.push(line),
    signal: new AbortController().signal,
  });
  expect({ code, notes }).toEqual({ code: 2, notes: [expect.stringContaining(sentence)] });
});
