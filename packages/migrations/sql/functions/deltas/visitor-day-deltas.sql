-- What changes do to visitor-days, computed without writing anything. With the other deltas it is the one definition that
-- folding stores and that a live read adds to its answer.
--
--   page_view_changes[] --> visitor_day_deltas --> day_deltas, return_deltas, visitors_after
--
-- How a day was before is known from what is stored: of a visitor who came once, from the visitor's row; of others, from
-- the day's own row and its two neighbours, of which there are two probes, however many days the visitor has. Page views are
-- read again only where something was taken away.

-- What do these changes do to visitor-days? Besides the days that they touch, the neighbours of those are returned.
-- Most visitors come on one day, after all that is stored of them: of those nothing is looked up but the visitor. Of the
-- others, first and last view and the hours seen follow from the changes while views only come; where an instant was
-- taken away, page views are asked: see days_again.
create or replace function :schema.visitor_day_deltas(p_changes :schema.page_view_changes[])
returns setof :schema.visitor_day_delta
language sql stable
begin atomic
  with
  changes as (
    select
      c.entity_type, c.entity_id, :schema.visitor_kind(c.account_id, c.session_id, c.visitor_id) as kind,
      :schema.visitor_of(c.account_id, c.session_id, c.visitor_id) as visitor_id,
      local.time::date as date, 1 << date_part('hour', local.time)::integer as hour_seen,
      c.viewed_at, c.sign, (c.time_on_page is not null)::integer as timed, coalesce(c.time_on_page, 0) as time_on_page
    from :schema.reporting_zone() s
    cross join unnest(p_changes) c
    cross join lateral (select c.viewed_at at time zone s.time_zone as time) local
    where c.sign <> 0 and (c.account_id is not null or c.visitor_id is not null or c.session_id is not null)
  ),
  visitors as (
    select
      c.*,
      case when v.kind is not null then coalesce(v.visit_count, 1) else 0 end as visit_count,
      v.first_visit, coalesce(v.last_visit, v.first_visit) as last_visit, stored.last_date,
      coalesce(v.timed_views, 0) as stored_timed_views, coalesce(v.time_total, 0) as stored_time_total,
      c.only_comes and c.date = c.max_date and (stored.last_date is null or c.date > stored.last_date) as comes_once
    from :schema.reporting_zone() s
    cross join (
      select
        c.entity_type, c.entity_id, c.kind, c.visitor_id,
        bool_and(c.sign > 0) as only_comes, min(c.date) as date, max(c.date) as max_date,
        sum(c.sign)::integer as views, sum(c.timed)::integer as timed_views, sum(c.time_on_page)::bigint as time_total,
        min(c.viewed_at) as first_view, max(c.viewed_at) as last_view, bit_or(c.hour_seen) as hours_seen
      from changes c
      group by c.visitor_id, c.entity_id, c.kind, c.entity_type
      -- as in the index that they are looked up in: neighbours are nearer at hand
      order by :schema.pair_key(c.entity_type, c.entity_id, c.visitor_id)
    ) c
    left join lateral :schema.visitor_at(c.entity_type, c.entity_id, c.kind, c.visitor_id) v on true
    cross join lateral (
      select (coalesce(v.last_visit, v.first_visit) at time zone s.time_zone)::date as last_date
    ) stored
  ),
  others as materialized (
    select v.*, row_number() over () as nth from visitors v where not v.comes_once
  ),
  -- what is added and taken away at the same instant, as when a time on page becomes known, takes nothing away
  instants as (
    select
      v.nth, c.date, c.viewed_at, c.hour_seen, sum(c.sign)::integer as views,
      sum(c.sign * c.timed)::integer as timed_views, sum(c.sign * c.time_on_page)::bigint as time_total
    from others v
    join changes c
      on c.visitor_id = v.visitor_id and c.entity_id = v.entity_id and c.kind = v.kind and c.entity_type = v.entity_type
    group by 1, 2, 3, 4
  ),
  touched as (
    select
      i.nth, i.date,
      sum(i.views)::integer as views, sum(i.timed_views)::integer as timed_views, sum(i.time_total)::bigint as time_total,
      min(i.viewed_at) filter (where i.views > 0) as first_view,
      max(i.viewed_at) filter (where i.views > 0) as last_view,
      coalesce(bit_or(i.hour_seen) filter (where i.views > 0), 0) as hours_seen,
      coalesce(sum(i.views) filter (where i.views < 0), 0)::integer as taken,
      bit_or(i.hour_seen) filter (where i.views < 0) as hours_lost,
      min(i.viewed_at) filter (where i.views < 0) as first_lost, max(i.viewed_at) filter (where i.views < 0) as last_lost
    from instants i
    group by 1, 2
    -- an instant that comes and goes, untimed, leaves nothing behind
    having bool_or(i.views <> 0 or i.timed_views <> 0 or i.time_total <> 0)
  ),
  -- what is stored of these days and their neighbours; follows: behind a touched day, whose return date may move
  known as (
    select
      v.nth, (v.first_visit at time zone s.time_zone)::date as date, true as follows, 1 as views,
      v.stored_timed_views as timed_views, v.stored_time_total as time_total,
      1 << date_part('hour', v.first_visit at time zone s.time_zone)::integer as hours_seen,
      v.first_visit as first_view, v.first_visit as last_view, null::date as prev_date
    from :schema.reporting_zone() s
    cross join others v
    where v.visit_count = 1
    union all
    select
      v.nth, d.date, d.date > t.date, d.views, coalesce(d.timed_views, 0), coalesce(d.time_total, 0), d.hours_seen,
      d.first_view, d.last_view, d.prev_date
    from touched t
    join others v on v.nth = t.nth
    cross join lateral (
      select u.* from :schema.visitor_days_until(v.entity_type, v.entity_id, v.kind, v.visitor_id, t.date, 2) u
      union all
      select a.* from :schema.visitor_day_after(v.entity_type, v.entity_id, v.kind, v.visitor_id, t.date) a
    ) d
    where v.visit_count > 1
  ),
  days as (
    select
      d.nth, d.date, bool_or(d.follows) as follows, max(d.stored_views) as stored_views,
      max(d.stored_timed_views) as stored_timed_views, max(d.stored_time_total) as stored_time_total,
      max(d.stored_hours_seen) as stored_hours_seen, max(d.stored_first_view) as stored_first_view,
      max(d.stored_last_view) as stored_last_view, max(d.stored_prev_date) as stored_prev_date,
      coalesce(max(d.views), 0) as views, coalesce(max(d.timed_views), 0) as timed_views,
      coalesce(max(d.time_total), 0) as time_total, coalesce(max(d.hours_seen), 0) as hours_seen,
      max(d.first_view) as first_view, max(d.last_view) as last_view,
      coalesce(max(d.stored_views), 0) + coalesce(max(d.taken), 0) as kept_views,
      max(d.hours_lost) as hours_lost, max(d.first_lost) as first_lost, max(d.last_lost) as last_lost
    from (
      select
        k.nth, k.date, k.follows, k.views as stored_views, k.timed_views as stored_timed_views, k.time_total as stored_time_total,
        k.hours_seen as stored_hours_seen, k.first_view as stored_first_view, k.last_view as stored_last_view,
        k.prev_date as stored_prev_date, null::integer as views, null::integer as timed_views, null::bigint as time_total,
        null::integer as hours_seen, null::timestamptz as first_view, null::timestamptz as last_view, null::integer as taken,
        null::integer as hours_lost, null::timestamptz as first_lost, null::timestamptz as last_lost
      from known k
      union all
      select
        t.nth, t.date, true, null, null, null, null, null, null, null,
        t.views, t.timed_views, t.time_total, t.hours_seen, t.first_view, t.last_view, t.taken, t.hours_lost, t.first_lost, t.last_lost
      from touched t
    ) d
    group by d.nth, d.date
  ),
  -- the days that keep something of what they lose
  again as (
    select a.*
    from (
      select array(
        select row(
          d.nth, v.entity_type, v.entity_id, v.kind, v.visitor_id, d.date, coalesce(d.stored_views, 0) + d.views,
          d.stored_hours_seen, d.stored_first_view, d.stored_last_view, d.hours_lost & ~d.hours_seen,
          d.first_lost <= d.stored_first_view and coalesce(d.first_view > d.stored_first_view, true),
          d.last_lost >= d.stored_last_view and coalesce(d.last_view < d.stored_last_view, true)
        ):::schema.losing_day
        from days d
        join others v on v.nth = d.nth
        where d.hours_lost <> 0 and coalesce(d.stored_views, 0) + d.views > 0
      ) as days
    ) l
    cross join lateral :schema.days_again(l.days, p_changes) a
    where l.days <> '{}'
  ),
  after as (
    select
      d.nth, d.date, d.follows, d.stored_views, d.stored_timed_views, d.stored_time_total, d.stored_hours_seen,
      d.stored_first_view, d.stored_last_view, d.stored_prev_date,
      -- a view that comes cannot stand in for one that is taken away and had never been counted
      case when d.kept_views < 0 then d.kept_views else coalesce(d.stored_views, 0) + d.views end as views,
      coalesce(d.stored_timed_views, 0) + d.timed_views as timed_views,
      coalesce(d.stored_time_total, 0) + d.time_total as time_total,
      coalesce(g.hours_seen, d.stored_hours_seen, 0) | d.hours_seen as hours_seen,
      least(coalesce(g.first_view, d.stored_first_view), d.first_view) as first_view,
      greatest(coalesce(g.last_view, d.stored_last_view), d.last_view) as last_view
    from days d
    left join again g on g.nth = d.nth and g.date = d.date
  ),
  linked as (
    select
      a.*,
      case
        when a.views <= 0 then null
        when a.follows then max(a.date) filter (where a.views > 0) over (
          partition by a.nth order by a.date rows between unbounded preceding and 1 preceding
        )
        else a.stored_prev_date
      end as prev_date
    from after a
  )
  -- who comes on one day, after all others
  select
    v.entity_type, v.entity_id, v.kind, v.visitor_id, v.date, null:::schema.day_state,
    row(v.views, v.timed_views, v.time_total, v.hours_seen, v.first_view, v.last_view, v.last_date):::schema.day_state,
    v.visit_count = 0, false, v.visit_count + v.views > 1, v.visit_count, v.first_visit, v.last_visit
  from visitors v
  where v.comes_once
  union all
  -- and of them those who had come once before, whose first day gets a row of its own
  select
    v.entity_type, v.entity_id, v.kind, v.visitor_id, v.last_date, first.state, first.state,
    false, false, true, v.visit_count, v.first_visit, v.last_visit
  from :schema.reporting_zone() s
  cross join visitors v
  cross join lateral (
    select row(
      1, v.stored_timed_views, v.stored_time_total, 1 << date_part('hour', v.first_visit at time zone s.time_zone)::integer,
      v.first_visit, v.first_visit, null
    ):::schema.day_state as state
  ) first
  where v.comes_once and v.visit_count = 1
  union all
  select
    v.entity_type, v.entity_id, v.kind, v.visitor_id, l.date,
    case when l.stored_views > 0 then row(
      l.stored_views, l.stored_timed_views, l.stored_time_total, l.stored_hours_seen, l.stored_first_view, l.stored_last_view,
      l.stored_prev_date
    ):::schema.day_state end,
    case when l.views <> 0 then row(
      l.views, l.timed_views, l.time_total, l.hours_seen, l.first_view, l.last_view, l.prev_date
    ):::schema.day_state end,
    false, v.visit_count > 1 and coalesce(l.stored_views > 0, false), v.visit_count + v.views > 1 and l.views > 0,
    v.visit_count, v.first_visit, v.last_visit
  from linked l
  join others v on v.nth = l.nth;
end;
