-- Live reads: what is pending of one entity, as it would be folded, without storing it.
--
-- page_view_changes --> pending_changes_of --> visitor_day_effects --> the same differences that folding stores

-- What changes add to a row of a day (hour NULL), to a row of an hour, or, with prev_date, to returns: then only
-- visitors and accounts say something.
create type :schema.series_effect as (
  date date,
  hour smallint,
  prev_date date,
  total_views integer,
  timed_views integer,
  time_total bigint,
  unique_visitors integer,
  unique_accounts integer,
  visitors_first_in_week integer,
  accounts_first_in_week integer,
  visitors_first_in_month integer,
  accounts_first_in_month integer,
  visitors_first_in_quarter integer,
  accounts_first_in_quarter integer,
  visitors_first_in_year integer,
  accounts_first_in_year integer,
  entries integer,
  bounces integer
);

-- How much is pending, and since when? Counting stops one past what a live read takes on
-- (analytics_settings.most_pending_for_live); then no pending change is looked at, and answers are not live.
create function :schema.pending_state(out is_live boolean, out pending_changes integer, out folded_through timestamptz)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_most integer := (select s.most_pending_for_live from :schema.analytics_settings s);
begin
  select count(*), coalesce(min(q.captured_at), now())
  into pending_changes, folded_through
  from (select c.captured_at from :schema.page_view_changes c limit v_most + 1) q;
  is_live := pending_changes <= v_most;
end
$$;

-- What is pending of this entity?
create function :schema.pending_changes_of(p_entity_type text, p_entity_id :entity_id_type)
returns setof :schema.page_view_changes
language sql stable
begin atomic
  select c.* from :schema.page_view_changes c
  where c.entity_type = p_entity_type and c.entity_id is not distinct from p_entity_id;
end;

-- What is pending of the sessions that enter at this entity, before or after? All of each session: what it views elsewhere
-- decides whether it bounced here. Those are the sessions that view it by what is pending, those whose stored entry it is,
-- and those that viewed it later and lose a view, for it may be their first one then.
create function :schema.pending_changes_of_entries(p_entity_type text, p_entity_id :entity_id_type)
returns setof :schema.page_view_changes
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_pending :session_id_type[] := array(
    select distinct c.session_id from :schema.page_view_changes c where c.session_id is not null
  );
  v_losing :session_id_type[] := array(
    select distinct c.session_id from :schema.page_view_changes c where c.sign < 0 and c.session_id is not null
  );
  v_entering :session_id_type[] := array(
    select c.session_id from :schema.pending_changes_of(p_entity_type, p_entity_id) c where c.session_id is not null
    union
    select s.session_id from :schema.visitor_sessions s
    where s.entry_entity_type = p_entity_type and s.entry_entity_id = p_entity_id and s.session_id = any (v_pending)
    union
    select s.session_id from :schema.visitor_sessions s
    where p_entity_id is null and s.entry_entity_type = p_entity_type and s.entry_entity_id is null
      and s.session_id = any (v_pending)
    union
    select s.session_id from :schema.visitor_sessions s
    where s.session_id = any (v_losing) and exists (
      select from unnest(s.pages) p
      where p.entity_type = p_entity_type and p.entity_id is not distinct from p_entity_id
    )
  );
begin
  if v_entering <> '{}' then
    return query
    select c.* from :schema.page_view_changes c
    where c.session_id in (select e.session_id from unnest(v_entering) e (session_id));
  end if;
end
$$;

-- What do pending changes add to the series of this entity, on these dates?
-- Runs with the rights of its owner and tells numbers only: so a role that may not see visitors, nor page views, still
-- reads a live series. Nobody may call it who was not granted it.
create function :schema.pending_series_effects(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out effects :schema.series_effect[]
)
language plpgsql stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
set enable_nestloop = off
as $$
declare
  v_changes :schema.page_view_changes[];
  v_days :schema.visitor_day_effect[] := '{}';
  v_counts :schema.view_count_effect[] := '{}';
begin
  select p.is_live, p.pending_changes, p.folded_through into is_live, pending_changes, folded_through
  from :schema.pending_state() p;
  effects := '{}';
  if pending_changes = 0 or not is_live then
    return;
  end if;

  v_changes := array(select c from :schema.pending_changes_of_entries(p_entity_type, p_entity_id) c);
  if v_changes <> '{}' then
    v_counts := array(
      select e from :schema.entry_effects(array(select s from :schema.session_effects(v_changes) s)) e
      where e.entity_type = p_entity_type and e.entity_id is not distinct from p_entity_id
    );
  end if;
  v_changes := array(select c from :schema.pending_changes_of(p_entity_type, p_entity_id) c);
  if v_changes <> '{}' then
    v_counts := v_counts || array(select c from :schema.view_count_effects(v_changes) c);
    v_days := array(select d from :schema.visitor_day_effects(v_changes) d);
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

revoke execute on function :schema.pending_series_effects(text, :entity_id_type, date, date) from public;

-- What do pending changes do to the visitor-days of this entity?
create function :schema.pending_visitor_days(
  p_entity_type text, p_entity_id :entity_id_type,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out days :schema.visitor_day_effect[]
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
set enable_nestloop = off
as $$
declare
  v_changes :schema.page_view_changes[] := '{}';
begin
  select p.is_live, p.pending_changes, p.folded_through into is_live, pending_changes, folded_through
  from :schema.pending_state() p;
  if pending_changes > 0 and is_live then
    v_changes := array(select c from :schema.pending_changes_of(p_entity_type, p_entity_id) c);
  end if;
  days := case when v_changes = '{}' then '{}' else array(select d from :schema.visitor_day_effects(v_changes) d) end;
end
$$;

-- How are the visitors of these days afterwards? visit_count is 0 for those who are no visitors any more.
create function :schema.visitors_after(p_days :schema.visitor_day_effect[])
returns table (
  is_account boolean, visitor_id :visitor_id_type, visit_count integer, days_visited integer,
  first_visit timestamptz, last_visit timestamptz, avg_time_on_page numeric
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
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
create function :schema.visitor_days_after(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_days :schema.visitor_day_effect[]
) returns table (
  is_account boolean, visitor_id :visitor_id_type, date date, views integer, timed_views integer, time_total bigint,
  first_view timestamptz, last_view timestamptz
)
language sql stable
begin atomic
  select d.is_account, d.visitor_id, d.date, d.views, d.timed_views, d.time_total, d.first_view, d.last_view
  from :schema.visitor_days_of(p_entity_type, p_entity_id, p_start_date, p_end_date) d
  where (d.visitor_id, d.is_account, d.date) not in (select e.visitor_id, e.is_account, e.date from unnest(p_days) e)
  union all
  select e.is_account, e.visitor_id, e.date, e.views, e.timed_views, e.time_total, e.first_view, e.last_view
  from unnest(p_days) e
  where e.views > 0 and e.date between p_start_date and p_end_date;
end;
