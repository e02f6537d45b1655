import { sql } from "kysely";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";

interface PendingCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

/** The numbers of the youngest changes in the queues, as text: they may be greater than a number can hold. */
export interface YoungestChanges {
  change: string;
  entry: string;
}

/** Whether anything is pending now. */
export async function isAnythingPending({
  connection: { db, schema },
  signal,
}: PendingCall): Promise<boolean> {
  const query = sql<{ pending: boolean }>`
    select
      exists (select 1 from ${sql.id(schema, "page_view_changes")})
      or exists (select 1 from ${sql.id(schema, "entry_changes")}) as pending
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return row?.pending ?? false;
}

/** Of each queue that a change may be in on its way through the slices of a cluster, the first one first. */
export const queuesOfSlices = [
  "page_view_changes",
  "outgoing_changes",
  "session_changes",
  "outgoing_entries",
  "entry_changes",
] as const;

interface QueueCall extends PendingCall {
  queue: (typeof queuesOfSlices)[number];
}

/** The number of the youngest change in this queue, as text; null when it is empty. */
export async function youngestIn({
  connection: { db, schema },
  queue,
  signal,
}: QueueCall): Promise<string | null> {
  const query = sql<{ change: string | null }>`
    select max(q.change_id)::text as change from ${sql.id(schema, queue)} q
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return row?.change ?? null;
}

/** Whether this queue has a change that was in it when this one was the youngest. */
export async function hasUntil({
  connection: { db, schema },
  queue,
  youngest,
  signal,
}: QueueCall & { youngest: string }): Promise<boolean> {
  const query = sql<{ pending: boolean }>`
    select exists (
      select 1 from ${sql.id(schema, queue)} q where q.change_id <= ${youngest}::int8
    ) as pending
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return row?.pending ?? false;
}

/** What is pending now; null when nothing is. */
export async function youngestChanges({
  connection: { db, schema },
  signal,
}: PendingCall): Promise<YoungestChanges | null> {
  const query = sql<{ change: string | null; entry: string | null }>`
    select
      (select max(q.change_id)::text from ${sql.id(schema, "page_view_changes")} q) as change,
      (select max(q.change_id)::text from ${sql.id(schema, "entry_changes")} q) as entry
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  if (row === undefined || (row.change === null && row.entry === null)) return null;
  return { change: row.change ?? "0", entry: row.entry ?? "0" };
}

/** Whether anything is pending that was so when these were the youngest. */
export async function isPending({
  connection: { db, schema },
  signal,
  youngest,
}: PendingCall & { youngest: YoungestChanges | null }): Promise<boolean> {
  if (youngest === null) return false;
  const query = sql<{ pending: boolean }>`
    select
      exists (
        select 1 from ${sql.id(schema, "page_view_changes")} where change_id <= ${youngest.change}::int8
      ) or exists (
        select 1 from ${sql.id(schema, "entry_changes")} where change_id <= ${youngest.entry}::int8
      ) as pending
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return row?.pending ?? false;
}
