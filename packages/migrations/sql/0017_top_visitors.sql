-- Who came most often on some dates, found without counting everybody.
--
-- A visitor cannot have come more often on these dates than ever. So the ranking of all time is walked from the top,
-- its visitors are counted on the dates, and the walk ends when nobody further down can be among the first.

create type :schema.top_visitor as (
  is_account boolean,
  visitor_id :visitor_id_type,
  visit_count bigint,
  last_visit timestamptz
);

-- Who came more than once ever, from the p_skip'th on? In the order of the ranking index.
create function :schema.ranked_visitors(p_entity_type text, p_entity_id :entity_id_type, p_skip integer, p_limit integer)
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
-- Nobody is found where walking does not pay: on few visitor-days (a hundred thousand are counted in a tenth of a
-- second), and in a ranking so flat that it would not end soon.
create function :schema.walk_to_top_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_touched :schema.visitor_day_effect[], p_least_visitor_days integer default 100000
) returns setof :schema.top_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  -- to count a visitor in raw costs about as much as counting fifty visitor-days
  v_visitor_days_of_one constant integer := 50;
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_visitor_days bigint := (
    select sum(d.unique_visitors) from :schema.day_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) d
  );
  v_walked integer := 0;
  v_step integer := 4 * p_limit;
  v_candidates :schema.top_visitor[];
  v_found :schema.top_visitor[] := '{}';
  -- how often the next one came over all time
  v_next integer;
begin
  if v_visitor_days is null or v_visitor_days < p_least_visitor_days then
    return;
  end if;

  v_candidates := array(
    select distinct row(t.is_account, t.visitor_id, null::bigint, null::timestamptz):::schema.top_visitor
    from unnest(p_touched) t
  );
  loop
    v_candidates := v_candidates || array(
      select row(v.is_account, v.visitor_id, null::bigint, null::timestamptz):::schema.top_visitor
      from :schema.ranked_visitors(p_entity_type, p_entity_id, v_walked, v_step) v
      where (v.visitor_id, v.is_account) not in (select t.visitor_id, t.is_account from unnest(p_touched) t)
    );
    v_found := array(
      select row(f.is_account, f.visitor_id, f.visit_count, f.last_visit):::schema.top_visitor
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
    if v_next is null or v_walked * v_visitor_days_of_one > v_visitor_days then
      return;
    end if;
    v_step := v_walked;
    v_candidates := '{}';
  end loop;
  return query select f.is_account, f.visitor_id, f.visit_count, f.last_visit from unnest(v_found) f;
end
$$;
