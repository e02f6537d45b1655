import { AnalyticsClient, type ExportedRecord, type PersonQuery } from "@headcount/core";
import type { ClientBase, Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import type { TestDatabase } from "../test-database.ts";
import { addViewsOfPeople, describeSessions } from "./add-views-of-people.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { copyIntoMirror } from "./copy-into-mirror.ts";
import { createClusterDatabase } from "./create-cluster-database.ts";
import { foldCluster, foldSlice, slicesOf } from "./fold-cluster.ts";
import { searchCluster } from "./search-cluster.ts";

// What is asked of a cluster is asked of one Postgres that holds the same, and of the oracle.

const ids = { timeZone: "UTC", entityId: "text", accountId: "bigint", sessionId: "text" } as const;
const march = { date_from: "2026-03-01", date_to: "2026-04-30" };
const entities = Array.from({ length: 11 }, (_, nth) => ({
  entity_type: "listing",
  entity_id: `e${nth}`,
}));
const ada = { account_id: "7001" };
const namesOfAda = ["7001", "adas"];

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("people on a cluster", () => {
  let cluster: TestDatabase;
  let single: TestDatabase;
  let mirrored: TestDatabase;
  let mirror: ClientBase;
  let release: () => void;
  let analytics: AnalyticsClient;
  let onOne: AnalyticsClient;

  beforeAll(async () => {
    cluster = await createClusterDatabase(ids);
    single = await createInstalledDatabase("people of one", ids);
    mirrored = await createInstalledDatabase("people on citus", ids);
    const connected = await mirrored.pool.connect();
    mirror = connected;
    release = () => connected.release();
    analytics = new AnalyticsClient({ pool: cluster.pool });
    onOne = new AnalyticsClient({ pool: single.pool });
  });

  afterAll(async () => {
    release();
    await mirrored.drop();
    await single.drop();
    await cluster.drop();
  });

  beforeEach(async () => {
    for (const { pool } of [cluster, single]) {
      await pool.query("delete from page_views");
      await pool.query("delete from headcount.analytics_audit");
      await (pool === cluster.pool ? analytics : onOne).aggregate();
      await pool.query("delete from headcount.visitor_sessions");
      await addViewsOfPeople(pool);
    }
    await analytics.aggregate();
    await onOne.aggregate();
    for (const { pool } of [cluster, single]) await describeSessions(pool);
  });

  async function isExact(): Promise<void> {
    await foldCluster(cluster.pool);
    await copyIntoMirror(cluster.pool, mirror);
    expect(await compareRollups(mirror)).toEqual([]);
    expect(await analytics.verify()).toMatchObject({ differences: 0, set_aside_changes: 0 });
  }

  async function exported(
    client: AnalyticsClient,
    person: PersonQuery,
    options = {},
  ): Promise<ExportedRecord[]> {
    const records: ExportedRecord[] = [];
    for await (const record of client.exportPerson(person, options)) records.push(record);
    return records;
  }

  async function series(client: AnalyticsClient): Promise<unknown[]> {
    const answers: unknown[] = [];
    for (const period of ["daily", "monthly"] as const)
      for (const entity of entities) {
        const { data, totals } = await client.getTimeSeries({ ...entity, ...march, period });
        answers.push(data, totals);
      }
    return answers;
  }

  test("an export has every page view and session of somebody, as that of one Postgres", async () => {
    await cluster.pool.query(
      "insert into headcount.analytics_sources (channel, source) values ('referral', 'a')",
    );
    await cluster.pool.query(
      "update page_views set source_no = (select max(source_no) from headcount.analytics_sources) where session_id = 'adas3'",
    );
    for (const options of [{}, { linked: false }]) {
      const [there, here] = [
        await exported(analytics, ada, options),
        await exported(onOne, ada, options),
      ];
      expect(there.length).toBeGreaterThan(100);
      expect(there.map(withoutNumbers)).toEqual(here.map(withoutNumbers));
    }
    const sources = (await exported(analytics, ada)).flatMap((record) =>
      record.record === "page_view" && record.source !== null ? [record.source] : [],
    );
    expect(sources).toHaveLength(3);
    expect(sources[0]).toMatchObject({ channel: "referral", source: "a" });
    expect(await exported(analytics, { visitor_ids: ["nobody's"] })).toEqual([]);
  }, 120_000);

  test.each([{}, { linked: false }])(
    "somebody is erased with %j: nothing of any shard names the person, and every number is that of one Postgres",
    async (options) => {
      const planned = await analytics.erasePerson(ada, { dryRun: true, ...options });
      const plannedOnOne = await onOne.erasePerson(ada, { dryRun: true, ...options });
      expect({ ...planned, duration_ms: 0 }).toEqual({ ...plannedOnOne, duration_ms: 0 });
      expect((await searchCluster(cluster, namesOfAda)).length).toBeGreaterThan(10);
      // some of it is not folded yet, and some is on its way
      for (const { pool } of [cluster, single]) {
        await pool.query(
          "insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at) select 'listing', 'e' || n, 7001, 'adas' || n, timestamptz '2026-04-03 10:00Z' + n * interval '1 minute' from generate_series(1, 9) n",
        );
      }
      const slices = await slicesOf(cluster.pool);
      for (const slice of slices.slice(0, 2)) await foldSlice(cluster.pool, slice, "entities");
      for (const slice of slices.slice(1, 3)) await foldSlice(cluster.pool, slice, "fetch");
      const erased = await analytics.erasePerson(ada, { actor: "dpo", ...options });
      const erasedOnOne = await onOne.erasePerson(ada, { actor: "dpo", ...options });
      expect({ ...erased, duration_ms: 0, receipt: null }).toEqual({
        ...erasedOnOne,
        duration_ms: 0,
        receipt: null,
      });
      const names = options.linked === false ? ["7001"] : ["7001", "adasown", "192.0.2"];
      expect(await searchCluster(cluster, names)).toEqual([]);
      await isExact();
      await onOne.aggregate();
      expect(await series(analytics)).toEqual(await series(onOne));
      const { rows } = await cluster.pool.query(
        "select distinct action, subject, receipt, actor from headcount.analytics_audit",
      );
      expect(rows).toEqual([
        { action: "erase_person", subject: {}, receipt: erased.receipt, actor: "dpo" },
      ]);
      expect(await analytics.erasePerson(ada, options)).toMatchObject({
        erased_views: 0,
        anonymised_views: 0,
      });
    },
    120_000,
  );

  test("with keepCounts every number stays but those of accounts, and nothing names the person any more", async () => {
    const planned = await analytics.erasePerson(ada, { dryRun: true, keepCounts: true });
    const erased = await analytics.erasePerson(ada, { keepCounts: true });
    const erasedOnOne = await onOne.erasePerson(ada, { keepCounts: true });
    expect({ ...erased, duration_ms: 0, receipt: null }).toEqual({
      ...erasedOnOne,
      duration_ms: 0,
      receipt: null,
    });
    expect(planned).toMatchObject({ anonymised_views: erased.anonymised_views });
    expect(await searchCluster(cluster, ["7001", "adasown", "192.0.2"])).toEqual([]);
    await isExact();
    await onOne.aggregate();
    expect(await series(analytics)).toEqual(await series(onOne));
  }, 120_000);

  test("what was cut off when page views were gone is done by the next call", async () => {
    const { rows: steps } = await cluster.pool.query<{ erased: number; done: boolean }>(
      `select s.erased::integer as erased, s.done
       from headcount.linked_ids(array[7001::bigint], '{}', '{}') l
       cross join lateral headcount.erase_person_step(7001, l.p_session_ids, l.p_visitor_ids, 20000, gen_random_uuid(), null) s`,
    );
    expect(steps).toEqual([{ erased: expect.any(Number), done: true }]);
    for (const slice of (await slicesOf(cluster.pool)).slice(0, 2)) {
      await foldSlice(cluster.pool, slice, "entities");
    }
    expect((await searchCluster(cluster, ["7001"])).length).toBeGreaterThan(2);
    expect(await analytics.erasePerson(ada)).toMatchObject({ erased_views: 0 });
    expect(await searchCluster(cluster, ["7001", "adasown", "192.0.2"])).toEqual([]);
    await isExact();
  }, 120_000);

  test("who did not come for long is forgotten, as on one Postgres", async () => {
    for (const { pool } of [cluster, single]) {
      await pool.query(`
        insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at)
        values
          ('listing', 'e1', 1, 'old', 'laptop', now() - interval '300 days'),
          ('listing', 'e1', null, 'older', 'laptop', now() - interval '301 days'),
          ('listing', 'e2', 2, 'hers', 'desk', now() - interval '299 days'),
          ('listing', 'e1', null, 'theirs', 'desk', now() - interval '298 days'),
          ('listing', 'e1', 2, 'now', null, now() - interval '1 day'),
          ('listing', 'e2', null, 'seen', 'loyal', now() - interval '280 days'),
          ('listing', 'e1', null, 'seen again', 'loyal', now() - interval '1 day'),
          ('listing', 'e7', null, 'adas9', 'shared', now() - interval '1 day')`);
    }
    for (const kind of ["anonymous", "account", "all"] as const) {
      for (const dryRun of [true, false]) {
        const options = { inactiveDays: 30, kind, dryRun, actor: "dpo" };
        const forgotten = await analytics.forgetVisitors(options);
        const onlyOne = await onOne.forgetVisitors(options);
        expect({ ...forgotten, duration_ms: 0, receipt: null }).toEqual({
          ...onlyOne,
          duration_ms: 0,
          receipt: null,
        });
      }
      await isExact();
      await onOne.aggregate();
      expect(await series(analytics)).toEqual(await series(onOne));
    }
    expect(
      await searchCluster(cluster, ["7001", '"laptop"', '"old"', '"older"', "192.0.2"]),
    ).toEqual([]);
    const staying = await searchCluster(cluster, ["loyal", "hers", "theirs", "adas9"]);
    expect(staying.length).toBeGreaterThan(3);
  }, 120_000);

  test("an entity is erased with all that is stored of it, and cannot be moved", async () => {
    const entity = { entity_type: "listing", entity_id: "e3" };
    // as slices of sessions set aside what they cannot apply
    await cluster.pool.query(`
      select run_command_on_shards('headcount.set_aside_changes', $$
        insert into %s (reason, sign, entity_type, entity_id, viewed_at) values ('not counted', 1, 'listing', 'e3', now())
      $$)`);
    const planned = await analytics.eraseEntity(entity, { dryRun: true });
    const erased = await analytics.eraseEntity(entity, { actor: "owner" });
    const erasedOnOne = await onOne.eraseEntity(entity);
    expect(erased.erased_views).toBe(erasedOnOne.erased_views);
    expect(planned.erased_views).toBe(erased.erased_views);
    expect(await searchCluster(cluster, ['"e3"'])).toEqual([
      expect.stringContaining("headcount.analytics_audit"),
    ]);
    await isExact();
    await onOne.aggregate();
    expect(await series(analytics)).toEqual(await series(onOne));
    expect(await analytics.eraseEntity(entity)).toMatchObject({ erased_views: 0 });

    const from = { entity_type: "listing", entity_id: "e4" };
    for (const dryRun of [true, false]) {
      await expect(analytics.moveEntity({ from, to: entity }, { dryRun })).rejects.toMatchObject({
        code: "not_on_citus",
        message: expect.stringContaining("insert them once more") as string,
      });
    }
    await expect(analytics.pruneRaw({ keepDays: 60 })).rejects.toMatchObject({
      code: "not_on_citus",
      message: expect.stringContaining("add servers") as string,
    });

    // what is counted of views that are gone would stay
    await cluster.pool.query(
      "insert into headcount.analytics_days (entity_type, entity_id, date, views) values ('listing', 'gone', '2026-03-01', 3)",
    );
    await expect(
      analytics.eraseEntity({ entity_type: "listing", entity_id: "gone" }),
    ).rejects.toThrow("has no more 3 of the views that are counted of listing gone");
    await cluster.pool.query("delete from headcount.analytics_days where entity_id = 'gone'");
  }, 120_000);

  test("somebody is erased while others are viewing and all of it is folded", async () => {
    const stopping = new AbortController();
    const write = async (): Promise<void> => {
      for (let nth = 1; !stopping.signal.aborted; nth += 1) {
        await cluster.pool.query(
          `insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at)
           select 'listing', 'e' || n, 8002, case when n % 2 = 0 then 'adas' else 'of8002' end || $1::integer % 50, 'shared', now() from generate_series(1, 5) n`,
          [nth],
        );
        await cluster.pool.query(
          "delete from page_views where session_id = $1 and account_id = 8002",
          [`adas${nth % 7}`],
        );
      }
    };
    const foldAll = async (): Promise<void> => {
      while (!stopping.signal.aborted) await analytics.aggregate();
    };
    const working = [write(), foldAll()];
    try {
      for (const keepCounts of [false, true]) {
        await cluster.pool.query(
          "insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at) select 'listing', 'e' || n, 7001, 'adas' || n, now() from generate_series(1, 9) n",
        );
        await analytics.erasePerson(ada, { keepCounts, linked: false });
        expect(await searchCluster(cluster, ["7001"])).toEqual([]);
      }
    } finally {
      stopping.abort();
      await Promise.all(working);
    }
    await isExact();
  }, 120_000);

  test.each([false, true])(
    "what page views no longer hold stays counted, of nobody who is known, with keepCounts %s",
    async (keepCounts) => {
      await withoutCapture(
        cluster,
        "delete from page_views where viewed_at < '2026-03-09Z' and session_id < 'adas3'",
      );
      await single.pool.query(
        "alter table page_views disable trigger user; delete from page_views where viewed_at < '2026-03-09Z' and session_id < 'adas3'; alter table page_views enable trigger user",
      );
      const person = { ...ada, visitor_ids: ["adasown", "shared"] };
      const days = (await exported(analytics, person)).filter(({ record }) => record === "day");
      expect(days.length).toBeGreaterThan(10);
      expect(days).toEqual(
        (await exported(onOne, person)).filter(({ record }) => record === "day"),
      );
      const erased = await analytics.erasePerson(person, { keepCounts });
      const erasedOnOne = await onOne.erasePerson(person, { keepCounts });
      expect(erased.anonymised_views).toBeGreaterThan(10);
      expect({ ...erased, duration_ms: 0, receipt: null }).toEqual({
        ...erasedOnOne,
        duration_ms: 0,
        receipt: null,
      });
      expect(await searchCluster(cluster, ["7001", "adasown", "192.0.2"])).toEqual([]);
      await foldCluster(cluster.pool);
      await onOne.aggregate();
      expect(await series(analytics)).toEqual(await series(onOne));
    },
    120_000,
  );
});

// Numbers of rows, of which two tables have others.
function withoutNumbers(record: ExportedRecord): unknown {
  return record.record === "page_view" ? { ...record, id: "", source: null } : record;
}

/** Deletes rows of every shard that no trigger sees. */
async function withoutCapture({ pool }: { pool: Pool }, statement: string): Promise<void> {
  await pool.query(
    "select run_command_on_shards('page_views', $$alter table %s disable trigger user$$)",
  );
  await pool.query(statement);
  await pool.query(
    "select run_command_on_shards('page_views', $$alter table %s enable trigger user$$)",
  );
}
