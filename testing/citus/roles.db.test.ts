import { randomUUID } from "node:crypto";
import { AnalyticsClient, type CollectionOptions } from "@headcount/core";
import { checkInstallation, migrate } from "@headcount/migrations";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDocumentedRoles, type DocumentedRoles } from "../documented-roles.ts";
import type { TestDatabase } from "../test-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { createEmptyClusterDatabase } from "./create-cluster-database.ts";
import { slicesOf } from "./fold-cluster.ts";
import { moveSlice } from "./move-slice.ts";

const entity_id = "00000000-0000-4000-8000-000000000001";
const question = {
  entity_type: "listing",
  entity_id,
  date_from: "2026-03-02",
  date_to: "2026-03-20",
};
const several = {
  entities: [
    { entity_type: "listing", entity_id },
    { entity_type: "listing", entity_id: randomUUID() },
  ],
  date_from: "2026-03-02",
  date_to: "2026-03-20",
  together: true,
};
const top = {
  level: "type",
  entity_type: "listing",
  date_from: "2026-03-02",
  date_to: "2026-03-20",
} as const;
const live = { entity_type: "listing", entity_id };
// a role is of the whole server
const ownerName = `headcount_owner_${randomUUID().slice(0, 8)}`;

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("roles on a cluster", () => {
  let database: TestDatabase;
  let owners: Pool;
  let owner: AnalyticsClient;
  let roles: DocumentedRoles;
  // granted before any shard moves
  let folding: Pool;
  let readingSeries: Pool;
  let reading: Pool;
  let collecting: Pool;

  beforeAll(async () => {
    database = await createEmptyClusterDatabase();
    const { pool } = database;
    // as where nobody is a superuser
    await pool.query(`create role ${ownerName} login`);
    await pool.query(`grant usage, create on schema public to ${ownerName}`);
    await pool.query(`
      create table accounts (id uuid primary key, username text, first_name text, last_name text);
      insert into accounts (id, username) select md5('a' || n % 9)::uuid, 'a' || n from generate_series(1, 8) n;
      grant select on accounts to ${ownerName}`);
    await pool.query("select run_command_on_all_nodes($1)", [
      `do $$ begin execute format('grant create on database %I to ${ownerName}', current_database()); end $$`,
    ]);
    const url = new URL(database.url);
    url.username = ownerName;
    owners = new Pool({ connectionString: url.href });
    owners.on("error", () => undefined);
    await migrate({ pool: owners, timeZone: "Europe/Berlin" });
    roles = createDocumentedRoles(database);
    folding = await roles.connectAs("headcount_cluster_folder");
    readingSeries = await roles.connectAs("headcount_cluster_series_reader");
    reading = await roles.connectAs("headcount_cluster_reader");
    collecting = await roles.connectAs("headcount_cluster_writer");
    owner = new AnalyticsClient({ pool: owners });
    await addViews(60);
    await owner.aggregate();
  });

  afterAll(async () => {
    await roles[Symbol.asyncDispose]();
    await owners.end();
    await database.pool.query(`drop owned by ${ownerName} cascade`);
    await database.pool.query(`drop role ${ownerName}`);
    await database.drop();
  });

  const addViews = (views: number): Promise<unknown> =>
    owners.query(
      `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
       select 'listing', case when n % 3 = 0 then md5('e' || n)::uuid else $1 end, case when n % 2 = 0 then md5('a' || n % 9)::uuid end, md5('s' || n % 11)::uuid,
         timestamptz '2026-03-01 10:00Z' + n * interval '7 hours', n % 50
       from generate_series(1, $2::integer) n`,
      [entity_id, views],
    );

  test("the role that folds folds, also a shard that has just moved, and does nothing else", async () => {
    const folder = new AnalyticsClient({ pool: folding });
    await addViews(40);
    expect(await folder.aggregate({ concurrency: 2 })).toMatchObject({ folded_changes: 40 });
    for (const slice of await slicesOf(owners)) await moveSlice(database.pool, slice);
    await addViews(40);
    expect(await folder.aggregate()).toMatchObject({ folded_changes: 40 });
    expect(await owner.verify()).toMatchObject({ page_views: 140, differences: 0 });
    expect((await owner.getStatus()).pending_changes).toBe(0);
    await expect(folder.getTimeSeries(question)).rejects.toMatchObject({
      code: "database",
      message: expect.stringContaining(
        "permission denied for function time_series_columns_here",
      ) as string,
    });
  }, 120_000);

  test("the role that reads series reads them as anybody does, and reads which grant it lacks for visitors", async () => {
    const reader = new AnalyticsClient({ pool: readingSeries });
    await addViews(10);
    for (const period of ["hourly", "daily", "monthly"] as const) {
      const series = await reader.getTimeSeries({ ...question, period });
      expect(series).toEqual(await owner.getTimeSeries({ ...question, period }));
      expect(series.totals.views).toBeGreaterThan(20);
      expect(series.freshness.pending_changes).toBeGreaterThan(0);
    }
    const compared = { ...question, compare: "previous_period" } as const;
    expect(await reader.getTimeSeries(compared)).toEqual(await owner.getTimeSeries(compared));
    expect((await reader.getRollingVisitors(question)).data).toEqual(
      (await owner.getRollingVisitors(question)).data,
    );
    expect((await reader.getHeatMap(question)).data).toEqual(
      (await owner.getHeatMap(question)).data,
    );
    expect(await reader.getEntityTotals(several)).toEqual(await owner.getEntityTotals(several));
    expect((await reader.getTopEntities(top)).data).toEqual((await owner.getTopEntities(top)).data);
    expect((await reader.getLive(live)).data).toEqual((await owner.getLive(live)).data);
    await expect(reader.getVisitors(question)).rejects.toMatchObject({
      code: "database",
      message: expect.stringContaining(
        'permission denied for function visitor_columns_here. Run: GRANT EXECUTE ON FUNCTION "headcount"."visitor_columns_here" TO the role that connects',
      ) as string,
    });
    for (const call of [
      () => reader.aggregate(),
      () => reader.verify(),
      () => reader.getStatus(),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: "database",
        message: expect.stringMatching(
          /permission denied for .*docs\/installing\.md lists/,
        ) as string,
      });
    }
  });

  test("the role that reads visitors too asks how things stand, and verifies", async () => {
    const reader = new AnalyticsClient({ pool: reading });
    expect((await reader.getVisitors(question)).data).toEqual(
      (await owner.getVisitors(question)).data,
    );
    expect((await reader.getTimeSeries(question)).totals).toEqual(
      (await owner.getTimeSeries(question)).totals,
    );
    const search = { ...question, search: "a" };
    expect((await reader.getVisitors(search)).data).toEqual((await owner.getVisitors(search)).data);
    for (const dimension of ["visitor_kind", "channel"] as const) {
      const breakdown = { ...question, dimension };
      expect((await reader.getBreakdown(breakdown)).data).toEqual(
        (await owner.getBreakdown(breakdown)).data,
      );
    }
    expect(await reader.getEntityTotals(several)).toEqual(await owner.getEntityTotals(several));
    const { oldest_pending_seconds: _, ...status } = await owner.getStatus();
    expect(await reader.getStatus()).toMatchObject(status);
    expect(await reader.verify()).toMatchObject({ differences: 0 });
    await expect(reader.aggregate()).rejects.toMatchObject({
      code: "database",
      message: expect.stringContaining("permission denied for function fold_slice") as string,
    });
  });

  test("the role that collects collects, and reads where its grants are when it has none", async () => {
    const collection = {
      storeIpAddress: "truncated",
      storeUserAgent: true,
      visitor: "daily",
      storeFacts: ["surface", "referrer", "utm", "device"],
    } satisfies CollectionOptions;
    const writer = new AnalyticsClient({ pool: collecting, collection });
    const view = { id: randomUUID(), entity_type: "listing", entity_id, session_id: randomUUID() };
    const request = {
      headers: {
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
      },
      ip_address: "192.0.2.7",
    };
    expect(await writer.trackPageView({ ...view, surface: "search" }, request)).toEqual({
      accepted: 1,
      refused: [],
    });
    expect((await writer.recordTimeOnPage({ page_view_id: view.id, seconds: 9 })).accepted).toBe(1);
    expect(
      await writer.identifySession({ session_id: view.session_id, account_id: randomUUID() }),
    ).toEqual({ identified_views: 1 });
    for (const call of [
      () => writer.aggregate(),
      () => writer.getTimeSeries(question),
      () => writer.getStatus(),
    ]) {
      await expect(call()).rejects.toThrow("permission denied");
    }
    const { rows } = await owners.query(
      "select visitor_id is not null as known, channel, browser from page_views left join headcount.analytics_sources using (source_no) left join headcount.analytics_devices using (device_no) where id = $1",
      [view.id],
    );
    expect(rows).toEqual([{ known: true, channel: "internal", browser: "Firefox" }]);
  });

  test("on no server may others run what has the rights of its owner, or enter a slice", async () => {
    const { rows } = await database.pool.query<{ result: string }>(
      `select distinct result from run_command_on_all_nodes($$
         select coalesce(string_agg(o.name, ', ' order by o.name), '') from (
           select p.oid::regprocedure::text as name
           from pg_proc p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
           where p.pronamespace = 'headcount'::regnamespace and p.prosecdef and a.grantee = 0
           union all
           select n.nspname from pg_namespace n cross join lateral aclexplode(n.nspacl) a
           where n.nspname like 'headcount\\_%' and a.grantee <> n.nspowner
         ) o
       $$)`,
    );
    expect(rows).toEqual([{ result: "" }]);
    expect(await checkInstallation({ pool: owners })).toMatchObject({ faults: [] });
    await owners.query("grant execute on function headcount.fold_slice to public");
    const { faults } = await checkInstallation({ pool: owners });
    expect(faults.map(({ fix }) => fix)).toEqual([
      "REVOKE EXECUTE ON FUNCTION headcount.fold_slice(integer,text,integer,jsonb) FROM PUBLIC;",
    ]);
    await owners.query(faults[0]?.fix ?? "");
    expect((await checkInstallation({ pool: owners })).faults).toEqual([]);
  });
});
