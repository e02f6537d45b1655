import { sql } from "kysely";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";

interface NewestChangeCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

/** The number of the youngest pending change; null when nothing is pending. */
export async function newestChange({
  connection: { db },
  signal,
}: NewestChangeCall): Promise<string | null> {
  const query = db
    .selectFrom("page_view_changes")
    .select(sql<string | null>`max(change_id)::text`.as("newest"))
    .compile();
  const [row] = await runQuery({ db, query, signal });
  return row?.newest ?? null;
}
