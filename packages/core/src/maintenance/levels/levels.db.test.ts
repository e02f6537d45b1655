import type { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopBeforeWriting } from "../../../../../testing/faults/stop-before-writing.ts";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { verifyRollups } from "../../../../../testing/oracle/verify-rollups.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import type { AddLevelProgress, KeptLevel } from "../../contract/level.ts";

const ada = "00000000-0000-4000-8000-00000000000a";
const bob = "00000000-0000-4000-8000-00000000000b";
const levels: readonly KeptLevel[] = ["owner", "type", "site"];

let database: TestDatabase;
let pool: Pool;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("levels", { pageViewId: "uuid" });
  pool = database.pool;
  analytics = new AnalyticsClient({ pool });
});

afterAll(() => database.drop());

/** Views of listings 1 to 3 by sessions a to g: of each session several, Ada's 1 and 2 and Bob's 3. */
async function addViews(days: string): Promise<void> {
  await pool.query(
    `insert into page_views (entity_type, entity_id, session_id, owner_id, viewed_at)
     select
       case when n % 5 = 0 then 'article' else 'listing' end, ('00000000-0000-4000-8000-00000000000' || 1 + n % 3)::uuid,
       md5('session ' || n % 7)::uuid, case when n % 3 = 2 then $1::uuid else $2::uuid end,
       timestamptz '2026-01-01 00:00+00' + (n * 7) * interval '1 hour' + $3::interval
     from generate_series(1, 40) n`,
    [bob, ada, days],
  );
}

async function groups(): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ name: string; views: number }>(
    `select concat_ws(' ', d.entity_type, nullif(d.entity_id, oracle.no_entity())) as name, sum(d.views)::int as views
     from analytics_days d where d.entity_type like 'headcount:%' group by 1 order by 1`,
  );
  return Object.fromEntries(rows.map(({ name, views }) => [name, views]));
}

async function differences(): Promise<unknown[]> {
  return [...(await compareRollups(pool)), ...(await verifyRollups(pool))];
}

test("without levels a view is one change, and none of its columns names an owner", async () => {
  await addViews("0 days");
  const { rows } = await pool.query(
    "select count(*)::int as changes, count(is_group)::int as of_groups, count(owner_id)::int as owners from page_view_changes",
  );
  expect(rows).toEqual([{ changes: 40, of_groups: 0, owners: 0 }]);
  expect(await groups()).toEqual({});
});

test("levels are added from what is there, a call that was stopped or killed in the middle goes on, and what comes in between counts", async () => {
  const abort = new AbortController();
  const seen: AddLevelProgress["phase"][] = [];
  const aborted = analytics.addLevel("owner", {
    signal: abort.signal,
    onProgress: ({ phase }) => {
      seen.push(phase);
      abort.abort();
    },
  });
  await expect(aborted).rejects.toMatchObject({ code: "aborted" });
  expect(seen).toEqual(["sessions"]);
  await addViews("1 day");
  await analytics.aggregate();
  expect((await pool.query("select levels, level_positions from analytics_settings")).rows).toEqual(
    [{ levels: [], level_positions: { owner: expect.objectContaining({ phase: "sessions" }) } }],
  );
  expect(await groups()).toEqual({});
  expect(await differences()).toEqual([]);

  await using stop = await stopBeforeWriting(pool, "analytics_days");
  const { done, stopped } = stop.untilStopped(() =>
    analytics.addLevel("owner").catch((error: unknown) => error),
  );
  await stopped;
  await pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
  );
  expect(await done).toMatchObject({ code: "database" });
  await stop.release();
  await pool.query("drop trigger stand_still on analytics_days");
  expect(await groups()).toEqual({});
  expect(await differences()).toEqual([]);

  for (const level of levels) expect(await analytics.addLevel(level)).toMatchObject({ level });
  expect(await analytics.addLevel("site")).toMatchObject({ read_page_views: 0, steps: 0 });
  await addViews("2 days");
  expect(await differences()).toEqual([]);
  await analytics.aggregate({ concurrency: 2 });
  expect(await groups()).toEqual({
    [`headcount:owner ${ada}`]: 81,
    [`headcount:owner ${bob}`]: 39,
    "headcount:site": 120,
    "headcount:type:article": 24,
    "headcount:type:listing": 96,
  });
  expect(await differences()).toEqual([]);
  expect(await analytics.verify()).toMatchObject({ differences: 0, page_views: 120, entities: 6 });
});

