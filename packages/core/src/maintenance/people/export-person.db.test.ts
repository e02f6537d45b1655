import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addViewsOfAda } from "../../../../../testing/add-views-of-ada.ts";
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

beforeEach(() => addViewsOfAda(database.pool));

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
