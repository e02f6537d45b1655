import { expect, test } from "vitest";
import { type HeadcountRun, runHeadcount } from "../../../../testing/run-headcount.ts";
import { createTestDatabase } from "../../../../testing/test-database.ts";

const cli = (command: string, url?: string, signal?: AbortSignal): Promise<HeadcountRun> =>
  runHeadcount(command, { url, signal });

test("what was set aside is named by status and verify, and the command that they advise ends it", async () => {
  await using database = await createTestDatabase("cli repair");
  const { url, pool } = database;
  expect((await cli("up", url)).stdout).toMatch(/^Created public.page_views\.\n/);
  await pool.query(`
    alter table page_views disable trigger user;
    insert into page_views (entity_type, session_id) select 'home', gen_random_uuid() from generate_series(1, 2);
    alter table page_views enable trigger user;
    delete from page_views;
    insert into page_views (entity_type, viewed_at) values ('home', 'infinity')`);
  await cli("aggregate", url);
  for (const verb of ["status", "verify"]) {
    const { stdout } = await cli(verb, url);
    expect(stdout).toContain(`Changes set aside, because they cannot be applied: 2.
  2 of home (no entity): a view was taken away that had never been counted
To repair them: npx @headcount/migrations repair`);
  }
  expect((await cli("status", url)).stdout).toContain(
    "cannot be counted: 1 (instant_out_of_range).",
  );
  expect(await cli("repair", url)).toMatchObject({
    code: 0,
    stdout: "Repaired 2 changes of 1 entity: read 0 page views in again.",
  });
  expect((await cli("verify", url)).stdout).not.toContain("set aside");
  expect((await cli("repair", url)).stdout).toBe("Nothing to do: nothing is set aside.");
});

test("aggregate folds what is pending, and rebuild the dates that verify names", async () => {
  await using database = await createTestDatabase("cli aggregate");
  const { url, pool } = database;
  expect(await cli("aggregate", url)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Run: npx @headcount/migrations up") as string,
  });
  await cli("up", url);
  await pool.query(
    "insert into page_views (entity_type, session_id, viewed_at) select 'home', gen_random_uuid(), '2026-03-04T12:00:00Z' from generate_series(1, 7)",
  );
  expect(await cli("aggregate", url)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Folded 7 changes in 1 batches, [\d.]+ s\.$/) as string,
  });
  expect(JSON.parse((await cli("aggregate --json --concurrency 3", url)).stdout)).toEqual({
    folded_changes: 0,
    batches: 0,
    duration_ms: expect.any(Number) as number,
  });

  await pool.query("update analytics_days set views = 70");
  const verified = await cli("verify", url);
  expect(verified).toMatchObject({
    code: 4,
    stdout: expect.stringMatching(
      /^Compared 7 page views of 1 entities in [\d.]+ s: 1 rows differ\.\n {2}analytics_days of home \(no entity\), \{"date": ?"2026-03-04"/,
    ) as string,
  });
  const [, fix = ""] = /To fix it: npx @headcount\/migrations (.*)$/.exec(verified.stdout) ?? [];
  expect(fix).toBe("rebuild --date-from 2026-03-04 --date-to 2026-03-04");
  expect(await cli(fix, url)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Rebuilt 2026-03-04 to 2026-03-04 from 7 page views") as string,
  });
  expect(await cli("verify", url)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("the rollups are exact") as string,
  });
  const sampled = await cli("verify --sample 1 --seed 7 --json", url);
  expect(JSON.parse(sampled.stdout)).toMatchObject({ seed: 7, entities: 1, differences: 0 });
  expect(await cli("aggregate", url, AbortSignal.abort())).toMatchObject({ code: 130 });

  const kept = "breakdowns add --entity-type home";
  expect((await cli(kept, url)).stdout).toMatch(
    /^Keeps the breakdowns of home\. Counted 1 dates, [\d.]+ s\.$/,
  );
  expect((await cli(kept, url)).stdout).toMatch(/^Kept already: the breakdowns of home\. /);
  const removed = "breakdowns remove --entity-type home";
  expect((await cli(removed, url)).stdout).toMatch(/^Keeps the breakdowns of home no longer, /);
  expect((await cli(removed, url)).stdout).toBe("The breakdowns of home are not kept.");
});

test("aggregate says how far it has folded, once a second", async () => {
  await using database = await createTestDatabase("cli aggregate slowly");
  const { url, pool } = database;
  await cli("up", url);
  await pool.query(`
    create function slow_down() returns trigger language plpgsql
      as $$ begin perform pg_sleep(1.01); return null; end $$;
    create trigger slow_down before insert on analytics_days
      for each statement execute function slow_down();
    insert into page_views (entity_type) select 'home' from generate_series(1, 20001)`);
  const { stdout, stderr } = await cli("aggregate", url);
  expect(stderr).toMatch(/^ {2}20,000 changes, [\d.]+ s\n {2}20,001 changes, [\d.]+ s$/);
  expect(stdout).toMatch(/^Folded 20,001 changes in 2 batches, [\d.]+ s\.$/);
});

test("work that was interrupted says that it may be run again, and speaks of no migration", async () => {
  await using database = await createTestDatabase("cli aborted");
  await cli("up", database.url);
  const { stderr } = await cli("aggregate", database.url, AbortSignal.abort());
  expect(stderr).toBe(
    "The work was aborted. What it had committed stays; run it again to do the rest.",
  );
});

