import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { Visitor } from "../contract/visitors.ts";
import type { VisitorsQuery } from "../contract/visitors-query.ts";
import { writeCursor } from "./visitor-cursor.ts";

const entity = { entity_type: "listing", entity_id: "1" };
const range = { date_from: "2025-03-01", date_to: "2025-04-15" };

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("visitors", {
    timeZone: "America/New_York",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  await database.pool.query(
    `create or replace view headcount.analytics_accounts as
     select n::bigint as account_id, 'User_' || n as username,
       case n when 1 then '100% Ada' when 2 then E'back\\\\slash' when 3 then 'ÉMILE' end as display_name
     from generate_series(1, 20) n`,
  );
  await insertViews(600);
  analytics = new AnalyticsClient({ pool: database.pool });
  await analytics.aggregate();
});

afterAll(() => database.drop());

async function insertViews(count: number): Promise<void> {
  await database.pool.query(
    `with random as (select setseed(0.42))
     insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, referrer_url, time_on_page)
     select 'listing', 1,
       case when random() < 0.5 then 1 + floor(random() ^ 2 * 25) end, 's' || floor(random() * 150),
       '2025-01-01T00:00:00Z'::timestamptz + random() * interval '200 days',
       case when random() < 0.5 then 'https://example.com/' || n end, case when random() < 0.6 then n % 100 end
     from random, generate_series(1, $1::int) n`,
    [count],
  );
}

async function allPages(query: VisitorsQuery): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  let cursor: string | undefined;
  do {
    const page = await analytics.getVisitors({ ...query, cursor });
    visitors.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return visitors;
}

interface Dates {
  date_from?: string;
  date_to?: string;
}

