import { spawnSync } from "node:child_process";
import { AnalyticsClient } from "@headcount/core";
import { checkInstallation, migrate } from "@headcount/migrations";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { installOracle } from "../oracle/install-oracle.ts";
import { findPostgresBinaries } from "../postgres/postgres-binaries.ts";
import type { PostgresMajor } from "../postgres/postgres-major.ts";
import { startPostgres } from "../postgres/start-postgres.ts";
import { testSearchPath } from "../postgres/test-search-path.ts";
import { createTestDatabase } from "../test-database.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews, writeSomething } from "./host-writes.ts";
import { withClient } from "./with-client.ts";

const dumpedMajor = 15;

/** Why this machine cannot try it, if so. */
function reasonToSkip(major: PostgresMajor): string | undefined {
  const { status, stdout } = spawnSync("pg_dump", ["--version"], { encoding: "utf8" });
  if (status !== 0) return "there is no pg_dump (Debian: apt-get install postgresql-client)";
  const version = Number(/(\d+)/.exec(stdout)?.[1]);
  if (version < dumpedMajor)
    return `pg_dump is of PostgreSQL ${version}, and ${dumpedMajor} is needed`;
  if (findPostgresBinaries(major) === undefined) return `PostgreSQL ${major} is not installed`;
  return undefined;
}

let oldest: Server;

beforeAll(async () => {
  if (reasonToSkip(dumpedMajor) === undefined) oldest = await startServer(dumpedMajor);
});

afterAll(() => oldest?.stop());

test.for([15, 18] as const)(
  "a dump of PostgreSQL 15 restored into PostgreSQL %i goes on where it was",
  { timeout: 900_000 },
  async (major, { skip }) => {
    const reason = reasonToSkip(major);
    if (reason !== undefined) {
      process.stdout.write(`No dump into PostgreSQL ${major} is tried: ${reason}\n`);
      return skip();
    }
    await using newest = major === dumpedMajor ? undefined : await startServer(major);
    await using source = await createInstalledDatabase("dumped", {
      serverUrl: oldest.url,
      timeZone: "Europe/Berlin",
    });
    await createRandomViews(source.pool);
    await addRandomViews(source.pool, 500);
    await new AnalyticsClient({ pool: source.pool }).aggregate();
    // pending when it is dumped
    await withClient(source.pool, async (client) => {
      for (let n = 0; n < 50; n++) await writeSomething(client);
    });

    await using target = await createTestDatabase("restored", (newest ?? oldest).url);
    const dump = run("pg_dump", ["--no-owner", source.url]);
    run("psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", target.url], dump);

    const { pool } = target;
    expect((await checkInstallation({ pool })).faults).toEqual([]);
    const pending = "select count(*)::int as pending from page_view_changes";
    expect((await pool.query(pending)).rows).toEqual((await source.pool.query(pending)).rows);
    expect(await findDifferences(pool)).toEqual([]);
    await withClient(pool, async (client) => {
      for (let n = 0; n < 50; n++) await writeSomething(client);
    });
    expect(await findDifferences(pool)).toEqual([]);
  },
);

