import { sql } from "kysely";
import * as z from "zod/mini";
import { signalOption } from "../call-options.ts";
import type { Milestone } from "../contract/milestone.ts";
import { parseInput } from "../contract/parse-input.ts";
import { wholeNumber } from "../contract/whole-number.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";

/** How many milestones are taken, and for how long. */
export interface TakeMilestonesOptions {
  /** How many at most, 1 to 1000. @default 100 */
  limit?: number | undefined;
  /**
   * For how many seconds nobody else is given them, 1 to 86400; those that are not acknowledged until then are given again.
   * @default 300
   */
  leaseSeconds?: number | undefined;
  /** Aborting cancels the statement on the server. */
  signal?: AbortSignal | undefined;
}

const takeMilestonesOptions = z.strictObject({
  limit: z._default(wholeNumber({ from: 1, to: 1000 }), 100),
  leaseSeconds: z._default(wholeNumber({ from: 1, to: 86_400 }), 300),
  signal: signalOption,
});

interface TakeMilestonesCall {
  connection: Connection;
  options: TakeMilestonesOptions;
}

/** The milestones that are still to be told, the earliest first. */
export async function takeMilestones({
  connection,
  options,
}: TakeMilestonesCall): Promise<Milestone[]> {
  const { limit, leaseSeconds, signal } = parseInput({
    schema: takeMilestonesOptions,
    input: options,
    name: "options object",
  });
  await connection.installation({ signal });
  const { db, schema } = connection;
  const query = sql<Milestone & Record<"threshold" | "value", string>>`
    select
      m.milestone_id::text as milestone_id, m.entity_type, m.entity_id::text as entity_id, m.measure,
      m.threshold::text as threshold, m.value::text as value,
      to_char(m.reached_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as reached_at
    from ${sql.id(schema, "take_milestones")}(${limit}, ${leaseSeconds}) m
  `.compile(db);
  const rows = await runQuery({ db, query, signal });
  return rows.map((row) => ({
    ...row,
    threshold: Number(row.threshold),
    value: Number(row.value),
  }));
}
