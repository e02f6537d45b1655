import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { Visitor, VisitorList } from "../contract/visitors.ts";
import { type VisitorsQuery, visitorSorts } from "../contract/visitors-query.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

const listing = { entity_type: "listing", entity_id: "7" };
const range = { date_from: "2026-03-03", date_to: "2026-03-06" };

const names = "n::bigint as account_id, 'user' || n as username, 'User ' || n as display_name";
const isNamed = (account: string) => Number(account) % 4 === 0 && Number(account) <= 36;
const isUnnamed = (account: string) => Number(account) % 8 === 3 && Number(account) <= 36;

async function viewAccounts(columns: string): Promise<void> {
  await database.pool.query(
    `create or replace view headcount.analytics_accounts as select ${columns} from generate_series(0, 36) n`,
  );
}

const queries = visitorSorts.flatMap((sort) =>
  [{}, range].map((dates) => ({ ...listing, ...dates, sort, limit: 5, visits_limit: 0 })),
);
/** Of each query, what it answered before anybody could be private. */
const lists = new Map<VisitorsQuery, Visitor[]>();
let hiddenBefore: VisitorList["hidden"];

beforeAll(async () => {
  database = await createInstalledDatabase("visibility", {
    timeZone: "UTC",
    entityId: "text",
    accountId: "bigint",
    sessionId: "text",
  });
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
     select 'listing', '7', case when n % 5 <> 0 then n % 40 end, 's' || n % 23,
       timestamptz '2026-03-01 00:00Z' + n * interval '31 minutes'
     from generate_series(1, 400) n`,
  );
  analytics = new AnalyticsClient({ pool: database.pool });
  await analytics.aggregate();
  // some are pending
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, viewed_at)
     select 'listing', '7', n, timestamptz '2026-03-05 12:00Z' + n * interval '1 minute' from generate_series(0, 44) n`,
  );
  await viewAccounts(names);
  for (const query of queries) lists.set(query, await everybody(query));
  hiddenBefore = (await analytics.getVisitors(listing)).hidden;
  // every fourth one is named, and every eighth by its attributes; the others are private, say nothing, say something else, or have no
  // row. The connections of before go on, with the plans that they have kept
  await viewAccounts(
    `${names}, case when n % 4 = 0 then 'named' when n % 8 = 3 then 'attributes' when n % 4 = 1 then 'private' when n % 4 = 3 then 'hidden' end
       as visibility, 'company ' || n % 3 as company`,
  );
});

afterAll(() => database.drop());

async function everybody(query: VisitorsQuery): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  let cursor: string | undefined;
  do {
    const page = await analytics.getVisitors({ ...query, cursor });
    expect(page.hidden === null).toBe(cursor !== undefined);
    visitors.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return visitors;
}

const dateOf = (instant: string) => `${instant.slice(0, 10)}T00:00:00.000Z`;

/** An account as it is listed without its name. */
function unnamed(visitor: Visitor): Visitor {
  return {
    ...visitor,
    kind: "attributes",
    account_id: null,
    ref: expect.stringMatching(/^[\w-]{20,}$/) as string,
    username: null,
    display_name: "Anonymous",
    first_visit: dateOf(visitor.first_visit),
    last_visit: dateOf(visitor.last_visit),
    visits: [],
  };
}

test("who may not be seen is in no page of any list, and hidden says how many they are", async () => {
  expect(hiddenBefore).toEqual({ visitors: 0, views: 0 });
  for (const [query, all] of lists) {
    const shown = all.filter(({ account_id: id }) => id === null || isNamed(id) || isUnnamed(id));
    const hidden = all.filter((visitor) => !shown.includes(visitor));
    expect(hidden.length).toBeGreaterThan(20);
    expect(await everybody({ ...query, visits_limit: 2 })).toMatchObject(
      shown.map(({ visits: _visits, ...visitor }) =>
        visitor.account_id !== null && isUnnamed(visitor.account_id)
          ? unnamed({ ...visitor, visits: [] })
          : visitor,
      ),
    );
    const views = hidden.reduce((sum, { visit_count }) => sum + visit_count, 0);
    const page = await analytics.getVisitors({ ...query, kind: "anonymous" });
    expect(page.hidden).toEqual({ visitors: hidden.length, views });
  }
});

