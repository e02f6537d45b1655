import { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import { askOracle } from "../oracle/ask-oracle.ts";
import { compareClient } from "../oracle/compare-client.ts";
import { compareRollups } from "../oracle/compare-rollups.ts";
import type { EntityQuestion } from "../oracle/entity-question.ts";

/**
 * Folds what is pending, then compares every row of every rollup, by the oracle and by verifying, and answers about the
 * biggest entities with raw page views: an empty list when all is well.
 */
export async function findDifferences(pool: Pool, entities = 3): Promise<unknown[]> {
  const analytics = new AnalyticsClient({ pool });
  await analytics.aggregate();
  const differences: unknown[] = await compareRollups(pool);
  differences.push(...(await analytics.verify()).listed);
  // the oracle joins page views with themselves, and takes minutes where it does not know how many there are
  await pool.query("analyze page_views");
  for (const question of await questionsAbout(pool, entities)) {
    const oracle = await askOracle(pool, question);
    differences.push(...(await compareClient(analytics, question, oracle)));
  }
  return differences;
}

// The range cuts the first week and the last.
async function questionsAbout(pool: Pool, entities: number): Promise<EntityQuestion[]> {
  const { rows } = await pool.query<EntityQuestion>(
    `select
       entity_type, entity_id::text,
       to_char(min(viewed_at) at time zone 'UTC' + interval '3 days', 'YYYY-MM-DD') as date_from,
       to_char(greatest(min(viewed_at) + interval '3 days', max(viewed_at) - interval '3 days') at time zone 'UTC', 'YYYY-MM-DD') as date_to,
       'weekly' as period, 'visit_count' as sort, 500 as limit
     from page_views
     where entity_type is not null and isfinite(viewed_at)
     group by 1, 2
     order by count(*) desc, 1, 2
     limit $1`,
    [entities],
  );
  return rows;
}
