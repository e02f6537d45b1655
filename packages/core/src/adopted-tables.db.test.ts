import { migrate } from "@headcount/migrations";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../testing/test-database.ts";
import { AnalyticsClient } from "./analytics-client.ts";

describe("a table whose columns have other names and types", () => {
  const columns = {
    id: "view_id",
    entity_type: "kind",
    entity_id: "Slug",
    account_id: "user_id",
    session_id: "visit",
    viewed_at: "created_at",
    referrer_url: "came from",
    time_on_page: "seconds",
  };
  let database: TestDatabase;
  let analytics: AnalyticsClient;

  beforeAll(async () => {
    database = await createTestDatabase("other columns");
    const { pool } = database;
    await pool.query(`
      create type kind as enum ('story', 'author');
      create domain seconds as integer;
      create domain slug as varchar(60);
      create domain slug_of_story as slug check (value <> '');
      create collation by_language (provider = icu, locale = 'und');
      create table views (
        view_id uuid primary key, kind kind not null, "Slug" slug_of_story, user_id char(8), visit text collate by_language,
        created_at timestamptz not null, "came from" varchar(40), seconds seconds
      );
      insert into views values
        (gen_random_uuid(), 'story', 'a', 'ada', 's', '2026-01-05 10:00Z', 'https://one.example/', 9),
        (gen_random_uuid(), 'story', 'a', 'ada   ', 't', '2026-01-05 11:00Z', null, null),
        (gen_random_uuid(), 'story', 'B', null, 'Ä', '2026-01-05 12:00Z', null, null),
        (gen_random_uuid(), 'author', null, null, 'z', '2026-01-05 13:00Z', null, null)`);
    await migrate({ pool, pageViews: "views", columns });
    analytics = new AnalyticsClient({ pool });
  });

  afterAll(() => database.drop());

  const dates = { date_from: "2026-01-05", date_to: "2026-01-06" };
  const story = { entity_type: "story", entity_id: "a", ...dates };
  const differences = async (): Promise<number> => (await analytics.verify()).differences;

  test("is read in, and answered for", async () => {
    const { totals } = await analytics.getTimeSeries(story);
    expect(totals).toMatchObject({ views: 2, unique_visitors: 1, avg_time_on_page: 9 });
    const { data } = await analytics.getVisitors({ ...story, visits_limit: 1 });
    expect(data).toMatchObject([
      {
        account_id: "ada",
        visit_count: 2,
        visits: [{ viewed_at: "2026-01-05T11:00:00.000Z", referrer_url: null }],
      },
    ]);
    expect(await differences()).toBe(0);
  });

  test("is captured, folded, verified and rebuilt", async () => {
    await database.pool.query(`
      insert into views values (gen_random_uuid(), 'story', 'a', null, 'Ä', '2026-01-06 10:00Z', null, 3);
      update views set kind = 'author', "Slug" = 'B', user_id = 'bob' where "Slug" = 'B';
      delete from views where "Slug" is null`);
    expect((await analytics.getTimeSeries(story)).totals.views).toBe(3);
    await analytics.aggregate();
    expect(await differences()).toBe(0);
    await analytics.rebuild(dates);
    expect(await differences()).toBe(0);
    expect((await analytics.getTimeSeries(story)).totals).toMatchObject({
      views: 3,
      unique_visitors: 2,
      avg_time_on_page: 6,
    });
  });

  test("is collected into, and its sessions are identified", async () => {
    const view = { entity_type: "author", entity_id: "c", session_id: "Ö" };
    const id = crypto.randomUUID();
    expect(await analytics.trackPageView({ ...view, id })).toEqual({ accepted: 1, refused: [] });
    await analytics.recordTimeOnPage({ page_view_id: id, seconds: 4 });
    const identity = { session_id: "Ö", account_id: "cy" };
    expect(await analytics.identifySession(identity)).toEqual({ identified_views: 1 });
    const refused = await analytics.trackPageView({ ...view, entity_type: "nothing" });
    expect(refused.refused).toMatchObject([{ code: "refused_by_table" }]);
    const author = { entity_type: "author", entity_id: "c" };
    expect((await analytics.getLive(author)).data).toMatchObject([
      { views: 1, unique_accounts: 1 },
    ]);
    await analytics.aggregate();
    const { data } = await analytics.getVisitors(author);
    expect(data).toMatchObject([{ account_id: "cy", visit_count: 1, avg_time_on_page: 4 }]);
    const to = { entity_type: "story", entity_id: "d" };
    expect((await analytics.moveEntity({ from: author, to })).moved_views).toBe(1);
    expect(await differences()).toBe(0);
  });

  test("keeps its names in settings, which are not given again and may not differ", async () => {
    const { pool } = database;
    expect((await migrate({ pool })).applied).toEqual([]);
    expect((await migrate({ pool, columns })).applied).toEqual([]);
    await expect(migrate({ pool, columns: { viewed_at: "updated_at" } })).rejects.toMatchObject({
      code: "settings_differ",
      field: "columns",
    });
  });
});

