import { sql } from "kysely";
import type { Freshness } from "../contract/freshness.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";

interface FreshnessCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

const mostPending = 10_000;

/** How many changes are not in the rollups yet, counted no further than one past the bound? */
export async function readFreshness({
  connection: { db, schema },
  signal,
}: FreshnessCall): Promise<Freshness> {
  const query = sql<{ pending_changes: number }>`
    select count(*)::int4 as pending_changes
    from (select from ${sql.id(schema, "page_view_changes")} limit ${mostPending + 1}) c
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  const pending_changes = row?.pending_changes ?? 0;
  return { live: pending_changes === 0, pending_changes, folded_through: null };
}
