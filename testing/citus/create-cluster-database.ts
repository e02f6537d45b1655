import { randomUUID } from "node:crypto";
import { migrate } from "@headcount/migrations";
import type { Installation } from "../histories/installation.ts";
import type { TestDatabase } from "../test-database.ts";
import { clusterUrl } from "./cluster-url.ts";
import { openClusterDatabase } from "./open-cluster-database.ts";

export type ClusterDatabaseOptions = Omit<Installation, "dates">;

/** Makes a database on all nodes of the cluster, whose tables are spread over so many shards. */
export function createEmptyClusterDatabase(shards = 4): Promise<TestDatabase> {
  return openClusterDatabase({
    coordinatorUrl: clusterUrl ?? "",
    name: `headcount_test_${randomUUID().slice(0, 8)}`,
    shards,
    timeZone: "Asia/Tokyo",
  });
}

/** The same with a host's `page_views`, and Headcount on it. */
export async function createClusterDatabase(
  options: ClusterDatabaseOptions,
): Promise<TestDatabase> {
  const database = await createHostClusterDatabase(options);
  try {
    await migrate({ pool: database.pool, timeZone: options.timeZone });
    return database;
  } catch (error) {
    await database.drop();
    throw error;
  }
}

/** A host's `page_views` that are spread over a cluster, without Headcount. */
export async function createHostClusterDatabase({
  timeZone,
  entityId,
  accountId,
  sessionId,
}: ClusterDatabaseOptions): Promise<TestDatabase> {
  const database = await createEmptyClusterDatabase();
  const { pool } = database;
  try {
    await pool.query(`
      create schema oracle;
      create function oracle.time_zone() returns text language sql immutable return '${timeZone}';
      create function oracle.sealed_before() returns date language sql immutable return '-infinity'::date;
      create table page_views (
        id bigserial,
        entity_type text not null,
        entity_id ${entityId},
        account_id ${accountId},
        session_id ${sessionId},
        viewed_at timestamptz not null default now(),
        referrer_url text,
        time_on_page integer,
        primary key (id, entity_id)
      )`);
    await pool.query("select create_distributed_table('page_views', 'entity_id')");
    return database;
  } catch (error) {
    await database.drop();
    throw error;
  }
}
