-- Storing deltas. Their callers hold the slots of what they write, so that no other session writes it.
--
-- Rows are found by probes: nested loops with an index inside. Left to itself, the planner takes a rollup for as small as it
-- was when it was last analyzed and reads all of it for a batch, or joins the batch to it by hashing.

-- Store what happened to the visitors of these days.
create or replace function :schema.store_visitors(p_days :schema.visitor_day_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
  v_changes :schema.visitor_change[] := array(
    select c from :schema.visitor_changes(array(select d from unnest(p_days) d where not d.is_only)) c
  );
begin
  -- the new ones in the order of the index; most have one day, and nothing has to be put together
  insert into :schema.analytics_entity_visitors (
    first_visit, last_visit, time_total, visit_count, days_visited, timed_views, kind, visitor_id, entity_id, entity_type
  )
  select
    n.first_visit, case when n.views > 1 then n.last_visit end, nullif(n.time_total, 0), nullif(n.views, 1), nullif(n.days, 1),
    nullif(n.timed_views, 0), n.kind, n.visitor_id, n.entity_id, n.entity_type
  from (
    select
      d.entity_type, d.entity_id, d.kind, d.visitor_id, (d.after).views as views, 1 as days, (d.after).timed_views as timed_views,
      (d.after).time_total as time_total, (d.after).first_view as first_visit, (d.after).last_view as last_visit
    from unnest(p_days) d
    where d.is_only
    union all
    select
      c.entity_type, c.entity_id, c.kind, c.visitor_id, c.views, c.days, c.timed_views, c.time_total, c.first_visit, c.last_visit
    from unnest(v_changes) c
    where c.visit_count = 0 and c.views > 0
  ) n
  order by :schema.pair_key(n.entity_type, n.entity_id, n.visitor_id);

  update :schema.analytics_entity_visitors v set
    first_visit = c.first_visit,
    last_visit = case when c.visit_count + c.views > 1 then c.last_visit end,
    visit_count = nullif(c.visit_count + c.views, 1),
    days_visited = nullif(coalesce(v.days_visited, 1) + c.days, 1),
    timed_views = nullif(coalesce(v.timed_views, 0) + c.timed_views, 0),
    time_total = nullif(coalesce(v.time_total, 0) + c.time_total, 0)
  from unnest(v_changes) c
  where :schema.pair_key(v.entity_type, v.entity_id, v.visitor_id) = :schema.pair_key(c.entity_type, c.entity_id, c.visitor_id)
    and v.entity_id is not distinct from c.entity_id and v.visitor_id is not distinct from c.visitor_id
    and v.kind is not distinct from c.kind and v.entity_type is not distinct from c.entity_type
    and c.visit_count > 0 and c.visit_count + c.views > 0;

  if exists (select 1 from unnest(v_changes) c where c.visit_count > 0 and c.visit_count + c.views = 0) then
    delete from :schema.analytics_entity_visitors v
    using unnest(v_changes) c
    where :schema.pair_key(v.entity_type, v.entity_id, v.visitor_id) = :schema.pair_key(c.entity_type, c.entity_id, c.visitor_id)
      and v.entity_id is not distinct from c.entity_id and v.visitor_id is not distinct from c.visitor_id
      and v.kind is not distinct from c.kind and v.entity_type is not distinct from c.entity_type
      and c.visit_count > 0 and c.visit_count + c.views = 0;
  end if;
end
$$;

-- Store these days of visitors who have more than one view, and take out those of visitors who have not any more.
create or replace function :schema.store_visitor_days(p_days :schema.visitor_day_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
begin
  insert into :schema.analytics_visitor_days (
    first_view, last_view, time_total, date, prev_date, views, timed_views, hours_seen, kind, visitor_id, entity_id, entity_type
  )
  select
    (d.after).first_view, (d.after).last_view, nullif((d.after).time_total, 0), d.date, (d.after).prev_date, (d.after).views,
    nullif((d.after).timed_views, 0), (d.after).hours_seen, d.kind, d.visitor_id, d.entity_id, d.entity_type
  from unnest(p_days) d
  where d.is_stored and not d.was_stored
  order by :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id), d.date;

  if not exists (select 1 from unnest(p_days) d where d.was_stored) then
    return;
  end if;
  update :schema.analytics_visitor_days v set
    first_view = (d.after).first_view, last_view = (d.after).last_view, time_total = nullif((d.after).time_total, 0),
    prev_date = (d.after).prev_date, views = (d.after).views, timed_views = nullif((d.after).timed_views, 0),
    hours_seen = (d.after).hours_seen
  from unnest(p_days) d
  where :schema.pair_key(v.entity_type, v.entity_id, v.visitor_id) = :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id)
    and v.date = d.date
    and v.entity_id is not distinct from d.entity_id and v.visitor_id is not distinct from d.visitor_id
    and v.kind is not distinct from d.kind and v.entity_type is not distinct from d.entity_type
    and d.was_stored and d.is_stored and d.before is distinct from d.after;

  if exists (select 1 from unnest(p_days) d where d.was_stored and not d.is_stored) then
    delete from :schema.analytics_visitor_days v
    using unnest(p_days) d
    where :schema.pair_key(v.entity_type, v.entity_id, v.visitor_id) = :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id)
      and v.date = d.date
      and v.entity_id is not distinct from d.entity_id and v.visitor_id is not distinct from d.visitor_id
      and v.kind is not distinct from d.kind and v.entity_type is not distinct from d.entity_type
      and d.was_stored and not d.is_stored;
  end if;