test("export prints lines of JSON; what erases, moves, prunes or forgets counts, asks for --yes and does it", async () => {
  await using database = await createTestDatabase("cli erase");
  const { url, pool } = database;
  await cli("up --partition monthly", url);
  await pool.query(
    "drop table page_views_before; select make_partition('before', null, date_trunc('month', now()) - interval '3 months', false)",
  );
  const account = "3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b009";
  await pool.query(
    `insert into page_views (entity_type, account_id, session_id, viewed_at)
     select 'home', case when n > 1 then $1::uuid end, '00000000-0000-4000-8000-000000000001', '2026-03-04T12:00:00Z'
     from generate_series(1, 3) n`,
    [account],
  );
  await cli("aggregate", url);
  const { stdout, code } = await cli(`export --account-id ${account}`, url);
  const records = stdout.split("\n").map((line) => (JSON.parse(line) as { record: string }).record);
  expect({ code, records }).toEqual({
    code: 0,
    records: ["page_view", "page_view", "page_view", "session"],
  });
  expect((await cli(`erase --account-id ${account} --no-linked --dry-run`, url)).stdout).toBe(
    "Would erase 2 page views, of 1 entities in 1 sessions.",
  );
  const who = `erase --account-id ${account}`;
  expect(await cli(who, url)).toMatchObject({
    code: 2,
    stderr: "Nobody can be asked here: give --yes to erase, or --dry-run.",
  });
  expect((await cli(`${who} --yes --keep-counts`, url)).stdout).toMatch(
    /^Erased 0 page views, of 1 entities in 1 sessions\. 3 views stay counted, of nobody who is known\. Receipt [\da-f-]{36}, [\d.]+ s\.$/,
  );
  expect(JSON.parse((await cli(`${who} --yes --actor dpo --json`, url)).stdout)).toMatchObject({
    erased_views: 0,
    receipt: expect.any(String) as string,
  });
  expect(await cli("erase --yes", url)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--account-id") as string,
  });

  const away = "move-entity --entity-type home --new-entity-type start";
  expect((await cli(`${away} --dry-run`, url)).stdout).toBe(
    "Would move 3 page views of home to start.",
  );
  expect(await cli(away, url)).toMatchObject({
    code: 2,
    stderr: "Nobody can be asked here: give --yes to move, or --dry-run.",
  });
  expect((await cli(`${away} --yes`, url)).stdout).toMatch(
    /^Moved 3 page views of home to start\. Receipt [\da-f-]{36}, [\d.]+ s\.$/,
  );
  const which = `--entity-type listing --entity-id ${account}`;
  await pool.query("insert into page_views (entity_type, entity_id) values ('listing', $1)", [
    account,
  ]);
  expect((await cli(`erase-entity ${which} --dry-run`, url)).stdout).toBe(
    `Would erase 1 page views of listing ${account}.`,
  );
  expect(JSON.parse((await cli(`erase-entity ${which} --yes --json`, url)).stdout)).toMatchObject({
    erased_views: 1,
  });

  await pool.query("update page_views set viewed_at = '2025-03-04T12:00:00Z'");
  await pool.query(
    "update page_views set session_id = gen_random_uuid(), visitor_id = gen_random_uuid() where id = (select id from page_views limit 1)",
  );
  const forgetting = "forget --inactive-days 100";
  expect((await cli(`${forgetting} --dry-run`, url)).stdout).toMatch(
    /^Would forget 0 accounts, 0 browsers and 0 sessions that did not come since/,
  );
  expect(await cli(forgetting, url)).toMatchObject({
    code: 2,
    stderr: "Nobody can be asked here: give --yes to forget, or --dry-run.",
  });
  expect((await cli(`${forgetting} --yes`, url)).stdout).toMatch(
    /^Forgot 0 accounts, 1 browsers and 1 sessions that did not come since \d{4}-\d\d-\d\d\. 1 views stay counted, of nobody who is known\. Receipt [\da-f-]{36}, [\d.]+ s\.$/,
  );
  expect(await cli("forget --inactive-days 100 --kind browser", url)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("kind") as string,
  });
  expect((await cli("status", url)).stdout).toContain("were forgotten, and are new when they");

  expect((await cli("prune --keep-days 35 --dry-run", url)).stdout).toMatch(
    /^Would delete 3 page views from before \d{4}-\d\d-01\. Page views and rollups weigh \d MB together, and about \d MB after that: \d+ %\./,
  );
  expect(await cli("prune --keep-days 35", url)).toMatchObject({
    code: 2,
    stderr: "Nobody can be asked here: give --yes to prune, or --dry-run.",
  });
  expect(await cli("prune --keep-days 35 --detach-wait-seconds 5 --yes", url)).toMatchObject({
    code: 2,
    stderr: "--detach-wait-seconds is 5: leave it out, or give --detach.",
  });
  const detaching = "prune --keep-days 35 --detach --detach-wait-seconds 5 --dry-run";
  expect((await cli(detaching, url)).stdout).toMatch(
    /^Would delete 0 page views .* Would detach public\.page_views_before \(3 page views, 0 MB\): keep them or drop them/,
  );
  expect(await cli("prune --keep-days 34 --yes", url)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("keepDays") as string,
  });
  expect((await cli("prune --keep-days 35 --yes --rows-per-second 1000", url)).stdout).toMatch(
    /^Deleted 3 page views from before \d{4}-\d\d-01, [\d.]+ s\. They stay counted/,
  );
  expect((await cli("status", url)).stdout).toMatch(
    /Page views: those before \S+ were pruned; 3 views of 1 months are sealed\./,
  );
  await pool.query("update analytics_days set views = 4");
  const { stdout: verified, code: faults } = await cli("verify", url);
  expect(faults).toBe(4);
  expect(verified).toContain('analytics_seals, {"month":"2025-03-01"}');
  expect(verified).toContain("What is sealed cannot be read in again: restore it from a backup.");
});
