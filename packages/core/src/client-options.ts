import type { ConnectionOptions } from "./database/connect.ts";
import { AnalyticsError } from "./errors.ts";

/**
 * How to reach the database: by a `pg` pool or a Kysely instance of the host's, which the client never closes, or
 * by a connection string, for which it opens a pool of its own and closes it in `close()`. `schema`, where
 * Headcount's tables are, is `"public"` by default.
 */
export type AnalyticsClientOptions = ConnectionOptions;

/** What every read takes besides its query. */
export interface CallOptions {
  /** Aborting cancels the statement on the server; the call then fails with code `aborted`. */
  signal?: AbortSignal | undefined;
}

const doors = ["pool", "db", "connectionString"] as const;

/**
 * The options, when they can be used.
 *
 * @throws {AnalyticsError} `invalid_input` unless exactly one way to the database is given
 */
export function checkClientOptions(options: AnalyticsClientOptions): ConnectionOptions {
  const given = doors.filter((door) => options?.[door] !== undefined);
  if (given.length !== 1) {
    throw new AnalyticsError(
      "invalid_input",
      `AnalyticsClient was given ${given.length === 0 ? "no way to the database" : given.join(" and ")}: give one of pool, db or connectionString.`,
      { field: given[1] ?? "pool" },
    );
  }
  const { schema } = options;
  if (schema !== undefined && (typeof schema !== "string" || !/^[^\0]{1,63}$/su.test(schema))) {
    throw new AnalyticsError(
      "invalid_input",
      `schema is ${JSON.stringify(schema)}: give the name of a schema, of 1 to 63 characters.`,
      { field: "schema" },
    );
  }
  return options;
}
