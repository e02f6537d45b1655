import type { PostgresPool, PostgresPoolClient } from "kysely";

interface Emitter {
  on(event: "error", listener: () => void): unknown;
  off(event: "error", listener: () => void): unknown;
}

/**
 * The same pool, for a driver that does not listen: a connection that the server ends while it is lent rejects its
 * statement and emits an error as well, and unheard that would end the host's process.
 */
export function hearLostConnections(pool: PostgresPool): PostgresPool {
  const { Client } = pool;
  return {
    // for a connection beside the pool, by which a statement is cancelled
    ...(Client && { Client }),
    options: pool.options,
    async connect() {
      return hearUntilReleased(await pool.connect());
    },
    end: () => pool.end(),
  };
}

function hearUntilReleased(client: PostgresPoolClient): PostgresPoolClient {
  if (!isEmitter(client)) return client;
  // the pool gives it a new release with every loan
  const release = client.release.bind(client);
  client.on("error", ignore);
  client.release = (destroy) => {
    client.off("error", ignore);
    release(destroy);
  };
  return client;
}

function isEmitter(client: PostgresPoolClient): client is PostgresPoolClient & Emitter {
  return "on" in client && "off" in client;
}

function ignore(): void {}
