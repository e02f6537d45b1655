import { Pool, type PoolConfig } from "pg";

/** A pool as a host may have it; give it up before its database goes. */
export function openHostPool(url: string, config: PoolConfig = {}): Pool & AsyncDisposable {
  const pool = new Pool({ connectionString: url, ...config });
  // idle connections only: that those which are lent do not end the process is for the client to see to
  pool.on("error", () => undefined);
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.end() });
}
