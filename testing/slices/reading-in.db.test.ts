import type { ClientBase } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import type { TestDatabase } from "../test-database.ts";
import { createSlicedDatabase } from "./create-sliced-database.ts";
import { foldAllSessions, foldEntities, foldSlices } from "./fold-slices.ts";
import { inEachSlice, inSlice, verifySlices } from "./in-slices.ts";

const slices = 4;
const columns = "entity_type, entity_id, account_id, session_id, viewed_at, time_on_page";
/** Views of 12 entities by 40 sessions, each of several entities. */
const someViews = (count: number, since = "2026-03-01"): string => `
  select
    case when n % 5 = 0 then 'page' else 'article' end as entity_type, nullif(n * n % 12, 7)::bigint as entity_id,
    case when n % 4 = 0 then n % 9 end::bigint as account_id, 's' || n % 40 as session_id,
    timestamptz '${since} 00:10Z' + n * interval '97 minutes' as viewed_at, nullif(n % 30, 0) as time_on_page
  from generate_series(1, ${count}) n`;

let database: TestDatabase;
let client: ClientBase;
let release: () => void;

beforeAll(async () => {
  database = await createSlicedDatabase({
    slices,
    serverUrl: inject("postgresUrl"),
    timeZone: "Europe/Berlin",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
    existing: someViews(200),
  });
  const connected = await database.pool.connect();
  client = connected;
  release = () => connected.release(true);
}, 180_000);

beforeEach(() => client.query("begin"));
afterEach(() => client.query("rollback"));

afterAll(async () => {
  release();
  await database.drop();
});

const addViews = (count: number, since?: string): Promise<unknown> =>
  client.query(`insert into page_views (${columns}) ${someViews(count, since)}`);

const rebuildAll = (from: string, to: string): Promise<void> =>
  inEachSlice(client, slices, `select aggregate_page_views('${from}', '${to}')`);

async function foldEntitiesOfAll(): Promise<void> {
  for (let slice = 0; slice < slices; slice += 1) await foldEntities(client, slice, 20_000);
}

const fetchInAll = (): Promise<void> => inEachSlice(client, slices, "select fetch_changes()");

async function pendingOfAll(): Promise<number> {
  let pending = 0;
  for (let slice = 0; slice < slices; slice += 1) {
    const { rows } = await client.query<{ pending: number }>(
      `select pending_changes::integer as pending from slice_${slice}.analytics_status()`,
    );
    pending += rows[0]?.pending ?? 0;
  }
  return pending;
}

test("page views that were there are read in by each slice for itself, and their sessions when slices fold", async () => {
  expect(await verifySlices(client, slices)).toEqual([]);
  expect(await pendingOfAll()).toBeGreaterThan(0);
  // in any order, and whatever comes and goes
  await client.query("delete from page_views where id % 3 = 0");
  await addViews(30, "2026-02-27");
  await foldEntities(client, 2, 100);
  expect(await verifySlices(client, slices)).toEqual([]);
  await foldAllSessions(client, slices, 7);
  expect(await compareRollups(client)).toEqual([]);
  await foldSlices(client, slices);
  expect(await compareRollups(client)).toEqual([]);
  expect(await verifySlices(client, slices)).toEqual([]);
});

test("two that read the history of a slice in at the same time hand on one after the other, so that nobody fetches past one", async () => {
  const readSessions = "select slice_1.read_sessions('s', 't', null, false, 'UTC')";
  await client.query(readSessions);
  const other = await database.pool.connect();
  try {
    await other.query("set lock_timeout = '200ms'");
    await expect(other.query(readSessions)).rejects.toThrow("lock timeout");
    await client.query("rollback");
    await other.query("begin");
    await other.query(readSessions);
    await other.query("rollback");
  } finally {
    other.release(true);
  }
});

