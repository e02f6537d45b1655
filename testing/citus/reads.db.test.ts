import { AnalyticsClient } from "@headcount/core";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestDatabase } from "../test-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { createClusterDatabase } from "./create-cluster-database.ts";
import { foldCluster } from "./fold-cluster.ts";

const entity = { entity_type: "article", entity_id: "3" } as const;
const range = { date_from: "2026-03-01", date_to: "2026-03-31" } as const;

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("what a question costs on Citus", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await createClusterDatabase({
      timeZone: "UTC",
      entityId: "bigint",
      accountId: "bigint",
      sessionId: "bigint",
    });
    ({ pool } = database);
    await pool.query(`
      insert into page_views (entity_type, entity_id, session_id, viewed_at)
      select 'article', n % 5, n % 7, timestamptz '2026-03-02 12:00Z' + n * interval '1 minute' from generate_series(1, 100) n`);
    await foldCluster(pool);
  });

  afterAll(() => database.drop());

  test("a question is one statement of one server, without a transaction around it", async () => {
    const sent: string[] = [];
    const one = new Pool({ connectionString: database.url, max: 1 });
    one.on("connect", (connection) => {
      connection.on("notice", ({ message = "" }) => {
        if (message.startsWith("issuing ")) sent.push(message);
      });
    });
    const analytics = new AnalyticsClient({ pool: one });
    const questions = [
      () => analytics.getTimeSeries({ ...entity, ...range }),
      () => analytics.getVisitors(entity),
      () => analytics.getHeatMap({ ...entity, ...range }),
      () => analytics.getRollingVisitors({ ...entity, ...range }),
    ];
    try {
      for (const ask of questions) {
        // the first opens the coordinator's connection to the server
        await ask();
        await one.query("set citus.log_remote_commands = on");
        await ask();
        await one.query("reset citus.log_remote_commands");
        expect(sent.splice(0)).toEqual([expect.stringMatching(/^issuing SELECT /)]);
      }
    } finally {
      await one.end();
    }
  });

  test("a question within a transaction knows what was written in it before", async () => {
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query(
        "insert into page_views (entity_type, entity_id, session_id, viewed_at) values ('article', 3, 9, '2026-03-02 13:00Z')",
      );
      const { rows } = await client.query(
        "select total_views from headcount.time_series_columns('article', 3, '2026-03-02', '2026-03-02', 'daily')",
      );
      expect(rows).toEqual([{ total_views: "{21}" }]);
    } finally {
      await client.query("rollback");
      client.release();
    }
  });

  test("the planner knows that a slice has one row of settings", async () => {
    const { rows } = await pool.query<{ result: string }>(
      `select result from run_command_on_workers($$
         select string_agg(c.reltuples::text, ' ') from pg_class c
         where c.relname = 'analytics_settings' and c.relnamespace::regnamespace::text ~ '^headcount_[0-9]'
       $$)`,
    );
    expect(rows).toEqual([{ result: "1 1" }, { result: "1 1" }]);
  });
});