test("who may not be seen is in every number", async () => {
  const all = [...lists].find(([query]) => query.date_from !== undefined)?.[1] ?? [];
  const { totals } = await analytics.getTimeSeries({ ...listing, ...range });
  expect(totals.unique_visitors).toBe(all.length);
});

test("no search finds them, and SQL users see them as little", async () => {
  const found = await everybody({ ...listing, search: "user 1", limit: 2 });
  expect(new Set(found.map(({ username }) => username))).toEqual(new Set(["user12", "user16"]));
  const { rows } = await database.pool.query<{ account_id: string | null }>(
    "select account_id from headcount.get_entity_visitors('listing', '7', null, null, null)",
  );
  const accounts = rows.flatMap(({ account_id }) => account_id ?? []);
  expect(accounts).toHaveLength(10);
  expect(accounts.every(isNamed)).toBe(true);
});

test("who is listed by attributes has these, a ref, and the same in SQL", async () => {
  await database.pool.query(
    "update headcount.analytics_settings set viewer_attributes = '{company}'",
  );
  const listed = (await everybody({ ...listing, kind: "account" })).filter(
    ({ kind }) => kind === "attributes",
  );
  expect(listed.map(({ viewer }) => String(viewer["company"])).toSorted()).toEqual(
    [3, 11, 19, 27, 35].map((account) => `company ${account % 3}`).toSorted(),
  );
  const { rows } = await database.pool.query<Visitor>(
    `select v.ref, v.account_id, v.username, v.display_name, v.visit_count::int, v.days_visited::int, v.first_visit, v.last_visit
     from headcount.get_entity_visitors('listing', '7', null, null, null) v where v.ref = any ($1)`,
    [listed.map(({ ref }) => ref)],
  );
  expect(JSON.parse(JSON.stringify(rows))).toEqual(
    listed.map(
      ({ kind: _kind, viewer: _viewer, visits: _visits, avg_time_on_page: _time, ...visitor }) =>
        visitor,
    ),
  );
});

test("a list can be asked for without names, and no page or cursor of it has one", async () => {
  const query = { ...listing, sort: "last_visit", limit: 5, names: false } as const;
  const shown = await everybody({ ...query, names: true });
  const without = await everybody(query);
  expect(without).toEqual(
    shown.map((visitor) => (visitor.kind === "account" ? unnamed(visitor) : visitor)),
  );
  const refs = new Set(without.map(({ ref }) => ref));
  expect(refs.size).toBe(shown.length);
  const page = await analytics.getVisitors({ ...query, kind: "account", limit: 1 });
  const cursor = Buffer.from(page.next_cursor ?? "", "base64url").toString();
  expect(JSON.parse(cursor)).toMatchObject({
    k: ["2026-03-09T00:00:00.000000Z", "11", null, expect.any(String)],
  });
  await expect(analytics.getVisitors({ ...query, search: "user" })).rejects.toMatchObject({
    code: "invalid_input",
    field: "search",
  });
});

test("who is listed without a name is seen since an instant when it came on that date", async () => {
  const query = { ...listing, ...range, sort: "last_visit", names: false } as const;
  const seen = async (seen_since: string) =>
    (await analytics.getVisitors({ ...query, kind: "account", seen_since, limit: 50 })).data;
  const [noon, evening] = [await seen("2026-03-05T12:00:00Z"), await seen("2026-03-05T23:00:00Z")];
  expect(evening).toEqual(noon);
  expect(noon.every(({ last_visit }) => last_visit >= "2026-03-05")).toBe(true);
  expect((await seen("2026-03-06T00:00:00Z")).length).toBeLessThan(noon.length);
});
