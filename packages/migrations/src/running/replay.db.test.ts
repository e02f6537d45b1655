import { Client, type Pool } from "pg";
import { expect, test } from "vitest";
import { describeEachPostgres } from "../../../../testing/each-postgres.ts";
import { createTestDatabase } from "../../../../testing/test-database.ts";
import { checkInstallation } from "../check-installation.ts";
import { inspectInstallation } from "../inspection/inspect-installation.ts";
import { migrate } from "../migrate.ts";
import type { MigrationProgress } from "../migration-progress.ts";
import { parseTarget } from "../parse-target.ts";
import { withPoolClient } from "../session/with-pool-client.ts";
import { librarySource } from "../sql-source/library-source.ts";
import type { SqlFunction, SqlSource } from "../sql-source/sql-source.ts";
import { splitStatements } from "../sql-text/split-statements.ts";
import { scriptOf } from "../steps/script-of.ts";
import { stepsOf } from "../steps/steps-of.ts";
import { assertCompatible } from "../validation/assert-installable.ts";
import { migrateSource } from "./migrate-source.ts";

function sqlFunction(name: string, head: string, body: string): SqlFunction {
  const sql = `create or replace function :schema.${name}${head}\nlanguage sql\nbegin atomic\n  ${body};\nend;`;
  return { name, file: `functions/test/${name}.sql`, line: 1, sql };
}

function withFunctions(...added: SqlFunction[]): SqlSource {
  return { ...librarySource, functions: [...librarySource.functions, ...added] };
}

const greeting = sqlFunction("greeting", "(p_name text) returns text", "select 'hello ' || p_name");
const greetings = sqlFunction(
  "greetings",
  "(p_names text[]) returns setof text",
  "select :schema.greeting(n) from unnest(p_names) n",
);
const before = withFunctions(greeting, greetings);

const changedGreeting = sqlFunction(
  "greeting",
  "(p_name text, p_loud boolean default false) returns table (said text)",
  "select case when p_loud then upper('hello ' || p_name) else 'hello ' || p_name end",
);
const changedGreetings = sqlFunction(
  "greetings",
  "(p_names text[]) returns setof text",
  "select g.said from unnest(p_names) n cross join lateral :schema.greeting(n, true) g",
);
const after = withFunctions(changedGreeting, changedGreetings);

const ourFunctions = `select p.proname as name, p.oid::int,
    array(select g::text from unnest(p.proacl) g order by 1) as grants
  from pg_proc p where p.pronamespace = 'headcount'::regnamespace order by 1`;

interface InstalledFunction {
  name: string;
  oid: number;
  grants: string[];
}

async function functionsIn(pool: Pool): Promise<Map<string, InstalledFunction>> {
  const { rows } = await pool.query<InstalledFunction>(ourFunctions);
  return new Map(rows.map((row) => [row.name, row]));
}

type WayIn = (pool: Pool, url: string, source: SqlSource) => Promise<void>;

const waysIn: [string, WayIn][] = [
  [
    "migrate",
    async (pool, _url, source) => {
      await migrateSource({ pool }, source);
    },
  ],
  [
    "printed SQL",
    async (pool, url, source) => {
      const script = await withPoolClient(pool, async (connection) => {
        const installation = await inspectInstallation({
          connection,
          target: parseTarget({}),
          source,
        });
        await assertCompatible(connection, installation);
        const { pending, schemaVersion } = installation;
        return scriptOf(stepsOf(pending), {
          ...installation,
          source,
          installed: schemaVersion > 0,
          hasHistory: true,
        });
      });
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        for (const { text } of splitStatements(script)) await client.query(text);
      } finally {
        await client.end();
      }
    },
  ],
];

