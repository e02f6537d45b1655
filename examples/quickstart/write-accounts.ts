import type { Pool } from "pg";
import type { TrafficAccount } from "../../testing/traffic/traffic-accounts.ts";

/** Creates the host's table of accounts, which Headcount takes the visitors' names from. */
export async function writeAccounts(
  pool: Pool,
  accounts: readonly TrafficAccount[],
): Promise<void> {
  await pool.query(
    "create table accounts (id uuid primary key, username text not null, first_name text, last_name text)",
  );
  await pool.query(
    "insert into accounts select * from json_populate_recordset(null::accounts, $1)",
    [JSON.stringify(accounts)],
  );
}
