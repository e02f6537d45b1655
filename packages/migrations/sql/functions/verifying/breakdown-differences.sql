-- Verifying the breakdowns that are kept of some entities: what is stored against what page views say. Not of dates that are to be counted again, or
-- would be if all that is pending were folded; and of none while more is pending than a live read takes on.

-- The counted page views of these entities, and of which of them a session began with that view. By itself, because the statement that compares them
-- does without nested loops: for the few rows that the planner expects it would compare each view with each combination of values.
create or replace function :schema.page_views_of_breakdowns(p_breakdown_nos integer[], p_time_zone text) returns table (
  breakdown_no integer, entity_id :entity_id_type, session_id :session_id_type, viewed_at timestamptz, date date, source_no integer,
  device_no integer, time_on_page bigint, is_account boolean, visitor text, began_session :session_id_type, is_bounce boolean
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select v.*, s.session_id, s.total_views = 1 and s.time_total < 10
  from (
    select
      b.breakdown_no, b.entity_id, pv.session_id:::session_id_type as session_id, pv.viewed_at,
      cast(pv.viewed_at at time zone p_time_zone as date) as date, coalesce(pv.source_no, 0) as source_no,
      coalesce(pv.device_no, 0) as device_no,
      case when pv.time_on_page >= 0 and pv.time_on_page < 2147483648 then pv.time_on_page::bigint end as time_on_page,
      pv.account_id is not null as is_account,
      case
        when pv.account_id is not null then 'a' || pv.account_id::text
        when pv.visitor_id is not null then 'v' || pv.visitor_id::text
        else 's' || pv.session_id::text
      end as visitor
    from :schema.analytics_breakdowns b
    join :page_view_rows pv
      on pv.entity_type = b.entity_type and (pv.entity_id = b.entity_id or (pv.entity_id is null and b.entity_id = :no_entity))
    where b.breakdown_no = any (p_breakdown_nos)
      and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
      and octet_length(pv.entity_type)
        + case :'entity_id_type' when 'text' then coalesce(octet_length(pv.entity_id::text), 0) else 0 end
        + case :'account_id_type' when 'text' then coalesce(octet_length(pv.account_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.session_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.visitor_id::text), 0) else 0 end <= :max_id_bytes
  ) v
  join :schema.analytics_breakdowns b on b.breakdown_no = v.breakdown_no
  left join :schema.visitor_sessions s
    on s.session_id = v.session_id and s.first_seen_at = v.viewed_at and s.total_views > 0
    and s.entry_entity_type = b.entity_type and s.entry_entity_id = v.entity_id;
end
$$;

-- Which rows differ? As rollup_differences has it. What has no value is '' in the key, which no value is.
create or replace function :schema.breakdown_differences(p_slice :schema.entity_slice, p_time_zone text) returns table (
  rollup text, entity_id :entity_id_type, key jsonb, stored jsonb, expected jsonb
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
as $$
#variable_conflict use_column
begin
  return query
  with
  kept as materialized (
    select b.breakdown_no, b.entity_id, d.dates
    from :schema.analytics_breakdowns b
    cross join lateral (select :schema.dates_not_kept(b.breakdown_no, '-infinity', 'infinity', null) as dates) d
    where b.entity_type = (p_slice).entity_type and b.entity_id between (p_slice).first_id and (p_slice).last_id and d.dates is not null
  ),
  skipped as materialized (
    select k.breakdown_no, u.date from kept k cross join unnest(k.dates) u (date)
  ),
  views as materialized (
    select
      v.*, dense_rank() over (order by v.visitor) as visitor_no,
      v.began_session is not null and row_number() over (
        partition by v.breakdown_no, v.began_session
        order by v.source_no = 0, v.source_no, v.device_no = 0, v.device_no, v.is_account desc
      ) = 1 as is_entry
    from :schema.page_views_of_breakdowns(array(select k.breakdown_no from kept k), p_time_zone) v
  ),
  -- what do their numbers stand for? Numbered, as there are twelve of each view
  names as materialized (
    select
      c.source_no, c.device_no, c.is_account, c.is_nobody, d.dimension, coalesce(d.value, '') as value, d.is_recorded,
      dense_rank() over (order by d.dimension, d.value) as name_no
    from (select distinct v.source_no, v.device_no, v.is_account, v.visitor is null as is_nobody from views v) c
    left join :schema.analytics_sources s on s.source_no = c.source_no
    left join :schema.analytics_devices e on e.device_no = c.device_no
    cross join lateral (
      values
        ('channel', s.channel, s.source_no is not null), ('source', s.source, s.source_no is not null),
        ('referrer_host', s.referrer_host, s.source_no is not null), ('surface', s.surface, s.source_no is not null),
        ('utm_source', s.utm_source, s.source_no is not null), ('utm_medium', s.utm_medium, s.source_no is not null),
        ('utm_campaign', s.utm_campaign, s.source_no is not null), ('device', e.device, e.device_no is not null),
        ('browser', e.browser, e.device_no is not null), ('os', e.os, e.device_no is not null),
        ('country', e.country, e.device_no is not null),
        ('visitor_kind', case when c.is_account then 'account' when not c.is_nobody then 'anonymous' end, s.source_no is not null)
    ) d (dimension, value, is_recorded)
  ),
  -- how often, and how long, had whom which value on which date?
  had as (
    select
      h.*, case when not h.is_nobody then lag(h.date) over (
        partition by h.breakdown_no, h.name_no, h.visitor_no order by h.date
      ) end as prev_date
    from (
      select
        v.breakdown_no, v.date, v.visitor_no, v.is_account, n.is_nobody, n.name_no, count(*) as views, count(v.time_on_page) as timed_views,
        coalesce(sum(v.time_on_page), 0) as time_total, count(*) filter (where n.is_recorded) as recorded_views,
        count(*) filter (where v.is_entry) as entries, count(*) filter (where v.is_entry and v.is_bounce) as bounces
      from views v
      join names n
        on n.source_no = v.source_no and n.device_no = v.device_no and n.is_account = v.is_account and n.is_nobody = (v.visitor is null)
      group by v.breakdown_no, v.date, v.visitor_no, v.is_account, n.is_nobody, n.name_no
    ) h
  ),
  numbers as materialized (
    select
      h.breakdown_no, h.date, h.name_no, h.prev_date, sum(h.views) as views, count(*) filter (where not h.is_nobody) as visitors,
      count(*) filter (where h.is_account) as accounts, sum(h.timed_views) as timed_views, sum(h.time_total) as time_total,
      sum(h.recorded_views) as recorded_views, sum(h.entries) as entries, sum(h.bounces) as bounces
    from had h
    group by h.breakdown_no, h.date, h.name_no, h.prev_date
  ),
  counted as (
    select
      c.rollup, c.breakdown_no, k.entity_id, c.date, n.dimension, n.value, c.prev_date, c.columns
    from (
      select
        'analytics_breakdown_days' as rollup, h.breakdown_no, h.date, h.name_no, null::date as prev_date,
        jsonb_build_object(
          'views', sum(h.views), 'visitors', sum(h.visitors), 'accounts', sum(h.accounts), 'timed_views', sum(h.timed_views),
          'time_total', sum(h.time_total), 'recorded_views', sum(h.recorded_views), 'entries', sum(h.entries), 'bounces', sum(h.bounces)
        ) as columns
      from numbers h
      group by h.breakdown_no, h.date, h.name_no
      union all
      select
        'prev_dates', h.breakdown_no, h.date, h.name_no, h.prev_date, jsonb_build_object('visitors', h.visitors, 'accounts', h.accounts)
      from numbers h
      where h.prev_date is not null
    ) c
    join kept k on k.breakdown_no = c.breakdown_no
    join (select distinct n.name_no, n.dimension, n.value from names n) n on n.name_no = c.name_no
  ),
  rows as materialized (
    select
      'analytics_breakdown_days' as rollup, d.breakdown_no, k.entity_id, d.date, d.dimension, null::date as prev_date, d.value_no, d.views,
      d.visitors, d.accounts, d.timed_views, d.time_total, d.recorded_views, d.entries, d.bounces
    from kept k
    join :schema.analytics_breakdown_days d on d.breakdown_no = k.breakdown_no
    union all
    select
      'prev_dates', d.breakdown_no, k.entity_id, d.date, d.dimension, d.prev_dates[n], d.value_no, null,
      d.again_since[n] - coalesce(d.again_since[n + 1], 0), d.accounts_again_since[n] - coalesce(d.accounts_again_since[n + 1], 0),
      null, null, null, null, null
    from kept k
    join :schema.analytics_breakdown_days d on d.breakdown_no = k.breakdown_no
    cross join lateral generate_subscripts(d.prev_dates, 1) n
  ),
  -- 0 is no value
  values_of as materialized (
    select
      u.dimension, u.value_no,
      case u.dimension
        when 'visitor_kind' then (array['account', 'anonymous'])[u.value_no]
        else coalesce(to_jsonb(s), to_jsonb(e)) ->> u.dimension
      end as value
    from (select distinct r.dimension, r.value_no from rows r) u
    left join :schema.analytics_sources s
      on s.source_no = u.value_no and u.dimension not in ('device', 'browser', 'os', 'country', 'visitor_kind')
    left join :schema.analytics_devices e on e.device_no = u.value_no and u.dimension in ('device', 'browser', 'os', 'country')
  ),
  stored as (
    select
      r.rollup, r.breakdown_no, r.entity_id, r.date, r.dimension, coalesce(n.value, '') as value, r.prev_date,
      case
        when r.rollup = 'prev_dates' then jsonb_build_object('visitors', sum(r.visitors), 'accounts', sum(coalesce(r.accounts, 0)))
        else jsonb_build_object(
          'views', sum(r.views), 'visitors', sum(r.visitors), 'accounts', sum(coalesce(r.accounts, 0)),
          'timed_views', sum(coalesce(r.timed_views, 0)), 'time_total', sum(coalesce(r.time_total, 0)),
          'recorded_views', sum(coalesce(r.recorded_views, 0)), 'entries', sum(coalesce(r.entries, 0)), 'bounces', sum(coalesce(r.bounces, 0))
        )
      end as columns
    from rows r
    join values_of n on n.dimension = r.dimension and n.value_no = r.value_no
    group by r.rollup, r.breakdown_no, r.entity_id, r.date, r.dimension, n.value, r.prev_date
  )
  select
    'analytics_breakdown_days', coalesce(c.entity_id, s.entity_id),
    jsonb_strip_nulls(jsonb_build_object(
      'date', coalesce(c.date, s.date), 'prev_date', coalesce(c.prev_date, s.prev_date), 'dimension', coalesce(c.dimension, s.dimension),
      'value', coalesce(c.value, s.value)
    )),
    s.columns, c.columns
  from counted c
  full join stored s
    on s.rollup = c.rollup and s.breakdown_no = c.breakdown_no and s.date = c.date and s.dimension = c.dimension and s.value = c.value
    and coalesce(s.prev_date, 'infinity') = coalesce(c.prev_date, 'infinity')
  where s.columns is distinct from c.columns
    and not exists (
      select 1 from skipped k where k.breakdown_no = coalesce(c.breakdown_no, s.breakdown_no) and k.date = coalesce(c.date, s.date)
    )
    -- earlier page views may be gone
    and least(coalesce(c.date, s.date), coalesce(c.prev_date, s.prev_date))
      >= (select coalesce(a.sealed_before, '-infinity') from :schema.analytics_settings a);
end
$$;
