import { createHash, randomBytes } from "node:crypto";
import type { Pool } from "pg";
import type { User } from "./accounts.ts";

/** For how long somebody stays signed in at most, in seconds. */
export const maxSignInSeconds: number = 30 * 24 * 60 * 60;

/** Signs an account in, and gives the token that says so until it is ended. The database keeps only its hash. */
export async function beginSignIn(pool: Pool, accountId: string): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await pool.query("delete from sign_ins where expires_at < now()");
  await pool.query(
    `insert into sign_ins (token_hash, account_id, expires_at)
     values ($1, $2, now() + make_interval(secs => $3))`,
    [hashOf(token), accountId, maxSignInSeconds],
  );
  return token;
}

/** Who is signed in by a token, or nobody. */
export async function findSignedIn(pool: Pool, token: string): Promise<User | undefined> {
  const { rows } = await pool.query<User>(
    `select a.id, concat_ws(' ', a.first_name, a.last_name) as name, a.plan, a.is_operator
     from sign_ins s
     join accounts a on a.id = s.account_id
     where s.token_hash = $1 and s.expires_at > now()`,
    [hashOf(token)],
  );
  return rows[0];
}

/** Ends what a token is good for: a copy of it is of no use either. */
export async function endSignIn(pool: Pool, token: string): Promise<void> {
  await pool.query("delete from sign_ins where token_hash = $1", [hashOf(token)]);
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
