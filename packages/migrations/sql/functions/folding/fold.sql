-- Folding: pending changes go into the rollups, a bounded batch at a time, exactly once.
--
-- No nested loops: a queue that was empty when it was last analyzed is taken for empty, and a loop over it for cheap.
-- The single probes, which can be nothing else, stay what they are.

-- Store what effects say. Whoever calls this holds the lock of the settings row. Returns whether every row of dates
-- and hours that it wrote can be: no fewer views than visitors or entries.
-- Counts that are zero afterwards are deleted by the place where they were just written.
create or replace function :schema.apply_effects(
  p_counts :schema.view_count_effect[], p_days :schema.visitor_day_effect[], p_replaced daterange default 'empty'
) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_emptied tid[];
  v_emptied_weeks tid[];
  v_possible boolean;
begin
  -- Which visitor-days are new? There is one writer, so a plain insert will do, which is cheaper than one that looks for
  -- conflicts.
  insert into :schema.analytics_visitor_days (
    entity_type, entity_id, is_account, visitor_id, date, prev_date,
    views, timed_views, hours_seen, time_total, first_view, last_view
  )
  select
    e.entity_type, e.entity_id, e.is_account, e.visitor_id, e.date, e.prev_date,
    e.views, e.timed_views, e.hours_seen, e.time_total, e.first_view, e.last_view
  from unnest(p_days) e
  where e.views > 0 and e.before_views = 0;

  -- Which are changed or linked elsewhere?
  insert into :schema.analytics_visitor_days as d (
    entity_type, entity_id, is_account, visitor_id, date, prev_date,
    views, timed_views, hours_seen, time_total, first_view, last_view
  )
  select
    e.entity_type, e.entity_id, e.is_account, e.visitor_id, e.date, e.prev_date,
    e.views, e.timed_views, e.hours_seen, e.time_total, e.first_view, e.last_view
  from unnest(p_days) e
  where e.views > 0 and e.before_views > 0
    and (e.before_views, e.before_timed_views, e.before_hours_seen, e.before_time_total, e.before_first_view, e.before_last_view, e.before_prev_date)
      is distinct from (e.views, e.timed_views, e.hours_seen, e.time_total, e.first_view, e.last_view, e.prev_date)
  on conflict (entity_type, entity_id, date, visitor_id, is_account) do update set
    prev_date = excluded.prev_date, views = excluded.views, timed_views = excluded.timed_views,
    hours_seen = excluded.hours_seen, time_total = excluded.time_total,
    first_view = excluded.first_view, last_view = excluded.last_view;

  -- Which are gone?
  v_emptied := array(
    select p.place
    from unnest(p_days) e
    cross join lateral :schema.visitor_day_place(e.entity_type, e.entity_id, e.is_account, e.visitor_id, e.date) p
    where e.views = 0 and e.before_views > 0
  );
  delete from :schema.analytics_visitor_days where ctid = any (v_emptied);

  -- And which visitors are? While dates are replaced nobody has looked whether they are stored.
  insert into :schema.analytics_visitors (
    entity_type, entity_id, is_account, visitor_id, visit_count, days_visited, timed_views, time_total,
    first_visit, last_visit
  )
  select
    e.entity_type, e.entity_id, e.is_account, e.visitor_id, e.visit_count, e.days_visited, e.timed_views, e.time_total,
    e.first_visit, e.last_visit
  from :schema.visitor_effects(p_days) e
  where isempty(p_replaced) and e.is_new and e.visit_count > 0
  order by e.entity_id, e.visitor_id;

  with written as (
    insert into :schema.analytics_visitors as v (
      entity_type, entity_id, is_account, visitor_id, visit_count, days_visited, timed_views, time_total,
      first_visit, last_visit
    )
    select
      e.entity_type, e.entity_id, e.is_account, e.visitor_id, e.visit_count, e.days_visited, e.timed_views, e.time_total,
      coalesce(e.first_visit, '-infinity'), coalesce(e.last_visit, '-infinity')
    from :schema.visitor_effects(p_days) e
    where not (isempty(p_replaced) and e.is_new and e.visit_count > 0)
    on conflict (entity_type, entity_id, visitor_id, is_account) do update set
      visit_count = v.visit_count + excluded.visit_count,
      days_visited = v.days_visited + excluded.days_visited,
      timed_views = v.timed_views + excluded.timed_views,
      time_total = v.time_total + excluded.time_total,
      first_visit = excluded.first_visit,
      last_visit = excluded.last_visit
    returning v.ctid as place, v.visit_count
  )
  select array_agg(w.place) into v_emptied from written w where w.visit_count = 0;
  delete from :schema.analytics_visitors where ctid = any (v_emptied);

  -- Weeks that have replaced dates are made from the returns of their days when those are all written.
  with
  effects as materialized (
    select e.entity_type, e.entity_id, e.date, e.prev_date, e.visitors, e.accounts
    from :schema.return_effects(p_days, p_replaced) e
  ),
  by_day as (
    insert into :schema.analytics_visitor_returns as r (entity_type, entity_id, date, prev_date, visitors, accounts)
    select e.entity_type, e.entity_id, e.date, e.prev_date, e.visitors, e.accounts
    from effects e
    on conflict (entity_type, entity_id, date, prev_date) do update set
      visitors = r.visitors + excluded.visitors,
      accounts = r.accounts + excluded.accounts
    returning r.ctid as place, r.visitors
  ),
  by_week as (
    insert into :schema.analytics_visitor_return_weeks as w (entity_type, entity_id, week, prev_week, visitors, accounts)
    select
      e.entity_type, e.entity_id, :schema.week_of(e.date), :schema.week_of(e.prev_date), sum(e.visitors), sum(e.accounts)
    from effects e
    where isempty(p_replaced)
      or :schema.week_of(e.date) not between :schema.week_of(lower(p_replaced)) and :schema.last_week_of(p_replaced)
    group by 1, 2, 3, 4
    having sum(e.visitors) <> 0 or sum(e.accounts) <> 0
    on conflict (entity_type, entity_id, week, prev_week) do update set
      visitors = w.visitors + excluded.visitors,
      accounts = w.accounts + excluded.accounts
    returning w.ctid as place, w.visitors
  )
  select
    array(select d.place from by_day d where d.visitors = 0),
    array(select w.place from by_week w where w.visitors = 0)
  into v_emptied, v_emptied_weeks;
  delete from :schema.analytics_visitor_returns where ctid = any (v_emptied);
  delete from :schema.analytics_visitor_return_weeks where ctid = any (v_emptied_weeks);

  with written as (
    insert into :schema.analytics_aggregates as a (
      entity_type, entity_id, date, hour, total_views, timed_views, time_total, entries, bounces, unique_visitors, unique_accounts,
      new_visitors, new_accounts, visitors_first_in_week, accounts_first_in_week,
      visitors_first_in_month, accounts_first_in_month, visitors_first_in_quarter, accounts_first_in_quarter,
      visitors_first_in_year, accounts_first_in_year
    )
    select
      e.entity_type, e.entity_id, e.date, e.hour, e.total_views, e.timed_views, e.time_total, e.entries, e.bounces, e.unique_visitors, e.unique_accounts,
      e.new_visitors, e.new_accounts, e.visitors_first_in_week, e.accounts_first_in_week,
      e.visitors_first_in_month, e.accounts_first_in_month, e.visitors_first_in_quarter, e.accounts_first_in_quarter,
      e.visitors_first_in_year, e.accounts_first_in_year
    from :schema.aggregate_effects(p_counts, p_days, p_replaced) e
    order by e.entity_id, e.hour, e.date
    on conflict (entity_type, entity_id, hour, date) do update set
      total_views = a.total_views + excluded.total_views,
      timed_views = a.timed_views + excluded.timed_views,
      time_total = a.time_total + excluded.time_total,
      entries = a.entries + excluded.entries,
      bounces = a.bounces + excluded.bounces,
      unique_visitors = a.unique_visitors + excluded.unique_visitors,
      unique_accounts = a.unique_accounts + excluded.unique_accounts,
      new_visitors = a.new_visitors + excluded.new_visitors,
      new_accounts = a.new_accounts + excluded.new_accounts,
      visitors_first_in_week = a.visitors_first_in_week + excluded.visitors_first_in_week,
      accounts_first_in_week = a.accounts_first_in_week + excluded.accounts_first_in_week,
      visitors_first_in_month = a.visitors_first_in_month + excluded.visitors_first_in_month,
      accounts_first_in_month = a.accounts_first_in_month + excluded.accounts_first_in_month,
      visitors_first_in_quarter = a.visitors_first_in_quarter + excluded.visitors_first_in_quarter,
      accounts_first_in_quarter = a.accounts_first_in_quarter + excluded.accounts_first_in_quarter,
      visitors_first_in_year = a.visitors_first_in_year + excluded.visitors_first_in_year,
      accounts_first_in_year = a.accounts_first_in_year + excluded.accounts_first_in_year,
      updated_at = now()
    returning a.ctid as place, a.total_views, a.unique_visitors, a.entries, a.bounces
  )
  select array_agg(w.place) filter (where w.total_views = 0), coalesce(bool_and(
    w.total_views >= w.unique_visitors and w.total_views >= w.entries and w.entries >= w.bounces and w.bounces >= 0
  ), true)
  into v_emptied, v_possible
  from written w;
  delete from :schema.analytics_aggregates where ctid = any (v_emptied);
  return v_possible;
