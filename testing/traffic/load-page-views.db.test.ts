import type { PoolClient } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../test-database.ts";
import { type LoadedPageViews, loadPageViews } from "./load-page-views.ts";

const size = 50_000;
let database: TestDatabase;
let client: PoolClient;
let loaded: LoadedPageViews;
const progress: number[] = [];

beforeAll(async () => {
  database = await createTestDatabase("load page views");
  client = await database.pool.connect();
  await createPageViews("first");
  loaded = await loadPageViews(client, {
    schema: "first",
    size,
    onProgress: (written) => progress.push(written),
  });
});

afterAll(async () => {
  client.release();
  await database.drop();
});

async function createPageViews(schema: string): Promise<void> {
  await client.query(`
    create schema ${schema};
    create table ${schema}.page_views (
      id uuid primary key, entity_type text not null, entity_id uuid, account_id uuid, session_id uuid, visitor_id uuid,
      viewed_at timestamptz not null, referrer_url text, time_on_page integer
    )`);
}

async function firstRow(sql: string, values: unknown[] = []): Promise<Record<string, unknown>> {
  const { rows } = await client.query<Record<string, unknown>>(sql, values);
  return rows[0] ?? {};
}

test("loads as many page views as asked, over the dates that it returns, in order of time", async () => {
  const row = await firstRow(`
    select count(*)::int as views,
      min((viewed_at at time zone 'UTC')::date)::text as date_from,
      max((viewed_at at time zone 'UTC')::date)::text as date_to,
      bool_and(viewed_at >= previous) as in_order
    from (select viewed_at, lag(viewed_at) over (order by id) as previous from first.page_views) v`);
  expect(row).toEqual({
    views: size,
    date_from: loaded.date_from,
    date_to: loaded.date_to,
    in_order: true,
  });
  expect(progress.at(-1)).toBe(size);
});

test("has one big entity, typical ones of about 200 views, and some between", async () => {
  const count = `
    select count(*)::int as views, count(distinct coalesce(account_id, session_id))::int as visitors
    from first.page_views where entity_type = $1 and entity_id = $2`;
  const big = await firstRow(count, Object.values(loaded.bigEntity));
  const middle = await firstRow(count, Object.values(loaded.middleEntity));
  const typical = await firstRow(count, Object.values(loaded.typicalEntity));
  expect(Number(big["views"]) / size).toBeCloseTo(0.1, 2);
  expect(Number(big["visitors"]) / size).toBeCloseTo(0.054, 2);
  expect(middle["views"]).toBeGreaterThan(700);
  expect(middle["views"]).toBeLessThan(1_400);
  expect(typical["views"]).toBeGreaterThan(100);
  expect(typical["views"]).toBeLessThan(400);
});

test("a quarter of the visitors are accounts", async () => {
  const row = await firstRow(`
    select count(distinct account_id)::float8 / count(distinct coalesce(account_id, session_id)) as accounts,
      count(distinct coalesce(account_id, session_id))::int as visitors
    from first.page_views`);
  expect(row["accounts"]).toBeCloseTo(0.25, 1);
  expect(row["visitors"]).toBeGreaterThan(size * 0.14);
});

test("in a team app, four fifths are accounts, and an entity's visitors come on five days in the mean", async () => {
  await createPageViews("team");
  await loadPageViews(client, { schema: "team", shape: "team-app", size });
  const row = await firstRow(`
    select avg(days)::float8 as days, avg((days = 1)::integer)::float8 as once,
      (select count(distinct account_id)::float8 / count(distinct coalesce(account_id, session_id)) from team.page_views) as accounts,
      (select avg((entities > 1)::integer)::float8 from (
        select count(distinct entity_id) as entities from team.page_views group by session_id
      ) s) as sessions_of_several
    from (
      select count(distinct (viewed_at at time zone 'UTC')::date) as days
      from team.page_views group by entity_id, coalesce(account_id, session_id)
    ) v`);
  expect(row["days"]).toBeCloseTo(5, 0);
  expect(row["once"]).toBeLessThan(0.1);
  expect(row["accounts"]).toBeCloseTo(0.8, 1);
  expect(row["sessions_of_several"]).toBeGreaterThan(0.1);
});

test("a tracked listing has the views of the public one, by sessions of a day and with visitor ids of four strangers in five", async () => {
  await createPageViews("tracked");
  await loadPageViews(client, { schema: "tracked", shape: "tracked-listing", size });
  const row = await firstRow(`
    select
      (select count(*)::int from (
        select id, entity_id, account_id, viewed_at from first.page_views
        except select id, entity_id, account_id, viewed_at from tracked.page_views
      ) d) as differences,
      max(dates)::int as dates_of_session,
      (select avg((visitor_id is not null)::int)::float8 from tracked.page_views where account_id is null) as known,
      (select count(*)::int from tracked.page_views where account_id is not null and visitor_id is not null) as known_accounts,
      (select count(distinct coalesce(v.visitor_id, v.session_id)) > count(distinct f.session_id)
        from tracked.page_views v join first.page_views f using (id) where v.account_id is null) as strangers_counted_again
    from (
      select count(distinct (viewed_at at time zone 'UTC')::date) as dates from tracked.page_views group by session_id
    ) s`);
  expect(row["known"]).toBeCloseTo(0.8, 1);
  expect(row).toMatchObject({
    differences: 0,
    dates_of_session: 2, // time runs faster by night, so that a day of visits does not end at midnight exactly
    known_accounts: 0,
    strangers_counted_again: true,
  });
});

test("gives the same rows for the same seed, and others for another", async () => {
  await createPageViews("again");
  await createPageViews("other");
  await loadPageViews(client, { schema: "again", size });
  await loadPageViews(client, { schema: "other", size, seed: 2 });
  const row = await firstRow(`
    select
      (select count(*)::int from (table first.page_views except table again.page_views) d) as again,
      (select count(*)::int from (table first.page_views except table other.page_views) d) as other`);
  expect(row["again"]).toBe(0);
  expect(row["other"]).toBeGreaterThan(size * 0.99);
});

test("goes on after its last row with newer ones", async () => {
  await createPageViews("more");
  const rows = { first: size + 1, last: size + 5_000 };
  await loadPageViews(client, { schema: "more", size, rows });
  const row = await firstRow(`
    select count(*)::int as views,
      min(viewed_at) > (select max(viewed_at) from first.page_views) as newer,
      (select count(*)::int from more.page_views m join first.page_views f using (id)) as twice
    from more.page_views`);
  expect(row).toEqual({ views: 5_000, newer: true, twice: 0 });
});

test("refuses a size that is not a number of page views", async () => {
  await expect(loadPageViews(client, { size: 0.5 })).rejects.toThrow(
    "size must be a whole number of page views, at least 1, and is 0.5.",
  );
});
