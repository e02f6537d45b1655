-- Visitors' days that lose views and keep some. What they keep is in page views, less what is pending besides the changes in hand:
-- pending additions stand there already and are not counted yet, and what is about to be taken away is gone there and still counted.

-- Which were the hours, the first and the last view of these days, without what was added by p_changes? No row where what is stored stays, because
-- page views are gone that were counted (a dropped partition, a pruned month): then it is a bound.
--
-- A day with few views is read whole, and its count says whether any are gone. Of one with many, page views are only asked for what was lost:
--   an hour   of as many views as are pending there, and one more, at least one is counted;
--   an end    it is the next one inwards, in the same hour, where the other end is there as well. Views that are gone between the two would not be
--             noticed by that: days of up to some thousand views are counted too. Of more, counting costs more than the rest of a fold of few changes.
-- Where that proves nothing, the day is read whole as well. In a sealed month page views are known to be gone; where the clock was changed between the
-- first view and the last, an hour is not one stretch of time; of a group, and of page views without entity, no index has a visitor's in their order.
create or replace function :schema.days_again(p_days :schema.losing_day[], p_changes :schema.page_view_changes[])
returns table (nth bigint, date date, hours_seen integer, first_view timestamptz, last_view timestamptz)
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  -- up to so many views, one look-up of all of them costs no more than several of some
  c_few constant integer := 40;
  -- counting so many takes 1.5 ms, and a day of 100,000 takes 28
  c_counted constant integer := 5000;
begin
  return query
  with
  days as materialized (
    select
      d.*, l.first_local,
      coalesce(
        d.views > c_few and d.date >= coalesce(s.sealed_before, '-infinity') and d.last_view - d.first_view = l.last_local - l.first_local
          and d.entity_id <> :no_entity and not :schema.is_group_type(d.entity_type),
        false
      ) as is_probed
    from (select s.time_zone, s.sealed_before from :schema.analytics_settings s limit 1) s
    cross join unnest(p_days) d
    cross join lateral (
      select d.first_view at time zone s.time_zone as first_local, d.last_view at time zone s.time_zone as last_local
    ) l
  ),
  -- these days are joined whole: by the date alone, thousands of edits of one date would be compared with one another
  pending as materialized (
    select d.nth, d.date, q.viewed_at, date_part('hour', q.local_time)::integer as hour, q.sign
    from (
      select
        c.entity_type, c.entity_id, :schema.visitor_kind(c.account_id, c.session_id, c.visitor_id) as kind,
        :schema.visitor_of(c.account_id, c.session_id, c.visitor_id) as visitor_id, c.viewed_at,
        c.viewed_at at time zone s.time_zone as local_time, c.sign
      from :schema.reporting_zone() s
      cross join :schema.page_view_changes c
      where c.change_id not in (select p.change_id from unnest(p_changes) p)
      offset 0
    ) q
    join days d
      on d.visitor_id = q.visitor_id and d.date = q.local_time::date and d.entity_id = q.entity_id and d.kind = q.kind
      and d.entity_type = q.entity_type
  ),
  hours as (
    select d.nth, d.date, bit_or(1 << h.hour) as hours_kept
    from days d
    join generate_series(0, 23) h (hour) on d.hours_lost & (1 << h.hour) <> 0
    left join (
      select p.nth, p.date, p.hour, count(*) as added from pending p where p.sign > 0 group by p.nth, p.date, p.hour
    ) p on p.nth = d.nth and p.date = d.date and p.hour = h.hour
    cross join lateral (
      select count(*) as views
      from (select d.first_view + (d.date + make_interval(hours => h.hour) - d.first_local) as since) t
      cross join lateral :schema.outermost_views_of_visitor(
        d.entity_type, d.entity_id, d.kind, d.visitor_id, greatest(t.since, d.first_view),
        least(t.since + interval '1 hour' - interval '1 microsecond', d.last_view), coalesce(p.added, 0) + 1, false
      )
    ) v
    where d.is_probed and v.views > coalesce(p.added, 0)
    group by d.nth, d.date
  ),
  ends as (
    select d.nth, d.date, e.first_view, e.last_view
    from days d
    left join (
      select
        p.nth, p.date, count(*) filter (where p.sign > 0) as added, sum(p.sign) as views, array_agg(p.viewed_at) as instants,
        array_agg(-p.sign::integer) as signs
      from pending p
      group by p.nth, p.date
    ) p on p.nth = d.nth and p.date = d.date
    cross join lateral (
      select min(r.viewed_at) filter (where not r.latest) as first_view, max(r.viewed_at) filter (where r.latest) as last_view
      from (
        select l.latest, v.viewed_at
        from (values (false), (true)) l (latest)
        cross join lateral (
          select o.viewed_at, 1 as views
          from :schema.outermost_views_of_visitor(
            d.entity_type, d.entity_id, d.kind, d.visitor_id, d.first_view, d.last_view, coalesce(p.added, 0) + 1, l.latest
          ) o
          union all
          select i.viewed_at, i.views from unnest(p.instants, p.signs) i (viewed_at, views)
        ) v
        group by l.latest, v.viewed_at
        having sum(v.views) > 0
      ) r
    ) e
    where d.is_probed and d.loses_first <> d.loses_last
      and (
        d.views > c_counted
        or d.views + coalesce(p.views, 0) = (
          select count(*)
          from :schema.outermost_views_of_visitor(
            d.entity_type, d.entity_id, d.kind, d.visitor_id, d.first_view, d.last_view, null, false
          )
        )
      )
  ),
  probed as materialized (
    select
      d.nth, d.date, d.hours_seen, case when d.loses_first then e.first_view else d.first_view end as first_view,
      case when d.loses_last then e.last_view else d.last_view end as last_view
    from days d
    left join hours h on h.nth = d.nth and h.date = d.date
    left join ends e on e.nth = d.nth and e.date = d.date
    where d.is_probed and d.hours_lost & ~coalesce(h.hours_kept, 0) = 0
      and case
        when d.loses_first and d.loses_last then false
        when d.loses_first then e.last_view = d.last_view
        when d.loses_last then e.first_view = d.first_view
        else true
      end
  ),
  whole as materialized (
    select d.* from days d
    where (d.nth, d.date) not in (select p.nth, p.date from probed p)
  ),
  remaining as (
    select r.nth, r.date, r.viewed_at, sum(r.views) as views
    from (
      select d.nth, d.date, i.viewed_at, 1 as views
      from :schema.reporting_zone() s
      cross join whole d
      cross join lateral :schema.page_views_of_visitor(
        d.entity_type, d.entity_id, d.kind, d.visitor_id, d.date, d.date, s.time_zone
      ) i
      union all
      select p.nth, p.date, p.viewed_at, -p.sign from pending p
    ) r
    group by r.nth, r.date, r.viewed_at
    having sum(r.views) > 0
  )
  select p.nth, p.date, p.hours_seen, p.first_view, p.last_view from probed p
  union all
  select d.nth, d.date, r.hours_seen, r.first_view, r.last_view
  from (
    select
      r.nth, r.date, sum(r.views) as views, min(r.viewed_at) as first_view, max(r.viewed_at) as last_view,
      bit_or(1 << date_part('hour', r.viewed_at at time zone s.time_zone)::integer) as hours_seen
    from :schema.reporting_zone() s
    cross join remaining r
    group by r.nth, r.date
  ) r
  join whole d on d.nth = r.nth and d.date = r.date and d.views = r.views;
end
$$;
