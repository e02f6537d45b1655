import type { Pool } from "pg";

export interface RebuildOptions {
  /** NULL: no bound. */
  from: string | null;
  to: string | null;
  /** About how many page views a step reads. */
  stepLimit: number;
}

export interface RebuildStep {
  page_views: number;
  done: boolean;
  after: unknown;
}

/** Rebuilds step by step, each in a transaction of its own; returns what each did. */
export async function rebuildSteps(
  pool: Pick<Pool, "query">,
  { from, to, stepLimit }: RebuildOptions,
): Promise<RebuildStep[]> {
  const steps: RebuildStep[] = [];
  let after: unknown = null;
  for (;;) {
    const { rows } = await pool.query<RebuildStep>(
      "select page_views::int, done, after from rebuild_page_views_step($1, $2, $3, $4)",
      [from, to, after, stepLimit],
    );
    const [step] = rows;
    if (step === undefined || step.done) return steps;
    steps.push(step);
    after = step.after;
  }
}
