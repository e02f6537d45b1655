import { expect, test } from "vitest";
import { type HeadcountRun, runHeadcount } from "../../../../testing/run-headcount.ts";
import { createTestDatabase } from "../../../../testing/test-database.ts";
import { libraryVersion } from "../generated/library-version.ts";

const cli = (command: string, url?: string, signal?: AbortSignal): Promise<HeadcountRun> =>
  runHeadcount(command, { url, signal });

test("the verbs install, report, and find nothing wrong", async () => {
  await using database = await createTestDatabase("cli");
  const { url, pool } = database;
  await pool.query(`create table page_views (id int, entity_type text, entity_id int, account_id int, viewed_at timestamptz);
    insert into page_views select n, 'page', 1, 1, now() from generate_series(1, 1200) n; analyze page_views`);

  const dryRun = await cli("up --dry-run --time-zone Europe/Berlin", url);
  expect(dryRun).toMatchObject({
    code: 0,
    stdout: (await cli("plan --time-zone Europe/Berlin", url)).stdout,
  });
  expect(dryRun.stdout).toContain(
    'Adopts "public"."page_views": adds session_id, visitor_id, owner_id, referrer_url, time_on_page, source_no, device_no; builds indexes concurrently, while writers go on; reads in 1,200 page views.',
  );
  expect(await cli("status --check", url)).toMatchObject({
    code: 3,
    stdout: expect.stringContaining(
      'Nothing of Headcount is installed in the schema "headcount"; this package is',
    ) as string,
  });
  expect(await cli("check", url)).toMatchObject({ code: 4 });

  const up = await cli("up --time-zone Europe/Berlin", url);
  expect(up).toMatchObject({
    code: 0,
    stdout: `Adopted public.page_views: 1,200 page views read in, and added session_id, visitor_id, owner_id, referrer_url, time_on_page, source_no, device_no.
Finds no "public"."accounts": replace the view analytics_accounts to give visitors their names.
The schema is up to date with @headcount/migrations ${libraryVersion}.`,
  });
  expect(up.stderr).toMatch(/^ {2}0001_page_views {2}\d+ ms\n/);
  expect(up.stderr).toMatch(/ {2}\d{4}_history {2}\d+ ms$/m);
  expect(await cli("up", url)).toMatchObject({
    code: 0,
    stdout: `Nothing to do: the schema is up to date with @headcount/migrations ${libraryVersion}.`,
  });
  expect(await cli("plan", url)).toMatchObject({ code: 0, stdout: "Nothing to do." });
  const status = await cli("status --check", url);
  expect(status).toMatchObject({ code: 0, stderr: "" });
  expect(status.stdout).toContain(
    "History: read in.\nChanges waiting to be folded: 0.\nNothing was folded yet.\nCapture: on.",
  );
  expect(await cli("check", url)).toMatchObject({ code: 0 });
});

test("a plan says where names come from, and what keeps them from coming", async () => {
  await using database = await createTestDatabase("cli accounts");
  const { url, pool } = database;
  const last = async (argv: string): Promise<string | undefined> =>
    (await cli(argv, url)).stdout.split("\n").at(-1);
  const advice = "replace the view analytics_accounts to give visitors their names.";
  expect(await last("plan")).toBe(`Finds no "public"."accounts": ${advice}`);
  await pool.query("create table accounts (id int, username text, full_name text)");
  expect(await last("plan")).toBe(
    `Finds no first_name, last_name in "public"."accounts": ${advice}`,
  );
  await pool.query("alter table accounts add first_name text, add last_name text");
  expect(await last("plan")).toBe('Takes names from "public"."accounts".');
});

test("a plan says what up will meet in a table, and up what it did", async () => {
  await using database = await createTestDatabase("cli adopts");
  const { url, pool } = database;
  await pool.query(`
    create type kind as enum ('page');
    create function note() returns trigger language plpgsql as 'begin return null; end';
    create table views (id int, kind kind, entity_id text collate "C", account_id int, created_at timestamptz,
      ms int, time_on_page int generated always as (ms / 1000) stored) partition by range (created_at);
    create table views_of_all_times partition of views default;
    alter table views enable row level security;
    create trigger mine after insert on views for each row execute function note();
    insert into views (id, kind, entity_id, created_at) select n, 'page', 'a', now() from generate_series(1, 2000) n;
    insert into views (kind, entity_id, created_at) values ('page', repeat('x', 3000), now()), (null, 'a', now());
    create table accounts (id int, username text, first_name text, last_name text);
    insert into accounts values (1, 'ada', '', ''), (2, '', '', '')`);
  const options = "--page-views views --column entity_type=kind --column viewed_at=created_at";
  const { stdout } = await cli(`plan ${options}`, url);
  expect(stdout.split("\n").filter((line) => line.startsWith("  "))).toEqual([
    "  entity_type is taken from the column kind.",
    "  kind is public.kind, and is counted as text; our indexes leave it out, for its labels may be renamed.",
    '  entity_id has the collation pg_catalog."C", and is counted by the database\'s.',
    "  viewed_at is taken from the column created_at.",
    "  time_on_page is generated and stored, and triggers see its values.",
    "  Page views that have ids of more than 2,000 bytes together: 1, which will be left out.",
    "  Page views that have no entity_type: 1, which will be left out.",
    "  id has no unique index of its own, as partitions often have not: collecting by this package knows views of the last week by a table of its own.",
    "  Row level security is enabled: who folds, rebuilds, reads in or verifies must own the table or bypass it.",
    "  It has partitions (1), which get triggers of their own: what is written to them by name is counted too.",
    "  Indexes of partitions are not built concurrently, and writers wait: on a large table build them on each partition before, as docs/existing-page-views.md says.",
    "  It has triggers of yours, which stay: mine.",
  ]);
  // of a large table, partitioned or not, a part is read
  await pool.query("update pg_class set reltuples = 1000001 where relname = 'views_of_all_times'");
  expect((await cli(`plan ${options}`, url)).stdout).toContain(
    "Page views of a sample that have no entity_type: 1",
  );
  expect((await cli(`up ${options}`, url)).stdout).toBe(
    `Adopted public.views: 2,000 page views read in, and added session_id, visitor_id, owner_id, referrer_url, source_no, device_no.
Accounts with a name in public.accounts: 1.
The schema is up to date with @headcount/migrations ${libraryVersion}.`,
  );
  expect((await cli("verify", url)).code).toBe(0);
});

