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
  [
    new AggregateError([withCode(new Error("connect a"), "ECONNREFUSED"), new Error("connect b")]),
    "connect a; connect b",
  ],
  [
    withCode(new Error("self-signed certificate"), "DEPTH_ZERO_SELF_SIGNED_CERT"),
    "self-signed certificate",
  ],
  [
    withCode(new Error("write CONNECTION_CLOSED db:5432"), "CONNECTION_CLOSED"),
    "write CONNECTION_CLOSED db:5432",
  ],
])("%s is not an answer of the server", (error, reason) => {
  const { message } = toAnalyticsError({ error });
  expect(message).toBe(`The database could not be reached: ${reason}.`);
  expect(sqlState(error)).toBeUndefined();
});

test.each([
  new TypeError("Cannot read properties of undefined (reading 'rows')"),
  new Error("Cannot use a pool after calling end on the pool"),
  withCode(new TypeError("The value is out of range"), "ERR_OUT_OF_RANGE"),
])("%s is neither an answer of the server nor a fault of the network", (error) => {
  expect(toAnalyticsError({ error }).message).toBe(
    `The call failed on the client's side, not in the database or on the way there: ${error.message}.`,
  );
});

test("an address that is not a URL is not repeated", () => {
  const error = Object.assign(withCode(new TypeError("Invalid URL"), "ERR_INVALID_URL"), {
    input: "postgres://me:secret@[",
  });
  const { message } = toAnalyticsError({ error });
  expect(message).toContain("percent-encoded");
  expect(message).not.toContain("secret");
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
