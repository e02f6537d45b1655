import { Client, Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  findPgCron,
  missingPgCronMessage,
  startPgCron,
} from "../../../../testing/postgres/start-pg-cron.ts";
import type { RunningPostgres } from "../../../../testing/postgres/start-postgres.ts";
import { createTestDatabase } from "../../../../testing/test-database.ts";
import { migrate } from "../migrate.ts";
import { scheduleFolding } from "./schedule-folding.ts";
import { unscheduleFolding } from "./unschedule-folding.ts";

const folder = findPgCron();
if (folder === undefined) process.stdout.write(`Skipped: ${missingPgCronMessage}\n`);

describe.runIf(folder)("with a real pg_cron", () => {
  let server: RunningPostgres;
  let pool: Pool;
  const schema = `My "odd" Schema's`;
  const names = [`headcount_fold_${schema}`, `headcount_forget_runs_${schema}`];

  beforeAll(async () => {
    server = await startPgCron(folder ?? "");
    pool = new Pool({ connectionString: server.url });
    pool.on("error", () => undefined);
    await migrate({ pool, schema });
  });

  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  const jobs = async (): Promise<unknown[]> => {
    const { rows } = await pool.query<object>(
      "select jobname, schedule from cron.job order by jobname",
    );
    return rows;
  };

  test("the error says how the extension is installed, and in another database where pg_cron lives", async () => {
    await expect(scheduleFolding({ pool, schema })).rejects.toMatchObject({
      code: "pg_cron_missing",
      message: expect.stringContaining("let a superuser run CREATE EXTENSION pg_cron"),
    });
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query("create database app");
    await client.end();
    const url = new URL(server.url);
    url.pathname = "app";
    const other = new Pool({ connectionString: url.href });
    other.on("error", () => undefined);
    await migrate({ pool: other });
    await expect(scheduleFolding({ pool: other })).rejects.toMatchObject({
      code: "pg_cron_missing",
      message: expect.stringContaining(
        `pg_cron of this server lives in the database "postgres", and this is "app"`,
      ),
    });
    await expect(unscheduleFolding({ pool: other })).rejects.toMatchObject({
      code: "pg_cron_missing",
      message: expect.stringMatching(
        /Connected to "postgres", run\n {2}SELECT cron\.unschedule\('headcount_fold_headcount'\);\n {2}SELECT cron\.unschedule\('headcount_forget_runs_headcount'\);$/,
      ),
    });
    await other.end();
  });

  test("folding is scheduled by name, again and again, and runs", {
    timeout: 180_000,
  }, async () => {
    await pool.query("create extension pg_cron");
    const quoted = `"${schema.replaceAll('"', '""')}"`;
    await pool.query(
      `insert into page_views (entity_type, session_id) select 'home', gen_random_uuid() from generate_series(1, 5)`,
    );
    const scheduled = await scheduleFolding({ pool, schema });
    expect(scheduled.map(({ name }) => name)).toEqual(names);
    expect(await scheduleFolding({ pool, schema })).toEqual(scheduled);
    expect(await jobs()).toEqual([
      { jobname: names[0], schedule: expect.stringMatching(/^(5 seconds|\* \* \* \* \*)$/) },
      { jobname: names[1], schedule: "17 3 * * *" },
    ]);

    await expect
      .poll(
        async () => {
          const { rows } = await pool.query<{ views: number }>(
            `select sum(total_views)::int as views from ${quoted}.analytics_aggregates where hour is null`,
          );
          return rows[0]?.views;
        },
        { timeout: 150_000, interval: 500 },
      )
      .toBe(5);
    const { rows } = await pool.query(
      "select status from cron.job_run_details where status <> 'running' and command like 'CALL%'",
    );
    expect(rows.at(0)).toEqual({ status: "succeeded" });
  });

  test("runs that ended more than a day ago are forgotten, and nobody else's", async () => {
    const [, forget] = await scheduleFolding({ pool, schema });
    await pool.query(`
      select cron.schedule('of the host', '1 1 1 1 *', 'select 1');
      insert into cron.job_run_details (jobid, runid, command, end_time)
      select j.jobid, nextval('cron.runid_seq'), 'old', now() - interval '25 hours' from cron.job j;
      insert into cron.job_run_details (jobid, runid, command, end_time)
      select j.jobid, nextval('cron.runid_seq'), 'new', now() - interval '23 hours' from cron.job j`);
    await pool.query(forget?.command ?? "");
    const { rows } = await pool.query(
      `select j.jobname, d.command from cron.job_run_details d join cron.job j using (jobid)
       where d.command in ('old', 'new') order by 1, 2`,
    );
    expect(rows).toEqual([
      { jobname: names[0], command: "new" },
      { jobname: names[1], command: "new" },
      { jobname: "of the host", command: "new" },
      { jobname: "of the host", command: "old" },
    ]);
  });

  test("unscheduling takes our jobs out, and a second time there is nothing to do", async () => {
    expect(await unscheduleFolding({ pool, schema })).toEqual(names);
    expect(await unscheduleFolding({ pool, schema })).toEqual([]);
    expect(await jobs()).toEqual([expect.objectContaining({ jobname: "of the host" })]);
  });

  test("the role that folds may schedule it with the grants of the documents", async () => {
    await pool.query("create role folder login; grant usage on schema public to folder");
    const quoted = `"${schema.replaceAll('"', '""')}"`;
    await pool.query(`
      grant usage on schema ${quoted} to folder;
      grant select on ${quoted}.headcount_migrations, ${quoted}.analytics_settings to folder`);
    const url = new URL(server.url);
    url.username = "folder";
    const folding = new Pool({ connectionString: url.href });
    // its connections may still be closing when the server stops
    folding.on("error", () => undefined);
    await expect(scheduleFolding({ pool: folding, schema })).rejects.toMatchObject({
      code: "missing_privilege",
      details: { grants: ["GRANT USAGE ON SCHEMA cron TO folder;"] },
    });
    await pool.query("grant usage on schema cron to folder");
    expect(await scheduleFolding({ pool: folding, schema })).toHaveLength(2);
    expect(await unscheduleFolding({ pool: folding, schema })).toEqual(names);
    await folding.end();
  });
});

test("without pg_cron the error says so, and what else there is", async () => {
  await using database = await createTestDatabase("no pg_cron");
  const { pool } = database;
  await expect(scheduleFolding({ pool })).rejects.toMatchObject({ code: "schema_out_of_date" });
  const schema = "counted";
  await migrate({ pool, schema });
  await expect(scheduleFolding({ pool, schema })).rejects.toMatchObject({
    code: "pg_cron_missing",
    message: expect.stringContaining("npx @headcount/migrations aggregate --schema 'counted'"),
  });
  await expect(unscheduleFolding({ pool, schema })).rejects.toMatchObject({
    code: "pg_cron_missing",
    message: expect.stringMatching(
      /^pg_cron is not installed in the database .* nothing is scheduled there\.$/,
    ),
  });
});
