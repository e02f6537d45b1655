import { randomUUID } from "node:crypto";
import { MigrationError } from "../migration-error.ts";
import {
  connectionOf,
  type MigrationPool,
  type MigrationPoolClient,
  queryOne,
} from "./connection.ts";

// Not to be mistaken for a session of its own because another client came between.
const tries = 3;

/**
 * Migrations hold a lock and settings from one statement to the next. A pooler in transaction mode gives each transaction another
 * session: the lock would stay behind on one, and the settings would be somebody else's.
 *
 * @throws {MigrationError} `session_needed`
 */
export async function refuseTransactionPooler(
  pool: MigrationPool,
  client: MigrationPoolClient,
): Promise<void> {
  if (!(await isBehindPooler(client))) return;
  // The session is looked for from a second connection.
  if (pool.options?.max === 1) return;
  for (let nth = 0; nth < tries; nth += 1) {
    if (await keepsSession(pool, client)) continue;
    throw new MigrationError(
      "session_needed",
      "This connection goes through a pooler in transaction mode, and migrations need a session of their own: give the address of the server itself, or that of the pooler's session mode. Nothing was changed.",
    );
  }
}

/** A pooler answers with a number of its own: the server knows no such process. */
async function isBehindPooler(client: MigrationPoolClient): Promise<boolean> {
  const { processID } = client;
  if (typeof processID !== "number") return false;
  const { pid } = await queryOne<{ pid: string }>(
    connectionOf(client),
    "select pg_backend_pid()::text as pid",
  );
  return Number(pid) !== processID;
}

/** Leaves a mark in the session, and lets another transaction take the session that was used last. */
async function keepsSession(pool: MigrationPool, client: MigrationPoolClient): Promise<boolean> {
  const mark = randomUUID();
  await setMark(client, mark);
  const other = await pool.connect();
  try {
    await other.query("begin");
    const taken = (await readMark(other)) === mark;
    if (taken) await setMark(other, "");
    const kept = !taken && (await readMark(client)) === mark;
    await other.query("commit");
    if (kept) await setMark(client, "");
    return kept;
  } finally {
    other.release();
  }
}

async function setMark(client: MigrationPoolClient, mark: string): Promise<void> {
  await client.query("select set_config('headcount.session', $1, false)", [mark]);
}

async function readMark(client: MigrationPoolClient): Promise<string | null> {
  const { mark } = await queryOne<{ mark: string | null }>(
    connectionOf(client),
    "select current_setting('headcount.session', true) as mark",
  );
  return mark;
}
