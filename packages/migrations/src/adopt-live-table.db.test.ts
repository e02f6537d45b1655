import type { Pool } from "pg";
import { expect, test } from "vitest";
import { describeEachPostgres } from "../../../testing/each-postgres.ts";
import { stopBeforeWriting } from "../../../testing/faults/stop-before-writing.ts";
import { compareRollups } from "../../../testing/oracle/compare-rollups.ts";
import { installOracle } from "../../../testing/oracle/install-oracle.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { checkInstallation } from "./check-installation.ts";
import { migrate } from "./migrate.ts";
import { migrateSource } from "./running/migrate-source.ts";
import { librarySource } from "./sql-source/library-source.ts";

const timeZone = "America/St_Johns";

const hostTable = `
create table page_views (
  id bigint generated always as identity primary key, entity_type text not null, entity_id bigint,
  account_id bigint, session_id bigint, viewed_at timestamptz not null, time_on_page integer
);
insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
select 'page', nullif(n % 40, 0), case when n % 3 = 0 then n % 97 end, case when n % 7 > 0 then n % 211 end,
  '2026-01-01T00:00Z'::timestamptz + n * interval '7 minutes', nullif(n % 50, 0)
from generate_series(1, 8000) n`;

const someRows = "id = any (array(select (random() * 8000)::bigint from generate_series(1, 5)))";
const writes = [
  `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
   select 'page', n % 40, nullif(n % 4, 0), n, '2026-03-01T00:00Z'::timestamptz + random() * interval '60 days' from generate_series(1, 10) n`,
  `update page_views set time_on_page = coalesce(time_on_page, 0) + 1 where ${someRows}`,
  `update page_views set account_id = 5, entity_id = entity_id + 1 where ${someRows}`,
  `delete from page_views where ${someRows}`,
];

describeEachPostgres((server) => {
  test.for([1, 3])(
    "a table that is written to all the while is adopted on %i connections without losing a view",
    async (concurrency) => {
      await using database = await createTestDatabase("adopt live table", server.url);
      const { pool } = database;
      await pool.query(hostTable);

      const stop = new AbortController();
      let written = 0;
      const writer = async (): Promise<void> => {
        for (; !stop.signal.aborted; written += 1)
          await pool.query(writes[written % writes.length] ?? "");
      };
      const finished = writer();
      const writtenAt = new Map<string, number>();
      await migrate({
        pool,
        timeZone,
        concurrency,
        onProgress: (progress) => {
          if (progress.kind === "step_finished") writtenAt.set(progress.name, written);
        },
      }).finally(() => stop.abort());
      await finished;
      const steps = [...writtenAt.keys()];
      expect(steps).toEqual([
        "0001_page_views",
        "0002_page_view_indexes",
        expect.stringMatching(/^0003_tables, .*, functions, attachments$/),
        expect.stringMatching(/^\d{4}_history$/),
      ]);
      const [views, indexes, everything, history] = [...writtenAt.values()];
      expect(indexes).toBeGreaterThan(views ?? 0);
      expect(history).toBeGreaterThan(everything ?? 0);

      await foldAll(pool);
      await installOracle({ pool, timeZone, visitorIdType: "bigint", entityIdType: "bigint" });
      expect(await compareRollups(pool)).toEqual([]);
      const sums = await pool.query(
        `select (select count(*) from page_views) = (select sum(total_views) from analytics_aggregates where hour is null) as equal`,
      );
      expect(sums.rows).toEqual([{ equal: true }]);
    },
  );

  test("history is read in right after an interrupted run", async () => {
    await using database = await createTestDatabase("history interrupted", server.url);
    const { pool } = database;
    await pool.query(hostTable);
    const abort = new AbortController();
    const interrupted = migrate({
      pool,
      timeZone,
      concurrency: 3,
      signal: abort.signal,
      onProgress: ({ kind }) => {
        if (kind === "history_read") abort.abort();
      },
    });
    await expect(interrupted).rejects.toMatchObject({ code: "aborted" });
    await pool.query(writes[0] ?? "");
    await expect(pool.query("select fold_page_view_changes()")).rejects.toThrow(
      "not in the rollups yet",
    );

    expect((await migrate({ pool })).applied.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^\d{4}_history$/),
    ]);
    await foldAll(pool);
    await installOracle({ pool, timeZone, visitorIdType: "bigint", entityIdType: "bigint" });
    expect(await compareRollups(pool)).toEqual([]);
  });

  test("history that was read in by a run that was killed before the ledger had it is not read in again", async () => {
    await using database = await createTestDatabase("history without its row", server.url);
    const { pool } = database;
    await pool.query(hostTable);
    const changes = librarySource.changes.filter(({ repeat }) => !repeat);
    await migrateSource({ pool, timeZone }, { ...librarySource, changes });
    const state = async (): Promise<unknown> => {
      const { rows } = await pool.query(
        `select history_complete, exists (select from headcount_migrations where name = 'history') as is_noted
         from analytics_settings`,
      );
      return rows[0];
    };
    {
      await using stop = await stopBeforeWriting(pool, "headcount_migrations");
      const { done, stopped } = stop.untilStopped(() =>
        migrate({ pool }).catch((error: unknown) => error),
      );
      await stopped;
      await pool.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
      );
      expect(await done).toMatchObject({ name: "MigrationError" });
    }
    await pool.query("drop function stand_still cascade");
    expect(await state()).toEqual({ history_complete: true, is_noted: false });

    // what is complete is folded, before the next run and after it
    for (const sql of writes) await pool.query(sql);
    await foldAll(pool);
    for (const sql of writes) await pool.query(sql);
    let read = 0;
    const { applied } = await migrate({
      pool,
      onProgress: (progress) => {
        if (progress.kind === "history_read") read += progress.page_views;
      },
    });
    expect(applied.map(({ name }) => name)).toEqual([expect.stringMatching(/^\d{4}_history$/)]);
    expect(read).toBe(0);
    expect(await state()).toEqual({ history_complete: true, is_noted: true });
    expect((await checkInstallation({ pool })).faults).toEqual([]);
    await foldAll(pool);
    await installOracle({ pool, timeZone, visitorIdType: "bigint", entityIdType: "bigint" });
    expect(await compareRollups(pool)).toEqual([]);
  });
});

async function foldAll(pool: Pool): Promise<void> {
  for (let folded = 1; folded > 0; ) {
    const { rows } = await pool.query<{ folded: number }>(
      "select fold_page_view_changes(5000) as folded",
    );
    folded = rows[0]?.folded ?? 0;
  }
}
