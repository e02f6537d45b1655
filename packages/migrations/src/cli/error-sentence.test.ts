import { expect, test } from "vitest";
import { errorSentence } from "./error-sentence.ts";

test("a host with several addresses that all refuse is one sentence each", () => {
  const refusals = ["::1", "127.0.0.1"].map(
    (host) => new Error(`connect ECONNREFUSED ${host}:5432`),
  );
  expect(errorSentence(new AggregateError(refusals))).toBe(
    "The database could not be used: connect ECONNREFUSED ::1:5432\nThe database could not be used: connect ECONNREFUSED 127.0.0.1:5432",
  );
});

test("an address that is no URL is not repeated", () => {
  const error = Object.assign(new TypeError("Invalid URL"), {
    code: "ERR_INVALID_URL",
    input: "postgres://me:secret@[",
  });
  expect(errorSentence(error)).toContain("percent-encoded");
  expect(errorSentence(error)).not.toContain("secret");
});

test.each(["ENOTFOUND", "EAI_AGAIN"])(
  "a host that is not found (%s) is not repeated: it may be a piece of a password",
  (code) => {
    const error = Object.assign(new Error(`getaddrinfo ${code} cret`), { code, hostname: "cret" });
    expect(errorSentence(error)).toContain(`(${code}): look at its name`);
    expect(errorSentence(error)).not.toContain("cret");
  },
);

test("an address without the password that is asked for is told where one is given", () => {
  const driver = "SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a";
  for (const message of [`${driver} string`, `${driver} non-empty string`]) {
    expect(errorSentence(new Error(message))).toMatch(
      /^The server asks for a password.*PGPASSWORD/,
    );
  }
});
