import type { ClientBase } from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import type { TestDatabase } from "../test-database.ts";
import { createSlicedDatabase } from "./create-sliced-database.ts";
import { foldAllSessions, foldEntities, foldSlices } from "./fold-slices.ts";
import { inEachSlice, verifySlices } from "./in-slices.ts";

const slices = 4;
let database: TestDatabase;
let client: ClientBase;
let release: () => void;

beforeAll(async () => {
  database = await createSlicedDatabase({
    slices,
    serverUrl: inject("postgresUrl"),
    timeZone: "UTC",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  const connected = await database.pool.connect();
  client = connected;
  release = () => connected.release();
});

beforeEach(async () => {
  await client.query("delete from page_views");
  await foldSlices(client, slices);
});

afterAll(async () => {
  release();
  await database.drop();
});

/** An entity of each slice. */
async function entityOfEach(): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(`
    select min(n)::text as id from generate_series(1, 100) n
    group by headcount.slice_of_entity(n) order by headcount.slice_of_entity(n)`);
  return rows.map(({ id }) => id);
}

const add = (entity: string | undefined, session: string, time: string): Promise<unknown> =>
  client.query(
    "insert into page_views (entity_type, entity_id, session_id, viewed_at) values ('article', $1, $2, $3)",
    [entity, session, `2026-03-02 ${time}Z`],
  );

async function storedSession(id: string): Promise<unknown> {
  const { rows } = await client.query<Record<string, unknown>>(
    "select total_views, unique_pages, entry_entity_id from headcount.visitor_sessions where session_id = $1",
    [id],
  );
  return rows[0];
}

test("the pages of a session are right wherever folding it stops, and when it is read again there", async () => {
  const [first, second] = await entityOfEach();
  await add(first, "s", "12:00");
  await add(second, "s", "12:01");
  await add(second, "s", "12:02");
  await foldSlices(client, slices);
  // of the first page a view goes before another one comes; the second is gone with the last of its views
  await client.query("delete from page_views where entity_id = $1", [first]);
  await client.query("delete from page_views where entity_id = $1", [second]);
  await add(first, "s", "12:03");
  for (const slice of [0, 1]) await foldEntities(client, slice, 100);
  const read = "select read_sessions('s', 's', null, true, 'UTC')";
  for (let nth = 0; nth < 4; nth += 1) {
    expect(await verifySlices(client, slices)).toEqual([]);
    await inEachSlice(client, slices, "select fetch_changes(1), fold_session_changes(1)");
    if (nth === 1) await inEachSlice(client, slices, read);
  }
  await foldSlices(client, slices);
  expect(await storedSession("s")).toEqual({
    total_views: 1,
    unique_pages: 1,
    entry_entity_id: first,
  });
  expect(await compareRollups(client)).toEqual([]);
});

test("a session that loses its first view enters where the next one was, in whichever slice that is", async () => {
  const [first, second, third] = await entityOfEach();
  await add(first, "s", "12:00");
  await add(second, "s", "12:01");
  await add(second, "s", "12:02");
  await foldSlices(client, slices);
  expect(await storedSession("s")).toEqual({
    total_views: 3,
    unique_pages: 2,
    entry_entity_id: first,
  });

  // one more is earlier, and not folded yet, and one is gone that still counts
  await add(third, "s", "11:00");
  await client.query("delete from page_views where viewed_at = '2026-03-02 12:01Z'");
  await client.query("delete from page_views where entity_id = $1", [first]);
  await foldEntities(client, 0, 100);
  await foldAllSessions(client, slices);
  expect(await storedSession("s")).toEqual({
    total_views: 2,
    unique_pages: 1,
    entry_entity_id: second,
  });
  await foldSlices(client, slices);
  expect(await storedSession("s")).toEqual({
    total_views: 2,
    unique_pages: 2,
    entry_entity_id: third,
  });
  expect(await compareRollups(client)).toEqual([]);
});

test("while one folds a slice, another takes nothing of it, and all of the next", async () => {
  const [first, second] = await entityOfEach();
  await add(first, "s", "12:00");
  await add(second, "s", "12:01");
  const other = await database.pool.connect();
  try {
    await client.query("begin");
    expect(await foldEntities(client, 0, 100)).toBe(1);
    expect(await foldEntities(other, 0, 100)).toBe(0);
    expect(await foldEntities(other, 1, 100)).toBe(1);
    await client.query("rollback");
    expect(await foldEntities(other, 0, 100)).toBe(1);
  } finally {
    other.release();
  }
  await foldSlices(client, slices);
  expect(await compareRollups(client)).toEqual([]);
});

test("what was handed on is kept until its slice has fetched it, and deleted then", async () => {
  const handedOn = async (): Promise<unknown[]> => {
    const { rows } = await client.query<Record<string, unknown>>(`
      select
        (select count(*)::integer from headcount.outgoing_changes) as changes,
        (select count(*)::integer from headcount.session_changes) as of_sessions,
        (select count(*)::integer from headcount.outgoing_entries) as entries`);
    return rows;
  };
  for (const entity of await entityOfEach()) await add(entity, "s", "12:00");
  await foldSlices(client, slices);
  for (let slice = 0; slice < slices; slice += 1) {
    await client.query(`select slice_${slice}.fetch_changes()`);
  }
  expect(await handedOn()).toEqual([{ changes: 0, of_sessions: 0, entries: 0 }]);

  for (const entity of await entityOfEach()) await add(entity, "s", "12:01");
  for (let slice = 0; slice < slices; slice += 1) await foldEntities(client, slice, 100);
  expect(await handedOn()).toEqual([{ changes: 4, of_sessions: 0, entries: 0 }]);
  await client.query("begin");
  await foldAllSessions(client, slices);
  await client.query("rollback");
  expect(await handedOn()).toEqual([{ changes: 4, of_sessions: 0, entries: 0 }]);
  await foldAllSessions(client, slices, 1);
  await foldSlices(client, slices);
  expect(await compareRollups(client)).toEqual([]);
});

test("what cannot be applied to its session is set aside with the reason, and the rest goes on", async () => {
  const [first, second] = await entityOfEach();
  await add(first, "lost", "12:00");
  await add(first, "kept", "12:00");
  await foldSlices(client, slices);
  // a session's row that somebody deletes
  await inEachSlice(client, slices, "delete from visitor_sessions where session_id = 'lost'");
  await client.query("delete from page_views where session_id = 'lost'");
  await add(second, "kept", "12:01");
  await foldSlices(client, slices);
  const { rows } = await client.query(
    "select sign, session_id, reason from headcount.set_aside_changes",
  );
  expect(rows).toEqual([
    {
      sign: -1,
      session_id: "lost",
      reason:
        "not counted in its session: more was taken away than had been counted: session lost has -1 views (22000)",
    },
  ]);
  expect(await storedSession("kept")).toEqual({
    total_views: 2,
    unique_pages: 2,
    entry_entity_id: first,
  });
  await inEachSlice(client, slices, "delete from set_aside_changes");
});

test("a TRUNCATE of all page views leaves nothing behind, whatever was on its way", async () => {
  for (const entity of await entityOfEach()) {
    await add(entity, "s", "12:00");
    await add(entity, "t", "12:00");
  }
  await foldSlices(client, slices);
  for (const entity of await entityOfEach()) await add(entity, "s", "12:01");
  await foldEntities(client, 1, 100);
  await client.query("select slice_0.fetch_changes(1), slice_2.fetch_changes(1)");
  await foldEntities(client, 2, 100);
  await client.query(
    `truncate ${Array.from({ length: slices }, (_, number) => `shard_${number}.page_views`).join(", ")}`,
  );
  await foldSlices(client, slices);
  expect(await compareRollups(client)).toEqual([]);
  const [first] = await entityOfEach();
  await add(first, "s", "12:02");
  await foldSlices(client, slices);
  expect(await compareRollups(client)).toEqual([]);
  expect(await storedSession("s")).toMatchObject({ total_views: 1 });
});
