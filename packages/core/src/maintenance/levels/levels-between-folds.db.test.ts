import type { Pool } from "pg";
import { expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import { verifyRollups } from "../../../../../testing/oracle/verify-rollups.ts";
import { AnalyticsClient } from "../../analytics-client.ts";

const owner = "00000000-0000-4000-8000-00000000000a";

/** Folds what there is while the changes of pages wait, or those of groups. */
async function foldWhile(waiting: "pages" | "groups", pool: Pool): Promise<void> {
  const other = await pool.connect();
  await other.query("begin");
  await other.query(
    `select from analytics_slots where slot in (select slot from page_view_changes where is_group is ${waiting === "pages" ? "null" : "true"})
     for no key update`,
  );
  const { rows } = await pool.query("select fold_page_view_changes(100) as folded");
  expect(rows).toEqual([{ folded: 1 }]);
  await other.query("rollback");
  other.release();
}

test.each(["owner", "type"] as const)(
  "a group of %s that loses its last view before the view's entity and session hear of it keeps no entry",
  async (level) => {
    await using between = await createInstalledDatabase("levels between folds");
    const { pool: hosts } = between;
    await hosts.query(
      "insert into page_views (entity_type, session_id, owner_id) values ('home', gen_random_uuid(), $1)",
      [owner],
    );
    await foldEverything(hosts);
    await hosts.query("select begin_adding_level($1)", [level]);
    const step = async () => {
      const { rows } = await hosts.query<{ phase: string; done: boolean }>(
        "select phase, done from add_level_step($1, 100)",
        [level],
      );
      return rows[0];
    };
    // all sessions of owners, and not a group
    if (level === "owner") for (let n = 0; n < 2; n++) await step();
    await hosts.query("delete from page_views");
    await foldWhile("pages", hosts);
    while ((await step())?.done === false);
    await foldEverything(hosts);
    expect([...(await compareRollups(hosts)), ...(await verifyRollups(hosts))]).toEqual([]);
  },
);

test("a view of a group is an entry in live answers, also while the group's change is folded and the page's waits", async () => {
  await using between = await createInstalledDatabase("live between slots");
  const { pool: hosts } = between;
  const client = new AnalyticsClient({ pool: hosts });
  await client.addLevel("site");
  await hosts.query(
    "insert into page_views (entity_type, session_id) values ('home', gen_random_uuid())",
  );
  await foldWhile("pages", hosts);
  const { totals } = await client.getTimeSeries({ level: "site" });
  expect(totals).toMatchObject({ views: 1, bounce_rate: 100 });
});

test("an entry that an owner gets and loses before hearing of its view leaves no row of nothing", async () => {
  await using between = await createInstalledDatabase("entry before its view");
  const { pool: hosts } = between;
  await new AnalyticsClient({ pool: hosts }).addLevel("owner");
  await hosts.query(
    "insert into page_views (entity_type, session_id, owner_id) values ('home', gen_random_uuid(), $1)",
    [owner],
  );
  await foldWhile("groups", hosts);
  await hosts.query("update page_views set owner_id = gen_random_uuid()");
  await foldEverything(hosts);
  expect([...(await compareRollups(hosts)), ...(await verifyRollups(hosts))]).toEqual([]);
});
