-- Giving what is stored of somebody to somebody else, where page views are gone that would say the same.

-- An id that nothing has had: what it stands for cannot be found out. Its end is a hash of the rest, so that
create or replace function :schema.random_id() returns :session_id_type
language sql volatile
begin atomic
  select case
    when :'session_id_type' = 'bigint' then (r.bits << 20 | (hashint8extended(r.bits, 0) & 1048575))::text
    else left(r.id, 28) || lpad(to_hex(hashtextextended(left(r.id, 28), 0) & 4294967295), 8, '0')
  end:::session_id_type
  from (
    select u.id, hashtextextended(u.id, 0) >> 20 as bits
    from (select gen_random_uuid()::text as id offset 0) u
  ) r;
end;

-- it is known again: who has one was forgotten. Of other ids one in four billion is taken for such; of those that are bigint, one in a million.
create or replace function :schema.is_random_id(p_id :session_id_type) returns boolean
language sql immutable parallel safe
begin atomic
  select case
    when :'session_id_type' = 'bigint' then (
      p_id::text::bigint & 1048575 = hashint8extended(p_id::text::bigint >> 20, 0) & 1048575
    )
    else length(p_id::text) = 36
      and right(p_id::text, 8) = lpad(to_hex(hashtextextended(left(p_id::text, 28), 0) & 4294967295), 8, '0')
  end;
end;

-- Give all that is stored of the visitors p_ids to the visitors p_new_ids, each to the one in the same place: of accounts, to browsers. No
-- view is counted more or less, and no visitor, except that an account is one no more; where the new one has views as well, both
-- are one visitor. Its caller holds all slots. Returns how many views these are.
create or replace function :schema.move_stored_visitors(
  p_kinds "char"[], p_ids :visitor_id_type[], p_new_ids :visitor_id_type[]
) returns bigint
language plpgsql
:settings_of_writers
-- no index has the visitors of all entities, and they need not be sorted
set enable_seqscan = on
set enable_mergejoin = off
as $$
declare
  v_moved :schema.analytics_entity_visitors[];
  v_new_ids :visitor_id_type[];
  v_days :schema.visitor_day_delta[];
begin
  -- everybody's are read. "is true" keeps the list from being joined: the planner would hash all visitors, and compare them with those few ids
  with found as materialized (
    select v.* from :schema.analytics_entity_visitors v
    where ((v.kind, v.visitor_id) in (select m.kind, m.id from unnest(p_kinds, p_ids) m (kind, id))) is true
  )
  select coalesce(array_agg(f:::schema.analytics_entity_visitors), '{}'), coalesce(array_agg(m.new_id), '{}') into v_moved, v_new_ids
  from unnest(p_kinds, p_ids, p_new_ids) m (kind, id, new_id)
  join found f on f.kind = m.kind and f.visitor_id = m.id
  -- what has come in the meantime would be taken from where it is no more
  where not exists (
    select 1 from :schema.page_view_changes q
    where :schema.visitor_of(q.account_id, q.session_id, q.visitor_id) = m.id
      and :schema.visitor_kind(q.account_id, q.session_id, q.visitor_id) = m.kind
  );
  if v_moved = '{}' then
    return 0;
  end if;

  v_days := array(
    with
    moved as materialized (
      select
        m.ordinality as nth, m.visitor, m.new_id, case when (m.visitor).kind = 'a' then 'v'::"char" else (m.visitor).kind end as new_kind,
        t as there
      from (
        select u.ordinality, row(
          u.first_visit, u.last_visit, u.time_total, u.visit_count, u.days_visited, u.timed_views, u.kind, u.visitor_id, u.entity_id,
          u.entity_type
        ):::schema.analytics_entity_visitors as visitor, v_new_ids[u.ordinality] as new_id
        from unnest(v_moved) with ordinality u
      ) m
      left join lateral :schema.visitor_at(
        (m.visitor).entity_type, (m.visitor).entity_id,
        case when (m.visitor).kind = 'a' then 'v'::"char" else (m.visitor).kind end, m.new_id
      ) t on true
    ),
    states as materialized (
      select m.nth, d.date, d.state, true as is_moved from moved m cross join lateral :schema.days_of_visitor(m.visitor) d
      union all
      select m.nth, d.date, d.state, false from moved m cross join lateral :schema.days_of_visitor(m.there) d
      where (m.there).kind is not null
    ),
    together as (
      select
        s.nth, s.date, (array_agg(s.state) filter (where not s.is_moved))[1] as before,
        row(
          sum((s.state).views)::integer, sum((s.state).timed_views)::integer, sum((s.state).time_total)::bigint,
          bit_or((s.state).hours_seen), min((s.state).first_view), max((s.state).last_view),
          lag(s.date) over (partition by s.nth order by s.date)
        ):::schema.day_state as after
      from states s
      group by s.nth, s.date
    )
    select row(
      (m.visitor).entity_type, (m.visitor).entity_id, (m.visitor).kind, (m.visitor).visitor_id, s.date, s.state, null,
      false, (m.visitor).visit_count > 1 is true, false, coalesce((m.visitor).visit_count, 1), (m.visitor).first_visit,
      coalesce((m.visitor).last_visit, (m.visitor).first_visit)
    ):::schema.visitor_day_delta
    from moved m
    join states s on s.nth = m.nth and s.is_moved
    union all
    select row(
      (m.visitor).entity_type, (m.visitor).entity_id, m.new_kind, m.new_id, t.date, t.before, t.after,
      false, (m.there).visit_count > 1 is true and (t.before).views is not null,
      there.views + coalesce((m.visitor).visit_count, 1) > 1, there.views, (m.there).first_visit,
      coalesce((m.there).last_visit, (m.there).first_visit)
    ):::schema.visitor_day_delta
    from moved m
    cross join lateral (
      select case when (m.there).kind is null then 0 else coalesce((m.there).visit_count, 1) end as views
    ) there
    join together t on t.nth = m.nth
  );
  perform :schema.store_changes('{}', v_days, '{}', '{}');
  return (select coalesce(sum(coalesce(m.visit_count, 1)), 0) from unnest(v_moved) m where not :schema.is_group_type(m.entity_type));
