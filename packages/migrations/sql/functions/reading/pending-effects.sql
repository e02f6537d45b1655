-- Live reads: what is pending of one entity, as it would be folded, without storing it.
-- Every read asks the same few things of hardly any rows: they are planned once in a connection.
--
-- page_view_changes --> pending_of --> visitor_day_effects --> the same differences that folding stores

-- How much is pending, since when, and what of it is of this entity or of these sessions? Reading stops one past what a
-- live read takes on (analytics_settings.most_pending_for_live); then no pending change is looked at, and answers are not
-- live.
create or replace function :schema.pending_of(
  p_entity_type text, p_entity_id :entity_id_type, p_session_ids :session_id_type[],
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out takes_away boolean,
  out of_entity :schema.page_view_changes[], out of_sessions :schema.page_view_changes[]
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_most integer;
begin
  -- mostly so, and found out in less time than the rest takes to begin
  if not exists (select from :schema.page_view_changes) then
    is_live := true;
    pending_changes := 0;
    folded_through := now();
    takes_away := false;
    of_entity := '{}';
    of_sessions := '{}';
    return;
  end if;

  v_most := (select s.most_pending_for_live from :schema.analytics_settings s);
  select
    count(*), coalesce(min(c.captured_at), now()), coalesce(bool_or(c.sign < 0), false),
    coalesce(array_agg(
      row(
        c.change_id, c.sign, c.entity_type, c.entity_id, c.account_id, c.session_id, c.viewed_at, c.time_on_page, c.captured_at
      ):::schema.page_view_changes
    ) filter (where c.entity_type = p_entity_type and c.entity_id is not distinct from p_entity_id), '{}'),
    coalesce(array_agg(
      row(
        c.change_id, c.sign, c.entity_type, c.entity_id, c.account_id, c.session_id, c.viewed_at, c.time_on_page, c.captured_at
      ):::schema.page_view_changes
    ) filter (where c.session_id in (select i.session_id from unnest(p_session_ids) i (session_id))), '{}')
  into pending_changes, folded_through, takes_away, of_entity, of_sessions
  from (select q.* from :schema.page_view_changes q limit v_most + 1) c;
  is_live := pending_changes <= v_most;
  if not is_live then
    of_entity := '{}';
    of_sessions := '{}';
  end if;
end
$$;

-- What is pending of these sessions, with p_many of all that entered at this entity, and, where views are taken away, of
-- those that lose one and viewed it later, for it may be their first one then? All of each session: what it views
-- elsewhere decides whether it bounced here.
create or replace function :schema.pending_of_entries(
  p_entity_type text, p_entity_id :entity_id_type, p_session_ids :session_id_type[], p_many boolean, p_takes_away boolean
) returns :schema.page_view_changes[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_entering :session_id_type[] := p_session_ids;
  v_pending :session_id_type[];
begin
  if p_many then
    v_pending := array(select c.session_id from :schema.page_view_changes c where c.session_id is not null);
    v_entering := v_entering || array(
      select s.session_id from :schema.visitor_sessions s
      where s.entry_entity_type = p_entity_type and s.entry_entity_id = p_entity_id and s.session_id = any (v_pending)
      union all
      select s.session_id from :schema.visitor_sessions s
      where p_entity_id is null and s.entry_entity_type = p_entity_type and s.entry_entity_id is null
        and s.session_id = any (v_pending)
    );
  end if;
  if p_takes_away then
    v_pending := array(
      select c.session_id from :schema.page_view_changes c where c.sign < 0 and c.session_id is not null
    );
    v_entering := v_entering || array(
      select s.session_id from :schema.visitor_sessions s
      where s.session_id = any (v_pending) and exists (
        select from unnest(s.pages) p
        where p.entity_type = p_entity_type and p.entity_id is not distinct from p_entity_id
      )
    );
  end if;
  if v_entering = '{}' then
    return '{}';
  end if;
  return array(
    select c from :schema.page_view_changes c
    where c.session_id in (select e.session_id from unnest(v_entering) e (session_id))
  );
end
$$;

-- What do pending changes add to the series of this entity, on these dates?
-- Runs with the rights of its owner and tells numbers only: so a role that may not see visitors, nor page views, still
-- reads a live series. Nobody may call it who was not granted it.
create or replace function :schema.pending_series_effects(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out effects :schema.series_effect[]
)
language plpgsql stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_nestloop = off
as $$
declare
  -- of how many sessions that entered here something pending is looked for in the queue, and not they in the rollup
  c_few constant integer := 1000;
  v_session_ids :session_id_type[] := array(
    select s.session_id from :schema.sessions_entered_at(p_entity_type, p_entity_id) s
    where exists (select from :schema.page_view_changes)
    limit c_few + 1
  );
  v_many boolean := cardinality(v_session_ids) > c_few;
  v_pending record;
  v_sessions :schema.session_effect[];
  v_days :schema.visitor_day_effect[] := '{}';
  v_counts :schema.view_count_effect[] := '{}';
begin
  effects := '{}';
  if v_many then
    v_session_ids := '{}';
  end if;
  v_pending := :schema.pending_of(p_entity_type, p_entity_id, v_session_ids);
  is_live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := v_pending.folded_through;
  if pending_changes = 0 or not is_live then
    return;
  end if;

  if v_many or v_pending.takes_away or v_pending.of_entity <> '{}' then
    v_pending.of_sessions := :schema.pending_of_entries(
      p_entity_type, p_entity_id,
      v_session_ids || array(select c.session_id from unnest(v_pending.of_entity) c where c.session_id is not null),
      v_many, v_pending.takes_away
    );
  end if;
  if v_pending.of_sessions <> '{}' then
    v_sessions := array(select s from :schema.session_effects(v_pending.of_sessions, false) s);
    v_counts := array(
      select e from :schema.entry_effects(v_sessions) e
      where e.entity_type = p_entity_type and e.entity_id is not distinct from p_entity_id
    );
  end if;
  if v_pending.of_entity <> '{}' then
    v_counts := v_counts || array(select c from :schema.view_count_effects(v_pending.of_entity) c);
    v_days := array(select d from :schema.visitor_day_effects(v_pending.of_entity) d);
  end if;
  if v_counts = '{}' then
    return;
  end if;

  effects := array(
    select row(
      e.date, e.hour, null::date, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts,
      e.visitors_first_in_week, e.accounts_first_in_week, e.visitors_first_in_month, e.accounts_first_in_month,
      e.visitors_first_in_quarter, e.accounts_first_in_quarter, e.visitors_first_in_year, e.accounts_first_in_year,
      e.entries, e.bounces
    ):::schema.series_effect
    from :schema.aggregate_effects(v_counts, v_days) e
    where e.date between p_start_date and p_end_date
    union all
    select row(
      e.date, null::smallint, e.prev_date, 0, 0, 0::bigint, e.visitors, e.accounts, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    ):::schema.series_effect
    from :schema.return_effects(v_days) e
    where e.prev_date >= p_start_date and e.date <= p_end_date
  );
end
$$;

-- What do pending changes do to the visitor-days of this entity?
create or replace function :schema.pending_visitor_days(
  p_entity_type text, p_entity_id :entity_id_type,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out days :schema.visitor_day_effect[]
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_nestloop = off
as $$
declare
  v_pending record := :schema.pending_of(p_entity_type, p_entity_id, '{}');
begin
  is_live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := v_pending.folded_through;
  days := '{}';
  if v_pending.of_entity <> '{}' then
    days := array(select d from :schema.visitor_day_effects(v_pending.of_entity) d);
  end if;
end
$$;

-- How are the visitors of these days afterwards? visit_count is 0 for those who are no visitors any more.
create or replace function :schema.visitors_after(p_days :schema.visitor_day_effect[])
returns table (
  is_account boolean, visitor_id :visitor_id_type, visit_count integer, days_visited integer,
  first_visit timestamptz, last_visit timestamptz, avg_time_on_page numeric
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  if p_days = '{}' then
    return;
  end if;
  return query
  select
    e.is_account, e.visitor_id,
    coalesce(v.visit_count, 0) + e.visit_count, coalesce(v.days_visited, 0) + e.days_visited, e.first_visit, e.last_visit,
    round((coalesce(v.time_total, 0) + e.time_total)::numeric / nullif(coalesce(v.timed_views, 0) + e.timed_views, 0), 2)
  from :schema.visitor_effects(p_days) e
  left join lateral :schema.visitor_at(e.entity_type, e.entity_id, e.is_account, e.visitor_id) v on true;
end
$$;

-- Which visitor-days of these dates has the entity, when what p_days says is done?
create or replace function :schema.visitor_days_after(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_days :schema.visitor_day_effect[]
) returns table (
  is_account boolean, visitor_id :visitor_id_type, date date, prev_date date, views integer, timed_views integer,
  time_total bigint, first_view timestamptz, last_view timestamptz
)
language sql stable
begin atomic
  select d.is_account, d.visitor_id, d.date, d.prev_date, d.views, d.timed_views, d.time_total, d.first_view, d.last_view
  from :schema.visitor_days_of(p_entity_type, p_entity_id, p_start_date, p_end_date) d
  where (d.visitor_id, d.is_account, d.date) not in (select e.visitor_id, e.is_account, e.date from unnest(p_days) e)
  union all
  select e.is_account, e.visitor_id, e.date, e.prev_date, e.views, e.timed_views, e.time_total, e.first_view, e.last_view
  from unnest(p_days) e
  where e.views > 0 and e.date between p_start_date and p_end_date;
end;
