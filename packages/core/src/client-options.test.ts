import { expect, test } from "vitest";
import { AnalyticsClient } from "./analytics-client.ts";
import { type AnalyticsClientOptions, checkClientOptions } from "./client-options.ts";

const connectionString = "postgres://localhost/nowhere";

test.each<[options: unknown, message: string]>([
  [{}, "no way to the database"],
  [undefined, "no way to the database"],
  [{ connectionString: undefined }, "no way to the database"],
  [{ connectionString, db: {} }, "db and connectionString"],
  [{ connectionString, schema: "" }, 'schema is ""'],
  [{ connectionString, schema: "a\0b" }, "schema is"],
  [{ connectionString, schema: "x".repeat(64) }, "schema is"],
])("%j is refused", (options, message) => {
  expect(() => new AnalyticsClient(options as AnalyticsClientOptions)).toThrow(
    expect.objectContaining({
      code: "invalid_input",
      message: expect.stringContaining(message) as unknown,
    }),
  );
});

test("any name that Postgres allows is a schema", () => {
  const options = { connectionString, schema: 'My "odd" Schema' };
  expect(checkClientOptions(options)).toBe(options);
});
