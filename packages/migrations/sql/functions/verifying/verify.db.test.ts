import type { ClientBase, QueryResult } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addViews } from "../../../../../testing/oracle/add-views.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("verify rollups", { timeZone: "America/New_York" });
  await addViews(database.pool, 400);
  await foldEverything(database.pool);
  // so that what sessions know of owners is compared too: nothing has one
  await database.pool.query("update analytics_settings set levels = '{owner}'");
});

afterAll(() => database.drop());

interface Difference {
  rollup: string;
  entity_type: string;
  entity_id: string | null;
  key: Record<string, unknown>;
  stored: Record<string, unknown> | null;
  expected: Record<string, unknown> | null;
}

interface Verified {
  page_views: number;
  entities: number;
  differences: number;
  listed: Difference[];
  date_from: string | null;
  date_to: string | null;
}

type Step = Verified & { done: boolean; after: string };
type Client = Pick<ClientBase, "query">;

async function verify(client: Client, limit = 100_000, most = 100): Promise<Verified> {
  const all: Verified = {
    page_views: 0,
    entities: 0,
    differences: 0,
    listed: [],
    date_from: null,
    date_to: null,
  };
  for (let after: string | null = null, done = false; !done; ) {
    const { rows }: QueryResult<Step> = await client.query<Step>(
      `select page_views::int, entities::int, differences::int, listed, date_from::text, date_to::text, done, after::text
       from verify_rollups_step($1, $2, $3)`,
      [after, limit, most],
    );
    const [step] = rows as [Step];
    all.page_views += step.page_views;
    all.entities += step.entities;
    all.differences += step.differences;
    all.listed.push(...step.listed);
    all.date_from =
      [all.date_from, step.date_from].filter((date) => date !== null).toSorted()[0] ?? null;
    all.date_to =
      [all.date_to, step.date_to]
        .filter((date) => date !== null)
        .toSorted()
        .at(-1) ?? null;
    ({ done, after } = step);
  }
  return all;
}

/** Does something to the rollups, looks at them, and takes it back. */
async function afterDamage<Seen>(
  damage: string,
  look: (client: ClientBase) => Promise<Seen>,
): Promise<Seen> {
  const client = await database.pool.connect();
  try {
    await client.query("begin");
    await client.query(damage);
    return await look(client);
  } finally {
    await client.query("rollback");
    client.release();
  }
}

test.for([1, 7, 100_000])(
  "undamaged rollups hold what raw page views say, in slices of %i",
  async (limit) => {
    expect(await verify(database.pool, limit)).toEqual({
      page_views: 400,
      entities: 4,
      differences: 0,
      listed: [],
      date_from: null,
      date_to: null,
    });
  },
);

test("what is pending is not a difference, and what was not captured is", async () => {
  await afterDamage("delete from page_views where id % 3 = 0", async (client) => {
    await client.query(
      "update page_views set account_id = md5('account 1')::uuid where id % 5 = 0",
    );
    await addViews(client, 30);
    expect((await verify(client)).differences).toBe(0);
    await client.query("delete from page_view_changes where sign < 0");
    expect((await verify(client)).differences).toBeGreaterThan(100);
  });
});

test("a pending view that is not there is a difference", async () => {
  const damage = `insert into page_view_changes (slot, sign, entity_type, entity_id, session_id, viewed_at)
    values (1, 1, 'article', '00000000-0000-0000-0000-000000000000', md5('nobody')::uuid, '2026-02-03T04:05:06.789Z')`;
  const { listed } = await afterDamage(damage, verify);
  expect(listed).toEqual([
    {
      rollup: "page_view_changes",
      entity_type: "article",
      entity_id: null,
      key: {
        kind: "s",
        visitor_id: expect.any(String),
        viewed_at: "2026-02-03T04:05:06.789+00:00",
        time_on_page: null,
      },
      stored: { views: 1 },
      expected: null,
    },
  ]);
});

const rollups = [
  "analytics_days",
  "analytics_hours",
  "analytics_entity_visitors",
  "analytics_visitor_days",
  "analytics_visitor_returns",
  "analytics_visitor_return_weeks",
  "analytics_entities",
] as const;

test.for(rollups)("a row that %s lacks and one too many are found", async (rollup) => {
  const missing = await afterDamage(
    `delete from ${rollup} where ctid = (select max(ctid) from ${rollup})`,
    verify,
  );
  expect(missing.differences).toBeGreaterThan(0);
  for (const found of missing.listed) expect(found).toMatchObject({ rollup, stored: null });
  // a row of hours stands for several
  expect(rollup === "analytics_hours" || missing.differences === 1).toBe(true);
  const moved = await afterDamage(`update ${rollup} set entity_id = gen_random_uuid()`, verify);
  expect(new Set(moved.listed.map((difference) => difference.rollup))).toEqual(new Set([rollup]));
  expect(moved.listed.some(({ expected }) => expected === null)).toBe(true);
});

// generated columns follow from the others, and when a row was written is its own affair
const columns = `
  select table_name as rollup, column_name as column, data_type as type
  from information_schema.columns
  where table_schema = 'headcount' and table_name = any ($1) and is_generated = 'NEVER'
    and column_name not in ('created', 'updated', 'ip_address', 'user_agent')
  order by table_name, ordinal_position`;

