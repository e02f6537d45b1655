import { sql } from "kysely";
import type { RepairResult } from "../contract/aggregation.ts";
import type { Connection } from "../database/connect.ts";
import { fold } from "./fold.ts";
import { refuseTransaction } from "./refuse-transaction.ts";
import { runStep } from "./run-step.ts";

interface RepairCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

/** Reads the entities of all changes that were set aside in again from page views: in one transaction, on a cluster in one of each slice. */
export async function repair({ connection, signal }: RepairCall): Promise<RepairResult> {
  refuseTransaction(connection);
  const startedAt = performance.now();
  const { db, schema } = connection;
  const { distributed } = await connection.installation({ signal });
  // Which changes are there now? They are read again, and none is left afterwards.
  const query = sql<Record<"changes" | "entities" | "page_views", string>>`
    with set_aside as materialized (
      select coalesce(sum(e.changes), 0) as changes, count(distinct (e.entity_type, e.entity_id)) as entities
      from ${sql.id(schema, "set_aside_entities")}(null) e
    )
    select
      s.changes::text as changes, s.entities::text as entities,
      ${sql.id(schema, "read_set_aside_again")}()::text as page_views
    from set_aside s
  `.compile(db);
  const repaired = await runStep({ db, query, signal });
  // slices hand on which sessions are to be read again
  if (distributed) await fold({ connection, signal });
  return {
    repaired_changes: Number(repaired.changes),
    repaired_entities: Number(repaired.entities),
    read_page_views: Number(repaired.page_views),
    duration_ms: Math.round(performance.now() - startedAt),
  };
}
