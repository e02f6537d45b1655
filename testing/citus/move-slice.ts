import type { Pool } from "pg";
import { expect } from "vitest";

/** Moves the shard of a slice to another server, with all that lies beside it. */
export async function moveSlice(
  pool: Pick<Pool, "query">,
  slice: number,
  mode: "block_writes" | "auto" = "block_writes",
): Promise<void> {
  // what an earlier move left behind may be in use for a moment, by VACUUM for one
  await expect
    .poll(async () => {
      await pool.query("call citus_cleanup_orphaned_resources()");
      const { rows } = await pool.query("select from pg_dist_cleanup");
      return rows.length;
    })
    .toBe(0);
  await pool.query(
    `select citus_move_shard_placement($1::bigint, h.nodename::text, h.nodeport, t.nodename::text, t.nodeport, $2::citus.shard_transfer_mode)
     from pg_dist_placement p
     join pg_dist_node h on h.groupid = p.groupid
     join lateral (
       select n.nodename, n.nodeport from pg_dist_node n where n.shouldhaveshards and n.groupid <> p.groupid limit 1
     ) t on true
     where p.shardid = $1`,
    [slice, mode],
  );
}
