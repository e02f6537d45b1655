import { AnalyticsClient } from "@headcount/core";
import { configure } from "@testing-library/react";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import type { TestDatabase } from "../test-database.ts";
import { type ServedAnalytics, serveAnalytics } from "./serve-analytics.ts";

// what a test waits for may take a while on a busy machine
configure({ asyncUtilTimeout: 30_000 });

/** A database with page views of some listings, a client of it, and the routes that the hooks ask. */
export interface ReactHost extends AsyncDisposable {
  database: TestDatabase;
  analytics: AnalyticsClient;
  routes: ServedAnalytics;
  /** Stores views of a listing by one account each, one after another, an hour ago, and folds them. */
  view(listing: string, accounts: string[]): Promise<void>;
}

export async function createReactHost(hint: string): Promise<ReactHost> {
  const database = await createInstalledDatabase(hint, {
    pageViewId: "uuid",
    entityId: "text",
    accountId: "text",
    sessionId: "text",
  });
  const analytics = new AnalyticsClient({ pool: database.pool });
  const routes = await serveAnalytics(analytics);
  return {
    database,
    analytics,
    routes,
    async view(listing, accounts) {
      await database.pool.query(
        `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
         select 'listing', $1, account, 's-' || account, now() - interval '1 hour' + n * interval '1 ms'
         from unnest($2::text[]) with ordinality a (account, n)`,
        [listing, accounts],
      );
      await analytics.aggregate();
    },
    async [Symbol.asyncDispose]() {
      await routes.close();
      await analytics.close();
      await database.drop();
    },
  };
}
