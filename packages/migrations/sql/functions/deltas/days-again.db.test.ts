import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("days again", { timeZone: "America/St_Johns" });
});

beforeEach(() => database.pool.query("truncate page_views"));

afterAll(() => database.drop());

const entityId = "00000000-0000-4000-8000-0000000000ee";

const ids = {
  account_id: "00000000-0000-4000-8000-0000000000a0",
  session_id: "00000000-0000-4000-8000-0000000000b0",
  visitor_id: "00000000-0000-4000-8000-0000000000c0",
};

/** Adds so many views of one visitor, a minute apart, the first at 6:00 in St. John's. */
async function addDay(column: keyof typeof ids, views: number): Promise<void> {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, ${column}, viewed_at)
     select 'listing', $1, $2, timestamptz '2026-03-05 06:00 America/St_Johns' + nth * interval '1 minute'
     from generate_series(0, $3 - 1) nth`,
    [entityId, ids[column], views],
  );
  await foldEverything(database.pool);
}

async function fold(limit: number): Promise<void> {
  await database.pool.query("select fold_page_view_changes($1)", [limit]);
}

/** The instant of this minute of the day that addDay makes. */
const minute = (nth: number | string): string =>
  `timestamptz '2026-03-05 06:00 America/St_Johns' + ${nth} * interval '1 minute'`;

const day = `
  select
    views, first_view = ${minute(0)} as first_stays, last_view = ${minute(179)} as last_stays,
    array(select h from generate_series(0, 23) h where hours_seen & (1 << h) <> 0) as hours
  from analytics_visitor_days`;

test.for([
  ["account_id", "the last", 5999],
  ["account_id", "the first", 0],
  ["account_id", "one", 777],
  ["session_id", "the last", 5999],
  ["session_id", "the first", 0],
  ["session_id", "one", 777],
  ["visitor_id", "the last", 5999],
  ["visitor_id", "the first", 0],
  ["visitor_id", "one", 777],
] as const)(
  "of a day with thousands of views of a visitor known by its %s, taking %s away reads next to none again",
  async ([column, , nth]) => {
    await database.pool.query(
      `insert into page_views (entity_type, entity_id, ${column}, viewed_at)
       select 'listing', $1, $2, timestamptz '2026-03-05 06:00 America/St_Johns' + nth * interval '1 second'
       from generate_series(0, 5999) nth`,
      [entityId, ids[column]],
    );
    await foldEverything(database.pool);
    await database.pool.query("vacuum analyze page_views");
    const client = await database.pool.connect();
    const rowsRead = async (): Promise<number> => {
      const { rows } = await client.query<{ rows: number }>(
        `select sum(pg_stat_get_xact_tuples_returned(i.indexrelid)
           + case when i.indisprimary then pg_stat_get_xact_tuples_returned(i.indrelid) else 0 end)::integer as rows
         from pg_index i where i.indrelid = 'page_views'::regclass`,
      );
      return rows[0]?.rows ?? Infinity;
    };
    try {
      await client.query("begin");
      await client.query(
        `delete from page_views where viewed_at = timestamptz '2026-03-05 06:00 America/St_Johns' + $1 * interval '1 second'`,
        [nth],
      );
      const before = await rowsRead();
      const { rows } = await client.query(
        "select (d.after).views from visitor_day_deltas(array(select q from page_view_changes q)) d",
      );
      expect(rows).toEqual([{ views: 5999 }]);
      expect((await rowsRead()) - before).toBeLessThan(10);
    } finally {
      await client.query("rollback");
      client.release();
    }
  },
);

test.for([
  ["the first", `viewed_at = ${minute(0)}`],
  ["the last", `viewed_at = ${minute(179)}`],
  ["the first and the last", `viewed_at in (${minute(0)}, ${minute(179)})`],
  ["one in the midst", `viewed_at = ${minute(90)}`],
  ["all of the first hour", `viewed_at < ${minute(60)}`],
  ["all of an hour in the midst", `viewed_at >= ${minute(60)} and viewed_at < ${minute(120)}`],
  ["all of the last hour", `viewed_at >= ${minute(120)}`],
  ["all but one of an hour", `viewed_at > ${minute(60)} and viewed_at < ${minute(120)}`],
  ["all but the first and the last", `viewed_at > ${minute(0)} and viewed_at < ${minute(179)}`],
])("a day that loses %s of its views is exact", async ([, condition]) => {
  await addDay("account_id", 180);
  await database.pool.query(`delete from page_views where ${condition}`);
  await fold(1000);
  expect(await compareRollups(database.pool)).toEqual([]);
});

test("one of two views at the same instant leaves the first view and the last where they were", async () => {
  await addDay("account_id", 180);
  await addDay("account_id", 180);
  await database.pool.query(`
    delete from page_views where id in (
      select min(id) from page_views group by viewed_at having viewed_at in (${minute(0)}, ${minute(179)})
    )`);
  await fold(1);
  expect(await compareRollups(database.pool)).toEqual([]);
  await fold(1);
  expect(await compareRollups(database.pool)).toEqual([]);
});

test.for([
  ["before", 59],
  ["in", 90],
  ["behind", 200],
])(
  "views that are pending %s the hour that loses its own are not taken for counted ones",
  async ([, nth]) => {
    await addDay("account_id", 180);
    await database.pool.query(`
      delete from page_views where viewed_at >= ${minute(60)} and viewed_at <= ${minute(119)};
      insert into page_views (entity_type, entity_id, account_id, viewed_at)
      select 'listing', '${entityId}', '${ids.account_id}', ${minute(Number(nth))} + n * interval '1 second' from generate_series(1, 3) n;
      delete from page_views where viewed_at >= ${minute(150)} and viewed_at <= ${minute(179)}`);
    for (const limit of [59, 1, 1, 2, 29, 1]) {
      await fold(limit);
      expect(await compareRollups(database.pool)).toEqual([]);
    }
  },
);

test("views that are pending next to the first and the last, when these are taken away, are not taken for counted ones", async () => {
  await addDay("account_id", 180);
  const add = (nth: number): string => `
    insert into page_views (entity_type, entity_id, account_id, viewed_at)
    select 'listing', '${entityId}', '${ids.account_id}', ${minute(nth)} + n * interval '1 second' from generate_series(1, 3) n`;
  await database.pool.query(
    `delete from page_views where viewed_at = ${minute(0)}; ${add(0)};
     delete from page_views where viewed_at = ${minute(179)}; ${add(178)}`,
  );
  for (const limit of [1, 2, 1, 1, 2, 1]) {
    await fold(limit);
    expect(await compareRollups(database.pool)).toEqual([]);
  }
});

test("where older page views are gone without a trace, what is stored of the day stays as a bound", async () => {
  await addDay("account_id", 180);
  const client = await database.pool.connect();
  try {
    await client.query(`
      set session_replication_role = replica;
      delete from page_views where viewed_at < ${minute(90)};
      reset session_replication_role`);
  } finally {
    client.release();
  }
  await database.pool.query(`delete from page_views where viewed_at = ${minute(179)}`);
  await fold(1000);
  expect((await database.pool.query(day)).rows).toEqual([
    { views: 179, first_stays: true, last_stays: true, hours: [6, 7, 8] },
  ]);
  await database.pool.query(`delete from page_views where viewed_at < ${minute(120)}`);
  await fold(1000);
  expect((await database.pool.query(day)).rows).toEqual([
    { views: 149, first_stays: true, last_stays: true, hours: [6, 7, 8] },
  ]);
});

test.for([
  ["account_id", "last", 179, "nth between 170 and 178"],
  ["account_id", "first", 0, "nth between 1 and 9"],
  ["visitor_id", "last", 179, "nth between 170 and 178"],
  ["visitor_id", "first", 0, "nth between 1 and 9"],
  ["session_id", "last", 179, "nth between 170 and 178"],
  ["session_id", "first", 0, "nth between 1 and 9"],
] as const)(
  "where views next to it are gone without a trace, the lost view of a visitor known by its %s stays stored as the %s",
  async ([column, , lost, gone]) => {
    await addDay(column, 180);
    const client = await database.pool.connect();
    try {
      await client.query(`
        set session_replication_role = replica;
        delete from page_views where viewed_at in (select ${minute("nth")} from generate_series(0, 179) nth where ${gone});
        reset session_replication_role`);
    } finally {
      client.release();
    }
    await database.pool.query(`delete from page_views where viewed_at = ${minute(lost)}`);
    await fold(1000);
    expect((await database.pool.query(day)).rows).toEqual([
      { views: 179, first_stays: true, last_stays: true, hours: [6, 7, 8] },
    ]);
  },
);

// On the date on which St. John's set its clock back at 00:01, on the date before, and on one like any other.
test.for(["2006-10-29", "2006-10-28", "2006-06-01"])(
  "whatever comes and goes on %s among many views of few visitors, every batch is exact",
  { timeout: 60_000 },
  async (date) => {
    const { pool } = database;
    const views = (count: number): string => `
      insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at)
      select 'listing', case when n % 5 > 0 then '${entityId}'::uuid end, case n % 4 when 0 then '${ids.account_id}'::uuid end,
        case when n % 4 in (1, 2) then '${ids.session_id}'::uuid end, case n % 4 when 2 then '${ids.visitor_id}'::uuid end,
        date_trunc('second', timestamptz '${date} 00:00 America/St_Johns' - interval '90 minutes'
          + (random() ^ 2 + random() ^ 8) * interval '14 hours')
      from generate_series(1, ${count}) n`;
    const client = await pool.connect();
    try {
      await client.query(`select setseed(0.${date.slice(-2)})`);
      await client.query(views(600));
      await foldEverything(pool);
      for (let round = 0; round < 12; round += 1) {
        await client.query(`
          delete from page_views where id in (select id from page_views order by viewed_at desc, id limit ${round % 4});
          delete from page_views where id in (select id from page_views order by viewed_at, id limit ${round % 3});
          ${views(4)};
          delete from page_views where random() < 0.02;
          update page_views set viewed_at = viewed_at + (random() - 0.5) * interval '2 hours' where random() < 0.02`);
        for (const limit of [5, 1, 9]) {
          await fold(limit);
          expect(await compareRollups(pool)).toEqual([]);
        }
      }
      await foldEverything(pool);
      expect(await compareRollups(pool)).toEqual([]);
    } finally {
      client.release();
    }
  },
);
