-- Folding in a slice: sessions view entities of all slices, and nobody can hold all of them at once. So a fold of entities stores what sessions are to
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
end;

-- Hand these changes on to the sessions that they are of, with what they do to pages. Entries follow when these were folded. What is added comes first, and
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
$$;

-- How far has this slice fetched from each other one: {"3": 1207}?
create or replace function :schema.fetched_of(p_of_entries boolean) returns jsonb
language sql stable
begin atomic
  select coalesce(jsonb_object_agg(f.from_slice, f.through), '{}') from :schema.fetched_changes f where f.of_entries = p_of_entries;
end;

-- Note that this slice has fetched so far.
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
$$;

-- Fetch what other slices, and this one, hand on to the sessions and the entities of this one, at most p_limit of each. Returns how much that was. What has
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
$$;

-- How many changes are on their way: what this slice has handed on and nobody has fetched yet, what was fetched, and entries.
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
$$;

-- Page views of all slices are truncated by one statement: nothing is left that could be handed on.
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
$$;
