import { AnalyticsClient } from "@headcount/core";
import type { PoolClient } from "pg";
import { describe, expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { scaled } from "./fault-scale.ts";
import { findDifferences } from "./find-differences.ts";
import { createRandomViews, writeSomething } from "./host-writes.ts";
import { openHostPool } from "./open-host-pool.ts";
import { withClient } from "./with-client.ts";

const seconds = scaled(4);
const all = { date_from: "2024-01-01", date_to: "2026-12-31" };
const entity = { entity_type: "article", entity_id: null };

describe.each(["repeatable read", "serializable"])("with %s as the host's default", (level) => {
  test(`writing, folding, rebuilding and reading at once for ${seconds} s: what fails is reported, and nothing is wrong`, {
    timeout: 900_000,
  }, async () => {
    await using database = await createInstalledDatabase("isolation");
    await createRandomViews(database.pool);
    const options = `-c default_transaction_isolation=${level.replace(" ", "\\ ")}`;
    await using pool = openHostPool(database.url, { options });
    const analytics = new AnalyticsClient({ pool });
    const end = Date.now() + seconds * 1000;
    const repeat = async (work: () => Promise<unknown>): Promise<void> => {
      while (Date.now() < end) await work();
    };

    const failures = new Set<unknown>(["40001"]);
    const noteFailure = (error: { code?: unknown }): void => void failures.add(error.code);
    const write = (client: PoolClient): Promise<unknown> =>
      writeSomething(client).catch((error: { code?: unknown }) => {
        noteFailure(error);
        return client.query("rollback");
      });
    const writers = [1, 2, 3, 4].map(() =>
      withClient(pool, (client) => repeat(() => write(client))),
    );
    await Promise.all([
      ...writers,
      repeat(() => analytics.aggregate()),
      repeat(() => analytics.rebuild(all)),
      repeat(() => pool.query("select fold_page_view_changes(50)").catch(noteFailure)),
      repeat(() => pool.query("select fold_page_view_changes(50, 8)").catch(noteFailure)),
      repeat(() => pool.query("select aggregate_page_views(null, null)").catch(noteFailure)),
      repeat(() => analytics.getTimeSeries(entity)),
      repeat(() => analytics.getVisitors(entity)),
      // at READ COMMITTED: a statement as long as this is seldom serializable with all the others
      repeat(async () => expect(await compareRollups(database.pool)).toEqual([])),
    ]);
    // serialization failures, which the host repeats, and nothing else
    expect([...failures]).toEqual(["40001"]);
    expect(await findDifferences(pool)).toEqual([]);
  });
});

const addView = (day: string): string =>
  `insert into page_views (entity_type, session_id, viewed_at)
   values ('article', '00000000-0000-4000-8000-000000000001', '${day} 12:00+00')`;
const others = {
  "a fold": "select fold_page_view_changes(1)",
  "a fold of a slot": "select fold_page_view_changes(1, 8)",
  "a rebuild": "select aggregate_page_views('2026-01-01', '2026-01-01')",
};
const laters = {
  "a fold": "select fold_page_view_changes()",
  "a fold of a slot": "select fold_page_view_changes(20000, 8)",
  "a rebuild": "select aggregate_page_views('2026-01-05', '2026-01-05')",
};

test.for(
  Object.entries(others).flatMap(([other, earlier]) =>
    Object.entries(laters).map(([what, later]) => ({ what, other, earlier, later })),
  ),
)(
  "$what in a snapshot from before $other ends with a serialization failure",
  async ({ earlier, later }) => {
    await using database = await createInstalledDatabase("old snapshot");
    const { pool } = database;
    await withClient(pool, (writer) =>
      withClient(pool, async (old) => {
        // The earlier day is captured first and committed last: the old snapshot knows only the later one.
        await writer.query(`begin; ${addView("2026-01-01")}`);
        await pool.query(addView("2026-01-05"));
        await old.query("begin isolation level repeatable read; select from page_view_changes");
        await writer.query("commit");
        await pool.query(earlier);
        const outcome = await old.query(later).then(
          () => "done",
          ({ code }: { code: unknown }) => code,
        );
        expect(outcome).toBe("40001");
        await old.query("rollback");
      }),
    );
    expect(await findDifferences(pool)).toEqual([]);
  },
);
