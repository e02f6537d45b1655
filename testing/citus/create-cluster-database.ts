import { randomUUID } from "node:crypto";
import { migrate } from "@headcount/migrations";
import { Client, escapeIdentifier, Pool } from "pg";
import type { Installation } from "../histories/installation.ts";
import { runOn } from "../postgres/run-on.ts";
import type { TestDatabase } from "../test-database.ts";
import { clusterUrl } from "./cluster-url.ts";

export type ClusterDatabaseOptions = Omit<Installation, "dates">;

interface Node {
  host: string;
  port: number;
}

/** Makes a database on all nodes of the cluster, whose tables are spread over so many shards. */
export async function createEmptyClusterDatabase(shards = 4): Promise<TestDatabase> {
  const url = new URL(clusterUrl ?? "");
  const nodes = await nodesOf(url);
  const name = `headcount_test_${randomUUID().slice(0, 8)}`;
  const urlOn = ({ host, port }: Node, database: string): string => {
    const there = new URL(url);
    there.hostname = host;
    there.port = String(port);
    there.pathname = `/${database}`;
    return there.href;
  };
  const coordinator = { host: url.hostname, port: Number(url.port || 5432) };
  const everywhere = [coordinator, ...nodes];
  const pool = new Pool({ connectionString: urlOn(coordinator, name) });
  // a connection that is ended on purpose must not end the test run
  pool.on("error", () => undefined);
  let dropped: Promise<void> | undefined;
  const drop = (): Promise<void> => {
    dropped ??= closeAndDrop();
    return dropped;
  };
  const closeAndDrop = async (): Promise<void> => {
    if (!pool.ended) await pool.end();
    for (const node of everywhere) {
      await runOn(
        urlOn(node, "postgres"),
        `drop database if exists ${escapeIdentifier(name)} with (force)`,
      );
    }
  };
  try {
    for (const node of everywhere) {
      await runOn(
        urlOn(node, "postgres"),
        `create database ${escapeIdentifier(name)}`,
        `alter database ${escapeIdentifier(name)} set citus.shard_count to ${shards}`,
        `alter database ${escapeIdentifier(name)} set timezone to 'Asia/Tokyo'`,
      );
      await runOn(urlOn(node, name), "create extension citus");
    }
    const { host, port } = coordinator;
    await pool.query("select citus_set_coordinator_host($1, $2)", [host, port]);
    for (const node of nodes) {
      await pool.query("select citus_add_node($1, $2)", [node.host, node.port]);
    }
    await pool.query("select citus_set_node_property($1, $2, 'shouldhaveshards', false)", [
      host,
      port,
    ]);
    return { url: urlOn(coordinator, name), pool, drop, [Symbol.asyncDispose]: drop };
  } catch (error) {
    await drop();
    throw error;
  }
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

async function nodesOf(url: URL): Promise<Node[]> {
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    const { rows } = await client.query<Node>(
      `select nodename::text as host, nodeport as port
       from pg_dist_node where isactive and groupid <> 0 order by nodeport`,
    );
    return rows;
  } finally {
    await client.end();
  }
}
