-- Rebuilding: recompute the rollups of some entities on some dates from raw page views, while views arrive.
-- It reads one snapshot, and in that same snapshot takes the pending changes that it covers out of the queue.

-- For the visitors of these days: what is their nearest stored day before p_start_date, and after p_end_date?
-- Looked for among all that is stored for the entity, for a rebuild trusts no link.
create or replace function :schema.nearest_visitor_days(
  p_days :schema.visitor_day_effect[], p_entities :schema.entity_key[], p_start_date date, p_end_date date
) returns :schema.visitor_day_effect[]
language sql stable
begin atomic
  select array(
    select row(
      n.entity_type, n.entity_id, n.is_account, n.visitor_id, n.date,
      n.views, n.timed_views, n.hours_seen, n.time_total, n.first_view, n.last_view, n.prev_date,
      n.views, n.timed_views, n.hours_seen, n.time_total, n.first_view, n.last_view, n.prev_date,
      null::timestamptz, null::timestamptz
    ):::schema.visitor_day_effect
    from (
      select
        d.entity_type, d.entity_id, d.is_account, d.visitor_id,
        max(d.date) filter (where d.date < p_start_date) as before_date,
        min(d.date) filter (where d.date > p_end_date) as after_date
      from (
        select d.entity_type, d.entity_id, d.is_account, d.visitor_id, null::date as date
        from unnest(p_days) d
        union all
        select d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date
        from unnest(p_entities) e
        cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, '-infinity', p_start_date - 1) d
        union all
        select d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date
        from unnest(p_entities) e
        cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, p_end_date + 1, 'infinity') d
      ) d
      group by d.entity_type, d.entity_id, d.is_account, d.visitor_id
      having bool_or(d.date is null)
    ) v
    cross join lateral (values (v.before_date), (v.after_date)) nearest (date)
    cross join lateral :schema.visitor_day_at(v.entity_type, v.entity_id, v.is_account, v.visitor_id, nearest.date) n
  );
end;

-- Given every day that these visitors have: which is the nearest earlier day of each?
create or replace function :schema.link_all_visitor_days(p_days :schema.visitor_day_effect[]) returns :schema.visitor_day_effect[]
language sql immutable
begin atomic
  select array(
    select row(
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date,
      d.before_views, d.before_timed_views, d.before_hours_seen, d.before_time_total,
      d.before_first_view, d.before_last_view, d.before_prev_date,
      d.views, d.timed_views, d.hours_seen, d.time_total, d.first_view, d.last_view,
      case when d.views > 0 then max(d.date) filter (where d.views > 0) over earlier_days end,
      null::timestamptz, null::timestamptz
    ):::schema.visitor_day_effect
    from unnest(p_days) d
    window earlier_days as (
      partition by d.entity_type, d.entity_id, d.is_account, d.visitor_id
      order by d.date rows between unbounded preceding and 1 preceding
    )
  );
end;

-- Make the weeks of returns what the returns of their days say.
create or replace function :schema.rebuild_return_weeks(p_entities :schema.entity_key[], p_start_week date, p_end_week date) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set enable_nestloop = off
as $$
declare
  v_replaced tid[];
begin
  v_replaced := array(
    select p.place
    from unnest(p_entities) e
    cross join lateral :schema.return_week_places(e.entity_type, e.entity_id, p_start_week, p_end_week) p
  );
  delete from :schema.analytics_visitor_return_weeks where ctid = any (v_replaced);
  insert into :schema.analytics_visitor_return_weeks (entity_type, entity_id, week, prev_week, visitors, accounts)
  select
    r.entity_type, r.entity_id, :schema.week_of(r.date), :schema.week_of(r.prev_date), sum(r.visitors), sum(r.accounts)
  from unnest(p_entities) e
  cross join lateral :schema.returns_of(e.entity_type, e.entity_id, p_start_week, p_end_week + 6) r
  group by 1, 2, 3, 4;
