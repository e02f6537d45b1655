-- How many of each? The views and visitors of a range, by what is known of them.

-- The views of each account on these dates, with all that is pending. Grouped by hashing: see all_visitors. An entity has few accounts: for the
-- thousand that the planner expects of any function, it would read all of the host's.
create or replace function :schema.accounts_between(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (visitor_id :visitor_id_type, views bigint, timed_views bigint, time_total numeric)
language plpgsql stable rows 20
:settings_of_readers
set work_mem = '64MB'
set enable_sort = off
as $$
declare
  -- not a subquery of the statement, in which the function would not be inlined, and would return everybody's days
  v_days :schema.visitor_day_delta[] := (select p.days from :schema.pending_visitor_days(p_entity_type, p_entity_id) p);
begin
  return query
  select d.visitor_id, sum(d.views), sum(d.timed_views), sum(d.time_total)
  from :schema.visitor_days_after(p_entity_type, p_entity_id, p_start_date, p_end_date, v_days) d
  where d.kind = 'a'
  group by d.visitor_id;
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
      (select :schema.has_visibility()) and not bool_and(coalesce(a.account ->> 'visibility' in ('named', 'attributes'), false)) as is_hidden,
      -- a view may have several rows of an account: attributes_of_visitors takes the same one
      (array_agg(a.account ->> p_attribute order by a.account ->> 'username', a.account ->> 'display_name'))[1] as value
    from :schema.accounts_between(p_entity_type, p_entity_id, p_start_date, p_end_date) s
    left join :schema.account_rows() a on a.account_id = s.visitor_id:::account_id_type
    group by s.visitor_id, s.views, s.timed_views, s.time_total
  ) v
  group by 1, 2;
end;

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

