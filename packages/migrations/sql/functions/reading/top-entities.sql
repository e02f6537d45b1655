-- Which entities are viewed most?

-- How many views are pending of each entity, at least one of them added? Nothing when more is pending than a live read takes on.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.pending_views_by_entity(p_entity_type text) returns table (
  entity_type text, entity_id :entity_id_type, date date, views bigint
)
language plpgsql stable
security definer
:settings_of_readers
as $$
begin
  if (
    select count(*) <= (select s.max_pending_for_live from :schema.analytics_settings s)
    from (select from :schema.page_view_changes limit (select s.max_pending_for_live + 1 from :schema.analytics_settings s)) c
  ) then
    return query
    select q.entity_type, q.entity_id, (q.viewed_at at time zone z.time_zone)::date, count(*)
    from :schema.page_view_changes q
    cross join :schema.reporting_zone() z
    where q.sign > 0 and q.is_group is null and (p_entity_type is null or q.entity_type = p_entity_type)
    group by 1, 2, 3;
  end if;
end
$$;

-- The p_limit entities of a type, or of all types where it is NULL, that have the most of these dates: views, unique_visitors or
-- unique_accounts; of equals those that were viewed first. Entities without any are left out. For "trending", those of the last of these
-- dates that is over: see trending_entities.
--
-- No entity has more than its days add up to, and each pending view adds one at most. So entities are counted exactly from the
-- greatest sum downwards, and when the next sum is below what the last of p_limit has, no other can be among them.
--
-- p_owner_id: only those of an owner, and what of them is the owner's. is_shared: they have views of others too, on these dates or on those that they
-- are compared with, so that it is to be counted from page views: see counts_of_owner. What trends is compared with itself, also with what was of an owner before.
create or replace function :schema.top_entities(
  p_entity_type text, p_start_date date, p_end_date date, p_sort text, p_limit integer,
  p_owner_id :entity_id_type default null, p_compare_start date default null, p_compare_end date default null,
  out entity_types text[], out entity_ids :entity_id_type[], out score_date date, out scores numeric[], out is_shared boolean
)
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
-- days are grouped by hashing: to sort those of all entities takes longer
set enable_sort = off
as $$
#variable_conflict use_column
declare
  -- asked of each day: a comparison of texts would cost as much as what it decides
  v_by_views boolean := p_sort = 'views';
  v_by_accounts boolean := p_sort = 'unique_accounts';
  -- where it is among the counts of entity_totals_columns
  v_place integer := case p_sort when 'views' then 1 when 'unique_accounts' then 5 else 4 end;
  v_most integer := 0;
  v_owned record;
  v_types text[];
  v_ids :entity_id_type[];
  v_sums bigint[];
  v_values bigint[];
  v_first_views text[];
  v_least bigint;
  v_counted integer;
