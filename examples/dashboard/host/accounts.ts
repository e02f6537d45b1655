import type { Pool } from "pg";

/** Somebody who can sign in. */
export interface User {
  id: string;
  name: string;
  plan: "free" | "pro";
}

/** Finds an account by its id, or none. */
export async function findUser(pool: Pool, id: string): Promise<User | undefined> {
  const { rows } = await pool.query<User>(
    `select id, concat_ws(' ', first_name, last_name) as name, plan
     from accounts
     where id = $1`,
    [id],
  );
  return rows[0];
}
