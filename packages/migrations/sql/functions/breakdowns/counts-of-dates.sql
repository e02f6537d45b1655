-- Of these dates of an entity, how many views and visitors had each value of these dimensions, by the date on which the visitors had it before, from
-- p_first_date on (NULL: they had not), and how many sessions began with it? Until a local time, when it is given. As views_by_fact counts, and by the
-- same steps; value_no is as in analytics_breakdown_days.
create or replace function :schema.counts_of_dates(
  p_entity_type text, p_entity_id :entity_id_type, p_dates date[], p_dimensions text[], p_first_date date, p_until timestamp
) returns table (
  date date, dimension text, value_no integer, prev_date date, visitors bigint, accounts bigint, views bigint, timed_views bigint,
  time_total numeric, recorded_views bigint, entries bigint, bounces bigint
)
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
set enable_nestloop = off
as $$
#variable_conflict use_column
declare
  v_time_zone text := (select z.time_zone from :schema.reporting_zone() z);
begin
  return query
  with
  -- dates without a gap are read together
  stretches as materialized (
    select min(d.date) as first_date, max(d.date) as last_date
    from (select u.date, u.date - (row_number() over (order by u.date))::integer as place from unnest(p_dates) u (date)) d
    group by d.place
  ),
  began as materialized (
    select distinct e.session_id, e.first_seen_at, e.has_several_views, e.is_bounce
    from stretches s
    cross join lateral :schema.sessions_entered(p_entity_type, p_entity_id, s.first_date, s.last_date) e
  ),
  grouped as materialized (
    select
      v.date, coalesce(v.source_no, 0) as source_no, coalesce(v.device_no, 0) as device_no, v.kind, v.visitor_id,
      case when e.has_several_views then e.session_id end as began_session,
      count(*)::integer as views, count(v.time_on_page)::integer as timed_views,
      coalesce(sum(v.time_on_page), 0)::double precision as time_total,
      (count(*) filter (where not e.has_several_views))::integer as entries, (count(*) filter (where e.is_bounce))::integer as bounces
    from (
      -- dates are not always one stretch of instants: see page_views_of_visitor
      select
        local.time::date as date, p.source_no, p.device_no, p.session_id, p.viewed_at, :schema.counted_time(p.time_on_page) as time_on_page,
        :schema.visitor_kind(p.account_id, p.session_id, p.visitor_id) as kind,
        :schema.visitor_of(p.account_id, p.session_id, p.visitor_id) as visitor_id
      from stretches s
      cross join lateral :schema.page_views_between(
        p_entity_type, p_entity_id, s.first_date::timestamp at time zone v_time_zone - interval '1 day',
        s.last_date::timestamp at time zone v_time_zone + interval '2 days'
      ) p
      cross join lateral (select p.viewed_at at time zone v_time_zone as time) local
      where local.time::date between s.first_date and s.last_date and (p_until is null or local.time < p_until)
        and :schema.why_left_out(p_entity_type, p_entity_id, p.account_id, p.session_id, p.visitor_id, p.viewed_at) is null
    ) v
    left join began e on e.session_id = v.session_id and e.first_seen_at = v.viewed_at
    group by 1, 2, 3, 4, 5, 6
  ),
  -- on which other dates did these visitors come before?
  earlier as materialized (
    select distinct
      v.kind, v.visitor_id, e.local_time::date as date, coalesce(e.source_no, 0) as source_no, coalesce(e.device_no, 0) as device_no
    from (
      select g.kind, g.visitor_id, max(g.date) as date from grouped g where g.kind is not null group by g.kind, g.visitor_id
    ) v
    cross join lateral :schema.page_views_of_visitor(
      p_entity_type, p_entity_id, v.kind, v.visitor_id, p_first_date, v.date - 1, v_time_zone
    ) e
    where e.local_time::date not in (select u.date from unnest(p_dates) u (date))
  ),
  named as materialized (
    select
      d.dimension, n.source_no, n.device_no, coalesce(n.kind, '-') as kind,
      :schema.fact_of_view(d.dimension, n.source, n.device, n.kind) as value,
      case when :schema.is_of_device(d.dimension) then (n.device).device_no else (n.source).source_no end as fact_no
    from (
      select
        k.source_no, k.device_no, k.kind,
        (select s from :schema.analytics_sources s where s.source_no = k.source_no) as source,
        (select d from :schema.analytics_devices d where d.device_no = k.device_no) as device
      from (
        select g.source_no, g.device_no, g.kind from grouped g
        union
        select e.source_no, e.device_no, e.kind from earlier e
      ) k
    ) n
    cross join unnest(p_dimensions) d (dimension)
  ),
  facts as materialized (
    select
      n.dimension, n.source_no, n.device_no, n.kind, n.fact_no is not null as is_recorded,
      case
        when n.value is null then 0
        when n.dimension = 'visitor_kind' then case n.kind when 'a' then 1 else 2 end
        else min(n.fact_no) over (partition by n.dimension, n.value)
      end as value_no
    from named n
  ),
  linked as (
    select
      d.*, case when d.kind is not null then lag(d.date) over (
        partition by d.dimension, d.value_no, d.kind, d.visitor_id order by d.date
      ) end as prev_date
    from (
      select
        f.dimension, f.value_no, v.kind, v.visitor_id, v.date, sum(v.views) as views, sum(v.timed_views) as timed_views,
        sum(v.time_total) as time_total, coalesce(sum(v.views) filter (where f.is_recorded), 0) as recorded_views,
        sum(v.entries) as entries, sum(v.bounces) as bounces
      from (
        select
          g.date, g.source_no, g.device_no, g.kind, g.visitor_id, g.views, g.timed_views, g.time_total, g.entries, g.bounces
        from grouped g
        union all
        (
          select distinct on (g.began_session) g.date, g.source_no, g.device_no, g.kind, g.visitor_id, 0, 0, 0, 1, 0
          from grouped g
          where g.began_session is not null
          order by g.began_session, g.source_no = 0, g.source_no, g.device_no = 0, g.device_no, g.kind
        )
        union all
        select e.date, e.source_no, e.device_no, e.kind, e.visitor_id, 0, 0, 0, 0, 0 from earlier e
      ) v
      join facts f on f.source_no = v.source_no and f.device_no = v.device_no and f.kind = coalesce(v.kind, '-')
      group by f.dimension, f.value_no, v.kind, v.visitor_id, v.date
    ) d
  )
  select
    l.date, l.dimension, l.value_no, l.prev_date, count(l.visitor_id), count(l.visitor_id) filter (where l.kind = 'a'),
    sum(l.views)::bigint, sum(l.timed_views)::bigint, sum(l.time_total)::numeric, sum(l.recorded_views)::bigint, sum(l.entries)::bigint,
    sum(l.bounces)::bigint
  from linked l
  where l.views > 0
  group by l.date, l.dimension, l.value_no, l.prev_date;
