import { migrate } from "@headcount/migrations";
import { Pool } from "pg";
import { expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import { createTestDatabase, type TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import { isAnalyticsError } from "../errors.ts";

const question = { entity_type: "listing", entity_id: null };
const schema = 'My "odd" Schema';

interface RoleToConnectAs {
  database: TestDatabase;
  use: (connected: { analytics: AnalyticsClient; role: string }) => Promise<void>;
}

async function asNewRole({ database, use }: RoleToConnectAs): Promise<void> {
  const role = `connecting_${crypto.randomUUID().replaceAll("-", "")}`;
  await database.pool.query(`create role ${role} login`);
  const url = new URL(database.url);
  url.username = role;
  const pool = new Pool({ connectionString: url.href });
  pool.on("error", () => undefined);
  try {
    await use({ analytics: new AnalyticsClient({ pool, schema }), role });
  } finally {
    await pool.end();
    await database.pool.query(`drop owned by ${role}; drop role ${role}`);
  }
}

test("a role without rights that runs the grants of the messages, one by one, can read", async () => {
  await using database = await createTestDatabase("grants to read");
  await database.pool.query(
    `create table "Odd ""Views""" (id uuid primary key default gen_random_uuid(), entity_type text, entity_id uuid,
       account_id uuid, session_id uuid, viewed_at timestamptz default now())`,
  );
  await migrate({ pool: database.pool, schema, pageViews: '"Odd ""Views"""' });
  const granted: string[] = [];
  await asNewRole({
    database,
    use: async ({ analytics, role }) => {
      const read = async (): Promise<string | undefined> => {
        try {
          await analytics.getTimeSeries(question);
          await analytics.getVisitors(question);
          return undefined;
        } catch (error) {
          if (!isAnalyticsError(error)) throw error;
          return (
            /Run: (GRANT .*) TO the role that connects;/.exec(error.message)?.[1] ?? error.message
          );
        }
      };
      for (let grant = await read(); grant !== undefined; grant = await read()) {
        expect(granted).not.toContain(grant);
        granted.push(grant);
        await database.pool.query(`${grant} to ${role}`);
      }
    },
  });
  expect(granted).toContain('GRANT SELECT ON "My ""odd"" Schema"."analytics_accounts"');
  expect(granted).toContain('GRANT SELECT ON "public"."Odd ""Views"""');
});

test("a role that may read and not fold reads which part of the documentation to follow", async () => {
  await using database = await createTestDatabase("grants to fold");
  await migrate({ pool: database.pool, schema });
  await asNewRole({
    database,
    use: async ({ analytics, role }) => {
      const ours = '"My ""odd"" Schema"';
      await database.pool.query(
        `grant usage on schema ${ours} to ${role}; grant select on all tables in schema public, ${ours} to ${role}`,
      );
      const range = { date_from: "2026-01-01", date_to: "2026-01-31" };
      await expect(analytics.rebuild(range)).rejects.toMatchObject({
        code: "database",
        message:
          "The database answered: permission denied for table analytics_slots. " +
          "Grant the role that connects what it lacks: docs/installing.md lists all grants of the role that folds and rebuilds.",
        cause: expect.objectContaining({ code: "42501" }) as unknown,
      });
    },
  });
});

test("a table of page views that gets another name is read as before", async () => {
  await using database = await createInstalledDatabase("renamed");
  const { pool } = database;
  await pool.query(
    "insert into page_views (entity_type, session_id) values ('listing', gen_random_uuid())",
  );
  const analytics = new AnalyticsClient({ pool });
  await analytics.aggregate();
  const { data } = await analytics.getVisitors(question);
  await pool.query("alter table page_views rename to visits");
  expect((await analytics.getVisitors(question)).data).toEqual(data);
});
