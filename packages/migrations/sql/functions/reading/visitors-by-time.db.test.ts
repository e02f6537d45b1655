import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

// St. John's set its clocks back at 00:01 in 2010: what came in the first minute of the 7th of November, at half past two
// UTC, came before much of the 6th.
const timeZone = "America/St_Johns";

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("visitors by time", {
    timeZone,
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "bigint",
  });
});

afterAll(() => database.drop());

interface Views {
  entity_id: number | null;
  /** The first of them; each view has a visitor of its own. */
  visitor: number;
  count: number;
  /** When the first one came, and how long after it the next ones. */
  from: string;
  apart: string;
}

async function addViews({ entity_id, visitor, count, from, apart }: Views): Promise<void> {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
     select 'listing', $1, case when n % 3 = 0 then n end, n, $4::timestamptz + (n - $2::int) * $5::interval
     from generate_series($2::int, $2::int + $3::int - 1) n`,
    [entity_id, visitor, count, from, apart],
  );
}

const sorts = ["visit_count", "last_visit", "first_visit"] as const;
const ranges = [
  ["-infinity", "infinity"],
  ["2010-10-25", "2010-11-07"],
  ["2010-11-06", "2010-11-06"],
  ["2010-11-07", "infinity"],
] as const;

interface Question {
  entity_id: number | null;
  sort: (typeof sorts)[number];
  range: (typeof ranges)[number];
  limit: number;
  behind: string | null;
}

interface List {
  visitors: string[];
  last: string | null;
}

/** As it is found where an entity has many visitors. */
async function list({ entity_id, sort, range, limit, behind }: Question): Promise<List> {
  const { rows } = await database.pool.query<List>(
    `select array(select v::text from unnest(l.visitors) v) as visitors, l.visitors[$5]::text as last
     from list_visitors_among(
       'listing', coalesce($1, -9223372036854775808), $2, $3, null, null, $4, $6::listed_visitor, $5, 0
     ) l`,
    [entity_id, ...range, sort, limit, behind],
  );
  return rows[0] ?? { visitors: [], last: null };
}

async function countEverybody(question: Question): Promise<string[]> {
  const { entity_id, sort, range } = question;
  const orders = {
    visit_count: "visit_count desc, last_visit desc",
    last_visit: "last_visit desc, visit_count desc",
    first_visit: "first_visit desc, visit_count desc",
  };
  const { rows } = await database.pool.query<{ visitor: string }>(
    `select row(v.*)::listed_visitor::text as visitor
     from (
       select
         case when account_id is null then 's' else 'a' end::"char" as kind, coalesce(account_id, session_id) as visitor_id,
         count(*) as visit_count, count(distinct (viewed_at at time zone $4)::date), min(viewed_at) as first_visit,
         max(viewed_at) as last_visit, null::numeric
       from page_views
       where entity_id is not distinct from $1 and (viewed_at at time zone $4)::date between $2 and $3
       group by 1, 2
     ) v
     order by ${orders[sort]}, kind desc, visitor_id`,
    [entity_id, ...range, timeZone],
  );
  return rows.map(({ visitor }) => visitor);
}

/** Lists the first pages of every question, and returns those whose visitors are not those of the page views. */
async function findWrongPages(entity_id: number | null): Promise<unknown[]> {
  const wrong: unknown[] = [];
  const compare = (question: Question, visitors: string[], expected: string[]): void => {
    if (!isDeepStrictEqual(visitors, expected)) wrong.push({ question, visitors, expected });
  };
  for (const sort of sorts) {
    for (const range of ranges) {
      const question = { entity_id, sort, range, limit: 0, behind: null };
      const everybody = await countEverybody(question);
      for (const limit of [1, 2, 3, 5, 13, 2000]) {
        const first = await list({ ...question, limit });
        compare({ ...question, limit }, first.visitors, everybody.slice(0, limit));
        if (!first.last) continue;
        const next = { ...question, limit, behind: first.last };
        compare(next, (await list(next)).visitors, everybody.slice(limit, 2 * limit));
      }
      compare(question, (await list(question)).visitors, []);
    }
  }
  return wrong;
}

test.each([1, null])(
  "the latest visitors are found from the last days, whatever the clocks do (%s)",
  async (entity_id) => {
    const views = { entity_id, apart: "7 minutes" };
    await addViews({ ...views, visitor: 1, count: 3000, from: "2010-10-20T00:00:00Z" });
    await addViews({
      ...views,
      visitor: 4001,
      count: 9,
      from: "2010-11-07T02:30:00Z",
      apart: "5 s",
    });
    await addViews({ ...views, visitor: 5001, count: 5, from: "2010-11-07T02:40:00Z" });
    // some of them came before
    await addViews({ ...views, visitor: 4003, count: 3, from: "2010-10-21T00:00:00Z" });
    await addViews({ ...views, visitor: 2000, count: 60, from: "2010-11-06T10:00:00Z" });
    await foldEverything(database.pool);
    expect(await findWrongPages(entity_id)).toEqual([]);

    // pending: one of the latest comes again, one never came, and somebody is new
    await addViews({ ...views, visitor: 5002, count: 1, from: "2010-11-08T00:00:00Z" });
    await addViews({ ...views, visitor: 6001, count: 2, from: "2010-11-06T12:00:00Z" });
    await database.pool.query(
      "delete from page_views where session_id = 5004 and entity_id is not distinct from $1",
      [entity_id],
    );
    expect(await findWrongPages(entity_id)).toEqual([]);
    await foldEverything(database.pool);
    expect(await findWrongPages(entity_id)).toEqual([]);
  },
);

test("the latest visitors are found where most of the latest came back, whatever the clocks did before", async () => {
  const views = { entity_id: 2, apart: "7 minutes" };
  await addViews({ ...views, visitor: 1, count: 3000, from: "2010-10-20T00:00:00Z" });
  await addViews({ ...views, visitor: 4001, count: 9, from: "2010-11-07T02:30:00Z", apart: "5 s" });
  await addViews({ ...views, visitor: 5001, count: 5, from: "2010-11-07T02:40:00Z" });
  await addViews({ ...views, visitor: 6001, count: 8, from: "2010-11-08T12:00:00Z" });
  await addViews({ ...views, visitor: 6002, count: 7, from: "2010-11-08T16:00:00Z" });
  await foldEverything(database.pool);
  expect(await findWrongPages(2)).toEqual([]);
});

test("many visitors of one instant are on one page after the other", async () => {
  const views = { entity_id: 3, apart: "0 s" };
  await addViews({ ...views, visitor: 1, count: 300, from: "2010-11-05T12:00:00Z" });
  await addViews({ ...views, visitor: 1, count: 100, from: "2010-11-06T12:00:00Z" });
  await addViews({ ...views, visitor: 50, count: 20, from: "2010-11-06T12:00:00Z" });
  await foldEverything(database.pool);
  expect(await findWrongPages(3)).toEqual([]);
});

test("where hardly anybody's latest day is on the page, the search is given up and everybody is counted", async () => {
  const views = { entity_id: 4, visitor: 1, count: 600, apart: "1 s" };
  for (const day of ["01", "02", "03", "04"]) {
    await addViews({ ...views, from: `2010-11-${day}T12:00:00Z` });
  }
  await addViews({ ...views, visitor: 1, count: 590, from: "2010-11-05T12:00:00Z" });
  await foldEverything(database.pool);
  const { rows } = await database.pool.query(
    `select visitors_by_time(
       'listing', 4, '-infinity', '2010-11-05', null, null, 'last_visit',
       row('s', 0, 1, null, null, '2010-11-05 12:00:00+00', null)::listed_visitor, 20, '{}', 100
     ) as found`,
  );
  expect(rows).toEqual([{ found: null }]);
  expect(await findWrongPages(4)).toEqual([]);
});