end
$$;

-- How many views and visitors have each value of a range of which these dates are read from page views, and the others are kept? Columns as in
-- views_by_fact. Who had the value on no date of the range before is new on that date: these add up.
create or replace function :schema.views_by_fact_of_dates(
  p_breakdown_no integer, p_start_date date, p_end_date date, p_dates date[], p_dimension text, p_until timestamp
) returns table (
  value text, is_total boolean, visitors bigint, accounts bigint, views numeric, timed_views numeric, time_total numeric,
  recorded_views numeric, entries numeric, bounces numeric
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
begin
  return query
  with
  counted as materialized (
    select
      d.value_no, sum(d.visitors - coalesce(d.again_since[p.place], 0)) as visitors,
      sum(coalesce(d.accounts, 0) - coalesce(d.accounts_again_since[p.place], 0)) as accounts, sum(d.views) as views,
      coalesce(sum(d.timed_views), 0) as timed_views, coalesce(sum(d.time_total), 0) as time_total,
      coalesce(sum(d.recorded_views), 0) as recorded_views, coalesce(sum(d.entries), 0) as entries, coalesce(sum(d.bounces), 0) as bounces
    from :schema.analytics_breakdown_days d
    -- the first of the dates before it that is in the range
    cross join lateral (select width_bucket(p_start_date - 1, d.prev_dates) + 1 as place) p
    where d.breakdown_no = p_breakdown_no and d.dimension = p_dimension and d.date between p_start_date and p_end_date
      and d.date not in (select u.date from unnest(p_dates) u (date))
    group by d.value_no
    union all
    select
      c.value_no, sum(c.visitors) filter (where c.prev_date is null), sum(c.accounts) filter (where c.prev_date is null), sum(c.views),
      sum(c.timed_views), sum(c.time_total), sum(c.recorded_views), sum(c.entries), sum(c.bounces)
    from :schema.analytics_breakdowns b
    cross join lateral :schema.counts_of_dates(
      b.entity_type, b.entity_id, p_dates, array[p_dimension], p_start_date, p_until
    ) c
    where b.breakdown_no = p_breakdown_no and p_dates <> '{}'
    group by c.value_no
  ),
  named as (
    select
      n.value_no,
      case
        when n.value_no = 0 then null
        when p_dimension = 'visitor_kind' then case n.value_no when 1 then 'account' else 'anonymous' end
        else :schema.fact_of_view(
          p_dimension, (select s from :schema.analytics_sources s where s.source_no = n.value_no),
          (select d from :schema.analytics_devices d where d.device_no = n.value_no), null
        )
      end as value
    from (select distinct c.value_no from counted c) n
  )
  select
    n.value, false, coalesce(sum(c.visitors), 0)::bigint, coalesce(sum(c.accounts), 0)::bigint, sum(c.views), sum(c.timed_views),
    sum(c.time_total), case when p_dimension <> 'visitor_kind' then sum(c.recorded_views) end, sum(c.entries), sum(c.bounces)
  from counted c
  join named n on n.value_no = c.value_no
  group by n.value;
end
$$;
