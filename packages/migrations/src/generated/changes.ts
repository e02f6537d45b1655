// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { Change } from "../sql-source/change.ts";

export const changes: readonly Change[] = [
  {
    version: 1,
    name: "page_views",
    sql: `--! transaction: own
-- The host's table of page views: created when it is not there, completed when it is.
--
-- An adopted table keeps its own id types; columns it lacks are added without a default, so no row is
-- rewritten. Nothing is touched that is already as needed: ALTER TABLE would wait for every reader.

do $$
begin
  if to_regclass(:'page_views') is null then
    create table :page_views (
      id :page_view_id_type primary key default gen_random_uuid(),
      entity_type text not null,
      entity_id :entity_id_type,
      account_id :account_id_type,
      session_id :session_id_type,
      viewed_at timestamptz not null default now(),
      referrer_url text,
      time_on_page integer
    );
    comment on table :page_views is 'One row per page view. Headcount reads it, and changes it only where it is asked to collect.';
    comment on column :page_views.entity_id is 'What was viewed; NULL for a page without an entity.';
    comment on column :page_views.account_id is 'Who viewed it, when signed in.';
    comment on column :page_views.session_id is 'The visit it belongs to; the visitor when nobody is signed in.';
    comment on column :page_views.time_on_page is 'Seconds; NULL while unknown.';
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = 'referrer_url' and not attisdropped
  ) then
    alter table :page_views add column referrer_url text;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = 'session_id' and not attisdropped
  ) then
    alter table :page_views add column session_id :session_id_type;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = 'time_on_page' and not attisdropped
  ) then
    alter table :page_views add column time_on_page integer;
  end if;
end
$$;
`,
    transaction: "own",
    repeat: false,
  },
  {
    version: 2,
    name: "page_view_indexes",
    sql: `--! transaction: none
-- Three indexes on page views: by entity for rebuilding and verifying, by visitor for the list of visits
-- and for what folding must look up again after a view was taken away.
--
-- account_id tells an anonymous visitor's views from those of the session after its login.
--
-- On a table that already has rows they are built CONCURRENTLY: writers go on meanwhile.

create index :concurrently if not exists idx_page_views_entity_time_series
  on :page_views (entity_type, entity_id, viewed_at);

create index :concurrently if not exists idx_page_views_account_entity_time
  on :page_views (account_id, entity_type, entity_id, viewed_at)
  where account_id is not null;

create index :concurrently if not exists idx_page_views_session_entity
  on :page_views (session_id, entity_type, entity_id, viewed_at)
  include (account_id)
  where session_id is not null;
`,
    transaction: "none",
    repeat: false,
  },
  {
    version: 3,
    name: "tables",
    sql: `-- Settings, the queue of changes and the rollups.
--
-- entity_id is part of every key, and NULL there means "no entity": hence NULLS NOT DISTINCT everywhere.
-- A visitor is (is_account, visitor_id): its account when it has one, else its session.

create table :schema.analytics_settings (
  singleton boolean primary key default true check (singleton),
  time_zone text not null,
  page_views regclass not null,
  entity_id_type text not null check (entity_id_type in ('uuid', 'bigint', 'text')),
  account_id_type text not null check (account_id_type in ('uuid', 'bigint', 'text')),
  session_id_type text not null check (session_id_type in ('uuid', 'bigint', 'text')),
  history_complete boolean not null default false,
  history_position jsonb,
  most_pending_for_live integer not null default 10000 check (most_pending_for_live >= 0)
);
comment on table :schema.analytics_settings is 'One row: what the SQL and every client must agree on.';
comment on column :schema.analytics_settings.time_zone is 'IANA zone in which dates and hours are cut.';
comment on column :schema.analytics_settings.most_pending_for_live is
  'With more changes pending, answers are the folded ones and say so.';
comment on column :schema.analytics_settings.history_complete is
  'Whether the views that were there before capture began are in the rollups; nothing is folded before.';
comment on column :schema.analytics_settings.history_position is 'How far they have been read in; NULL before and after.';

insert into :schema.analytics_settings (time_zone, page_views, entity_id_type, account_id_type, session_id_type)
values (:'time_zone', :'page_views'::regclass, :'entity_id_type', :'account_id_type', :'session_id_type');

-- Without checks: each statement that writes a page view would have to read and prepare them anew.
create table :schema.page_view_changes (
  change_id bigint generated always as identity primary key,
  sign smallint not null,
  entity_type text not null,
  entity_id :entity_id_type,
  account_id :account_id_type,
  session_id :session_id_type,
  viewed_at timestamptz not null,
  time_on_page bigint,
  captured_at timestamptz not null default clock_timestamp()
);
comment on table :schema.page_view_changes is 'Page views added (+1) or taken away (-1) and not yet in the rollups.';
comment on column :schema.page_view_changes.captured_at is 'When it was written down, which is before it was committed.';

-- A row of its own, for every fold writes it: settings are read by everybody and hardly ever change. It fills its
-- page so little that old versions are cleared away without VACUUM.
create table :schema.analytics_fold_state (
  singleton boolean primary key default true check (singleton),
  finished_at timestamptz,
  folded_changes integer,
  duration_ms double precision
) with (fillfactor = 10);
comment on table :schema.analytics_fold_state is 'One row: what the latest fold that had something to do did. NULL before the first.';

insert into :schema.analytics_fold_state default values;

create table :schema.analytics_aggregates (
  entity_type text not null,
  entity_id :entity_id_type,
  date date not null,
  hour smallint check (hour between 0 and 23),
  total_views integer not null,
  unique_visitors integer not null,
  unique_accounts integer not null,
  anonymous_visitors integer not null generated always as (unique_visitors - unique_accounts) stored,
  timed_views integer not null,
  time_total bigint not null,
  avg_time_on_page numeric generated always as (round(time_total::numeric / nullif(timed_views, 0), 2)) stored,
  entries integer not null default 0,
  bounces integer not null default 0,
  bounce_rate numeric generated always as (round(100.0 * bounces / nullif(entries, 0), 2)) stored,
  new_visitors integer,
  new_accounts integer,
  visitors_first_in_week integer,
  accounts_first_in_week integer,
  visitors_first_in_month integer,
  accounts_first_in_month integer,
  visitors_first_in_quarter integer,
  accounts_first_in_quarter integer,
  visitors_first_in_year integer,
  accounts_first_in_year integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
) with (fillfactor = 90);
comment on table :schema.analytics_aggregates is 'One row per entity and date (hour NULL), and one per entity, date and hour.';
comment on column :schema.analytics_aggregates.entries is
  'Sessions whose first page view this is; bounces are those of them without a second one and with less than 10 s on it.';
comment on column :schema.analytics_aggregates.new_visitors is 'Visitors whose first day ever this is; NULL in hour rows.';
comment on column :schema.analytics_aggregates.visitors_first_in_week is
  'Visitors without an earlier day since the week began: their sum over days is the exact number of the week.';

-- hour stands before date so that the days of an entity lie next to each other.
create unique index analytics_aggregates_key
  on :schema.analytics_aggregates (entity_type, entity_id, hour, date) nulls not distinct;

create table :schema.analytics_visitors (
  entity_type text not null,
  entity_id :entity_id_type,
  is_account boolean not null,
  visitor_id :visitor_id_type not null,
  account_id :account_id_type generated always as (case when is_account then visitor_id:::account_id_type end) stored,
  session_id :session_id_type generated always as (case when not is_account then visitor_id:::session_id_type end) stored,
  visit_count integer not null,
  days_visited integer not null,
  timed_views integer not null,
  time_total bigint not null,
  avg_time_on_page numeric generated always as (round(time_total::numeric / nullif(timed_views, 0), 2)) stored,
  first_visit timestamptz not null,
  last_visit timestamptz not null
);
comment on table :schema.analytics_visitors is 'One row per entity and visitor, over all time.';

create unique index analytics_visitors_key
  on :schema.analytics_visitors (entity_type, entity_id, visitor_id, is_account) nulls not distinct;
-- Most visitors of most entities come once: ranking starts with those who came back, and needs an index for them only.
create index analytics_visitors_ranking
  on :schema.analytics_visitors (entity_type, entity_id, visit_count desc, last_visit desc, is_account, visitor_id)
  where visit_count > 1;

create table :schema.analytics_visitor_days (
  entity_type text not null,
  entity_id :entity_id_type,
  is_account boolean not null,
  visitor_id :visitor_id_type not null,
  date date not null,
  prev_date date check (prev_date < date),
  views integer not null check (views > 0),
  timed_views integer not null,
  hours_seen integer not null,
  time_total bigint not null,
  first_view timestamptz not null,
  last_view timestamptz not null
);
comment on table :schema.analytics_visitor_days is 'One row per entity, date and visitor.';
comment on column :schema.analytics_visitor_days.prev_date is 'The date of the visitor''s nearest earlier day here; NULL for the first.';
comment on column :schema.analytics_visitor_days.hours_seen is 'Bit h is set when the visitor was seen in hour h.';

-- Who came most often on some dates is told from the index alone.
create unique index analytics_visitor_days_key
  on :schema.analytics_visitor_days (entity_type, entity_id, date, visitor_id, is_account)
  include (views, prev_date, last_view) nulls not distinct;

create table :schema.analytics_visitor_returns (
  entity_type text not null,
  entity_id :entity_id_type,
  date date not null,
  prev_date date not null,
  visitors integer not null,
  accounts integer not null
);
comment on table :schema.analytics_visitor_returns is
  'How many visitors of a date had their nearest earlier day on prev_date: what makes unique visitors of any range exact.';

create unique index analytics_visitor_returns_key
  on :schema.analytics_visitor_returns (entity_type, entity_id, date, prev_date)
  include (visitors, accounts) nulls not distinct;
-- The returns to the last days of a range are found by their dates, those from its first days by prev_date.
create index analytics_visitor_returns_before
  on :schema.analytics_visitor_returns (entity_type, entity_id, prev_date, date)
  include (visitors, accounts);

-- The same by weeks: the whole weeks of a long range are read from here, and only its cut weeks by days.
create table :schema.analytics_visitor_return_weeks (
  entity_type text not null,
  entity_id :entity_id_type,
  week date not null,
  prev_week date not null,
  visitors integer not null,
  accounts integer not null
);
comment on table :schema.analytics_visitor_return_weeks is
  'analytics_visitor_returns by the Mondays of both dates: any range is read in whole weeks and the days of two cut ones.';

create unique index analytics_visitor_return_weeks_key
  on :schema.analytics_visitor_return_weeks (entity_type, entity_id, week, prev_week)
  include (visitors, accounts) nulls not distinct;
-- What was viewed.
create type :schema.entity_key as (entity_type text, entity_id :entity_id_type);

-- A page of a session: what was viewed in it, and how often.
create type :schema.session_page as (entity_type text, entity_id :entity_id_type, views integer);

create table :schema.visitor_sessions (
  session_id :session_id_type primary key,
  account_id :account_id_type,
  account_seen timestamptz,
  first_seen timestamptz,
  last_seen timestamptz,
  total_views integer not null default 0,
  unique_pages integer not null default 0,
  time_total bigint not null default 0,
  entry_entity_type text,
  entry_entity_id :entity_id_type,
  pages :schema.session_page[],
  ip_address inet,
  user_agent text
) with (fillfactor = 90);
comment on table :schema.visitor_sessions is
  'One row per session. Collection may write ip_address and user_agent before its views are counted; the rest is kept by folding.';
comment on column :schema.visitor_sessions.account_id is 'The account of its latest view that has one, which was at account_seen.';
comment on column :schema.visitor_sessions.entry_entity_type is 'With entry_entity_id: what its first page view, at first_seen, was of.';
comment on column :schema.visitor_sessions.pages is 'What was viewed in it and how often; NULL when that was its entry alone.';

-- Which of the sessions that have something pending entered here? A live read asks that of one entity.
create index visitor_sessions_entry
  on :schema.visitor_sessions (entry_entity_type, entry_entity_id, session_id);
`,
    transaction: "shared",
    repeat: false,
  },
  {
    version: 4,
    name: "types",
    sql: `-- What functions hand to each other.

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
`,
    transaction: "shared",
    repeat: false,
  },
  {
    version: 5,
    name: "accounts",
    sql: `-- The host's accounts, under the three names that we use. Replace it with a definition of your own
-- (CREATE OR REPLACE VIEW) when your accounts look different.
do $$
declare
  v_id_type regtype;
  v_id text;
begin
  if to_regclass(:'accounts') is not null and (
    select count(*) = 4 from pg_attribute
    where attrelid = to_regclass(:'accounts') and not attisdropped
      and attname in ('id', 'username', 'first_name', 'last_name')
  ) then
    select atttypid into v_id_type from pg_attribute where attrelid = to_regclass(:'accounts') and attname = 'id';
    -- left as it is where it can be compared as it is: a cast would keep its index from being used
    v_id := case
      when v_id_type::text = :'account_id_type' then 'id'
      when v_id_type::text in ('smallint', 'integer') and :'account_id_type' = 'bigint' then 'id'
      else format('id::text::%s', :'account_id_type')
    end;
    execute format(
      $view$
        create view :schema.analytics_accounts as
        select
          %s as account_id,
          username::text as username,
          coalesce(nullif(trim(concat_ws(' ', first_name, last_name)), ''), nullif(trim(username::text), '')) as display_name
        from :accounts
      $view$,
      v_id
    );
  else
    create view :schema.analytics_accounts as
    select null:::account_id_type as account_id, null::text as username, null::text as display_name
    where false;
  end if;
end
$$;
comment on view :schema.analytics_accounts is 'The one place that knows the host''s accounts: account_id, username, display_name.';
`,
    transaction: "shared",
    repeat: false,
  },
  {
    version: 6,
    name: "history",
    sql: `--! repeat: until done
-- Read the views that were there before capture began into the rollups, a step at a time.

select s.phase, s.page_views, s.done from :schema.read_history_step() s;
`,
    transaction: "own",
    repeat: true,
  },
];
