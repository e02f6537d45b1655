-- Who came most often? Parts of the list of visitors. In PL/pgSQL, so that a connection plans them once.

create type :schema.ranked_visitor as (
  is_account boolean,
  visitor_id :visitor_id_type,
  visit_count bigint,
  last_visit timestamptz
);

-- What a list tells about a visitor.
create type :schema.listed_visitor as (
  is_account boolean,
  visitor_id :visitor_id_type,
  visit_count bigint,
  days_visited bigint,
  first_visit timestamptz,
  last_visit timestamptz,
  avg_time_on_page numeric
);

-- On how many of these dates was each of these visitors there, when first, and how long on average? A live answer is told
-- from raw page views, which are indexed by visitor.
create function :schema.visitors_on_dates(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.ranked_visitor[],
  p_start_date date, p_end_date date, p_time_zone text, p_is_live boolean
) returns setof :schema.listed_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  if p_is_live then
    return query
    select
      r.is_account, r.visitor_id, r.visit_count, v.days_visited, v.first_visit, r.last_visit, v.avg_time_on_page
    from unnest(p_visitors) r
    cross join lateral (
      select
        count(distinct pv.date) as days_visited, min(pv.viewed_at) as first_visit,
        round(avg(pv.time_on_page), 2) as avg_time_on_page
      from :schema.page_views_of_visitor(
        p_entity_type, p_entity_id, r.is_account, r.visitor_id, p_start_date, p_end_date, p_time_zone
      ) pv
    ) v;
  else
    return query
    select
      r.is_account, r.visitor_id, r.visit_count, count(*), min(d.first_view), r.last_visit,
      round(sum(d.time_total) / nullif(sum(d.timed_views), 0), 2)
    from unnest(p_visitors) r
    join :schema.visitor_days_of(p_entity_type, p_entity_id, p_start_date, p_end_date) d
      on d.visitor_id = r.visitor_id and d.is_account = r.is_account
    group by r.is_account, r.visitor_id, r.visit_count, r.last_visit;
  end if;
end
$$;

-- Who came most often on some dates, found without counting everybody.
--
-- A visitor cannot have come more often on these dates than ever. So the ranking of all time is walked from the top,
-- its visitors are counted on the dates, and the walk ends when nobody further down can be among the first.

-- Who came more than once ever, from the p_skip'th on? In the order of the ranking index.
create function :schema.ranked_visitors(p_entity_type text, p_entity_id :entity_id_type, p_skip integer, p_limit bigint)
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

-- The first p_limit visitors of these dates, in raw page views and so with all that is pending. p_touched: those whom
-- pending changes touch, for their place in the ranking of all time is not known yet.
-- Finds nobody where walking does not pay: on few visitor-days, which are counted sooner, in a ranking so flat that it
-- would not end soon, and for more visitors than a page has.
create function :schema.walk_to_top_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_touched :schema.visitor_day_effect[], p_least_visitor_days integer default 60000
) returns setof :schema.ranked_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  -- to count a visitor in raw costs about as much as counting fifty visitor-days
  v_visitor_days_of_one constant integer := 50;
  v_longest_page constant integer := 2000;
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_visitor_days bigint := (
    select sum(d.unique_visitors) from :schema.day_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) d
  );
  v_furthest integer := v_visitor_days / v_visitor_days_of_one;
  v_walked integer := 0;
  v_step integer;
  v_candidates :schema.ranked_visitor[];
  v_found :schema.ranked_visitor[] := '{}';
  -- how often the next one came over all time
  v_next integer;
begin
  if v_visitor_days is null or v_visitor_days < p_least_visitor_days or p_limit is null
    or p_limit not between 1 and v_longest_page
  then
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
create function :schema.top_returning_visitors(
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

-- Who came most often on these dates? The first p_limit, most views first. Grouped by hashing, however few visitor-days a
-- plan for all entities expects: to sort those of a big one takes twice as long.
create function :schema.top_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_is_live boolean, p_touched :schema.visitor_day_effect[]
) returns setof :schema.ranked_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
set work_mem = '64MB'
set enable_sort = off
as $$
declare
  v_found :schema.ranked_visitor[] := '{}';
begin
  if p_is_live then
    v_found := array(
      select w
      from :schema.walk_to_top_visitors(p_entity_type, p_entity_id, p_start_date, p_end_date, p_limit, p_touched) w
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

-- Who came most often ever? The first p_limit, most views first. The ranking index is read no further than that; who came
-- once is read only when those who came back do not fill the page. Those whom pending changes touch are left out of
-- both, and listed as they will be.
create function :schema.top_visitors_ever(
  p_entity_type text, p_entity_id :entity_id_type, p_limit integer, p_touched :schema.visitor_day_effect[]
) returns setof :schema.listed_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_touched :schema.listed_visitor[] := array(
    select row(
      t.is_account, t.visitor_id, t.visit_count, t.days_visited, t.first_visit, t.last_visit, t.avg_time_on_page
    ):::schema.listed_visitor
    from :schema.visitors_after(p_touched) t
  );
  v_came_back :schema.listed_visitor[] := array(
    select row(
      v.is_account, v.visitor_id, v.visit_count, v.days_visited, v.first_visit, v.last_visit, v.avg_time_on_page
    ):::schema.listed_visitor
    from :schema.ranked_visitors(p_entity_type, p_entity_id, 0, p_limit::bigint + cardinality(v_touched)) v
    where (v.visitor_id, v.is_account) not in (select t.visitor_id, t.is_account from unnest(v_touched) t)
  );
begin
  return query
  select v.*
  from (
    select b.* from unnest(v_came_back) b
    union all
    select t.* from unnest(v_touched) t where t.visit_count > 0
    union all
    (
      select
        o.is_account, o.visitor_id, o.visit_count::bigint, o.days_visited::bigint, o.first_visit, o.last_visit,
        o.avg_time_on_page
      from :schema.visitors_of(p_entity_type, p_entity_id) o
      where (p_limit is null or cardinality(v_came_back) < p_limit)
        and o.visit_count = 1
        and (o.visitor_id, o.is_account) not in (select t.visitor_id, t.is_account from unnest(v_touched) t)
      order by o.last_visit desc, o.is_account, o.visitor_id
      limit p_limit
    )
  ) v
  order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
  limit p_limit;
end
$$;

-- The first page of the usual list: who came most often on these dates, or ever (from -infinity to infinity), with all
-- that is pending?
create function :schema.first_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  out visitors :schema.listed_visitor[], out is_live boolean, out pending_changes integer, out folded_through timestamptz
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_days :schema.visitor_day_effect[];
  v_ranked :schema.ranked_visitor[];
begin
  select p.is_live, p.pending_changes, p.folded_through, p.days into is_live, pending_changes, folded_through, v_days
  from :schema.pending_visitor_days(p_entity_type, p_entity_id) p;

  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    visitors := array(select v from :schema.top_visitors_ever(p_entity_type, p_entity_id, p_limit, v_days) v);
    return;
  end if;
  v_ranked := array(
    select r
    from :schema.top_visitors(p_entity_type, p_entity_id, p_start_date, p_end_date, p_limit, is_live, v_days) r
  );
  visitors := array(
    select v
    from :schema.analytics_settings s
    cross join lateral :schema.visitors_on_dates(
      p_entity_type, p_entity_id, v_ranked, p_start_date, p_end_date, s.time_zone, is_live
    ) v
    order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
  );
end
$$;
