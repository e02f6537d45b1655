-- Reading entities in from a date on, on top of what is stored of earlier ones: where page views of sealed months are gone, a rebuild does no more.

-- Delete from the rollups of these entities what was viewed from this date on: what is left is as if nothing had been. p_ids: of these, when given.
create or replace function :schema.empty_entities_from(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_start_date date,
  p_time_zone text
) returns void
language plpgsql
:settings_of_writers
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  v_single :schema.visitor_day_delta[];
begin
  delete from :schema.analytics_days d
  where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
    and (p_ids is null or d.entity_id = any (p_ids)) and d.date >= p_start_date;
  delete from :schema.analytics_hours h
  where h.entity_type = p_entity_type and h.entity_id between p_first_id and p_last_id
    and (p_ids is null or h.entity_id = any (p_ids)) and h.date >= p_start_date;
  delete from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
    and (p_ids is null or d.entity_id = any (p_ids)) and d.date >= p_start_date;
  delete from :schema.analytics_visitor_returns r
  where r.entity_type = p_entity_type and r.entity_id between p_first_id and p_last_id
    and (p_ids is null or r.entity_id = any (p_ids)) and r.date >= p_start_date;
  -- a week that the date is in keeps its first days
  delete from :schema.analytics_visitor_return_weeks w
  where w.entity_type = p_entity_type and w.entity_id between p_first_id and p_last_id
    and (p_ids is null or w.entity_id = any (p_ids)) and w.week >= :schema.week_of(p_start_date);
  insert into :schema.analytics_visitor_return_weeks (entity_type, entity_id, week, prev_week, visitors, accounts)
  select r.entity_type, r.entity_id, :schema.week_of(r.date), :schema.week_of(r.prev_date), sum(r.visitors), sum(r.accounts)
  from :schema.analytics_visitor_returns r
  where r.entity_type = p_entity_type and r.entity_id between p_first_id and p_last_id
    and (p_ids is null or r.entity_id = any (p_ids)) and r.date >= :schema.week_of(p_start_date)
  group by 1, 2, 3, 4
  order by 1, 2, 3, 4;

  -- visitors are what their days are; of one who came once, the row is the day
  with
  kept as materialized (
    select
      d.entity_id, d.kind, d.visitor_id, sum(d.views)::integer as views, count(*)::integer as days,
      sum(coalesce(d.timed_views, 0))::integer as timed_views, sum(coalesce(d.time_total, 0))::bigint as time_total,
      min(d.first_view) as first_view, max(d.last_view) as last_view, min(d.date) as date, min(d.hours_seen) as hours_seen
    from :schema.analytics_visitor_days d
    where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
      and (p_ids is null or d.entity_id = any (p_ids))
    group by d.entity_id, d.kind, d.visitor_id
  ),
  emptied_visitors as (
    delete from :schema.analytics_entity_visitors v
    where v.entity_type = p_entity_type and v.entity_id between p_first_id and p_last_id
      and (p_ids is null or v.entity_id = any (p_ids))
      and (
        v.visit_count > 1 or (v.first_visit at time zone p_time_zone)::date >= p_start_date
        or (v.entity_id, v.kind, v.visitor_id) in (select k.entity_id, k.kind, k.visitor_id from kept k)
      )
  ),
  emptied_days as (
    delete from :schema.analytics_visitor_days d
    using kept k
    where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
      and d.entity_id = k.entity_id and d.kind = k.kind and d.visitor_id = k.visitor_id and k.views = 1
  ),
  written as (
    insert into :schema.analytics_entity_visitors (
      first_visit, last_visit, time_total, visit_count, days_visited, timed_views, kind, visitor_id, entity_id, entity_type
    )
    select
      k.first_view, case when k.views > 1 then k.last_view end, nullif(k.time_total, 0), nullif(k.views, 1), nullif(k.days, 1),
      nullif(k.timed_views, 0), k.kind, k.visitor_id, k.entity_id, p_entity_type
    from kept k
    order by k.entity_id, k.first_view
  )
  -- a day of which late views were taken away may have bounds that no view has
  select coalesce(array_agg(
    row(
      p_entity_type, k.entity_id, k.kind, k.visitor_id, k.date,
      row(1, k.timed_views, k.time_total, k.hours_seen, k.first_view, k.last_view, null):::schema.day_state,
      row(1, k.timed_views, k.time_total, n.hours_seen, k.first_view, k.first_view, null):::schema.day_state,
      false, true, false, 1, null, null
    ):::schema.visitor_day_delta
  ), '{}') into v_single
  from kept k
  cross join lateral (select 1 << date_part('hour', k.first_view at time zone p_time_zone)::integer as hours_seen) n
  where k.views = 1 and (k.hours_seen <> n.hours_seen or k.last_view <> k.first_view);
  perform :schema.seal_visitor_days(v_single);

  delete from :schema.analytics_entities e
  where e.entity_type = p_entity_type and e.entity_id between p_first_id and p_last_id
    and (p_ids is null or e.entity_id = any (p_ids))
    and not exists (
      select 1 from :schema.analytics_days d where d.entity_type = e.entity_type and d.entity_id = e.entity_id
    );
  insert into :schema.analytics_entities as e (
    first_view, last_view, time_total, views, timed_views, visitors, accounts, entries, bounces, entity_id, entity_type
  )
  select
    b.first_view, b.last_view, d.time_total, d.views, d.timed_views, d.visitors, d.accounts, d.entries, d.bounces, d.entity_id,
    p_entity_type
  from (
    select
      d.entity_id, sum(d.views) as views, coalesce(sum(d.timed_views), 0) as timed_views, coalesce(sum(d.time_total), 0) as time_total,
      sum(coalesce(d.visitors, 0) - coalesce(d.again_ever, 0)) as visitors,
      sum(coalesce(d.accounts, 0) - coalesce(d.accounts_again_ever, 0)) as accounts,
      coalesce(sum(d.entries), 0) as entries, coalesce(sum(d.bounces), 0) as bounces
    from :schema.analytics_days d
    where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
      and (p_ids is null or d.entity_id = any (p_ids))
    group by d.entity_id
  ) d
  join :schema.bounds_again(array(
    select distinct row(p_entity_type, d.entity_id):::schema.entity_key
    from :schema.analytics_days d
    where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
      and (p_ids is null or d.entity_id = any (p_ids))
  ), '{}') b on b.entity_id = d.entity_id
  order by d.entity_id
  on conflict (entity_type, entity_id) do update set
    -- where others dropped page views, the instant of one by nobody is known from here alone
    first_view = case when (e.first_view at time zone p_time_zone)::date < p_start_date then e.first_view else excluded.first_view end,
    last_view = case when (e.last_view at time zone p_time_zone)::date < p_start_date then e.last_view else excluded.last_view end,
    time_total = excluded.time_total, views = excluded.views, timed_views = excluded.timed_views, visitors = excluded.visitors,
    accounts = excluded.accounts, entries = excluded.entries, bounces = excluded.bounces;