test("what is on its way between slices is pending, wherever it is", async () => {
  await foldSlices(client, slices);
  expect(await pendingOfAll()).toBe(0);
  await client.query(
    `insert into page_views (${columns}) values ('article', 1, null, 'new', '2026-03-02Z', 3), ('article', 2, null, 'new', '2026-03-02Z', 3)`,
  );
  expect(await pendingOfAll()).toBe(2);
  await foldEntitiesOfAll();
  expect(await pendingOfAll()).toBe(2);
  await fetchInAll();
  expect(await pendingOfAll()).toBe(2);
  await inEachSlice(client, slices, "select fold_session_changes()");
  expect(await pendingOfAll()).toBe(1);
  await fetchInAll();
  expect(await pendingOfAll()).toBe(1);
  await foldEntitiesOfAll();
  expect(await pendingOfAll()).toBe(0);
});

test.for([
  {
    fault: "sessions that are gone",
    rollup: "visitor_sessions",
    damage: () =>
      inEachSlice(client, slices, "delete from visitor_sessions where session_id like '%3'"),
  },
  {
    fault: "sessions that are wrong",
    rollup: "visitor_sessions",
    damage: () =>
      inEachSlice(
        client,
        slices,
        "update visitor_sessions set first_seen_at = first_seen_at + interval '1 day', total_views = 1, entry_entity_id = 4",
      ),
  },
  {
    fault: "sessions that never were",
    rollup: "visitor_sessions",
    damage: () =>
      inEachSlice(
        client,
        slices,
        `insert into visitor_sessions (session_id, first_seen_at, last_seen_at, total_views)
        select 'ghost', now(), now(), 1 where headcount.slice_of_session('ghost')::text = right(current_schema, 1)`,
      ),
  },
  {
    fault: "entries and bounces that are wrong",
    rollup: "analytics_days",
    damage: () =>
      inEachSlice(
        client,
        slices,
        "update analytics_days set entries = coalesce(entries, 0) + 2, bounces = coalesce(bounces, 0) + 1",
      ),
  },
  {
    fault: "views that are gone past capture",
    rollup: "visitor_sessions",
    damage: async () => {
      await client.query("set local session_replication_role = replica");
      for (let slice = 0; slice < slices; slice += 1) {
        await client.query(`delete from shard_${slice}.page_views where id % 4 = 0`);
      }
      await client.query("set local session_replication_role = origin");
    },
  },
  {
    fault: "views that were handed on, and lost before they were fetched",
    rollup: "visitor_sessions",
    damage: async () => {
      await addViews(30, "2026-02-20");
      await foldEntitiesOfAll();
      await inEachSlice(client, slices, "delete from outgoing_changes");
    },
  },
  {
    fault: "views that were handed on, and lost before they were folded",
    rollup: "visitor_sessions",
    damage: async () => {
      await addViews(30, "2026-02-20");
      await foldEntitiesOfAll();
      await fetchInAll();
      await inEachSlice(client, slices, "delete from session_changes");
    },
  },
  {
    fault: "views that were fetched twice",
    rollup: "visitor_sessions",
    damage: async () => {
      await addViews(30, "2026-02-20");
      await foldEntitiesOfAll();
      await fetchInAll();
      await inEachSlice(
        client,
        slices,
        "update fetched_changes set through = 0 where not of_entries",
      );
      await foldAllSessions(client, slices);
    },
  },
  {
    fault: "entries that were handed on, and lost before they were fetched",
    rollup: "analytics_days",
    damage: async () => {
      await addViews(30, "2026-02-20");
      await foldEntitiesOfAll();
      await foldAllSessions(client, slices);
      await inEachSlice(client, slices, "delete from outgoing_entries; delete from entry_changes");
    },
  },
])("verifying finds $fault, and a rebuild of all slices repairs it", async ({ rollup, damage }) => {
  await foldSlices(client, slices);
  expect(await verifySlices(client, slices)).toEqual([]);
  await damage();
  expect(await verifySlices(client, slices)).toContainEqual(expect.objectContaining({ rollup }));
  // what page views have lost is lost where its dates are named
  await rebuildAll("0001-01-01", "9999-12-31");
  await foldSlices(client, slices);
  expect(await verifySlices(client, slices)).toEqual([]);
  expect(await compareRollups(client)).toEqual([]);
});

