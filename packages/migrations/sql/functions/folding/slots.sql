-- Who may fold what: see fold.sql.
--
-- All changes of an entity are in one of the slots 0 to 7, and who folds them holds its row. Slot 8 is that of all sessions, and is taken last: who
-- holds it waits for no other.

-- Which free slots does one of so many folders take? Its share of all, those first that have changes; who folds alone takes all.
create or replace function :schema.held_slots(p_folders integer) returns smallint[]
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(array_agg(h.slot), '{}')
  from (
    select s.slot
    from :schema.analytics_slots s
    cross join lateral (select exists (select 1 from :schema.page_view_changes q where q.slot = s.slot) as has_changes) c
    where s.slot < 8
      and (p_folders = 1 or c.has_changes or exists (select 1 from :schema.entry_changes q where q.slot = s.slot))
    order by c.has_changes desc, s.slot
    limit ceil(8.0 / p_folders)
    for no key update of s skip locked
  ) h;
end;

-- Hold sessions, and wait for who does.
create or replace function :schema.hold_sessions() returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select from :schema.analytics_slots s where s.slot = 8 for no key update;
end;

-- Nothing is folded before the history is complete, nor by a role that does not see all page views, because it reads them again where
-- something was taken away. Nobody truncates page views during a fold: a TRUNCATE holds this lock and waits for no other.
create or replace function :schema.begin_fold(p_limit integer, p_folders integer) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  if p_folders is null or p_folders not between 1 and 8 then
    raise exception 'p_folders must be 1 to 8, and is %', coalesce(p_folders::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  lock table :page_views in access share mode;
  if not (select s.history_complete from :schema.analytics_settings s) then
    raise exception 'the page views from before the installation are not in the rollups yet'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Run: npx @headcount/migrations up';
  end if;
  perform :schema.refuse_hidden_rows();
end
$$;

-- Which of these entries are of slots that are held (NULL: all)? The others are handed on to those who fold them.
create or replace function :schema.entries_here(p_entries :schema.entry_delta[], p_slots smallint[]) returns :schema.entry_delta[]
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_entries = '{}' or cardinality(p_slots) = 8 or p_slots is null then
    return p_entries;
  end if;
  insert into :schema.entry_changes (slot, entity_type, entity_id, date, hour, entries, bounces)
  select :schema.entity_slot(e.entity_type, e.entity_id), e.entity_type, e.entity_id, e.date, e.hour, e.entries, e.bounces
  from unnest(p_entries) e
  where :schema.entity_slot(e.entity_type, e.entity_id) <> all (p_slots);
  return array(select e from unnest(p_entries) e where :schema.entity_slot(e.entity_type, e.entity_id) = any (p_slots));
end
$$;

-- Take what was handed on to these slots out of its queue.
create or replace function :schema.take_entry_changes(p_slots smallint[]) returns :schema.entry_delta[]
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  with taken as (
    delete from :schema.entry_changes q
    where q.slot = any (p_slots)
    returning q.entity_type, q.entity_id, q.date, q.hour, q.entries, q.bounces
  )
  select array(
    select row(t.entity_type, t.entity_id, t.date, t.hour, sum(t.entries)::integer, sum(t.bounces)::integer):::schema.entry_delta
    from taken t
    group by t.entity_type, t.entity_id, t.date, t.hour
    having sum(t.entries) <> 0 or sum(t.bounces) <> 0
  );
end;

-- Note what the fold of these slots did. Every fold writes to the rows of all slots that it holds: one in a snapshot from before cannot lock them
-- any more, and ends with a serialization failure.
create or replace function :schema.note_fold(p_slots smallint[], p_started_at timestamptz, p_folded integer) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_finished_at timestamptz := clock_timestamp();
begin
  update :schema.analytics_slots s set
    finished_at = v_finished_at, folded_changes = p_folded,
    duration_ms = extract(epoch from v_finished_at - p_started_at) * 1000
  where s.slot = any (p_slots || 8::smallint);
end
$$;

-- Fold one batch of the slots that are free: at most p_limit of the pending changes. p_folders: how many fold at the same time, of whom each
-- takes its share of the slots. Returns how many changes it took; 0 when nothing is pending that others are not folding.
create or replace function :schema.fold_page_view_changes(p_limit integer default 20000, p_folders integer default 1) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_slots smallint[];
  v_changes :schema.page_view_changes[];
  v_entries :schema.entry_delta[];
begin
  perform :schema.begin_fold(p_limit, p_folders);
  v_slots := :schema.held_slots(p_folders);
  v_entries := :schema.take_entry_changes(v_slots);
  v_changes := :schema.next_changes(v_slots, p_limit);
  if v_changes <> '{}' or v_entries <> '{}' then
    perform :schema.fold_changes(v_changes, v_entries, v_slots);
    perform :schema.note_fold(v_slots, v_started_at, cardinality(v_changes));
  end if;
  return cardinality(v_changes);
end
$$;

-- Fold until nothing is left but what has come in the meantime, or others are folding: for a scheduler that can call a
-- procedure, pg_cron for one. A transaction for each batch. A procedure that commits may not bring settings of its own: they
-- are made anew in each transaction.
create or replace procedure :schema.fold_pending_changes(p_limit integer default 20000)
language plpgsql
as $$
declare
  v_folded integer;
  v_dates bigint;
begin
  commit;
  perform :schema.keep_partitions();
  loop
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    v_folded := :schema.fold_page_view_changes(p_limit);
    exit when v_folded < p_limit;
  end loop;
  v_dates := :schema.breakdown_dates_due();
  while v_dates > 0 loop
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    v_folded := :schema.count_breakdowns_step();
    v_dates := case when v_folded > 0 then v_dates - v_folded else 0 end;
  end loop;
end
$$;