end
$$;

-- Add to the rollups of these entities, or groups, what was viewed from this date on, as folding does, less what is pending. Nothing of it is
-- stored, and their sessions are read in. Returns how many page views these are.
create or replace function :schema.read_entities_from(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_start_date date,
  p_time_zone text
) returns bigint
language plpgsql
:settings_of_writers
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  -- as many as a fold takes
  c_views_at_once constant integer := 20000;
  v_page_views bigint := 0;
  v_changes :schema.page_view_changes[];
  v_days :schema.visitor_day_delta[];
  v_entries :schema.entry_delta[];
begin
  for v_changes in
    select array_agg(
      row(
        null, v.viewed_at, null, v.time_on_page, null, 1, null, null, case when :schema.is_group_type(p_entity_type) then true end,
        p_entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, null
      ):::schema.page_view_changes
    )
    from (
      select v.*, (row_number() over (order by v.viewed_at) - 1) / c_views_at_once as nth
      from :schema.views_to_read_in(p_entity_type, p_first_id, p_last_id, p_ids) v
      where (v.viewed_at at time zone p_time_zone)::date >= p_start_date
    ) v
    group by v.nth
    order by v.nth
  loop
    v_days := :schema.visitor_days_of_batch(v_changes);
    perform :schema.store_histories(v_days);
    perform :schema.store_dates(v_changes, v_days, '{}');
    v_page_views := v_page_views + cardinality(v_changes);
  end loop;

  v_entries := array(
    select row(
      p_entity_type, s.entity_id, local.time::date, date_part('hour', local.time)::smallint, count(*)::integer,
      count(*) filter (where s.is_bounce)::integer
    ):::schema.entry_delta
    from (
      select d.entity_id, e.first_seen_at, e.is_bounce
      from (
        select distinct d.entity_id from :schema.analytics_days d
        where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
          and (p_ids is null or d.entity_id = any (p_ids)) and d.date >= p_start_date
      ) d
      cross join lateral (
        select s.first_seen_at, :schema.is_bounce(s.total_views, s.time_total) as is_bounce
        from :schema.visitor_sessions s
        where :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
            between :schema.entity_day_key(p_entity_type, d.entity_id, (p_start_date - 1)::timestamp at time zone 'UTC')
              and :schema.entity_hash(p_entity_type, d.entity_id) << 32 | 4294967295
          and s.total_views > 0
          and s.entry_entity_id is not distinct from d.entity_id and s.entry_entity_type is not distinct from p_entity_type
        offset 0
      ) e
      union all
      select g.entity_id, g.first_seen_at, g.is_bounce
      from (select 1 where :schema.is_group_type(p_entity_type)) o
      cross join lateral :schema.sessions_entered_at_groups(p_entity_type, p_first_id, p_last_id, p_ids) g
    ) s
    cross join lateral (select s.first_seen_at at time zone p_time_zone as time) local
    where local.time >= p_start_date
    group by s.entity_id, local.time::date, date_part('hour', local.time)
  );
  perform :schema.store_dates('{}', '{}', v_entries);
  return v_page_views;
end
$$;
