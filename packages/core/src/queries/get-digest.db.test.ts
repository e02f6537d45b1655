import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("digest", {
    timeZone: "Europe/Berlin",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  await database.pool.query("update analytics_settings set levels = '{owner}'");
  await database.pool.query("select capture_levels('{owner}')");
  analytics = new AnalyticsClient({ pool: database.pool });
  // 1 to 4 are this owner's, of which 4 is another's until the 11th; half of it is not folded yet
  for (const rest of [0, 1]) {
    await database.pool.query(
      `insert into page_views (entity_type, entity_id, owner_id, account_id, session_id, viewed_at, time_on_page)
       select case when e = 1 then 'article' else 'house' end, nullif(e, 2), case when e = 4 and n <= 10 then 76 else 75 end,
         case when n % 4 = 0 then n % 3 end, 'of house ' || n % (3 * e), timestamptz '2026-02-01 09:00Z' + n * interval '1 day', 20
       from generate_series(1, 4) e, generate_series(0, 27) n
       where n % (5 - e) = 0 and n % 2 = $1`,
      [rest],
    );
    if (rest === 0) await analytics.aggregate();
  }
});

afterAll(() => database.drop());

describe("a digest", () => {
  const owner = { level: "owner", owner_id: 75 } as const;

  test("has what a mail about a month says", async () => {
    await database.pool.query(
      `insert into analytics_milestones (entity_type, entity_id, measure, threshold, value, reached_at) values
         ('house', 3, 'views', 10, 11, '2026-02-20 10:00Z'), ('house', 4, 'views', 10, 10, '2026-03-02 10:00Z'),
         ('listing', 1, 'views', 100, 100, '2026-02-20 10:00Z')`,
    );
    const digest = await analytics.getDigest({ ...owner, period: "monthly", date: "2026-02-10" });
    const month = { date_from: "2026-02-01", date_to: "2026-02-28" };
    const series = await analytics.getTimeSeries({ ...owner, ...month, compare: "previous_month" });
    expect(digest).toMatchObject({
      level: "owner",
      owner_id: "75",
      period: "monthly",
      ...month,
      totals: series.totals,
      change: series.compare?.change,
      compare: { date_from: "2026-01-01", date_to: "2026-01-31", through: null },
      elapsed: null,
      milestones: [
        {
          entity_type: "house",
          entity_id: "3",
          threshold: 10,
          reached_at: "2026-02-20T10:00:00.000Z",
        },
      ],
    });
    const top = await analytics.getTopEntities({
      ...owner,
      ...month,
      limit: 5,
      compare: "previous_month",
    });
    expect(digest.top_entities).toEqual(top.data);
    const { data } = await analytics.getBreakdown({
      ...owner,
      ...month,
      dimension: "source",
      limit: 3,
    });
    expect(digest.top_sources).toEqual(data.map(({ change: _change, ...source }) => source));
    expect(digest.new_accounts.map(({ account_id }) => account_id)).toEqual(
      expect.arrayContaining(["0", "1", "2"]),
    );
    expect(digest.best_day?.views).toBe(Math.max(...series.data.map(({ views }) => views)));
  });

  test("is of the last week that is over, and of an entity too", async () => {
    const { rows } = await database.pool.query<{ date_from: string; date_to: string }>(
      `select to_char(w.monday - 7, 'YYYY-MM-DD') as date_from, to_char(w.monday - 1, 'YYYY-MM-DD') as date_to
       from (select date_trunc('week', now() at time zone 'Europe/Berlin')::date as monday) w`,
    );
    expect(await analytics.getDigest({ entity_type: "listing", entity_id: "1" })).toMatchObject({
      ...rows[0],
      period: "weekly",
      best_day: null,
      top_entities: [],
      top_sources: [],
      new_accounts: [],
      milestones: [],
    });
  });

  test("of each owner comes when its turn comes", async () => {
    const found: unknown[] = [];
    const choice = { period: "monthly", date: "2026-02-10" } as const;
    for await (const { owner_id, date_from } of analytics.digests({
      owners: [75, "76"],
      ...choice,
    })) {
      found.push([owner_id, date_from]);
    }
    expect(found).toEqual([
      ["75", "2026-02-01"],
      ["76", "2026-02-01"],
    ]);
    await expect(analytics.digests({ owners: 75 as never }).next()).rejects.toMatchObject({
      code: "invalid_input",
      field: "owners",
    });
  });

  test("leaves out who may not be seen", async () => {
    await database.pool.query(
      `create or replace view headcount.analytics_accounts as
       select a.account_id::bigint, a.username::text, a.display_name::text, a.visibility
       from (values (1, 'ada', 'Ada', 'named'), (2, 'bob', 'Bob', 'private')) a (account_id, username, display_name, visibility)`,
    );
    const { new_accounts, totals } = await analytics.getDigest({
      ...owner,
      period: "monthly",
      date: "2026-02-10",
    });
    expect(totals.new_accounts).toBe(3);
    expect(new_accounts).toMatchObject([{ account_id: "1", username: "ada", visits: [] }]);
  });
});
