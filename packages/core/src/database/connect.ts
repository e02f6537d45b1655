import { Kysely, PostgresDialect, type PostgresPool } from "kysely";
import { Pool } from "pg";
import { AnalyticsError } from "../errors.ts";
import { defaultSchema } from "./default-schema.ts";
import { type Installation, readInstallation } from "./installation.ts";
import { preparePool } from "./prepare-pool.ts";
import { type QueryEvent, QueryObserver } from "./query-observer.ts";
import { untilAborted } from "./until-aborted.ts";

/** A Kysely instance of the host's, whatever its tables: with the dialect for pg, for postgres.js or for PGlite. */
export interface HostKysely {
  withoutPlugins(): object;
  readonly isTransaction: boolean;
}

interface SharedOptions {
  schema?: string | undefined;
  /**
   * Called after each statement, for logs and traces: what was asked, how long it took, and how many rows came, without values.
   * What it throws is ignored.
   */
  onQuery?: ((event: QueryEvent) => void) | undefined;
}

export type ConnectionOptions = SharedOptions &
  (
    | { pool: PostgresPool; db?: never; connectionString?: never }
    | { db: HostKysely; pool?: never; connectionString?: never }
    | { connectionString: string; pool?: never; db?: never }
  );

/** The connection to one installation of Headcount. */
export interface Connection {
  /**
   * Compiles and runs statements. What is asked are functions of the database, which have no types here: each query says
   * what its rows are, and casts what it selects, so that no answer depends on the type parsers of the host.
   */
  db: Kysely<unknown>;
  schema: string;
  /**
   * What the database says about itself: read once, and again after it was forgotten.
   *
   * @throws {AnalyticsError} `closed` after closing
   */
  installation(options?: { signal?: AbortSignal | undefined }): Promise<Installation>;
  forgetInstallation(): void;
  /** Aborted by closing: work in the background ends with it. */
  closing: AbortSignal;
  /** Ends the connection: closes what was opened here, and nothing of the host's. */
  close(): Promise<void>;
}

export function connect(options: ConnectionOptions): Connection {
  const { schema = defaultSchema, onQuery } = options;
  const opened = open(options);
  const { host } = opened;
  const observed = onQuery === undefined ? host : host.withPlugin(new QueryObserver(onQuery));
  const db = observed.withSchema(schema);

  const closing = new AbortController();
  const close = (): Promise<void> => {
    closing.abort();
    return opened.close();
  };

  let reading: Promise<Installation> | undefined;
  const forgetInstallation = (): void => {
    reading = undefined;
  };
  const installation: Connection["installation"] = async ({ signal } = {}) => {
    if (closing.signal.aborted) {
      throw new AnalyticsError("closed", "This client is closed: make a new AnalyticsClient.");
    }
    // Shared by all calls, so a caller who aborts stops waiting for it and does not cancel it.
    reading ??= readInstallation({ db, schema }).catch((error: unknown) => {
      forgetInstallation();
      throw error;
    });
    return untilAborted({ work: reading, signal });
  };
  return { db, schema, installation, forgetInstallation, closing: closing.signal, close };
}

interface Opened {
  host: Kysely<unknown>;
  close(): Promise<void>;
}

function open({ pool, db, connectionString }: ConnectionOptions): Opened {
  if (db !== undefined) {
    // Plugins of the host (camel case, say) would rename the columns of our answers.
    return { host: db.withoutPlugins() as Kysely<unknown>, close: closeNothing };
  }
  if (pool !== undefined) {
    return { host: kyselyOn(pool), close: closeNothing };
  }
  // Nobody waits for its idle connections: a program that forgets to close the client ends all the same.
  const ownPool = new Pool({ connectionString, allowExitOnIdle: true });
  // The server may end an idle connection at any time; the pool replaces it, and the process must not die of it.
  ownPool.on("error", () => undefined);
  let ended: Promise<void> | undefined;
  const close = (): Promise<void> => {
    ended ??= ownPool.end();
    return ended;
  };
  return { host: kyselyOn(ownPool), close };
}

function kyselyOn(pool: PostgresPool): Kysely<unknown> {
  return new Kysely({ dialect: new PostgresDialect({ pool: preparePool(pool) }) });
}

async function closeNothing(): Promise<void> {}
