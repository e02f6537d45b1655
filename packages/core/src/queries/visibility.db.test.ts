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

async function viewAccounts(columns: string): Promise<void> {
  await database.pool.query(
    `create or replace view headcount.analytics_accounts as select ${columns} from generate_series(0, 36) n`,
  );
}

const queries = visitorSorts.flatMap((sort) =>
  [{}, range].map((dates) => ({ ...listing, ...dates, sort, limit: 3, visits_limit: 0 })),
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
  // every fourth one is named; the others are private, say nothing, say something else, or have no row. The connections of before go on,
  // with the plans that they have kept
  await viewAccounts(
    `${names}, case n % 4 when 0 then 'named' when 1 then 'private' when 2 then null else 'hidden' end as visibility`,
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

test("who may not be seen is in no page of any list, and hidden says how many they are", async () => {
  expect(hiddenBefore).toEqual({ visitors: 0, views: 0 });
  for (const [query, all] of lists) {
    const shown = all.filter(({ account_id }) => account_id === null || isNamed(account_id));
    const hidden = all.filter((visitor) => !shown.includes(visitor));
    expect(hidden.length).toBeGreaterThan(20);
    expect(await everybody(query)).toEqual(shown);
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
