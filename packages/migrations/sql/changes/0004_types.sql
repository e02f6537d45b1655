-- What functions pass to each other. views = 0 means that there was, or is, no such day or session.

create type :schema.entity_key as (entity_type text, entity_id :entity_id_type);

-- The entities of one type from the first id to the last, both included.
create type :schema.entity_slice as (entity_type text, first_id :entity_id_type, last_id :entity_id_type);

-- What is known of a visitor's day at an entity.
create type :schema.day_state as (
  views integer,
  timed_views integer,
  time_total bigint,
  hours_seen integer,
  first_view timestamptz,
  last_view timestamptz,
  prev_date date
);

-- What changes do to a visitor's day: how it was, NULL when there was none, and how it is. The visitor's own numbers are
-- those before; is_stored: whether the day has a row of its own, because the visitor has more than one view. is_only: the one
-- day of a visitor who is new, of which nothing else has to be put together.
create type :schema.visitor_day_delta as (
  entity_type text,
  entity_id :entity_id_type,
  kind "char",
  visitor_id :visitor_id_type,
  date date,
  before :schema.day_state,
  after :schema.day_state,
  is_only boolean,
  was_stored boolean,
  is_stored boolean,
  visit_count integer,
  first_visit timestamptz,
  last_visit timestamptz
);

-- A visitor's day that loses views and keeps some: how many it has afterwards, and of what is stored what they may change. An hour that something
-- is added to as well is not in hours_lost; so it is with the first view and the last.
create type :schema.losing_day as (
  nth bigint,
  entity_type text,
  entity_id :entity_id_type,
  kind "char",
  visitor_id :visitor_id_type,
  date date,
  views integer,
  hours_seen integer,
  first_view timestamptz,
  last_view timestamptz,
  hours_lost integer,
  loses_first boolean,
  loses_last boolean
);

-- What happens to a visitor over all time: visit_count is that before, the other counts are differences; first and last
-- visit are those after.
create type :schema.visitor_change as (
  entity_type text,
  entity_id :entity_id_type,
  kind "char",
  visitor_id :visitor_id_type,
  visit_count integer,
  views integer,
  days integer,
  timed_views integer,
  time_total bigint,
  first_visit timestamptz,
  last_visit timestamptz
);

-- What sessions do to the entries and bounces of an hour of an entity.
create type :schema.entry_delta as (
  entity_type text, entity_id :entity_id_type, date date, hour smallint, entries integer, bounces integer
);

-- What is added to an entity's date; hours: what is added to each of its hours, packed as in analytics_hours.
create type :schema.day_delta as (
  entity_type text,
  entity_id :entity_id_type,
  date date,
  views integer,
  timed_views integer,
  time_total bigint,
  visitors integer,
  accounts integer,
  entries integer,
  bounces integer,
  again_ever integer,
  accounts_again_ever integer,
  again_in_week integer,
  accounts_again_in_week integer,
  again_in_month integer,
  accounts_again_in_month integer,
  again_in_quarter integer,
  accounts_again_in_quarter integer,
  again_in_year integer,
  accounts_again_in_year integer,
  hours integer[]
);

-- What is added to the totals of all time of an entity; first_view and last_view are those after, NULL when nothing is left.
create type :schema.entity_delta as (
  entity_type text,
  entity_id :entity_id_type,
  views bigint,
  timed_views bigint,
  time_total bigint,
  visitors bigint,
  accounts bigint,
  entries bigint,
  bounces bigint,
  first_view timestamptz,
  last_view timestamptz
);

-- What is added to how many visitors of a date had their nearest earlier day on prev_date.
create type :schema.return_delta as (
  entity_type text, entity_id :entity_id_type, date date, prev_date date, visitors integer, accounts integer
);

-- A session's first page view: where it entered, and whose that was.
create type :schema.session_entry as (entity_type text, entity_id :entity_id_type, owner_id :entity_id_type);

-- What is known of a session.
create type :schema.session_state as (
  views integer,
  time_total bigint,
  unique_pages integer,
  first_seen timestamptz,
  last_seen timestamptz,
  account_id :account_id_type,
  account_seen timestamptz,
  entry_entity_type text,
  entry_entity_id :entity_id_type,
  entry_owner_id :entity_id_type
);

-- What is added to the views of a page by a session, and whether that makes the page new to it (1) or takes it away (-1).
create type :schema.session_page as (session_id :session_id_type, views integer, pages integer);

-- identified: whether a view of it that comes has an account or a visitor_id.
create type :schema.session_delta as (
  session_id :session_id_type, before :schema.session_state, after :schema.session_state, identified boolean
);

-- What a list shows of a visitor.
create type :schema.listed_visitor as (
  kind "char",
  visitor_id :visitor_id_type,
  visit_count bigint,
  days_visited bigint,
  first_visit timestamptz,
  last_visit timestamptz,
  avg_time_on_page numeric
);
