import type { Pool } from "pg";

/** A row that a rollup lacks, or one that it has and should not have. */
export interface RollupDifference {
  rollup: string;
  fault: "missing" | "unexpected";
  row: Record<string, unknown>;
}

// Some columns stand in the rollups in fewer bytes: what is compared is what they mean.
const entity = "entity_type, oracle.entity_id(entity_id::text) as entity_id";

const comparedColumns = {
  analytics_aggregates: `${entity}, date, hour, total_views, unique_visitors, unique_accounts, anonymous_visitors,
    timed_views, time_total, avg_time_on_page, entries, bounces, bounce_rate, new_visitors, new_accounts,
    visitors_first_in_week, accounts_first_in_week, visitors_first_in_month, accounts_first_in_month,
    visitors_first_in_quarter, accounts_first_in_quarter, visitors_first_in_year, accounts_first_in_year`,
  analytics_visitors: `${entity}, account_id::text, session_id::text, visitor_id::text, visit_count, days_visited, timed_views,
    time_total, avg_time_on_page, first_visit, last_visit`,
  analytics_visitor_days: `${entity}, kind::text, visitor_id::text, date, prev_date, views, coalesce(timed_views, 0) as timed_views,
    hours_seen, coalesce(time_total, 0) as time_total, first_view, last_view`,
  analytics_visitor_returns: `${entity}, date, prev_date, visitors, accounts`,
  analytics_visitor_return_weeks: `${entity}, week, prev_week, visitors, accounts`,
  analytics_entities: `${entity}, first_view, last_view, time_total, views, timed_views, visitors, accounts, entries, bounces`,
  // where page views are gone, nobody knows whose a session was, when it ended or how many pages it had
  visitor_sessions: `session_id::text, first_seen_at, total_views, time_total,
    ${["account_id::text", "account_seen_at", "last_seen_at", "unique_pages"].map((column) => `case when (first_seen_at at time zone oracle.time_zone())::date >= (select oracle.sealed_before()) then ${column} end as ${column.replace("::text", "")}`).join(", ")}, entry_entity_type, oracle.entity_id(entry_entity_id::text) as entry_entity_id,
    case when (select oracle.has_level('owner')) then entry_owner_id::text end as entry_owner_id`,
};

const sources: Record<string, { stored?: string; expected?: string }> = {
  analytics_aggregates: { stored: "oracle.analytics_aggregates" },
  analytics_visitors: { stored: "oracle.analytics_visitors" },
  analytics_visitor_days: { expected: "oracle.stored_visitor_days" },
  // What sessions have not taken back yet is left of an entity without views.
  analytics_entities: { stored: "(select * from analytics_entities where views > 0) e" },
  // Collection may have stored a session of which no view is counted yet.
  visitor_sessions: {
    stored: "(select * from visitor_sessions where total_views > 0 or first_seen_at is not null) s",
  },
};

const comparison = Object.entries(comparedColumns)
  .map(([rollup, columns]) => {
    const from = sources[rollup] ?? {};
    // what is stored of levels that are being added or removed is nobody's business
    const kept = rollup === "visitor_sessions" ? "" : " where oracle.is_counted(entity_type)";
    const stored = `select ${columns} from ${from.stored ?? rollup}${kept}`;
    const expected = `select ${columns} from ${from.expected ?? `oracle.${rollup.replace("analytics_", "")}`}`;
    return `
      select '${rollup}' as rollup, case when sum(d.side) > 0 then 'missing' else 'unexpected' end as fault, d.row
      from (
        select 1 as side, to_jsonb(e) as row from (${expected}) e
        union all
        select -1, to_jsonb(s) from (${stored}) s
      ) d
      group by d.row
      having sum(d.side) <> 0`;
  })
  .join("\nunion all\n");

/** Compares every row and column of the rollups with the oracle: an empty list when all is well. */
export async function compareRollups(pool: Pick<Pool, "query">): Promise<RollupDifference[]> {
  const { rows } = await pool.query<RollupDifference>(comparison);
  return rows;
}
