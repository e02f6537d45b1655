-- The list of visitors as far as most read it: its first page, with the most views first.

-- On how many of these dates was each of these visitors there, when first, and how long on average? A live answer is told
-- from raw page views, which are indexed by visitor.
create or replace function :schema.visitors_on_dates(
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

-- Who came most often on dates that have few visitor-days? All of them are added up, and nothing is looked up afterwards.
create or replace function :schema.top_visitors_of_few_days(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_touched :schema.visitor_day_effect[]
) returns setof :schema.listed_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  select v.*
  from (
    select
      d.is_account, d.visitor_id, sum(d.views) as visit_count, count(*), min(d.first_view), max(d.last_view) as last_visit,
      round(sum(d.time_total) / nullif(sum(d.timed_views), 0), 2)
    from :schema.visitor_days_after(p_entity_type, p_entity_id, p_start_date, p_end_date, p_touched) d
    group by d.is_account, d.visitor_id
  ) v
  order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
  limit p_limit;
end
$$;

-- Who came once, the latest first? Those of an entity with many visitors are found by their days, from the last one back to
-- a date since which enough are new; of another one, and when most of them came back, all visitors are read.
create or replace function :schema.visitors_who_came_once(p_entity_type text, p_entity_id :entity_id_type, p_limit bigint)
returns setof :schema.analytics_visitors
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  -- to look a visitor up costs about as much as reading so many in a row
  c_read_in_a_row constant integer := 16;
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_enough bigint := 2 * p_limit;
  v_from date;
  v_found :schema.analytics_visitors[];
begin
  while p_limit > 0
    and exists (select from :schema.visitors_of(p_entity_type, p_entity_id) offset c_read_in_a_row * v_enough)
  loop
    v_from := coalesce(
      (
        select max(d.date)
        from (
          select r.date, sum(r.new_visitors) over (order by r.date desc) as new_since
          from :schema.day_rows_of(p_entity_type, p_entity_id, '-infinity', 'infinity') r
        ) d
        where d.new_since >= v_enough
      ),
      '-infinity'
    );
    -- a day more, for dates are labels of local time: the last views of one may be later than the first of the next
    v_found := array(
      select v
      from :schema.visitor_days_of(p_entity_type, p_entity_id, v_from - 1, 'infinity') d
      cross join lateral :schema.visitor_at(p_entity_type, p_entity_id, d.is_account, d.visitor_id) v
      where d.views = 1 and d.prev_date is null and v.visit_count = 1
      order by v.last_visit desc, v.is_account, v.visitor_id
      limit p_limit
    );
    if ((v_found[p_limit]).last_visit at time zone v_time_zone)::date >= v_from then
      return query select f.* from unnest(v_found) f;
      return;
    end if;
    v_enough := 4 * v_enough;
  end loop;

  return query
  select v.*
  from :schema.visitors_of(p_entity_type, p_entity_id) v
  where v.visit_count = 1
  order by v.last_visit desc, v.is_account, v.visitor_id
  limit p_limit;
end
$$;

-- Who came most often ever? The first p_limit, most views first. The ranking index is read no further than that; who came
-- once is read only when those who came back do not fill the page. Those whom pending changes touch are left out of
-- both, and listed as they will be.
create or replace function :schema.top_visitors_ever(
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
      from :schema.visitors_who_came_once(p_entity_type, p_entity_id, p_limit::bigint + cardinality(v_touched)) o
      where (p_limit is null or cardinality(v_came_back) < p_limit)
        and (o.visitor_id, o.is_account) not in (select t.visitor_id, t.is_account from unnest(v_touched) t)
    )
  ) v
  order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
  limit p_limit;
end
$$;

-- The first page of the usual list: who came most often on these dates, or ever (from -infinity to infinity), with all
-- that is pending?
create or replace function :schema.first_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_few_visitor_days integer default 1000,
  out visitors :schema.listed_visitor[], out is_live boolean, out pending_changes integer, out folded_through timestamptz
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_days :schema.visitor_day_effect[];
  v_visitor_days bigint;
  v_ranked :schema.ranked_visitor[];
begin
  select p.is_live, p.pending_changes, p.folded_through, p.days into is_live, pending_changes, folded_through, v_days
  from :schema.pending_visitor_days(p_entity_type, p_entity_id) p;

  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    visitors := array(select v from :schema.top_visitors_ever(p_entity_type, p_entity_id, p_limit, v_days) v);
    return;
  end if;
  select coalesce(sum(d.unique_visitors), 0) into v_visitor_days
  from :schema.day_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) d;
  if v_visitor_days <= p_few_visitor_days then
    visitors := array(
      select v
      from :schema.top_visitors_of_few_days(p_entity_type, p_entity_id, p_start_date, p_end_date, p_limit, v_days) v
    );
    return;
  end if;
  v_ranked := array(
    select r
    from :schema.top_visitors(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_limit, v_visitor_days, is_live, v_days
    ) r
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
