import type { Pool } from "pg";

/** A row that a rollup lacks, or one that it has and should not have. */
export interface RollupDifference {
  rollup: string;
  fault: "missing" | "unexpected";
  row: Record<string, unknown>;
}

const entity = "entity_type, entity_id::text";
const visitor = "is_account, visitor_id::text";

const comparedColumns = {
  aggregates: `${entity}, date, hour, total_views, unique_visitors, unique_accounts, anonymous_visitors, timed_views,
    time_total, avg_time_on_page, new_visitors, new_accounts, visitors_first_in_week, accounts_first_in_week,
    visitors_first_in_month, accounts_first_in_month, visitors_first_in_quarter, accounts_first_in_quarter,
    visitors_first_in_year, accounts_first_in_year`,
  visitors: `${entity}, ${visitor}, account_id::text, session_id::text, visit_count, days_visited, timed_views,
    time_total, avg_time_on_page, first_visit, last_visit`,
  visitor_days: `${entity}, ${visitor}, date, prev_date, views, timed_views, hours_seen, time_total, first_view,
    last_view`,
  visitor_returns: `${entity}, date, prev_date, visitors, accounts`,
};

const comparison = Object.entries(comparedColumns)
  .map(([name, columns]) => {
    const stored = `select ${columns} from analytics_${name}`;
    const expected = `select ${columns} from oracle.${name}`;
    return `
      select 'analytics_${name}' as rollup, 'missing' as fault, to_jsonb(d) as row
      from (${expected} except all ${stored}) d
      union all
      select 'analytics_${name}', 'unexpected', to_jsonb(d)
      from (${stored} except all ${expected}) d`;
  })
  .join("\nunion all\n");

/** Compares every row and column of the four rollups with the oracle: an empty list when all is well. */
export async function compareRollups(pool: Pick<Pool, "query">): Promise<RollupDifference[]> {
  const { rows } = await pool.query<RollupDifference>(comparison);
  return rows;
}
