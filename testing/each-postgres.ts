import { describe, inject } from "vitest";
import type { PostgresServer } from "./postgres-server.ts";

/**
 * Runs the same tests on every PostgreSQL major under test (the variable HEADCOUNT_TEST_POSTGRES lists them).
 *
 * @example
 * describeEachPostgres((server) => {
 *   test("installs", async () => {
 *     await using database = await createTestDatabase("install", server.url);
 *   });
 * });
 */
export function describeEachPostgres(body: (server: PostgresServer) => void): void {
  describe.each(inject("postgresServers"))("on PostgreSQL $major", body);
}
