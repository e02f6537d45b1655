import type { Pool } from "pg";

/** Creates the tables that such an app has anyway: people, and pages that belong to them. */
export async function createTables(pool: Pool): Promise<void> {
  await pool.query(`
    create table if not exists accounts (
      id uuid primary key,
      username text not null unique,
      first_name text,
      last_name text,
      plan text not null default 'free' check (plan in ('free', 'pro'))
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
