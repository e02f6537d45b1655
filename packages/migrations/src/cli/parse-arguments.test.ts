import { expect, test } from "vitest";
import { parseArguments, UsageError } from "./parse-arguments.ts";

const env = { DATABASE_URL: "postgres://from-env/db" };

test("the address comes from the environment, and a flag goes before it", () => {
  expect(parseArguments(["up"], env)).toMatchObject({ databaseUrl: "postgres://from-env/db" });
  expect(parseArguments(["up", "--database-url", "postgres://flag/db"], env)).toMatchObject({
    databaseUrl: "postgres://flag/db",
  });
});

test("every flag reaches its option", () => {
  const argv = [
    "up",
    "--schema",
    "s",
    "--page-views",
    "p",
    "--accounts",
    "a",
    "--time-zone",
    "UTC",
  ];
  expect(parseArguments([...argv, "--dry-run", "--json"], env)).toEqual({
    verb: "up",
    databaseUrl: "postgres://from-env/db",
    schema: "s",
    pageViews: "p",
    accounts: "a",
    timeZone: "UTC",
    dryRun: true,
    check: false,
    dates: { from: undefined, to: undefined },
    sample: undefined,
    seed: undefined,
    json: true,
  });
});

test("print does without a database, and nothing else does", () => {
  expect(parseArguments(["print"], { DATABASE_URL: "" })).toMatchObject({ databaseUrl: undefined });
  expect(() => parseArguments(["up"], {})).toThrow("set DATABASE_URL or give --database-url");
});

test.each([
  [[], "There is no verb: give one of up, plan, status, print, verify, aggregate"],
  [["migrate"], '"migrate" is no verb'],
  [["up", "now"], '"now" is too much: after up come only options.'],
  [["up", "--force"], "Unknown option '--force'."],
  [["up", "--database-url", ""], "--database-url is empty"],
  [["print", "--database-url", ""], "--database-url is empty"],
  [["up", "--database-url", "nonsense"], "is no URL of Postgres"],
  [["up", "--database-url", "mysql://a@b/c"], "is no URL of Postgres"],
  [["up", "--schema"], "--schema"],
  [["plan", "--dry-run"], "--dry-run belongs to up."],
  [["up", "--check"], "--check belongs to status."],
  [["up", "--from", "2026-01-01"], "--from belongs to aggregate."],
  [["aggregate", "--sample", "3"], "--sample belongs to verify-rollups."],
  [["aggregate", "--from", "2026-01-01"], "A rebuild needs both --from and --to"],
  [["aggregate", "--from", "2026-02-30", "--to", "2026-03-01"], '--from "2026-02-30" is no date'],
  [["aggregate", "--from", "2026-02-03", "--to", "1.3.2026"], '--to "1.3.2026" is no date'],
  [["aggregate", "--from", "2026-02-03", "--to", "2026-02-02"], "is after --to 2026-02-02"],
  [["verify-rollups", "--sample", "1.5"], '--sample "1.5" is neither a share'],
  [["verify-rollups", "--sample", "ten"], '--sample "ten" is neither a share'],
  [["verify-rollups", "--seed", "-1"], "--seed"],
  [["verify-rollups", "--seed", "x"], '--seed "x" is no whole number'],
])("%j is wrong usage", (argv, sentence) => {
  expect(() => parseArguments(argv, env)).toThrow(UsageError);
  expect(() => parseArguments(argv, env)).toThrow(sentence);
});

test("an option that is not known comes without Node's advice on arguments", () => {
  expect(() => parseArguments(["up", "--force"], env)).toThrow(/^Unknown option '--force'\.$/);
});

test("a socket is an address too, and the environment's is held to the same rule", () => {
  const socket = { DATABASE_URL: "/var/run/postgresql app" };
  expect(parseArguments(["up"], socket)).toMatchObject({ databaseUrl: "/var/run/postgresql app" });
  expect(() => parseArguments(["up"], { DATABASE_URL: "db:5432" })).toThrow(
    "is no URL of Postgres",
  );
});

test("help and version need neither verb nor database", () => {
  expect(parseArguments(["--help"], {})).toBe("help");
  expect(parseArguments(["-h"], {})).toBe("help");
  expect(parseArguments(["--version"], {})).toBe("version");
});
