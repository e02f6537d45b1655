import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addViewsOfAda } from "../../../../../testing/add-views-of-ada.ts";
import { stopBeforeWriting } from "../../../../../testing/faults/stop-before-writing.ts";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import type { ExportedRecord } from "../../contract/exported-record.ts";
import type { Measures } from "../../contract/measures.ts";
import { erasedPerson, type PersonQuery } from "../../contract/person.ts";

const listing = { entity_type: "listing", entity_id: "7" };
const march = { date_from: "2026-03-01", date_to: "2026-04-30" };

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("erase", {
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  analytics = new AnalyticsClient({ pool: database.pool });
});

beforeEach(() => addViewsOfAda(database.pool));

afterAll(() => database.drop());

async function isExact(): Promise<void> {
  expect(await compareRollups(database.pool)).toEqual([]);
  expect(await analytics.verify()).toMatchObject({ differences: 0, set_aside_changes: 0 });
}

/** Every table of ours, and page views, as text: what is nowhere in it is gone. */
async function everything(): Promise<string> {
  const { rows: tables } = await database.pool.query<{ name: string }>(
    "select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace in ('headcount'::regnamespace, 'public'::regnamespace)",
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await database.pool.query<{ row: string }>(
      `select to_jsonb(t)::text as row from ${name} t`,
    );
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join("\n");
}

/** Measures of a bucket that say nothing of accounts. */
function withoutAccounts({
  views,
  unique_visitors,
  avg_time_on_page,
  bounce_rate,
  new_visitors,
  returning_visitors,
}: Measures) {
  return {
    views,
    unique_visitors,
    avg_time_on_page,
    bounce_rate,
    new_visitors,
    returning_visitors,
  };
}

/** Of two accounts in one session, the second one gets a session of its own: else one visit would become two. */
async function ofVisitsAlone(): Promise<void> {
  await database.pool.query(
    "update page_views set session_id = session_id || 'b' where account_id = 2",
  );
  await analytics.aggregate();
}

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

/** What still names Ada: by her account, her browser, and what was kept of her connection. */
async function traces(): Promise<string[]> {
  const text = await everything();
  const rollups = ["analytics_entity_visitors", "analytics_visitor_days"];
  const counts = await Promise.all(
    rollups.map((name) => count(`from ${name} where kind = 'a' and visitor_id = '1'`)),
  );
  return [
    ...['"account_id": 1,', '"account_id": 1}', '"hers"', "192.0.2.1", "a browser"].filter(
      (trace) => text.includes(trace),
    ),
    ...rollups.filter((_, nth) => counts[nth] !== 0),
  ];
}

const hers = `from page_views where account_id = 1
  or (account_id is null and session_id in (select session_id from page_views where account_id = 1))
  or (account_id is null and visitor_id in ('hers', 'shared'))`;

test("a dry run counts what is erased and writes nothing, and then nothing names the person any more", async () => {
  expect(await traces()).toHaveLength(6);
  const before = await everything();
  const planned = await analytics.erasePerson({ account_id: "1" }, { dryRun: true });
  expect(await everything()).toBe(before);
  expect(planned).toEqual({
    erased_views: await count(hers),
    anonymised_views: 0,
    entities: 3,
    sessions: await count(`from (select distinct session_id ${hers}) s`),
    receipt: null,
    duration_ms: expect.any(Number),
  });

  // some of it is not folded yet
  await database.pool.query(`
    insert into page_views (entity_type, entity_id, account_id, session_id) values ('listing', 7, 1, 's1'), ('listing', 8, 1, 'new')`);
  const { totals } = await analytics.getTimeSeries({ ...listing, ...march });
  const erased = await analytics.erasePerson({ account_id: "1" }, { actor: "dpo" });
  expect(erasedPerson.parse(erased)).toEqual(erased);
  expect(erased.erased_views).toBe(planned.erased_views + 2);
  expect(await count("from page_view_changes")).toBe(0);
  await isExact();
  const after = await analytics.getTimeSeries({ ...listing, ...march });
  expect(after.totals.unique_accounts).toBe(totals.unique_accounts - 1);
  expect(await traces()).toEqual([]);
  expect(await exported({ account_id: 1 })).toEqual([]);
  const { rows } = await database.pool.query(
    "select action, subject, views::int, receipt, actor from analytics_audit",
  );
  expect(rows).toEqual([
    {
      action: "erase_person",
      subject: {},
      views: erased.erased_views,
      receipt: erased.receipt,
      actor: "dpo",
    },
  ]);

  // what another account viewed on the same browser stays, with its session and no address
  expect(await count("from page_views where account_id = 2")).toBeGreaterThan(5);
  expect(await count("from visitor_sessions where ip_address is not null")).toBe(0);
  expect(await analytics.erasePerson({ account_id: "1" })).toMatchObject({
    erased_views: 0,
    anonymised_views: 0,
  });
});

test("one that is killed in the middle leaves everything as it was, and the next call goes on", async () => {
  const { pool } = database;
  const views = await count(hers);
  await using stop = await stopBeforeWriting(pool, "analytics_days");
  for (const keepCounts of [false, true]) {
    const call = () =>
      analytics.erasePerson({ account_id: 1 }, { keepCounts }).catch((error: unknown) => error);
    const { stopped, done } = stop.untilStopped(call);
    await stopped;
    await pool.query(`
      select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`);
    expect(await done).toMatchObject({ code: "database" });
    expect(await count(hers)).toBe(views);
    expect(await compareRollups(pool)).toEqual([]);
  }
  await stop.release();
  expect(await analytics.erasePerson({ account_id: 1 })).toMatchObject({ erased_views: views });
  expect(await traces()).toEqual([]);
  await isExact();
  await pool.query("drop function stand_still cascade");
});

test("without what is linked only the account's own views go, and a browser's views go without those of accounts", async () => {
  await analytics.erasePerson({ account_id: 1 }, { linked: false });
  expect(await count("from page_views where account_id = 1")).toBe(0);
  const shared = "from page_views where visitor_id = 'shared'";
  const signedIn = await count(`${shared} and account_id is not null`);
  expect(await count(`${shared} and account_id is null`)).toBeGreaterThan(5);
  await analytics.erasePerson({ visitor_ids: ["shared"] });
  expect(await count(shared)).toBe(signedIn);
  await isExact();
});

test("with keepCounts every number stays but those of accounts, and nothing names the person any more", async () => {
  const questions = (["daily", "weekly", "monthly"] as const).flatMap((period) =>
    ["7", "8", "9"].map((entity_id) => ({ ...listing, entity_id, ...march, period })),
  );
  const numbers = async (): Promise<unknown[]> => {
    const series = await Promise.all(
      questions.map((question) => analytics.getTimeSeries(question)),
    );
    return series.map(({ data, totals }) => [...data, totals].map(withoutAccounts));
  };
  await ofVisitsAlone();
  const before = await numbers();
  const accounts = async (): Promise<number> =>
    (await analytics.getTimeSeries({ ...listing, ...march })).totals.unique_accounts;
  const accountsBefore = await accounts();
  const views = await count(hers);
  const sessions = await count("from visitor_sessions");

  const planned = await analytics.erasePerson(
    { account_id: 1 },
    { keepCounts: true, dryRun: true },
  );
  const erased = await analytics.erasePerson({ account_id: 1 }, { keepCounts: true });
  expect(erased).toMatchObject({ erased_views: 0, anonymised_views: views });
  expect(planned).toMatchObject({ erased_views: 0, anonymised_views: views });
  expect(await numbers()).toEqual(before);
  expect(await accounts()).toBe(accountsBefore - 1);
  await isExact();
  // a session that account 2 was in as well is two now
  expect(await count("from visitor_sessions")).toBeGreaterThanOrEqual(sessions);
  expect(await traces()).toEqual([]);
  expect(await exported({ account_id: 1, visitor_ids: ["hers"] })).toEqual([]);
});

test.each([false, true])(
  "what page views no longer hold stays counted, of nobody who is known, with keepCounts %s",
  async (keepCounts) => {
    const { pool } = database;
    await ofVisitsAlone();
    // whole visits go, as with a month
    await pool.query(`
    alter table page_views disable trigger user;
    delete from page_views where viewed_at < '2026-03-15Z' and session_id in
      (select session_id from page_views group by session_id having max(viewed_at) < '2026-03-15Z');
    alter table page_views enable trigger user`);
    const week = {
      ...listing,
      date_from: "2026-03-02",
      date_to: "2026-03-08",
      period: "daily" as const,
    };
    const whole = { ...listing, ...march, period: "weekly" as const };
    const before = [
      await analytics.getTimeSeries(week),
      await analytics.getTimeSeries(whole),
    ] as const;
    const erased = await analytics.erasePerson(
      { account_id: 1, visitor_ids: ["hers", "shared"] },
      { keepCounts },
    );
    expect(erased.anonymised_views).toBeGreaterThan(10);
    const after: typeof before = [
      await analytics.getTimeSeries(week),
      await analytics.getTimeSeries(whole),
    ];
    const measured = ({ data }: (typeof before)[number]) => data.map(withoutAccounts);
    // of the second one, views of dates that page views still hold are gone
    const same: typeof before = keepCounts ? after : [after[0], before[1]];
    expect([measured(same[0]), measured(same[1])]).toEqual(before.map(measured));
    for (const [nth, { totals }] of before.entries())
      expect(after[nth]?.totals.unique_accounts).toBe(totals.unique_accounts - 1);
    expect(await traces()).toEqual([]);
  },
);
