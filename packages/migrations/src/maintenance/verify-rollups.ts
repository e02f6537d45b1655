import { queryOne } from "../session/connection.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import { runStep } from "./run-step.ts";
import type { InstallationWork } from "./with-installation.ts";

const pageViewsPerStep = 100_000;
const mostListed = 100;

/** A row that is missing (stored is null), that should not be there (expected is null), or the columns that differ. */
interface RollupDifference {
  rollup: string;
  entity_type: string;
  entity_id: string | null;
  key: Record<string, unknown>;
  stored: Record<string, unknown> | null;
  expected: Record<string, unknown> | null;
}

export interface VerifiedRollups {
  page_views: number;
  entities: number;
  differences: number;
  /** The first hundred. */
  listed: RollupDifference[];
  /** The dates whose rebuild mends what differs. */
  mend: { date_from: string; date_to: string } | null;
  /** What repeats the sample; null when everything was compared. */
  seed: number | null;
  duration_ms: number;
}

interface VerifyWork extends InstallationWork {
  /** A share of the entities below 1, or so many of them; all by default. */
  sample: number | undefined;
  seed: number | undefined;
  onProgress: (progress: VerifiedRollups) => void;
}

interface Step extends Pick<VerifiedRollups, "page_views" | "entities" | "differences"> {
  listed: string;
  date_from: string | null;
  date_to: string | null;
  done: boolean;
  after: string;
}

/** Compares every rollup with raw page views, each step at one snapshot. */
export async function verifyRollups(work: VerifyWork): Promise<VerifiedRollups> {
  const { connection, schema, signal, sample, onProgress } = work;
  const startedAt = performance.now();
  const seed = sample === undefined ? null : (work.seed ?? Math.trunc(Math.random() * 2 ** 31));
  const share = await shareOf(work, seed);
  const found: VerifiedRollups = {
    page_views: 0,
    entities: 0,
    differences: 0,
    listed: [],
    mend: null,
    seed,
    duration_ms: 0,
  };
  for (let after: string | null = null; ; ) {
    const step: Step = await runStep<Step>({
      connection,
      signal,
      text: `select s.page_views::float8 as page_views, s.entities::float8 as entities,
          s.differences::float8 as differences, s.listed::text as listed,
          s.date_from::text as date_from, s.date_to::text as date_to, s.done, s.after::text as after
        from ${quoteIdentifier(schema)}.verify_rollups_step($1::jsonb, $2, $3, $4, $5) s`,
      values: [after, pageViewsPerStep, mostListed - found.listed.length, share, seed ?? 0],
    });
    found.duration_ms = Math.round(performance.now() - startedAt);
    if (step.done) return found;
    ({ after } = step);
    add(found, step);
    onProgress(found);
  }
}

async function shareOf(
  { connection, schema, sample }: VerifyWork,
  seed: number | null,
): Promise<number | null> {
  if (sample === undefined || sample < 1) return sample ?? null;
  const { share } = await queryOne<{ share: number }>(
    connection,
    `select ${quoteIdentifier(schema)}.share_of_entities($1, $2) as share`,
    [sample, seed],
  );
  return share;
}

function add(found: VerifiedRollups, step: Step): void {
  found.page_views += step.page_views;
  found.entities += step.entities;
  found.differences += step.differences;
  found.listed.push(...(JSON.parse(step.listed) as RollupDifference[]));
  const { date_from, date_to } = step;
  if (date_from === null || date_to === null) return;
  const { mend } = found;
  found.mend = {
    date_from: mend !== null && mend.date_from < date_from ? mend.date_from : date_from,
    date_to: mend !== null && mend.date_to > date_to ? mend.date_to : date_to,
  };
}
