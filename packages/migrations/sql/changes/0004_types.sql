-- What functions hand to each other.

-- How a visitor-day was before and is after. views = 0 means that there was, or is, no such visitor-day.
create type :schema.visitor_day_effect as (
  entity_type text,
  entity_id :entity_id_type,
  is_account boolean,
  visitor_id :visitor_id_type,
  date date,
  before_views integer,
  before_timed_views integer,
  before_hours_seen integer,
  before_time_total bigint,
  before_first_view timestamptz,
  before_last_view timestamptz,
  before_prev_date date,
  views integer,
  timed_views integer,
  hours_seen integer,
  time_total bigint,
  first_view timestamptz,
  last_view timestamptz,
  prev_date date,
  visitor_first_visit timestamptz,
  visitor_last_visit timestamptz
);

-- Views and entries by entity, date and hour: what is added to sums, visitor or no visitor.
create type :schema.view_count_effect as (
  entity_type text,
  entity_id :entity_id_type,
  date date,
  hour smallint,
  views integer,
  timed_views integer,
  time_total bigint,
  entries integer,
  bounces integer
);

-- How a session was before and is after. views = 0 means that there was, or is, no such session.
create type :schema.session_effect as (
  session_id :session_id_type,
  before_views integer,
  before_time_total bigint,
  before_first_seen timestamptz,
  before_entity_type text,
  before_entity_id :entity_id_type,
  views integer,
  time_total bigint,
  first_seen timestamptz,
  last_seen timestamptz,
  entry_entity_type text,
  entry_entity_id :entity_id_type,
  account_id :account_id_type,
  account_seen timestamptz,
  unique_pages integer,
  pages :schema.session_page[]
);

-- A visitor's views of an entity in one hour. visitor_id is NULL for views by nobody.
create type :schema.visitor_hour as (
  entity_type text,
  entity_id :entity_id_type,
  is_account boolean,
  visitor_id :visitor_id_type,
  date date,
  hour smallint,
  views integer,
  timed_views integer,
  time_total bigint,
  first_view timestamptz,
  last_view timestamptz
);

-- What changes add to a row of a day (hour NULL), to a row of an hour, or, with prev_date, to returns: then only
-- visitors and accounts say something.
create type :schema.series_effect as (
  date date,
  hour smallint,
  prev_date date,
  total_views integer,
  timed_views integer,
  time_total bigint,
  unique_visitors integer,
  unique_accounts integer,
  visitors_first_in_week integer,
  accounts_first_in_week integer,
  visitors_first_in_month integer,
  accounts_first_in_month integer,
  visitors_first_in_quarter integer,
  accounts_first_in_quarter integer,
  visitors_first_in_year integer,
  accounts_first_in_year integer,
  entries integer,
  bounces integer
);

create type :schema.ranked_visitor as (
  is_account boolean,
  visitor_id :visitor_id_type,
  visit_count bigint,
  last_visit timestamptz
);

-- What a list tells about a visitor.
create type :schema.listed_visitor as (
  is_account boolean,
  visitor_id :visitor_id_type,
  visit_count bigint,
  days_visited bigint,
  first_visit timestamptz,
  last_visit timestamptz,
  avg_time_on_page numeric
);

-- The entities of one type from the first id to the last, both included; without ids, what has no entity.
create type :schema.entity_slice as (entity_type text, first_id :entity_id_type, last_id :entity_id_type);
