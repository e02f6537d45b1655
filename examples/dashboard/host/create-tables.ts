import type { Pool } from "pg";

/**
 * Makes sure that a database is empty, or one that this example filled: it writes made-up people into it.
 *
 * @throws {Error} when there are tables of somebody else
 */
export async function refuseOthersTables(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select name
     from unnest(array['accounts', 'page_views']) as name
     where to_regclass(name) is not null and to_regclass('pages') is null`,
  );
  const [table] = rows;
  if (table === undefined) return;
  throw new Error(
    `The database has a table ${table.name} that this example did not make: give an empty database, because it fills it with made-up people and views.`,
  );
}

/** Creates the tables that such an app has anyway: people, who of them is signed in, and pages that belong to them. */
export async function createTables(pool: Pool): Promise<void> {
  await pool.query(`
    create table if not exists accounts (
      id uuid primary key,
      username text not null unique,
      first_name text,
      last_name text,
      plan text not null default 'free' check (plan in ('free', 'pro')),
      is_operator boolean not null default false
    );
    create table if not exists sign_ins (
      token_hash bytea primary key,
      account_id uuid not null references accounts (id) on delete cascade,
      expires_at timestamptz not null
    );
    create table if not exists pages (
      entity_type text not null,
      entity_id uuid not null,
      title text not null,
      owner_id uuid not null references accounts (id),
      primary key (entity_type, entity_id)
    );
  `);
}
