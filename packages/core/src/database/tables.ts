/*
 * The tables that the client reads, in the words of the project.
 *
 * page view    one row of the host's page_views: somebody viewed an entity
 * entity       what was viewed: (entity_type, entity_id), where entity_id is NULL for pages without an entity
 * visitor      whose view it was: an account, else a session: (is_account, visitor_id)
 * visitor-day  a visitor had at least one view of an entity on a date of the reporting time zone
 * return       a visitor-day whose visitor had an earlier one; prev_date is the date of the nearest earlier one
 * rollup       a table that folding keeps up to date from page views; change: a page view not yet folded
 *
 * Columns have the types that they are compared with, as text: what is selected is always cast, so that no answer
 * depends on the type parsers of the host.
 */

interface EntityColumns {
  entity_type: string;
  entity_id: string | null;
}

interface VisitorColumns {
  is_account: boolean;
  visitor_id: string;
}

/** One row per entity, date and hour; hour NULL is the whole day. */
interface AnalyticsAggregates extends EntityColumns {
  date: string;
  hour: number | null;
  total_views: number;
  unique_visitors: number;
  unique_accounts: number;
  timed_views: number;
  time_total: string;
  entries: number;
  bounces: number;
  new_visitors: number | null;
  new_accounts: number | null;
  visitors_first_in_week: number | null;
  accounts_first_in_week: number | null;
  visitors_first_in_month: number | null;
  accounts_first_in_month: number | null;
  visitors_first_in_quarter: number | null;
  accounts_first_in_quarter: number | null;
  visitors_first_in_year: number | null;
  accounts_first_in_year: number | null;
}

/** One row per entity and visitor, over all time. */
interface AnalyticsVisitors extends EntityColumns, VisitorColumns {
  visit_count: number;
  days_visited: number;
  timed_views: number;
  time_total: string;
  first_visit: string;
  last_visit: string;
}

/** One row per entity, date and visitor. */
interface AnalyticsVisitorDays extends EntityColumns, VisitorColumns {
  date: string;
  views: number;
  timed_views: number;
  time_total: string;
  first_view: string;
  last_view: string;
}

/** How many visitors of a date had their nearest earlier day on prev_date. */
interface AnalyticsVisitorReturns extends EntityColumns {
  date: string;
  prev_date: string;
  visitors: number;
  accounts: number;
}

/** The host's accounts: a view that the host may define. */
interface AnalyticsAccounts {
  account_id: string;
  username: string | null;
  display_name: string | null;
}

interface PageViewChanges extends EntityColumns {
  change_id: string;
  /** When it was written down, which is before it was committed. */
  captured_at: string;
}

/** One row: what the latest fold that had something to do did. */
interface AnalyticsFoldState {
  finished_at: string | null;
  folded_changes: number | null;
  duration_ms: number | null;
}

export interface AnalyticsDatabase {
  analytics_aggregates: AnalyticsAggregates;
  analytics_visitors: AnalyticsVisitors;
  analytics_visitor_days: AnalyticsVisitorDays;
  analytics_visitor_returns: AnalyticsVisitorReturns;
  analytics_accounts: AnalyticsAccounts;
  page_view_changes: PageViewChanges;
  analytics_fold_state: AnalyticsFoldState;
}