test("a view that is collected counts for whom the host says it was, and for nobody when it says nobody", async () => {
  const before = await groups();
  const views = (count: number) => ({
    messages: Array.from({ length: count }, () => ({
      type: "page_view" as const,
      id: crypto.randomUUID(),
      entity_type: "listing",
      entity_id: bob,
      session_id: crypto.randomUUID(),
    })),
  });
  await analytics.collect(views(3), { owner_id: () => ada });
  await analytics.collect(views(2), { owner_id: bob });
  await analytics.collect(views(1));
  await analytics.trackPageViews([{ entity_type: "listing", entity_id: bob, owner_id: ada }]);
  await analytics.aggregate();
  const grown = Object.entries(await groups()).map(([name, count]) => [
    name,
    count - (before[name] ?? 0),
  ]);
  expect(Object.fromEntries(grown)).toEqual({
    [`headcount:owner ${ada}`]: 4,
    [`headcount:owner ${bob}`]: 2,
    "headcount:site": 7,
    "headcount:type:article": 0,
    "headcount:type:listing": 7,
  });
  expect(await differences()).toEqual([]);
  await pool.query("delete from page_views where entity_id = $1", [bob]);
});

test("an owner's views are found by an index, and others' are not read", async () => {
  const client = await pool.connect();
  try {
    // of few rows any index will do
    await client.query("begin; set local enable_seqscan = off; drop index idx_page_views_time");
    const { rows } = await client.query<{ "QUERY PLAN": string }>(
      `explain select from page_views where nullif(owner_id, '00000000-0000-0000-0000-000000000000'::uuid) = '${ada}' and viewed_at > now()
       and least(coalesce(octet_length(entity_type), 0), 2001) <> 2001`,
    );
    expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("idx_page_views_owner_");
  } finally {
    await client.query("rollback");
    client.release();
  }
});

test("groups are no entities of the host's: neither in the plan's views nor among the tops, and no page view may be of their types", async () => {
  const { rows } = await pool.query<{ entity_type: string }>(
    "select entity_type from analytics_aggregates union select entity_type from analytics_visitors order by 1",
  );
  expect(rows.map(({ entity_type }) => entity_type)).toEqual(["article", "listing"]);
  const range = { date_from: "2026-01-01", date_to: "2026-01-31" };
  const { data } = await analytics.getTopEntities({ level: "site", ...range });
  expect(new Set(data.map(({ entity_type }) => entity_type))).toEqual(
    new Set(["article", "listing"]),
  );

  await pool.query("insert into page_views (entity_type) values ('headcount:site')");
  expect(await analytics.getStatus()).toMatchObject({
    left_out_reasons: [{ reason: "reserved_entity_type", page_views: 1 }],
  });
  await pool.query("delete from page_views where entity_type = 'headcount:site'");
  await analytics.aggregate();
  expect(await differences()).toEqual([]);
  await expect(
    pool.query("select erase_entity_step('headcount:site', null, 1, gen_random_uuid(), null)"),
  ).rejects.toThrow("headcount:site is no entity_type of page views");
});

test("who looks right now, and where from, is known of owners, types and the site", async () => {
  const types = ["headcount:owner", "headcount:type:listing", "headcount:site"];
  const { rows } = await pool.query(
    `select views, unique_visitors from live_visitors($1, array[$2, oracle.no_entity(), oracle.no_entity()], 1440, '2026-01-03')`,
    [types, ada],
  );
  const { rows: expected } = await pool.query(
    `select count(*)::int as views, count(distinct v.visitor)::int as unique_visitors
     from oracle.live_views v
     where v.entity_type like 'headcount:%' and v.entity_type <> 'headcount:type:article' and v.entity_id is distinct from '${bob}'
       and v.viewed_at >= '2026-01-02' and v.viewed_at < '2026-01-03'
     group by v.entity_type order by array_position($1, v.entity_type)`,
    [types],
  );
  expect(rows).toEqual(expected);
  const { rows: values } = await pool.query(
    `select value, visitors::int, views::int, entries::int, bounces::int
     from views_by_fact('headcount:owner', $1, '2026-01-01', '2026-01-31', 'visitor_kind', null, null, null)`,
    [ada],
  );
  const { rows: totals } = await pool.query(
    `select 'anonymous' as value, t.unique_visitors::int as visitors, t.views::int, e.entries, e.bounces
     from oracle.totals('headcount:owner', $1, '2026-01-01', '2026-01-31') t,
       (select count(*)::int as entries, count(*) filter (where is_bounce)::int as bounces from oracle.live_entries
        where entity_type = 'headcount:owner' and entity_id = $1) e`,
    [ada],
  );
  expect(values).toEqual(totals);
});

