import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import { type ExportedRecord, exportedRecord } from "../../contract/exported-record.ts";
import type { PersonQuery } from "../../contract/person.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("export", {
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  analytics = new AnalyticsClient({ pool: database.pool });
});

// Ada is account 1, on a browser of her own and on one that she shares with account 2; some views are from before she signed in.
beforeEach(async () => {
  await database.pool.query(`
    truncate page_views;
    delete from visitor_sessions; delete from analytics_audit;
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, referrer_url, time_on_page)
    select 'listing', 7 + n % 3, case when n % 4 = 0 then null when n % 4 = 1 and n % 5 > 1 then 2 else 1 end,
      's' || n / 4, case when n % 7 < 4 or (n % 4 = 1 and n % 5 > 1) then 'shared' when n % 7 < 6 then 'hers' end,
      timestamptz '2026-03-01 10:00Z' + n * interval '7 hours', 'https://ref.example/' || n, n % 50
    from generate_series(1, 120) n;
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at)
    select 'listing', 7, nullif(n % 3, 0) + 7, 'other' || n, null, timestamptz '2026-03-02 10:00Z' + n * interval '1 day'
    from generate_series(1, 30) n`);
  await analytics.aggregate();
  await database.pool.query(`
    insert into visitor_sessions (session_id, ip_address, user_agent) values ('s1', '192.0.2.1', 'a browser'), ('s2', '192.0.2.2', 'a second one')
    on conflict (session_id) do update set ip_address = excluded.ip_address, user_agent = excluded.user_agent`);
});

afterAll(() => database.drop());

async function exported(person: PersonQuery, options = {}): Promise<ExportedRecord[]> {
  const records: ExportedRecord[] = [];
  for await (const record of analytics.exportPerson(person, options)) records.push(record);
  return records;
}

async function count(sql: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::int as count ${sql}`,
  );
  return rows[0]?.count ?? Number.NaN;
}

const hers = `from page_views where account_id = 1
  or (account_id is null and session_id in (select session_id from page_views where account_id = 1))
  or (account_id is null and visitor_id in ('hers', 'shared'))`;

test("an export has every page view and session of somebody, with what is linked, and nobody else's", async () => {
  await database.pool.query(`
    insert into analytics_sources (channel, source) values ('referral', 'a');
    update page_views set source_no = (select max(source_no) from analytics_sources) where id = (select min(id) from page_views)`);
  const records = await exported({ account_id: 1 });
  expect(records.map((record) => exportedRecord.parse(record))).toEqual(records);
  const views = records.filter((record) => record.record === "page_view");
  expect(views.length).toBe(await count(hers));
  expect(new Set(views.map(({ account_id }) => account_id))).toEqual(new Set(["1", null]));
  const instants = views.map(({ viewed_at }) => Date.parse(viewed_at ?? ""));
  expect(instants).toEqual(instants.toSorted((a, b) => a - b));
  expect(records).toContainEqual(
    expect.objectContaining({
      record: "session",
      session_id: "s1",
      ip_address: "192.0.2.1",
      user_agent: "a browser",
    }),
  );
  expect(JSON.stringify(records)).not.toContain("other");

  const alone = await exported({ account_id: 1 }, { linked: false });
  expect(alone.filter(({ record }) => record === "page_view").length).toBe(
    await count("from page_views where account_id = 1"),
  );
  expect(await exported({ visitor_ids: ["nobody's"] })).toEqual([]);
});

test("days whose page views are gone are exported as days", async () => {
  const { pool } = database;
  await pool.query(`
    alter table page_views disable trigger user;
    delete from page_views where viewed_at < '2026-03-05Z' and (account_id = 1 or account_id is null);
    alter table page_views enable trigger user`);
  const records = await exported({ account_id: 1 });
  const days = records.filter((record) => record.record === "day");
  expect(days.length).toBeGreaterThan(3);
  expect(records.map((record) => exportedRecord.parse(record))).toEqual(records);
  const { rows } = await pool.query<{ views: number }>(
    "select sum(views)::int as views from analytics_visitor_days where kind = 'a' and visitor_id = '1' and date < '2026-03-05'",
  );
  const stored = days.reduce((sum, { views }) => sum + views, 0);
  expect(stored).toBeGreaterThanOrEqual(rows[0]?.views ?? Number.NaN);
});