describe("accounts", () => {
  const view = { entity_type: "listing", entity_id: "7" };
  const names = async (analytics: AnalyticsClient): Promise<string[]> =>
    (await analytics.getVisitors(view)).data.map(({ display_name }) => display_name).toSorted();

  test.each([
    ["uuid", "'11111111-1111-4111-8111-11111111111F'"],
    ["bigint", "'9223372036854775807'"],
  ])("whose text is not a %s are nameless, and the others are named", async (type, id) => {
    await using database = await createTestDatabase("accounts of another type");
    const { pool } = database;
    await pool.query(`
      create table accounts (id text primary key, username text, first_name char(9), last_name text);
      insert into accounts values (${id}, 'ada', 'Ada', 'L'), ('usr_4TnQOJFeOfSa', 'bob', 'Bob', 'C'),
        ('9223372036854775808', 'cy', '', ''), ('', 'di', '', '');
      create table page_views (id uuid primary key, entity_type text, entity_id text, account_id ${type}, viewed_at timestamptz);
      insert into page_views values (gen_random_uuid(), 'listing', '7', ${id}, now())`);
    await migrate({ pool });
    expect(await names(new AnalyticsClient({ pool }))).toEqual(["Ada L"]);
  });

  test("that row level security hides from the role that asks have no name for it", async () => {
    await using database = await createTestDatabase("hidden accounts");
    const { pool, url } = database;
    const role = `reader_${crypto.randomUUID().slice(0, 8)}`;
    await pool.query(`
      create table accounts (id bigint primary key, username text, first_name text, last_name text);
      insert into accounts values (1, 'ada', 'Ada', 'L'), (2, 'bob', 'Bob', 'C');
      create table page_views (id uuid primary key, entity_type text, entity_id text, account_id bigint, viewed_at timestamptz);
      insert into page_views select gen_random_uuid(), 'listing', '7', n, now() from generate_series(1, 2) n`);
    await migrate({ pool });
    await pool.query(`create role ${role} login;
      grant usage on schema headcount to ${role};
      grant select on all tables in schema public, headcount to ${role};
      grant execute on function headcount.refs_of_visitors, headcount.visitor_of_ref to ${role};
      alter table accounts enable row level security; create policy own on accounts for select to ${role} using (id = 1)`);
    const itsUrl = new URL(url);
    itsUrl.username = role;
    const its = new AnalyticsClient({ connectionString: itsUrl.href });
    try {
      expect(await names(its)).toEqual(["Ada L", "Anonymous"]);
      expect(await names(new AnalyticsClient({ pool }))).toEqual(["Ada L", "Bob C"]);
    } finally {
      await its.close();
      await pool.query(`drop owned by ${role}; drop role ${role}`);
    }
  });
});

test("a table about one kind of thing gets the kind as a default", async () => {
  await using database = await createTestDatabase("one kind");
  const { pool } = database;
  await pool.query(`create type member as enum ('ada', 'bob');
    create table listing_views (id bigint generated always as identity primary key, listing_id bigint,
      user_id member, session_id text, created_at timestamptz not null default now());
    insert into listing_views (listing_id, session_id) values (7, 's')`);
  await migrate({
    pool,
    pageViews: "listing_views",
    entityType: "listing",
    columns: { entity_id: "listing_id", account_id: "user_id", viewed_at: "created_at" },
  });
  await pool.query("insert into listing_views (listing_id, user_id) values (7, 'ada')");
  const analytics = new AnalyticsClient({ pool });
  await analytics.identifySession({ session_id: "s", account_id: "bob" });
  await analytics.aggregate();
  const { totals } = await analytics.getTimeSeries({ entity_type: "listing", entity_id: 7 });
  expect(totals).toMatchObject({ views: 2, unique_accounts: 2 });
  expect((await analytics.verify()).differences).toBe(0);
});
