import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

const flat = { entity_type: "listing", entity_id: "1" };

beforeAll(async () => {
  database = await createInstalledDatabase("wider levels", {
    timeZone: "Europe/Berlin",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  const levels = ["owner", "type"];
  await database.pool.query("update analytics_settings set levels = $1", [levels]);
  await database.pool.query("select capture_levels($1)", [levels]);
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, owner_id, account_id, session_id, viewed_at)
     select 'listing', 1 + n % 2, 70 + n % 5 / 4, case when n % 3 = 0 then n % 13 end, 's' || n % 29,
       timestamptz '2025-08-20 00:00Z' + n * interval '11 hours'
     from generate_series(1, 240) n`,
  );
  analytics = new AnalyticsClient({ pool: database.pool });
  await analytics.aggregate();
});

afterAll(() => database.drop());

const range = { date_from: "2025-09-10", date_to: "2025-11-20" };
const counted = async (where: string) => {
  const { rows } = await database.pool.query<object>(
    `select count(*)::int as views, count(distinct coalesce(account_id::text, 'session ' || session_id))::int as unique_visitors
     from page_views where (viewed_at at time zone 'Europe/Berlin')::date between $1 and $2 and ${where}`,
    [range.date_from, range.date_to],
  );
  return rows[0] ?? {};
};

test("a wider level counts everybody once, and is named as it was asked for", async () => {
  const owner = { level: "owner", owner_id: 70 } as const;
  const named = { level: "owner", entity_type: null, entity_id: null, owner_id: "70" };
  const series = await analytics.getTimeSeries({ ...owner, ...range, compare: "previous_month" });
  expect(series).toMatchObject({ ...named, totals: await counted("owner_id = 70") });
  const ofOne = await analytics.getTimeSeries({ ...flat, ...range });
  expect(series.totals.unique_visitors).toBeLessThan(2 * ofOne.totals.unique_visitors);
  expect(ofOne).toMatchObject({ level: "entity", ...flat, owner_id: null });
  expect(await analytics.getHeatMap({ ...owner, ...range })).toMatchObject(named);
  const rolling = await analytics.getRollingVisitors({ ...owner, ...range });
  expect(rolling).toMatchObject({ ...named, data: { length: 72 } });
  const visitors = await analytics.getVisitors({ ...owner, ...range, limit: 1000 });
  expect(visitors).toMatchObject(named);
  expect(visitors.data).toHaveLength(series.totals.unique_visitors);
  const kinds = await analytics.getBreakdown({ ...owner, ...range, dimension: "visitor_kind" });
  expect(kinds).toMatchObject({ ...named, totals: series.totals });
  const sum = kinds.data.reduce((all, { unique_visitors }) => all + unique_visitors, 0);
  expect(sum).toBe(series.totals.unique_visitors);
  const ofType = await analytics.getTimeSeries({
    level: "type",
    entity_type: "listing",
    ...range,
  });
  expect(ofType).toMatchObject({ level: "type", entity_type: "listing", entity_id: null });
  expect(ofType.totals).toMatchObject(await counted("entity_type = 'listing'"));
  const { data } = await analytics.getTimeSeries({ level: "owner", owner_id: "72", ...range });
  expect(data.every(({ views }) => views === 0)).toBe(true);
});

test.each([
  ["one that is not counted", { level: "site" }, "level_not_kept", "level"],
  ["one without its keys", { level: "owner" }, "invalid_input", "owner_id"],
  ["one with another's", { level: "type", ...flat }, "invalid_input", "entity_id"],
  ["an owner's id that is not one", { level: "owner", owner_id: "x" }, "invalid_input", "owner_id"],
  [
    "a type of ours",
    { entity_type: "headcount:site", entity_id: null },
    "invalid_input",
    "entity_type",
  ],
  ["a word", { ...flat, level: "page" }, "invalid_input", "level"],
])("of levels, %s is refused", async (_name, query, code, field) => {
  await expect(analytics.getTimeSeries(query as never)).rejects.toMatchObject({ code, field });
});

describe("an owner's entities", () => {
  const owner = { level: "owner", owner_id: 75 } as const;
  const month = { date_from: "2026-02-01", date_to: "2026-02-28" };

  beforeAll(async () => {
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

  async function expected(sort: string, dates = month): Promise<unknown[]> {
    const { rows } = await database.pool.query<{ top: unknown[] }>(
      "select oracle.top_entities_of_owner('75', $1, $2, $3, 3) as top",
      [dates.date_from, dates.date_to, sort],
    );
    return rows[0]?.top ?? [];
  }

  const lateFebruary = { date_from: "2026-02-15", date_to: "2026-02-28" };

  test.each([
    ["that are partly another's, counted from page views", month],
    ["that are all the owner's, counted from rollups", lateFebruary],
  ])("%s, are listed with what is the owner's", async (_name, dates) => {
    for (const sort of ["unique_visitors", "views", "unique_accounts"] as const) {
      const answer = await analytics.getTopEntities({ ...owner, ...dates, sort, limit: 3 });
      expect(answer).toMatchObject({ level: "owner", owner_id: "75", entity_type: null });
      expect(answer.data).toMatchObject(await expected(sort, dates));
    }
    const all = await analytics.getTopEntities({ ...owner, ...dates, limit: 100 });
    const { totals } = await analytics.getTimeSeries({ ...owner, ...dates });
    expect(all.data.reduce((sum, { views }) => sum + views, 0)).toBe(totals.views);
  });

  test("are compared with what was the owner's before", async () => {
    const before = { date_from: "2026-02-01", date_to: "2026-02-14" };
    const { data } = await analytics.getTopEntities({
      ...owner,
      ...lateFebruary,
      compare: "previous_period",
    });
    const ofBefore = await analytics.getTopEntities({ ...owner, ...before });
    for (const { entity_type, entity_id, change } of data) {
      const same = ofBefore.data.find(
        (one) => one.entity_type === entity_type && one.entity_id === entity_id,
      );
      expect(change?.unique_visitors.previous).toBe(same?.unique_visitors ?? 0);
      expect(change?.views.previous).toBe(same?.views ?? 0);
    }
    expect(data).toHaveLength(4);
  });

  test("trend by all of their visitors", async () => {
    await database.pool.query(
      `insert into page_views (entity_type, entity_id, owner_id, session_id, viewed_at)
       select 'deal', e, 74 + e, 'trend ' || n, timestamptz '2026-02-09 09:00Z' from generate_series(1, 2) e, generate_series(1, 6 + e) n`,
    );
    const { data, score_date } = await analytics.getTopEntities({
      ...owner,
      date_from: "2026-02-01",
      date_to: "2026-02-09",
      sort: "trending",
    });
    expect(score_date).toBe("2026-02-09");
    expect(data).toMatchObject([
      { entity_type: "deal", entity_id: "1", unique_visitors: 7, score: null, is_new: true },
    ]);
    await database.pool.query("delete from page_views where entity_type = 'deal'");
  });

  test("are found from one to the next, however many views they have, where the level's indexes are", async () => {
    const ever = async () => {
      const { rows } = await database.pool.query<{ found: string }>(
        "select e.entity_type || ' ' || coalesce(nullif(e.entity_id, oracle.no_entity())::text, '') as found from entities_of_owner(75, '2026-05-01', '2026-05-02') e order by 1",
      );
      return rows.map(({ found }) => found);
    };
    expect(await ever()).toEqual([]);
    const { rows } = await database.pool.query<{ statement: string }>(
      "select level_index_statements('owner') as statement",
    );
    for (const { statement } of rows) await database.pool.query(statement);
    expect(await ever()).toEqual(["article 1", "house ", "house 3", "house 4"]);
    const { data } = await analytics.getTopEntities({ ...owner, ...lateFebruary, limit: 3 });
    expect(data).toMatchObject(await expected("unique_visitors", lateFebruary));
  });

  test("are counted of each visitor, and each visit says which it is of", async () => {
    const { data } = await analytics.getVisitors({ ...owner, ...month, limit: 1000 });
    const { rows } = await database.pool.query<{ entities: number[] }>(
      `select array_agg(v.entities::int order by v.visit_count desc, v.last_visit desc, v.place) as entities
       from oracle.visitors_between('headcount:owner', '75', $1, $2) v`,
      [month.date_from, month.date_to],
    );
    expect(data.map(({ entities }) => entities)).toEqual(rows[0]?.entities);
    expect(Math.max(...data.map(({ entities }) => entities ?? 0))).toBe(4);
    const visits = data.flatMap((one) => one.visits.map((visit) => visit.entity_type));
    expect(new Set(visits)).toEqual(new Set(["article", "house"]));
    const [ofOne] = (await analytics.getVisitors({ ...flat, limit: 1, visits_limit: 1 })).data;
    expect(ofOne).not.toHaveProperty("entities");
    expect(ofOne?.visits[0]).not.toHaveProperty("entity_type");
  });

  test("have live visitors, each counted once", async () => {
    await database.pool.query(
      `insert into page_views (entity_type, entity_id, owner_id, session_id, viewed_at)
       select 'house', 3 + n % 2, 75, 'now ' || n % 3, now() - interval '1 minute' from generate_series(1, 4) n`,
    );
    const { data } = await analytics.getLive(owner);
    const counts = { views: 4, unique_visitors: 3, unique_accounts: 0, anonymous_visitors: 3 };
    expect(data).toEqual([
      { level: "owner", entity_type: null, entity_id: null, owner_id: "75", ...counts },
    ]);
  });
});

test("a level that is being added is not ready", async () => {
  await database.pool.query(
    `update analytics_settings set level_positions = '{"site": {"phase": "groups"}}'`,
  );
  const asked = analytics.getVisitors({ level: "site" });
  await expect(asked).rejects.toMatchObject({ code: "level_not_ready", field: "level" });
  await database.pool.query("update analytics_settings set level_positions = '{}'");
});
