import { type RawBuilder, sql } from "kysely";
import type { Connection } from "../../database/connect.ts";
import { runQuery } from "../../database/run-query.ts";
import { fold } from "../fold.ts";
import { runStep } from "../run-step.ts";

interface PeopleToForget {
  connection: Connection;
  /** JSON, as people_to_forget() gives it. */
  people: string;
  /** What the audit has of it. */
  action: "erase_person" | "anonymise_person" | "forget_visitors";
  /** Receipt and actor, likewise. */
  audit: RawBuilder<unknown>;
  signal: AbortSignal | undefined;
}

// What is pending of them after so many was viewed in the meantime.
const mostFolds = 10;

/**
 * Lets nothing that slices of a cluster store name people whose page views are gone. What is pending names them too, so it is folded first.
 * Returns how many views stay counted, of nobody.
 */
export async function forgetInSlices({
  connection,
  people,
  action,
  audit,
  signal,
}: PeopleToForget): Promise<number> {
  const { db, schema } = connection;
  const pending = sql<{ pending: boolean }>`
    select ${sql.id(schema, "are_people_pending")}(${people}::text::jsonb) as pending
  `.compile(db);
  for (let folds = 0; folds < mostFolds; folds += 1) {
    const [row] = await runQuery({ db, query: pending, signal });
    if (row?.pending !== true) break;
    await fold({ connection, signal });
  }
  const query = sql<{ views: string }>`
    select ${sql.id(schema, "forget_in_slices")}(${people}::text::jsonb, ${action}::text, ${audit})::text as views
  `.compile(db);
  const { views } = await runStep({ db, query, signal });
  return Number(views);
}
