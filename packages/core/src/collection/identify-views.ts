import { type RawBuilder, sql } from "kysely";
import { checkId } from "../database/check-id.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";

/** How many views became the account's. */
export interface IdentifiedViews {
  identified_views: number;
}

interface ViewsToIdentify {
  connection: Connection;
  /** Whose anonymous views. */
  of: "session" | "visitor";
  id: string;
  account_id: string;
  since: RawBuilder<Date>;
  signal: AbortSignal | undefined;
}

/** Gives anonymous views to an account; those that have an account keep it. */
export async function identifyViews(call: ViewsToIdentify): Promise<IdentifiedViews> {
  const { connection, of, since, signal } = call;
  const { account_id_type, session_id_type } = await connection.installation({ signal });
  const id = checkId({ field: `${of}_id`, id: call.id, type: session_id_type });
  const account_id = checkId({ field: "account_id", id: call.account_id, type: account_id_type });
  const { db, schema } = connection;
  // Which of these views are anonymous? They become the account's.
  const query = sql<{ identified_views: string }>`
    select ${sql.id(schema, `identify_${of}`)}(${id}, ${account_id}, ${since})::text as identified_views
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return { identified_views: Number(row?.identified_views ?? 0) };
}
