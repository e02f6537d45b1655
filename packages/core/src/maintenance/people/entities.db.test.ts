import { afterAll, beforeAll, expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import { erasedEntity, movedEntity } from "../../contract/person.ts";

const listing = (entity_id: string) => ({ entity_type: "listing", entity_id });

let database: TestDatabase;
let analytics: AnalyticsClient;

// Each session viewed several of the listings 7, 8 and 9.
beforeAll(async () => {
  database = await createInstalledDatabase("entities", {
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  analytics = new AnalyticsClient({ pool: database.pool });
  await database.pool.query(`
    update analytics_settings set milestones = '{"listing": {"views": [3]}}';
    insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
    select 'listing', 7 + n % 3, nullif(n % 4, 0), 's' || n / 4, timestamptz '2026-03-01 10:00Z' + n * interval '7 hours'
    from generate_series(1, 120) n`);
  await analytics.aggregate();
});

afterAll(() => database.drop());

async function isExact(): Promise<void> {
  expect(await compareRollups(database.pool)).toEqual([]);
  expect(await analytics.verify()).toMatchObject({ differences: 0, set_aside_changes: 0 });
}

async function count(sql: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::int as count ${sql}`,
  );
  return rows[0]?.count ?? Number.NaN;
}

test("an erased entity is nowhere, and what its sessions viewed elsewhere stays exact", async () => {
  const tables = [
    "page_views",
    "analytics_days",
    "analytics_entity_visitors",
    "analytics_milestones",
  ];
  const counts = () =>
    Promise.all(tables.map((table) => count(`from ${table} where entity_id = 9`)));
  expect(Math.min(...(await counts()))).toBeGreaterThan(0);
  const planned = await analytics.eraseEntity(listing("9"), { dryRun: true });
  const erased = await analytics.eraseEntity(listing("9"), { actor: "owner" });
  expect(erasedEntity.parse(erased)).toEqual(erased);
  expect([planned.erased_views, erased.erased_views]).toEqual([40, 40]);
  await isExact();
  expect(await counts()).toEqual([0, 0, 0, 0]);
});

test("a moved entity's views are another's, visitors of both count once, and what is gone cannot be moved", async () => {
  const [from, to] = [listing("7"), listing("8")];
  const moved = await analytics.moveEntity({ from, to });
  expect(movedEntity.parse(moved)).toEqual(moved);
  await isExact();
  expect(await count("from page_views where entity_id = 7")).toBe(0);
  const march = { date_from: "2026-03-01", date_to: "2026-04-30" };
  const { totals } = await analytics.getTimeSeries({ ...to, ...march });
  expect(totals).toMatchObject({ views: 80, unique_accounts: 3 });
  expect((await analytics.getTimeSeries({ ...from, ...march })).totals.views).toBe(0);
  const { rows } = await database.pool.query<{ subject: unknown }>(
    "select subject from analytics_audit where action = 'move_entity'",
  );
  expect(rows).toEqual([
    {
      subject: {
        entity_type: "listing",
        entity_id: "7",
        new_entity_type: "listing",
        new_entity_id: "8",
      },
    },
  ]);

  await database.pool.query(`
    alter table page_views disable trigger user;
    delete from page_views where id = (select min(id) from page_views where entity_id = 8);
    alter table page_views enable trigger user`);
  await expect(analytics.moveEntity({ from: to, to: from })).rejects.toMatchObject({
    code: "database",
    message: expect.stringContaining("has no more 1 of the views that are counted of listing 8"),
  });
});
