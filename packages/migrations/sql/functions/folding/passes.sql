-- The passes, and who may run them: see fold.sql.

-- Which of these slots can be held now? Others are folding the rest.
create or replace function :schema.held_slots(p_pass text) returns smallint[]
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(array_agg(s.slot), '{}')
  from (
    select s.slot from :schema.analytics_slots s where s.pass = p_pass order by s.slot for no key update skip locked
  ) s;
end;

-- Nothing is folded before the history is complete, nor by a role that does not see all page views, because it reads them again where
-- something was taken away. Nobody truncates page views during a fold: a TRUNCATE holds this lock and waits for no other.
create or replace function :schema.begin_fold(p_limit integer) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
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

-- The next changes of these slots of sessions, views that were added first: none is taken away before it was added. And
create or replace function :schema.next_session_changes(p_slots smallint[], p_limit integer) returns :schema.page_view_changes[]
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select array(
    select row(
      q.change_id, q.viewed_at, null, q.time_on_page, q.slot, q.sign, null, null, null, q.entity_type, q.entity_id, q.account_id,
      q.session_id, q.visitor_id, q.owner_id
    ):::schema.page_view_changes
    from :schema.session_changes q
    where q.slot = any (p_slots)
    order by q.sign desc, q.change_id
    limit p_limit
  );
end;

-- take these out of their queue: see delete_changes.
create or replace function :schema.delete_session_changes(p_changes :schema.page_view_changes[]) returns void
language plpgsql
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_slot record;
begin
  for v_slot in
    select c.slot, min(c.change_id) as first_id, max(c.change_id) as last_id, array_agg(c.change_id) as ids
    from unnest(p_changes) c
    group by c.slot
  loop
    delete from :schema.session_changes q
    where q.slot = v_slot.slot and q.change_id between v_slot.first_id and v_slot.last_id
      and (q.change_id in (select c.id from unnest(v_slot.ids) c (id))) is true;
  end loop;
end
$$;

-- Take what is to be added to the entries of these slots out of its queue.
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

-- Apply these changes of sessions, whose slots are held; what cannot be applied is set aside. Returns what they do to entries.
create or replace function :schema.apply_session_changes(p_changes :schema.page_view_changes[]) returns :schema.entry_delta[]
language plpgsql
:settings_of_writers
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_sessions :schema.session_delta[];
  v_reason text;
  v_state text;
  v_rest :schema.page_view_changes[];
  v_half integer;
  v_first :schema.entry_delta[];
begin
  begin
    v_sessions := array(select s from :schema.session_deltas(p_changes) s);
    perform :schema.store_sessions(v_sessions);
    perform :schema.delete_session_changes(p_changes);
    return :schema.entries_of_sessions(v_sessions);
  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    get stacked diagnostics v_reason = message_text, v_state = returned_sqlstate;
  end;
  if cardinality(p_changes) = 1 then
    perform :schema.set_aside(p_changes, format('%s (%s)', v_reason, v_state));
    perform :schema.delete_session_changes(p_changes);
    return '{}';
  end if;
  -- what is taken away first: see apply_changes
  v_rest := array(select c from unnest(:schema.without_pairs(p_changes)) c order by c.sign, c.change_id);
  perform :schema.delete_session_changes(
    array(select c from unnest(p_changes) c where c.change_id not in (select r.change_id from unnest(v_rest) r))
  );
  v_half := cardinality(v_rest) / 2;
  v_first := :schema.apply_session_changes(v_rest[:v_half]);
  return v_first || :schema.apply_session_changes(v_rest[v_half + 1:]);
end
$$;

-- What the latest fold of these slots did; NULL: those of both passes. Every fold writes to the rows of all slots that it holds: one
-- in a snapshot from before cannot lock them any more, and ends with a serialization failure.
create or replace function :schema.note_fold(p_pass text, p_slots smallint[], p_started_at timestamptz, p_folded integer)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_finished_at timestamptz := clock_timestamp();
begin
  update :schema.analytics_slots s set
    finished_at = v_finished_at, folded_changes = p_folded,
    duration_ms = extract(epoch from v_finished_at - p_started_at) * 1000
  where (p_pass is null or s.pass = p_pass) and s.slot = any (p_slots);
end
$$;

-- Fold one batch, of all slots: at most p_limit of the pending changes. Returns how many it took; 0 when nothing is pending or
-- others are folding.
create or replace function :schema.fold_page_view_changes(p_limit integer default 20000) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_slots smallint[];
  v_changes :schema.page_view_changes[];
  v_session_changes :schema.page_view_changes[];
  v_entries :schema.entry_delta[];
  v_folded integer;
