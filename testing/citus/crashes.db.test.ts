import { AnalyticsClient, type AnalyticsError } from "@headcount/core";
import { Client, type ClientBase, escapeIdentifier, type Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { runOn } from "../postgres/run-on.ts";
import type { TestDatabase } from "../test-database.ts";
import { mayCrash, skipUnlessAlone } from "./cluster-url.ts";
import { copyIntoMirror } from "./copy-into-mirror.ts";
import { createClusterDatabase } from "./create-cluster-database.ts";
import { foldCluster, foldSlice } from "./fold-cluster.ts";

const ids = {
  timeZone: "UTC",
  entityId: "bigint",
  accountId: "bigint",
  sessionId: "bigint",
} as const;

const crashes = 3;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What ends a server: a backend of it that is killed, and the statement by which that one is known. */
const servers = [
  { server: "a worker", ofWorker: true, statement: "call %fold_slices_here(%" },
  { server: "the coordinator", ofWorker: false, statement: '%fold_slices"(%' },
];

skipUnlessAlone();

describe.runIf(mayCrash)("while servers of a cluster crash", () => {
  let cluster: TestDatabase;
  let mirrored: TestDatabase;
  let pool: Pool;
  let mirror: ClientBase;
  let release: () => void;

  beforeAll(async () => {
    cluster = await createClusterDatabase(ids);
    ({ pool } = cluster);
    mirrored = await createInstalledDatabase("crashes on citus", ids);
    const connected = await mirrored.pool.connect();
    mirror = connected;
    release = () => connected.release();
  });

  afterAll(async () => {
    release();
    await mirrored.drop();
    await cluster.drop();
  });

  async function urlOf(ofWorker: boolean): Promise<string> {
    if (!ofWorker) return cluster.url;
    const { rows } = await pool.query<{ host: string; port: number }>(
      "select nodename::text as host, nodeport as port from pg_dist_node where groupid <> 0 order by nodeport limit 1",
    );
    const url = new URL(cluster.url);
    url.hostname = rows[0]?.host ?? "";
    url.port = String(rows[0]?.port);
    return url.href;
  }

  /** Kills the backend that this query finds, as soon as it does: its server ends all others, and recovers. */
  async function crash(url: string, backend: string): Promise<void> {
    const client = new Client({ connectionString: url });
    const ended = new Promise<unknown>((resolve) => client.on("error", resolve));
    await client.connect();
    const killing = client.query(`
      do $$
      declare
        v_pid integer;
      begin
        loop
          perform pg_stat_clear_snapshot();
          v_pid := (${backend});
          exit when v_pid is not null;
        end loop;
        execute format('copy (select 1) to program %L', 'kill -9 ' || v_pid);
        perform pg_sleep(60);
      end
      $$`);
    await expect(killing).rejects.toThrow(/terminat|could not close pipe/);
    await ended;
  }

  /** What was answered to be written, of sessions that come and go at many entities. */
  function write(seed: number, taken: string[]): { stop(): Promise<number> } {
    const stopping = new AbortController();
    let failures = 0;
    const writing = (async () => {
      for (let nth = seed; !stopping.signal.aborted; nth += 7) {
        const label = `view ${nth} of ${seed}`;
        try {
          // to several servers in one transaction
          await pool.query(
            `insert into page_views (entity_type, entity_id, session_id, viewed_at, referrer_url)
             select 'article', ($1 + n) % 23, ($1 * 3 + n) % 17, timestamptz '2026-03-02 00:00Z' + (($1 * 977 + n * 61) % 500000) * interval '1 second', $2
             from generate_series(1, 5) n`,
            [nth, label],
          );
          taken.push(label);
          await pool.query(
            "delete from page_views where entity_id = $1 and referrer_url is null and id % 3 = 0",
            [nth % 23],
          );
          await pool.query(
            `insert into page_views (entity_type, entity_id, session_id, viewed_at) values ('article', $1, $2, timestamptz '2026-03-03 00:00Z' + $3 * interval '1 second')`,
            [nth % 23, nth % 17, nth % 500],
          );
        } catch {
          failures += 1;
          // a pool that has ended refuses at once
          await pause(10);
        }
      }
      return failures;
    })();
    return {
      stop: () => {
        stopping.abort();
        return writing;
      },
    };
  }

  /** An id in a slice of the server that crashes, or of another. */
  async function idOn(crashing: boolean): Promise<{ id: number; slice: number }> {
    const { rows } = await pool.query<{ id: number; slice: number }>(
      `select k.id, s.shardid::integer as slice
       from generate_series(1, 1000) k (id)
       join pg_dist_shard s on s.logicalrelid = 'page_views'::regclass and s.shardid = headcount.slice_of_entity(k.id)
       join pg_dist_placement p on p.shardid = s.shardid
       join pg_dist_node n on n.groupid = p.groupid
       where (n.nodeport = $1) = $2
       limit 1`,
      [Number(new URL(await urlOf(true)).port), crashing],
    );
    const [found] = rows;
    if (found === undefined) throw new Error("The server has no slice.");
    return found;
  }

  test("what other servers have fetched is not lost by one that does not wait for its log", async () => {
    const url = await urlOf(true);
    const runThere = (...statements: string[]): Promise<void> =>
      runOn(url, "set citus.enable_ddl_propagation = off", ...statements);
    const name = escapeIdentifier(decodeURIComponent(new URL(url).pathname.slice(1)));
    await pool.query("delete from page_views");
    await foldCluster(pool);
    await runThere(
      `alter database ${name} set synchronous_commit = off`,
      "alter system set wal_writer_delay = '10s'",
      "select pg_reload_conf()",
    );
    try {
      const [from, to] = [await idOn(true), await idOn(false)];
      await pool.query(
        "insert into page_views (entity_type, entity_id, session_id, viewed_at) values ('article', $1, $2, now())",
        [from.id, to.id],
      );
      // the view is in its log; of what follows, the end is lost
      await runThere("checkpoint");
      await foldSlice(pool, from.slice, "entities");
      await foldSlice(pool, to.slice, "fetch");
      await foldSlice(pool, to.slice, "sessions");
      await crash(url, "select pg_backend_pid()");
      const analytics = new AnalyticsClient({ pool });
      await expect
        .poll(() => analytics.aggregate().catch(() => undefined), { timeout: 60_000 })
        .toBeDefined();
      await foldCluster(pool);
      expect(await analytics.verify()).toMatchObject({
        page_views: 1,
        differences: 0,
        listed: [],
      });
      await copyIntoMirror(pool, mirror);
      expect(await compareRollups(mirror)).toEqual([]);
    } finally {
      await runThere(
        `alter database ${name} reset synchronous_commit`,
        "alter system reset wal_writer_delay",
        "select pg_reload_conf()",
      );
    }
  }, 120_000);

  test.for(servers)(
    `folding goes on after $server has crashed ${crashes} times, and nothing is lost or counted twice`,
    { timeout: 300_000 },
    async ({ ofWorker, statement }) => {
      const analytics = new AnalyticsClient({ pool });
      const url = await urlOf(ofWorker);
      const errors: AnalyticsError[] = [];
      const taken: string[] = [];
      const writers = [write(1, taken), write(2, taken)];
      const worker = analytics.startAggregating({
        intervalMs: 50,
        concurrency: 2,
        onError: (error) => errors.push(error),
      });
      for (let nth = 0; nth < crashes; nth += 1) {
        const outcome = analytics.aggregate().then(
          () => "done",
          (error: unknown) => error,
        );
        await crash(
          url,
          `select a.pid from pg_stat_activity a
           where a.datname = current_database() and a.state = 'active' and a.query like '${statement}' and a.pid <> pg_backend_pid() limit 1`,
        );
        expect(["done", expect.objectContaining({ code: "database" })]).toContainEqual(
          await outcome,
        );
        await expect
          .poll(() => analytics.aggregate().catch(() => undefined), { timeout: 60_000 })
          .toBeDefined();
      }
      const failures = await Promise.all(writers.map((writer) => writer.stop()));
      expect(Math.max(...failures)).toBeGreaterThan(0);
      expect(errors.length).toBeGreaterThan(0);
      for (const error of errors) expect(error).toMatchObject({ code: "database" });
      // what was prepared on one server and committed on another
      await pool.query("select recover_prepared_transactions()");
      await expect
        .poll(async () => (await analytics.getStatus()).pending_changes, { timeout: 120_000 })
        .toBe(0);
      await worker.stop();
      const { rows: lost } = await pool.query(
        `with there as materialized (select distinct referrer_url as label from page_views)
         select label from unnest($1::text[]) label except select label from there`,
        [taken],
      );
      expect(lost).toEqual([]);
      expect(taken.length).toBeGreaterThan(crashes);
      expect(await analytics.verify()).toMatchObject({
        differences: 0,
        listed: [],
        set_aside_changes: 0,
      });
      await foldCluster(pool);
      await copyIntoMirror(pool, mirror);
      expect(await compareRollups(mirror)).toEqual([]);
      expect((await analytics.getStatus()).capture.faults).toEqual([]);
    },
  );
});
