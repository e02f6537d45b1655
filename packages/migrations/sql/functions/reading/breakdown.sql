-- How many of each? The views and visitors of a range, by what is known of them.

-- The views of each visitor on these dates, with all that is pending. p_is_account: only accounts; NULL for all. Grouped by hashing:
-- see all_visitors.
create or replace function :schema.visitors_between(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_is_account boolean
) returns table (kind "char", visitor_id :visitor_id_type, views bigint, timed_views bigint, time_total numeric)
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
set enable_sort = off
as $$
begin
  return query
  select d.kind, d.visitor_id, sum(d.views), sum(d.timed_views), sum(d.time_total)
  from :schema.visitor_days_after(
    p_entity_type, p_entity_id, p_start_date, p_end_date,
    (select p.days from :schema.pending_visitor_days(p_entity_type, p_entity_id) p)
  ) d
  where p_is_account is null or (d.kind = 'a') = p_is_account
  group by d.kind, d.visitor_id;
end
$$;

-- How many accounts have each value of a column of the host's view? Who may not be seen, by name or by attributes, is counted apart, with no value. The
-- host's view may call functions of the host's: this is inlined where its search_path holds.
create or replace function :schema.accounts_by_attribute(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_attribute text
) returns table (value text, is_hidden boolean, visitors bigint, views numeric, timed_views numeric, time_total numeric)
language sql stable
begin atomic
  select
    case when v.is_hidden then null else v.value end, v.is_hidden, count(*), sum(v.views), sum(v.timed_views), sum(v.time_total)
  from (
    select
      s.views, s.timed_views, s.time_total,
      h.has_visibility and not bool_and(coalesce(a.account ->> 'visibility' in ('named', 'attributes'), false)) as is_hidden,
      -- a view may have several rows of an account: attributes_of_visitors takes the same one
      (array_agg(a.account ->> p_attribute order by a.account ->> 'username', a.account ->> 'display_name'))[1] as value
    from :schema.visitors_between(p_entity_type, p_entity_id, p_start_date, p_end_date, true) s
    cross join (select :schema.has_visibility() as has_visibility) h
    left join :schema.account_rows() a on a.account_id = s.visitor_id:::account_id_type
    group by s.visitor_id, s.views, s.timed_views, s.time_total, h.has_visibility
  ) v
  group by 1, 2;
end;

-- How many views and visitors have each value of what page views came from or were viewed with? recorded_views: of those that say what.
-- From committed page views themselves, without what is never counted. Grouped by hashing: see all_visitors.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.views_by_fact(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_dimension text
) returns table (
  value text, visitors bigint, accounts bigint, views numeric, timed_views numeric, time_total numeric, recorded_views numeric
)
language plpgsql stable
security definer
:settings_of_readers
set work_mem = '64MB'
set enable_sort = off
as $$
#variable_conflict use_column
declare
  v_is_of_device boolean := p_dimension in ('device', 'browser', 'os', 'country');
  v_time_zone text := (select z.time_zone from :schema.reporting_zone() z);
  -- dates are not always one stretch of instants: see page_views_of_visitor
  v_earliest timestamptz := p_start_date::timestamp at time zone v_time_zone - interval '1 day';
  v_until timestamptz := p_end_date::timestamp at time zone v_time_zone + interval '2 days';
