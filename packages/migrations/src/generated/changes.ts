// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { Change } from "../sql-source/change.ts";

export const changes: readonly Change[] = [
  {
    version: 1,
    name: "page_views",
    sql: `--! transaction: own
-- The host's table of page views: created when it is not there, completed when it is.
--
-- An adopted table keeps its own id types; columns it lacks are added without a default, or with
-- one that is the same for all, so no row is rewritten. Nothing is touched that is already as needed: ALTER TABLE would wait for every reader.

do $$
declare
  v_grantee text;
begin
  if to_regclass(:'page_views') is null then
    create table :page_views (
      id :page_view_id_type default gen_random_uuid(),
      entity_type text not null,
      entity_id :entity_id_type,
      account_id :account_id_type,
      session_id :session_id_type,
      visitor_id :session_id_type,
      owner_id :owner_id_type,
      viewed_at timestamptz not null default now(),
      referrer_url text,
      time_on_page integer,
      source_no integer,
      device_no integer,
      primary key (:page_view_key)
    ) :partition_by;
    -- nobody else's until granted, whatever a host's default privileges give roles of tables as they are made
    for v_grantee in
      select distinct case when a.grantee = 0 then 'public' else quote_ident(r.rolname) end
      from pg_class c
      cross join lateral aclexplode(c.relacl) a
      left join pg_roles r on r.oid = a.grantee
      where c.oid = to_regclass(:'page_views') and a.grantee <> c.relowner
    loop
      execute format('revoke all on %s from %s', :'page_views', v_grantee);
    end loop;
    if :'partition' <> '' then
      create table :default_partition partition of :page_views default;
    end if;
    comment on table :page_views is 'One row per page view. Headcount reads it, and changes it only where it is asked to collect.';
    comment on column :page_views.entity_id is 'What was viewed; NULL for a page without an entity.';
    comment on column :page_views.account_id is 'Who viewed it, when signed in.';
    comment on column :page_views.session_id is 'The visit it belongs to; the visitor when nothing else says who it was.';
    comment on column :page_views.visitor_id is 'The browser, over visits; the visitor when nobody is signed in.';
    comment on column :page_views.owner_id is 'Whose it was that was viewed, then. NULL when nobody''s.';
    comment on column :page_views.time_on_page is 'Seconds; NULL while unknown.';
    comment on column :page_views.source_no is 'Where the view came from: of analytics_sources. NULL when not recorded.';
    comment on column :page_views.device_no is 'With what it was viewed: of analytics_devices. NULL when not recorded.';
  end if;

  if :'entity_type' <> '' and not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = 'entity_type' and not attisdropped
  ) then
    alter table :page_views add column entity_type text not null default :'entity_type';
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'referrer_url_name' and not attisdropped
  ) then
    alter table :page_views add column referrer_url text;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'session_id_name' and not attisdropped
  ) then
    alter table :page_views add column session_id :session_id_type;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'visitor_id_name' and not attisdropped
  ) then
    alter table :page_views add column visitor_id :session_id_type;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'owner_id_name' and not attisdropped
  ) then
    alter table :page_views add column owner_id :owner_id_type;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'time_on_page_name' and not attisdropped
  ) then
    alter table :page_views add column time_on_page integer;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'source_no_name' and not attisdropped
  ) then
    alter table :page_views add column source_no integer;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'device_no_name' and not attisdropped
  ) then
    alter table :page_views add column device_no integer;
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
-- Four indexes on page views: by entity for rebuilding and verifying, by visitor for the list of visits
-- and for what folding must look up again after a view was taken away.
--
-- The included columns separate the views of an anonymous visitor from those after its login, or with a visitor_id.
--
-- A page view whose ids are too long for a key is in none of them, or the host could not insert it: everything that reads page
-- views asks for :page_view_rows, which has the same condition.
--
-- On a table that already has rows they are built CONCURRENTLY: writers go on.

create index :concurrently if not exists idx_page_views_entity_time_series
  on :page_views (:entity_time_key)
  where :ids_fit;

create index :concurrently if not exists idx_page_views_account_entity_time
  on :page_views (:account_entity_time_key)
  where :account_id_column is not null and :ids_fit;

create index :concurrently if not exists idx_page_views_session_entity_time
  on :page_views (:session_entity_time_key)
  include (:account_id_column, :visitor_id_column)
  where :session_id_column is not null and :ids_fit;

create index :concurrently if not exists idx_page_views_visitor_entity_time
  on :page_views (:visitor_entity_time_key)
  include (:account_id_column)
  where :visitor_id_column is not null and :ids_fit;
`,
    transaction: "none",
    repeat: false,
  },
  {
    version: 3,
    name: "tables",
    sql: `-- Settings, the queues of changes, and the rollups.
--
-- A visitor is (kind, visitor_id): an account ('a'), a visitor_id of page views ('v') or a session ('s'). Ids of two kinds may
-- be equal and are two visitors.
-- entity_id is never NULL here: a page without an entity has :no_entity, so that every key is compared by "=".
-- Most entity-days have one view and most visitors of an entity come once, so rollups keep NULL for what such a row
-- need not say: it takes no room.

create table :schema.analytics_settings (
  singleton boolean primary key default true check (singleton),
  time_zone text not null,
  page_views regclass not null,
  entity_id_type text not null check (entity_id_type in ('uuid', 'bigint', 'text')),
  account_id_type text not null check (account_id_type in ('uuid', 'bigint', 'text')),
  session_id_type text not null check (session_id_type in ('uuid', 'bigint', 'text')),
  owner_id_type text not null check (owner_id_type in ('uuid', 'bigint', 'text')),
  columns jsonb not null default '{}',
  distributed boolean not null default false,
  history_complete boolean not null default false,
  restored_at timestamptz,
  history_position jsonb,
  new_since date,
  partition text check (partition = 'monthly'),
  sealed_before date check (sealed_before = date_trunc('month', sealed_before::timestamp)),
  forgotten_before date,
  max_pending_for_live integer not null default 10000 check (max_pending_for_live >= 0),
  levels text[] not null default '{}' check (levels <@ '{owner,type,site}'),
  level_positions jsonb not null default '{}' check (jsonb_typeof(level_positions) = 'object'),
  viewer_attributes text[] not null default '{}' check (array_position(viewer_attributes, null) is null),
  milestones jsonb not null default '{}' check (
    jsonb_typeof(milestones) = 'object'
    and not jsonb_path_exists(milestones, 'strict $.* ? (@.type() <> "object")')
    and not jsonb_path_exists(
      milestones, 'strict $.*.keyvalue() ? (@.key <> "views" && @.key <> "unique_visitors" || @.value.type() <> "array")', silent => true
    )
    and not jsonb_path_exists(
      milestones, 'strict $.*.*[*] ? (@.type() <> "number" || @ < 1 || @ > 1000000000000000 || @.floor() <> @)', silent => true
    )
  )
);
comment on table :schema.analytics_settings is 'One row: what the SQL and every client must agree on.';
comment on column :schema.analytics_settings.time_zone is 'IANA zone in which dates and hours are cut.';
comment on column :schema.analytics_settings.columns is
  'Which columns of page views hold ours, where their names are others: {"viewed_at": "created_at"}.';
comment on column :schema.analytics_settings.partition is
  'By what partitions of page views are made ahead: monthly. NULL when none are.';
comment on column :schema.analytics_settings.distributed is
  'Whether page views are spread over the servers of a cluster: each shard is a slice, and folds for itself.';
comment on column :schema.analytics_settings.max_pending_for_live is
  'With more changes pending, answers are the folded ones and say so.';
comment on column :schema.analytics_settings.levels is
  'What is counted besides entities, each visitor once: owner, all of an owner''s; type, all of an entity_type; site, everything. Written by adding and removing levels.';
comment on column :schema.analytics_settings.level_positions is
  'How far levels that are being added or removed have come: {"owner": {"phase": "sessions", "session_id": "7"}}.';
comment on column :schema.analytics_settings.viewer_attributes is
  'Which further columns of analytics_accounts describe viewers: {company,role}. They are listed with visitors, and counted.';
comment on column :schema.analytics_settings.milestones is
  'Which totals of all time are milestones, by entity_type: {"listing": {"views": [100, 1000], "unique_visitors": [100]}}.';
comment on column :schema.analytics_settings.history_complete is
  'Whether the views that were there before capture began are in the rollups; nothing is folded before.';
comment on column :schema.analytics_settings.restored_at is
  'When rows were put into the rollups by hand, as a dump of data does: page views that were put back with them count twice. NULL when never.';
comment on column :schema.analytics_settings.history_position is 'How far they have been read in, and which parts of them are to be read next; NULL before and after.';
comment on column :schema.analytics_settings.sealed_before is
  'The first of a month: page views of earlier dates may be gone, and what is stored of these dates is sealed. NULL before the first pruning.';
comment on column :schema.analytics_settings.forgotten_before is
  'Visitors who had come last before this date were forgotten: who of them comes back is new. NULL while nobody was.';
comment on column :schema.analytics_settings.new_since is
  'The date of the first page view with a visitor_id: who had come before as a session is new from then on. NULL before the first one.';

insert into :schema.analytics_settings (time_zone, page_views, entity_id_type, account_id_type, session_id_type, owner_id_type, columns, partition)
values (
  :'time_zone', :'page_views'::regclass, :'entity_id_type', :'account_id_type', :'session_id_type', :'owner_id_type', :'column_names',
  nullif(:'partition', '')
);

-- Page views added (+1) or taken away (-1) and not yet in the rollups of their entity. Without checks: each statement that
-- writes a page view would have to read and prepare them anew. Without a primary key: restoring a dump of data may put its sequence
-- back, then an id is given twice, and no statement of the host's may fail for that. Of an entity, all changes are in one slot.
create table :schema.page_view_changes (
  change_id bigint generated always as identity,
  viewed_at timestamptz not null,
  captured_at timestamptz not null default clock_timestamp(),
  time_on_page integer,
  slot smallint not null,
  sign smallint not null,
  left_out "char",
  in_trigger boolean,
  is_group boolean,
  entity_type text not null,
  entity_id :entity_id_type not null,
  account_id :account_id_type,
  session_id :session_id_type,
  visitor_id :session_id_type,
  owner_id :entity_id_type
);
comment on table :schema.page_view_changes is 'Page views added (+1) or taken away (-1) and not yet in the rollups.';
comment on column :schema.page_view_changes.captured_at is 'When it was captured, which is before it was committed.';
comment on column :schema.page_view_changes.in_trigger is
  'True when a trigger of the host''s took the view away: perhaps before the statement that adds it was captured. NULL otherwise.';
comment on column :schema.page_view_changes.left_out is
  'Why a view cannot be counted (sign is 0): i, ids of more than 2,000 bytes together; t, an instant outside the years 1 to 9999; e, no entity_type; r, one that begins with headcount:. NULL when it can.';
comment on column :schema.page_view_changes.is_group is
  'True for what the view is to the owner''s, its type''s or the site''s rollups, beside the row of its entity. NULL for that one.';
comment on column :schema.page_view_changes.owner_id is
  'Whose it was that was viewed, as an id of entities. NULL where owners are not counted, and in rows of groups.';

-- What folding takes next. Each INSERT of the host's pays for it: a unique index with a third column would cost it more.
create index page_view_changes_order on :schema.page_view_changes (slot, change_id);
-- Of which sessions were views taken away? Views that are added cost nothing here.
create index page_view_changes_removed on :schema.page_view_changes (session_id) where sign < 0;

-- What sessions do to the entries and bounces of an hour of an entity, and its rollups do not hold yet.
create table :schema.entry_changes (
  change_id bigint generated always as identity,
  date date not null,
  entries integer not null,
  bounces integer not null,
  slot smallint not null,
  hour smallint not null,
  entity_type text not null,
  entity_id :entity_id_type not null,
  primary key (slot, change_id)
);
comment on table :schema.entry_changes is 'Entries and bounces that sessions have added or taken away, and not yet in the rollups of their entity.';

create table :schema.set_aside_changes (
  set_aside_at timestamptz not null default now(),
  reason text not null,
  sign smallint not null,
  entity_type text not null,
  entity_id :entity_id_type not null,
  account_id :account_id_type,
  session_id :session_id_type,
  visitor_id :session_id_type,
  viewed_at timestamptz not null,
  time_on_page integer
);
comment on table :schema.set_aside_changes is 'Changes that could not be applied, kept out of the way of all others.';

create table :schema.left_out_page_views (
  left_out "char" primary key,
  page_views bigint not null,
  latest_at timestamptz not null
);
comment on table :schema.left_out_page_views is 'How many page views could not be counted, by reason: see page_view_changes.left_out.';

-- A fold locks the slots first that it writes to: two never write the rollups of the same entity, nor sessions, at the same time. A row fills its
-- page so little that old versions are cleared away without VACUUM.
create table :schema.analytics_slots (
  slot smallint primary key check (slot between 0 and 8),
  finished_at timestamptz,
  folded_changes integer,
  duration_ms double precision
) with (fillfactor = 10);
comment on table :schema.analytics_slots is
  'Entities are in the slots 0 to 7, which can be folded at the same time, and all sessions in 8. What the latest fold of each did; NULL before the first.';

insert into :schema.analytics_slots (slot)
select s.slot from generate_series(0, 8) s (slot);

-- One row per entity and date. again_*: those of the date's visitors, and of its accounts, who had been there before: ever,
-- in the same week, month, quarter or year.
create table :schema.analytics_days (
  time_total bigint,
  date date not null,
  created integer not null default extract(epoch from now())::bigint - 1577836800,
  updated integer not null default extract(epoch from now())::bigint - 1577836800,
  views integer not null,
  visitors integer,
  accounts integer,
  timed_views integer,
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
  hour smallint,
  entity_id :entity_id_type not null,
  entity_type text not null
) with (fillfactor = 90);
comment on table :schema.analytics_days is 'One row per entity and date; NULL counts are 0. Read analytics_aggregates.';
comment on column :schema.analytics_days.created is 'Seconds since 2020-01-01 00:00 UTC, as updated: half the room of a timestamp.';
comment on column :schema.analytics_days.hour is 'The hour that all of the date was in; NULL when it was in several, which analytics_hours has.';

create unique index analytics_days_key on :schema.analytics_days (entity_type, entity_id, date);
-- The days of all entities in a range. They lie by date where they were folded, and by entity where they were read in, so what of the table is to
-- be read only an index of each row says.
create index analytics_days_date on :schema.analytics_days (date);

-- The hours of a date that had several. Folding adds records at the end, and now and then makes one of those of an hour.
create table :schema.analytics_hours (
  date date not null,
  entity_id :entity_id_type not null,
  entity_type text not null,
  hours integer[] not null
) with (fillfactor = 80);
comment on table :schema.analytics_hours is 'The hours of an entity''s date, packed: read analytics_aggregates, or unpacked_hours.';
comment on column :schema.analytics_hours.hours is
  'Records of nine numbers, all but the first of which add up: hour, views, timed_views, time_total / 2^30, time_total % 2^30, visitors, accounts, entries, bounces.';

create unique index analytics_hours_key on :schema.analytics_hours (entity_type, entity_id, date);

-- One row per entity and visitor. Who came once, as most did, is known from this row alone, its date and hour too:
-- all else is NULL then, except the time of the view.
create table :schema.analytics_entity_visitors (
  first_visit timestamptz not null,
  last_visit timestamptz,
  time_total bigint,
  visit_count integer check (visit_count > 1),
  days_visited integer check (days_visited > 1),
  timed_views integer,
  kind "char" not null,
  visitor_id :visitor_id_type not null,
  entity_id :entity_id_type not null,
  entity_type text not null
);
comment on table :schema.analytics_entity_visitors is
  'One row per entity and visitor, over all time. NULL is 1 for visits and days, 0 for times, and "as the first" for last_visit. Read analytics_visitors.';

-- A visitor is found by a hash, half of it the entity's and half the visitor's, and compared in full afterwards: the
-- index takes a third of the room of one on the columns, and an entity's visitors lie next to each other in it. The
-- expression is that of pair_key().
create index analytics_entity_visitors_pair on :schema.analytics_entity_visitors ((
  (:entity_id_hash(entity_id, hashtextextended(entity_type, 0)) << 32) | (:visitor_id_hash(visitor_id, 0) & 4294967295)
));
-- For those who select from analytics_visitors: equal keys are stored once.
create index analytics_entity_visitors_entity on :schema.analytics_entity_visitors (entity_type, entity_id, kind);
-- Who came for the first time on some days, the latest for example. The expression is that of entity_day_key().
create index analytics_entity_visitors_first_day on :schema.analytics_entity_visitors ((
  (:entity_id_hash(entity_id, hashtextextended(entity_type, 0)) << 32)
    | ((first_visit at time zone 'UTC')::date - date '0001-01-01')::bigint
));
-- Most visitors of most entities come once: ranking starts with those who came back, and needs an index for them only.
create index analytics_entity_visitors_ranking
  on :schema.analytics_entity_visitors (entity_type, entity_id, visit_count desc, last_visit desc, kind desc, visitor_id)
  where visit_count > 1;

-- The visitor-days of those who viewed an entity more than once: who came once has none.
create table :schema.analytics_visitor_days (
  first_view timestamptz not null,
  last_view timestamptz not null,
  time_total bigint,
  date date not null,
  prev_date date check (prev_date < date),
  views integer not null check (views > 0),
  timed_views integer,
  hours_seen integer not null,
  kind "char" not null,
  visitor_id :visitor_id_type not null,
  entity_id :entity_id_type not null,
  entity_type text not null
);
comment on table :schema.analytics_visitor_days is 'One row per entity, date and visitor, of those visitors who have more than one view there.';
comment on column :schema.analytics_visitor_days.prev_date is 'The date of the visitor''s nearest earlier day here; NULL for the first.';
comment on column :schema.analytics_visitor_days.hours_seen is 'Bit h is set when the visitor was seen in hour h.';

-- A visitor's days, one after the other: see analytics_entity_visitors_pair.
create index analytics_visitor_days_pair on :schema.analytics_visitor_days ((
  (:entity_id_hash(entity_id, hashtextextended(entity_type, 0)) << 32) | (:visitor_id_hash(visitor_id, 0) & 4294967295)
), date);
-- Who came most often on some dates is known from the index alone.
create index analytics_visitor_days_entity
  on :schema.analytics_visitor_days (entity_type, entity_id, date)
  include (views, prev_date, last_view, kind, visitor_id);

create table :schema.analytics_visitor_returns (
  date date not null,
  prev_date date not null,
  visitors integer not null,
  accounts integer not null,
  entity_id :entity_id_type not null,
  entity_type text not null
);
comment on table :schema.analytics_visitor_returns is
  'How many visitors of a date had their nearest earlier day on prev_date: what makes unique visitors of any range exact.';

create unique index analytics_visitor_returns_key
  on :schema.analytics_visitor_returns (entity_type, entity_id, date, prev_date) include (visitors, accounts);
-- The returns to the last days of a range are found by their dates, those from its first days by prev_date.
create index analytics_visitor_returns_before
  on :schema.analytics_visitor_returns (entity_type, entity_id, prev_date, date) include (visitors, accounts);

-- Returns by weeks: the whole weeks of a long range are read from here, and only its cut weeks by days.
create table :schema.analytics_visitor_return_weeks (
  week date not null,
  prev_week date not null,
  visitors integer not null,
  accounts integer not null,
  entity_id :entity_id_type not null,
  entity_type text not null
);
comment on table :schema.analytics_visitor_return_weeks is
  'analytics_visitor_returns by the Mondays of both dates: any range is read in whole weeks and the days of two cut ones.';

create unique index analytics_visitor_return_weeks_key
  on :schema.analytics_visitor_return_weeks (entity_type, entity_id, week, prev_week) include (visitors, accounts);

-- One row per entity. Each fold that touches an entity changes its row: half of each page is left free, so that old versions are
-- cleared away without VACUUM.
create table :schema.analytics_entities (
  first_view timestamptz,
  last_view timestamptz,
  time_total bigint not null,
  views bigint not null,
  timed_views bigint not null,
  visitors bigint not null,
  accounts bigint not null,
  entries bigint not null,
  bounces bigint not null,
  entity_id :entity_id_type not null,
  entity_type text not null
) with (fillfactor = 50);
comment on table :schema.analytics_entities is 'The totals of all time of each entity, every visitor counted once.';

create unique index analytics_entities_key on :schema.analytics_entities (entity_type, entity_id);

-- Each is told once for ever: a row stays whatever becomes of the total, and of page views.
create table :schema.analytics_milestones (
  milestone_id bigint generated always as identity,
  threshold bigint not null,
  value bigint not null,
  reached_at timestamptz,
  leased_until timestamptz,
  acknowledged_at timestamptz,
  measure text not null,
  entity_id :entity_id_type not null,
  entity_type text not null,
  primary key (entity_type, entity_id, measure, threshold)
);
comment on table :schema.analytics_milestones is 'Totals of all time that an entity has reached: see analytics_settings.milestones.';
comment on column :schema.analytics_milestones.value is 'The total when it was noted.';
comment on column :schema.analytics_milestones.reached_at is
  'When the fold that reached it began; NULL when the total was past it before anybody looked, which nobody is told.';
comment on column :schema.analytics_milestones.leased_until is 'Until when the one who took it has it alone.';

-- Which are still to be told?
create index analytics_milestones_open on :schema.analytics_milestones (milestone_id)
  where reached_at is not null and acknowledged_at is null;

-- What was done to what is stored of people and entities, a row a transaction. Who somebody was is not in it.
create table :schema.analytics_audit (
  done_at timestamptz not null default now(),
  action text not null,
  subject jsonb not null,
  views bigint not null,
  receipt uuid not null,
  actor text
);
comment on table :schema.analytics_audit is 'What was erased, made anonymous, forgotten or moved, and when; nobody changes or deletes it.';
comment on column :schema.analytics_audit.subject is 'Of an entity, which one; of visitors who were forgotten, of which kind, and since when they had not come; of a person, nothing.';
comment on column :schema.analytics_audit.receipt is 'What the call answered: the host knows of whom it was.';
comment on column :schema.analytics_audit.actor is 'Who asked for it, as the call says. NULL when it does not.';

-- What is stored of a sealed month, so that a number that was changed there is found: page views would not say it any more. Each fold
-- renews the rows of the slots that it holds, so that no two wait for each other.
create table :schema.analytics_seals (
  month date not null,
  slot smallint not null,
  rows bigint not null,
  views bigint not null,
  digest numeric not null,
  sealed_at timestamptz not null default now(),
  primary key (month, slot)
);
comment on table :schema.analytics_seals is 'Of each month whose page views may be gone: how many rows and views the rollups have, and what they add up to.';
comment on column :schema.analytics_seals.digest is 'The hashes of all of these rows, added up.';

-- Whose deletes are no views taken away. A row is there during a transaction only, and who may not write it deletes nothing uncounted.
create table :schema.analytics_pruning (
  transaction_id xid8 primary key,
  before date not null
);
comment on table :schema.analytics_pruning is
  'Transactions that delete page views of sealed months, which stay counted. Grant it to nobody who may not prune.';

-- Which sessions and browsers an account had in page views that are gone, where visitor_sessions does not say it.
create table :schema.analytics_links (
  account_id :account_id_type not null,
  session_id :session_id_type,
  visitor_id :session_id_type,
  unique nulls not distinct (account_id, session_id, visitor_id)
);
comment on table :schema.analytics_links is 'Sessions and browsers of accounts, as page views that were pruned had them.';

-- When nobody viewed an entity, or a group, in page views that are gone: of visitors, what is stored of their days says it.
create table :schema.analytics_pruned_bounds (
  first_view timestamptz not null,
  last_view timestamptz not null,
  entity_id :entity_id_type not null,
  entity_type text not null,
  primary key (entity_type, entity_id)
);
comment on table :schema.analytics_pruned_bounds is
  'The first and the last of an entity''s page views that were pruned and had no account, visitor_id or session.';

create table :schema.visitor_sessions (
  session_id :session_id_type primary key,
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  account_seen_at timestamptz,
  time_total bigint not null default 0,
  total_views integer not null default 0,
  unique_pages integer not null default 0,
  account_id :account_id_type,
  entry_entity_id :entity_id_type,
  entry_owner_id :entity_id_type,
  entry_entity_type text,
  ip_address inet,
  user_agent text,
  identified boolean
) with (fillfactor = 90);
comment on table :schema.visitor_sessions is
  'One row per session. Collection may write ip_address and user_agent before its views are counted; the rest is kept by folding.';

-- Which sessions entered at an entity, by date? The expression is that of entity_day_key().
create index visitor_sessions_entry on :schema.visitor_sessions ((
  (:entity_id_hash(entry_entity_id, hashtextextended(entry_entity_type, 0)) << 32)
    | ((first_seen_at at time zone 'UTC')::date - date '0001-01-01')::bigint
));

comment on column :schema.visitor_sessions.identified is
  'True once a view of it had an account or a visitor_id; of one without, visitors say which pages it viewed. NULL otherwise.';
comment on column :schema.visitor_sessions.entry_owner_id is
  'Whose it was at which the session entered, as an id of entities. NULL where owners are not counted.';

create index visitor_sessions_entry_owner on :schema.visitor_sessions (entry_owner_id, first_seen_at)
  where entry_owner_id is not null;

-- Where page views came from, and with what they were viewed: each combination once, page views have its number. What
-- collecting wrote here is nowhere else.
create table :schema.analytics_sources (
  source_no integer generated always as identity primary key,
  first_seen timestamptz not null default now(),
  channel text,
  source text,
  referrer_host text,
  surface text,
  utm_source text,
  utm_medium text,
  utm_campaign text
);
comment on table :schema.analytics_sources is 'Where page views came from; their source_no is of here.';
-- Two arrays with NULL in the same places are equal.
create unique index analytics_sources_key on :schema.analytics_sources (
  (array[channel, source, referrer_host, surface, utm_source, utm_medium, utm_campaign])
);
create index analytics_sources_first_seen on :schema.analytics_sources (first_seen);

create table :schema.analytics_devices (
  device_no integer generated always as identity primary key,
  first_seen timestamptz not null default now(),
  device text,
  browser text,
  os text,
  country text
);
comment on table :schema.analytics_devices is 'With what, and in which country, pages were viewed; device_no of page views is of here.';
create unique index analytics_devices_key on :schema.analytics_devices ((array[device, browser, os, country]));
create index analytics_devices_first_seen on :schema.analytics_devices (first_seen);

-- Page views may have numbers of an installation that was taken out: those stand for nothing, and are not given again.
select
  setval(pg_get_serial_sequence(:'schema' || '.analytics_sources', 'source_no'), coalesce(max(v.source_no), 0)::bigint + 1, false),
  setval(pg_get_serial_sequence(:'schema' || '.analytics_devices', 'device_no'), coalesce(max(v.device_no), 0)::bigint + 1, false)
from :page_view_rows v;

-- Breakdowns of entities that are kept by dates, so that they are not counted from page views each time. Numbers only: who viewed is in
-- page views, and where those are gone nothing of this is.
create table :schema.analytics_breakdowns (
  breakdown_no integer generated always as identity primary key,
  entity_id :entity_id_type not null,
  entity_type text not null
);
comment on table :schema.analytics_breakdowns is 'Entities whose breakdowns are kept.';
create unique index analytics_breakdowns_key on :schema.analytics_breakdowns (entity_type, entity_id);

-- A row whenever one becomes out of date: who folds waits for nobody who counts. What counts it deletes those that it has seen.
create table :schema.analytics_breakdown_changes (
  change_id bigint generated always as identity,
  date date not null,
  breakdown_no integer not null,
  primary key (breakdown_no, date, change_id)
);
comment on table :schema.analytics_breakdown_changes is
  'Dates whose breakdowns are to be counted again; until then these are read from page views.';

create table :schema.analytics_breakdown_days (
  time_total bigint,
  breakdown_no integer not null,
  date date not null,
  value_no integer not null,
  views integer not null,
  visitors integer not null,
  accounts integer,
  timed_views integer,
  recorded_views integer,
  entries integer,
  bounces integer,
  dimension text not null,
  prev_dates date[],
  again_since integer[],
  accounts_again_since integer[],
  primary key (breakdown_no, dimension, date, value_no)
);
comment on table :schema.analytics_breakdown_days is 'How many views and visitors of a date had each value. Zeros are stored as NULL.';
comment on column :schema.analytics_breakdown_days.value_no is
  'A source_no or device_no that has the value, not the same on every date; 1 for accounts, 2 for nobody who is known by one; 0 for no value.';
comment on column :schema.analytics_breakdown_days.prev_dates is
  'The dates on which visitors of this date had the value last before it, in their order. NULL when nobody had.';
comment on column :schema.analytics_breakdown_days.again_since is 'How many of the visitors had the value on that date before, or on one between.';

-- Which page views were collected in the last days, where page views are partitioned: a unique index of partitions has the time in
-- it, and a view that is sent again may come with another one.
create table :schema.collected_page_views (
  page_view_id uuid primary key,
  viewed_at timestamptz not null,
  collected_at timestamptz not null default now()
);
create index collected_page_views_time on :schema.collected_page_views (collected_at);
comment on table :schema.collected_page_views is
  'Page views that were collected in the last seven days, where page views are partitioned: one that is sent again counts once.';

-- What nobody but the functions that need it may read. date: of those that are made anew each day.
create table :schema.analytics_secrets (
  purpose text not null,
  date date,
  secret bytea not null,
  unique nulls not distinct (purpose, date)
);
comment on table :schema.analytics_secrets is 'Grant it to nobody: a role that reads it can turn what a list calls anonymous visitors into their ids.';

insert into :schema.analytics_secrets (purpose, secret)
select 'ref', string_agg(uuid_send(gen_random_uuid()), ''::bytea) from generate_series(1, 4);

-- A host may publish all tables, for change data capture for example. An UPDATE or a DELETE of one without a primary key would fail then, and so would
-- the host's TRUNCATE of page views. Where wal_level is not logical, this costs nothing.
alter table :schema.page_view_changes replica identity full;
alter table :schema.set_aside_changes replica identity full;
alter table :schema.analytics_days replica identity using index analytics_days_key;
alter table :schema.analytics_hours replica identity using index analytics_hours_key;
alter table :schema.analytics_entity_visitors replica identity full;
alter table :schema.analytics_visitor_days replica identity full;
alter table :schema.analytics_visitor_returns replica identity using index analytics_visitor_returns_key;
alter table :schema.analytics_visitor_return_weeks replica identity using index analytics_visitor_return_weeks_key;
alter table :schema.analytics_entities replica identity using index analytics_entities_key;
alter table :schema.analytics_links replica identity full;
alter table :schema.analytics_secrets replica identity full;

-- Nobody but the owner reads or writes these until granted: a host's default privileges may give tables to other roles as
-- they are made.
-- Owners see and write all rows of these, also where a host switches row level security on for all tables and forces it upon owners:
-- capture could not write its queue then, and the host's INSERT would fail. Which other role sees rows there is for policies of the host's
-- to say. Where row level security is off, as these are made, policies say nothing.
do $$
declare
  v_table regclass;
  v_grant record;
begin
  for v_table in
    select c.oid from pg_class c
    where c.relnamespace = :'schema'::regnamespace and c.relkind = 'r'
      and c.relname in (
        'headcount_migrations', 'analytics_settings', 'page_view_changes', 'entry_changes', 'set_aside_changes',
        'left_out_page_views', 'analytics_slots', 'analytics_days', 'analytics_hours', 'analytics_entity_visitors', 'analytics_visitor_days',
        'analytics_visitor_returns', 'analytics_visitor_return_weeks', 'analytics_entities', 'visitor_sessions', 'analytics_sources',
        'analytics_devices', 'analytics_secrets', 'analytics_milestones', 'analytics_audit', 'collected_page_views',
        'analytics_seals', 'analytics_pruning', 'analytics_links', 'analytics_pruned_bounds', 'analytics_breakdowns',
        'analytics_breakdown_changes', 'analytics_breakdown_days'
      )
  loop
    for v_grant in
      select distinct c.oid::regclass as relation, case when a.grantee = 0 then 'public' else quote_ident(r.rolname) end as grantee
      from (
        select v_table::oid as oid
        union all
        -- the sequences of its identity
        select d.objid from pg_depend d
        where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = v_table
      ) o
      join pg_class c on c.oid = o.oid and c.relkind in ('r', 'S')
      cross join lateral aclexplode(c.relacl) a
      left join pg_roles r on r.oid = a.grantee
      where a.grantee <> c.relowner
    loop
      execute format('revoke all on %s from %s', v_grant.relation, v_grant.grantee);
    end loop;
    execute format(
      'create policy headcount_owner on %1$s using ((select pg_has_role(c.relowner, ''usage'') from pg_class c where c.oid = %1$L::regclass))',
      v_table
    );
  end loop;
end
$$;
`,
    transaction: "shared",
    repeat: false,
  },
  {
    version: 4,
    name: "types",
    sql: `-- What functions pass to each other. views = 0 means that there was, or is, no such day or session.

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
`,
    transaction: "shared",
    repeat: false,
  },
  {
    version: 5,
    name: "accounts",
    sql: `-- The host's accounts, under the three names that we use: those that the role that asks may see. Replace it with a definition of
-- your own (CREATE OR REPLACE VIEW) when your accounts look different.
do $$
declare
  v_id_type regtype;
  v_id text;
  v_grantee text;
begin
  if to_regclass(:'accounts') is not null and (
    select count(*) = 4 from pg_attribute
    where attrelid = to_regclass(:'accounts') and not attisdropped
      and attname in ('id', 'username', 'first_name', 'last_name')
  ) then
    select atttypid into v_id_type from pg_attribute where attrelid = to_regclass(:'accounts') and attname = 'id';
    -- left as it is where it can be compared as it is: a cast would keep its index from being used. An id that cannot be one of
    -- page views names nobody.
    v_id := case
      when v_id_type::text = :'account_id_type' then 'id'
      when v_id_type::text in ('smallint', 'integer') and :'account_id_type' = 'bigint' then 'id'
      when :'account_id_type' = 'text' then 'id::text'
      when :'account_id_type' = 'bigint' then
        'case when id::text ~ ''^-?[0-9]{1,19}$'' then
          case when id::text::numeric between -9223372036854775808 and 9223372036854775807 then id::text::bigint end
        end'
      else 'case when id::text ~ ''^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'' then id::text::uuid end'
    end;
    execute format(
      $view$
        create view :schema.analytics_accounts with (security_invoker) as
        select
          %s as account_id,
          username::text as username,
          coalesce(nullif(trim(concat_ws(' ', first_name::text, last_name::text)), ''), nullif(trim(username::text), '')) as display_name
        from :accounts
      $view$,
      v_id
    );
  else
    create view :schema.analytics_accounts as
    select null:::account_id_type as account_id, null::text as username, null::text as display_name
    where false;
  end if;

  -- the role that a host's default privileges let read it, may not
  for v_grantee in
    select case when a.grantee = 0 then 'public' else quote_ident(r.rolname) end
    from pg_class c
    cross join lateral aclexplode(c.relacl) a
    left join pg_roles r on r.oid = a.grantee
    where c.relnamespace = :'schema'::regnamespace and c.relname = 'analytics_accounts' and a.grantee <> c.relowner
    group by 1
  loop
    execute format('revoke all on %s.analytics_accounts from %s', :'schema', v_grantee);
  end loop;
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