test("an entity is given to another owner, from an instant on or all of it", async () => {
  const entity = { entity_type: "listing", entity_id: "00000000-0000-4000-8000-000000000003" };
  const { rows: before } = await pool.query(
    "select count(*)::int as views from page_views where entity_type = 'listing' and entity_id = $1",
    [entity.entity_id],
  );
  const late = await analytics.reassign({
    ...entity,
    owner_id: ada,
    from: "2026-01-05T00:00:00.000Z",
  });
  expect(late.reassigned_views).toBeGreaterThan(10);
  expect(await differences()).toEqual([]);
  const rest = await analytics.reassign({ ...entity, owner_id: ada });
  expect(before).toEqual([{ views: late.reassigned_views + rest.reassigned_views }]);
  await analytics.aggregate();
  expect(await differences()).toEqual([]);
  const { rows } = await pool.query(
    "select action, views::int from analytics_audit order by done_at",
  );
  expect(rows).toEqual([
    { action: "reassign", views: late.reassigned_views },
    { action: "reassign", views: rest.reassigned_views },
  ]);
  await expect(analytics.reassign({ ...entity, owner_id: "ada" })).rejects.toMatchObject({
    code: "invalid_input",
    field: "owner_id",
  });
});

test("a trigger that somebody made anew without the levels is named, with the statement that ends it", async () => {
  await pool.query("drop trigger headcount_capture_insert on page_views");
  const { capture } = await analytics.getStatus();
  expect(capture.faults).toHaveLength(1);
  expect(capture.faults[0]?.fix).toContain("capture_added_page_views('owner', 'type', 'site')");
  await pool.query(capture.faults[0]?.fix ?? "");
  await addViews("3 days");
  await analytics.aggregate();
  expect(await differences()).toEqual([]);
});

test("a level that is removed leaves nothing behind, and can be added again", async () => {
  await addViews("4 days");
  for (const level of levels) {
    expect((await analytics.removeLevel(level)).steps).toBeGreaterThan(0);
  }
  expect(await groups()).toEqual({});
  const { rows } = await pool.query(
    `select
       (select count(*)::int from page_view_changes where is_group or owner_id is not null) as changes,
       (select count(*)::int from visitor_sessions where entry_owner_id is not null) as owners,
       (select count(*)::int from analytics_entity_visitors where entity_type like 'headcount:%') as visitors`,
  );
  expect(rows).toEqual([{ changes: 0, owners: 0, visitors: 0 }]);
  expect(await analytics.removeLevel("site")).toMatchObject({ steps: 0 });
  await analytics.aggregate();
  expect(await differences()).toEqual([]);
  await analytics.addLevel("owner");
  expect(await differences()).toEqual([]);
});

test("owners whose ids cannot be those of entities are refused, with what to do", async () => {
  await using other = await createInstalledDatabase("unfit owners", {
    entityId: "bigint",
    accountId: "uuid",
  });
  await other.pool.query("update analytics_settings set owner_id_type = 'uuid'");
  const client = new AnalyticsClient({ pool: other.pool });
  await expect(client.addLevel("owner")).rejects.toMatchObject({
    code: "invalid_input",
    field: "level",
    message: expect.stringContaining("give page views a column of the type bigint"),
  });
  await expect(client.addLevel("page" as KeptLevel)).rejects.toMatchObject({
    code: "invalid_input",
    field: "level",
  });
});
