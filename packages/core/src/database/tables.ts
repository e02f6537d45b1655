/*
 * What the client reads, in the words of the project.
 *
 * page view    one row of the host's page_views: somebody viewed an entity
 * entity       what was viewed: (entity_type, entity_id), where entity_id is NULL for pages without an entity
 * visitor      whose view it was: an account, else a session: (kind, visitor_id)
 * visitor-day  a visitor had at least one view of an entity on a date of the reporting time zone
 * return       a visitor-day whose visitor had an earlier one; prev_date is the date of the nearest earlier one
 * rollup       a table that folding keeps up to date from page views; change: a page view not yet folded
 *
 * Most of it is asked of functions in the database, which have no types here: each query says what its rows are. What is
 * selected is always cast, so that no answer depends on the type parsers of the host.
 */

interface PageViewChanges {
  /** As text: it may be greater than a number can hold. */
  change_id: string;
}

/** The tables that a query is built on. */
export interface AnalyticsDatabase {
  page_view_changes: PageViewChanges;
}
