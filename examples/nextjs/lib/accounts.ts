import { pool } from "@/lib/analytics";

// These two are yours: who sent a request, by your session, and whose a listing is, from your own table.
export async function signedInAccount(request: Request): Promise<string | null> {
  const [, token] = /session=([\w-]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  const found = await pool.query("select account_id from sessions where token = $1", [token]);
  return found.rows[0]?.account_id ?? null;
}

export async function ownerOf(listing_id: string | null): Promise<string | null> {
  const found = await pool.query("select owner_id from listings where id = $1", [listing_id]);
  return found.rows[0]?.owner_id ?? null;
}