describe.each<[name: string, dates: Dates]>([
  ["of all time", {}],
  ["of a range", range],
  ["from a date on", { date_from: range.date_from }],
  ["up to a date", { date_to: range.date_to }],
])("the visitors %s", (_name, dates) => {
  test("are those that the SQL function lists, in the same order, on pages of any size", async () => {
    const { rows } = await database.pool.query(
      `select coalesce(account_id::text, ref) as visitor, visit_count::int, days_visited::int,
         avg_time_on_page::float8, to_char(first_visit at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as first_visit
       from get_entity_visitors('listing', 1, $1::date, $2::date, 1000)`,
      [dates.date_from, dates.date_to],
    );
    for (const limit of [7, 1000]) {
      const visitors = await allPages({ ...entity, ...dates, limit });
      expect(
        visitors.map(({ account_id, ref, ...visitor }) => ({
          visitor: account_id ?? ref,
          visit_count: visitor.visit_count,
          days_visited: visitor.days_visited,
          avg_time_on_page: visitor.avg_time_on_page,
          first_visit: visitor.first_visit,
        })),
      ).toEqual(rows);
    }
  });

  test.each(["last_visit", "first_visit"] as const)("sorted by %s are the same", async (sort) => {
    const ranked = await allPages({ ...entity, ...dates, limit: 1000 });
    const sorted = await allPages({ ...entity, ...dates, sort, limit: 11 });
    const instants = sorted.map((visitor) => visitor[sort]);
    expect(instants).toEqual(instants.toSorted().toReversed());
    expect(new Set(sorted.map((visitor) => JSON.stringify(visitor)))).toEqual(
      new Set(ranked.map((visitor) => JSON.stringify(visitor))),
    );
    expect(sorted).toHaveLength(ranked.length);
  });

  test("are split by kind", async () => {
    const accounts = await allPages({ ...entity, ...dates, kind: "account", limit: 10 });
    const anonymous = await allPages({ ...entity, ...dates, kind: "anonymous", limit: 10 });
    expect(accounts.every(({ account_id, ref }) => account_id !== null && ref === null)).toBe(true);
    expect(
      anonymous.every(
        ({ account_id, ref, display_name }) =>
          account_id === null && ref !== null && display_name === "Anonymous",
      ),
    ).toBe(true);
    const both = await allPages({ ...entity, ...dates, limit: 1000 });
    expect(accounts.length + anonymous.length).toBe(both.length);
  });

  test("come with their latest visits", async () => {
    const [visitor] = (await analytics.getVisitors({ ...entity, ...dates, visits_limit: 3 })).data;
    const { rows } = await database.pool.query(
      `select to_char(viewed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as viewed_at, referrer_url
       from page_views
       where account_id::text = $1
         and (viewed_at at time zone 'America/New_York')::date between $2 and $3
       order by page_views.viewed_at desc limit 3`,
      [visitor?.account_id, dates.date_from ?? "0001-01-01", dates.date_to ?? "9999-12-31"],
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(visitor?.visits).toEqual(rows);
  });
});

test("no visits are read when none are asked for", async () => {
  const { data } = await analytics.getVisitors({ ...entity, visits_limit: 0 });
  expect(data.every(({ visits }) => visits.length === 0)).toBe(true);
});

describe("search", () => {
  async function found(search: string, dates: Dates = {}): Promise<string[]> {
    const visitors = await allPages({ ...entity, ...dates, search, limit: 3 });
    return visitors.map(({ display_name }) => display_name).toSorted();
  }

  test("finds a part of the username or of the display name, whatever its case", async () => {
    expect(await found("uSeR_1")).toContain("User_11");
    expect(await found("ada")).toEqual(["100% Ada"]);
    expect(await found("émile")).toEqual(["ÉMILE"]);
    expect(await found("ADA", range)).toEqual(["100% Ada"]);
  });

  test("takes %, _ and \\ as they are", async () => {
    expect(await found("0% a")).toEqual(["100% Ada"]);
    expect(await found("%")).toEqual(["100% Ada"]);
    expect(await found("k\\s")).toEqual(["back\\slash"]);
    expect(await found("User__")).toEqual([]);
    expect(await found("\\%")).toEqual([]);
  });

  test("never finds anonymous visitors", async () => {
    expect(await found("anonymous")).toEqual([]);
  });

  // where few of all accounts viewed it, those who did are asked for their names; else all are
  test.for([3200, 13_000])(
    "finds the same among thousands of %i accounts, whether names are frequent or rare",
    async (accounts) => {
      const entity_id = String(accounts);
      await database.pool.query(`
        create table crowd_${accounts} as
        select n::bigint as account_id, 'crowd_' || n as username, case when n % 7 = 0 then 'Zoe ' || n end as display_name
        from generate_series(1, ${accounts}) n;
        alter table crowd_${accounts} add primary key (account_id);
        analyze crowd_${accounts};
        create or replace view headcount.analytics_accounts as select * from crowd_${accounts};
        insert into page_views (entity_type, entity_id, account_id, viewed_at)
        select 'stadium', ${accounts}, n, timestamptz '2025-05-01T00:00:00Z' + views * interval '1 hour' + n * interval '1 second'
        from generate_series(1, 3200) n
        cross join lateral generate_series(1, 1 + n % 3) views`);
      await analytics.aggregate();
      const stadium = { entity_type: "stadium", entity_id } as const;
      const zoes = await allPages({ ...stadium, search: "zoe", limit: 40 });
      const everybody = await allPages({ ...stadium, limit: 1000 });
      expect(zoes).toEqual(everybody.filter(({ display_name }) => display_name.startsWith("Zoe ")));
      const rare = await analytics.getVisitors({ ...stadium, search: "crowd_3199" });
      expect(rare.data.map(({ visit_count }) => visit_count)).toEqual([2]);
      expect((await analytics.getVisitors({ ...stadium, search: "crowd_3201" })).data).toEqual([]);
    },
  );
});

test("a cursor of one query is refused by another", async () => {
  const { next_cursor } = await analytics.getVisitors({ ...entity, limit: 1 });
  const cursor = next_cursor ?? undefined;
  const other = analytics.getVisitors({ ...entity, kind: "account", cursor });
  await expect(other).rejects.toMatchObject({ code: "invalid_cursor" });
});

describe("what somebody without an account is called", () => {
  const other = { entity_type: "listing", entity_id: "2" };

  beforeAll(async () => {
    await database.pool.query(
      `insert into page_views (entity_type, entity_id, session_id, visitor_id, viewed_at)
       select 'listing', e, 'session ' || n, case when n % 2 = 0 then 'browser' end, '2025-03-01T12:00:00Z'::timestamptz + n * interval '1 day'
       from generate_series(1, 6) n, generate_series(2, 3) e`,
    );
  });

  test("a browser that page views name is one visitor over many sessions", async () => {
    const visitors = await allPages({ ...other, limit: 2 });
    expect(visitors.map(({ visit_count }) => visit_count)).toEqual([3, 1, 1, 1]);
    expect(visitors[0]?.visits).toHaveLength(3);
    const { totals } = await analytics.getTimeSeries({ ...other, ...range });
    expect(totals).toMatchObject({ views: 6, unique_visitors: 4, anonymous_visitors: 4 });
  });

  test("a ref stays the same, pending and folded, and is another one of each entity", async () => {
    const refs = async (entity_id: string) =>
      (await allPages({ ...other, entity_id, limit: 3 })).map(({ ref }) => ref);
    const pending = await refs("2");
    await analytics.aggregate();
    expect(await refs("2")).toEqual(pending);
    expect(new Set([...pending, ...(await refs("3"))]).size).toBe(8);
  });

  test("neither an answer nor its cursor holds a session_id or a visitor_id", async () => {
    const answer = await analytics.getVisitors({ ...other, limit: 1 });
    const cursor = Buffer.from(answer.next_cursor ?? "", "base64url").toString();
    const refs = answer.data.map(({ ref }) => Buffer.from(ref ?? "", "base64url").toString());
    expect(cursor).toContain(answer.data[0]?.ref);
    expect(JSON.stringify([answer, cursor, refs])).not.toMatch(/browser|session /);
  });

  test("a cursor with a ref of another entity, or of nobody, is refused", async () => {
    const elsewhere = (await analytics.getVisitors({ ...other, entity_id: "3", limit: 1 })).data[0];
    for (const ref of [elsewhere?.ref, "", "?", "AAAA", "A".repeat(64)]) {
      const position = {
        values: ["3", "2025-03-07T12:00:00.000000Z"],
        account_id: null,
        ref,
      } as const;
      const query = { ...other, sort: "visit_count", limit: 1, visits_limit: 5 } as const;
      const cursor = writeCursor({ query, position: { ...position, ref: ref ?? "" } });
      await expect(analytics.getVisitors({ ...other, cursor })).rejects.toMatchObject({
        code: "invalid_cursor",
      });
    }
  });
});

test("paging while views arrive lists nobody twice, and everybody who did not move", async () => {
  const before = await allPages({ ...entity, limit: 1000 });
  const seen: Visitor[] = [];
  let cursor: string | undefined;
  do {
    const page = await analytics.getVisitors({ ...entity, limit: 20, cursor });
    seen.push(...page.data);
    cursor = page.next_cursor ?? undefined;
    await insertViews(5);
    await analytics.aggregate();
  } while (cursor !== undefined);
  const after = await allPages({ ...entity, limit: 1000 });

  const nameOf = ({ account_id, ref }: Visitor) => `${account_id}/${ref}`;
  const names = seen.map(nameOf);
  expect(new Set(names).size).toBe(names.length);
  const counts = new Map(after.map((visitor) => [nameOf(visitor), visitor.visit_count]));
  const still = before.filter((visitor) => counts.get(nameOf(visitor)) === visitor.visit_count);
  expect(still.length).toBeGreaterThan(20);
  expect(names).toEqual(expect.arrayContaining(still.map(nameOf)));
});
