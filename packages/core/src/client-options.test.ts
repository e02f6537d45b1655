import { expect, test } from "vitest";
import { AnalyticsClient } from "./analytics-client.ts";
import { type AnalyticsClientOptions, checkClientOptions } from "./client-options.ts";

const connectionString = "postgres://localhost/nowhere";

test.each<[options: unknown, message: string]>([
  [{}, "no connection to the database"],
  [undefined, "no connection to the database"],
  [{ connectionString: undefined }, "no connection to the database"],
  [{ connectionString, db: {} }, "db and connectionString"],
  [{ pool: 5 }, "pool is 5: give a Pool of pg."],
  [{ pool: {} }, "pool is an object: give a Pool"],
  [{ pool: null }, "pool is null: give a Pool"],
  [{ db: 5 }, "db is 5: give a Kysely instance."],
  [{ db: {} }, "db is an object: give a Kysely"],
  [{ connectionString: 5 }, "connectionString is 5: give a URL like postgres://"],
  [{ connectionString: "" }, "connectionString is empty: give a URL like postgres://"],
  [{ connectionString: "nonsense" }, "connectionString does not begin with postgres://"],
  [{ connectionString: "mysql://localhost/app" }, "connectionString does not begin with"],
  [{ connectionString, shema: "x" }, '"shema" is not a field of this options object'],
  [{ connectionString, schema: "" }, 'schema is ""'],
  [{ connectionString, schema: "a\0b" }, "schema is"],
  [{ connectionString, schema: "x".repeat(64) }, "schema is"],
  [{ connectionString, onQuery: 5 }, "onQuery is 5: give a function"],
  [{ connectionString, collection: 5 }, "The options object is 5: give an object."],
  [{ connectionString, collection: { maxAge: 5 } }, '"maxAge" is not a field'],
  [{ connectionString, collection: { maxAgeMs: -1 } }, "maxAgeMs is -1: give milliseconds"],
  [{ connectionString, collection: { maxViewsPerMinute: 0 } }, "maxViewsPerMinute is 0: give"],
  [
    { connectionString, collection: { maxTimeOnPageSeconds: 0.5 } },
    "maxTimeOnPageSeconds is 0.5: give whole",
  ],
  [{ connectionString, collection: { refuseBots: "no" } }, 'refuseBots is "no": give true'],
  [
    { connectionString, collection: { refuseReferrers: ["https://spam.example/"] } },
    'refuseReferrers.0 is "https://spam.example/": give an array of hosts',
  ],
  [{ connectionString, collection: { storeIpAddress: true } }, "storeIpAddress is true: give"],
  [{ connectionString, collection: { storeFacts: ["city"] } }, 'storeFacts.0 is "city": give an'],
  [{ connectionString, collection: { countryHeader: "" } }, 'countryHeader is "": give the name'],
])("%j is refused", (options, message) => {
  expect(() => new AnalyticsClient(options as AnalyticsClientOptions)).toThrow(
    expect.objectContaining({
      code: "invalid_input",
      message: expect.stringContaining(message) as unknown,
    }),
  );
});

test("a connection string that is refused is not repeated: it may hold a password", () => {
  const options = { connectionString: "mysql://root:secret@localhost/app" };
  expect(() => checkClientOptions(options)).toThrow(
    expect.objectContaining({
      field: "connectionString",
      message: expect.not.stringContaining("secret") as unknown,
    }),
  );
});

test.each(["postgres://localhost/app", "postgresql:///app?host=/var/run/postgresql"])(
  "%s is a connection string",
  (url) => {
    expect(() => new AnalyticsClient({ connectionString: url })).not.toThrow();
  },
);

test("any name that Postgres allows is a schema", () => {
  const options = { connectionString, schema: 'My "odd" Schema' };
  expect(checkClientOptions(options)).toMatchObject(options);
});
