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
  analytics_aggregates: `${entity}, date, hour, total_views, unique_visitors, unique_accounts, anonymous_visitors,
    timed_views, time_total, avg_time_on_page, entries, bounces, bounce_rate, new_visitors, new_accounts,
    visitors_first_in_week, accounts_first_in_week, visitors_first_in_month, accounts_first_in_month,
    visitors_first_in_quarter, accounts_first_in_quarter, visitors_first_in_year, accounts_first_in_year`,
  analytics_visitors: `${entity}, ${visitor}, account_id::text, session_id::text, visit_count, days_visited, timed_views,
    time_total, avg_time_on_page, first_visit, last_visit`,
  analytics_visitor_days: `${entity}, ${visitor}, date, prev_date, views, timed_views, hours_seen, time_total, first_view,
    last_view`,
  analytics_visitor_returns: `${entity}, date, prev_date, visitors, accounts`,
  analytics_visitor_return_weeks: `${entity}, week, prev_week, visitors, accounts`,
  visitor_sessions: `session_id::text, account_id::text, account_seen, first_seen, last_seen, total_views, unique_pages,
    time_total, entry_entity_type, entry_entity_id::text,
    pages_by_name`,
};

// Collection may have written down a session of which no view is counted yet.
const sources: Record<string, string> = {
  visitor_sessions: `(
    select s.*, (
      select jsonb_agg(jsonb_build_array(p.entity_type, p.entity_id::text, p.views) order by p.entity_type, p.entity_id::text)
      from unnest(s.pages) p
    ) as pages_by_name
    from visitor_sessions s
    where s.total_views > 0 or s.first_seen is not null
  ) s`,
};

const comparison = Object.entries(comparedColumns)
  .map(([rollup, columns]) => {
    const stored = `select ${columns} from ${sources[rollup] ?? rollup}`;
    const expected = `select ${columns} from oracle.${rollup.replace("analytics_", "")}`;
    return `
      select '${rollup}' as rollup, 'missing' as fault, to_jsonb(d) as row
      from (${expected} except all ${stored}) d
      union all
      select '${rollup}', 'unexpected', to_jsonb(d)
      from (${stored} except all ${expected}) d`;
  })
  .join("\nunion all\n");

/** Compares every row and column of the rollups with the oracle: an empty list when all is well. */
export async function compareRollups(pool: Pick<Pool, "query">): Promise<RollupDifference[]> {
  const { rows } = await pool.query<RollupDifference>(comparison);
  return rows;
}