-- Which sessions entered at this entity about these dates, when, and did they bounce? Of those of which something is pending, page
-- views say so; when more is pending than a live read takes on, all are as they are stored.
-- Who calls it does without nested loops, and without them each look-up here would read whole tables.
create or replace function :schema.sessions_entered(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (session_id :session_id_type, first_seen_at timestamptz, has_several_views boolean, is_bounce boolean)
language plpgsql stable
:settings_of_readers
set enable_nestloop = on
set enable_sort = on
as $$
#variable_conflict use_column
declare
  v_max integer := (select s.max_pending_for_live from :schema.analytics_settings s);
  v_pending :session_id_type[] := array(
    select q.session_id from :schema.page_view_changes q where q.session_id is not null
    union all
    select q.session_id from :schema.session_changes q
    limit v_max + 1
  );
  -- late page views of sealed months may be pruned before they are folded
  v_begun_before :session_id_type[] := array(
    select c.session_id
    from (
      select q.session_id, q.viewed_at, q.sign from :schema.page_view_changes q where q.is_group is null
      union all
      select q.session_id, q.viewed_at, q.sign from :schema.session_changes q
    ) c
    where (select s.sealed_before from :schema.analytics_settings s) is not null and c.session_id is not null
      and :schema.is_sealed(c.viewed_at)
    group by c.session_id, c.viewed_at
    having sum(c.sign) > (select count(*) from :schema.page_views_of_session(c.session_id) v where v.viewed_at = c.viewed_at)
  );
begin
  if cardinality(v_pending) > v_max then
    v_pending := '{}';
  end if;
  return query
  select s.session_id, s.first_seen_at, s.total_views > 1, :schema.is_bounce(s.total_views, s.time_total)
  from :schema.visitor_sessions s
  where :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
      between :schema.entity_date_key(p_entity_type, p_entity_id, p_start_date - 1)
      and :schema.entity_date_key(p_entity_type, p_entity_id, p_end_date + 1)
    and s.entry_entity_id is not distinct from p_entity_id and s.entry_entity_type is not distinct from p_entity_type
    and s.total_views > 0 and s.session_id not in (select p.session_id from unnest(v_pending) p (session_id));
  -- one or the other, not two arms of a statement: for the one that reads a whole table, workers would be started though its condition is false
  if p_entity_type = 'headcount:owner' then
    return query
    select s.session_id, s.first_seen_at, s.total_views > 1, :schema.is_bounce(s.total_views, s.time_total)
    from :schema.visitor_sessions s
    where s.entry_owner_id = p_entity_id
      and s.first_seen_at >= (p_start_date - 1)::timestamp at time zone 'UTC'
      and s.first_seen_at < (p_end_date + 2)::timestamp at time zone 'UTC'
      and s.total_views > 0 and s.session_id not in (select p.session_id from unnest(v_pending) p (session_id));
  elsif :schema.is_group_type(p_entity_type) then
    return query
    select s.session_id, s.first_seen_at, s.total_views > 1, :schema.is_bounce(s.total_views, s.time_total)
    from :schema.visitor_sessions s
    where :schema.is_of_group(p_entity_type, p_entity_id, s.entry_entity_type, s.entry_owner_id)
      and s.first_seen_at >= (p_start_date - 1)::timestamp at time zone 'UTC'
      and s.first_seen_at < (p_end_date + 2)::timestamp at time zone 'UTC'
      and s.total_views > 0 and s.session_id not in (select p.session_id from unnest(v_pending) p (session_id));
  end if;
  return query
  select
    p.session_id, min(v.viewed_at), count(*) > 1, :schema.is_bounce(count(*)::integer, coalesce(sum(v.time_on_page), 0)::bigint)
  from (select distinct u.session_id from unnest(v_pending) u (session_id)) p
  cross join lateral :schema.page_views_of_session(p.session_id) v
  where exists (select 1 from :schema.page_views_of_session_at(p.session_id, p_entity_type, p_entity_id))
    -- one that began in a sealed month began with a page view that may be gone
    and not exists (
      select 1 from :schema.session_at(p.session_id) s where s.total_views > 0 and :schema.is_sealed(s.first_seen_at)
    )
    and p.session_id <> all (v_begun_before)
  group by p.session_id
  having case
    when :schema.is_group_type(p_entity_type) then (
      select :schema.is_of_group(p_entity_type, p_entity_id, e.entity_type, e.owner_id)
      from unnest((
        array_agg(
          row(v.entity_type, v.entity_id, v.owner_id):::schema.session_entry
          order by v.viewed_at, v.entity_type, v.entity_id, v.owner_id nulls first
        )
      )[:1]) e
    )
    else (
      array_agg(row(v.entity_type, v.entity_id):::schema.entity_key order by v.viewed_at, v.entity_type, v.entity_id)
    )[1] = row(p_entity_type, p_entity_id):::schema.entity_key
  end;
end
$$;

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

-- Is this known of page views themselves, or of the account that viewed?
create or replace function :schema.is_fact(p_dimension text) returns boolean
language sql immutable
begin atomic
  select p_dimension not like 'viewer.%';
end;

-- The views and visitors of each value of a dimension; is_hidden: of those who may not be seen. Views of which nothing is said here
-- have no value. is_total: see views_by_fact.
create or replace function :schema.breakdown_values(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_dimension text,
  p_filter_dimension text, p_filter_value text
) returns table (
  value text, is_total boolean, is_hidden boolean, visitors numeric, accounts numeric, views numeric, timed_views numeric,
  time_total numeric, recorded_views numeric, entries numeric, bounces numeric
)
language sql stable
begin atomic
  select
    a.value, false, a.is_hidden, a.visitors, a.visitors, a.views, a.timed_views, a.time_total, null::numeric, null::numeric,
    null::numeric
  from :schema.accounts_by_attribute(p_entity_type, p_entity_id, p_start_date, p_end_date, substr(p_dimension, 8)) a
  where not :schema.is_fact(p_dimension)
  union all
  select
    f.value, f.is_total, false, f.visitors, f.accounts, f.views, f.timed_views, f.time_total, f.recorded_views, f.entries, f.bounces
  from :schema.views_by_fact(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value, null
  ) f
  where :schema.is_fact(p_dimension);
end;

-- The first p_limit values, most first, each column a JSON array; what is left, what is hidden, and
-- the totals of the range, as entity_totals_columns has them: with a filter, of the views that it lets through. Values with fewer
-- visitors than p_smallest_group are left, and as many more as it takes until at least two values and that many visitors are: then how
-- many values there are is NULL. Not kept, nothing else is read.
-- p_cuts: until which local times the range and the other one are compared, NULL for all of it; NULL without a comparison.
create or replace function :schema.columns_of_breakdown(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_dimension text, p_filter_dimension text, p_filter_value text, p_sort text, p_limit integer, p_smallest_group integer,
  p_compare_start date, p_compare_end date, p_cuts timestamp[]
) returns table (
  is_kept boolean, counts text, names text, counts_of_values text, compared text, compared_before text,
  other_values integer, other_views double precision, hidden_visitors double precision, hidden_views double precision,
  recorded_views double precision, live boolean, pending_changes integer, folded_through text
)
language sql stable
begin atomic
  with
  kept as (
    select :schema.is_fact(p_dimension) or :schema.keeps_attribute(substr(p_dimension, 8)) as is_kept
  ),
  totals as materialized (
    select t.counts, t.counts::numeric[] as n, t.live, t.pending_changes, t.folded_through
    from kept k
    cross join lateral :schema.entity_totals_columns(
      array[p_entity_type], array[p_entity_id], p_start_date, p_end_date, null
    ) t
    where k.is_kept
  ),
  found as materialized (
    select f.*
    from kept k
    cross join lateral :schema.breakdown_values(
      p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value
    ) f
    where k.is_kept
  ),
  complete as (
    select
      f.value, sum(f.visitors) as visitors, sum(f.accounts) as accounts, sum(f.views) as views,
      sum(f.timed_views) as timed_views, sum(f.time_total) as time_total, sum(f.entries) as entries, sum(f.bounces) as bounces
    from (
      select f.value, f.visitors, f.accounts, f.views, f.timed_views, f.time_total, f.entries, f.bounces
      from found f where not f.is_hidden and not f.is_total
      union all
      -- views and visitors of which nothing was said; of page views, all is said
      select
        null, t.n[4] - coalesce(sum(f.visitors), 0), t.n[5] - coalesce(sum(f.accounts), 0), t.n[1] - coalesce(sum(f.views), 0),
        t.n[2] - coalesce(sum(f.timed_views), 0), t.n[3] - coalesce(sum(f.time_total), 0), null, null
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
        order by m.is_small, case p_sort when 'views' then m.views when 'entries' then m.entries else m.visitors end desc nulls last,
          m.visitors desc, m.views desc, m.value collate "C"
      ) as place
    from marked m
  ),
  shown as (
    select r.*, not r.is_small and r.place <= p_limit as is_shown from ranked r
  ),
  compared as materialized (
    select c.side, f.value, array[f.views, f.timed_views, f.time_total, f.visitors, f.accounts, f.entries, f.bounces] as n
    from unnest(p_cuts) with ordinality c (cut, side)
    cross join lateral :schema.views_by_fact(
      p_entity_type, coalesce(p_entity_id, :no_entity), case c.side when 1 then p_start_date else p_compare_start end,
      case c.side when 1 then p_end_date else p_compare_end end, p_dimension, p_filter_dimension, p_filter_value, c.cut
    ) f
    where not f.is_total and (c.side = 2 or c.cut is not null)
    union all
    select 1, f.value, array[f.views, f.timed_views, f.time_total, f.visitors, f.accounts, f.entries, f.bounces]
    from found f
    where not f.is_total and p_cuts is not null and p_cuts[1] is null
  )
  select
    k.is_kept,
    case
      when p_filter_dimension is null then t.counts
      else (
        select array[f.views, f.timed_views, f.time_total, f.visitors, f.accounts, 0, 0, f.entries, f.bounces]::text
        from found f where f.is_total
      )
    end,
    c.names, c.counts, w.now, w.before, c.other_values, c.other_views, h.visitors, h.views, h.recorded_views,
    t.live, t.pending_changes, t.folded_through
  from kept k
  left join totals t on true
  cross join (
    select
      json_agg(r.value order by r.place) filter (where r.is_shown)::text as names,
      json_agg(
        array[r.views, r.timed_views, r.time_total, r.visitors, r.accounts, r.entries, r.bounces] order by r.place
      ) filter (where r.is_shown)::text as counts,
      case when not bool_or(r.is_small) then (count(*) filter (where not r.is_shown))::integer end as other_values,
      (sum(r.views) filter (where not r.is_shown))::double precision as other_views
    from shown r
  ) c
  cross join (
    select json_agg(now.n order by r.place)::text as now, json_agg(before.n order by r.place)::text as before
    from shown r
    left join compared now on now.side = 1 and now.value is not distinct from r.value
    left join compared before on before.side = 2 and before.value is not distinct from r.value
    where r.is_shown and p_cuts is not null
  ) w
  cross join (
    select
      coalesce(sum(f.visitors) filter (where f.is_hidden), 0)::double precision as visitors,
      coalesce(sum(f.views) filter (where f.is_hidden), 0)::double precision as views,
      sum(f.recorded_views)::double precision as recorded_views
    from found f
  ) h;
end;

-- The one read of the client: see columns_of_breakdown. What is compared is cut as cut_of_ranges says. Page views of sealed months may be gone:
-- where these are asked for, visits_from says from which date on the range is answered, and nothing is compared. In PL/pgSQL, which keeps the plan, and
-- without a search_path of its own: see visitor_columns.
create or replace function :schema.breakdown_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_dimension text, p_filter_dimension text, p_filter_value text, p_sort text, p_limit integer, p_smallest_group integer,
  p_compare_start date default null, p_compare_end date default null, p_local_time timestamp default null
) returns table (
  is_kept boolean, counts text, names text, counts_of_values text, compared text, compared_before text,
  other_values integer, other_views double precision, hidden_visitors double precision, hidden_views double precision,
  recorded_views double precision, live boolean, pending_changes integer, folded_through text,
  cut_date text, cut_date_before text, cut_hour integer, visits_from text
)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_sealed_before date := (select s.sealed_before from :schema.analytics_settings s where :schema.is_fact(p_dimension));
  v_cut record;
  v_cuts timestamp[];
begin
  if least(p_start_date, p_compare_start) < v_sealed_before then
    visits_from := v_sealed_before::text;
    p_compare_start := null;
    p_start_date := greatest(p_start_date, v_sealed_before);
    if p_start_date > p_end_date then
      is_kept := true;
      return next;
      return;
    end if;
  end if;
  if p_compare_start is not null then
    v_cut := :schema.cut_of_ranges(p_start_date, p_end_date, p_compare_start, p_compare_end, p_local_time);
    cut_date := v_cut.dates[1];
    cut_date_before := v_cut.dates[2];
    cut_hour := v_cut.hour;
    if v_cut.is_comparable then
      v_cuts := array[
        v_cut.dates[1] + make_interval(hours => v_cut.hour), v_cut.dates[2] + make_interval(hours => v_cut.hour)
      ];
    end if;
  end if;
  return query
  select c.*, cut_date, cut_date_before, cut_hour, visits_from
  from :schema.columns_of_breakdown(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value, p_sort, p_limit,
    p_smallest_group, p_compare_start, p_compare_end, v_cuts
  ) c;
end
$$;