test("--json answers with one JSON value, errors included", async () => {
  await using database = await createTestDatabase("cli json");
  const { url } = database;
  for (const argv of [
    "plan --json",
    "up --json",
    "status --json",
    "check --json",
    "print --json",
  ]) {
    const { code, stdout } = await cli(argv, url);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toBeTypeOf("object");
  }
  const unknown = await cli("up --bogus --json", url);
  expect(unknown).toMatchObject({ code: 2, stderr: "" });
  expect(JSON.parse(unknown.stdout)).toEqual({
    error: {
      code: "invalid_input",
      message: "Unknown option '--bogus'. Run: npx @headcount/migrations help up",
      details: {},
    },
  });
  const wrong = await cli("up --json --time-zone Europe/Paris", url);
  expect(wrong.code).toBe(1);
  expect(JSON.parse(wrong.stdout)).toEqual({
    error: {
      code: "settings_differ",
      message: expect.stringContaining("Europe/Paris") as string,
      field: "timeZone",
      details: {},
    },
  });
});

test("wrong input ends with 2 and a sentence", async () => {
  await using database = await createTestDatabase("cli usage");
  const { url, pool } = database;
  await pool.query("create table views (id int)");
  for (const [options, sentence] of [
    [
      "--page-views public.viewz",
      '--page-views names "public"."viewz", which does not exist. Did you mean views?',
    ],
    [
      "--accounts vieuws",
      '--accounts names "public"."vieuws", which does not exist. Did you mean views?',
    ],
    [
      "--accounts public.accounts",
      '--accounts names "public"."accounts", which does not exist. Did you mean views?',
    ],
    [
      "--page-views Public.views",
      '--page-views names the schema "Public", which does not exist. Did you mean public?',
    ],
    ["--schema pubic", '--schema names "pubic", which does not exist. Did you mean public?'],
    ["--schema pg_catalog", '--schema "pg_catalog" belongs to Postgres: choose'],
    [
      "--column viewed_at",
      '--column "viewed_at" is not OURS=YOURS: give one as viewed_at=created_at.',
    ],
    ["--column seen=x", '--column "seen" is not one of id, entity_type,'],
  ])
    for (const verb of ["up", "plan"])
      expect(await cli(`${verb} ${options}`, url)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(sentence ?? "") as string,
      });
  const created = await pool.query(
    "select from pg_tables where schemaname in ('public', 'headcount')",
  );
  expect(created.rowCount).toBe(1);
  const zone = await cli("up --time-zone Mars/Phobos", url);
  expect(zone).toMatchObject({ code: 2, stdout: "" });
  expect(zone.stderr).toContain('--time-zone "Mars/Phobos" is not a zone');
  expect(await cli("up")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("set DATABASE_URL") as string,
  });
  expect((await cli("--help")).stdout).toContain("Usage: npx @headcount/migrations <verb>");
});

test("print says in a comment that nothing is pending", async () => {
  await using database = await createTestDatabase("cli print");
  await cli("up", database.url);
  expect(await cli("print", database.url)).toMatchObject({
    code: 0,
    stdout: `-- Nothing to do: the schema "headcount" is up to date with @headcount/migrations ${libraryVersion}.`,
  });
});

test("print needs no database", async () => {
  const { code, stdout } = await cli("print --schema headcount");
  expect(code).toBe(0);
  expect(stdout).toContain('create table "headcount".analytics_settings');
});

test("a server that does not let us in is an error of one sentence, without the password", async () => {
  await using database = await createTestDatabase("cli password");
  const url = new URL(database.url);
  url.username = "nobody_of_that_name";
  url.password = "s3cret-word";
  url.port = "1";
  const refused = await cli("up", url.href);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain("ECONNREFUSED");
  expect(refused.stderr).toContain(
    `"${decodeURIComponent(url.pathname.slice(1))}" on ${url.hostname}:1.`,
  );
  const invalid = await cli("up", "postgres://me:s3cret-word@[");
  for (const { stderr } of [refused, invalid]) {
    expect(stderr).not.toContain("s3cret-word");
    expect(stderr).not.toContain("    at ");
  }
});

test("an interruption ends with 130", async () => {
  await using database = await createTestDatabase("cli interrupted");
  expect(await cli("up", database.url, AbortSignal.abort())).toMatchObject({ code: 130 });
});

test("a role that lacks a grant reads where the grants are", async () => {
  await using database = await createTestDatabase("cli grants");
  const { pool } = database;
  await cli("up", database.url);
  const role = `cli_${crypto.randomUUID().replaceAll("-", "")}`;
  await pool.query(
    `create role ${role} login; grant usage on schema headcount to ${role}; grant select on headcount_migrations, analytics_settings to ${role}`,
  );
  const url = new URL(database.url);
  url.username = role;
  try {
    for (const verb of ["status", "aggregate", "verify"]) {
      expect(await cli(verb, url.href)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /^The database answered: permission denied for table \w+\. (Grant|Run: GRANT) .*docs\/installing\.md/,
        ) as string,
      });
    }
  } finally {
    await pool.query(`drop owned by ${role}; drop role ${role}`);
  }
});
