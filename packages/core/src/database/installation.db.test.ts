import { expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import { createTestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import { requiredFunctions } from "../generated/required-functions.ts";

const question = { entity_type: "listing", entity_id: null };

test("without an installation the error names the schema and the command", async () => {
  await using database = await createTestDatabase("nothing installed");
  const analytics = new AnalyticsClient({ pool: database.pool, schema: 'My "odd" Schema' });
  await expect(analytics.getTimeSeries(question)).rejects.toMatchObject({
    code: "schema_missing",
    message:
      'Headcount is not installed in schema "My \\"odd\\" Schema" of this database. ' +
      "Run: npx @headcount/migrations up --schema 'My \"odd\" Schema'",
  });
});

const alterFunctionsRow = (changes: string): string =>
  `update headcount_migrations set ${changes} where kind = 'functions'`;

test("older functions give an error with both versions and the command, also when tables lack", async () => {
  await using database = await createInstalledDatabase("old schema");
  await database.pool.query(
    alterFunctionsRow("version = 0, library_version = '0.0.0-old', checksum = 'other'"),
  );
  const expected = {
    code: "schema_out_of_date",
    message: `Schema "headcount" is at version 0.0.0-old, and this client needs ${requiredFunctions.library_version}. Run: npx @headcount/migrations up`,
  };
  const analytics = new AnalyticsClient({ pool: database.pool });
  await expect(analytics.getVisitors(question)).rejects.toMatchObject(expected);
  await database.pool.query("drop table analytics_settings cascade");
  await expect(analytics.getVisitors(question)).rejects.toMatchObject(expected);
});

test("functions of an older release are fine when they are the same", async () => {
  await using database = await createInstalledDatabase("same functions");
  await database.pool.query(alterFunctionsRow("version = 0"));
  const analytics = new AnalyticsClient({ pool: database.pool });
  await expect(analytics.aggregate()).resolves.toMatchObject({ folded_changes: 0 });
});

test("a layout that was never released gives one sentence", async () => {
  await using database = await createInstalledDatabase("old layout");
  await database.pool.query("alter table headcount_migrations drop column kind");
  const analytics = new AnalyticsClient({ pool: database.pool });
  await expect(analytics.aggregate()).rejects.toMatchObject({
    code: "schema_out_of_date",
    message: expect.stringMatching(/Take it out .* install anew: npx @headcount\/migrations up$/),
  });
});

test("a newer schema is not refused, and a refusal is not remembered", async () => {
  await using database = await createInstalledDatabase("new schema");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query("update analytics_settings set history_complete = false");
  await expect(analytics.aggregate()).rejects.toMatchObject({
    code: "schema_out_of_date",
    message: expect.stringMatching(/not yet all in the rollups.* npx @headcount\/migrations up$/),
  });
  await pool.query("update analytics_settings set history_complete = true");
  await pool.query(alterFunctionsRow("version = version + 1000, checksum = 'other'"));
  await expect(analytics.aggregate()).resolves.toMatchObject({ folded_changes: 0 });
});

test("a zone that the server does not know has a code of its own", async () => {
  await using database = await createInstalledDatabase("unknown zone");
  await database.pool.query("update analytics_settings set time_zone = 'Mars/Olympus'");
  const analytics = new AnalyticsClient({ pool: database.pool });
  await expect(analytics.getTimeSeries(question)).rejects.toMatchObject({
    code: "unknown_time_zone",
  });
});

test("page views that were dropped are named, and no command that would not help", async () => {
  await using database = await createInstalledDatabase("no page views");
  await database.pool.query("drop table page_views cascade");
  const analytics = new AnalyticsClient({ pool: database.pool });
  await expect(analytics.getTimeSeries(question)).rejects.toMatchObject({
    code: "schema_missing",
    message: expect.stringMatching(/^The table of page views .* "headcount" .* was dropped\. Take/),
  });
});

test("an unreachable server is an error of the database, with its cause", async () => {
  await using analytics = new AnalyticsClient({ connectionString: "postgres://localhost:1/none" });
  await expect(analytics.getTimeSeries(question)).rejects.toMatchObject({
    code: "database",
    message: expect.stringMatching(/^The database could not be reached: .*ECONNREFUSED.*\.$/),
    cause: expect.objectContaining({ code: "ECONNREFUSED" }),
  });
});
