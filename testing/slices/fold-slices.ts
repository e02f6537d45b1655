import type { ClientBase } from "pg";

/** One fold of the entities of a slice; returns how many changes it took. */
export async function foldEntities(
  client: ClientBase,
  slice: number,
  limit: number,
): Promise<number> {
  return count(client, `select slice_${slice}.fold_page_view_changes($1) as count`, limit);
}

/** Fetches what others hand on to a slice, and folds what is there of its sessions; returns how many changes that was. */
export async function foldSessions(
  client: ClientBase,
  slice: number,
  limit: number,
): Promise<number> {
  const fetched = await count(client, `select slice_${slice}.fetch_changes($1) as count`, limit);
  const folded = await count(
    client,
    `select slice_${slice}.fold_session_changes($1) as count`,
    limit,
  );
  return fetched + folded;
}

/** Folds the sessions of all slices, until none has anything handed on to it. */
export async function foldAllSessions(
  client: ClientBase,
  slices: number,
  limit = 20_000,
): Promise<void> {
  for (let folded = 1; folded > 0; ) {
    folded = 0;
    for (let slice = 0; slice < slices; slice += 1) {
      folded += await foldSessions(client, slice, limit);
    }
  }
}

/** Folds all slices until nothing is pending in any. */
export async function foldSlices(
  client: ClientBase,
  slices: number,
  limit = 20_000,
): Promise<void> {
  // what sessions do to entries is folded with the entities once more
  for (const round of ["views", "entries"]) {
    for (let slice = 0; slice < slices; slice += 1) {
      while ((await foldEntities(client, slice, limit)) > 0);
    }
    if (round === "views") await foldAllSessions(client, slices, limit);
  }
}

async function count(client: ClientBase, sql: string, limit: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>(sql, [limit]);
  return rows[0]?.count ?? 0;
}