const damages: Record<string, (column: string) => string> = {
  integer: (column) => `coalesce(${column}, 1) + 1`,
  bigint: (column) => `coalesce(${column}, 0) + 1`,
  smallint: (column) => `(${column} + 1) % 24`,
  date: (column) => (column === "date" ? "date + 1000" : `${column} - 1000`),
  boolean: (column) => `not ${column}`,
  text: (column) => `${column} || '?'`,
  ARRAY: (column) => `${column} || array[[3, 1, 0, 0, 0, 0, 0, 0, 0]]`,
  '"char"': (column) => `case ${column} when 'a' then 's' else 'a' end`,
  uuid: () => "gen_random_uuid()",
  "timestamp with time zone": (column) => `${column} + interval '1 microsecond'`,
};

test("damage to any column of any rollup is found, and the rebuild that is offered repairs it", async () => {
  const { rows } = await database.pool.query<{ rollup: string; column: string; type: string }>(
    columns,
    [[...rollups, "visitor_sessions"]],
  );
  expect(rows.length).toBeGreaterThan(40);
  for (const { rollup, column, type } of rows) {
    const damaged = damages[type]?.(column);
    const damage = `update ${rollup} set ${column} = ${damaged}
      where ctid = coalesce((select max(ctid) from ${rollup} where ${column} is not null), (select max(ctid) from ${rollup}))`;
    await afterDamage(damage, async (client) => {
      const { differences, listed, date_from, date_to } = await verify(client);
      expect(differences, `${rollup}.${column}`).toBeGreaterThan(0);
      expect(
        listed.map((difference) => difference.rollup),
        `${rollup}.${column}`,
      ).toContain(rollup);
      const shownAs = column === "hours" ? "hour" : column;
      expect(JSON.stringify(listed), `${rollup}.${column}`).toContain(`"${shownAs}":`);
      await client.query("select aggregate_page_views($1, $2)", [date_from, date_to]);
      expect(await verify(client), `${rollup}.${column}`).toMatchObject({
        differences: 0,
        listed: [],
      });
    });
  }
});

test("sessions that are missing and sessions that never were are found, in slices of any size", async () => {
  const damage = `
    delete from visitor_sessions where total_views % 2 = 0;
    insert into visitor_sessions (session_id, first_seen_at, last_seen_at, total_views) values (gen_random_uuid(), now(), now(), 1)`;
  await afterDamage(damage, async (client) => {
    const found = await verify(client, 3);
    const sessions = found.listed.filter(({ rollup }) => rollup === "visitor_sessions");
    expect(sessions.filter(({ stored }) => stored === null).length).toBeGreaterThan(1);
    expect(sessions.filter(({ expected }) => expected === null)).toHaveLength(1);
    await client.query("select aggregate_page_views($1, $2)", [found.date_from, found.date_to]);
    expect(await verify(client, 3)).toMatchObject({ differences: 0 });
  });
});

test("the list is bounded and the count is not", async () => {
  const { differences, listed } = await afterDamage(
    "delete from analytics_visitor_days",
    (client) => verify(client, 100_000, 3),
  );
  expect(differences).toBeGreaterThan(50);
  expect(listed.length).toBeLessThanOrEqual(6);
});

test("what was handed on to other slots is not a difference", async () => {
  await afterDamage(
    "update page_views set session_id = md5('session 3')::uuid, entity_id = md5('entity 5')::uuid where id % 4 = 0",
    async (client) => {
      for (let nth = 0; nth < 6; nth += 1) {
        const { rows } = await client.query("select fold_page_view_changes(30, 8) as folded");
        expect(rows).toMatchObject([{ folded: expect.any(Number) }]);
        expect(await verify(client)).toMatchObject({ differences: 0, listed: [] });
      }
    },
  );
});

test("page views that are gone without capture are named with their dates, and so are added ones", async () => {
  const lost = `
    alter table page_views disable trigger all;
    delete from page_views where viewed_at < '2026-01-05T05:00Z';
    insert into page_views (entity_type, session_id, viewed_at) values ('ghost', md5('session 3')::uuid, '2026-12-24T12:00Z')`;
  await afterDamage(lost, async (client) => {
    const { listed, date_from } = await verify(client, 100_000, 1000);
    const dates = listed.filter(({ rollup }) => rollup === "analytics_days");
    expect(date_from).toBe("2025-12-31");
    for (const date of ["2025-12-31", "2026-01-02"]) {
      expect(dates).toContainEqual(expect.objectContaining({ key: { date }, expected: null }));
    }
    expect(dates).toContainEqual(
      expect.objectContaining({ entity_type: "ghost", key: { date: "2026-12-24" }, stored: null }),
    );
    const { listed: first } = await verify(client, 100_000, 3);
    expect(first[0]?.rollup).toBe("analytics_days");
  });
});

test("a role that does not see all page views gets an error, and compares nothing", async () => {
  const blind = `
    create role blind; grant usage on schema public, headcount to blind; grant all on all tables in schema public, headcount to blind;
    alter table page_views enable row level security; set local role blind`;
  await expect(afterDamage(blind, verify)).rejects.toMatchObject({
    code: "42501",
    message:
      "row level security of public.page_views hides page views from role blind: it has no policy",
  });
});