describeEachPostgres((server) => {
  test.each(waysIn)(
    "%s replaces functions, drops those that are gone, and leaves the host's and all grants alone",
    async (_name, bringUpToDate) => {
      await using database = await createTestDatabase("replay", server.url);
      const { pool, url } = database;
      await migrateSource({ pool }, before);
      await pool.query(`
        create function headcount.hosts_own() returns int language sql return 1;
        revoke execute on function get_entity_visitors from public;
        grant execute on function get_entity_visitors to pg_monitor;
        grant select on analytics_accounts to pg_monitor`);
      const installed = await functionsIn(pool);

      const named = librarySource.functions.find(({ sql }) => sql.includes("'Anonymous'"));
      const edited = librarySource.functions.map((part) =>
        part === named ? { ...part, sql: part.sql.replace("'Anonymous'", "'Somebody'") } : part,
      );
      await bringUpToDate(pool, url, { ...librarySource, functions: edited });
      const replayed = await functionsIn(pool);
      installed.delete("greeting");
      installed.delete("greetings");
      expect(replayed).toEqual(installed);
      const { rows } = await pool.query<{ source: string }>(
        "select pg_get_functiondef($1::regproc) as source",
        [named?.name],
      );
      expect(rows[0]?.source).toContain("'Somebody'");
      expect((await migrate({ pool })).applied).toMatchObject([{ name: "functions" }]);
      expect((await checkInstallation({ pool })).faults).toEqual([]);
    },
  );

  test.each(waysIn)(
    "%s makes a function of another signature anew, with what calls it and what hosts were granted",
    async (_name, bringUpToDate) => {
      await using database = await createTestDatabase("signature", server.url);
      const { pool, url } = database;
      await migrateSource({ pool }, before);
      await pool.query(`
        create function headcount.greeting(p_number int) returns int language sql return 1;
        alter function greeting(int) rename to hosts_greeting;
        revoke execute on function greeting from public;
        grant execute on function greeting to pg_monitor with grant option;
        grant execute on function greetings to pg_read_all_stats`);
      const installed = await functionsIn(pool);
      await bringUpToDate(pool, url, after);
      const changed = await functionsIn(pool);
      expect([...changed.keys()]).toEqual([...installed.keys()]);
      for (const name of ["greeting", "greetings"]) {
        expect(changed.get(name)?.oid).not.toBe(installed.get(name)?.oid);
        expect(changed.get(name)?.grants).toEqual(installed.get(name)?.grants);
      }
      expect(changed.get("hosts_greeting")).toEqual(installed.get("hosts_greeting"));
      const { rows } = await pool.query("select greetings('{you}') as said");
      expect(rows).toEqual([{ said: "HELLO YOU" }]);
      const left = await pool.query("select to_regclass('headcount_kept_grants') as kept");
      expect(left.rows).toEqual([{ kept: null }]);
    },
  );

  test("what the host has built on a function keeps it from being dropped, and is named", async () => {
    await using database = await createTestDatabase("host depends", server.url);
    const { pool } = database;
    await migrateSource({ pool }, before);
    await pool.query("create view hosts_view as select headcount.greeting('host') as said");
    const installed = await functionsIn(pool);
    await expect(migrateSource({ pool }, after)).rejects.toMatchObject({
      code: "migration_failed",
      message: expect.stringMatching(
        /^replay\/before\.sql failed in the statement of line \d+: cannot drop .*: view .*hosts_view depends on function .*greeting\(text\)/,
      ) as string,
    });
    expect(await functionsIn(pool)).toEqual(installed);
    expect((await pool.query("select said from hosts_view")).rows).toEqual([
      { said: "hello host" },
    ]);
  });

  test("a view that is dropped by a change and made anew keeps its grants, those on columns too", async () => {
    await using database = await createTestDatabase("view grants", server.url);
    const { pool } = database;
    const view = (columns: string): SqlSource => ({
      ...before,
      attachments: [
        ...before.attachments,
        {
          file: "attach/views.sql",
          line: 1,
          sql: `create or replace view :schema.our_view as select ${columns}, :schema.greeting('view') as said;`,
        },
      ],
    });
    await migrateSource({ pool }, view("1 as a, 2 as b"));
    await pool.query(`grant select on our_view to pg_monitor;
      grant select (said) on our_view to pg_read_all_stats`);
    const grants = `select c.relacl::text as of_view, a.attacl::text as of_column
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'said' where c.relname = 'our_view'`;
    const granted = (await pool.query(grants)).rows;
    const version = librarySource.changes.length + 1;
    await migrateSource(
      { pool },
      {
        ...view("1 as c"),
        functions: after.functions,
        changes: [
          ...librarySource.changes,
          {
            version,
            name: "drops_view",
            sql: "drop view if exists :schema.our_view;",
            transaction: "shared",
            repeat: false,
          },
        ],
      },
    );
    expect((await pool.query(grants)).rows).toEqual(granted);
  });

  test("what a change drops with a type is made again, though its text is as before", async () => {
    await using database = await createTestDatabase("dropped type", server.url);
    const { pool } = database;
    await migrate({ pool });
    const sql = "drop type :schema.entity_slice cascade; drop function :schema.capture_faults;";
    const type = /^create type :schema\.entity_slice [^;]+;/m.exec(
      librarySource.changes.map((change) => change.sql).join("\n"),
    );
    const version = librarySource.changes.length + 1;
    const drops = `${sql}\n${type?.[0]}`;
    const added = {
      version,
      name: "drops",
      sql: drops,
      transaction: "shared",
      repeat: false,
    } as const;
    const { applied } = await migrateSource(
      { pool },
      { ...librarySource, changes: [...librarySource.changes, added] },
    );
    expect(applied.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^\d{4}_drops, functions, attachments$/),
    ]);
    await pool.query("delete from headcount_migrations where name = 'drops'");
    expect((await checkInstallation({ pool })).faults).toEqual([]);
  });

  test("who folds is waited for, and nothing is folded while functions are replaced", async () => {
    await using database = await createTestDatabase("replay waits", server.url);
    const { pool } = database;
    await migrateSource({ pool }, before);
    const folding = await pool.connect();
    await folding.query("begin; select from analytics_slots where slot = 5 for no key update");
    await expect(
      migrateSource({ pool, lockTimeoutMs: 20, lockAttempts: 1 }, librarySource),
    ).rejects.toMatchObject({
      code: "lock_timeout",
      message: expect.stringMatching(
        /^functions, attachments could not keep folding out within 20 ms, tried 1 times: process \d+ \(.+, in a transaction for \d+ s\)\. Nothing of it was applied/,
      ) as string,
    });
    const progress: MigrationProgress[] = [];
    await migrateSource(
      {
        pool,
        lockTimeoutMs: 20,
        onProgress: (step) => {
          progress.push(step);
          if (step.kind === "lock_retry") void folding.query("commit");
        },
      },
      librarySource,
    );
    folding.release();
    expect(progress).toContainEqual({
      kind: "lock_retry",
      name: "functions, attachments",
      attempt: 1,
      attempts: 10,
    });
  });
});
