import { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { askOracle } from "../oracle/ask-oracle.ts";
import { compareClient } from "../oracle/compare-client.ts";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import type { EntityQuestion } from "../oracle/entity-question.ts";
import { foldBatch } from "../oracle/fold-everything.ts";
import { foldSlot, foldSlots } from "../oracle/fold-slots.ts";
import { countDeadlocks } from "./count-deadlocks.ts";
import { scaled } from "./fault-scale.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews, writeSomething } from "./host-writes.ts";
import { inOneSnapshot } from "./in-one-snapshot.ts";
import { openHostPool } from "./open-host-pool.ts";
import { stopBeforeWriting } from "./stop-before-writing.ts";
import { withClient } from "./with-client.ts";

const seconds = scaled(30);

/** What is in the queues, and what was set aside. */
async function leftOver(pool: Pool): Promise<unknown> {
  const { rows } = await pool.query(
    "select pending_changes::int as pending, set_aside_changes::int as set_aside from analytics_status()",
  );
  return rows[0];
}

const nothing = { pending: 0, set_aside: 0 };

// What was read and what is written of it are far apart, so that what comes between them shows.
const takeTime = `
  create function take_time() returns trigger language plpgsql as
    $$ begin perform pg_sleep(random() * 0.01); return null; end $$;
  create trigger take_time before insert or update on visitor_sessions for each statement execute function take_time();
  create trigger take_time before insert or update on analytics_days for each statement execute function take_time();
  create trigger take_time before insert or update on analytics_entity_visitors for each statement execute function take_time();
  create trigger take_time before insert on entry_changes for each statement execute function take_time()`;

test(`4 folders of one slot each and one of all, while views are added, edited and taken away for ${seconds} s: every snapshot is exact, and nothing is set aside`, {
  timeout: 900_000,
}, async () => {
  await using database = await createInstalledDatabase("parallel folding", {
    timeZone: "Europe/Berlin",
  });
  const { pool, url } = database;
  await createRandomViews(pool);
  await pool.query(`${takeTime}; update analytics_settings set max_pending_for_live = 1000000`);
  await addRandomViews(pool, 500);
  const end = Date.now() + seconds * 1000;
  const repeat = async (work: () => Promise<unknown>): Promise<number> => {
    let times = 0;
    for (; Date.now() < end; times++) await work();
    return times;
  };
  const anyLimit = (): number => Math.ceil(Math.random() ** 3 * 300);
  const slotFolders = Array.from({ length: 4 }, () => repeat(() => foldSlot(pool, anyLimit())));
  const others = [
    ...Array.from({ length: 3 }, () =>
      withClient(pool, (client) => repeat(() => writeSomething(client))),
    ),
    repeat(() => pool.query("select fold_page_view_changes($1)", [anyLimit()])),
    repeat(async () => expect(await compareRollups(pool)).toEqual([])),
    repeat(async () => expect(await findWrongAnswers(pool)).toEqual([])),
  ];
  await Promise.all([...slotFolders, ...others]);
  await Promise.all([1, 2, 3, 4].map(() => foldSlots(pool, 1000)));

  expect(await leftOver(pool)).toEqual(nothing);
  expect(await findDifferences(pool)).toEqual([]);
  expect(await countDeadlocks(pool, url)).toBe(0);
});

// At REPEATABLE READ: all that is answered in one transaction is of one state, whatever is folded in the meantime.
function findWrongAnswers(pool: Pool): Promise<unknown[]> {
  return inOneSnapshot(pool, async ({ client, analytics }) => {
    const question: EntityQuestion = {
      entity_type: "article",
      entity_id: null,
      date_from: "2026-01-10",
      date_to: "2026-02-10",
      period: "weekly",
      sort: "visit_count",
      limit: 500,
    };
    const differences: unknown[] = await compareRollups(client);
    differences.push(
      ...(await compareClient(analytics, question, await askOracle(client, question))),
    );
    return differences;
  });
}

const addView = (entity: string, time: string): string =>
  `insert into page_views (entity_type, entity_id, session_id, viewed_at)
   values ('article', md5('${entity}')::uuid, md5('a session')::uuid, '2026-01-05 ${time}Z')`;

describe("two folders, of which one has read and has not written yet", () => {
  test("the other waits before it reads sessions, whose views come from several slots of entities", async () => {
    await using database = await createInstalledDatabase("stopped sessions");
    const { pool } = database;
    const [here, elsewhere] = await entitiesOfTwoSlots(pool);
    await using stop = await stopBeforeWriting(pool, "visitor_sessions");
    await pool.query(addView(here, "12:00"));
    const first = stop.untilStopped(() => foldSlot(pool, 100));
    await first.stopped;
    // what the first has read does not hold this one, which is added while it stands still
    await pool.query(addView(elsewhere, "11:00"));
    const second = foldSlot(pool, 100);
    const waiting = `select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'transactionid'`;
    await expect.poll(async () => (await pool.query(waiting)).rowCount).toBe(1);
    await stop.release();
    expect(await Promise.all([first.done, second])).toEqual([true, true]);

    await foldSlots(pool);
    expect(await leftOver(pool)).toEqual(nothing);
    expect(await compareRollups(pool)).toEqual([]);
  });

  test.for(["analytics_entity_visitors", "analytics_days"])(
    "the other leaves the slot of an entity alone, which is about to be written to %s",
    async (table) => {
      await using database = await createInstalledDatabase("stopped entities");
      const { pool } = database;
      await using stop = await stopBeforeWriting(pool, table);
      await pool.query(addView("an entity", "12:00"));
      const first = stop.untilStopped(() => foldSlot(pool, 100));
      await first.stopped;
      await pool.query(addView("an entity", "13:00"));
      // and so do those who fold all slots that are free
      const others = [foldSlot(pool, 100), foldBatch(pool, 100)];
      for (const other of others)
        expect(await Promise.race([other, stop.untilSecondStopped()])).toBe(false);
      await stop.release();
      await Promise.all([first.done, ...others]);

      await foldSlots(pool);
      expect(await leftOver(pool)).toEqual(nothing);
      expect(await compareRollups(pool)).toEqual([]);
    },
  );
});

async function entitiesOfTwoSlots(pool: Pool): Promise<[here: string, elsewhere: string]> {
  const { rows } = await pool.query<{ entity: string }>(
    `select distinct on (entity_slot('article', md5('entity ' || n)::uuid)) 'entity ' || n as entity
     from generate_series(1, 40) n order by entity_slot('article', md5('entity ' || n)::uuid), n limit 2`,
  );
  const [here, elsewhere] = rows;
  if (here === undefined || elsewhere === undefined) throw new Error("All are of one slot.");
  return [here.entity, elsewhere.entity];
}

test.for(["analytics_entity_visitors", "visitor_sessions", "entry_changes", "analytics_days"])(
  "a folder that is killed on its way to %s leaves nothing half done",
  async (table) => {
    await using database = await createInstalledDatabase("killed fold");
    const { pool, url } = database;
    await createRandomViews(pool);
    await addRandomViews(pool, 200);
    for (let folds = 0; folds < 9; folds += 1) await foldSlot(pool, 20);
    await addRandomViews(pool, 200);

    await using folders = openHostPool(url, { max: 1 });
    await withClient(pool, async (blocker) => {
      await blocker.query(`begin; lock table ${table} in share row exclusive mode`);
      const { rows } = await folders.query<{ pid: number }>("select pg_backend_pid() as pid");
      const folding = foldSlots(folders, 20).catch((error: unknown) => String(error));
      const waiting = "select from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'";
      await expect.poll(async () => (await pool.query(waiting, [rows[0]?.pid])).rowCount).toBe(1);
      await pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
      expect(await folding).toMatch(/terminat/);
      expect(await compareRollups(pool)).toEqual([]);
      await blocker.query("rollback");
    });
    // between any two folds everything stands in exactly one queue
    while (await foldSlot(pool, 50)) expect(await compareRollups(pool)).toEqual([]);
    await foldSlots(pool);
    expect(await leftOver(pool)).toEqual(nothing);
    expect(await findDifferences(pool)).toEqual([]);
  },
);

const truncations = scaled(30);

test(`TRUNCATE in the middle of folds of slots, ${truncations} times, leaves nothing behind in rollups and queues`, {
  timeout: 900_000,
}, async () => {
  await using database = await createInstalledDatabase("truncated slots");
  const { pool, url } = database;
  await createRandomViews(pool);
  await pool.query(takeTime);
  for (let round = 0; round < truncations; round++) {
    await addRandomViews(pool, 200);
    const folding = [1, 2, 3].map(() => foldSlots(pool, 30));
    await pool.query("select pg_sleep(random() * 0.2)");
    await pool.query("truncate page_views");
    await addRandomViews(pool, 20);
    await Promise.all(folding);
    expect(await compareRollups(pool)).toEqual([]);
  }
  await foldSlots(pool);
  expect(await leftOver(pool)).toEqual(nothing);
  expect(await findDifferences(pool)).toEqual([]);
  expect(await countDeadlocks(pool, url)).toBe(0);
});

const kills = scaled(50);

test(`folders of slots that are killed ${kills} times lose and double nothing`, {
  timeout: 900_000,
}, async () => {
  await using database = await createInstalledDatabase("killed slots");
  const { pool, url } = database;
  await createRandomViews(pool);
  await using folders = openHostPool(url, { application_name: "folder", max: 2 });
  const kill = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'folder' and datname = current_database() and state = 'active' and query like '%fold_page_view_changes%'`;
  let killed = 0;
  while (killed < kills) {
    await addRandomViews(pool, 300);
    await withClient(pool, writeSomething);
    const folding = [1, 2].map(() =>
      foldSlots(folders, 40).then(
        () => "done",
        () => "killed",
      ),
    );
    await pool.query("select pg_sleep(random() * 0.2)");
    await pool.query(kill);
    killed += (await Promise.all(folding)).filter((outcome) => outcome === "killed").length;
    expect(await compareRollups(pool)).toEqual([]);
  }
  await foldSlots(pool);
  expect(await leftOver(pool)).toEqual(nothing);
  expect(await findDifferences(pool)).toEqual([]);
  const analytics = new AnalyticsClient({ pool });
  expect(await analytics.getStatus()).toMatchObject({ pending_changes: 0, set_aside_changes: 0 });
});