begin
  perform :schema.begin_fold(p_limit);
  v_slots := :schema.held_slots('entity');
  if cardinality(v_slots) < 8 or cardinality(:schema.held_slots('session')) < 8 then
    return 0;
  end if;

  v_session_changes := :schema.next_session_changes(v_slots, p_limit);
  v_entries := :schema.apply_session_changes(v_session_changes) || :schema.take_entry_changes(v_slots);
  -- a session may not lose a view whose addition is still on its way to it
  v_changes := case when exists (select 1 from :schema.session_changes) then '{}' else :schema.next_changes(v_slots, p_limit) end;
  v_folded := cardinality(v_changes) + cardinality(v_session_changes);
  if v_folded > 0 or v_entries <> '{}' then
    perform :schema.fold_changes(v_changes, true, v_entries);
    perform :schema.note_fold(null, v_slots, v_started_at, v_folded);
  end if;
  return v_folded;
end
$$;

-- Fold one batch of one free slot, so that several may fold at the same time. Returns which pass it was, and how many changes
-- of its queue it applied; no pass when nothing is pending, or nothing that others are not folding.
-- The entity pass hands its changes on to sessions, and the session pass hands on what that does to entries.
create or replace function :schema.fold_slot(p_limit integer default 20000, out pass text, out folded integer)
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_slot smallint;
  v_changes :schema.page_view_changes[];
  v_entries :schema.entry_delta[];
  v_taken integer;
begin
  perform :schema.begin_fold(p_limit);
  folded := 0;

  -- sessions first where a whole batch of them waits: the queues stay short
  select s.pass, s.slot into pass, v_slot
  from :schema.analytics_slots s
  cross join lateral (
    select case s.pass
      when 'session' then (
        select count(*) from (select 1 from :schema.session_changes q where q.slot = s.slot limit p_limit) q
      )
      else (
        select count(*) from (select 1 from :schema.page_view_changes q where q.slot = s.slot limit p_limit) q
      )
    end as waiting
  ) w
  where w.waiting > 0
    or (s.pass = 'entity' and exists (select 1 from :schema.entry_changes q where q.slot = s.slot))
  order by w.waiting desc, s.pass desc, s.slot
  limit 1
  for no key update of s skip locked;
  if not found then
    return;
  end if;

  if pass = 'session' then
    v_changes := :schema.next_session_changes(array[v_slot], p_limit);
    v_entries := :schema.apply_session_changes(v_changes);
    insert into :schema.entry_changes (slot, entity_type, entity_id, date, hour, entries, bounces)
    select :schema.entity_slot(e.entity_type, e.entity_id), e.entity_type, e.entity_id, e.date, e.hour, e.entries, e.bounces
    from unnest(v_entries) e;
    folded := cardinality(v_changes);
    v_taken := folded;
  else
    v_entries := :schema.take_entry_changes(array[v_slot]);
    v_changes := :schema.next_changes(array[v_slot], p_limit);
    folded := cardinality(v_changes);
    v_taken := folded + cardinality(v_entries);
    v_changes := :schema.fold_changes(v_changes, false, v_entries);
    insert into :schema.session_changes (
      change_id, viewed_at, time_on_page, slot, sign, entity_type, entity_id, account_id, session_id, visitor_id, owner_id
    )
    select
      c.change_id, c.viewed_at, c.time_on_page, :schema.session_slot(c.session_id), c.sign, c.entity_type, c.entity_id,
      c.account_id, c.session_id, c.visitor_id, c.owner_id
    from unnest(v_changes) c
    where c.session_id is not null and c.is_group is null;
  end if;
  perform :schema.note_fold(pass, array[v_slot], v_started_at, v_taken);
end
$$;

-- Apply all that the passes have handed on. Its caller holds all slots.
create or replace function :schema.drain_passes() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  c_all constant smallint[] := '{0,1,2,3,4,5,6,7}';
  v_changes :schema.page_view_changes[];
  v_entries :schema.entry_delta[];
begin
  loop
    v_changes := :schema.next_session_changes(c_all, 20000);
    v_entries := :schema.apply_session_changes(v_changes) || :schema.take_entry_changes(c_all);
    exit when v_changes = '{}' and v_entries = '{}';
    perform :schema.fold_changes('{}', false, v_entries);
  end loop;
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
