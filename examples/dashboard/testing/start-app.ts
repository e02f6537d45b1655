import { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import { expect } from "vitest";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { collection } from "../host/collection.ts";
import type { TrafficSize } from "../host/traffic-until-now.ts";
import { createApp } from "../server/create-app.ts";
import { buildPage } from "../start/build-page.ts";
import { listen } from "../start/listen.ts";
import { prepareDatabase } from "../start/prepare-database.ts";
import { silent } from "./silent.ts";

/** The whole app on a database of its own, for tests. */
export interface TestApp extends AsyncDisposable {
  /** With a slash at its end. */
  url: string;
  pool: Pool;
  analytics: AnalyticsClient;
}

const someWeeks: TrafficSize = { days: 75, pageViews: 4_000 };

/**
 * Starts it as `npm run dashboard` does, on less traffic and a free port.
 *
 * @example
 * await using app = await startApp();
 * await fetch(`${app.url}api/session`);
 */
export async function startApp(size: TrafficSize = someWeeks): Promise<TestApp> {
  const database = await createTestDatabase("dashboard");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool, collection });
  await prepareDatabase({ pool, analytics, progress: silent, size });
  const failures: Error[] = [];
  const worker = analytics.startAggregating({
    intervalMs: 500,
    onError: (error) => failures.push(error),
  });
  const { directory } = await buildPage();
  const app = createApp({ analytics, pool, pageDirectory: directory });
  const server = await listen({ app, port: 0 });
  return {
    url: server.url,
    pool,
    analytics,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await worker.stop();
      await analytics.close();
      await database.drop();
      expect(failures).toEqual([]);
    },
  };
}