test("what was set aside is right again after a repair, in its entity and in its session", async () => {
  await foldSlices(client, slices);
  // numbers that nothing can be added to
  await inEachSlice(
    client,
    slices,
    `update analytics_entity_visitors set time_total = 9223372036854775807 where entity_id = 4;
    update visitor_sessions set time_total = 9223372036854775807 where session_id = 's5'`,
  );
  await client.query(
    "update page_views set time_on_page = time_on_page + 1 where session_id <> 's5'",
  );
  await client.query("delete from page_views where entity_id = 4 and id % 2 = 0");
  await addViews(60, "2026-02-20");
  await foldSlices(client, slices);
  const { rows } = await client.query(`
    select distinct reason like 'not counted in its session%' as is_of_session
    from headcount.set_aside_changes order by 1`);
  expect(rows).toEqual([{ is_of_session: false }, { is_of_session: true }]);
  await addViews(10, "2026-02-21");
  await foldEntitiesOfAll();
  await fetchInAll();
  await inEachSlice(client, slices, "select read_set_aside_again()");
  await foldSlices(client, slices);
  expect((await client.query("select 1 from headcount.set_aside_changes")).rowCount).toBe(0);
  expect(await compareRollups(client)).toEqual([]);
});

test("a rebuild that would lose where a session began is refused, in whichever slice that is", async () => {
  await foldSlices(client, slices);
  await client.query(`insert into page_views (${columns}) values
    ('article', 1, null, 'far', '2026-05-01 12:00Z', 3), ('article', 2, null, 'far', '2026-05-02 12:00Z', 3),
    ('article', 3, null, 'far', '2026-05-02 12:01Z', 3), ('article', 5, null, 'far', '2026-05-02 12:02Z', 3)`);
  await foldSlices(client, slices);
  await client.query("set local session_replication_role = replica");
  for (let slice = 0; slice < slices; slice += 1) {
    await client.query(
      `delete from shard_${slice}.page_views where viewed_at = '2026-05-01 12:00Z'`,
    );
  }
  await client.query("set local session_replication_role = origin");
  const { rows } = await client.query<{ slice: number }>(
    "select distinct headcount.slice_of_entity(n) as slice from unnest('{2,3,5}'::bigint[]) n",
  );
  for (const { slice } of rows) {
    await client.query("savepoint before_rebuild");
    await expect(
      inSlice(client, slice, () =>
        client.query("select aggregate_page_views('2026-05-02', '2026-05-02')"),
      ),
    ).rejects.toThrow("no more views of session far on 2026-05-01, which this rebuild would lose");
    await client.query("rollback to before_rebuild");
  }
  await rebuildAll("2026-05-01", "2026-05-02");
  await foldSlices(client, slices);
  expect(await compareRollups(client)).toEqual([]);
});

test("breakdowns have the entries of sessions of all slices, as they were folded", async () => {
  await foldSlices(client, slices);
  await addViews(30, "2026-02-20");
  await foldEntitiesOfAll();
  await foldAllSessions(client, slices);
  for (let entity = 0; entity < 12; entity += 1) {
    const { rows } = await client.query<{ slice: number }>(
      "select headcount.slice_of_entity($1) as slice",
      [entity],
    );
    const range = `'article', ${entity}, '2026-01-01', '2026-12-31'`;
    const { rows: found } = await client.query<Record<string, number>>(`
      select
        (select coalesce(sum(entries), 0)::integer from slice_${rows[0]?.slice}.views_by_fact(${range}, 'visitor_kind', null, null, null) where not is_total) as entries,
        (select count(*)::integer from headcount.visitor_sessions where entry_entity_type = 'article' and entry_entity_id = ${entity}) as stored`);
    expect(found[0]?.["entries"]).toBe(found[0]?.["stored"]);
  }
});
