-- Reading entities in, when their sessions are: all of their rollups, from their page views and from sessions.

-- Delete all rollups of the entities of this type from the first id to the last, both included; of these those of p_ids, when
-- given.
create or replace function :schema.empty_entities(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[]
) returns void
language plpgsql
:settings_of_writers
-- a step is a small part of large tables
set enable_seqscan = off
as $$
begin
  delete from :schema.analytics_days d
  where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
    and (p_ids is null or d.entity_id = any (p_ids));
  delete from :schema.analytics_hours h
  where h.entity_type = p_entity_type and h.entity_id between p_first_id and p_last_id
    and (p_ids is null or h.entity_id = any (p_ids));
  delete from :schema.analytics_entity_visitors v
  where v.entity_type = p_entity_type and v.entity_id between p_first_id and p_last_id
    and (p_ids is null or v.entity_id = any (p_ids));
  delete from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
    and (p_ids is null or d.entity_id = any (p_ids));
  delete from :schema.analytics_visitor_returns r
  where r.entity_type = p_entity_type and r.entity_id between p_first_id and p_last_id
    and (p_ids is null or r.entity_id = any (p_ids));
  delete from :schema.analytics_visitor_return_weeks w
  where w.entity_type = p_entity_type and w.entity_id between p_first_id and p_last_id
    and (p_ids is null or w.entity_id = any (p_ids));
  delete from :schema.analytics_entities e
  where e.entity_type = p_entity_type and e.entity_id between p_first_id and p_last_id
    and (p_ids is null or e.entity_id = any (p_ids));
end
$$;

-- Which page views do these entities, or groups, have, less what is pending? Inlined, so that they are read in place.
create or replace function :schema.views_to_read_in(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[]
) returns table (
  entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type,
  viewed_at timestamptz, time_on_page integer
)
language sql stable
begin atomic
  with
  -- where nothing is pending, only one of those who name it has something to do
  raw as not materialized (
    select
      coalesce(pv.entity_id:::entity_id_type, :no_entity) as entity_id, pv.account_id:::account_id_type as account_id,
      pv.session_id:::session_id_type as session_id, pv.visitor_id:::session_id_type as visitor_id, pv.viewed_at,
      :schema.counted_time(pv.time_on_page) as time_on_page
    from :page_view_rows pv
    where pv.entity_type = p_entity_type
      and (
        (pv.entity_id between p_first_id and p_last_id and (p_ids is null or pv.entity_id = any (p_ids)))
        or (p_first_id = :no_entity and pv.entity_id is null)
      )
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    union all
    select g.entity_id, g.account_id, g.session_id, g.visitor_id, g.viewed_at, g.time_on_page
    from (select 1 where :schema.is_group_type(p_entity_type)) o
    cross join lateral :schema.page_views_of_groups(p_entity_type, p_first_id, p_last_id, p_ids) g
  ),
  pending as materialized (
    select q.sign, q.entity_id, q.account_id, q.session_id, q.visitor_id, q.viewed_at, q.time_on_page
    from :schema.page_view_changes q
    where q.entity_type = p_entity_type and q.entity_id between p_first_id and p_last_id
      and (p_ids is null or q.entity_id = any (p_ids)) and q.sign <> 0
  )
  select r.* from raw r where not exists (select 1 from pending)
  union all
  (
    (
      select r.* from raw r where exists (select 1 from pending)
      union all
      select p.entity_id, p.account_id, p.session_id, p.visitor_id, p.viewed_at, p.time_on_page from pending p where p.sign < 0
    )
    except all
    select p.entity_id, p.account_id, p.session_id, p.visitor_id, p.viewed_at, p.time_on_page from pending p where p.sign > 0
  );
end;

