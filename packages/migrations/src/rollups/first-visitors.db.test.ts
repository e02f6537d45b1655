import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../testing/oracle/fold-everything.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("first visitors", {
    timeZone: "America/St_Johns",
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

async function topVisitorsEver(entity_id: number | null, limit: number): Promise<unknown[]> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    `select t.is_account, t.visitor_id, t.visit_count, t.last_visit
     from pending_visitor_days('listing', $1) p
     cross join lateral top_visitors_ever('listing', $1, $2, p.days) t`,
    [entity_id, limit],
  );
  return rows;
}

async function countEverybody(entity_id: number | null, limit: number): Promise<unknown[]> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    `select account_id is not null as is_account, coalesce(account_id, session_id) as visitor_id,
       count(*) as visit_count, max(viewed_at) as last_visit
     from page_views
     where entity_id is not distinct from $1
     group by 1, 2
     order by visit_count desc, last_visit desc, 1, 2
     limit $2`,
    [entity_id, limit],
  );
  return rows;
}

const limits = [0, 1, 2, 3, 4, 5, 8, 13, 40, 2000];

const ofAllLimits = (
  list: (entity_id: number | null, limit: number) => Promise<unknown[]>,
  entity_id: number | null,
): Promise<unknown[][]> => Promise.all(limits.map((limit) => list(entity_id, limit)));

// St. John's set its clocks back at 00:01 in 2010: what came in the first minute of the 7th of November, at half past
// two UTC, came before much of the 6th.
test.each([1, null])(
  "who came once is found by the last days, whatever the clocks do (%s)",
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
    await foldEverything(database.pool);
    expect(await ofAllLimits(topVisitorsEver, entity_id)).toEqual(
      await ofAllLimits(countEverybody, entity_id),
    );

    // pending: one of the latest comes again, one never came, and somebody is new
    await addViews({ ...views, visitor: 5002, count: 1, from: "2010-11-08T00:00:00Z" });
    await addViews({ ...views, visitor: 6001, count: 2, from: "2010-11-06T12:00:00Z" });
    await database.pool.query(
      "delete from page_views where session_id = 5004 and entity_id is not distinct from $1",
      [entity_id],
    );
    expect(await ofAllLimits(topVisitorsEver, entity_id)).toEqual(
      await ofAllLimits(countEverybody, entity_id),
    );
    await foldEverything(database.pool);
    expect(await ofAllLimits(topVisitorsEver, entity_id)).toEqual(
      await ofAllLimits(countEverybody, entity_id),
    );
  },
);

test("who came once is found where most of the latest came back, whatever the clocks did before", async () => {
  const views = { entity_id: 2, apart: "7 minutes" };
  await addViews({ ...views, visitor: 1, count: 3000, from: "2010-10-20T00:00:00Z" });
  await addViews({ ...views, visitor: 4001, count: 9, from: "2010-11-07T02:30:00Z", apart: "5 s" });
  await addViews({ ...views, visitor: 5001, count: 5, from: "2010-11-07T02:40:00Z" });
  await addViews({ ...views, visitor: 6001, count: 8, from: "2010-11-08T12:00:00Z" });
  await addViews({ ...views, visitor: 6002, count: 7, from: "2010-11-08T16:00:00Z" });
  await foldEverything(database.pool);
  for (const limit of limits) {
    const once = await database.pool.query(
      "select visitor_id, last_visit from visitors_who_came_once('listing', 2, $1)",
      [limit],
    );
    const inRaw = await database.pool.query(
      `select session_id as visitor_id, max(viewed_at) as last_visit
       from page_views where entity_id = 2
       group by 1 having count(*) = 1
       order by last_visit desc limit $1`,
      [limit],
    );
    expect(once.rows).toEqual(inRaw.rows);
  }
});
