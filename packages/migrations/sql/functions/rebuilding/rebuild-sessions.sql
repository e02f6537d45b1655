-- Rebuilding sessions: what they are, from all of their raw page views, whatever was stored of them.

-- Recompute these sessions and those of p_covered, which are pending changes that have just been taken out of the queue.
-- Returns entries and bounces: all that there are now of p_entities on these dates, whose rows are to be replaced, and
-- elsewhere what the covered changes add and take away.
create or replace function :schema.rebuild_sessions(
  p_session_ids :session_id_type[], p_covered :schema.page_view_changes[],
  p_entities :schema.entity_key[], p_start_date date, p_end_date date
) returns :schema.view_count_effect[]
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_covered_ids :session_id_type[] := array(select c.session_id from unnest(p_covered) c where c.session_id is not null);
  v_sessions :schema.session_effect[];
begin
  v_sessions := array(
    with
    touched as (
      select t.session_id, bool_or(t.is_covered) as is_covered
      from (
        select i.session_id, false as is_covered from unnest(p_session_ids) i (session_id)
        union all
        select c.session_id, true from unnest(p_covered) c
      ) t
      where t.session_id is not null
      group by t.session_id
    ),
    -- in raw, less what is still pending; and as that was before the covered changes
    views as (
      select
        v.session_id, v.entity_type, v.entity_id, v.viewed_at, v.account_id,
        sum(v.views)::integer as views, coalesce(sum(v.views * v.time_on_page), 0)::bigint as time_total,
        sum(v.before_views)::integer as before_views, coalesce(sum(v.before_views * v.time_on_page), 0)::bigint as before_time_total
      from (
        select
          t.session_id, v.entity_type, v.entity_id, v.viewed_at, v.account_id, v.time_on_page,
          1 as views, t.is_covered::integer as before_views
        from touched t
        cross join lateral :schema.page_views_of_session(t.session_id) v
        union all
        select
          t.session_id, q.entity_type, q.entity_id, q.viewed_at, q.account_id, q.time_on_page,
          -q.sign, -q.sign * t.is_covered::integer
        from touched t
        join :schema.page_view_changes q on q.session_id = t.session_id
        union all
        select c.session_id, c.entity_type, c.entity_id, c.viewed_at, c.account_id, c.time_on_page, 0, -c.sign
        from unnest(p_covered) c
        where c.session_id is not null
      ) v
      group by v.session_id, v.entity_type, v.entity_id, v.viewed_at, v.account_id
    ),
    pages as (
      select
        v.session_id, v.entity_type, v.entity_id, sum(v.views)::integer as views, sum(v.time_total)::bigint as time_total,
        min(v.viewed_at) as first_seen, max(v.viewed_at) as last_seen
      from views v
      where v.views > 0
      group by v.session_id, v.entity_type, v.entity_id
    ),
    after as (
      select
        p.session_id, sum(p.views)::integer as views, sum(p.time_total)::bigint as time_total,
        min(p.first_seen) as first_seen, max(p.last_seen) as last_seen,
        array_agg(
          row(p.entity_type, p.entity_id, p.views):::schema.session_page
          order by p.first_seen, p.entity_type, p.entity_id nulls first
        ) as pages
      from pages p
      group by p.session_id
    ),
    accounts as (
      select
        v.session_id, max(v.viewed_at) as account_seen,
        (array_agg(v.account_id order by v.viewed_at desc, v.account_id desc))[1] as account_id
      from views v
      where v.views > 0 and v.account_id is not null
      group by v.session_id
    ),
    before as (
      select
        v.session_id, sum(v.before_views)::integer as views, sum(v.before_time_total)::bigint as time_total,
        min(v.viewed_at) as first_seen,
        (array_agg(
          row(v.entity_type, v.entity_id, v.before_views):::schema.session_page
          order by v.viewed_at, v.entity_type, v.entity_id nulls first
        ))[1] as entry
      from views v
      where v.before_views > 0
      group by v.session_id
    )
    select row(
      t.session_id,
      coalesce(b.views, 0), coalesce(b.time_total, 0), b.first_seen, (b.entry).entity_type, (b.entry).entity_id,
      coalesce(a.views, 0), coalesce(a.time_total, 0), a.first_seen, a.last_seen,
      (a.pages[1]).entity_type, (a.pages[1]).entity_id, c.account_id, c.account_seen,
      cardinality(a.pages), case when cardinality(a.pages) > 1 then a.pages end
    ):::schema.session_effect
    from touched t
    left join after a on a.session_id = t.session_id
    left join accounts c on c.session_id = t.session_id
    left join before b on b.session_id = t.session_id
  );
  perform :schema.store_sessions(v_sessions);

  return array(
    select row(
      e.entity_type, e.entity_id, e.date, e.hour, e.views, e.timed_views, e.time_total, e.entries, e.bounces
    ):::schema.view_count_effect
    from (
      select d.*, false as is_total
      from :schema.entry_effects(array(select s from unnest(v_sessions) s where s.session_id = any (v_covered_ids))) d
      union all
      select t.*, true
      from :schema.entry_effects(array(
        select row(
          s.session_id, 0, 0, null, null, null, s.views, s.time_total, s.first_seen, s.last_seen,
          s.entry_entity_type, s.entry_entity_id, s.account_id, s.account_seen, s.unique_pages, null
        ):::schema.session_effect
        from unnest(v_sessions) s
      )) t
    ) e
    left join unnest(p_entities) k
      on k.entity_type = e.entity_type
      and coalesce(k.entity_id::text, '') = coalesce(e.entity_id::text, '')
      and k.entity_id is not distinct from e.entity_id
    where e.is_total = (k.entity_type is not null and e.date between p_start_date and p_end_date)
  );
end
$$;

-- Of the next p_limit sessions after p_after that began on these dates: recompute those that no page view is left of, which
-- no entity's rebuild comes across. Returns where to go on, NULL when there are no more.
create or replace function :schema.rebuild_lost_sessions(
  p_after :session_id_type, p_start_date date, p_end_date date, p_time_zone text, p_limit integer
) returns :session_id_type
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set enable_nestloop = off
as $$
declare
  v_ids :session_id_type[];
  v_lost :session_id_type[];
begin
  v_ids := array(
    select s.session_id from :schema.visitor_sessions s
    where (p_after is null or s.session_id > p_after) and s.total_views <> 0
      and (s.first_seen is null or (s.first_seen at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by s.session_id
    limit p_limit
  );
  v_lost := array(
    select i.session_id from unnest(v_ids) i (session_id)
    where not exists (select from :schema.page_views_of_session(i.session_id))
  );
  if v_lost <> '{}' then
    perform :schema.rebuild_sessions(v_lost, '{}', '{}', '-infinity', 'infinity');
  end if;
  return case when cardinality(v_ids) = p_limit then v_ids[p_limit] end;
end
$$;
