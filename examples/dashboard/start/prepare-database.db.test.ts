import { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import { expect, test } from "vitest";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { silent } from "../testing/silent.ts";
import { prepareDatabase } from "./prepare-database.ts";

const size = { days: 3, pageViews: 200 };

async function prepare(pool: Pool): Promise<void> {
  await using analytics = new AnalyticsClient({ pool });
  await prepareDatabase({ pool, analytics, progress: silent, size });
}

async function countViews(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ views: number }>(
    "select count(*)::int as views from page_views",
  );
  return rows[0]?.views ?? 0;
}

test("fills an empty database once, up to now, and leaves nothing to fold", async () => {
  await using database = await createTestDatabase("prepare");
  const { pool } = database;
  await prepare(pool);
  const views = await countViews(pool);
  expect(views).toBeGreaterThan(50);
  await prepare(pool);
  expect(await countViews(pool)).toBe(views);
  const { rows } = await pool.query(
    `select
       (select count(*)::int from page_view_changes) as pending,
       (select count(*)::int from page_views where viewed_at > now()) as ahead,
       (select count(*)::int from page_views where source_no is null or device_no is null) as without_facts,
       (select count(*)::int from page_views v left join pages p using (entity_type, entity_id) where v.owner_id is distinct from p.owner_id) as of_others`,
  );
  expect(rows).toEqual([{ pending: 0, ahead: 0, without_facts: 0, of_others: 0 }]);
  // as if it had been interrupted before the last of it was written
  await pool.query("delete from pages");
  await pool.query("delete from accounts");
  await prepare(pool);
  expect((await countViews(pool)) - views).toBeLessThan(3);
});

test.each(["accounts", "page_views"])(
  "leaves a database with %s of its own alone",
  async (table) => {
    await using database = await createTestDatabase("foreign");
    const { pool } = database;
    await pool.query(`create table ${table} (id bigint primary key)`);
    await expect(prepare(pool)).rejects.toThrow(
      `The database has a table ${table} that this example did not make: give an empty database`,
    );
    const { rows } = await pool.query(
      "select table_name from information_schema.tables where table_schema = 'public'",
    );
    expect(rows).toEqual([{ table_name: table }]);
  },
);
