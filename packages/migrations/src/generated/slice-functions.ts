// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { SqlFunction } from "../sql-source/sql-source.ts";

export const sliceFunctions: readonly SqlFunction[] = [
  {
    name: "apply_session_changes",
    file: "slices/functions/fold-sessions.sql",
    line: 1,
    sql: `-- Folding what was fetched into the sessions of a slice.

-- Apply these changes to their sessions, and hand on what that does to entries; what cannot be applied is set aside. When they cannot be applied
-- together they are divided, as apply_changes does.
create or replace function :schema.apply_session_changes(p_changes :schema.session_changes[]) returns void
language plpgsql
:settings_of_folds
set enable_bitmapscan = off
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_changes :schema.page_view_changes[];
  v_pages :schema.session_page[];
  v_sessions :schema.session_delta[];
  v_reason text;
  v_state text;
  v_half integer := cardinality(p_changes) / 2;
begin
  begin
    delete from :schema.session_changes q where (q.change_id in (select c.change_id from unnest(p_changes) c)) is true;
    v_changes := array(
      select row(
        c.change_id, c.viewed_at, null, c.time_on_page, 8, c.sign, null, null, null, c.entity_type, c.entity_id, c.account_id, c.session_id,
        c.visitor_id, c.owner_id
      ):::schema.page_view_changes
      from unnest(p_changes) c
    );
    v_pages := array(
      select row(c.session_id, sum(c.sign), sum(c.pages)):::schema.session_page
      from unnest(p_changes) c
      group by c.session_id, c.entity_type, c.entity_id
    );
    v_sessions := array(select s from :schema.session_deltas(v_changes, v_pages) s);
    perform :schema.store_sessions(v_sessions);
    insert into :schema.outgoing_entries (for_slice, entity_type, entity_id, date, hour, entries, bounces)
    select :all_slices.slice_of_entity(e.entity_id), e.entity_type, e.entity_id, e.date, e.hour, e.entries, e.bounces
    from :schema.entry_deltas(v_sessions) e;
    return;
  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    get stacked diagnostics v_reason = message_text, v_state = returned_sqlstate;
  end;
  if v_half = 0 then
    perform :schema.set_aside(v_changes, format('not counted in its session: %s (%s)', v_reason, v_state));
    delete from :schema.session_changes q where q.change_id = (p_changes[1]).change_id;
    return;
  end if;
  p_changes := array(select c from unnest(p_changes) c order by c.sign, c.change_id);
  perform :schema.apply_session_changes(p_changes[:v_half]);
  perform :schema.apply_session_changes(p_changes[v_half + 1:]);
end
$$;`,
  },
  {
    name: "fold_session_changes",
    file: "slices/functions/fold-sessions.sql",
    line: 54,
    sql: `-- Fold at most p_limit of the changes that were fetched into the sessions of this slice. Returns how many.
create or replace function :schema.fold_session_changes(p_limit integer default 20000) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_changes :schema.session_changes[];
begin
  perform :schema.begin_fold(p_limit, 1);
  perform :schema.hold_sessions();
  v_changes := array(select q from :schema.session_changes q order by q.change_id limit p_limit);
  if v_changes <> '{}' then
    perform :schema.apply_session_changes(v_changes);
  end if;
  return cardinality(v_changes);
end
$$;`,
  },
  {
    name: "held_slots",
    file: "slices/functions/handing-on.sql",
    line: 1,
    sql: `-- Folding in a slice: sessions view entities of all slices, and nobody can hold all of them at once. So a fold of entities stores what sessions are to
-- know, beside what it does to rollups; the slice of a session fetches that and folds it; and what it does to entries goes back the same way.
-- No transaction writes in two slices, and each change is in one queue at any time: nothing is lost or counted twice, whatever stops in between.

-- All slots of this slice, or none: what a fold hands on is numbered in the order of commits, so one folds at a time.
create or replace function :schema.held_slots(p_folders integer) returns smallint[]
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(array_agg(n.slot::smallint), '{}')
  from (select 1 from :schema.analytics_slots s where s.slot = 0 for no key update skip locked) h
  cross join generate_series(0, 7) n (slot);
end;`,
  },
  {
    name: "store_changes_of_sessions",
    file: "slices/functions/handing-on.sql",
    line: 15,
    sql: `-- Hand these changes on to the sessions that they are of, with what they do to pages. Entries follow when these were folded.
create or replace function :schema.store_changes_of_sessions(
  p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[]
) returns :schema.entry_delta[]
language plpgsql
:settings_of_folds
set enable_bitmapscan = off
set enable_nestloop = off
set enable_seqscan = off
as $$
begin
  insert into :schema.outgoing_changes (
    for_slice, sign, pages, entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at, time_on_page
  )
  select
    :all_slices.slice_of_session(c.session_id), c.sign, case when c.nth = 1 then coalesce(p.pages, 0) else 0 end,
    c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at, c.time_on_page
  from (
    select c.*, row_number() over (partition by c.session_id, c.entity_type, c.entity_id order by c.change_id) as nth
    from unnest(p_changes) c
    where c.session_id is not null and c.sign <> 0
  ) c
  left join :schema.pages_of_sessions(p_changes, p_days) p
    on p.session_id = c.session_id and p.entity_id = c.entity_id and p.entity_type = c.entity_type
  order by c.change_id;
  return '{}';
end
$$;`,
  },
  {
    name: "fetched_of",
    file: "slices/functions/handing-on.sql",
    line: 44,
    sql: `-- How far has this slice fetched from each other one: {"3": 1207}?
create or replace function :schema.fetched_of(p_of_entries boolean) returns jsonb
language sql stable
begin atomic
  select coalesce(jsonb_object_agg(f.from_slice, f.through), '{}') from :schema.fetched_changes f where f.of_entries = p_of_entries;
end;`,
  },
  {
    name: "note_fetched",
    file: "slices/functions/handing-on.sql",
    line: 51,
    sql: `-- Note that this slice has fetched so far.
create or replace function :schema.note_fetched(p_of_entries boolean, p_through jsonb) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  update :schema.fetched_changes f set through = n.through::bigint
  from jsonb_each_text(p_through) n (slice, through)
  where f.from_slice = n.slice::integer and f.of_entries = p_of_entries;
  insert into :schema.fetched_changes (from_slice, of_entries, through)
  select n.slice::integer, p_of_entries, n.through::bigint
  from jsonb_each_text(p_through) n (slice, through)
  where n.slice::integer not in (select f.from_slice from :schema.fetched_changes f where f.of_entries = p_of_entries);
  return true;
end
$$;`,
  },
  {
    name: "fetch_changes",
    file: "slices/functions/handing-on.sql",
    line: 68,
    sql: `-- Fetch what other slices, and this one, hand on to the sessions and the entities of this one, at most p_limit of each. Returns how much that was. What has
-- been fetched from here is deleted.
create or replace function :schema.fetch_changes(p_limit integer default 20000) returns integer
language plpgsql
:settings_of_writers
as $$
declare
  v_changes integer;
  v_entries integer;
  v_noted boolean;
begin
  perform :schema.hold_sessions();
  delete from :schema.outgoing_changes o
  using :all_slices.fetched_through(:slice_number, false) f
  where f.slice = o.for_slice and o.change_id <= f.through;
  delete from :schema.outgoing_entries o
  using :all_slices.fetched_through(:slice_number, true) f
  where f.slice = o.for_slice and o.change_id <= f.through;

  with
  handed_on as materialized (
    select o.* from :all_slices.handed_on_changes(:slice_number, :schema.fetched_of(false), p_limit) o
  ),
  added as (
    insert into :schema.session_changes (
      sign, pages, entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at, time_on_page
    )
    select h.sign, h.pages, h.entity_type, h.entity_id, h.account_id, h.session_id, h.visitor_id, h.owner_id, h.viewed_at, h.time_on_page
    from handed_on h
    order by h.slice, h.change_id
  )
  select :schema.note_fetched(false, jsonb_object_agg(h.slice, h.through)), sum(h.changes) into v_noted, v_changes
  from (select h.slice, max(h.change_id) as through, count(*) as changes from handed_on h group by h.slice) h;

  with
  handed_on as materialized (
    select o.* from :all_slices.handed_on_entries(:slice_number, :schema.fetched_of(true), p_limit) o
  ),
  added as (
    insert into :schema.entry_changes (slot, entity_type, entity_id, date, hour, entries, bounces)
    select :schema.entity_slot(h.entity_type, h.entity_id), h.entity_type, h.entity_id, h.date, h.hour, h.entries, h.bounces
    from handed_on h
    order by h.slice, h.change_id
  )
  select :schema.note_fetched(true, jsonb_object_agg(h.slice, h.through)), sum(h.changes) into v_noted, v_entries
  from (select h.slice, max(h.change_id) as through, count(*) as changes from handed_on h group by h.slice) h;
  return coalesce(v_changes, 0) + coalesce(v_entries, 0);
end
$$;`,
  },
  {
    name: "empty_outboxes",
    file: "slices/functions/handing-on.sql",
    line: 118,
    sql: `-- Page views of all slices are truncated by one statement: nothing is left that could be handed on.
create or replace function :schema.empty_outboxes() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from :schema.outgoing_changes;
  delete from :schema.session_changes;
  delete from :schema.outgoing_entries;
  return null;
end
$$;`,
  },
  {
    name: "time_of_session",
    file: "slices/functions/sessions-of-slices.sql",
    line: 1,
    sql: `-- What is asked of sessions, whose page views are in all slices.

-- A session is stored elsewhere, and when it was is not known here.
create or replace function :schema.time_of_session(p_session_id :session_id_type) returns table (since timestamptz, until timestamptz)
language sql stable
begin atomic
  select '-infinity'::timestamptz, 'infinity'::timestamptz;
end;`,
  },
  {
    name: "handed_on_views",
    file: "slices/functions/sessions-of-slices.sql",
    line: 10,
    sql: `-- Which views of these sessions has this slice handed on through a number? Its page views, less its queue, less what it has handed on since. In one
-- statement, so that it is right at any time, whatever other slices do.
create or replace function :schema.handed_on_views(p_session_ids :session_id_type[], p_through bigint) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz,
  account_id :account_id_type, views bigint
)
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  return query
  select r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id, sum(r.views)
  from (
    select k.session_id, v.entity_type, v.entity_id, v.owner_id, v.viewed_at, v.account_id, 1 as views
    from unnest(p_session_ids) k (session_id)
    cross join lateral :schema.page_views_of_session(k.session_id) v
    union all
    select q.session_id, q.entity_type, q.entity_id, q.owner_id, q.viewed_at, q.account_id, -q.sign
    from unnest(p_session_ids) k (session_id)
    join :schema.page_view_changes q on q.session_id = k.session_id
    union all
    select o.session_id, o.entity_type, o.entity_id, o.owner_id, o.viewed_at, o.account_id, -o.sign
    from unnest(p_session_ids) k (session_id)
    join :schema.outgoing_changes o on o.session_id = k.session_id
    where o.change_id > p_through
  ) r
  group by r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id
  having sum(r.views) <> 0;
end
$$;`,
  },
  {
    name: "remaining_of_sessions",
    file: "slices/functions/sessions-of-slices.sql",
    line: 44,
    sql: `-- Which views remain of these sessions? Those that all slices have handed on and this one has fetched, less what is still to be folded.
create or replace function :schema.remaining_of_sessions(p_session_ids :session_id_type[], p_changes :schema.page_view_changes[])
returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz,
  account_id :account_id_type, views bigint
)
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  return query
  select r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id, sum(r.views)::bigint
  from (
    select v.* from :all_slices.fetched_views(p_session_ids, :schema.fetched_of(false)) v
    union all
    select q.session_id, q.entity_type, q.entity_id, q.owner_id, q.viewed_at, q.account_id, -q.sign
    from unnest(p_session_ids) k (session_id)
    join :schema.session_changes q on q.session_id = k.session_id
    where q.change_id not in (select c.change_id from unnest(p_changes) c)
  ) r
  group by r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id
  having sum(r.views) > 0;
end
$$;`,
  },
  {
    name: "sessions_that_may_enter",
    file: "slices/functions/sessions-of-slices.sql",
    line: 72,
    sql: `-- Nothing that is pending moves an entry before sessions were folded: bounce rates are as of then.
create or replace function :schema.sessions_that_may_enter(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date,
  p_of_entities :schema.page_view_changes[], p_pending_changes integer, p_earliest_view timestamptz
) returns :session_id_type[]
language sql stable
begin atomic
  select '{}':::session_id_type[];
end;`,
  },
];
