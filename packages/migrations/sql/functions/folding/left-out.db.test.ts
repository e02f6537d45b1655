import type { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { waysToFold } from "../../../../../testing/oracle/ways-to-fold.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

// What cannot be counted is left out where it is captured, and the host's own write is never refused.

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createInstalledDatabase("left out", {
    entityId: "text",
    accountId: "text",
    sessionId: "text",
    timeOnPage: "bigint",
  });
  ({ pool } = database);
  await pool.query("alter table page_views alter column entity_type drop not null");
});

afterAll(() => database.drop());

beforeEach(() => pool.query("truncate page_views; delete from left_out_page_views"));

interface View {
  entity_type?: string | null;
  entity_id?: string | null;
  account_id?: string | null;
  session_id?: string | null;
  viewed_at?: string;
  time_on_page?: string | null;
}

async function add(view: View): Promise<void> {
  const { entity_type, entity_id, account_id, session_id, viewed_at, time_on_page } = {
    entity_type: "article",
    entity_id: "1",
    account_id: null,
    session_id: "s",
    viewed_at: "2026-01-05 12:00Z",
    time_on_page: null,
    ...view,
  };
  await pool.query(
    "insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page) values ($1, $2, $3, $4, $5, $6)",
    [entity_type, entity_id, account_id, session_id, viewed_at, time_on_page],
  );
}

interface Status {
  pending: number;
  set_aside: number;
  left_out: number;
}

async function status(): Promise<Status | undefined> {
  const { rows } = await pool.query<Status>(
    `select pending_changes::int as pending, set_aside_changes::int as set_aside, left_out_page_views::int as left_out
     from analytics_status()`,
  );
  return rows[0];
}

async function views(): Promise<number> {
  const { rows } = await pool.query<{ views: number }>(
    "select coalesce(sum(total_views), 0)::int as views from analytics_aggregates where hour is null",
  );
  return rows[0]?.views ?? Number.NaN;
}

/** An id that cannot be compressed, so that an index has to hold all of it. */
function idOfBytes(bytes: number): string {
  return crypto
    .getRandomValues(new Uint8Array(bytes))
    .reduce((id, byte) => id + (byte % 36).toString(36), "");
}

const parts = ["entity_type", "entity_id", "account_id", "session_id"] as const;

