import type { QueryResult, QueryResultRow } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { copyInto } from "../../../../../testing/oracle/copy-into.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

let database: TestDatabase;
const query = <Row extends QueryResultRow>(sql: string): Promise<QueryResult<Row>> =>
  database.pool.query<Row>(sql);

beforeAll(async () => {
  database = await createInstalledDatabase("capture", {
    entityId: "text",
    accountId: "text",
    sessionId: "text",
  });
});

afterAll(() => database.drop());

/** Two views of one entity, already folded: number 1 by session "a", number 2 by account "b". */
beforeEach(async () => {
  await query(`
    truncate page_views restart identity;
    insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at) values
      ('article', '1', null, 'a', '2026-03-29 01:30+00'),
      ('article', '1', 'b', 'a', '2026-03-29 02:30+00')`);
  await foldEverything(database.pool);
});

async function pendingChanges(): Promise<string[]> {
  const { rows } = await query<{ change: string }>(
    `select concat_ws(' ', case when sign > 0 then '+' else '-' end, coalesce(account_id, session_id), time_on_page) as change
     from page_view_changes order by change_id`,
  );
  return rows.map(({ change }) => change);
}

test.for([
  {
    statement: "an INSERT",
    sql: "insert into page_views (entity_type, session_id) values ('article', 'c'), ('article', 'd')",
    changes: ["+ c", "+ d"],
  },
  {
    statement: "an UPDATE of what counts",
    sql: "update page_views set time_on_page = 7 where id = 1",
    changes: ["+ a 7", "- a"],
  },
  {
    statement: "an UPDATE that makes a session's views an account's",
    sql: "update page_views set account_id = 'b' where session_id = 'a'",
    changes: ["+ b", "- a"],
  },
  {
    statement: "a DELETE",
    sql: "delete from page_views where id = 2",
    changes: ["- b"],
  },
  {
    statement: "INSERT … ON CONFLICT DO UPDATE",
    sql: `insert into page_views (id, entity_type, session_id) values (1, 'article', 'x'), (3, 'article', 'c')
          on conflict (id) do update set time_on_page = 5`,
    changes: ["+ a 5", "+ c", "- a"],
  },
  {
    statement: "INSERT … ON CONFLICT DO NOTHING",
    sql: "insert into page_views (id, entity_type) values (1, 'article') on conflict do nothing",
    changes: [],
  },
  {
    statement: "MERGE",
    sql: `merge into page_views p using (values (1, 'x'), (3, 'c')) s (id, session) on p.id = s.id
          when matched then delete
          when not matched then insert (entity_type, session_id) values ('article', s.session)`,
    changes: ["+ c", "- a"],
  },
  {
    statement: "one statement that inserts, updates and deletes",
    sql: `with gone as (delete from page_views where id = 1 returning *),
            edited as (update page_views set time_on_page = 9 where id = 2)
          insert into page_views (entity_type, session_id) select entity_type, 'again' from gone`,
    changes: ["+ again", "+ b 9", "- a", "- b"],
  },
])("$statement captures what it added and took away", async ({ sql, changes }) => {
  await query(sql);
  expect((await pendingChanges()).toSorted()).toEqual(changes);
  await foldEverything(database.pool);
  expect(await compareRollups(database.pool)).toEqual([]);
});

test.for([
  "update page_views set referrer_url = 'https://example.com'",
  "update page_views set time_on_page = time_on_page, entity_id = '1'",
  "update page_views set time_on_page = 1 where false",
  "delete from page_views where false",
])("nothing is captured of: %s", async (sql) => {
  await query(sql);
  expect(await pendingChanges()).toEqual([]);
});

test("two views that change places are no change", async () => {
  await query(
    "update page_views set account_id = case id when 1 then 'b' end, viewed_at = case id when 1 then timestamptz '2026-03-29 02:30+00' else '2026-03-29 01:30+00' end",
  );
  expect(await pendingChanges()).toEqual([]);
});

test("COPY captures what it added", async () => {
  await copyInto(
    database.url,
    "page_views (entity_type, entity_id, session_id)",
    "article\t1\tc\narticle\t\\N\td\n",
  );
  expect(await pendingChanges()).toEqual(["+ c", "+ d"]);
  await foldEverything(database.pool);
  expect(await compareRollups(database.pool)).toEqual([]);
});

