import { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import { withClient } from "./with-client.ts";

interface Snapshot {
  client: Pick<Pool, "query">;
  analytics: AnalyticsClient;
}

/** Does work that sees the database at one moment, whatever others write. */
export function inOneSnapshot<Result>(
  pool: Pool,
  work: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  return withClient(pool, async (client) => {
    // the oracle joins page views with themselves, and takes minutes where it does not know how many there are by now
    await client.query("analyze page_views");
    await client.query("begin isolation level repeatable read read only");
    const alwaysThisOne = {
      query: client.query.bind<typeof client.query>(client),
      release: () => undefined,
    };
    const analytics = new AnalyticsClient({
      pool: { options: {}, connect: async () => alwaysThisOne, end: async () => undefined },
    });
    try {
      return await work({ client, analytics });
    } finally {
      await client.query("rollback");
    }
  });
}
