import { sql } from "kysely";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";

interface PartitionsToKeep {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

/** Makes the partitions of page views that are to be made ahead, and gives new ones the triggers, where this role may. */
export async function keepPartitions({
  connection: { db, schema },
  signal,
}: PartitionsToKeep): Promise<void> {
  const query = sql`select ${sql.id(schema, "keep_partitions")}()`.compile(db);
  await runQuery({ db, query, signal });
}
