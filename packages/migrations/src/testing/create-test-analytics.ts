import { AnalyticsClient } from "@headcount/core";
import { Kysely, PGliteDialect } from "kysely";
import type { Pool } from "pg";
import { migrate } from "../migrate.ts";
import { MigrationError } from "../migration-error.ts";
import type { InstallationOptions } from "../migration-options.ts";
import { printSql } from "../print-sql.ts";

export interface TestAnalyticsOptions extends Omit<InstallationOptions, "pool"> {
  /**
   * On a database of your tests, which is migrated, and stays open.
   * @default a PGlite in memory, which needs `@electric-sql/pglite`
   */
  pool?: Pool | undefined;
}

/** A client whose database is migrated. */
export interface TestAnalytics extends AsyncDisposable {
  analytics: AnalyticsClient;
  /** Runs SQL on the same database, for rows that a test needs. Returns rows. */
  query: (text: string, values?: unknown[]) => Promise<unknown[]>;
  /** Ends the client, and the PGlite that was made for it. */
  close: () => Promise<void>;
}

/**
 * A client on a migrated database, for tests of a host: in memory, or on a pool of yours.
 *
 * @throws {MigrationError} `invalid_input` when there is neither a pool nor PGlite, and what `migrate` throws
 * @example
 * const { analytics, close } = await createTestAnalytics({ timeZone: "Europe/Berlin" });
 * await analytics.trackPageView({ entity_type: "listing", entity_id: null, session_id: crypto.randomUUID() });
 * await close();
 */
export async function createTestAnalytics({
  pool,
  ...options
}: TestAnalyticsOptions = {}): Promise<TestAnalytics> {
  const { schema } = options;
  if (pool !== undefined) {
    await migrate({ ...options, pool });
    const analytics = new AnalyticsClient({ pool, schema });
    const query = async (text: string, values?: unknown[]): Promise<unknown[]> => {
      const { rows } = await pool.query<object>(text, values);
      return rows;
    };
    return testAnalytics({ analytics, query, close: () => analytics.close() });
  }
  const { PGlite } = await importPGlite();
  const pglite = await PGlite.create();
  await pglite.exec(await printSql(options));
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite }) });
  const analytics = new AnalyticsClient({ db, schema });
  return testAnalytics({
    analytics,
    query: async (text, values) => (await pglite.query(text, values)).rows,
    async close() {
      await analytics.close();
      await pglite.close();
    },
  });
}

function testAnalytics(parts: Omit<TestAnalytics, typeof Symbol.asyncDispose>): TestAnalytics {
  return { ...parts, [Symbol.asyncDispose]: () => parts.close() };
}

async function importPGlite() {
  try {
    return await import("@electric-sql/pglite");
  } catch (cause) {
    throw new MigrationError(
      "invalid_input",
      "There is no PGlite to test on: npm install --save-dev @electric-sql/pglite, or give a pool.",
      { field: "pool", cause },
    );
  }
}