begin
  if p_owner_id is not null then
    v_owned := :schema.owned_entities(p_owner_id, p_start_date, p_end_date, p_sort, p_compare_start, p_compare_end);
    is_shared := v_owned.is_shared;
  end if;

  if p_sort = 'trending' then
    select least(p_end_date, (now() at time zone z.time_zone)::date - 1) into score_date from :schema.reporting_zone() z;
    if score_date < p_start_date then
      score_date := null;
    end if;
    if p_owner_id is null then
      select t.entity_types, t.entity_ids, t.scores into entity_types, entity_ids, scores
      from :schema.trending_entities(p_entity_type, score_date, p_limit) t;
      return;
    end if;
    select array_agg(c.entity_type), array_agg(c.entity_id) into v_types, v_ids
    from :schema.counts_of_owner(p_owner_id, null, null, score_date, score_date, null) c;
    select t.entity_types, t.entity_ids, t.scores into entity_types, entity_ids, scores
    from :schema.trending_entities(p_entity_type, score_date, p_limit, 5, coalesce(v_types, '{}'), coalesce(v_ids, '{}')) t;
    return;
  end if;

  if is_shared then
    select array_agg(c.entity_type), array_agg(c.entity_id), array_agg(c.value) into v_types, v_ids, v_values
    from (
      select c.entity_type, c.entity_id, c.counts[v_place] as value
      from :schema.counts_of_owner(p_owner_id, null, null, p_start_date, p_end_date, null) c
      where c.counts[v_place] > 0
      order by c.counts[v_place] desc
      fetch first p_limit rows with ties
    ) c;
    v_types := coalesce(v_types, '{}');
    v_first_views := array(
      select t.first_view
      from :schema.entity_totals_columns(v_types, v_ids, p_start_date, p_end_date, null) with ordinality t (
        counts, buckets, views, first_view, last_view, live, pending_changes, folded_through, nth
      )
      order by t.nth
    );
  end if;

  while not coalesce(is_shared, false) loop
    -- seldom more than these are to be counted; then it is begun again with ten times as many
    v_most := case v_most when 0 then 10 * p_limit else 10 * v_most end;
    if p_owner_id is not null then
      -- an owner's are all known
      v_types := v_owned.entity_types;
      v_ids := v_owned.entity_ids;
      v_sums := v_owned.sums;
      v_most := cardinality(v_types) + 1;
    else
      select array_agg(c.entity_type order by c.place), array_agg(c.entity_id order by c.place), array_agg(c.most order by c.place)
      into v_types, v_ids, v_sums
      from (
        select s.entity_type, s.entity_id, s.most, row_number() over (order by s.most desc) as place
        from (
          select d.entity_type, d.entity_id, sum(d.most) as most
          from (
            select
              a.entity_type, a.entity_id,
              case when v_by_views then a.views when v_by_accounts then a.accounts else a.visitors end as most
            from :schema.analytics_days a
            where (p_entity_type is null and not :schema.is_group_type(a.entity_type) or a.entity_type = p_entity_type) and a.date between p_start_date and p_end_date
            union all
            -- as an integer: sums of larger ones are numeric, and take several times as long
            select p.entity_type, p.entity_id, p.views::integer from :schema.pending_views_by_entity(p_entity_type) p
            where p.date between p_start_date and p_end_date
          ) d
          group by d.entity_id, d.entity_type
          having sum(d.most) > 0
          order by sum(d.most) desc
          limit v_most
        ) s
      ) c;
    end if;
    exit when v_types is null;

    v_values := '{}';
    v_first_views := '{}';
    loop
      v_counted := cardinality(v_values);
      v_least := case when v_counted >= p_limit then (
        select v.value from unnest(v_values) v (value) order by v.value desc offset p_limit - 1 limit 1
      ) end;
      exit when v_counted >= cardinality(v_types) or v_sums[v_counted + 1] < v_least;
      select v_values || array_agg(t.value order by t.nth), v_first_views || array_agg(t.first_view order by t.nth)
      into v_values, v_first_views
      from (
        select (t.counts::bigint[])[v_place] as value, t.first_view, t.nth
        from :schema.entity_totals_columns(
          v_types[v_counted + 1:v_counted + p_limit], v_ids[v_counted + 1:v_counted + p_limit], p_start_date, p_end_date, null
        ) with ordinality t (counts, buckets, views, first_view, last_view, live, pending_changes, folded_through, nth)
      ) t;
    end loop;
    exit when cardinality(v_types) < v_most or v_sums[cardinality(v_sums)] < v_least;
  end loop;

  select array_agg(c.entity_type order by c.place), array_agg(c.entity_id order by c.place)
  into entity_types, entity_ids
  from (
    select
      c.entity_type, c.entity_id,
      row_number() over (order by c.value desc, c.first_view, c.entity_type collate "C", c.entity_id) as place
    from unnest(v_types[:cardinality(v_values)], v_ids[:cardinality(v_values)], v_values, v_first_views) c (
      entity_type, entity_id, value, first_view
    )
    where c.value > 0
  ) c
  where c.place <= p_limit;
  entity_types := coalesce(entity_types, '{}');
  entity_ids := coalesce(entity_ids, '{}');
end
$$;

