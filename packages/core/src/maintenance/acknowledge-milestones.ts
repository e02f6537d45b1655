import { sql } from "kysely";
import * as z from "zod/mini";
import type { AcknowledgedMilestones } from "../contract/milestone.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";

const maxIds = 1000;
const error = `give up to ${maxIds} values of milestone_id, as takeMilestones gives them`;

/** Which milestones were told. */
export interface MilestonesToAcknowledge {
  /** Up to 1000, as `takeMilestones` gives them. */
  milestone_ids: readonly string[];
}

const isMilestoneId = z.refine<string>(
  (id) => /^[1-9]\d{0,18}$/.test(id) && BigInt(id) < 2n ** 63n,
  { error },
);

const milestonesToAcknowledge = z.strictObject({
  milestone_ids: z
    .array(z.string({ error }).check(isMilestoneId), { error })
    .check(z.maxLength(maxIds, { error })),
});

interface AcknowledgeCall {
  connection: Connection;
  acknowledged: MilestonesToAcknowledge;
  signal?: AbortSignal | undefined;
}

/** Lets nobody take these milestones again. */
export async function acknowledgeMilestones({
  connection,
  acknowledged: input,
  signal,
}: AcknowledgeCall): Promise<AcknowledgedMilestones> {
  const { milestone_ids } = parseInput({ schema: milestonesToAcknowledge, input });
  await connection.installation({ signal });
  const { db, schema } = connection;
  const query = sql<{ acknowledged: number }>`
    select ${sql.id(schema, "acknowledge_milestones")}(${milestone_ids}::text[]::bigint[]) as acknowledged
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return { acknowledged: row?.acknowledged ?? 0 };
}
