import { Client } from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { findPostgresBinaries } from "../../../../../testing/postgres/postgres-binaries.ts";
import { startPostgres } from "../../../../../testing/postgres/start-postgres.ts";
import { testSearchPath } from "../../../../../testing/postgres/test-search-path.ts";
import { migrate } from "../../../src/migrate.ts";

const addView =
  "insert into page_views (entity_type, session_id, viewed_at) values ('home', gen_random_uuid(), now())";

async function countOf(database: Pick<Client, "query">, from: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::int as count from ${from}`,
  );
  return rows[0]?.count ?? -1;
}

test("what a replica session writes is not captured, unless the triggers are set to fire always", async () => {
  await using database = await createInstalledDatabase("replica session");
  const client = await database.pool.connect();
  try {
    await client.query("set session_replication_role = replica");
    await client.query(addView);
    expect(await countOf(client, "page_view_changes")).toBe(0);
    const { rows } = await client.query("select differences::int from verify_rollups_step()");
    expect(rows).toEqual([{ differences: expect.any(Number) }]);
    expect(rows).not.toEqual([{ differences: 0 }]);
    await client.query("alter table page_views enable always trigger headcount_capture_insert");
    await client.query(addView);
    expect(await countOf(client, "page_view_changes")).toBe(1);
  } finally {
    client.release(true);
  }
});

// a server of one's own can take the place of the npm packages where they do not exist
describe.runIf(findPostgresBinaries(18))("on a subscriber of logical replication", () => {
  test("what arrives is not captured, not even by triggers that fire always, and a rebuild reads it", async () => {
    const server = await startPostgres({
      settings: { wal_level: "logical", search_path: testSearchPath },
    });
    onTestFinished(server.stop);
    const connect = async (name: string): Promise<Client> => {
      const client = new Client({ connectionString: server.url.replace(/postgres$/, name) });
      client.on("error", () => undefined);
      await client.connect();
      onTestFinished(() => client.end());
      return client;
    };
    const first = await connect("postgres");
    await first.query("create database subscriber");
    const publisher = first;
    const subscriber = await connect("subscriber");
    const table = `create table page_views (id uuid primary key default gen_random_uuid(), entity_type text, entity_id uuid,
      account_id uuid, session_id uuid, viewed_at timestamptz, referrer_url text, time_on_page int)`;
    await publisher.query(`${table}; create publication views for table page_views`);
    await publisher.query("select pg_create_logical_replication_slot('views', 'pgoutput')");
    await subscriber.query(table);
    await migrate({ pool: poolOf(subscriber) });
    await subscriber.query(
      `create subscription views connection '${server.url}' publication views with (create_slot = false, slot_name = 'views', copy_data = false)`,
    );
    onTestFinished(async () => {
      await subscriber.query("alter subscription views disable");
      await subscriber.query("alter subscription views set (slot_name = none)");
      // its slot ends with the server
      await subscriber.query("drop subscription views");
    });

    await publisher.query(addView);
    await expect.poll(() => countOf(subscriber, "page_views")).toBe(1);
    expect(await countOf(subscriber, "page_view_changes")).toBe(0);
    await subscriber.query("alter table page_views enable always trigger headcount_capture_insert");
    await publisher.query(addView);
    await expect.poll(() => countOf(subscriber, "page_views")).toBe(2);
    expect(await countOf(subscriber, "page_view_changes")).toBe(0);

    await subscriber.query("select aggregate_page_views(null, null)");
    const { rows } = await subscriber.query(
      "select sum(total_views)::int as views from analytics_aggregates where hour is null",
    );
    expect(rows).toEqual([{ views: 2 }]);
  });
});

/** One connection as a pool that is never emptied. */
function poolOf(client: Client) {
  return { connect: async () => ({ query: client.query.bind(client), release: () => undefined }) };
}
