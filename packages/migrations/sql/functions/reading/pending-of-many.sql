-- Live reads of many entities at once: see pending.sql.

-- How much is pending, and what of it is of these entities? See pending_of.
create or replace function :schema.pending_of_many(
  p_entity_types text[], p_entity_ids :entity_id_type[],
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out of_entities :schema.page_view_changes[],
  out earliest_view timestamptz
)
language plpgsql stable
:settings_of_readers
set enable_nestloop = off
as $$
declare
  v_pending record := :schema.pending_of(p_entity_types[1], p_entity_ids[1]);
begin
  is_live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := v_pending.folded_through;
  earliest_view := v_pending.earliest_view;
  of_entities := '{}';
  if is_live and pending_changes > 0 then
    of_entities := array(
      select q from :schema.page_view_changes q
      join unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
        on e.entity_id = q.entity_id and e.entity_type = q.entity_type
      where q.sign <> 0
    );
  end if;
end
$$;

-- Which sessions may something pending make enter at one of these entities, or bounce there or no longer? See
-- sessions_that_may_enter, which asks the same of one entity. Here each session in the queues is looked up once, whatever number of
-- entities is asked about. A session that loses its first view may enter at any page that it viewed later.
create or replace function :schema.sessions_that_may_enter_any(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_earliest_view timestamptz
) returns :session_id_type[]
language plpgsql stable
:settings_of_readers
set enable_nestloop = off
as $$
declare
  -- what is viewed and where sessions entered is asked of groups only where some are among these
  v_levels text[] := case
    when exists (select 1 from unnest(p_entity_types) t (entity_type) where :schema.is_group_type(t.entity_type)) then :schema.captured_levels()
    else '{}'
  end;
begin
  return array(
    with
    entities as materialized (
      select e.entity_type, e.entity_id from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
    ),
    -- what comes and goes at the same instant, as when a time on page becomes known, takes nothing away
    pending as materialized (
      select
        q.session_id, q.entity_type, q.entity_id, bool_or(q.sign < 0) as loses, case when sum(q.sign) < 0 then q.viewed_at end as lost
      from (
        select q.session_id, q.entity_type, q.entity_id, q.viewed_at, q.sign from :schema.page_view_changes q
        where q.session_id is not null and q.sign <> 0
        union all
        select q.session_id, k.entity_type, k.entity_id, q.viewed_at, q.sign
        from :schema.session_changes q
        cross join lateral :schema.captured_as(q.entity_type, q.entity_id, q.owner_id, v_levels) k
      ) q
      group by q.session_id, q.entity_type, q.entity_id, q.viewed_at
    ),
    sessions as materialized (
      select p.session_id, bool_or(p.loses) as loses, min(p.lost) as first_lost, bool_or(e.entity_id is not null) as is_here
      from pending p
      left join entities e on e.entity_id = p.entity_id and e.entity_type = p.entity_type
      group by p.session_id
    ),
    stored as materialized (
      select p.*, s.total_views, s.first_seen_at, k.entity_type as entry_entity_type, k.entity_id as entry_entity_id
      from sessions p
      left join lateral :schema.session_at(p.session_id) s on s.total_views > 0
      cross join lateral :schema.captured_as(s.entry_entity_type, s.entry_entity_id, s.entry_owner_id, v_levels) k
    )
    select s.session_id
    from stored s
    left join entities e on e.entity_id = s.entry_entity_id and e.entity_type = s.entry_entity_type
    where s.is_here and (s.total_views is null or s.first_seen_at >= p_earliest_view or s.loses)
      or e.entity_id is not null and (s.total_views = 1 or s.first_seen_at >= p_earliest_view or s.loses)
      -- where it is NULL, what follows would be asked
      or coalesce(s.first_lost <= s.first_seen_at, false) and exists (
        select 1 from entities h
        cross join lateral :schema.page_views_of_session_at(s.session_id, h.entity_type, h.entity_id)
      )
  );
end
$$;

-- What do pending changes add to the series of these entities? Of all dates, but entries and bounces only where something that is
-- pending may change them, and none where they are not asked for: they cost the most. And to their totals of all time, of which first_view
-- and last_view are those after.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.pending_series_of_many(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_with_entries boolean default true,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz,
  out days :schema.day_delta[], out returns :schema.return_delta[], out entities :schema.entity_delta[]
)
language plpgsql stable
security definer
:settings_of_readers
set enable_nestloop = off
as $$
declare
  v_pending record := :schema.pending_of_many(p_entity_types, p_entity_ids);
  v_deltas record;
  v_entries :schema.entry_delta[] := '{}';
begin
  is_live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := v_pending.folded_through;
  days := '{}';
  returns := '{}';
  entities := '{}';
  if not is_live or pending_changes = 0 and not exists (select 1 from :schema.entry_changes) then
    return;
  end if;
  v_deltas := :schema.pending_deltas(v_pending.of_entities);
  returns := array(select r from :schema.return_deltas(v_deltas.days) r);
  if p_with_entries then
    v_entries := :schema.pending_entries(
      p_entity_types, p_entity_ids, :schema.sessions_that_may_enter_any(p_entity_types, p_entity_ids, v_pending.earliest_view)
    );
  end if;
  days := array(select d from :schema.day_deltas(v_deltas.changes, v_deltas.days, v_entries) d);
  entities := array(select e from :schema.entity_deltas(v_deltas.changes, days) e);
end
$$;
