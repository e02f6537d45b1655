import { Client, escapeIdentifier, Pool } from "pg";
import { runOn } from "../postgres/run-on.ts";

export interface ClusterDatabaseToOpen {
  /** Of the coordinator, as a superuser. */
  coordinatorUrl: string;
  name: string;
  /** Over how many shards tables are spread. */
  shards: number;
  /** On how many of the cluster's workers. @default all */
  workers?: number | undefined;
  /** Of all its connections. */
  timeZone: string;
}

/** A database that is on the coordinator and on workers, and gone when it is disposed of. */
export interface ClusterDatabase extends AsyncDisposable {
  url: string;
  pool: Pool;
  /** Closes the pool and removes the database, even while others are connected. */
  drop(): Promise<void>;
}

interface Node {
  host: string;
  port: number;
}

/** Makes an empty database on the coordinator and on workers, which alone have shards. */
export async function openClusterDatabase({
  coordinatorUrl,
  name,
  shards,
  workers,
  timeZone,
}: ClusterDatabaseToOpen): Promise<ClusterDatabase> {
  const url = new URL(coordinatorUrl);
  const nodes = (await nodesOf(url)).slice(0, workers);
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
  // a connection that is ended on purpose must not end the process
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
        `alter database ${escapeIdentifier(name)} set timezone to '${timeZone}'`,
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
