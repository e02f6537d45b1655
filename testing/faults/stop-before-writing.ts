import type { Pool } from "pg";
import { expect } from "vitest";

/** A place at which folders stand still until they are released: they have read, and have not written yet. */
export interface Stop extends AsyncDisposable {
  /** Begins work; `stopped` is settled when it stands still. */
  untilStopped<Result>(work: () => Promise<Result>): {
    stopped: Promise<void>;
    done: Promise<Result>;
  };
  /** Settled when another one stands still as well: it writes what the first one is about to write. */
  untilSecondStopped(): Promise<string>;
  release(): Promise<void>;
}

const key = 4711;

/** Makes every write of a row of this table wait. */
export async function stopBeforeWriting(pool: Pool, table: string): Promise<Stop> {
  await pool.query(`
    create function stand_still() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(${key}); return new; end $$;
    create trigger stand_still before insert or update on ${table} for each row execute function stand_still()`);
  const holder = await pool.connect();
  await holder.query("select pg_advisory_lock($1)", [key]);
  let released = false;
  const release = async (): Promise<void> => {
    if (released) return;
    released = true;
    await holder.query("select pg_advisory_unlock($1)", [key]);
    holder.release();
  };
  const standing = async (): Promise<number> => {
    const { rows } = await pool.query<{ standing: number }>(
      `select count(*)::int as standing from pg_locks
       where locktype = 'advisory' and objid = $1 and not granted
         and database = (select oid from pg_database where datname = current_database())`,
      [key],
    );
    return rows[0]?.standing ?? 0;
  };
  return {
    untilStopped(work) {
      const done = work();
      return { done, stopped: expect.poll(standing).toBe(1) };
    },
    async untilSecondStopped() {
      await expect.poll(async () => released || (await standing()) > 1).toBe(true);
      return "a second one writes the same";
    },
    release,
    [Symbol.asyncDispose]: release,
  };
}
