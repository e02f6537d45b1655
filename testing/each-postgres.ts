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

/** The same on the oldest and the newest of them: where what was there before ours is looked at, which no major in between does otherwise. */
export function describeOutermostPostgres(body: (server: PostgresServer) => void): void {
  const [oldest, ...others] = inject("postgresServers");
  const outermost = [oldest, others.at(-1)].filter((server) => server !== undefined);
  describe.each(outermost)("on PostgreSQL $major", body);
}
