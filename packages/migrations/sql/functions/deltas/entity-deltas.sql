-- What changes do to the totals of all time of their entities.

-- When were the first and the latest view of this entity in sealed months, by what is stored of visitors, and of views by nobody that were
-- pruned? Those that were not are in page views. NULL where there were none.
create or replace function :schema.sealed_bounds(
  p_entity_type text, p_entity_id :entity_id_type, out first_view timestamptz, out last_view timestamptz
)
language sql stable
begin atomic
  select least(k.first_view, b.first_view), greatest(k.last_view, b.last_view)
  from (
    select min(v.first_view) filter (where d.is_first) as first_view, max(v.last_view) filter (where not d.is_first) as last_view
    from :schema.analytics_settings s
    cross join lateral (
      (
        select true as is_first, d.date from :schema.analytics_days d
        where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date < s.sealed_before and d.visitors > 0
        order by d.date limit 1
      )
      union all
      (
        select false, d.date from :schema.analytics_days d
        where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date < s.sealed_before and d.visitors > 0
        order by d.date desc limit 1
      )
    ) d
    cross join lateral (
      select y.first_view, y.last_view from :schema.analytics_visitor_days y
      where y.entity_type = p_entity_type and y.entity_id = p_entity_id and y.date = d.date
      union all
      select o.first_visit, o.first_visit from :schema.singles_of(p_entity_type, p_entity_id, d.date, d.date) o
    ) v
  ) k
  left join :schema.analytics_pruned_bounds b on b.entity_type = p_entity_type and b.entity_id = p_entity_id;
end;

-- Which are the first and the latest view of these entities, by page views less what is pending besides p_changes, and by what is stored of
-- sealed months? NULL where page views are gone otherwise. Of as many views as are pending, and one more, at least one is not.
create or replace function :schema.bounds_again(p_entities :schema.entity_key[], p_changes :schema.page_view_changes[])
returns table (entity_type text, entity_id :entity_id_type, first_view timestamptz, last_view timestamptz)
language sql stable
begin atomic
  with
  pending as materialized (
    select q.entity_type, q.entity_id, q.viewed_at, q.sign
    from :schema.page_view_changes q
    join unnest(p_entities) e on e.entity_id = q.entity_id and e.entity_type = q.entity_type
    where q.sign <> 0 and q.change_id not in (select c.change_id from unnest(p_changes) c)
      and q.slot = any (array(select distinct :schema.entity_slot(k.entity_type, k.entity_id) from unnest(p_entities) k))
  )
  select e.entity_type, e.entity_id, least(b.first_view, s.first_view), greatest(b.last_view, s.last_view)
  from unnest(p_entities) e
  cross join lateral :schema.sealed_bounds(e.entity_type, e.entity_id) s
  left join (
    select p.entity_type, p.entity_id, count(*) as views, array_agg(p.viewed_at) as instants, array_agg(-p.sign::integer) as signs
    from pending p
    group by p.entity_type, p.entity_id
  ) p on p.entity_id = e.entity_id and p.entity_type = e.entity_type
  cross join lateral (
    select min(r.viewed_at) filter (where not r.latest) as first_view, max(r.viewed_at) filter (where r.latest) as last_view
    from (
      select d.latest, v.viewed_at
      from (values (false), (true)) d (latest)
      cross join lateral (
        select i.viewed_at, 1 as views
        from :schema.outermost_views_of(e.entity_type, e.entity_id, coalesce(p.views, 0) + 1, d.latest) i
        union all
        select i.viewed_at, i.views from unnest(p.instants, p.signs) i (viewed_at, views)
      ) v
      group by d.latest, v.viewed_at
      having sum(v.views) > 0
    ) r
  ) b;
end;

-- What do changes add to the totals of all time of their entities, of which p_days is what they add to dates? first_view and last_view are
-- those after. They follow from the changes while views only come; where the stored one is taken away they are read again from page
-- views, and where these are gone too, what is stored stays as a bound.
create or replace function :schema.entity_deltas(p_changes :schema.page_view_changes[], p_days :schema.day_delta[])
returns setof :schema.entity_delta
language sql stable
begin atomic
  with
  sums as materialized (
    select
      u.entity_type, u.entity_id, coalesce(sum(u.views), 0)::bigint as views, coalesce(sum(u.timed_views), 0)::bigint as timed_views,
      coalesce(sum(u.time_total), 0)::bigint as time_total, coalesce(sum(u.visitors), 0)::bigint as visitors,
      coalesce(sum(u.accounts), 0)::bigint as accounts, coalesce(sum(u.entries), 0)::bigint as entries,
      coalesce(sum(u.bounces), 0)::bigint as bounces,
      min(u.added_at) as first_added, max(u.added_at) as last_added, min(u.taken_at) as first_taken, max(u.taken_at) as last_taken
    from (
      select
        d.entity_type, d.entity_id, d.views, d.timed_views, d.time_total, d.visitors - d.again_ever as visitors,
        d.accounts - d.accounts_again_ever as accounts, d.entries, d.bounces,
        null::timestamptz as added_at, null::timestamptz as taken_at
      from unnest(p_days) d
      union all
      select c.entity_type, c.entity_id, null, null, null, null, null, null, null, c.viewed_at, null
      from unnest(p_changes) c
      where c.sign > 0 and not exists (select 1 from unnest(p_changes) t where t.sign < 0)
      union all
      -- what is added and taken away at the same instant, as when a time on page becomes known, takes nothing away
      select
        c.entity_type, c.entity_id, null, null, null, null, null, null, null,
        case when sum(c.sign) > 0 then c.viewed_at end, case when sum(c.sign) < 0 then c.viewed_at end
      from unnest(p_changes) c
      where c.sign <> 0 and exists (select 1 from unnest(p_changes) t where t.sign < 0)
      group by c.viewed_at, c.entity_id, c.entity_type
    ) u
    group by u.entity_id, u.entity_type
  ),
  entities as materialized (
    select
      s.*, e.first_view, e.last_view, e.views is not null as is_stored, coalesce(e.views, 0) + s.views > 0 as is_viewed,
      -- NULL, as when nothing is taken away, is no
      s.first_taken <= e.first_view and s.first_taken < coalesce(s.first_added, 'infinity') as loses_first,
      s.last_taken >= e.last_view and s.last_taken > coalesce(s.last_added, '-infinity') as loses_last
    from sums s
    left join lateral :schema.entity_at(s.entity_type, s.entity_id) e on true
  )
  select
    e.entity_type, e.entity_id, e.views, e.timed_views, e.time_total, e.visitors, e.accounts, e.entries, e.bounces,
    case when e.is_viewed then coalesce(case when e.loses_first then a.first_view end, least(e.first_view, e.first_added)) end,
    case when e.is_viewed then coalesce(case when e.loses_last then a.last_view end, greatest(e.last_view, e.last_added)) end
  from entities e
  left join (
    select a.*
    from (
      select array(
        select row(r.entity_type, r.entity_id):::schema.entity_key from entities r where (r.loses_first or r.loses_last) and r.is_viewed
      ) as entities
    ) l
    cross join lateral :schema.bounds_again(l.entities, p_changes) a
    where l.entities <> '{}'
  ) a on a.entity_id = e.entity_id and a.entity_type = e.entity_type
  where e.is_stored or e.views <> 0 or e.entries <> 0 or e.bounces <> 0;
end;
