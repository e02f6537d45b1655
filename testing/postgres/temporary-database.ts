import { randomBytes } from "node:crypto";
import { escapeIdentifier, Pool } from "pg";
import { runOn } from "./run-on.ts";
import { startPostgres } from "./start-postgres.ts";

/** An empty database that is gone when it is disposed of. */
export interface TemporaryDatabase extends AsyncDisposable {
  pool: Pool;
}

export interface TemporaryDatabaseOptions {
  /** A word for the name of the database. */
  purpose: string;
  /** Of a server on which databases may be created; without it, a server is started in a temporary folder. */
  serverUrl: string | undefined;
  /** Settings of the server that is started. */
  settings?: Record<string, string | number>;
}

/** Makes an empty database on the server there is, or on one of its own. */
export async function openTemporaryDatabase({
  purpose,
  serverUrl,
  settings = {},
}: TemporaryDatabaseOptions): Promise<TemporaryDatabase> {
  const { url, remove } = await (serverUrl === undefined
    ? embedded(settings)
    : temporaryOn(serverUrl, purpose));
  const pool = new Pool({ connectionString: url });
  // the server ends while connections are idle: that is not a reason to fail
  pool.on("error", () => undefined);
  return {
    pool,
    async [Symbol.asyncDispose]() {
      await pool.end();
      await remove();
    },
  };
}

interface Removable {
  url: string;
  remove: () => Promise<void>;
}

async function embedded(settings: Record<string, string | number>): Promise<Removable> {
  // takes care of Ctrl-C itself
  const server = await startPostgres({ settings });
  return { url: server.url, remove: server.stop };
}

async function temporaryOn(serverUrl: string, purpose: string): Promise<Removable> {
  const name = `headcount_${purpose}_${randomBytes(4).toString("hex")}`;
  try {
    await runOn(serverUrl, `create database ${escapeIdentifier(name)}`);
  } catch (cause) {
    throw new Error(
      `The server of HEADCOUNT_TEST_DATABASE_URL gave no database (${reasonOf(cause)}): check its address, and that its user may create databases.`,
      { cause },
    );
  }
  const url = new URL(serverUrl);
  url.pathname = name;

  const drop = (): Promise<void> =>
    runOn(serverUrl, `drop database if exists ${escapeIdentifier(name)} with (force)`);
  const onSignal = (): void => {
    void drop().finally(() => process.exit(130));
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, onSignal);
  return {
    url: url.href,
    async remove() {
      await drop();
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

// a host with several addresses that all refuse gives an error without a message, but with a code
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ("code" in error ? String(error.code) : error.name);
}
