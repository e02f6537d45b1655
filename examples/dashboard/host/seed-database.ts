import { AnalyticsClient } from "@headcount/core";
import type { Pool, PoolClient } from "pg";
import type { Traffic } from "../../../testing/traffic/generate-traffic.ts";
import { trackTraffic, trafficCollection } from "../../../testing/traffic/track-traffic.ts";
import { demoUsers, pagesOfJonas } from "./demo-users.ts";

export interface SeedOptions {
  pool: Pool;
  traffic: Traffic;
  /** Called with the number of page views written so far. */
  onProgress?: (written: number) => void;
}

/** Whether there is anything in the database yet. */
export async function isSeeded(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query("select from pages limit 1");
  return rows.length > 0;
}

/** Writes page views, and when all are there people and pages: what was interrupted begins anew. */
export async function seedDatabase({ pool, traffic, onProgress }: SeedOptions): Promise<void> {
  await pool.query("truncate page_views");
  await using analytics = new AnalyticsClient({ pool, collection: trafficCollection });
  const pageViews = traffic.pageViews.map((view) => ({ ...view, owner_id: ownerOf(view) }));
  await trackTraffic({ analytics, pageViews, onProgress });
  const client = await pool.connect();
  try {
    await client.query("begin");
    await writeAccounts(client, traffic);
    await writePages(client, traffic);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

async function writeAccounts(client: PoolClient, { accounts }: Traffic): Promise<void> {
  const visitors = accounts.map((account) => ({ ...account, plan: "free", is_operator: false }));
  const owners = demoUsers.map(({ id, first_name, last_name, plan, is_operator }) => {
    const username = `${first_name}.${last_name}`.toLowerCase();
    return { id, username, first_name, last_name, plan, is_operator };
  });
  await client.query(
    `insert into accounts (id, username, first_name, last_name, plan, is_operator)
     select id, username, first_name, last_name, plan, is_operator
     from json_populate_recordset(null::accounts, $1)`,
    [JSON.stringify([...visitors, ...owners])],
  );
}

async function writePages(client: PoolClient, { entities }: Traffic): Promise<void> {
  const pages = entities.map(({ entity_type, entity_id, name }) => {
    return { entity_type, entity_id, title: name, owner_id: ownerOf({ entity_id }) };
  });
  await client.query(
    `insert into pages (entity_type, entity_id, title, owner_id)
     select entity_type, entity_id, title, owner_id
     from json_populate_recordset(null::pages, $1)`,
    [JSON.stringify(pages)],
  );
}

function ownerOf({ entity_id }: { entity_id: string }): string {
  const [ines, jonas] = demoUsers;
  return pagesOfJonas.includes(entity_id.slice(-4)) ? jonas.id : ines.id;
}
