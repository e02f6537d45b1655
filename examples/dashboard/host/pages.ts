import type { Entity } from "@headcount/core/contract";
import type { Pool } from "pg";

/** A page of this app that is viewed: Headcount's entity, with a title and an owner. */
export interface Page {
  entity_type: string;
  entity_id: string;
  title: string;
  owner_id: string;
}

/** The pages of an owner: listings first, then by their titles. */
export async function pagesOf(pool: Pool, ownerId: string): Promise<Page[]> {
  const { rows } = await pool.query<Page>(
    `select entity_type, entity_id, title, owner_id
     from pages
     where owner_id = $1
     order by entity_type = 'listing' desc, title`,
    [ownerId],
  );
  return rows;
}

/** The pages of everybody, by their titles. */
export async function allPages(pool: Pool): Promise<Page[]> {
  const { rows } = await pool.query<Page>(
    "select entity_type, entity_id, title, owner_id from pages order by title",
  );
  return rows;
}

/** Finds a page, or none. Ids are compared as text, so that any text may be asked for. */
export async function findPage(pool: Pool, entity: Entity): Promise<Page | undefined> {
  const { rows } = await pool.query<Page>(
    `select entity_type, entity_id, title, owner_id
     from pages
     where entity_type = $1 and entity_id::text = lower($2)`,
    [entity.entity_type, entity.entity_id],
  );
  return rows[0];
}
