import { chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { AnalyticsClient } from "@headcount/core";
import { escapeLiteral } from "pg";
import { expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { findPostgresBinaries } from "../postgres/postgres-binaries.ts";
import { runOn } from "../postgres/run-on.ts";
import { findServerUser } from "../postgres/server-user.ts";
import { startPostgres } from "../postgres/start-postgres.ts";
import { testSearchPath } from "../postgres/test-search-path.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews } from "./host-writes.ts";
import { mountSmallDisk, type SmallDisk } from "./mount-small-disk.ts";

const full = { code: "53100" };

test.runIf(findPostgresBinaries(18))(
  "a full disk fails folds and writes, and when there is room again nothing is lost or half done",
  { timeout: 900_000 },
  async ({ skip }) => {
    using small = mountSmallDisk(80);
    if (small === undefined) {
      process.stdout.write("No full disk is tried: no file system in memory can be mounted here\n");
      return skip();
    }

    await using server = await startServerOn(small);
    await using database = await createInstalledDatabase("full disk", { serverUrl: server.url });
    const { pool } = database;
    await createRandomViews(pool);
    const analytics = new AnalyticsClient({ pool });
    let views = 0;
    for (let round = 0; round < 3; round++) {
      await addRandomViews(pool, 3000);
      views += 3000;
      small.fill();
      await expect(analytics.aggregate()).rejects.toMatchObject({ code: "database", cause: full });
      await expect(addRandomViews(pool, 10_000)).rejects.toMatchObject(full);
      expect(await compareRollups(pool)).toEqual([]);

      small.makeRoom();
      expect(await analytics.aggregate()).toMatchObject({ folded_changes: 3000 });
      expect(await findDifferences(pool)).toEqual([]);
    }
    const { rows } = await pool.query("select count(*)::int as views from page_views");
    expect(rows).toEqual([{ views }]);
  },
);

/** A server whose new databases are on this disk, and whose log of writes is not. */
async function startServerOn({ folder }: SmallDisk): Promise<{ url: string } & AsyncDisposable> {
  // sorts stay in memory: what spills goes to the disk of the database
  const { url, stop } = await startPostgres({
    settings: { work_mem: "64MB", search_path: testSearchPath },
  });
  const tablespace = join(folder, "tablespace");
  mkdirSync(tablespace);
  const { uid, gid } = findServerUser();
  if (uid !== undefined && gid !== undefined) chownSync(tablespace, uid, gid);
  await runOn(url, `create tablespace small location ${escapeLiteral(tablespace)}`);
  await runOn(url, "alter database template1 set tablespace small");
  return { url, [Symbol.asyncDispose]: stop };
}
