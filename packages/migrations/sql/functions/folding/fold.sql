-- Folding: pending changes go into the rollups, a bounded batch at a time, exactly once.
--
-- A batch is one transaction, which holds the slots of the entities that it writes, so that several may fold at the same time. A session may view
-- entities of several slots: who writes sessions holds the slot of all of them until the end of the transaction, so that of two folders one waits
-- there, with most of its work done, and reads sessions as the other left them. What its sessions do to entries of slots that it does not hold it
-- hands on (entry_changes), and the next fold of those adds it.
--
-- Plans are kept in a connection, and the first fold may find empty rollups. Without enable_seqscan = off the planner would
-- read such a rollup from end to end for each probe, and go on doing so when it is large.

-- Store what changes do to the visitors of entities and to their histories. Their slots are held.
create or replace function :schema.store_histories(p_days :schema.visitor_day_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
begin
  perform :schema.store_visitors(p_days);
  perform :schema.store_visitor_days(p_days);
  perform :schema.store_returns(array(select r from :schema.return_deltas(p_days) r));
end
$$;

-- Add to dates, their hours and the totals of all time what changes, their visitor-days and entries do: what that is to the totals is returned.
-- Their slots are held.
create or replace function :schema.store_dates(
  p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[], p_entries :schema.entry_delta[]
) returns :schema.entity_delta[]
language plpgsql
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_dates :schema.day_delta[] := array(select d from :schema.day_deltas(p_changes, p_days, p_entries) d);
  v_entities :schema.entity_delta[];
  v_sealed_before date := (select s.sealed_before from :schema.analytics_settings s);
  v_sealed :schema.entry_delta[];
begin
  if v_sealed_before is not null then
    v_sealed := array(
      select row(d.entity_type, d.entity_id, d.date, null, null, null):::schema.entry_delta
      from unnest(v_dates) d
      where d.date < v_sealed_before
    );
    perform :schema.seal_days(v_sealed, -1);
  end if;
  perform :schema.store_days(v_dates);
  if v_sealed_before is not null then
    perform :schema.seal_days(v_sealed, 1);
    perform :schema.seal_visitor_days(p_days);
  end if;
  v_entities := array(select e from :schema.entity_deltas(p_changes, v_dates) e);
  perform :schema.store_entities(v_entities);
  return v_entities;
end
$$;

-- Apply these changes to sessions, and return what that does to entries. p_days: what they do to visitor-days. Another fold may have changes of the
-- same sessions: it is waited for, and the next statement sees what it stored.
create or replace function :schema.store_changes_of_sessions(
  p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[]
) returns :schema.entry_delta[]
language plpgsql
:settings_of_folds
set enable_bitmapscan = off
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_pages :schema.session_page[] := array(
    select row(p.session_id, p.views, p.pages):::schema.session_page from :schema.pages_of_sessions(p_changes, p_days) p
  );
  v_sessions :schema.session_delta[];
begin
  perform :schema.hold_sessions();
  v_sessions := array(select s from :schema.session_deltas(p_changes, v_pages) s);
  perform :schema.store_sessions(v_sessions);
  return :schema.entries_of_sessions(v_sessions);
end
$$;

-- Apply these changes, all that they do, or nothing. p_days: what they do to visitor-days; p_views: those of them that are to be applied to
-- sessions as well; p_entries: what else is added to entries; p_slots: which slots are held, NULL for all.
create or replace function :schema.store_changes(
  p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[], p_views :schema.page_view_changes[],
  p_entries :schema.entry_delta[], p_slots smallint[] default null
) returns void
language plpgsql
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_impossible text;
  v_entities :schema.entity_delta[];
begin
  select format('visitor %s of %s %s has %s views on %s', d.visitor_id, d.entity_type, d.entity_id, (d.after).views, d.date)
  into v_impossible
  from unnest(p_days) d
  where (d.after).views < 0
  limit 1;
  if v_impossible is not null then
    raise exception 'more was taken away than had been counted: %', v_impossible using errcode = 'data_exception';
  end if;

  perform :schema.store_histories(p_days);
  if p_views <> '{}' then
    p_entries := p_entries || :schema.store_changes_of_sessions(p_views, p_days);
  end if;
  p_entries := :schema.entries_here(p_entries, p_slots);
  v_entities := :schema.store_dates(p_changes, p_days, p_entries);
  if exists (select 1 from :schema.analytics_settings s where s.milestones <> '{}') then
    perform :schema.note_milestones(v_entities);
  end if;
end
$$;

-- What do these changes do to visitor-days? Planned for so many, without nested loops.
create or replace function :schema.visitor_days_of_batch(p_changes :schema.page_view_changes[]) returns :schema.visitor_day_delta[]
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
begin
  return array(select d from :schema.visitor_day_deltas(p_changes) d);
end
$$;

-- Which pending changes add what these take away, and are younger? A view is added before it is taken away, with one exception:
-- when a row trigger of the host's edits the row that is being inserted, the edit is captured before the insert. Only for those is
-- the queue read. Of each view, as many as are taken away, and none that is among these changes already.
-- The order of the queue would suit a merge by slot alone, which compares every change with every other of the slot.
create or replace function :schema.matching_additions(p_changes :schema.page_view_changes[]) returns :schema.page_view_changes[]
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
begin
  if not exists (select 1 from unnest(p_changes) c where c.in_trigger) then
    return '{}';
  end if;
  return array(
    select m.change
    from (
      select
        q as change,
        row_number() over (
          partition by q.entity_type, q.entity_id, q.account_id, q.session_id, q.visitor_id, q.owner_id, q.viewed_at, q.time_on_page
          order by q.change_id
        ) as nth,
        c.views
      from :schema.page_view_changes q
      join (
        select
          c.slot, c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at, c.time_on_page,
          count(*) as views, max(c.change_id) as change_id
        from unnest(p_changes) c
        where c.sign < 0 and c.in_trigger
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9
      ) c
        on c.slot = q.slot and c.entity_type = q.entity_type and c.entity_id = q.entity_id and c.viewed_at = q.viewed_at
        and c.account_id is not distinct from q.account_id and c.session_id is not distinct from q.session_id
        and c.visitor_id is not distinct from q.visitor_id and c.owner_id is not distinct from q.owner_id
        and c.time_on_page is not distinct from q.time_on_page
      where q.sign > 0 and q.change_id > c.change_id and q.change_id not in (select b.change_id from unnest(p_changes) b)
    ) m
    where m.nth <= m.views
  );
end
$$;

-- These changes without those of them that add a view and take it away again: they are nothing. What the rest takes away had been
-- counted before.
create or replace function :schema.without_pairs(p_changes :schema.page_view_changes[]) returns :schema.page_view_changes[]
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
begin
  return array(
    select c
    from unnest(p_changes) c
    -- most are alone with their instant, and need not be sorted
    where c.viewed_at not in (select r.viewed_at from unnest(p_changes) r where r.sign < 0)
    union all
    select c.change
    from (
      select
        c as change,
        row_number() over (
          partition by c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at, c.time_on_page, c.sign
          order by c.change_id
        ) as nth,
        count(*) filter (where c.sign > 0) over same as added, count(*) filter (where c.sign < 0) over same as taken
      from unnest(p_changes) c
      where c.viewed_at in (select r.viewed_at from unnest(p_changes) r where r.sign < 0)
      window same as (
        partition by c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at, c.time_on_page
      )
    ) c
    where c.nth > least(c.added, c.taken)
  );
end
$$;

-- The next changes of these slots: of the slot with the oldest one first. A slot's are in the order of their numbers, so that
-- no view is taken away before it was added.
create or replace function :schema.next_changes(p_slots smallint[], p_limit integer) returns :schema.page_view_changes[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_slot smallint;
  v_changes :schema.page_view_changes[] := '{}';
begin
  for v_slot in
    select s.slot
    from unnest(p_slots) s (slot)
    cross join lateral (
      select q.change_id from :schema.page_view_changes q where q.slot = s.slot order by q.change_id limit 1
    ) q
    order by q.change_id
  loop
    v_changes := v_changes || array(
      select q from :schema.page_view_changes q
      where q.slot = v_slot
      order by q.change_id
      limit p_limit - cardinality(v_changes)
    );
    exit when cardinality(v_changes) >= p_limit;
  end loop;
  return v_changes;
end
$$;

-- Take these changes out of their queue. No join: a queue that was analyzed while it was empty is taken for empty for ever, and a join would read
-- all of these changes for each of its rows. The list is hashed, whatever the planner thinks, because "is true" keeps it from being joined.
create or replace function :schema.delete_changes(p_changes :schema.page_view_changes[]) returns void
language plpgsql
:settings_of_folds
set enable_seqscan = off
as $$
declare
  v_slot record;
begin
  for v_slot in
    select
      c.slot, min(c.change_id) as first_id, max(c.change_id) as last_id, array_agg(c.change_id) as ids, array_agg(c.captured_at) as instants
    from unnest(p_changes) c
    group by c.slot
  loop
    delete from :schema.page_view_changes q
    where q.slot = v_slot.slot and q.change_id between v_slot.first_id and v_slot.last_id
      and ((q.change_id, q.captured_at) in (select c.id, c.instant from unnest(v_slot.ids, v_slot.instants) c (id, instant))) is true;
  end loop;
end
$$;

-- Note what cannot be counted among these changes.
create or replace function :schema.note_left_out(p_changes :schema.page_view_changes[]) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.left_out_page_views as l (left_out, page_views, latest_at)
  select c.left_out, count(*), max(c.captured_at)
  from unnest(p_changes) c
  where c.left_out is not null
  group by c.left_out
  order by c.left_out
  on conflict (left_out) do update set
    page_views = l.page_views + excluded.page_views, latest_at = greatest(l.latest_at, excluded.latest_at);
end;

-- Note the date of the first page view with a visitor_id, where it is among these changes.
create or replace function :schema.note_visitor_ids(p_changes :schema.page_view_changes[]) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  update :schema.analytics_settings s set new_since = n.date
  from (
    select min((c.viewed_at at time zone z.time_zone)::date) as date
    from :schema.reporting_zone() z
    cross join unnest(p_changes) c
    where c.visitor_id is not null and c.sign > 0
  ) n
  where n.date < coalesce(s.new_since, 'infinity');
end;

-- Apply a batch of the queue: what cannot be counted is noted, what is of a level that is not there yet is left to those who add it, what
-- cannot be applied is set aside, and all of it leaves the queue. p_slots: which slots are held, NULL for all.
create or replace function :schema.fold_changes(
  p_changes :schema.page_view_changes[], p_entries :schema.entry_delta[], p_slots smallint[] default null
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_changes :schema.page_view_changes[] := p_changes;
  v_not_kept :schema.page_view_changes[];
begin
  if exists (select 1 from :schema.analytics_breakdowns) then
    perform :schema.count_changes_again(p_changes);
  end if;
  if exists (select 1 from unnest(p_changes) c where c.left_out is not null) then
    perform :schema.note_left_out(p_changes);
    perform :schema.delete_changes(array(select c from unnest(p_changes) c where c.left_out is not null));
    v_changes := array(select c from unnest(p_changes) c where c.left_out is null);
  end if;
  if exists (select 1 from :schema.analytics_settings s where s.level_positions <> '{}') then
    v_not_kept := :schema.changes_not_kept(v_changes);
    perform :schema.delete_changes(v_not_kept);
    v_changes := array(select c from unnest(v_changes) c where c.change_id not in (select n.change_id from unnest(v_not_kept) n));
    p_entries := :schema.kept_entries(p_entries);
  end if;

  if exists (select 1 from unnest(v_changes) c where c.sign < 0) then
    p_changes := v_changes || :schema.matching_additions(v_changes);
    v_changes := :schema.without_pairs(p_changes);
    perform :schema.delete_changes(
      array(select c from unnest(p_changes) c where c.change_id not in (select k.change_id from unnest(v_changes) k))
    );
  end if;
  if exists (select 1 from unnest(v_changes) c where c.visitor_id is not null and c.sign > 0) then
    perform :schema.note_visitor_ids(v_changes);
  end if;
  perform :schema.apply_changes(v_changes, p_entries, p_slots);
end
$$;
