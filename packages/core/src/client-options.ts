import * as z from "zod/mini";
import {
  type CollectionOptions,
  type CollectionPolicy,
  collectionOptions,
} from "./collection/validation/collection-policy.ts";
import { parseInput } from "./contract/parse-input.ts";
import type { ConnectionOptions } from "./database/connect.ts";
import { AnalyticsError } from "./errors.ts";
import { hasMethods } from "./has-methods.ts";

/**
 * How to reach the database: by a `pg` pool or a Kysely instance of the host's, which the client never closes, or
 * by a connection string (`postgres://…`), for which it opens a pool of its own and closes it in `close()`. `schema`,
 * where Headcount's tables are, is `"headcount"` by default. `onQuery` is called after each statement. `collection` is what is
 * collected and kept of page views.
 */
export type AnalyticsClientOptions = ConnectionOptions & {
  collection?: CollectionOptions | undefined;
};

type CheckedClientOptions = ConnectionOptions & { collection: CollectionPolicy };

const connectionOptions = ["pool", "db", "connectionString"] as const;
const url = "give a URL like postgres://user:password@host:5432/database";

const clientOptions = z.strictObject({
  pool: z.optional(
    z.custom((value) => hasMethods(value, ["connect"]), { error: "give a Pool of pg" }),
  ),
  db: z.optional(
    z.custom((value) => hasMethods(value, ["withoutPlugins", "getExecutor"]), {
      error: "give a Kysely instance",
    }),
  ),
  connectionString: z.optional(z.string({ error: url })),
  schema: z.optional(
    z.custom((value) => typeof value === "string" && /^[^\0]{1,63}$/su.test(value), {
      error: "give the name of a schema, of 1 to 63 characters",
    }),
  ),
  onQuery: z.optional(
    z.custom((value) => typeof value === "function", { error: "give a function" }),
  ),
  collection: z.optional(z.custom<CollectionOptions>()),
});

/**
 * The options, when they can be used.
 *
 * @throws {AnalyticsError} `invalid_input` unless exactly one connection is given, and nothing unknown
 */
export function checkClientOptions(options: AnalyticsClientOptions): CheckedClientOptions {
  const given = connectionOptions.filter((name) => options?.[name] !== undefined);
  if (given.length !== 1) {
    throw new AnalyticsError(
      "invalid_input",
      `AnalyticsClient was given ${given.length === 0 ? "no connection to the database" : given.join(" and ")}: give one of pool, db or connectionString.`,
      { field: given[1] ?? "pool" },
    );
  }
  parseInput({ schema: clientOptions, input: options, name: "options object" });
  const { connectionString } = options;
  // Without a protocol pg fills in what is missing, and connects to a database that was not named.
  if (connectionString !== undefined && !/^postgres(ql)?:\/\//.test(connectionString)) {
    // Its value may hold a password, and is not for logs.
    throw new AnalyticsError(
      "invalid_input",
      `connectionString ${connectionString === "" ? "is empty" : "does not begin with postgres:// or postgresql://"}: ${url}.`,
      { field: "connectionString" },
    );
  }
  const collection = parseInput({
    schema: collectionOptions,
    input: options.collection ?? {},
    name: "options object",
  });
  return { ...options, collection };
}
