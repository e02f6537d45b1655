import type { PostgresPool, PostgresPoolClient } from "kysely";
import { type CancelKey, sendCancelRequest } from "./send-cancel-request.ts";

type PostgresClientConstructor = NonNullable<PostgresPool["Client"]>;

interface Emitter {
  on(event: "error", listener: () => void): unknown;
  off(event: "error", listener: () => void): unknown;
}

/**
 * The same pool, whose connections can be cancelled through a pooler too, and whose errors have a listener: a connection that
 * the server ends while it is lent rejects its statement and emits an error as well, which would end the host's process.
 */
export function preparePool(pool: PostgresPool): PostgresPool {
  const { Client } = pool;
  const lent = new Set<PostgresPoolClient>();
  return {
    ...(Client && { Client: cancellingClient(Client, lent) }),
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      lent.add(client);
      return prepareUntilReleased(client, () => lent.delete(client));
    },
    end: () => pool.end(),
  };
}

function prepareUntilReleased(
  client: PostgresPoolClient,
  onRelease: () => void,
): PostgresPoolClient {
  // the pool gives it a new release with every loan
  const release = client.release.bind(client);
  const emitter = isEmitter(client) ? client : undefined;
  emitter?.on("error", ignore);
  client.release = (destroy) => {
    onRelease();
    emitter?.off("error", ignore);
    release(destroy);
  };
  return client;
}

/**
 * The connection beside the pool by which Kysely cancels a statement. It sends `select pg_cancel_backend(…)` with the number that
 * the connection was given at its start, and a pooler gives one of its own, which may be another's on the server: a cancel
 * request takes its place, which needs no login either.
 */
function cancellingClient(
  Client: PostgresClientConstructor,
  lent: ReadonlySet<PostgresPoolClient>,
): PostgresClientConstructor {
  class CancellingClient {
    readonly #options: unknown;

    constructor(options: unknown) {
      this.#options = options;
    }

    async connect(): Promise<this> {
      return this;
    }

    async query(statement: string): Promise<unknown> {
      const key = cancelKey(statement, lent);
      if (key !== undefined) return sendCancelRequest(key);
      // pg-native keeps its key to itself
      const client = new Client(this.#options);
      if (isEmitter(client)) client.on("error", ignore);
      try {
        await client.connect();
        return await client.query(statement, []);
      } finally {
        client.end();
      }
    }

    end(): void {}
  }
  return CancellingClient as unknown as PostgresClientConstructor;
}

/** What pg keeps beside what its types say. */
interface KeyOfPg {
  host?: unknown;
  port?: unknown;
  processID?: unknown;
  secretKey?: unknown;
}

/** The key is a property of pg's connections that its types leave out. */
function cancelKey(
  statement: string,
  lent: ReadonlySet<PostgresPoolClient>,
): CancelKey | undefined {
  // that of a pooler is any 32 bits, which pg reads as a signed number
  const [, number] = /pg_cancel_backend\((-?\d+)\)/.exec(statement) ?? [];
  const client = [...lent].find(({ processID }) => processID === Number(number));
  const { host, port, processID, secretKey } = (client ?? {}) as KeyOfPg;
  return typeof host === "string" &&
    typeof port === "number" &&
    typeof processID === "number" &&
    typeof secretKey === "number"
    ? { host, port, processId: processID, secretKey }
    : undefined;
}

function isEmitter<AnyClient extends object>(client: AnyClient): client is AnyClient & Emitter {
  return "on" in client && "off" in client;
}

function ignore(): void {}