end
$$;

-- Recompute these entities on these dates. Returns how many page views were read.
create or replace function :schema.rebuild_entities(
  p_entities :schema.entity_key[], p_start_date date, p_end_date date, p_time_zone text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_hours :schema.visitor_hour[];
  v_session_ids :session_id_type[];
  v_covered :schema.page_view_changes[];
  v_days :schema.visitor_day_effect[];
  v_counts :schema.view_count_effect[];
  v_replaced tid[];
begin
  -- What is there, and which pending changes does that cover? One statement, for it must be one snapshot.
  with covered as (
    delete from :schema.page_view_changes q
    using unnest(p_entities) e
    where q.entity_type = e.entity_type
      and coalesce(q.entity_id::text, '') = coalesce(e.entity_id::text, '')
      and q.entity_id is not distinct from e.entity_id
      and (q.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    returning q as change
  ),
  views as (
    select e.entity_type, e.entity_id, v.account_id, v.session_id, v.viewed_at, v.local_time, v.time_on_page
    from unnest(p_entities) e
    cross join lateral :schema.page_views_of(e.entity_type, e.entity_id, p_start_date, p_end_date, p_time_zone) v
  )
  select
    array(
      select row(
        v.entity_type, v.entity_id, v.account_id is not null,
        coalesce(v.account_id:::visitor_id_type, v.session_id:::visitor_id_type),
        v.local_time::date, extract(hour from v.local_time)::smallint,
        count(*)::integer, count(v.time_on_page)::integer, coalesce(sum(v.time_on_page), 0)::bigint,
        min(v.viewed_at), max(v.viewed_at)
      ):::schema.visitor_hour
      from views v
      group by
        v.entity_type, v.entity_id, v.account_id is not null,
        coalesce(v.account_id:::visitor_id_type, v.session_id:::visitor_id_type),
        v.local_time::date, extract(hour from v.local_time)
    ),
    array(select distinct v.session_id from views v where v.session_id is not null),
    array(select c.change from covered c where (c.change).session_id is not null)
  into v_hours, v_session_ids, v_covered;

  v_counts := array(
    select row(
      h.entity_type, h.entity_id, h.date, h.hour, sum(h.views)::integer, sum(h.timed_views)::integer, sum(h.time_total)::bigint,
      0, 0
    ):::schema.view_count_effect
    from unnest(v_hours) h
    group by h.entity_type, h.entity_id, h.date, h.hour
  ) || :schema.rebuild_sessions(v_session_ids, v_covered, p_entities, p_start_date, p_end_date);

  -- Every visitor-day of these dates, as stored and as it is.
  v_days := array(
    select row(
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date,
      coalesce(max(d.before_views), 0), coalesce(max(d.before_timed_views), 0), coalesce(max(d.before_hours_seen), 0),
      coalesce(max(d.before_time_total), 0), max(d.before_first_view), max(d.before_last_view), max(d.before_prev_date),
      coalesce(sum(d.views), 0)::integer, coalesce(sum(d.timed_views), 0)::integer,
      coalesce(bit_or(1 << d.hour), 0)::integer, coalesce(sum(d.time_total), 0)::bigint,
      min(d.first_view), max(d.last_view), null::date, null::timestamptz, null::timestamptz
    ):::schema.visitor_day_effect
    from (
      select
        h.entity_type, h.entity_id, h.is_account, h.visitor_id, h.date, h.hour,
        h.views, h.timed_views, h.time_total, h.first_view, h.last_view,
        null::integer as before_views, null::integer as before_timed_views, null::integer as before_hours_seen,
        null::bigint as before_time_total, null::timestamptz as before_first_view,
        null::timestamptz as before_last_view, null::date as before_prev_date
      from unnest(v_hours) h
      where h.visitor_id is not null
      union all
      select
        s.entity_type, s.entity_id, s.is_account, s.visitor_id, s.date, null, null, null, null, null, null,
        s.views, s.timed_views, s.hours_seen, s.time_total, s.first_view, s.last_view, s.prev_date
      from unnest(p_entities) e
      cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, p_start_date, p_end_date) s
    ) d
    group by d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date
  );
  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    v_days := :schema.link_all_visitor_days(v_days);
  else
    v_days := v_days || :schema.nearest_visitor_days(v_days, p_entities, p_start_date, p_end_date);
    v_days := array(select d from :schema.link_visitor_days(v_days, p_start_date) d);
  end if;

  v_replaced := array(
    select p.place
    from unnest(p_entities) e
    cross join lateral :schema.aggregate_places(e.entity_type, e.entity_id, p_start_date, p_end_date) p
  );
  delete from :schema.analytics_aggregates where ctid = any (v_replaced);
  v_replaced := array(
    select p.place
    from unnest(p_entities) e
    cross join lateral :schema.return_places(e.entity_type, e.entity_id, p_start_date, p_end_date) p
  );
  delete from :schema.analytics_visitor_returns where ctid = any (v_replaced);

  perform :schema.apply_effects(v_counts, v_days, daterange(p_start_date, p_end_date, '[]'));
  perform :schema.rebuild_return_weeks(p_entities, :schema.week_of(p_start_date), :schema.week_of(p_end_date));
  return (select coalesce(sum(c.views), 0) from unnest(v_counts) c);
end
$$;

-- Make the visitors of these entities what their visitor-days say. After a rebuild of all their dates that is
-- already so, unless somebody changed the table by hand.
create or replace function :schema.rebuild_visitors(p_entities :schema.entity_key[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_emptied tid[];
begin
  with
  compared as (
    select
      v.entity_type, v.entity_id, v.is_account, v.visitor_id, true as is_stored,
      v.visit_count, v.days_visited, v.timed_views, v.time_total, v.first_visit, v.last_visit
    from unnest(p_entities) e
    cross join lateral :schema.visitors_of(e.entity_type, e.entity_id) v
    union all
    select
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, false,
      sum(d.views)::integer, count(*)::integer, sum(d.timed_views)::integer, sum(d.time_total)::bigint,
      min(d.first_view), max(d.last_view)
    from unnest(p_entities) e
    cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, '-infinity', 'infinity') d
    group by d.entity_type, d.entity_id, d.is_account, d.visitor_id
  ),
  written as (
    insert into :schema.analytics_visitors as v (
      entity_type, entity_id, is_account, visitor_id, visit_count, days_visited, timed_views, time_total,
      first_visit, last_visit
    )
    select
      c.entity_type, c.entity_id, c.is_account, c.visitor_id,
      coalesce(max(c.visit_count) filter (where not c.is_stored), 0),
      coalesce(max(c.days_visited) filter (where not c.is_stored), 0),
      coalesce(max(c.timed_views) filter (where not c.is_stored), 0),
      coalesce(max(c.time_total) filter (where not c.is_stored), 0),
      coalesce(max(c.first_visit) filter (where not c.is_stored), '-infinity'),
      coalesce(max(c.last_visit) filter (where not c.is_stored), '-infinity')
    from compared c
    group by c.entity_type, c.entity_id, c.is_account, c.visitor_id
    having count(distinct (c.visit_count, c.days_visited, c.timed_views, c.time_total, c.first_visit, c.last_visit)) > 1
      or count(*) = 1
    on conflict (entity_type, entity_id, visitor_id, is_account) do update set
      visit_count = excluded.visit_count, days_visited = excluded.days_visited,
      timed_views = excluded.timed_views, time_total = excluded.time_total,
      first_visit = excluded.first_visit, last_visit = excluded.last_visit
    returning v.ctid as place, v.visit_count
  )
  select array_agg(w.place) into v_emptied from written w where w.visit_count = 0;
  delete from :schema.analytics_visitors where ctid = any (v_emptied);
end
$$;