test("a dump of data alone that is restored with the triggers on loses no page view, and is right again by the advice of status", async ({
  skip,
}) => {
  const reason = reasonToSkip(dumpedMajor);
  if (reason !== undefined) {
    process.stdout.write(`No dump of data alone is tried: ${reason}\n`);
    return skip();
  }
  await using source = await createInstalledDatabase("dumped", { serverUrl: oldest.url });
  await createRandomViews(source.pool);
  await addRandomViews(source.pool, 200);
  await new AnalyticsClient({ pool: source.pool }).aggregate();
  // pending when it is dumped: their numbers in the queue are those that capture gives while they are restored
  await addRandomViews(source.pool, 50);

  // into the schema of a dump, which has no settings before those of the dump
  await using bare = await createTestDatabase("bare", oldest.url);
  const copy = (part: string): unknown =>
    run("psql", ["--no-psqlrc", "--quiet", bare.url], run("pg_dump", [part, source.url]));
  copy("--schema-only");
  await expect(migrate({ pool: bare.pool })).rejects.toThrow("Restore the data, or take them out");
  copy("--data-only");
  const restored = new AnalyticsClient({ pool: bare.pool });
  const [fault] = (await restored.getStatus()).capture.faults;
  await bare.pool.query(fault?.fix ?? "");
  expect((await restored.getStatus()).capture).toEqual({ on: true, faults: [] });
  expect((await restored.verify()).differences).toBe(0);

  await using target = await createInstalledDatabase("restored", { serverUrl: oldest.url });
  const { pool } = target;
  await createRandomViews(pool);
  await pool.query("truncate page_views");
  // settings and secrets are there already, and psql goes on
  spawnSync("psql", ["--no-psqlrc", "--quiet", target.url], {
    input: run("pg_dump", ["--data-only", source.url]),
  });
  expect((await pool.query("select count(*)::int as views from page_views")).rows).toEqual([
    { views: 250 },
  ]);
  // the dump has put the sequence back, so that numbers are given twice
  await addRandomViews(pool, 50);
  const analytics = new AnalyticsClient({ pool });
  await analytics.aggregate();
  const { faults } = (await analytics.getStatus()).capture;
  expect(faults).toMatchObject([{ problem: expect.stringContaining("restoring a dump") }]);

  await pool.query(faults[0]?.fix ?? "");
  expect((await analytics.getStatus()).capture).toEqual({ on: true, faults: [] });
  expect(await findDifferences(pool)).toEqual([]);
});

test("of the host's tables alone and of ours alone, each restored, all numbers come back", async ({
  skip,
}) => {
  const reason = reasonToSkip(dumpedMajor);
  if (reason !== undefined) {
    process.stdout.write(`No dump of a part is tried: ${reason}\n`);
    return skip();
  }
  await using source = await createInstalledDatabase("dumped", { serverUrl: oldest.url });
  await createRandomViews(source.pool);
  await addRandomViews(source.pool, 150);
  await new AnalyticsClient({ pool: source.pool }).aggregate();
  await addRandomViews(source.pool, 20);
  const ours = run("pg_dump", ["--no-owner", "--schema=headcount", source.url]);
  // between the two
  await addRandomViews(source.pool, 30);
  const hosts = run("pg_dump", ["--no-owner", "--exclude-schema=(headcount|oracle)", source.url]);
  const restoreHosts = (url: string): void => {
    const { stderr } = spawnSync("psql", ["--no-psqlrc", "--quiet", url], {
      encoding: "utf8",
      input: hosts,
    });
    expect(stderr.match(/ERROR.*/g)).toEqual(
      Array.from({ length: 4 }, () => 'ERROR:  schema "headcount" does not exist'),
    );
  };

  await using withoutOurs = await createTestDatabase("without ours", oldest.url);
  restoreHosts(withoutOurs.url);
  await migrate({ pool: withoutOurs.pool });
  await installOracle({ pool: withoutOurs.pool, ...idTypes });
  expect(await compareRollups(withoutOurs.pool)).toEqual([]);

  await using both = await createTestDatabase("both parts", oldest.url);
  const { url, pool } = both;
  restoreHosts(url);
  run("psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", url], ours);
  await installOracle({ pool, ...idTypes });
  const analytics = new AnalyticsClient({ pool });
  const { faults } = (await analytics.getStatus()).capture;
  expect(faults).toHaveLength(4);
  for (const { fix } of faults) await pool.query(fix);
  expect((await analytics.getStatus()).capture).toEqual({ on: true, faults: [] });
  await addRandomViews(pool, 20);
  await analytics.aggregate();
  expect(await compareRollups(pool)).toEqual([]);
});

const idTypes = { timeZone: "UTC", visitorIdType: "uuid", entityIdType: "uuid" } as const;

interface Server extends AsyncDisposable {
  url: string;
  stop: () => Promise<void>;
}

async function startServer(major: PostgresMajor): Promise<Server> {
  const { url, stop } = await startPostgres({ major, settings: { search_path: testSearchPath } });
  return { url, stop, [Symbol.asyncDispose]: stop };
}

function run(program: string, options: string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(program, options, {
    encoding: "utf8",
    input,
    maxBuffer: 1024 ** 3,
  });
  expect(`${status} ${stderr}`).toBe("0 ");
  return stdout;
}
