import { migrate } from "@headcount/migrations";
import type { Pool } from "pg";
import { expect, test } from "vitest";
import { askOracle } from "../oracle/ask-oracle.ts";
import { compareReadFunctions } from "../oracle/compare-read-functions.ts";
import { compareRollups, type RollupDifference } from "../oracle/compare-rollups.ts";
import { installOracle } from "../oracle/install-oracle.ts";
import { waysToFold } from "../oracle/ways-to-fold.ts";
import { createTestDatabase, type TestDatabase } from "../test-database.ts";
import { createPartitionedTable } from "./create-partitioned-table.ts";
import { addRandomViews, createRandomViews } from "./host-writes.ts";

// Raw page views go where capture does not look, and the rollups know all that folding needs.

/** A host's page views by month, of two months, all of them counted. */
async function createPartitionedDatabase(hint: string): Promise<TestDatabase> {
  const database = await createTestDatabase(hint);
  const { pool } = database;
  await createPartitionedTable(pool);
  await migrate({ pool });
  await installOracle({ pool, timeZone: "UTC", visitorIdType: "uuid", entityIdType: "uuid" });
  await createRandomViews(pool);
  await addRandomViews(pool, 800);
  return database;
}

/** Takes the rows of January away, past capture; the oracle remembers them. */
async function pruneJanuary(pool: Pool, how: string): Promise<void> {
  await pool.query(`
    insert into oracle.pruned_page_views
    select entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page, source_no, device_no, owner_id
    from page_views_january;
    ${how}`);
}

const unknown = new Set(["unique_pages", "account_id", "account_seen_at", "last_seen_at"]);

/**
 * What differs from the oracle, except the pages, the account and the end of sessions: where page views are gone and others are
 * taken away, nobody knows these any more.
 */
async function differences(pool: Pool): Promise<RollupDifference[]> {
  const balance = new Map<string, number>();
  const found = await compareRollups(pool);
  const keyOf = ({ rollup, row }: RollupDifference): string =>
    JSON.stringify({
      rollup,
      row: Object.entries(row).filter(
        ([column]) => rollup !== "visitor_sessions" || !unknown.has(column),
      ),
    });
  for (const difference of found) {
    const sign = difference.fault === "missing" ? -1 : 1;
    balance.set(keyOf(difference), (balance.get(keyOf(difference)) ?? 0) + sign);
  }
  return found.filter((difference) => balance.get(keyOf(difference)) !== 0);
}

async function wrongAnswers(pool: Pool): Promise<unknown[]> {
  const question = {
    entity_type: "article",
    entity_id: null,
    date_from: "2026-01-07",
    date_to: "2026-02-20",
    period: "weekly",
    sort: "visit_count",
    limit: 20,
  } as const;
  return compareReadFunctions(pool, question, await askOracle(pool, question));
}

const ways = [
  {
    how: "a partition that is detached and dropped",
    sql: "alter table page_views detach partition page_views_january; drop table page_views_january",
  },
  { how: "a partition that is dropped", sql: "drop table page_views_january" },
  { how: "a partition that is truncated", sql: "truncate page_views_january" },
  {
    how: "rows that are deleted with triggers disabled",
    sql: "alter table page_views disable trigger user; delete from page_views where viewed_at < '2026-02-01'; alter table page_views enable trigger user",
  },
];

test.for(ways.flatMap((pruned) => waysToFold.map((folding) => ({ ...pruned, ...folding }))))(
  "$how leaves what is stored as it was, and what comes later is counted right, folding $way",
  { timeout: 120_000 },
  async ({ sql, foldAll }) => {
    await using database = await createPartitionedDatabase("pruned");
    const { pool } = database;
    await foldAll(pool);
    await pruneJanuary(pool, sql);
    expect(await compareRollups(pool)).toEqual([]);
    expect(await wrongAnswers(pool)).toEqual([]);

    // of the same visitors and sessions, on dates that are there and on such as are not any more
    await addRandomViews(pool, 400);
    expect(await wrongAnswers(pool)).toEqual([]);
    await foldAll(pool, 50);
    expect(await differences(pool)).toEqual([]);
    expect(await wrongAnswers(pool)).toEqual([]);

    await pool.query(
      "update page_views set time_on_page = 5 where id % 7 = 0 and viewed_at >= '2026-02-01'",
    );
    await pool.query("delete from page_views where id % 5 = 0 and viewed_at >= '2026-02-01'");
    await foldAll(pool, 50);
    expect(await differences(pool)).toEqual([]);
    expect(await wrongAnswers(pool)).toEqual([]);
    const { rows } = await pool.query("select reason from set_aside_changes");
    expect(rows).toEqual([]);
  },
);
