import { sql } from "kysely";
import type { RepairResult } from "../contract/aggregation.ts";
import type { Connection } from "../database/connect.ts";
import { refuseTransaction } from "./refuse-transaction.ts";
import { runStep } from "./run-step.ts";

interface RepairCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

/** Reads the entities of all changes that were set aside in again from page views, in one transaction. */
export async function repair({ connection, signal }: RepairCall): Promise<RepairResult> {
  refuseTransaction(connection);
  const startedAt = performance.now();
  const { db, schema } = connection;
  await connection.installation({ signal });
  // Which changes are there now? They are read again, and none is left afterwards.
  const query = sql<Record<"changes" | "entities" | "page_views", string>>`
    with set_aside as materialized (
      select count(*) as changes, count(distinct (c.entity_type, c.entity_id)) as entities
      from ${sql.id(schema, "set_aside_changes")} c
    )
    select
      s.changes::text as changes, s.entities::text as entities,
      ${sql.id(schema, "read_set_aside_again")}()::text as page_views
    from set_aside s
  `.compile(db);
  const repaired = await runStep({ db, query, signal });
  return {
    repaired_changes: Number(repaired.changes),
    repaired_entities: Number(repaired.entities),
    read_page_views: Number(repaired.page_views),
    duration_ms: Math.round(performance.now() - startedAt),
  };
}
