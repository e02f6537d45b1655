import { sql } from "kysely";
import type { Connection } from "../../database/connect.ts";
import { runQuery } from "../../database/run-query.ts";
import { runStep } from "../run-step.ts";

interface CountCall {
  connection: Connection;
  /** Called after each step. */
  onStep?: ((counted: { counted_dates: number; dates: number; steps: number }) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Counts the dates of kept breakdowns that are out of date now, in bounded transactions. Those that become so in the meantime are left to
 * the next call, else a busy table would never let this one end.
 */
export async function countBreakdowns({ connection, onStep, signal }: CountCall): Promise<void> {
  const { db, schema } = connection;
  const due = sql<{ dates: string }>`
    select ${sql.id(schema, "breakdown_dates_due")}()::text as dates
  `.compile(db);
  const query = sql<{ counted: number }>`
    select ${sql.id(schema, "count_breakdowns_step")}() as counted
  `.compile(db);
  const [row] = await runQuery({ db, query: due, signal });
  const dates = Number(row?.dates ?? 0);
  let steps = 0;
  for (let counted_dates = 0; counted_dates < dates; ) {
    const { counted } = await runStep({ db, query, signal });
    // others are counting the rest
    if (counted === 0) return;
    counted_dates += counted;
    steps += 1;
    onStep?.({ counted_dates, dates: Math.max(dates, counted_dates), steps });
  }
}
