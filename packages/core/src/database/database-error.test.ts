import { expect, test } from "vitest";
import { sqlState, toAnalyticsError } from "./database-error.ts";

const withCode = (error: Error, code: string): Error => Object.assign(error, { code });

test("what the server says has the code of Postgres, and is called an answer", () => {
  const error = withCode(new Error("deadlock detected"), "40P01");
  expect(toAnalyticsError({ error }).message).toBe("The database answered: deadlock detected.");
  expect(sqlState(toAnalyticsError({ error }))).toBe("40P01");
});

test.each([
  [withCode(new Error("write EPIPE"), "EPIPE"), "write EPIPE"],
  [new Error("Connection terminated unexpectedly"), "Connection terminated unexpectedly"],
  [withCode(new AggregateError([]), "ECONNREFUSED"), "ECONNREFUSED"],
])("%s is not an answer of the server", (error, reason) => {
  const { message } = toAnalyticsError({ error });
  expect(message).toBe(`The database could not be reached: ${reason}.`);
  expect(sqlState(error)).toBeUndefined();
});

test.each(["ENOTFOUND", "EAI_AGAIN"])(
  "a host that is not found (%s) is not repeated: it may be a piece of a password",
  (code) => {
    const error = withCode(new Error(`getaddrinfo ${code} cret`), code);
    const { message } = toAnalyticsError({ error });
    expect(message).toContain(`(${code}): look at its name`);
    expect(message).not.toContain("cret");
  },
);

test("a password that is asked for and was not given is said so", () => {
  const error = new Error("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string");
  expect(toAnalyticsError({ error })).toMatchObject({
    code: "database",
    message: expect.stringMatching(
      /^The database asks for a password, and none was given:/,
    ) as string,
    cause: error,
  });
});