begin
  perform :schema.refuse_hidden_page_views();
  return query
  select
    v.value, count(v.visitor_id), count(v.visitor_id) filter (where v.kind = 'a'), sum(v.views)::numeric, sum(v.timed_views)::numeric,
    sum(v.time_total)::numeric, sum(v.recorded_views)::numeric
  from (
    select
      case p_dimension
        when 'channel' then s.channel
        when 'source' then s.source
        when 'referrer_host' then s.referrer_host
        when 'surface' then s.surface
        when 'utm_source' then s.utm_source
        when 'utm_medium' then s.utm_medium
        when 'utm_campaign' then s.utm_campaign
        when 'device' then d.device
        when 'browser' then d.browser
        when 'os' then d.os
        when 'country' then d.country
      end as value,
      :schema.visitor_kind(p.account_id, p.session_id, p.visitor_id) as kind,
      :schema.visitor_of(p.account_id, p.session_id, p.visitor_id) as visitor_id,
      count(*) as views, count(:schema.counted_time(p.time_on_page)) as timed_views,
      coalesce(sum(:schema.counted_time(p.time_on_page)), 0) as time_total, count(coalesce(s.source_no, d.device_no)) as recorded_views
    from (
      select pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no
      from :page_view_rows pv
      where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id and pv.viewed_at >= v_earliest and pv.viewed_at < v_until
      union all
      select pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no
      from :page_view_rows pv
      where p_entity_id = :no_entity and pv.entity_type = p_entity_type and pv.entity_id is null
        and pv.viewed_at >= v_earliest and pv.viewed_at < v_until
    ) p
    left join :schema.analytics_sources s on not v_is_of_device and s.source_no = p.source_no
    left join :schema.analytics_devices d on v_is_of_device and d.device_no = p.device_no
    where (p.viewed_at at time zone v_time_zone)::date between p_start_date and p_end_date
      and :schema.why_left_out(p_entity_type, p_entity_id, p.account_id, p.session_id, p.visitor_id, p.viewed_at) is null
    group by 1, 2, 3
  ) v
  group by v.value;
end
$$;

-- Is this known of page views, and of nothing else?
create or replace function :schema.is_fact(p_dimension text) returns boolean
language sql immutable
begin atomic
  select p_dimension not like 'viewer.%' and p_dimension <> 'visitor_kind';
end;

-- The views and visitors of each value of a dimension; is_hidden: of those who may not be seen. Views of which nothing is said here
-- have no value.
create or replace function :schema.breakdown_values(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_dimension text
) returns table (
  value text, is_hidden boolean, visitors numeric, accounts numeric, views numeric, timed_views numeric, time_total numeric,
  recorded_views numeric
)
language sql stable
begin atomic
  select a.value, a.is_hidden, a.visitors, a.visitors, a.views, a.timed_views, a.time_total, null::numeric
  from :schema.accounts_by_attribute(p_entity_type, p_entity_id, p_start_date, p_end_date, substr(p_dimension, 8)) a
  where p_dimension like 'viewer.%'
  union all
  select
    case when v.kind = 'a' then 'account' else 'anonymous' end, false, count(*), count(*) filter (where v.kind = 'a'), sum(v.views),
    sum(v.timed_views), sum(v.time_total), null
  from :schema.visitors_between(p_entity_type, p_entity_id, p_start_date, p_end_date, null) v
  where p_dimension = 'visitor_kind'
  group by 1
  union all
  select f.value, false, f.visitors, f.accounts, f.views, f.timed_views, f.time_total, f.recorded_views
  from :schema.views_by_fact(p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension) f
  where :schema.is_fact(p_dimension);
end;