-- The totals of these entities, a row each from the most downwards: see entity_totals_columns. Without any, one row without an entity
-- says how fresh that is.
create or replace function :schema.top_entities_columns(
  p_entity_type text, p_start_date date, p_end_date date, p_sort text, p_limit integer, p_owner_id :entity_id_type default null
) returns table (
  entity_type text, entity_id text, counts text, buckets text, views text, first_view text, last_view text,
  live boolean, pending_changes integer, folded_through text, score_date text, score text
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_top record := :schema.top_entities(p_entity_type, p_start_date, p_end_date, p_sort, p_limit, p_owner_id);
  v_types text[] := v_top.entity_types;
  v_ids :entity_id_type[] := v_top.entity_ids;
  v_scores numeric[] := v_top.scores;
begin
  return query
  select
    v_types[t.nth], nullif(v_ids[t.nth], :no_entity)::text, coalesce(o.counts::text, t.counts), t.buckets, t.views, t.first_view,
    t.last_view, t.live, t.pending_changes, t.folded_through, v_top.score_date::text, v_scores[t.nth]::text
  from :schema.entity_totals_columns(
    case when v_types = '{}' then array[''] else v_types end, case when v_types = '{}' then array[:no_entity] else v_ids end,
    p_start_date, p_end_date, null
  ) with ordinality t (counts, buckets, views, first_view, last_view, live, pending_changes, folded_through, nth)
  left join :schema.counts_of_owner(
    case when v_top.is_shared then p_owner_id end, v_types, v_ids, p_start_date, p_end_date, null
  ) o on o.entity_type = v_types[t.nth] and o.entity_id = v_ids[t.nth]
  order by t.nth;
end
$$;

-- The same, and what of them is compared with the other range: see compared_entity_totals_columns.
create or replace function :schema.compared_top_entities_columns(
  p_entity_type text, p_start_date date, p_end_date date, p_sort text, p_limit integer, p_compare_start date, p_compare_end date,
  p_owner_id :entity_id_type default null
) returns table (
  entity_type text, entity_id text, counts text, buckets text, views text, first_view text, last_view text,
  live boolean, pending_changes integer, folded_through text, score_date text, score text,
  compared text, compared_before text, cut_date text, cut_date_before text, cut_hour integer
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_top record := :schema.top_entities(
    p_entity_type, p_start_date, p_end_date, p_sort, p_limit, p_owner_id, p_compare_start, p_compare_end
  );
  v_types text[] := v_top.entity_types;
  v_ids :entity_id_type[] := v_top.entity_ids;
  v_scores numeric[] := v_top.scores;
  v_cut record := :schema.cut_of_ranges(p_start_date, p_end_date, p_compare_start, p_compare_end, null);
  v_none bigint[] := array_fill(0, array[9]);
  v_sharing_owner :entity_id_type := case when v_top.is_shared then p_owner_id end;
begin
  return query
  select
    v_types[t.nth], nullif(v_ids[t.nth], :no_entity)::text, coalesce(o.counts::text, t.counts), t.buckets, t.views, t.first_view,
    t.last_view, t.live, t.pending_changes, t.folded_through, v_top.score_date::text, v_scores[t.nth]::text,
    case when v_top.is_shared and t.compared is not null then coalesce(o.compared, v_none)::text else t.compared end,
    case when v_top.is_shared and t.compared is not null then coalesce(o.compared_before, v_none)::text else t.compared_before end,
    t.cut_date, t.cut_date_before, t.cut_hour
  from :schema.compared_entity_totals_columns(
    case when v_types = '{}' then array[''] else v_types end, case when v_types = '{}' then array[:no_entity] else v_ids end,
    p_start_date, p_end_date, null, p_compare_start, p_compare_end
  ) with ordinality t (
    counts, buckets, views, first_view, last_view, live, pending_changes, folded_through, compared, compared_before, cut_date,
    cut_date_before, cut_hour, nth
  )
  left join (
    select e.entity_type, e.entity_id, c.counts, n.counts as compared, b.counts as compared_before
    from unnest(v_types, v_ids) e (entity_type, entity_id)
    left join :schema.counts_of_owner(v_sharing_owner, v_types, v_ids, p_start_date, p_end_date, null) c
      on c.entity_type = e.entity_type and c.entity_id = e.entity_id
    left join :schema.counts_of_owner(
      v_sharing_owner, v_types, v_ids, p_start_date, p_end_date, v_cut.dates[1] + make_interval(hours => v_cut.hour)
    ) n on n.entity_type = e.entity_type and n.entity_id = e.entity_id
    left join :schema.counts_of_owner(
      v_sharing_owner, v_types, v_ids, p_compare_start, p_compare_end, v_cut.dates[2] + make_interval(hours => v_cut.hour)
    ) b on b.entity_type = e.entity_type and b.entity_id = e.entity_id
  ) o on o.entity_type = v_types[t.nth] and o.entity_id = v_ids[t.nth]
  order by t.nth;
end
$$;
