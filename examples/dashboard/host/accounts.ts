import type { Pool } from "pg";

/** Somebody who can sign in. */
export interface User {
  id: string;
  name: string;
  plan: "free" | "pro";
  /** Whether they run this host: owning pages is no reason to prune and erase what is stored of everybody. */
  is_operator: boolean;
}

/** Finds an account by its id, or none. */
export async function findUser(pool: Pool, id: string): Promise<User | undefined> {
  const { rows } = await pool.query<User>(
    `select id, concat_ws(' ', first_name, last_name) as name, plan, is_operator
     from accounts
     where id = $1`,
    [id],
  );
  return rows[0];
}

/** All accounts by their names. With more of them than a menu holds, a real app searches. */
export async function listAccounts(pool: Pool): Promise<Pick<User, "id" | "name">[]> {
  const { rows } = await pool.query<Pick<User, "id" | "name">>(
    `select id, concat_ws(' ', first_name, last_name) as name
     from accounts
     order by name, id`,
  );
  return rows;
}
