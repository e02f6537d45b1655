-- How many of each? The views and visitors of a range, by what is known of them.

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

-- The same, and one row that has nothing but the totals of the range, as entity_totals_columns has them: both as of one moment.
create or replace function :schema.breakdown_with_totals(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_dimension text,
  p_filter_dimension text, p_filter_value text
) returns table (
  counts text, live boolean, pending_changes integer, folded_through text,
  value text, is_total boolean, is_hidden boolean, visitors numeric, accounts numeric, views numeric, timed_views numeric,
  time_total numeric, recorded_views numeric, entries numeric, bounces numeric
)
language sql stable
begin atomic
  select
    t.counts, t.live, t.pending_changes, t.folded_through,
    null::text, null::boolean, null::boolean, null::numeric, null::numeric, null::numeric, null::numeric, null::numeric, null::numeric,
    null::numeric, null::numeric
  from :schema.entity_totals_columns(array[p_entity_type], array[p_entity_id], p_start_date, p_end_date, null) t
  union all
  select null, null, null, null, v.*
  from :schema.breakdown_values(
    p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value
  ) v;
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
  found as materialized (
    select f.*
    from kept k
    cross join lateral :schema.breakdown_with_totals(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value
    ) f
    where k.is_kept
  ),
  totals as (
    select f.counts, f.counts::numeric[] as n, f.live, f.pending_changes, f.folded_through from found f where f.counts is not null
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
