import { AnalyticsClient } from "@headcount/core";
import { expect, test } from "vitest";
import { addViews } from "../oracle/add-views.ts";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";

test("where a host publishes all tables, none of its statements fails, and nothing of ours", async () => {
  await using database = await createInstalledDatabase("published tables", { timeZone: "UTC" });
  const { pool } = database;
  await pool.query("create publication everything for all tables");
  const analytics = new AnalyticsClient({ pool });
  const folded = async (): Promise<void> => {
    await analytics.aggregate();
    expect(await compareRollups(pool)).toEqual([]);
  };

  await addViews(pool, 200);
  await folded();
  await pool.query("update page_views set viewed_at = viewed_at - interval '40 days'");
  await folded();
  await pool.query("delete from page_views where id::text < '8'");
  await folded();
  await analytics.rebuild({ date_from: "2000-01-01", date_to: "2100-01-01" });
  await folded();
  await pool.query("truncate page_views");
  await folded();
});
