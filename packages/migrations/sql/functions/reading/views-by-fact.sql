-- How many views and visitors from each source, with each device? By what is stored with page views.

-- Is this of where a view came from, or
create or replace function :schema.is_of_source(p_dimension text) returns boolean
language sql immutable
begin atomic
  select p_dimension in ('channel', 'source', 'referrer_host', 'surface', 'utm_source', 'utm_medium', 'utm_campaign');
end;

-- of what it was viewed with?
create or replace function :schema.is_of_device(p_dimension text) returns boolean
language sql immutable
begin atomic
  select p_dimension in ('device', 'browser', 'os', 'country');
end;

-- What is this of a view from such a source, with such a device, by such a visitor?
create or replace function :schema.fact_of_view(
  p_dimension text, p_source :schema.analytics_sources, p_device :schema.analytics_devices, p_kind "char"
) returns text
language sql immutable
begin atomic
  select case p_dimension
    when 'channel' then (p_source).channel
    when 'source' then (p_source).source
    when 'referrer_host' then (p_source).referrer_host
    when 'surface' then (p_source).surface
    when 'utm_source' then (p_source).utm_source
    when 'utm_medium' then (p_source).utm_medium
    when 'utm_campaign' then (p_source).utm_campaign
    when 'device' then (p_device).device
    when 'browser' then (p_device).browser
    when 'os' then (p_device).os
    when 'country' then (p_device).country
    when 'visitor_kind' then case when p_kind = 'a' then 'account' when p_kind is not null then 'anonymous' end
  end;
end;

-- How many views and visitors have each value of what is known of page views, and how many sessions began with one? Of those only of
-- which p_filter_dimension is p_filter_value, when it is given: then one more row has what all of them have together. Until a local
-- time, when it is given. recorded_views: of those that say where they came from, or with what they were viewed.
--
-- From committed page views themselves, without what is never counted. They are grouped by their numbers, by hashing (see
-- all_visitors), before it is looked up what these say: to join each view with the dictionaries took as long as to read it. With
-- enable_nestloop the planner, which expects a few views, would compare each of many groups with every number. Sums of bigint are
-- numeric, which takes several times as long to add: so counts of one visitor are integer, and times, whole numbers, double precision.
-- Of several views at the instant at which a session began, one with a lower number is its entry.
create or replace function :schema.views_by_fact_of_page_views(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_dimension text,
  p_filter_dimension text, p_filter_value text, p_until timestamp
) returns table (
  value text, is_total boolean, visitors bigint, accounts bigint, views numeric, timed_views numeric, time_total numeric,
  recorded_views numeric, entries numeric, bounces numeric
)
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
set enable_sort = off
set enable_nestloop = off
as $$
#variable_conflict use_column
declare
  v_needs_source boolean := :schema.is_of_source(p_dimension) or coalesce(:schema.is_of_source(p_filter_dimension), false);
  v_needs_device boolean := :schema.is_of_device(p_dimension) or coalesce(:schema.is_of_device(p_filter_dimension), false);
  v_time_zone text := (select z.time_zone from :schema.reporting_zone() z);
  -- dates are not always one stretch of instants: see page_views_of_visitor
  v_earliest timestamptz := p_start_date::timestamp at time zone v_time_zone - interval '1 day';
  v_until timestamptz := p_end_date::timestamp at time zone v_time_zone + interval '2 days';
  -- what is a day away from both ends needs no calendar
  v_surely_from timestamptz := v_earliest + interval '2 days';
  v_surely_until timestamptz := v_until - interval '3 days';
