// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { SqlFunction } from "../sql-source/sql-source.ts";

export const sliceFunctions: readonly SqlFunction[] = [
  {
    name: "accounts_that_viewed",
    file: "slices/functions/accounts.sql",
    line: 1,
    sql: `-- What a slice knows of accounts. What they are called, and the rest that the host knows of them, is known elsewhere.

-- Which accounts have viewed this entity, with all that is pending? NULL when more than p_limit have.
create or replace function :schema.accounts_that_viewed(
  p_entity_type text, p_entity_id :entity_id_type, p_limit integer, out accounts :visitor_id_type[]
)
language sql stable
begin atomic
  select case when count(*) <= p_limit then coalesce(array_agg(v.visitor_id), '{}') end
  from (
    (
      select v.visitor_id
      from :schema.analytics_entity_visitors v
      where v.entity_type = p_entity_type and v.entity_id = p_entity_id and v.kind = 'a'
      limit p_limit + 1
    )
    union
    select q.account_id:::visitor_id_type
    from :schema.page_view_changes q
    where q.slot = :schema.entity_slot(p_entity_type, p_entity_id)
      and q.entity_type = p_entity_type and q.entity_id = p_entity_id and q.account_id is not null
  ) v;
end;`,
  },
  {
    name: "accounts_with_totals",
    file: "slices/functions/accounts.sql",
    line: 25,
    sql: `-- The views of each account on these dates, and one row that has nothing but the totals of these dates: both as of one moment.
create or replace function :schema.accounts_with_totals(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (
  counts text, live boolean, pending_changes integer, folded_through text,
  visitor_id :visitor_id_type, views bigint, timed_views bigint, time_total numeric
)
language sql stable
begin atomic
  select
    t.counts, t.live, t.pending_changes, t.folded_through, null:::visitor_id_type, null::bigint, null::bigint, null::numeric
  from :schema.entity_totals_columns(array[p_entity_type], array[p_entity_id], p_start_date, p_end_date, null) t
  union all
  select null, null, null, null, a.visitor_id, a.views, a.timed_views, a.time_total
  from :schema.accounts_between(p_entity_type, p_entity_id, p_start_date, p_end_date) a;
end;`,
  },
  {
    name: "hand_on_entries",
    file: "slices/functions/fold-sessions.sql",
    line: 1,
    sql: `-- Folding what was fetched into the sessions of a slice.

-- Hand on what this does to the entries of entities.
create or replace function :schema.hand_on_entries(p_sessions :schema.session_delta[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.outgoing_entries (for_slice, entity_type, entity_id, date, hour, entries, bounces)
  select :all_slices.slice_of_entity(e.entity_id), e.entity_type, e.entity_id, e.date, e.hour, e.entries, e.bounces
  from :schema.entry_deltas(p_sessions) e
  -- a session that somebody wrote may lack them
  where e.entity_type is not null and e.entity_id is not null and e.date is not null;
end
$$;`,
  },
  {
    name: "apply_session_changes",
    file: "slices/functions/fold-sessions.sql",
    line: 17,
    sql: `-- Apply these changes to their sessions, and hand on what that does to entries; what cannot be applied is set aside. When they cannot be applied
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
    perform :schema.hand_on_entries(v_sessions);
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
    name: "read_sessions_again",
    file: "slices/functions/fold-sessions.sql",
    line: 66,
    sql: `-- Make these sessions what all slices have handed on of them and was folded, whatever is stored, and hand on what that does to entries.
create or replace function :schema.read_sessions_again(p_session_ids :session_id_type[]) returns void
language plpgsql
:settings_of_folds
set enable_bitmapscan = off
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_sessions :schema.session_delta[] := array(
    select row(
      k.session_id,
      case when s.total_views > 0 then row(
        s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at, s.account_id, s.account_seen_at,
        s.entry_entity_type, s.entry_entity_id, s.entry_owner_id
      ):::schema.session_state end,
      row(
        coalesce(r.views, 0), r.time_total, r.unique_pages, r.first_seen, r.last_seen, r.account_id, r.account_seen,
        (r.entry).entity_type, (r.entry).entity_id, (r.entry).owner_id
      ):::schema.session_state,
      null
    ):::schema.session_delta
    from unnest(p_session_ids) k (session_id)
    left join lateral :schema.session_at(k.session_id) s on true
    left join (
      select
        r.session_id, sum(r.views)::integer as views, sum(r.time_total)::bigint as time_total,
        count(distinct (r.entity_type, r.entity_id))::integer as unique_pages, min(r.viewed_at) as first_seen, max(r.viewed_at) as last_seen,
        (array_agg(
          row(r.entity_type, r.entity_id, r.owner_id):::schema.session_entry order by r.viewed_at, r.entity_type, r.entity_id
        ))[1] as entry,
        (array_agg(r.account_id order by r.viewed_at desc, r.account_id desc) filter (where r.account_id is not null))[1] as account_id,
        max(r.viewed_at) filter (where r.account_id is not null) as account_seen
      from :schema.remaining_of_sessions(p_session_ids, '{}') r
      group by r.session_id
    ) r on r.session_id = k.session_id
  );
begin
  perform :schema.store_sessions(v_sessions);
  perform :schema.hand_on_entries(v_sessions);
end
$$;`,
  },
  {
    name: "fold_session_changes",
    file: "slices/functions/fold-sessions.sql",
    line: 109,
    sql: `-- Fold at most p_limit of the changes that were fetched into the sessions of this slice. Returns how many.
create or replace function :schema.fold_session_changes(p_limit integer default 20000) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_changes :schema.session_changes[];
  v_again :session_id_type[];
  v_views :schema.session_changes[];
begin
  perform :schema.begin_fold(p_limit, 1);
  perform :schema.hold_sessions();
  v_changes := array(select q from :schema.session_changes q order by q.change_id limit p_limit);
  -- first, and less all that is still to be folded: what follows may take away views that are not in the session yet
  v_again := array(select distinct c.session_id from unnest(v_changes) c where c.sign = 0);
  if v_again <> '{}' then
    perform :schema.read_sessions_again(v_again);
    delete from :schema.session_changes q where q.sign = 0 and (q.change_id in (select c.change_id from unnest(v_changes) c)) is true;
  end if;
  v_views := array(select c from unnest(v_changes) c where c.sign <> 0);
  if v_views <> '{}' then
    perform :schema.apply_session_changes(v_views);
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
    sql: `-- Hand these changes on to the sessions that they are of, with what they do to pages. Entries follow when these were folded. What is added comes first, and
-- a page that is gone goes with the last of its views: so pages are right after each change, wherever one stops who fetches or folds them.
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
    :all_slices.slice_of_session(c.session_id), c.sign,
    case when c.nth = case when p.pages < 0 then c.changes else 1 end then coalesce(p.pages, 0) else 0 end,
    c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at, c.time_on_page
  from (
    select
      c.*, row_number() over (page order by c.sign desc, c.change_id) as nth, count(*) over page as changes
    from unnest(p_changes) c
    where c.session_id is not null and c.sign <> 0
    window page as (partition by c.session_id, c.entity_type, c.entity_id)
  ) c
  left join :schema.pages_of_sessions(p_changes, p_days) p
    on p.session_id = c.session_id and p.entity_id = c.entity_id and p.entity_type = c.entity_type
  order by c.sign desc, c.change_id;
  return '{}';
end
$$;`,
  },
  {
    name: "fetched_of",
    file: "slices/functions/handing-on.sql",
    line: 48,
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
    line: 55,
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
    line: 72,
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
  -- all slices are asked, where there is anything that one may have fetched
  if exists (select 1 from :schema.outgoing_changes) then
    delete from :schema.outgoing_changes o
    using :all_slices.fetched_through(:slice_number, false) f
    where f.slice = o.for_slice and o.change_id <= f.through;
  end if;
  if exists (select 1 from :schema.outgoing_entries) then
    delete from :schema.outgoing_entries o
    using :all_slices.fetched_through(:slice_number, true) f
    where f.slice = o.for_slice and o.change_id <= f.through;
  end if;

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
    name: "changes_on_their_way",
    file: "slices/functions/handing-on.sql",
    line: 127,
    sql: `-- How many changes are on their way: what this slice has handed on and nobody has fetched yet, what was fetched, and entries.
create or replace function :schema.changes_on_their_way() returns bigint
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (select count(*) from :schema.entry_changes) + (select count(*) from :schema.session_changes) + (
    select count(*)
    from (
      select o.for_slice, o.change_id, false as of_entries from :schema.outgoing_changes o
      union all
      select o.for_slice, o.change_id, true from :schema.outgoing_entries o
    ) o
    left join :all_slices.fetched_changes f
      on f.slice = o.for_slice and f.from_slice = :slice_number and f.of_entries = o.of_entries
    where o.change_id > coalesce(f.through, 0)
  );
end
$$;`,
  },
  {
    name: "empty_outboxes",
    file: "slices/functions/handing-on.sql",
    line: 147,
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
    name: "sessions_without_page_views",
    file: "slices/functions/people.sql",
    line: 1,
    sql: `-- Forgetting in a slice: people's page views are in all slices, and so is what is stored of them.

-- Which of these sessions have none of the views that slices have handed on to this one?
create or replace function :schema.sessions_without_page_views(p_ids :session_id_type[]) returns table (session_id :session_id_type)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select k.id from unnest(p_ids) k (id)
  except
  select r.session_id from :schema.remaining_of_sessions(p_ids, '{}') r;
end
$$;`,
  },
  {
    name: "store_entries_of_sessions",
    file: "slices/functions/people.sql",
    line: 16,
    sql: `-- Hand on to entities, which are in all slices, what happens to the entries of these sessions.
create or replace function :schema.store_entries_of_sessions(p_sessions :schema.session_delta[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.hand_on_entries(p_sessions);
end
$$;`,
  },
  {
    name: "clear_sessions_here",
    file: "slices/functions/people.sql",
    line: 26,
    sql: `-- Take address and agent off those of these sessions that are in this slice.
create or replace function :schema.clear_sessions_here(p_session_ids :session_id_type[]) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.hold_sessions();
  perform :schema.clear_sessions('{}', p_session_ids);
  return true;
end
$$;`,
  },
  {
    name: "forget_people_here",
    file: "slices/functions/people.sql",
    line: 38,
    sql: `-- Let nothing of this slice name these people any more: see forget_people. {"account_ids": ["7"], "session_ids": [], "visitor_ids": []}, and new_account_ids,
-- new_session_ids and new_visitor_ids.
create or replace function :schema.forget_people_here(p_people jsonb) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.begin_erasing();
  return :schema.forget_people(
    array(select i.id:::account_id_type from jsonb_array_elements_text(p_people -> 'account_ids') i (id)),
    array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'session_ids') i (id)),
    array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'visitor_ids') i (id)),
    array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'new_account_ids') i (id)),
    array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'new_session_ids') i (id)),
    array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'new_visitor_ids') i (id))
  );
end
$$;`,
  },
  {
    name: "read_sessions",
    file: "slices/functions/reading-in.sql",
    line: 1,
    sql: `-- Reading in, in a slice: entities from its own page views, as everywhere. A session has page views in all slices, so who reads this one in hands
-- on which sessions are to be read again, as changes with the sign 0. The slice of the session does so when it folds, from what all have handed on,
-- and what that does to entries goes back to the entities. So no slice waits for others to read in or to fold: what sessions hold is always what
-- was handed on and folded, and what entities hold of entries is what sessions hold, less what is on its way.

-- Hand on that the sessions from the first id to the last, of these those of p_ids, when given, are to be read again. Returns how many page views
-- they have here.
create or replace function :schema.read_sessions(
  p_first_id :session_id_type, p_last_id :session_id_type, p_ids :session_id_type[], p_again boolean, p_time_zone text,
  p_start_date date default '-infinity'
) returns bigint
language plpgsql
:settings_of_writers
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_page_views bigint;
begin
  -- several may read the history in at the same time, and what is handed on is numbered in the order of commits
  lock table :schema.outgoing_changes in share row exclusive mode;
  with
  views as materialized (
    select pv.session_id:::session_id_type as session_id
    from :page_view_rows pv
    where pv.session_id between p_first_id and p_last_id and (p_ids is null or pv.session_id = any (p_ids))
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
  ),
  handed_on as (
    -- of no entity, or of one by which the row is spread
    insert into :schema.outgoing_changes (for_slice, sign, pages, entity_type, session_id, viewed_at)
    select :all_slices.slice_of_session(s.session_id), 0, 0, '', s.session_id, now()
    from (
      select v.session_id from views v
      union
      -- of those that are named, page views may be gone everywhere
      select k.session_id from unnest(p_ids) k (session_id)
      union
      select q.session_id from :schema.page_view_changes q
      where p_ids is null and q.sign < 0 and q.session_id between p_first_id and p_last_id
      union
      select s.session_id from :schema.visitor_sessions s where p_ids is null and s.session_id between p_first_id and p_last_id
    ) s
    order by s.session_id
  )
  select count(*) into v_page_views from views;
  return v_page_views;
end
$$;`,
  },
  {
    name: "rebuilds_by_id",
    file: "slices/functions/reading-in.sql",
    line: 51,
    sql: `-- Are entities named that a rebuild empties and reads in, also where all of them are meant? Else nobody knows of one without a view that sessions still
-- enter there.
create or replace function :schema.rebuilds_by_id() returns boolean
language sql immutable
return true;`,
  },
  {
    name: "entries_to_read_in",
    file: "slices/functions/reading-in.sql",
    line: 57,
    sql: `-- Which entries and bounces do these entities have in which hours? Those of the sessions of all slices, less what is on its way. An entity may have
-- some without a view: of sessions in which it is still counted.
create or replace function :schema.entries_to_read_in(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_viewed_ids :entity_id_type[],
  p_time_zone text
) returns table (entity_id :entity_id_type, local_hour timestamp, entries integer, bounces integer)
language plpgsql stable
:settings_of_writers
as $$
begin
  -- before anything is folded here, all of it is on its way
  if not (select s.history_complete from :schema.analytics_settings s) then
    return;
  end if;
  return query
  select e.entity_id, e.date + make_interval(hours => e.hour), e.entries::integer, e.bounces::integer
  from :all_slices.fetched_entries(
    :slice_number, p_entity_type,
    -- what was set aside here of a session is of entities of others, too
    array(
      select k.entity_id from unnest(coalesce(p_ids, p_viewed_ids)) k (entity_id)
      where :all_slices.slice_of_entity(k.entity_id) = :slice_number
    ),
    p_time_zone, :schema.fetched_of(true)
  ) e;
end
$$;`,
  },
  {
    name: "refuse_losing_sessions",
    file: "slices/functions/reading-in.sql",
    line: 85,
    sql: `-- Fail when page views no longer hold the date on which one of these sessions began, and it is not one of these: of sessions and entities of all slices.
create or replace function :schema.refuse_losing_sessions(
  p_first_id :session_id_type, p_last_id :session_id_type, p_ids :session_id_type[], p_start_date date, p_end_date date,
  p_time_zone text
) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_lost record;
begin
  select l.* into v_lost from :all_slices.lost_session(p_ids, p_start_date, p_end_date, p_time_zone) l;
  if v_lost.session_id is not null then
    perform :schema.refuse_losing(format('session %s', v_lost.session_id), v_lost.date);
  end if;
end
$$;`,
  },
  {
    name: "time_identified",
    file: "slices/functions/sessions-of-slices.sql",
    line: 1,
    sql: `-- What is asked of sessions, whose page views are in all slices.

-- A session is stored elsewhere, and when it was is not known here.
create or replace function :schema.time_identified(p_session_id :session_id_type) returns table (since timestamptz, until timestamptz)
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
  account_id :account_id_type, views bigint, time_total bigint
)
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  return query
  select
    r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id, sum(r.views),
    coalesce(sum(r.views * r.time_on_page), 0)::bigint
  from (
    select k.session_id, v.entity_type, v.entity_id, v.owner_id, v.viewed_at, v.account_id, v.time_on_page::bigint as time_on_page, 1 as views
    from unnest(p_session_ids) k (session_id)
    cross join lateral :schema.page_views_of_session(k.session_id) v
    union all
    select q.session_id, q.entity_type, q.entity_id, q.owner_id, q.viewed_at, q.account_id, q.time_on_page, -q.sign
    from unnest(p_session_ids) k (session_id)
    join :schema.page_view_changes q on q.session_id = k.session_id
    union all
    select o.session_id, o.entity_type, o.entity_id, o.owner_id, o.viewed_at, o.account_id, o.time_on_page, -o.sign
    from unnest(p_session_ids) k (session_id)
    join :schema.outgoing_changes o on o.session_id = k.session_id
    where o.change_id > p_through
  ) r
  group by r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id
  having sum(r.views) <> 0 or sum(r.views * r.time_on_page) <> 0;
end
$$;`,
  },
  {
    name: "remaining_of_sessions",
    file: "slices/functions/sessions-of-slices.sql",
    line: 46,
    sql: `-- Which views remain of these sessions? Those that all slices have handed on and this one has fetched, less what is still to be folded.
create or replace function :schema.remaining_of_sessions(p_session_ids :session_id_type[], p_changes :schema.page_view_changes[])
returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz,
  account_id :account_id_type, views bigint, time_total bigint
)
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  return query
  select
    r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id, sum(r.views)::bigint, sum(r.time_total)::bigint
  from (
    select v.* from :all_slices.fetched_views(p_session_ids, :schema.fetched_of(false)) v
    union all
    select
      q.session_id, q.entity_type, q.entity_id, q.owner_id, q.viewed_at, q.account_id, -q.sign, -q.sign * coalesce(q.time_on_page, 0)::bigint
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
    line: 76,
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
  {
    name: "sessions_entered",
    file: "slices/functions/sessions-of-slices.sql",
    line: 86,
    sql: `-- Which sessions entered at this entity about these dates? Those of all slices, as they were folded. Who answers for another slice has none of the
-- functions of this one, so the expression is written out as the index has it. On Citus, a question that was sent to the server of an entity asks
-- others in turn: what it asks about is only read, and committed.
create or replace function :schema.sessions_entered(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (session_id :session_id_type, first_seen_at timestamptz, has_several_views boolean, is_bounce boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set enable_nestloop = on
set citus.allow_nested_distributed_execution = on
as $$
#variable_conflict use_column
declare
  v_first_key bigint := :schema.entity_date_key(p_entity_type, p_entity_id, p_start_date - 1);
  v_last_key bigint := :schema.entity_date_key(p_entity_type, p_entity_id, p_end_date + 1);
begin
  return query
  select s.session_id, s.first_seen_at, s.total_views > 1, s.total_views = 1 and s.time_total < 10
  from :all_slices.visitor_sessions s
  where (
      (:entity_id_hash(s.entry_entity_id, hashtextextended(s.entry_entity_type, 0)) << 32)
        | ((s.first_seen_at at time zone 'UTC')::date - date '0001-01-01')::bigint
    ) between v_first_key and v_last_key
    and s.entry_entity_id is not distinct from p_entity_id and s.entry_entity_type is not distinct from p_entity_type and s.total_views > 0;
end
$$;`,
  },
  {
    name: "top_of_slice",
    file: "slices/functions/several-entities.sql",
    line: 1,
    sql: `-- What a slice says of its entities where several slices are asked, so that it can be put together.

-- The p_limit entities of this slice that are viewed most, from the most downwards: see top_entities; what trends, on p_score_date. Each as JSON with its
-- totals, compared with the other range where there is one, at p_local_time; most and first_viewed are what it is sorted by after its score. Without
-- any, one without an entity says how fresh that is.
create or replace function :schema.top_of_slice(
  p_entity_type text, p_start_date date, p_end_date date, p_sort text, p_limit integer, p_score_date date, p_local_time timestamp,
  p_compare_start date default null, p_compare_end date default null
) returns setof jsonb
language plpgsql stable
:settings_of_readers
as $$
declare
  -- where it is among the counts of entity_totals_columns
  v_place integer := case p_sort when 'views' then 1 when 'unique_accounts' then 5 else 4 end;
  v_types text[];
  v_ids :entity_id_type[];
  v_scores numeric[];
  v_visitors bigint[];
  v_first_views timestamptz[];
begin
  if p_sort = 'trending' then
    select t.entity_types, t.entity_ids, t.scores, t.visitors, t.first_views into v_types, v_ids, v_scores, v_visitors, v_first_views
    from :schema.trending_entities(p_entity_type, p_score_date, p_limit) t;
  else
    select t.entity_types, t.entity_ids into v_types, v_ids
    from :schema.top_entities(p_entity_type, p_start_date, p_end_date, p_sort, p_limit) t;
  end if;
  return query
  select
    t.totals || jsonb_build_object(
      'entity_type', v_types[t.nth], 'entity_id', nullif(v_ids[t.nth], :no_entity)::text, 'score', v_scores[t.nth]::text,
      'score_date', p_score_date::text,
      'most', coalesce(v_visitors[t.nth], ((t.totals ->> 'counts')::bigint[])[v_place]),
      'first_viewed', coalesce(v_first_views[t.nth], (t.totals ->> 'first_view')::timestamptz)
    )
  from (
    select
      case when v_types = '{}' then array[''] else v_types end as types, case when v_types = '{}' then array[:no_entity] else v_ids end as ids
  ) e
  cross join lateral (
    select c.ordinality as nth, to_jsonb(c) as totals
    from (select 1 where p_compare_start is null) o
    cross join :schema.entity_totals_columns(e.types, e.ids, p_start_date, p_end_date, null) with ordinality c
    union all
    select c.ordinality, to_jsonb(c)
    from (select 1 where p_compare_start is not null) o
    cross join :schema.compared_entity_totals_columns(
      e.types, e.ids, p_start_date, p_end_date, null, p_compare_start, p_compare_end, p_local_time
    ) with ordinality c
  ) t
  order by t.nth;
end
$$;`,
  },
  {
    name: "visitors_until",
    file: "slices/functions/several-entities.sql",
    line: 56,
    sql: `-- Who viewed these entities until p_end_date, with all that is pending: each visitor once, by whether that was before p_start_date, or since. Their ids
-- are an array as text: in JSON each would be written for itself.
create or replace function :schema.visitors_until(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date
) returns table (kind "char", came_before boolean, came_since boolean, visitor_ids text)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_days :schema.visitor_day_delta[] := (:schema.pending_deltas((:schema.pending_of(p_entity_types, p_entity_ids)).of_entities)).days;
begin
  return query
  select v.kind, v.first_date < p_start_date, v.last_date >= p_start_date, array_agg(v.visitor_id::text)::text
  from (
    select d.kind, d.visitor_id, min(d.date) as first_date, max(d.date) as last_date
    from :schema.dates_of_visitors(p_entity_types, p_entity_ids, p_end_date, v_days) d
    group by d.kind, d.visitor_id
  ) v
  group by 1, 2, 3;
end
$$;`,
  },
  {
    name: "entries_to_be_counted",
    file: "slices/functions/verifying.sql",
    line: 1,
    sql: `-- Verifying in a slice, whose sessions view entities of all slices. Nothing that this one has fetched changes while its sessions are held, so that all others
-- can be asked what they have handed on so far; without that, it is one snapshot of all.

-- How many sessions entered at these entities, at which hours, and how many of them bounced? As all slices have handed it on, and this one has fetched it.
create or replace function :schema.entries_to_be_counted(p_entity_type text, p_entity_ids :entity_id_type[], p_time_zone text) returns table (
  entity_id :entity_id_type, date date, hour smallint, entries bigint, bounces bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select e.* from :all_slices.fetched_entries(:slice_number, p_entity_type, p_entity_ids, p_time_zone, :schema.fetched_of(true)) e;
end
$$;`,
  },
  {
    name: "views_of_sessions_to_be_counted",
    file: "slices/functions/verifying.sql",
    line: 17,
    sql: `-- The page views of these sessions that all slices have handed on and this one has fetched, less what is not folded here. Of owners slices know nothing.
create or replace function :schema.views_of_sessions_to_be_counted(
  p_first_id :session_id_type, p_last_id :session_id_type, p_with_owners boolean
) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, account_id :account_id_type,
  identified boolean, viewed_at timestamptz, time_on_page bigint, views integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select
    -- whether a session is identified is not asked in slices
    v.session_id, v.entity_type, v.entity_id, null:::entity_id_type, v.account_id, null::boolean, v.viewed_at, v.time_on_page, v.views
  from (
    select f.* from :all_slices.fetched_views_between(:slice_number, p_first_id, p_last_id, :schema.fetched_of(false)) f
    union all
    select q.session_id, q.entity_type, q.entity_id, q.account_id, q.viewed_at, q.time_on_page, -q.sign
    from :schema.session_changes q
    where q.session_id between p_first_id and p_last_id
  ) v;
end
$$;`,
  },
  {
    name: "sessions_not_compared",
    file: "slices/functions/verifying.sql",
    line: 43,
    sql: `-- Which of these sessions are not compared? Those that are to be read again.
create or replace function :schema.sessions_not_compared(p_first_id :session_id_type, p_last_id :session_id_type, p_time_zone text)
returns table (session_id :session_id_type)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select q.session_id from :schema.session_changes q where q.sign = 0 and q.session_id between p_first_id and p_last_id
  union
  select o.session_id
  from :all_slices.handed_on_changes(:slice_number, :schema.fetched_of(false), null) o
  where o.sign = 0 and o.session_id between p_first_id and p_last_id;
end
$$;`,
  },
  {
    name: "sessions_to_compare",
    file: "slices/functions/verifying.sql",
    line: 60,
    sql: `-- Which sessions of this slice come after this one, in page views of any slice or stored in this one, with about so many page views? NULL when none does.
create or replace function :schema.sessions_to_compare(
  p_after :session_id_type, p_limit integer, out first_id :session_id_type, out last_id :session_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  select (array_agg(n.session_id order by n.session_id))[1], (array_agg(n.session_id order by n.session_id desc))[1]
  into first_id, last_id
  from (
    select v.session_id from :all_slices.sessions_with_views(:slice_number, p_after, p_limit) v
    union all
    select s.session_id from :schema.visitor_sessions s where p_after is null or s.session_id > p_after
    order by 1
    limit p_limit
  ) n;
end
$$;`,
  },
];