test("TRUNCATE empties the rollups and the queue in its own transaction", async () => {
  await query("insert into page_views (entity_type, session_id) values ('article', 'c')");
  const client = await database.pool.connect();
  try {
    await client.query("begin; truncate page_views");
    expect(await compareRollups(client)).toEqual([]);
    await client.query("rollback");
  } finally {
    client.release();
  }
  expect(await pendingChanges()).toEqual(["+ c"]);
  expect(await compareRollups(database.pool)).toEqual([]);

  await query("truncate page_views");
  expect(await pendingChanges()).toEqual([]);
  const { rows } = await query(
    "select (select count(*) from analytics_aggregates) + (select count(*) from analytics_visitors) as kept",
  );
  expect(rows).toEqual([{ kept: "0" }]);
});

test("a transaction that is rolled back leaves no change behind", async () => {
  await query(
    "begin; delete from page_views; insert into page_views (entity_type) values ('article'); rollback",
  );
  expect(await pendingChanges()).toEqual([]);
});

test("views that a foreign key changes are captured", async () => {
  await query(`
    create table members (id text primary key);
    insert into members values ('b');
    alter table page_views add constraint member foreign key (account_id) references members on delete set null;
    delete from members where id = 'b';
    alter table page_views drop constraint member;
    drop table members`);
  expect((await pendingChanges()).toSorted()).toEqual(["+ a", "- b"]);
});

test("TRUNCATE and a reader of rollups and page views do not wait for each other", async () => {
  const reader = await database.pool.connect();
  const truncating = await database.pool.connect();
  try {
    await reader.query("begin; select from analytics_aggregates");
    // it must get by the rollups that the reader holds, or the two would be in a deadlock
    await truncating.query("set lock_timeout = '5s'; begin; truncate page_views");
    const reading = reader.query("select from page_views");
    await truncating.query("commit");
    expect((await reading).rowCount).toBe(0);
    await reader.query("commit");
  } finally {
    reader.release(true);
    truncating.release(true);
  }
});

test("TRUNCATE in an old snapshot is refused, because it could not see all that it takes away", async () => {
  const old = await database.pool.connect();
  try {
    await old.query("begin isolation level repeatable read; select from page_views");
    await query("insert into page_views (entity_type, session_id) values ('article', 'c')");
    await expect(old.query("truncate page_views")).rejects.toThrow(/READ COMMITTED/i);
  } finally {
    old.release(true);
  }
  await foldEverything(database.pool);
  expect(await compareRollups(database.pool)).toEqual([]);
});

test.for(["infinity", "-infinity", "294276-12-31 12:00+00", "4714-12-01 12:00+00 BC"])(
  "a view at %s stops neither folding nor rebuilding",
  async (viewedAt) => {
    await query(
      `insert into page_views (entity_type, session_id, viewed_at) values
         ('article', 'c', '${viewedAt}'), ('article', 'c', '${viewedAt}')`,
    );
    await foldEverything(database.pool);
    await query("delete from page_views where id = (select max(id) from page_views)");
    await foldEverything(database.pool);
    await query("select aggregate_page_views(null, null)");
    const { rows } = await query(
      "select total_views as views from analytics_aggregates where date = '2026-03-29' and hour is null",
    );
    expect(rows).toEqual([{ views: 2 }]);
  },
);

test("an UPDATE of many rows captures what was there and what is there now side by side", async () => {
  await query(`
    insert into page_views (entity_type, session_id, viewed_at)
    select 'article', n % 7, '2026-03-29 12:00+00'::timestamptz + n * interval '1 second' from generate_series(1, 500) n`);
  await foldEverything(database.pool);
  await query("update page_views set time_on_page = 7 where viewed_at > '2026-03-29 12:00+00'");
  const { rows } = await query<{ pairs: number; apart: number }>(`
    select count(*)::int as pairs, (count(*) filter (where next_viewed_at <> viewed_at))::int as apart
    from (
      select viewed_at, lead(viewed_at) over queue as next_viewed_at, row_number() over queue as nth
      from page_view_changes window queue as (order by change_id)
    ) c
    where nth % 2 = 1`);
  expect(rows).toEqual([{ pairs: 500, apart: 0 }]);
  await foldEverything(database.pool);
  expect(await compareRollups(database.pool)).toEqual([]);
});
