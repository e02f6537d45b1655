import { AnalyticsClient } from "@headcount/core";
import { migrate, scheduleFolding, unscheduleFolding } from "@headcount/migrations";
import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { clusterUrl, skip, skipWithoutCluster } from "./cluster-url.ts";
import { createEmptyClusterDatabase } from "./create-cluster-database.ts";

/** The database of the coordinator that pg_cron lives in. */
async function findHome(): Promise<string | undefined> {
  if (clusterUrl === undefined) return undefined;
  const client = new Client({ connectionString: clusterUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ home: string | null }>(
      "select current_setting('cron.database_name', true) as home",
    );
    return rows[0]?.home ?? undefined;
  } finally {
    await client.end();
  }
}

const home = await findHome();

skipWithoutCluster();
if (clusterUrl !== undefined && home === undefined) {
  skip("the coordinator has no pg_cron in shared_preload_libraries");
}

/** The statements that an error gives. */
const adviceOf = async (work: Promise<unknown>): Promise<string[]> => {
  const { message } = await work.then(
    () => new Error("It did not fail."),
    (error: unknown) => error as Error,
  );
  return message.match(/SELECT cron\.[^]*?\);$/gm) ?? [];
};

describe.runIf(home)("pg_cron on the coordinator", () => {
  test("folds a database of a cluster from the one that it lives in, until it is taken out", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool, url } = database;
    await migrate({ pool });
    const atHome = new URL(url);
    atHome.pathname = `/${home}`;
    const client = new Client({ connectionString: atHome.href });
    await client.connect();
    const name = decodeURIComponent(new URL(url).pathname.slice(1));
    try {
      // else Citus makes it on workers, too, where nothing has loaded it
      await client.query("set citus.enable_ddl_propagation = off");
      await client.query("create extension if not exists pg_cron");
      const jobs = await adviceOf(scheduleFolding({ pool }));
      expect(jobs).toHaveLength(2);
      // as it says for pg_cron before 1.5
      for (const job of jobs) await client.query(job.replace("5 seconds", "* * * * *"));
      const analytics = new AnalyticsClient({ pool });
      const entity = {
        entity_type: "article",
        entity_id: "00000000-0000-4000-8000-000000000001",
      };
      await analytics.trackPageViews([entity, { ...entity, session_id: entity.entity_id }]);
      await expect
        .poll(async () => (await analytics.getStatus()).pending_changes, { timeout: 100_000 })
        .toBe(0);
      expect(await analytics.verify()).toMatchObject({ differences: 0, page_views: 2 });
      const { rows } = await client.query(
        "select distinct d.status from cron.job_run_details d join cron.job j using (jobid) where d.database = $1 and d.end_time is not null",
        [name],
      );
      expect(rows).toEqual([{ status: "succeeded" }]);
      const jobsToEnd = await adviceOf(unscheduleFolding({ pool }));
      expect(jobsToEnd).toHaveLength(2);
      for (const job of jobsToEnd) await client.query(job);
    } finally {
      await client.query("select cron.unschedule(jobid) from cron.job where database = $1", [name]);
      await client.end();
    }
  }, 150_000);
});
