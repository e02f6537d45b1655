import { AnalyticsError } from "@headcount/core";
import { expect, test } from "vitest";
import { MigrationError } from "../migration-error.ts";
import { errorSentence } from "./error-sentence.ts";

const connectionString = "postgres://me:s3cret@db.example:5433/app";
const of = (error: unknown, address = connectionString): string =>
  errorSentence({ error, connectionString: address });
const address = 'The address is that of "app" on db.example:5433.';

test("a connection that failed names the server and the database", () => {
  const refusals = ["::1", "127.0.0.1"].map((host) =>
    Object.assign(new Error(`connect ECONNREFUSED ${host}:5432`), { code: "ECONNREFUSED" }),
  );
  expect(of(new AggregateError(refusals))).toBe(
    `The database could not be reached: connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432. ${address}`,
  );
});

test("an address that is not a URL is not repeated", () => {
  const error = Object.assign(new TypeError("Invalid URL"), {
    code: "ERR_INVALID_URL",
    input: "postgres://me:secret@[",
  });
  expect(of(error, "postgres://me:secret@[")).toContain("percent-encoded");
  expect(of(error, "postgres://me:secret@[")).not.toContain("secret");
});

test.each(["ENOTFOUND", "EAI_AGAIN"])(
  "a host that is not found (%s) is said, unless it may be a piece of the password",
  (code) => {
    const error = Object.assign(new Error(`getaddrinfo ${code} cret`), { code, hostname: "cret" });
    expect(of(error)).toContain(`(${code}): look at its name`);
    expect(of(error)).toContain(address);
    for (const special of ["/", "?", "#"]) {
      const unencoded = `postgres://me:se@cret${special}x@db.example/app`;
      expect(of(error, unencoded)).toContain("percent-encoded");
      expect(of(error, unencoded)).not.toContain("cret");
    }
  },
);

test("an address without the password that is asked for: the sentence says where to give one", () => {
  const driver = "SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a";
  for (const message of [`${driver} string`, `${driver} non-empty string`]) {
    expect(of(new Error(message))).toMatch(/^The database asks for a password.*PGPASSWORD/);
  }
});

test("a database that is not there is named with its server, and what a statement met is not", () => {
  const missing = Object.assign(new Error('database "app" does not exist'), { code: "3D000" });
  expect(of(missing)).toContain(address);
  const failed = Object.assign(new Error("division by zero"), { code: "22012" });
  expect(of(failed)).toBe("The database answered: division by zero.");
});

test.each([
  ["schema", 'schema "pg_x" belongs to Postgres', '--schema "pg_x" belongs to Postgres'],
  [
    "timeZone",
    'timeZone is "UTC", but it was "Asia/Tokyo": leave timeZone out',
    '--time-zone is "UTC", but it was "Asia/Tokyo": leave --time-zone out',
  ],
  [
    "date_from",
    'date_from is "x": give a date. date_to is "y": give a date.',
    '--date-from is "x": give a date. --date-to is "y": give a date.',
  ],
])("the option %s is named by its flag", (field, message, typed) => {
  expect(of(new MigrationError("invalid_input", message, { field }))).toBe(typed);
  expect(of(new AnalyticsError("invalid_input", message, { field }))).toBe(typed);
});