-- Which entries and bounces do these entities, or groups, have in which hours? Those of sessions. p_viewed_ids: those of them that have views.
create or replace function :schema.entries_to_read_in(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_viewed_ids :entity_id_type[],
  p_time_zone text
) returns table (entity_id :entity_id_type, local_hour timestamp, entries integer, bounces integer)
language sql stable
begin atomic
  -- an entity's sessions lie next to each other in the index: its hash, and any day
  select
    e.entity_id, date_bin(interval '1 hour', s.first_seen_at at time zone p_time_zone, timestamp '2000-01-01'), 1, s.is_bounce::integer
  from unnest(p_viewed_ids) e (entity_id)
  cross join lateral (
    select s.first_seen_at, :schema.is_bounce(s.total_views, s.time_total) as is_bounce
    from :schema.visitor_sessions s
    where :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
        between :schema.entity_hash(p_entity_type, e.entity_id) << 32
          and :schema.entity_hash(p_entity_type, e.entity_id) << 32 | 4294967295
      and s.total_views > 0
      and s.entry_entity_id is not distinct from e.entity_id and s.entry_entity_type is not distinct from p_entity_type
    offset 0
  ) s
  union all
  select s.entity_id, date_bin(interval '1 hour', s.first_seen_at at time zone p_time_zone, timestamp '2000-01-01'), 1, s.is_bounce::integer
  from (select 1 where :schema.is_group_type(p_entity_type)) o
  cross join lateral :schema.sessions_entered_at_groups(p_entity_type, p_first_id, p_last_id, p_ids) s;
end;

