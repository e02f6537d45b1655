import type { PostgresClient, PostgresPool, PostgresPoolClient } from "kysely";

type PostgresClientConstructor = NonNullable<PostgresPool["Client"]>;

interface Emitter {
  on(event: "error", listener: () => void): unknown;
  off(event: "error", listener: () => void): unknown;
}

/**
 * The same pool, with a listener for the errors of its connections. One that the server ends while it is lent rejects its
 * statement, and emits an error as well: without a listener that would end the host's process.
 */
export function ignorePoolErrors(pool: PostgresPool): PostgresPool {
  const { Client } = pool;
  return {
    // for a connection beside the pool, by which a statement is cancelled
    ...(Client && { Client: ignoringClient(Client) }),
    options: pool.options,
    async connect() {
      return ignoreUntilReleased(await pool.connect());
    },
    end: () => pool.end(),
  };
}

function ignoringClient(Client: PostgresClientConstructor): PostgresClientConstructor {
  return new Proxy(Client, {
    construct(target, options, newTarget) {
      const client = Reflect.construct(target, options, newTarget) as PostgresClient;
      if (isEmitter(client)) client.on("error", ignore);
      return client;
    },
  });
}

function ignoreUntilReleased(client: PostgresPoolClient): PostgresPoolClient {
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

function isEmitter<AnyClient extends object>(client: AnyClient): client is AnyClient & Emitter {
  return "on" in client && "off" in client;
}

function ignore(): void {}
