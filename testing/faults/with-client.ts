import type { Pool, PoolClient } from "pg";

/** Does work on one connection of the pool, and gives it back. */
export async function withClient<Result>(
  pool: Pick<Pool, "connect">,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}
