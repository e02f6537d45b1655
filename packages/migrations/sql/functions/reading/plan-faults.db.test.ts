import type { QueryResultRow } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

// What the SQL of the original plan got wrong, one test for each fault.

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("plan faults", {
    timeZone: "Europe/Berlin",
    entityId: "text",
    accountId: "text",
    sessionId: "text",
  });
});

afterAll(() => database.drop());

beforeEach(() => database.pool.query("truncate page_views"));

async function ask<Row extends QueryResultRow>(sql: string): Promise<Row[]> {
  const { rows } = await database.pool.query<Row>(sql);
  return rows;
}

async function addFolded(...views: string[]): Promise<void> {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
     values ${views.join(", ")}`,
  );
  await foldEverything(database.pool);
}

test("daily rows are not duplicated by another run", async () => {
  await addFolded("('article', '1', 'a', null, '2026-03-02 12:00+00', null)");
  for (let run = 0; run < 3; run += 1)
    await ask("select aggregate_page_views('2026-03-01', '2026-03-03')");
  expect(
    await ask(
      "select date::text, hour, total_views from analytics_aggregates order by hour nulls first",
    ),
  ).toEqual([
    { date: "2026-03-02", hour: null, total_views: 1 },
    { date: "2026-03-02", hour: 13, total_views: 1 },
  ]);
  await expect(
    ask(
      "insert into analytics_days (entity_type, entity_id, date, views) values ('article', '1', '2026-03-02', 1)",
    ),
  ).rejects.toThrow("analytics_days_key");
});

test("p_period is not ignored", async () => {
  await addFolded("('article', '1', 'a', null, '2026-05-06 12:00+00', null)");
  const buckets = async (period: string): Promise<string[]> => {
    const rows = await ask<{ bucket: string }>(
      `select concat_ws(' ', date, hour) as bucket
       from get_time_series_data('article', '1', '2026-05-05', '2026-05-06', '${period}') where views > 0`,
    );
    return rows.map(({ bucket }) => bucket);
  };
  expect(await buckets("hourly")).toEqual(["2026-05-06 14"]);
  expect(await buckets("daily")).toEqual(["2026-05-06"]);
  expect(await buckets("weekly")).toEqual(["2026-05-04"]);
  expect(await buckets("monthly")).toEqual(["2026-05-01"]);
  expect(await buckets("quarterly")).toEqual(["2026-04-01"]);
  expect(await buckets("yearly")).toEqual(["2026-01-01"]);
  await expect(buckets("fortnightly")).rejects.toThrow("p_period must be hourly, daily");
});

test.for(["weekly", "monthly", "quarterly", "yearly"])(
  "%s uniques are not summed from days",
  async (period) => {
    await addFolded(
      ...[2, 3, 4, 5].map((day) => `('article', '1', 'a', null, '2026-03-0${day} 12:00+00', null)`),
      "('article', '1', null, 's', '2026-03-05 12:00+00', null)",
    );
    const whole = { views: "5", unique_visitors: "2", unique_accounts: "1" };
    const columns = "views, unique_visitors, unique_accounts";
    expect(
      await ask(
        `select ${columns} from get_time_series_data('article', '1', '2026-03-02', '2026-03-08', '${period}')`,
      ),
    ).toEqual([whole]);
    // cut inside: who was there before the cut counts as well
    expect(
      await ask(
        `select ${columns} from get_time_series_data('article', '1', '2026-03-04', '2026-03-05', '${period}')`,
      ),
    ).toEqual([{ ...whole, views: "3" }]);
  },
);

test("dates are cut in the reporting zone, not in the session's", async () => {
  const client = await database.pool.connect();
  try {
    for (const zone of ["Pacific/Kiritimati", "America/Los_Angeles"]) {
      await client.query(`set time zone '${zone}'; truncate page_views`);
      await client.query(
        `insert into page_views (entity_type, entity_id, account_id, viewed_at) values ('article', '1', 'a', '2026-03-01 23:30+00')`,
      );
      const cut = `select date::text, hour from analytics_aggregates where hour is not null`;
      await foldEverything(client);
      expect((await client.query(cut)).rows).toEqual([{ date: "2026-03-02", hour: 0 }]);
      await client.query("select aggregate_page_views('2026-03-02', '2026-03-02')");
      expect((await client.query(cut)).rows).toEqual([{ date: "2026-03-02", hour: 0 }]);
    }
  } finally {
    client.release(true);
  }
});

test("anonymous visitors are not lumped into one row", async () => {
  await addFolded(
    "('article', '1', null, 's', '2026-03-02 12:00+00', null)",
    "('article', '1', null, 't', '2026-03-02 12:00+00', null)",
    "('article', '1', null, 't', '2026-03-03 12:00+00', null)",
    "('article', '1', null, null, '2026-03-03 12:00+00', null)",
  );
  expect(
    await ask(
      `select v.account_id, w.visitor_id, v.visit_count::int, v.display_name
       from get_entity_visitors('article', '1') v, visitor_of_ref('article', '1', v.ref, null) w`,
    ),
  ).toEqual([
    { account_id: null, visitor_id: "t", visit_count: 2, display_name: "Anonymous" },
    { account_id: null, visitor_id: "s", visit_count: 1, display_name: "Anonymous" },
  ]);
});

test("hourly rows are computed", async () => {
  await addFolded(
    "('article', '1', 'a', null, '2026-03-02 12:05+00', null)",
    "('article', '1', null, 's', '2026-03-02 12:59+00', null)",
    "('article', '1', 'a', null, '2026-03-02 13:00+00', null)",
  );
  expect(
    await ask(`select hour, total_views, unique_visitors, unique_accounts, anonymous_visitors
               from analytics_aggregates where hour is not null order by hour`),
  ).toEqual([
    { hour: 13, total_views: 2, unique_visitors: 2, unique_accounts: 1, anonymous_visitors: 1 },
    { hour: 14, total_views: 1, unique_visitors: 1, unique_accounts: 1, anonymous_visitors: 0 },
  ]);
});

test("averages are not averages of averages", async () => {
  await addFolded(
    "('article', '1', 'a', null, '2026-03-02 12:00+00', 100)",
    "('article', '1', 'a', null, '2026-03-03 12:00+00', 1)",
    "('article', '1', 'a', null, '2026-03-03 12:00+00', 2)",
    "('article', '1', 'b', null, '2026-03-03 12:00+00', 3)",
    "('article', '1', 'b', null, '2026-03-03 12:00+00', null)",
  );
  expect(
    await ask(
      "select avg_time_on_page from get_time_series_data('article', '1', '2026-03-02', '2026-03-08', 'weekly')",
    ),
  ).toEqual([{ avg_time_on_page: "26.50" }]);
  expect(
    await ask(
      "select account_id, avg_time_on_page from get_entity_visitors('article', '1', '2026-03-01', '2026-03-31')",
    ),
  ).toEqual([
    { account_id: "a", avg_time_on_page: "34.33" },
    { account_id: "b", avg_time_on_page: "3.00" },
  ]);
});

test("pages without entity_id are not lost", async () => {
  await addFolded(
    "('home', null, 'a', null, '2026-03-02 12:00+00', null)",
    "('home', null, 'b', null, '2026-03-03 12:00+00', null)",
    "('home', '', 'c', null, '2026-03-03 12:00+00', null)",
  );
  expect(
    await ask(
      "select unique_visitors::int from get_time_series_data('home', null, '2026-03-02', '2026-03-08', 'weekly')",
    ),
  ).toEqual([{ unique_visitors: 3 }]);
  expect(await ask("select account_id from get_entity_visitors('home', null) order by 1")).toEqual([
    { account_id: "a" },
    { account_id: "b" },
    { account_id: "c" },
  ]);
  expect(await compareRollups(database.pool)).toEqual([]);
});

describe("SECURITY DEFINER with an open search_path", () => {
  test("functions that are SECURITY DEFINER are not for everybody, and every one in PL/pgSQL sets its search_path", async () => {
    expect(
      await ask(`
        select p.proname, has_function_privilege('public', p.oid, 'execute') as for_everybody
        from pg_proc p
        where p.pronamespace = 'headcount'::regnamespace and p.prosecdef
        order by 1`),
    ).toEqual(
      [
        "capture_added_page_views",
        "capture_edited_facts",
        "capture_edited_page_views",
        "capture_partition_page_views",
        "capture_partitions",
        "capture_removed_page_views",
        "capture_truncated_page_views",
        "counted_too_often",
        "counts_of_owner",
        "detach_partition",
        "fact_numbers",
        "first_and_last_date",
        "live_visitors",
        "make_partitions",
        "owned_entities",
        "pending_series",
        "pending_views_by_entity",
        "refs_of_visitors",
        "views_by_fact",
        "visitor_of_ref",
        "visitor_secret",
        "visitors_together",
      ].map((proname) => ({ proname, for_everybody: false })),
    );
    expect(
      await ask(`
        select p.proname, p.prosecdef, p.proconfig
        from pg_proc p join pg_language l on l.oid = p.prolang
        -- a procedure that commits sets it itself, in each transaction
        where p.pronamespace = 'headcount'::regnamespace and p.prokind <> 'p' and (
          -- a procedure that commits may have no settings of its own: it sets them in each of its transactions
          l.lanname = 'plpgsql' and not coalesce(p.proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']
            -- which run the host's view, that may need the host's search_path, and name all that they call
            and p.proname not in ('visitor_columns', 'breakdown_columns')
          -- which has to read the host's view as it is by now, and names all that is in it
          or l.lanname = 'sql' and p.prosqlbody is null and p.proname <> 'account_rows'
          or l.lanname not in ('plpgsql', 'sql')
        )`),
    ).toEqual([]);
  });

  test("a hostile schema in front of everything changes nothing", async () => {
    const client = await database.pool.connect();
    try {
      await client.query(`
        create schema hostile;
        create table hostile.page_view_changes (like headcount.page_view_changes);
        create table hostile.analytics_settings (like headcount.analytics_settings);
        create table hostile.analytics_slots (like headcount.analytics_slots);
        create table hostile.page_views (like public.page_views);
        create function hostile.wrong(text, text) returns boolean language sql immutable return false;
        create operator hostile.= (leftarg = text, rightarg = text, function = hostile.wrong);
        create function hostile.date_trunc(text, timestamp) returns timestamp language sql immutable return timestamp '1970-01-01';
        create function hostile.abs(numeric) returns numeric language sql immutable return 666.0;
        set search_path = hostile, pg_catalog, public;
        insert into public.page_views (entity_type, entity_id, account_id, viewed_at) values
          ('article', '1', 'a', '2026-03-02 12:00+00'), ('article', '1', 'a', '2026-03-05 12:00+00');
        select headcount.fold_page_view_changes(1);
        select headcount.fold_page_view_changes();
        select headcount.aggregate_page_views('2026-03-05', '2026-03-31');
        update public.page_views set time_on_page = 7;
        select headcount.fold_page_view_changes()`);
      await client.query(
        "insert into public.page_views (entity_type, entity_id, account_id, viewed_at) values ('article', '1', 'a', '2026-03-03 12:00+00')",
      );
      await client.query("call headcount.fold_pending_changes(1)");
      await client.query("update public.page_views set time_on_page = 7");
      for (let pass = 0; pass < 6; pass += 1)
        await client.query("select headcount.fold_page_view_changes(20000, 8)");
      await client.query("call headcount.fold_pending_changes()");
      const verified = await client.query(
        "select page_views::int, differences::int from headcount.verify_rollups_step() union all select 0, count(*)::int from headcount.capture_faults()",
      );
      expect(verified.rows).toEqual([
        { page_views: 3, differences: 0 },
        { page_views: 0, differences: 0 },
      ]);
      const { rows } = await client.query(
        `select date::text, unique_visitors::int, avg_time_on_page from headcount.get_time_series_data('article', '1', '2026-03-02', '2026-03-05', 'weekly')`,
      );
      expect(rows).toEqual([{ date: "2026-03-02", unique_visitors: 1, avg_time_on_page: "7.00" }]);
      expect(
        (await client.query("select account_id from headcount.get_entity_visitors('article', '1')"))
          .rows,
      ).toEqual([{ account_id: "a" }]);
    } finally {
      client.release(true);
      await database.pool.query("drop schema if exists hostile cascade");
    }
    expect(await ask("select count(*)::int from page_view_changes")).toEqual([{ count: 0 }]);
    expect(await compareRollups(database.pool)).toEqual([]);
  });
});
