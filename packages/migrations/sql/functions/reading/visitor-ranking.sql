-- Who came most often? In PL/pgSQL, so that a connection plans it once.

-- Who came most often on some dates, found without counting everybody.
--
-- A visitor cannot have come more often on these dates than ever. So the ranking of all time is walked from the top,
-- its visitors are counted on the dates, and the walk ends when nobody further down can be among the first.

-- Who came more than once ever, from the p_skip'th on? In the order of the ranking index.
create or replace function :schema.ranked_visitors(p_entity_type text, p_entity_id :entity_id_type, p_skip integer, p_limit bigint)
returns setof :schema.analytics_visitors
language sql stable
begin atomic
  (
    select v.* from :schema.analytics_visitors v
    where v.entity_type = p_entity_type and v.entity_id = p_entity_id and v.visit_count > 1
    order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
    offset p_skip limit p_limit
  )
  union all
  (
    select v.* from :schema.analytics_visitors v
    where p_entity_id is null and v.entity_type = p_entity_type and v.entity_id is null and v.visit_count > 1
    order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
    offset p_skip limit p_limit
  );
end;

-- The first p_limit visitors of these dates, in raw page views and so with all that is pending. p_visitor_days: how many
-- the dates have. p_touched: those whom pending changes touch, for their place in the ranking of all time is not known yet.
-- Finds nobody in a ranking so flat that it would not end before all visitor-days are counted, and for more visitors than
-- a page has.
create or replace function :schema.walk_to_top_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_visitor_days bigint, p_touched :schema.visitor_day_effect[]
) returns setof :schema.ranked_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  -- to count a visitor in raw costs about as much as counting fifty visitor-days
  c_visitor_days_of_one constant integer := 50;
  c_longest_page constant integer := 2000;
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_furthest integer := p_visitor_days / c_visitor_days_of_one;
  v_walked integer := 0;
  v_step integer;
  v_candidates :schema.ranked_visitor[];
  v_found :schema.ranked_visitor[] := '{}';
  -- how often the next one came over all time
  v_next integer;
begin
  if p_limit is null or p_limit not between 1 and c_longest_page then
    return;
  end if;
  v_step := 4 * p_limit;

  v_candidates := array(
    select distinct row(t.is_account, t.visitor_id, null::bigint, null::timestamptz):::schema.ranked_visitor
    from unnest(p_touched) t
  );
  loop
    v_candidates := v_candidates || array(
      select row(v.is_account, v.visitor_id, null::bigint, null::timestamptz):::schema.ranked_visitor
      from :schema.ranked_visitors(p_entity_type, p_entity_id, v_walked, v_step) v
      where (v.visitor_id, v.is_account) not in (select t.visitor_id, t.is_account from unnest(p_touched) t)
    );
    v_found := array(
      select row(f.is_account, f.visitor_id, f.visit_count, f.last_visit):::schema.ranked_visitor
      from (
        select f.is_account, f.visitor_id, f.visit_count, f.last_visit from unnest(v_found) f
        union all
        select c.is_account, c.visitor_id, counted.visit_count, counted.last_visit
        from unnest(v_candidates) c
        cross join lateral (
          select count(*) as visit_count, max(pv.viewed_at) as last_visit
          from :schema.page_views_of_visitor(
            p_entity_type, p_entity_id, c.is_account, c.visitor_id, p_start_date, p_end_date, v_time_zone
          ) pv
        ) counted
        where counted.visit_count > 0
      ) f
      order by f.visit_count desc, f.last_visit desc, f.is_account, f.visitor_id
      limit p_limit
    );
    v_walked := v_walked + v_step;
    v_next := (select v.visit_count from :schema.ranked_visitors(p_entity_type, p_entity_id, v_walked, 1) v);
    -- who came once is not in the ranking
    exit when coalesce(v_next, 1) < (v_found[p_limit]).visit_count;
    if v_next is null or v_walked > v_furthest then
      return;
    end if;
    if v_walked = v_step then
      -- where it would be given up, do they still come more often over all time than the last one found on these dates?
      v_next := (select v.visit_count from :schema.ranked_visitors(p_entity_type, p_entity_id, v_furthest, 1) v);
      if v_next > coalesce((v_found[p_limit]).visit_count, 0) then
        return;
      end if;
    end if;
    v_step := v_walked;
    v_candidates := '{}';
  end loop;
  return query select f.is_account, f.visitor_id, f.visit_count, f.last_visit from unnest(v_found) f;
end
$$;

-- Who came more than once on these dates? The first p_limit, most views first.
-- Of most visitors a range has one visitor-day with one view, their first one there. Those are left out unread: whoever
-- came again is known by another day, which follows one in the range, and counts one more when the first was left out.
create or replace function :schema.top_returning_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_touched :schema.visitor_day_effect[]
) returns setof :schema.ranked_visitor
language sql stable
begin atomic
  select v.is_account, v.visitor_id, v.visit_count, v.last_visit
  from (
    select
      d.is_account, d.visitor_id,
      sum(d.views) + (not bool_or(coalesce(d.prev_date < p_start_date, true)))::integer as visit_count,
      max(d.last_view) as last_visit
    from :schema.visitor_days_after(p_entity_type, p_entity_id, p_start_date, p_end_date, p_touched) d
    where d.views > 1 or d.prev_date >= p_start_date
    group by d.is_account, d.visitor_id
  ) v
  order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
  limit p_limit;
end;

-- Who came most often on these dates? The first p_limit, most views first. p_visitor_days: how many the dates have.
-- Grouped by hashing, however few visitor-days a plan for all entities expects: to sort those of a big one takes twice as
-- long.
create or replace function :schema.top_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_visitor_days bigint, p_is_live boolean, p_touched :schema.visitor_day_effect[]
) returns setof :schema.ranked_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
set work_mem = '64MB'
set enable_sort = off
as $$
declare
  -- fewer are counted sooner than the ranking is walked
  c_many constant integer := 60000;
  v_found :schema.ranked_visitor[] := '{}';
begin
  if p_is_live and p_visitor_days >= c_many then
    v_found := array(
      select w
      from :schema.walk_to_top_visitors(
        p_entity_type, p_entity_id, p_start_date, p_end_date, p_limit, p_visitor_days, p_touched
      ) w
    );
  end if;
  if v_found = '{}' and p_limit is not null then
    v_found := array(
      select r
      from :schema.top_returning_visitors(p_entity_type, p_entity_id, p_start_date, p_end_date, p_limit, p_touched) r
    );
  end if;
  if cardinality(v_found) = p_limit then
    return query select f.* from unnest(v_found) f;
    return;
  end if;
  return query
  select v.is_account, v.visitor_id, v.visit_count, v.last_visit
  from (
    select d.is_account, d.visitor_id, sum(d.views) as visit_count, max(d.last_view) as last_visit
    from :schema.visitor_days_after(p_entity_type, p_entity_id, p_start_date, p_end_date, p_touched) d
    group by d.is_account, d.visitor_id
  ) v
  order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
  limit p_limit;
end
$$;
