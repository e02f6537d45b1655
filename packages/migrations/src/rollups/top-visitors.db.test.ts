import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../testing/oracle/fold-everything.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("top visitors", {
    timeZone: "America/St_Johns",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "bigint",
  });
});

afterAll(() => database.drop());

/** Few visitors come very often, as in life: the ranking is steep, and walking it ends. */
async function addViews(count: number): Promise<void> {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
     select
       'listing', case when n % 3 = 0 then 1 end, case when v.visitor % 4 = 0 then v.visitor end, v.visitor,
       '2025-01-01T00:00:00Z'::timestamptz + random() * interval '200 days'
     from generate_series(1, $1) n
     cross join lateral (select floor(1000 * (n::float8 / $1) ^ 6)::bigint as visitor) v`,
    [count],
  );
}

const ranges = [
  ["2025-01-10", "2025-07-10"],
  ["2025-03-01", "2025-05-15"],
  ["-infinity", "infinity"],
] as const satisfies [string, string][];

interface Walk {
  entity_id: number | null;
  range: readonly [from: string, to: string];
  limit: number;
}

async function walk({ entity_id, range, limit }: Walk): Promise<unknown[]> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    `select t.*
     from pending_visitor_days('listing', $1) p
     cross join (select sum(d.unique_visitors) as count from day_rows_of('listing', $1, $2, $3) d) visitor_days
     cross join lateral walk_to_top_visitors('listing', $1, $2, $3, $4, visitor_days.count, p.days) t`,
    [entity_id, ...range, limit],
  );
  return rows;
}

async function countEverybody({ entity_id, range, limit }: Walk): Promise<unknown[]> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    `select account_id is not null as is_account, coalesce(account_id, session_id) as visitor_id,
       count(*) as visit_count, max(viewed_at) as last_visit
     from page_views
     where entity_id is not distinct from $1 and (viewed_at at time zone 'America/St_Johns')::date between $2 and $3
     group by 1, 2
     order by visit_count desc, last_visit desc, 1, 2
     limit $4`,
    [entity_id, ...range, limit],
  );
  return rows;
}

test("walking the ranking of all time finds whom counting everybody finds, folded or pending", async () => {
  await addViews(6000);
  await foldEverything(database.pool);
  await addViews(500);
  await database.pool.query("delete from page_views where session_id < 3 and entity_id is null");
  const found: number[] = [];
  for (const entity_id of [1, null]) {
    for (const range of ranges) {
      for (const limit of [1, 7, 40]) {
        const walked = await walk({ entity_id, range, limit });
        found.push(walked.length);
        if (walked.length === 0) continue;
        expect(walked).toEqual(await countEverybody({ entity_id, range, limit }));
      }
    }
  }
  expect(found.filter((length) => length > 0).length).toBeGreaterThan(10);
});

test("a ranking in which all came as often is not walked to its end", async () => {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, session_id, viewed_at)
     select 'listing', 2, n % 3000, '2025-02-01T12:00:00Z'::timestamptz + make_interval(days => n / 3000)
     from generate_series(0, 8999) n`,
  );
  await foldEverything(database.pool);
  expect(await walk({ entity_id: 2, range: ["2025-02-01", "2025-02-02"], limit: 10 })).toEqual([]);
});

test("get_entity_visitors lists as many as it is asked for, and everybody without a limit", async () => {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
     select 'page', 3, case when n % 2 = 0 then n % 50 end, n % 70, '2025-02-01T12:00:00Z'::timestamptz
     from generate_series(1, 140) n`,
  );
  const everybody = 25 + 35;
  for (const folded of [false, true]) {
    if (folded) await foldEverything(database.pool);
    for (const dates of ["null, null", "'2025-02-01', null"]) {
      for (const limit of [0, 1, 59, everybody, 2147483647, null]) {
        const { rows } = await database.pool.query(
          `select account_id, session_id, visit_count from get_entity_visitors('page', 3, ${dates}, $1)`,
          [limit],
        );
        expect(rows).toHaveLength(Math.min(limit ?? everybody, everybody));
      }
    }
  }
});