-- The first p_limit values, most first, each column a JSON array; what is left, what is hidden, and
-- the totals of the range, as entity_totals_columns has them. Values with fewer visitors than p_smallest_group are left, and as
-- many more as it takes until at least two values and that many visitors are: then how many values there are is NULL.
-- Not kept, nothing else is read.
create or replace function :schema.columns_of_breakdown(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_dimension text, p_sort text, p_limit integer, p_smallest_group integer
) returns table (
  is_kept boolean, counts text, names text, visitors text, accounts text, views text, timed_views text, time_total text,
  other_values integer, other_views double precision, hidden_visitors double precision, hidden_views double precision,
  recorded_views double precision, live boolean, pending_changes integer, folded_through text
)
language sql stable
begin atomic
  with
  kept as (
    select p_dimension not like 'viewer.%' or :schema.keeps_attribute(substr(p_dimension, 8)) as is_kept
  ),
  totals as materialized (
    select t.counts, t.counts::numeric[] as n, t.live, t.pending_changes, t.folded_through
    from kept k
    cross join lateral :schema.entity_totals_columns(
      array[p_entity_type], array[p_entity_id], p_start_date, p_end_date, 'yearly'
    ) t
    where k.is_kept
  ),
  found as materialized (
    select f.*
    from kept k
    cross join lateral :schema.breakdown_values(
      p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, p_dimension
    ) f
    where k.is_kept
  ),
  complete as (
    select
      f.value, sum(f.visitors) as visitors, sum(f.accounts) as accounts, sum(f.views) as views,
      sum(f.timed_views) as timed_views, sum(f.time_total) as time_total
    from (
      select f.value, f.visitors, f.accounts, f.views, f.timed_views, f.time_total from found f where not f.is_hidden
      union all
      -- views and visitors of which nothing was said; of page views, all is said
      select
        null, t.n[4] - coalesce(sum(f.visitors), 0), t.n[5] - coalesce(sum(f.accounts), 0), t.n[1] - coalesce(sum(f.views), 0),
        t.n[2] - coalesce(sum(f.timed_views), 0), t.n[3] - coalesce(sum(f.time_total), 0)
      from totals t
      left join found f on true
      group by t.n
      having not :schema.is_fact(p_dimension) and t.n[1] > coalesce(sum(f.views), 0)
    ) f
    group by f.value
  ),
  grown as (
    select
      c.*, min(c.visitors) filter (where c.value is not null) over () as fewest, row_number() over smallest_first as nth,
      coalesce(sum(c.visitors) over (smallest_first rows between unbounded preceding and 1 preceding), 0) as visitors_before
    from complete c
    window smallest_first as (order by c.value is null, c.visitors, c.views, c.value collate "C" desc)
  ),
  marked as (
    select
      g.*,
      coalesce(g.fewest < p_smallest_group, false) and (
        g.visitors < p_smallest_group and g.value is not null or g.nth <= 2 or g.visitors_before < p_smallest_group
      ) as is_small
    from grown g
  ),
  ranked as (
    select
      m.*,
      row_number() over (
        order by m.is_small, case when p_sort = 'views' then m.views else m.visitors end desc, m.visitors desc, m.views desc,
          m.value collate "C"
      ) as place
    from marked m
  )
  select
    k.is_kept, t.counts, c.names, c.visitors, c.accounts, c.views, c.timed_views, c.time_total,
    c.other_values, c.other_views, h.visitors, h.views, h.recorded_views, t.live, t.pending_changes, t.folded_through
  from kept k
  left join totals t on true
  cross join (
    select
      json_agg(r.value order by r.place) filter (where r.is_shown)::text as names,
      json_agg(r.visitors order by r.place) filter (where r.is_shown)::text as visitors,
      json_agg(r.accounts order by r.place) filter (where r.is_shown)::text as accounts,
      json_agg(r.views order by r.place) filter (where r.is_shown)::text as views,
      json_agg(r.timed_views order by r.place) filter (where r.is_shown)::text as timed_views,
      json_agg(r.time_total order by r.place) filter (where r.is_shown)::text as time_total,
      case when not bool_or(r.is_small) then (count(*) filter (where not r.is_shown))::integer end as other_values,
      (sum(r.views) filter (where not r.is_shown))::double precision as other_views
    from (select r.*, not r.is_small and r.place <= p_limit as is_shown from ranked r) r
  ) c
  cross join (
    select
      coalesce(sum(f.visitors) filter (where f.is_hidden), 0)::double precision as visitors,
      coalesce(sum(f.views) filter (where f.is_hidden), 0)::double precision as views,
      sum(f.recorded_views)::double precision as recorded_views
    from found f
  ) h;
end;

-- The one read of the client: see columns_of_breakdown. In PL/pgSQL, which keeps the plan, and without a search_path of its own: see
-- visitor_columns.
create or replace function :schema.breakdown_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_dimension text, p_sort text, p_limit integer, p_smallest_group integer
) returns table (
  is_kept boolean, counts text, names text, visitors text, accounts text, views text, timed_views text, time_total text,
  other_values integer, other_views double precision, hidden_visitors double precision, hidden_views double precision,
  recorded_views double precision, live boolean, pending_changes integer, folded_through text
)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  return query
  select c.*
  from :schema.columns_of_breakdown(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension, p_sort, p_limit, p_smallest_group
  ) c;
end
$$;