-- Read in the entities, or the groups, of this type from the first id to the last, both included; of these those of p_ids, when given.
-- Nothing may be stored of them, and their sessions are read in. Returns how many page views they have.
--
-- Most visitors of an entity come once: they are a row of their own, and only the others are sorted by their days.
create or replace function :schema.read_entities(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_time_zone text
) returns bigint
language plpgsql
:settings_of_writers
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  v_page_views bigint;
begin
  with
  views as materialized (
    select
      v.entity_id, :schema.visitor_kind(v.account_id, v.session_id, v.visitor_id) as kind,
      :schema.visitor_of(v.account_id, v.session_id, v.visitor_id) as visitor_id,
      date_bin(interval '1 hour', v.viewed_at at time zone p_time_zone, timestamp '2000-01-01') as local_hour,
      v.viewed_at, v.time_on_page
    from :schema.views_to_read_in(p_entity_type, p_first_id, p_last_id, p_ids) v
  ),
  visitors as materialized (
    select
      v.entity_id, v.kind, v.visitor_id, count(*)::integer as views, count(v.time_on_page)::integer as timed_views,
      coalesce(sum(v.time_on_page), 0) as time_total, min(v.viewed_at) as first_view
    from views v
    where v.kind is not null
    group by v.entity_id, v.kind, v.visitor_id
  ),
  -- of those who have more than one view: their hours,
  visitor_hours as materialized (
    select
      v.entity_id, v.kind, v.visitor_id, v.local_hour, count(*)::integer as views, count(v.time_on_page)::integer as timed_views,
      coalesce(sum(v.time_on_page), 0) as time_total, min(v.viewed_at) as first_view, max(v.viewed_at) as last_view
    from visitors w
    join views v on v.entity_id = w.entity_id and v.visitor_id = w.visitor_id and v.kind = w.kind
    where w.views > 1
    group by v.entity_id, v.kind, v.visitor_id, v.local_hour
  ),
  -- and their days
  days as materialized (
    select
      h.entity_id, h.kind, h.visitor_id, h.local_hour::date as date,
      lag(h.local_hour::date) over (partition by h.entity_id, h.kind, h.visitor_id order by h.local_hour::date) as prev_date,
      sum(h.views)::integer as views, sum(h.timed_views)::integer as timed_views, sum(h.time_total)::bigint as time_total,
      count(*)::integer as hours, bit_or(1 << date_part('hour', h.local_hour)::integer) as hours_seen,
      min(h.first_view) as first_view, max(h.last_view) as last_view
    from visitor_hours h
    group by h.entity_id, h.kind, h.visitor_id, h.local_hour::date
  ),
  written_visitors as (
    insert into :schema.analytics_entity_visitors (
      first_visit, last_visit, time_total, visit_count, days_visited, timed_views, kind, visitor_id, entity_id, entity_type
    )
    select
      w.first_visit, w.last_visit, nullif(w.time_total, 0), w.visit_count, nullif(w.days_visited, 1), nullif(w.timed_views, 0),
      w.kind, w.visitor_id, w.entity_id, p_entity_type
    from (
      select
        v.entity_id, v.kind, v.visitor_id, v.first_view as first_visit, null::timestamptz as last_visit, v.time_total,
        null::integer as visit_count, 1 as days_visited, v.timed_views
      from visitors v
      where v.views = 1
      union all
      select
        d.entity_id, d.kind, d.visitor_id, min(d.first_view), max(d.last_view), sum(d.time_total)::bigint,
        sum(d.views)::integer, count(*)::integer, sum(d.timed_views)::integer
      from days d
      group by d.entity_id, d.kind, d.visitor_id
    ) w
    -- those of the same days lie next to each other, as folding leaves them
    order by w.entity_id, w.first_visit
  ),
  written_visitor_days as (
    insert into :schema.analytics_visitor_days (
      first_view, last_view, time_total, date, prev_date, views, timed_views, hours_seen, kind, visitor_id, entity_id, entity_type
    )
    select
      d.first_view, d.last_view, nullif(d.time_total, 0), d.date, d.prev_date, d.views, nullif(d.timed_views, 0), d.hours_seen,
      d.kind, d.visitor_id, d.entity_id, p_entity_type
    from days d
    order by :schema.pair_key(p_entity_type, d.entity_id, d.visitor_id), d.date
  ),
  returns as materialized (
    select
      d.entity_id, d.date, d.prev_date, count(*)::integer as visitors, count(*) filter (where d.kind = 'a')::integer as accounts
    from days d
    where d.prev_date is not null
    group by d.entity_id, d.date, d.prev_date
  ),
  written_returns as (
    insert into :schema.analytics_visitor_returns (date, prev_date, visitors, accounts, entity_id, entity_type)
    select r.date, r.prev_date, r.visitors, r.accounts, r.entity_id, p_entity_type
    from returns r
    order by r.entity_id, r.date, r.prev_date
  ),
  written_return_weeks as (
    insert into :schema.analytics_visitor_return_weeks (entity_id, week, prev_week, visitors, accounts, entity_type)
    select
      r.entity_id, :schema.week_of(r.date), :schema.week_of(r.prev_date), sum(r.visitors), sum(r.accounts), p_entity_type
    from returns r
    group by 1, 2, 3
    order by 1, 2, 3
  ),
  entries as (
    select e.*
    from :schema.entries_to_read_in(
      p_entity_type, p_first_id, p_last_id, p_ids, array(select distinct v.entity_id from views v), p_time_zone
    ) e
  ),
  -- who has several views in an hour is one of its visitors
  by_hour as materialized (
    select
      c.entity_id, c.local_hour::date as date, date_part('hour', c.local_hour)::smallint as hour, sum(c.views)::integer as views,
      count(c.time_on_page)::integer as timed_views, coalesce(sum(c.time_on_page), 0) as time_total,
      sum(c.visitors)::integer as visitors, sum(c.accounts)::integer as accounts,
      sum(c.entries)::integer as entries, sum(c.bounces)::integer as bounces
    from (
      select
        v.entity_id, v.local_hour, 1 as views, v.time_on_page, (v.kind is not null)::integer as visitors,
        (v.kind is not distinct from 'a')::integer as accounts, 0 as entries, 0 as bounces
      from views v
      union all
      select h.entity_id, h.local_hour, 0, null, 1 - h.views, (1 - h.views) * (h.kind = 'a')::integer, 0, 0
      from visitor_hours h
      where h.views > 1
      union all
      select e.entity_id, e.local_hour, 0, null, 0, 0, e.entries, e.bounces
      from entries e
    ) c
    group by c.entity_id, c.local_hour
  ),
  -- who was there in several hours of a date is one of its visitors
  by_day as materialized (
    select
      c.entity_id, c.date, count(c.hour) as hours, min(c.hour) as hour, sum(c.views) as views, sum(c.timed_views) as timed_views,
      sum(c.time_total) as time_total, sum(c.visitors) as visitors, sum(c.accounts) as accounts,
      sum(c.entries) as entries, sum(c.bounces) as bounces,
      sum(c.again_ever) as again_ever, sum(c.again_ever * c.is_account) as accounts_again_ever,
      sum(c.again_in_week) as again_in_week, sum(c.again_in_week * c.is_account) as accounts_again_in_week,
      sum(c.again_in_month) as again_in_month, sum(c.again_in_month * c.is_account) as accounts_again_in_month,
      sum(c.again_in_quarter) as again_in_quarter, sum(c.again_in_quarter * c.is_account) as accounts_again_in_quarter,
      sum(c.again_in_year) as again_in_year, sum(c.again_in_year * c.is_account) as accounts_again_in_year
    from (
      select
        h.entity_id, h.date, h.hour, h.views, h.timed_views, h.time_total, h.visitors, h.accounts, h.entries, h.bounces,
        0 as is_account, 0 as again_ever, 0 as again_in_week, 0 as again_in_month, 0 as again_in_quarter, 0 as again_in_year
      from by_hour h
      union all
      select
        d.entity_id, d.date, null, 0, 0, 0, 1 - d.hours, (1 - d.hours) * (d.kind = 'a')::integer, 0, 0,
        (d.kind = 'a')::integer, (d.prev_date is not null)::integer,
        :schema.is_again_in('week', d.date, d.prev_date)::integer, :schema.is_again_in('month', d.date, d.prev_date)::integer,
        :schema.is_again_in('quarter', d.date, d.prev_date)::integer, :schema.is_again_in('year', d.date, d.prev_date)::integer
      from days d
      where d.hours > 1 or d.prev_date is not null
    ) c
    group by c.entity_id, c.date
  ),
  written_days as (
    insert into :schema.analytics_days (
      time_total, date, views, visitors, accounts, timed_views, entries, bounces, again_ever, accounts_again_ever,
      again_in_week, accounts_again_in_week, again_in_month, accounts_again_in_month, again_in_quarter, accounts_again_in_quarter,
      again_in_year, accounts_again_in_year, hour, entity_id, entity_type
    )
    select
      nullif(d.time_total, 0), d.date, d.views, nullif(d.visitors, 0), nullif(d.accounts, 0), nullif(d.timed_views, 0),
      nullif(d.entries, 0), nullif(d.bounces, 0), nullif(d.again_ever, 0), nullif(d.accounts_again_ever, 0),
      nullif(d.again_in_week, 0), nullif(d.accounts_again_in_week, 0), nullif(d.again_in_month, 0),
      nullif(d.accounts_again_in_month, 0), nullif(d.again_in_quarter, 0), nullif(d.accounts_again_in_quarter, 0),
      nullif(d.again_in_year, 0), nullif(d.accounts_again_in_year, 0), case when d.hours = 1 then d.hour end, d.entity_id,
      p_entity_type
    from by_day d
    order by d.entity_id, d.date
  ),
  written_entities as (
    insert into :schema.analytics_entities (
      first_view, last_view, time_total, views, timed_views, visitors, accounts, entries, bounces, entity_id, entity_type
    )
    select
      b.first_view, b.last_view, d.time_total, d.views, d.timed_views, d.visitors, d.accounts, d.entries, d.bounces, d.entity_id,
      p_entity_type
    from (
      select
        d.entity_id, sum(d.views) as views, sum(d.timed_views) as timed_views, sum(d.time_total) as time_total,
        sum(d.visitors - d.again_ever) as visitors, sum(d.accounts - d.accounts_again_ever) as accounts,
        sum(d.entries) as entries, sum(d.bounces) as bounces
      from by_day d
      group by d.entity_id
      having sum(d.views) <> 0 or sum(d.entries) <> 0 or sum(d.bounces) <> 0
    ) d
    left join (
      select v.entity_id, min(v.viewed_at) as first_view, max(v.viewed_at) as last_view from views v group by v.entity_id
    ) b on b.entity_id = d.entity_id
    order by d.entity_id
  ),
  written_hours as (
    insert into :schema.analytics_hours (date, entity_id, entity_type, hours)
    select
      h.date, h.entity_id, p_entity_type,
      array_agg(
        :schema.packed_hour(h.hour, h.views, h.timed_views, h.time_total, h.visitors, h.accounts, h.entries, h.bounces)
        order by h.hour
      )
    from by_hour h
    join by_day d on d.entity_id = h.entity_id and d.date = h.date
    where d.hours > 1
    group by h.entity_id, h.date
    order by h.entity_id, h.date
  )
  select count(*) into v_page_views from views;
  return v_page_views;
end
$$;
