import { AnalyticsClient } from "@headcount/core";
import { getStatus, migrate } from "@headcount/migrations";
import { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { createEmptyClusterDatabase } from "./create-cluster-database.ts";
import { addViews, hostTable } from "./host-page-views.ts";

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("a database with Citus", () => {
  test("is installed in shards, and a second run finds nothing to do", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    const { applied } = await migrate({ pool, timeZone: "Europe/Berlin" });
    expect(applied.map(({ name }) => name)).toContain(
      "0003_tables, 0004_types, 0005_accounts, 1000_outboxes, 2000_slices, functions, attachments",
    );
    expect(applied.at(-1)?.name).toBe("0006_history");
    expect(await migrate({ pool })).toMatchObject({ applied: [] });
    expect(await getStatus({ pool })).toMatchObject({
      up_to_date: true,
      installation: { history_complete: true },
    });
    const { rows } = await pool.query(
      "select distinct colocation_id from citus_shards where table_name in ('page_views'::regclass, 'headcount.analytics_days'::regclass, 'headcount.visitor_sessions'::regclass)",
    );
    expect(rows).toHaveLength(1);
  });

  test("adopts page views that are there, and counts them", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    await pool.query(hostTable("bigint", "bigint"));
    await pool.query("select create_distributed_table('page_views', 'entity_id')");
    await addViews(pool, 100);
    await migrate({ pool });
    await addViews(pool, 10);
    const client = new AnalyticsClient({ pool });
    expect(await client.aggregate()).toMatchObject({ folded_changes: 10 });
    const { totals } = await client.getTimeSeries({
      entity_type: "article",
      entity_id: "3",
      date_from: "2026-03-01",
      date_to: "2026-03-31",
    });
    expect(totals).toMatchObject({ views: 22, unique_visitors: 7 });
  });

  test("captures page views whose columns were renamed, and counts them after the next installation", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    await pool.query(hostTable("bigint", "bigint"));
    await pool.query("select create_distributed_table('page_views', 'entity_id')");
    await migrate({ pool });
    await addViews(pool, 100);
    await pool.query('alter table page_views rename session_id to "the ""visit"""');
    await pool.query("alter table page_views rename entity_id to thing");
    await pool.query(`
      insert into page_views (entity_type, thing, "the ""visit""", viewed_at) values ('article', 3, 9, now());
      update page_views set "the ""visit""" = 8 where thing = 3 and "the ""visit""" = 9;
      delete from page_views where thing = 4`);
    await migrate({ pool });
    const client = new AnalyticsClient({ pool });
    await client.aggregate();
    expect(await client.verify()).toMatchObject({ differences: 0, page_views: 81 });
    const { rows } = await pool.query(
      "select count(*)::integer as sessions from headcount.visitor_sessions",
    );
    expect(rows).toEqual([{ sessions: 8 }]);
  });

  test("keeps sessions right whose ids are of another type than those of entities", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    await pool.query(hostTable("bigint", "integer"));
    await pool.query("select create_distributed_table('page_views', 'entity_id')");
    await migrate({ pool });
    await addViews(pool, 100);
    const client = new AnalyticsClient({ pool });
    await client.aggregate();
    // sessions that lost a view are read again
    await pool.query("delete from page_views where entity_id = 3");
    await client.aggregate();
    expect(await client.verify()).toMatchObject({ differences: 0, page_views: 80 });
    const { rows } = await pool.query(
      "select count(*)::integer as sessions, sum(total_views)::integer as views from headcount.visitor_sessions",
    );
    expect(rows).toEqual([{ sessions: 7, views: 80 }]);
  });

  test.each([
    ["bigint", "bigint", null, "Citus does not spread it"],
    ["bigint", "bigint", "id", "Citus spreads it by id"],
    ["integer", "integer", "entity_id", "is integer, and shards lie beside"],
  ])(
    "refuses %s entities and %s sessions, spread by %s",
    async (entityId, sessionId, by, reason) => {
      await using database = await createEmptyClusterDatabase();
      const { pool } = database;
      await pool.query(hostTable(entityId, sessionId));
      if (by !== null) await pool.query("select create_distributed_table('page_views', $1)", [by]);
      // a host's table is spread by the host, also while nothing is in it
      if (by !== null) {
        await pool.query(
          "insert into page_views (entity_type, entity_id, viewed_at) values ('article', 1, now())",
        );
      }
      await expect(migrate({ pool })).rejects.toMatchObject({
        code: "page_views_not_adoptable",
        message: expect.stringContaining(reason) as string,
      });
    },
  );

  test("refuses a server that has shards only", async () => {
    await using database = await createEmptyClusterDatabase();
    const { rows } = await database.pool.query<{ host: string; port: number }>(
      "select nodename::text as host, nodeport as port from pg_dist_node where groupid <> 0 limit 1",
    );
    const url = new URL(database.url);
    url.hostname = rows[0]?.host ?? "";
    url.port = String(rows[0]?.port);
    const pool = new Pool({ connectionString: url.href });
    try {
      await expect(migrate({ pool })).rejects.toMatchObject({
        code: "page_views_not_adoptable",
        message: expect.stringContaining("connect to the coordinator") as string,
      });
    } finally {
      await pool.end();
    }
  });

  test("collects what browsers send, once each", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    await migrate({ pool });
    const client = new AnalyticsClient({ pool });
    const id = "20000000-0000-4000-8000-000000000003";
    const [entity_id, session_id, account_id] = [1, 2, 3].map(
      (nth) => `00000000-0000-4000-8000-00000000000${nth}`,
    ) as [string, string, string];
    const view = { id, entity_type: "article", entity_id, session_id };
    for (let nth = 0; nth < 2; nth += 1) {
      expect(await client.trackPageViews([view])).toEqual({ accepted: 1, refused: [] });
    }
    await client.recordTimesOnPage([
      { page_view_id: id, seconds: 40 },
      { page_view_id: id, seconds: 9 },
    ]);
    expect(await client.identifySession({ session_id, account_id })).toEqual({
      identified_views: 1,
    });
    await client.aggregate();
    const { totals } = await client.getTimeSeries({ entity_type: "article", entity_id });
    expect(totals).toMatchObject({
      views: 1,
      unique_visitors: 1,
      unique_accounts: 1,
      avg_time_on_page: 40,
      bounce_rate: 0,
    });
    const refused = await client.trackPageViews([{ ...view, id: session_id, entity_id: null }]);
    expect(refused).toMatchObject({ accepted: 0, refused: [{ code: "refused_by_table" }] });
  });

  test("says what works on one Postgres only, and names slices that lack functions", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    await pool.query(
      "select run_command_on_workers('alter default privileges grant all on schemas to public')",
    );
    await migrate({ pool });
    const { rows: granted } = await pool.query(
      `select result from run_command_on_workers($$
         select count(*) from pg_namespace n cross join lateral aclexplode(n.nspacl) a
         where n.nspname like 'headcount\\_%' and a.grantee <> n.nspowner
       $$)`,
    );
    expect(granted).toEqual([{ result: "0" }, { result: "0" }]);
    const client = new AnalyticsClient({ pool });
    const someEntity = {
      entity_type: "article",
      entity_id: "00000000-0000-4000-8000-000000000001",
    };
    const calls: (() => Promise<unknown>)[] = [
      () => client.getTimeSeries({ entity_type: "article", entity_id: null }),
      () =>
        client.getEntityTotals({
          entities: [someEntity, { entity_type: "article", entity_id: null }],
        }),
      () => client.getLive({ entity_type: "article", entity_id: null }),
      () =>
        client.getBreakdown({ entity_type: "article", entity_id: null, dimension: "visitor_kind" }),
      () => client.getVisitors({ entity_type: "article", entity_id: null }),
      () => client.getTimeSeries({ level: "site" }),
      () => client.addLevel("site"),
      () => client.reassign({ ...someEntity, owner_id: null }),
      () => client.addBreakdowns(someEntity),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        code: "not_on_citus",
        message: expect.not.stringContaining("does not exist") as string,
      });
    }
    await expect(pool.query("truncate page_views")).rejects.toThrow("cannot be truncated on Citus");

    expect(await client.getStatus()).toMatchObject({
      pending_changes: 0,
      capture: { on: true, faults: [] },
    });
    const { rows } = await pool.query<{ slice: number }>(
      "select shardid::integer as slice from pg_dist_shard where logicalrelid = 'page_views'::regclass order by 1 limit 1",
    );
    const slice = rows[0]?.slice ?? 0;
    await pool.query(`select run_command_on_workers($$
      do $do$ begin
        perform set_config('citus.enable_ddl_propagation', 'off', true);
        drop schema if exists headcount_${slice} cascade;
      end $do$
    $$)`);
    const [fault] = (await client.getStatus()).capture.faults;
    expect(fault?.problem).toContain(`The slices ${slice} lack their functions`);
    await migrate({ pool });
    expect((await client.getStatus()).capture.faults).toEqual([]);
  });
});