begin
  return query
  with
  grouped as materialized (
    select
      case when v_needs_source or s.has_several_views then coalesce(p.source_no, 0) else 0 end as source_no,
      case when v_needs_device or s.has_several_views then coalesce(p.device_no, 0) else 0 end as device_no,
      :schema.visitor_kind(p.account_id, p.session_id, p.visitor_id) as kind,
      :schema.visitor_of(p.account_id, p.session_id, p.visitor_id) as visitor_id,
      case when s.has_several_views then s.session_id end as began_session,
      count(*)::integer as views, count(:schema.counted_time(p.time_on_page))::integer as timed_views,
      coalesce(sum(:schema.counted_time(p.time_on_page)), 0)::double precision as time_total,
      (count(*) filter (where not s.has_several_views))::integer as entries, (count(*) filter (where s.is_bounce))::integer as bounces
    from :schema.page_views_between(p_entity_type, p_entity_id, v_earliest, v_until) p
    left join :schema.sessions_entered(p_entity_type, p_entity_id, p_start_date, p_end_date) s
      on s.session_id = p.session_id and s.first_seen_at = p.viewed_at
    where (
        p.viewed_at >= v_surely_from and p.viewed_at < v_surely_until
        or (p.viewed_at at time zone v_time_zone)::date between p_start_date and p_end_date
      )
      and (p_until is null or p.viewed_at at time zone v_time_zone < p_until)
      and (
        :schema.is_group_type(p_entity_type)
        or :schema.why_left_out(p_entity_type, p_entity_id, p.account_id, p.session_id, p.visitor_id, p.viewed_at) is null
      )
    group by 1, 2, 3, 4, 5
  ),
  facts as materialized (
    select
      g.source_no, g.device_no, coalesce(g.kind, '-') as kind, f.value, dense_rank() over (order by f.value) as value_no,
      case when :schema.is_of_device(p_dimension) then (g.device).device_no else (g.source).source_no end is not null as is_recorded,
      p_filter_dimension is null
        or :schema.fact_of_view(p_filter_dimension, g.source, g.device, g.kind) is not distinct from p_filter_value as is_asked
    from (
      select
        n.source_no, n.device_no, n.kind,
        (select s from :schema.analytics_sources s where s.source_no = n.source_no) as source,
        (select d from :schema.analytics_devices d where d.device_no = n.device_no) as device
      from (select distinct g.source_no, g.device_no, g.kind from grouped g) n
      -- with a subquery for an argument a function is not inlined, and would be called for each source and device
      offset 0
    ) g
    cross join lateral (select :schema.fact_of_view(p_dimension, g.source, g.device, g.kind) as value) f
  ),
  summed as materialized (
    select
      f.value_no, g.kind, g.visitor_id, sum(g.views)::integer as views, sum(g.timed_views)::integer as timed_views,
      sum(g.time_total) as time_total, coalesce(sum(g.views) filter (where f.is_recorded), 0)::integer as recorded_views,
      sum(g.entries)::integer as entries, sum(g.bounces)::integer as bounces
    from (
      select g.source_no, g.device_no, g.kind, g.visitor_id, g.views, g.timed_views, g.time_total, g.entries, g.bounces from grouped g
      union all
      (
        select distinct on (g.began_session) g.source_no, g.device_no, g.kind, g.visitor_id, 0, 0, 0, 1, 0
        from grouped g
        where g.began_session is not null
        order by g.began_session, g.source_no = 0, g.source_no, g.device_no = 0, g.device_no, g.kind
      )
    ) g
    join facts f on f.source_no = g.source_no and f.device_no = g.device_no and f.kind = coalesce(g.kind, '-')
    where f.is_asked
    group by f.value_no, g.kind, g.visitor_id
  )
  select
    f.value, false, v.visitors, v.accounts, v.views::numeric, v.timed_views::numeric, v.time_total::numeric,
    case when p_dimension <> 'visitor_kind' then v.recorded_views::numeric end, v.entries::numeric, v.bounces::numeric
  from (
    select
      v.value_no, count(v.visitor_id) as visitors, count(v.visitor_id) filter (where v.kind = 'a') as accounts, sum(v.views) as views,
      sum(v.timed_views) as timed_views, sum(v.time_total) as time_total, sum(v.recorded_views) as recorded_views,
      sum(v.entries) as entries, sum(v.bounces) as bounces
    from summed v
    group by v.value_no
  ) v
  join (select distinct f.value_no, f.value from facts f) f on f.value_no = v.value_no
  union all
  select
    null, true, count(v.visitor_id), count(v.visitor_id) filter (where v.kind = 'a'), coalesce(sum(v.views), 0),
    coalesce(sum(v.timed_views), 0), coalesce(sum(v.time_total), 0)::numeric, null, coalesce(sum(v.entries), 0),
    coalesce(sum(v.bounces), 0)
  from (
    select
      v.kind, v.visitor_id, sum(v.views) as views, sum(v.timed_views) as timed_views, sum(v.time_total) as time_total,
      sum(v.entries) as entries, sum(v.bounces) as bounces
    from summed v
    where p_filter_dimension is not null
    group by v.kind, v.visitor_id
  ) v
  having p_filter_dimension is not null;
end
$$;

-- The same, from what is kept of this entity where that will do: see views_by_fact_of_dates. Runs with the rights of its owner and returns
-- numbers only: see pending_series.
create or replace function :schema.views_by_fact(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_dimension text,
  p_filter_dimension text, p_filter_value text, p_until timestamp
) returns table (
  value text, is_total boolean, visitors bigint, accounts bigint, views numeric, timed_views numeric, time_total numeric,
  recorded_views numeric, entries numeric, bounces numeric
)
language plpgsql stable
security definer
:settings_of_readers
as $$
declare
  v_breakdown_no integer;
  v_end_date date := least(p_end_date, p_until::date);
  v_dates date[];
begin
  perform :schema.refuse_hidden_page_views();
  if p_filter_dimension is null then
    select b.breakdown_no into v_breakdown_no
    from :schema.analytics_breakdowns b
    where b.entity_type = p_entity_type and b.entity_id = p_entity_id;
  end if;
  if v_breakdown_no is not null then
    v_dates := :schema.dates_not_kept(v_breakdown_no, p_start_date, v_end_date, p_until);
  end if;
  -- where there are many of these, all of the range is read as fast
  if 4 * cardinality(v_dates) <= v_end_date - p_start_date + 1 then
    return query
    select f.* from :schema.views_by_fact_of_dates(v_breakdown_no, p_start_date, v_end_date, v_dates, p_dimension, p_until) f;
  else
    return query
    select f.* from :schema.views_by_fact_of_page_views(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value, p_until
    ) f;
  end if;
end
$$;
