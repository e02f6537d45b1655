import { join } from "node:path";
import { Pool } from "pg";
import { startPostgres } from "../../../testing/postgres/start-postgres.ts";

/** The database of the app, open until it is disposed of; its rows stay. */
export interface AppDatabase extends AsyncDisposable {
  pool: Pool;
}

export interface OpenDatabaseOptions {
  /** One's own; without it, a PostgreSQL is started on a folder in `directory`. */
  url: string | undefined;
  directory: string;
}

/** Opens the database that there is, or starts one that remembers. */
export async function openDatabase({ url, directory }: OpenDatabaseOptions): Promise<AppDatabase> {
  const server =
    url === undefined
      ? await startPostgres({ dataDirectory: join(directory, "postgres") })
      : undefined;
  const pool = new Pool({ connectionString: url ?? server?.url });
  // a connection that ends while it is idle is replaced by the next query
  pool.on("error", () => undefined);
  return {
    pool,
    async [Symbol.asyncDispose]() {
      await pool.end();
      await server?.stop();
    },
  };
}
