import { randomUUID } from "node:crypto";
import { AnalyticsClient } from "@headcount/core";
import { expect, test } from "vitest";
import { describeEachPostgres } from "../../../../testing/each-postgres.ts";
import { createTestDatabase } from "../../../../testing/test-database.ts";
import { migrate } from "../migrate.ts";

describeEachPostgres((server) => {
  test("functions follow a table of page views that was renamed, and columns of it", async () => {
    await using database = await createTestDatabase("renamed", server.url);
    const { pool } = database;
    await migrate({ pool });
    await pool.query(`
      alter table page_views rename to visits;
      alter table visits rename entity_id to "The ""thing""";
      alter table visits rename session_id to account;
      insert into visits (entity_type, account) values ('a', gen_random_uuid())`);
    const renamed = { entity_id: 'The "thing"', session_id: "account" };
    const columns = "select columns from analytics_settings";
    const analytics = new AnalyticsClient({ pool });
    await expect(analytics.verify()).rejects.toThrow(
      / does not exist\. If page views or a column of theirs were renamed, run: npx @headcount\/migrations up$/,
    );
    expect((await migrate({ pool })).applied.map(({ name }) => name)).toEqual([
      "functions, attachments",
    ]);
    expect((await pool.query(columns)).rows).toEqual([{ columns: renamed }]);
    expect((await migrate({ pool, columns: renamed })).applied).toEqual([]);
    await pool.query("insert into visits (entity_type, account) values ('a', gen_random_uuid())");
    expect((await analytics.aggregate()).folded_changes).toBe(2);
    expect((await analytics.verify()).differences).toBe(0);

    await pool.query(
      `alter table visits rename "The ""thing""" to entity_id; alter table visits rename account to session_id`,
    );
    await migrate({ pool });
    expect((await pool.query(columns)).rows).toEqual([{ columns: {} }]);
    const view = { entity_type: "a", entity_id: null, session_id: randomUUID() };
    // a client that knew the columns asks again after one failure
    await expect(analytics.trackPageView(view)).rejects.toThrow("does not exist");
    expect((await analytics.trackPageView(view)).accepted).toBe(1);
    expect((await analytics.verify()).differences).toBe(0);
  });
});