end
$$;

-- Which of these sessions have no page views any more, and none that are pending?
create or replace function :schema.sessions_without_page_views(p_ids :session_id_type[]) returns table (session_id :session_id_type)
language sql stable
begin atomic
  select k.id from unnest(p_ids) k (id)
  where not exists (select 1 from :schema.page_views_of_session(k.id))
    and not exists (select 1 from :schema.page_view_changes q where q.session_id = k.id);
end;

-- Add to entities what happens to the entries of these sessions, which are stored already.
create or replace function :schema.store_entries_of_sessions(p_sessions :schema.session_delta[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.store_changes('{}', '{}', '{}', (:schema.entries_of_sessions(p_sessions)));
end
$$;

-- Give what is stored of the sessions p_ids, whose page views are gone, to the sessions p_new_ids, each to the one in the same place: without account,
-- address and agent. Where page views are left, the session is somebody else's too, and keeps what those say. Its caller holds all slots.
create or replace function :schema.move_stored_sessions(p_ids :session_id_type[], p_new_ids :session_id_type[]) returns void
language plpgsql
:settings_of_writers
as $$
declare
  v_sessions :schema.session_delta[];
begin
  v_sessions := array(
    with
    moved as materialized (
      select
        s.session_id, m.new_id, t.total_views as views_there,
        row(
          s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at, s.account_id, s.account_seen_at,
          s.entry_entity_type, s.entry_entity_id, s.entry_owner_id
        ):::schema.session_state as state,
        row(
          t.total_views, t.time_total, t.unique_pages, t.first_seen_at, t.last_seen_at, t.account_id, t.account_seen_at,
          t.entry_entity_type, t.entry_entity_id, t.entry_owner_id
        ):::schema.session_state as there,
        t.session_id is null or s.first_seen_at <= t.first_seen_at as enters_here
      from unnest(p_ids, p_new_ids) m (id, new_id)
      join :schema.visitor_sessions s on s.session_id = m.id and s.total_views > 0
      left join :schema.visitor_sessions t on t.session_id = m.new_id and t.total_views > 0
      where m.id in (select w.session_id from :schema.sessions_without_page_views(p_ids) w)
    )
    select row(m.session_id, m.state, row(0, 0, 0, null, null, null, null, null, null, null):::schema.session_state, null):::schema.session_delta
    from moved m
    union all
    select row(
      m.new_id, case when m.views_there is not null then m.there end,
      row(
        (m.state).views + coalesce((m.there).views, 0), (m.state).time_total + coalesce((m.there).time_total, 0),
        (m.state).unique_pages + coalesce((m.there).unique_pages, 0), least((m.state).first_seen, (m.there).first_seen),
        greatest((m.state).last_seen, (m.there).last_seen), null, null,
        case when m.enters_here then (m.state).entry_entity_type else (m.there).entry_entity_type end,
        case when m.enters_here then (m.state).entry_entity_id else (m.there).entry_entity_id end,
        case when m.enters_here then (m.state).entry_owner_id else (m.there).entry_owner_id end
      ):::schema.session_state,
      true
    ):::schema.session_delta
    from moved m
  );
  perform :schema.store_sessions(v_sessions);
  perform :schema.store_entries_of_sessions(v_sessions);
end
$$;
