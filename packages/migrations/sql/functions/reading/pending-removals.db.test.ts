import { expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";

test("a live series looks a session that loses its first view up, and does not read all page views for each of them", async () => {
  await using database = await createInstalledDatabase("pending removals", { timeZone: "UTC" });
  const { pool } = database;
  await pool.query(`
    insert into page_views (entity_type, entity_id, session_id, viewed_at)
    select (array['article', 'listing', 'profile'])[1 + n % 3], md5((n % 1000)::text)::uuid, md5((n / 2)::text || 's')::uuid,
      timestamptz '2026-01-01 00:00+00' + n * interval '3 minutes'
    from generate_series(1, 20000) n`);
  await foldEverything(pool);
  await pool.query("vacuum analyze");
  const client = await pool.connect();
  try {
    // of some tables the planner thinks so anyway
    await client.query("begin; set local random_page_cost = 1000");
    const scans = async (): Promise<number> => {
      const { rows } = await client.query<{ scans: number }>(
        "select pg_stat_get_xact_numscans('page_views'::regclass)::int as scans",
      );
      return rows[0]?.scans ?? 0;
    };
    await client.query(
      "delete from page_views where id in (select v.id from page_views v order by v.viewed_at limit 20)",
    );
    const before = await scans();
    await client.query(
      "select * from get_time_series_data('listing', md5('7')::uuid, '2026-01-01', '2026-06-30')",
    );
    expect(await scans()).toBe(before);
  } finally {
    await client.query("rollback");
    client.release();
  }
});