end
$$;

-- Fold one batch: the oldest p_limit pending changes. Returns how many it took; 0 when nothing is pending or
-- somebody else is folding.
-- A change that takes a view away is younger than the one that added it, and so in the same batch or a later one,
-- with one exception: when a row trigger of the host's edits the row that is being inserted, the edit is captured
-- before the insert. A batch therefore also takes what adds a view that it takes away, however young.
create or replace function :schema.fold_page_view_changes(p_limit integer default 20000) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_history_complete boolean;
  v_changes :schema.page_view_changes[];
  v_change_ids bigint[];
  v_days :schema.visitor_day_effect[];
  v_sessions :schema.session_effect[];
  v_possible boolean;
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;

  -- Before the lock of the settings row: whoever truncates page views holds this lock and waits for no other.
  lock table :page_views in access share mode;
  select s.history_complete into v_history_complete from :schema.analytics_settings s for no key update skip locked;
  if not found then
    return 0;
  end if;
  if not v_history_complete then
    raise exception 'the page views from before the installation are not in the rollups yet'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Run: npx @headcount/migrations up';
  end if;

  v_changes := array(select q from :schema.page_view_changes q order by q.change_id limit p_limit);
  if v_changes = '{}' then
    return 0;
  end if;
  if exists (select from unnest(v_changes) c where c.sign < 0) then
    v_changes := v_changes || array(
      select q
      from :schema.page_view_changes q
      where q.sign > 0 and q.change_id > (v_changes[cardinality(v_changes)]).change_id and exists (
        select from unnest(v_changes) c
        where c.sign < 0 and c.viewed_at = q.viewed_at and c.entity_type = q.entity_type
          and c.entity_id is not distinct from q.entity_id
          and c.account_id is not distinct from q.account_id
          and c.session_id is not distinct from q.session_id
          and c.time_on_page is not distinct from q.time_on_page
      )
    );
  end if;
  v_change_ids := array(select c.change_id from unnest(v_changes) c);
  delete from :schema.page_view_changes q where q.change_id = any (v_change_ids);

  v_days := array(select d from :schema.visitor_day_effects(v_changes) d);
  v_sessions := array(select s from :schema.session_effects(v_changes) s);
  begin
    v_possible := not exists (select from unnest(v_days) d where d.views < 0)
      and :schema.store_sessions(v_sessions)
      and :schema.apply_effects(
        array(
          select c from :schema.view_count_effects(v_changes) c
          union all
          select e from :schema.entry_effects(v_sessions) e
        ),
        v_days
      );
  exception when unique_violation then
    -- a visitor-day or a visitor that was taken for new is stored: its visitor was changed by hand
    v_possible := false;
  end;
  if not v_possible then
    raise exception 'the rollups do not match the page views: views were taken away that had not been counted, or rollups were changed by hand'
      using errcode = 'data_exception',
        hint = 'Rebuild the rollups from raw page views: select aggregate_page_views(null, null).';
  end if;

  update :schema.analytics_fold_state set
    finished_at = clock_timestamp(),
    folded_changes = cardinality(v_changes),
    duration_ms = extract(epoch from clock_timestamp() - v_started_at) * 1000;
  return cardinality(v_changes);
end
$$;
