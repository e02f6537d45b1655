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

type Counted = "page_views" | "entities" | "differences";

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
  const query = sql<Omit<VerifiedStep, Counted | "listed"> & Record<Counted | "listed", string>>`
    select
      s.page_views::text as page_views, s.entities::text as entities, s.differences::text as differences,
      s.listed::text as listed, s.date_from::text as date_from, s.date_to::text as date_to,
      s.done, s.after::text as after
    from ${sql.id(schema, "verify_rollups_step")}(
      ${after}::text::jsonb, ${pageViewsPerStep}::int4, ${most}::int4, ${share}::float8, ${seed}::int8
    ) s
  `.compile(db);
  const step = await runStep({ db, query, signal });
  return {
    ...step,
    page_views: Number(step.page_views),
    entities: Number(step.entities),
    differences: Number(step.differences),
    listed: JSON.parse(step.listed) as Verification["listed"],
  };
}