end
$$;

-- Add to the returns, by days and by weeks.
create or replace function :schema.store_returns(p_returns :schema.return_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_nestloop = off
as $$
begin
  insert into :schema.analytics_visitor_returns as r (entity_type, entity_id, date, prev_date, visitors, accounts)
  select d.entity_type, d.entity_id, d.date, d.prev_date, d.visitors, d.accounts
  from unnest(p_returns) d
  order by d.entity_type, d.entity_id, d.date, d.prev_date
  on conflict (entity_type, entity_id, date, prev_date) do update set
    visitors = r.visitors + excluded.visitors, accounts = r.accounts + excluded.accounts;

  insert into :schema.analytics_visitor_return_weeks as w (entity_type, entity_id, week, prev_week, visitors, accounts)
  select d.entity_type, d.entity_id, :schema.week_of(d.date), :schema.week_of(d.prev_date), sum(d.visitors), sum(d.accounts)
  from unnest(p_returns) d
  group by 1, 2, 3, 4
  having sum(d.visitors) <> 0 or sum(d.accounts) <> 0
  order by 1, 2, 3, 4
  on conflict (entity_type, entity_id, week, prev_week) do update set
    visitors = w.visitors + excluded.visitors, accounts = w.accounts + excluded.accounts;

  if exists (select 1 from unnest(p_returns) d where d.visitors < 0) then
    perform :schema.delete_empty_returns(p_returns);
  end if;
end
$$;

-- Delete those of these returns that nobody is left of. The planner would take "visitors = 0" for true of next to no row: see store_days.
create or replace function :schema.delete_empty_returns(p_returns :schema.return_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
begin
  delete from :schema.analytics_visitor_returns r
  using unnest(p_returns) d
  where r.entity_type = d.entity_type and r.entity_id = d.entity_id and r.date = d.date and r.prev_date = d.prev_date
    and case when r.visitors = 0 then 0 end <> 1 and d.visitors < 0;
  delete from :schema.analytics_visitor_return_weeks w
  using unnest(p_returns) d
  where w.entity_type = d.entity_type and w.entity_id = d.entity_id
    and w.week = :schema.week_of(d.date) and w.prev_week = :schema.week_of(d.prev_date)
    and case when w.visitors = 0 then 0 end <> 1 and d.visitors < 0;
end
$$;

-- Add to dates and to their hours. Fails when more is taken away from a date than it has.
-- A date that was in one hour keeps no record of it until a second one comes; then both are packed.
create or replace function :schema.store_days(p_days :schema.day_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
  -- twenty-four hours and what some folds add: the row stays small enough to be stored as it is
  c_max_records constant integer := 40;
  v_now integer := extract(epoch from now())::bigint - 1577836800;
  v_impossible text;
begin
  with
  deltas as materialized (
    select
      d.*, s.views as stored_views, s.hour as stored_hour, h.hour as delta_hour,
      case when s.hour is not null and s.hour is distinct from h.hour then :schema.packed_hour(
        s.hour, s.views, coalesce(s.timed_views, 0), coalesce(s.time_total, 0), coalesce(s.visitors, 0),
        coalesce(s.accounts, 0), coalesce(s.entries, 0), coalesce(s.bounces, 0)
      ) end as first_record
    from unnest(p_days) d
    left join lateral :schema.day_at(d.entity_type, d.entity_id, d.date) s on true
    -- the one hour that is added to; -1 when none is, NULL when several are
    cross join lateral (
      select case coalesce(array_length(d.hours, 1), 0) when 0 then -1 when 1 then d.hours[1][1] end::smallint as hour
    ) h
  ),
  new_hours as (
    insert into :schema.analytics_hours (entity_type, entity_id, date, hours)
    select d.entity_type, d.entity_id, d.date, case when d.first_record is null then d.hours else d.first_record || d.hours end
    from deltas d
    where case
      when d.stored_views is null then d.delta_hour is null
      else d.stored_hour is not null and d.delta_hour is distinct from -1 and d.delta_hour is distinct from d.stored_hour
    end
    order by d.entity_type, d.entity_id, d.date
  ),
  changed_hours as (
    update :schema.analytics_hours h set
      hours = case
        when array_length(h.hours, 1) + array_length(d.hours, 1) > c_max_records then :schema.merged_hours(h.hours || d.hours)
        else h.hours || d.hours
      end
    from deltas d
    where h.entity_type = d.entity_type and h.entity_id = d.entity_id and h.date = d.date
      and d.stored_views is not null and d.stored_hour is null and d.delta_hour is distinct from -1
  ),
  new_days as (
    insert into :schema.analytics_days (
      time_total, date, views, visitors, accounts, timed_views, entries, bounces,
      again_ever, accounts_again_ever, again_in_week, accounts_again_in_week, again_in_month, accounts_again_in_month,
      again_in_quarter, accounts_again_in_quarter, again_in_year, accounts_again_in_year, hour, entity_id, entity_type
    )
    select
      nullif(d.time_total, 0), d.date, d.views, nullif(d.visitors, 0), nullif(d.accounts, 0), nullif(d.timed_views, 0),
      nullif(d.entries, 0), nullif(d.bounces, 0), nullif(d.again_ever, 0), nullif(d.accounts_again_ever, 0),
      nullif(d.again_in_week, 0), nullif(d.accounts_again_in_week, 0),
      nullif(d.again_in_month, 0), nullif(d.accounts_again_in_month, 0),
      nullif(d.again_in_quarter, 0), nullif(d.accounts_again_in_quarter, 0),
      nullif(d.again_in_year, 0), nullif(d.accounts_again_in_year, 0), nullif(d.delta_hour, -1), d.entity_id, d.entity_type
    from deltas d
    where d.stored_views is null
    order by d.entity_type, d.entity_id, d.date
    returning entity_type, entity_id, date, views, visitors
  ),
  changed_days as (
    update :schema.analytics_days s set
      updated = v_now,
      views = s.views + d.views,
      time_total = nullif(coalesce(s.time_total, 0) + d.time_total, 0),
      timed_views = nullif(coalesce(s.timed_views, 0) + d.timed_views, 0),
      entries = nullif(coalesce(s.entries, 0) + d.entries, 0),
      bounces = nullif(coalesce(s.bounces, 0) + d.bounces, 0),
      visitors = nullif(coalesce(s.visitors, 0) + d.visitors, 0),
      accounts = nullif(coalesce(s.accounts, 0) + d.accounts, 0),
      again_ever = nullif(coalesce(s.again_ever, 0) + d.again_ever, 0),
      accounts_again_ever = nullif(coalesce(s.accounts_again_ever, 0) + d.accounts_again_ever, 0),
      again_in_week = nullif(coalesce(s.again_in_week, 0) + d.again_in_week, 0),
      accounts_again_in_week = nullif(coalesce(s.accounts_again_in_week, 0) + d.accounts_again_in_week, 0),
      again_in_month = nullif(coalesce(s.again_in_month, 0) + d.again_in_month, 0),
      accounts_again_in_month = nullif(coalesce(s.accounts_again_in_month, 0) + d.accounts_again_in_month, 0),
      again_in_quarter = nullif(coalesce(s.again_in_quarter, 0) + d.again_in_quarter, 0),
      accounts_again_in_quarter = nullif(coalesce(s.accounts_again_in_quarter, 0) + d.accounts_again_in_quarter, 0),
      again_in_year = nullif(coalesce(s.again_in_year, 0) + d.again_in_year, 0),
      accounts_again_in_year = nullif(coalesce(s.accounts_again_in_year, 0) + d.accounts_again_in_year, 0),
      hour = case when d.delta_hour = -1 or d.delta_hour = s.hour then s.hour end
    from deltas d
    where s.entity_type = d.entity_type and s.entity_id = d.entity_id and s.date = d.date and d.stored_views is not null
    returning s.entity_type, s.entity_id, s.date, s.views, s.visitors
  ),
  written as (
    select n.entity_type, n.entity_id, n.date, n.views, coalesce(n.visitors, 0) as visitors from new_days n
    union all
    select c.entity_type, c.entity_id, c.date, c.views, coalesce(c.visitors, 0) from changed_days c
  )
  select format('%s %s has %s views and %s visitors on %s', w.entity_type, w.entity_id, w.views, w.visitors, w.date)
  into v_impossible
  from written w
  where w.views < 0 or w.visitors < 0 or w.visitors > w.views
  limit 1;
  if v_impossible is not null then
    raise exception 'more was taken away than had been counted: %', v_impossible using errcode = 'data_exception';
  end if;

  if exists (select 1 from unnest(p_days) d where d.views < 0 or d.entries < 0) then
    delete from :schema.analytics_hours h
    using unnest(p_days) d
    where h.entity_type = d.entity_type and h.entity_id = d.entity_id and h.date = d.date
      and exists (
        select 1 from :schema.day_at(d.entity_type, d.entity_id, d.date) s
        where s.views = 0 and s.entries is null and s.visitors is null
      );
    -- the planner would take "views = 0" for true of next to no row, and compare each such row with all of these dates, which is
    -- quadratic where many are taken away; it takes this for true of nearly all
    delete from :schema.analytics_days s
    using unnest(p_days) d
    where s.entity_type = d.entity_type and s.entity_id = d.entity_id and s.date = d.date
      and case when s.views = 0 and s.entries is null and s.visitors is null then 0 end <> 1;
  end if;
end
$$;

-- Add to the totals of all time.
create or replace function :schema.store_entities(p_entities :schema.entity_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
begin
  insert into :schema.analytics_entities as e (
    first_view, last_view, time_total, views, timed_views, visitors, accounts, entries, bounces, entity_id, entity_type
  )
  select
    d.first_view, d.last_view, d.time_total, d.views, d.timed_views, d.visitors, d.accounts, d.entries, d.bounces, d.entity_id,
    d.entity_type
  from unnest(p_entities) d
  order by d.entity_type, d.entity_id
  on conflict (entity_type, entity_id) do update set
    first_view = excluded.first_view, last_view = excluded.last_view,
    time_total = e.time_total + excluded.time_total, views = e.views + excluded.views,
    timed_views = e.timed_views + excluded.timed_views, visitors = e.visitors + excluded.visitors,
    accounts = e.accounts + excluded.accounts, entries = e.entries + excluded.entries, bounces = e.bounces + excluded.bounces;

  if exists (select 1 from unnest(p_entities) d where d.views < 0 or d.entries < 0) then
    delete from :schema.analytics_entities e
    using unnest(p_entities) d
    where e.entity_type = d.entity_type and e.entity_id = d.entity_id
      and case when e.views = 0 and e.entries = 0 and e.bounces = 0 then 0 end <> 1;
  end if;
end
$$;

-- Store sessions. Collection may write rows of its own at the same time, so rows are taken in the order of their ids. Fails
-- when more is taken away from a session than it has.
create or replace function :schema.store_sessions(p_sessions :schema.session_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
  v_impossible text := (
    select format('session %s has %s views', d.session_id, (d.after).views) from unnest(p_sessions) d
    where (d.after).views < 0 or ((d.after).views > 0 and (d.after).entry_entity_type is null)
    limit 1
  );
begin
  if v_impossible is not null then
    raise exception 'more was taken away than had been counted: %', v_impossible using errcode = 'data_exception';
  end if;

  insert into :schema.visitor_sessions as s (
    session_id, account_id, account_seen_at, first_seen_at, last_seen_at, total_views, unique_pages, time_total,
    entry_entity_type, entry_entity_id, entry_owner_id, identified
  )
  select
    d.session_id, (d.after).account_id, (d.after).account_seen, (d.after).first_seen, (d.after).last_seen, (d.after).views,
    (d.after).unique_pages, (d.after).time_total, (d.after).entry_entity_type, (d.after).entry_entity_id, (d.after).entry_owner_id,
    nullif(d.identified, false)
  from unnest(p_sessions) d
  where (d.after).views > 0 and (d.before is distinct from d.after or d.identified)
  order by d.session_id
  on conflict (:session_key) do update set
    account_id = excluded.account_id, account_seen_at = excluded.account_seen_at,
    first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at,
    total_views = excluded.total_views, unique_pages = excluded.unique_pages, time_total = excluded.time_total,
    entry_entity_type = excluded.entry_entity_type, entry_entity_id = excluded.entry_entity_id, entry_owner_id = excluded.entry_owner_id,
    identified = coalesce(s.identified, excluded.identified);

  if exists (select 1 from unnest(p_sessions) d where (d.after).views = 0) then
    delete from :schema.visitor_sessions s
    using unnest(p_sessions) d
    where s.session_id = d.session_id and (d.after).views = 0 and s.total_views <> 0;
  end if;
  if exists (select 1 from :schema.analytics_settings s where s.sealed_before is not null) then
    perform :schema.seal_sessions(p_sessions);
  end if;
  if exists (select 1 from :schema.analytics_breakdowns) then
    perform :schema.count_entries_again(p_sessions);
  end if;
end
$$;

-- Note that rows were put into the rollups by a statement of its own, as restoring a dump of data does: folding and reading in are
-- functions, and no client names the table. Page views that were restored with the triggers on were captured as well, and
-- would count twice.
create or replace function :schema.note_restore() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  -- settings come with the data of a dump whose schema was restored before, and were written once before they had a trigger
  if tg_level = 'ROW' then
    new.restored_at := now();
    return new;
  end if;
  if current_query() ~* '^\s*(copy|insert)\s.*analytics_days' then
    update :schema.analytics_settings set restored_at = now();
  end if;
  return null;
end
$$;
