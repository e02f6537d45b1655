import type { Pool, PoolClient } from "pg";

const ignoreError = (): void => undefined;

/** Does work on one connection of the pool, and gives it back; one that breaks fails the work and nothing else. */
export async function withClient<Result>(
  pool: Pick<Pool, "connect">,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  client.on("error", ignoreError);
  try {
    return await work(client);
  } finally {
    client.off("error", ignoreError);
    client.release();
  }
}
