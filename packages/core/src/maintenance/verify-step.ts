import { sql } from "kysely";
import type { Verification } from "../contract/verification.ts";
import type { Connection } from "../database/connect.ts";
import { runStep } from "./run-step.ts";

interface StepToVerify {
  connection: Connection;
  /** JSON: where the step before ended. */
  after: string | null;
  /** How many differences to list. */
  most: number;
  /** Which share of the entities, by the chance that the seed makes; null for all. */
  share: number | null;
  seed: number;
  signal?: AbortSignal | undefined;
}

export interface VerifiedStep
  extends Pick<Verification, "page_views" | "entities" | "differences" | "listed"> {
  date_from: string | null;
  date_to: string | null;
  done: boolean;
  after: string;
}

const pageViewsPerStep = 100_000;

/** What do the rollups of the next entities say, and what do raw page views say? */
export async function verifyStep({
  connection: { db, schema },
  after,
  most,
  share,
  seed,
  signal,
}: StepToVerify): Promise<VerifiedStep> {
  const query = sql<Omit<VerifiedStep, "listed"> & { listed: string }>`
    select
      s.page_views::float8 as page_views, s.entities::float8 as entities, s.differences::float8 as differences,
      s.listed::text as listed, s.date_from::text as date_from, s.date_to::text as date_to,
      s.done, s.after::text as after
    from ${sql.id(schema, "verify_rollups_step")}(
      ${after}::jsonb, ${pageViewsPerStep}::int4, ${most}::int4, ${share}::float8, ${seed}::int8
    ) s
  `.compile(db);
  const step = await runStep({ db, query, signal });
  return { ...step, listed: JSON.parse(step.listed) as Verification["listed"] };
}