describe.for(waysToFold)("folding $way", ({ foldAll }) => {
  test.for(parts)(
    "counts a view whose ids have 2,000 bytes with a long %s, and leaves one of 2,001 out",
    async (part) => {
      const others = { entity_type: "a", entity_id: "b", account_id: "c", session_id: "d" };
      await add({ ...others, [part]: idOfBytes(1997) });
      await add({ ...others, [part]: `e${"é".repeat(998)}` });
      expect(await status()).toEqual({ pending: 2, set_aside: 0, left_out: 0 });
      await add({ ...others, [part]: idOfBytes(1998) });
      await add({ ...others, [part]: "é".repeat(999) });
      await add({ ...others, [part]: idOfBytes(9000) });
      expect(await status()).toMatchObject({ left_out: 3 });
      await foldAll(pool);
      expect(await status()).toEqual({ pending: 0, set_aside: 0, left_out: 3 });
      expect(await views()).toBe(2);
      expect(await compareRollups(pool)).toEqual([]);
    },
  );

  test("takes what the host inserts and edits where all ids are long, and goes on counting", async () => {
    const long = Object.fromEntries(parts.map((part) => [part, idOfBytes(800)]));
    await add(long);
    await add({});
    await pool.query("update page_views set entity_id = $1 where entity_id = '1'", [
      idOfBytes(20_000),
    ]);
    await pool.query("update page_views set entity_id = '1'");
    await add({});
    await foldAll(pool);
    expect(await views()).toBe(2);
    expect(await compareRollups(pool)).toEqual([]);
    await pool.query("delete from page_views");
    await foldAll(pool);
    expect(await status()).toMatchObject({ pending: 0, set_aside: 0 });
    expect(await views()).toBe(0);
  });

  test("counts views whose four ids have 500 bytes each, and answers for them", async () => {
    const view = Object.fromEntries(parts.map((part) => [part, idOfBytes(500)]));
    for (const viewed_at of ["2026-01-05 12:00Z", "2026-01-05 13:00Z", "2026-01-07 12:00Z"])
      await add({ ...view, viewed_at });
    await foldAll(pool);
    expect(await status()).toEqual({ pending: 0, set_aside: 0, left_out: 0 });
    expect(await compareRollups(pool)).toEqual([]);
    const entity = [view["entity_type"], view["entity_id"]];
    const series = await pool.query(
      "select views::int, unique_visitors::int from get_time_series_data($1, $2, '2026-01-05', '2026-01-11', 'weekly')",
      entity,
    );
    expect(series.rows).toEqual([{ views: 3, unique_visitors: 1 }]);
    const visitors = await pool.query(
      "select account_id, visit_count::int from get_entity_visitors($1, $2)",
      entity,
    );
    expect(visitors.rows).toEqual([{ account_id: view["account_id"], visit_count: 3 }]);
  });

  test.for([
    { viewed_at: "infinity", counted: 0 },
    { viewed_at: "-infinity", counted: 0 },
    { viewed_at: "294276-12-31 23:59:59.999999Z", counted: 0 },
    { viewed_at: "4714-11-24 00:00Z BC", counted: 0 },
    { viewed_at: "9999-12-31 00:00Z", counted: 0 },
    { viewed_at: "9999-12-30 23:59:59.999999Z", counted: 1 },
    { viewed_at: "0001-01-02 00:00Z", counted: 1 },
    { viewed_at: "0001-01-01 23:59:59.999999Z", counted: 0 },
  ])("counts $counted of a view at $viewed_at", async ({ viewed_at, counted }) => {
    await add({});
    await add({ viewed_at });
    await foldAll(pool);
    expect(await status()).toEqual({ pending: 0, set_aside: 0, left_out: 1 - counted });
    expect(await views()).toBe(1 + counted);
    expect(await compareRollups(pool)).toEqual([]);
    await pool.query("delete from page_views where viewed_at = $1", [viewed_at]);
    await foldAll(pool);
    expect(await status()).toEqual({ pending: 0, set_aside: 0, left_out: 1 - counted });
    expect(await compareRollups(pool)).toEqual([]);
  });

  test("counts a view whose time on page is below zero or 2^31 and more, and not its time", async () => {
    for (const time_on_page of [
      "-1",
      "0",
      "2147483647",
      "2147483648",
      "9223372036854775807",
      "9223372036854775807",
      "-9223372036854775808",
    ])
      await add({ time_on_page });
    await add({ entity_id: "2", session_id: "t" });
    await foldAll(pool);
    expect(await status()).toEqual({ pending: 0, set_aside: 0, left_out: 0 });
    expect(await compareRollups(pool)).toEqual([]);
    const { rows } = await pool.query(
      "select views::int, avg_time_on_page from get_time_series_data('article', '1', '2026-01-05', '2026-01-05', 'daily')",
    );
    expect(rows).toEqual([{ views: 7, avg_time_on_page: "1073741823.50" }]);
    await pool.query("update page_views set time_on_page = time_on_page / 2");
    await foldAll(pool);
    expect(await compareRollups(pool)).toEqual([]);
  });

  test("leaves out a view without entity_type", async () => {
    await add({ entity_type: null });
    await foldAll(pool);
    expect(await status()).toEqual({ pending: 0, set_aside: 0, left_out: 1 });
    expect(await compareRollups(pool)).toEqual([]);
  });

  test("counts what is edited into bounds, and takes away what is edited out of them", async () => {
    const long = idOfBytes(2001);
    await add({ session_id: long });
    await add({ session_id: "t" });
    await foldAll(pool);
    expect(await views()).toBe(1);
    await pool.query("update page_views set referrer_url = 'https://example.com'");
    await pool.query(
      "update page_views set session_id = case session_id when 't' then $1 else 't' end",
      [long],
    );
    await foldAll(pool);
    expect(await views()).toBe(1);
    expect(await compareRollups(pool)).toEqual([]);
    await pool.query("update page_views set viewed_at = 'infinity'");
    await foldAll(pool);
    expect(await views()).toBe(0);
    expect(await compareRollups(pool)).toEqual([]);
    const { rows } = await pool.query(
      "select left_out, page_views::int, latest_at > now() - interval '1 hour' as lately from left_out_page_views order by 1",
    );
    expect(rows).toEqual([
      { left_out: "i", page_views: 1, lately: true },
      { left_out: "t", page_views: 2, lately: true },
    ]);
    expect(await status()).toEqual({ pending: 0, set_aside: 0, left_out: 3 });
  });
});
