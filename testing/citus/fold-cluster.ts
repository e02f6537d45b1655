import type { Pool } from "pg";

/** The slices of a cluster, in the order of their shards. */
export async function slicesOf(client: Pick<Pool, "query">): Promise<number[]> {
  const { rows } = await client.query<{ slice: number }>(
    "select shardid::integer as slice from pg_dist_shard where logicalrelid = 'page_views'::regclass order by shardid",
  );
  return rows.map(({ slice }) => slice);
}

/** One step of a slice, on the server that has its shard; returns how many changes it took. */
export async function foldSlice(
  client: Pick<Pool, "query">,
  slice: number,
  step: "entities" | "fetch" | "sessions",
  limit = 20_000,
): Promise<number> {
  const { rows } = await client.query<{ success: boolean; result: string }>(
    `select r.success, r.result
     from pg_dist_placement p
     join pg_dist_node n on n.groupid = p.groupid
     cross join lateral master_run_on_worker(
       array[n.nodename::text], array[n.nodeport], array[format('select headcount.fold_slice(%s, %L, %s)', $1::integer, $2::text, $3::integer)], false
     ) r
     where p.shardid = $1::integer`,
    [slice, step, limit],
  );
  const [answer] = rows;
  if (answer?.success !== true) throw new Error(answer?.result ?? "The shard is nowhere.");
  return Number(answer.result);
}

/** Folds the sessions of all slices, until none has anything handed on to it. */
export async function foldAllSessions(client: Pick<Pool, "query">): Promise<void> {
  const slices = await slicesOf(client);
  for (let folded = 1; folded > 0; ) {
    folded = 0;
    for (const slice of slices) {
      folded += await foldSlice(client, slice, "fetch");
      folded += await foldSlice(client, slice, "sessions");
    }
  }
}

/** Folds all slices until nothing is pending in any. */
export async function foldCluster(client: Pick<Pool, "query">, limit = 20_000): Promise<void> {
  for (let folded = 1; folded > 0; ) {
    const { rows } = await client.query<{ folded: string }>(
      "select taken as folded from headcount.fold_slices($1)",
      [limit],
    );
    folded = Number(rows[0]?.folded ?? 0);
  }
}
