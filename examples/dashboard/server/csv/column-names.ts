/** What columns are called in a spreadsheet. */
export const columnNames = {
  date: "Date",
  hour: "Hour",
  views: "Views",
  unique_visitors: "Unique visitors",
  unique_accounts: "Unique accounts",
  anonymous_visitors: "Anonymous visitors",
  new_visitors: "New visitors",
  returning_visitors: "Returning visitors",
  new_accounts: "New accounts",
  avg_time_on_page: "Average time on page (seconds)",
  bounce_rate: "Bounce rate (%)",
  partial: "Incomplete",
  display_name: "Name",
  username: "Username",
  account_id: "Account ID",
  ref: "Visitor",
  visit_count: "Views",
  days_visited: "Days visited",
  first_visit: "First seen",
  last_visit: "Last seen",
} as const;

/** A field that has a name. */
export type ColumnName = keyof typeof columnNames;
