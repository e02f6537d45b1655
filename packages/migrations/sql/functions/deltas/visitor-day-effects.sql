-- What changes do to visitor-days, computed without writing anything. With rollup-effects.sql it is the one definition that folding
-- stores and that a live read adds to its answer.
--
--   page_view_changes[] --> visitor_day_effects --> link_visitor_days --> the rollups' differences
--
-- Grouping, windows and single probes, where a NULL entity groups and partitions like any other. Sets are joined by what is
-- never NULL, and the rest is compared afterwards.

-- Given visitor-days with their views before and after: which is now the nearest earlier day of each?
-- A day that appears or disappears moves its own link and that of the day that follows it. The days from the
-- visitor's last one back to the first that can be concerned are walked along prev_date; whatever was read
-- on the way is returned as well, so that a visitor's first and last visit can be told from the result alone.
-- With p_relink_from nothing is walked and no link trusted: whoever gives it has put each visitor's nearest days
-- before and after among the days, and every link from that date on is made anew. Only then are first and last visits
-- looked up here; without it they are told.
create or replace function :schema.link_visitor_days(p_days :schema.visitor_day_effect[], p_relink_from date default null)
returns setof :schema.visitor_day_effect
language sql stable
begin atomic
  with recursive
  touched as (
    select
      d.*,
      (coalesce(v.last_visit, d.visitor_last_visit) at time zone s.time_zone)::date as last_date,
      coalesce(v.first_visit, d.visitor_first_visit) as stored_first_visit,
      coalesce(v.last_visit, d.visitor_last_visit) as stored_last_visit,
      least(p_relink_from, min(d.date) filter (where (d.views > 0) <> (d.before_views > 0)) over visitor) as relink_from,
      bool_or(d.views = 0 and d.before_views > 0) over visitor as loses_day,
      array_agg(d.date) over visitor as touched_dates,
      row_number() over visitor as nth
    from :schema.analytics_settings s
    cross join unnest(p_days) d
    left join lateral :schema.visitor_at(d.entity_type, d.entity_id, d.is_account, d.visitor_id) v
      on p_relink_from is not null
    window visitor as (partition by d.entity_type, d.entity_id, d.is_account, d.visitor_id)
  ),
  walked as (
    select
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date, d.prev_date,
      d.views, d.timed_views, d.hours_seen, d.time_total, d.first_view, d.last_view,
      t.last_date, t.stored_first_visit, t.stored_last_visit, t.relink_from, t.loses_day, t.touched_dates
    from touched t
    cross join lateral :schema.visitor_day_at(t.entity_type, t.entity_id, t.is_account, t.visitor_id, t.last_date) d
    where p_relink_from is null and t.nth = 1 and (t.last_date >= t.relink_from or t.loses_day)
    union all
    select
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date, d.prev_date,
      d.views, d.timed_views, d.hours_seen, d.time_total, d.first_view, d.last_view,
      w.last_date, w.stored_first_visit, w.stored_last_visit, w.relink_from, w.loses_day, w.touched_dates
    from walked w
    cross join lateral :schema.visitor_day_at(w.entity_type, w.entity_id, w.is_account, w.visitor_id, w.prev_date) d
    where w.prev_date >= w.relink_from or (w.loses_day and w.date >= w.relink_from)
  ),
  known as (
    select
      t.entity_type, t.entity_id, t.is_account, t.visitor_id, t.date,
      t.before_views, t.before_timed_views, t.before_hours_seen, t.before_time_total,
      t.before_first_view, t.before_last_view, t.before_prev_date,
      t.views, t.timed_views, t.hours_seen, t.time_total, t.first_view, t.last_view,
      t.last_date, t.stored_first_visit, t.stored_last_visit, t.relink_from
    from touched t
    union all
    select
      w.entity_type, w.entity_id, w.is_account, w.visitor_id, w.date,
      w.views, w.timed_views, w.hours_seen, w.time_total, w.first_view, w.last_view, w.prev_date,
      w.views, w.timed_views, w.hours_seen, w.time_total, w.first_view, w.last_view,
      w.last_date, w.stored_first_visit, w.stored_last_visit, w.relink_from
    from walked w
    where w.date <> all (w.touched_dates)
  )
  select
    k.entity_type, k.entity_id, k.is_account, k.visitor_id, k.date,
    k.before_views, k.before_timed_views, k.before_hours_seen, k.before_time_total,
    k.before_first_view, k.before_last_view, k.before_prev_date,
    k.views, k.timed_views, k.hours_seen, k.time_total, k.first_view, k.last_view,
    case
      when k.views = 0 then null
      when k.date >= k.relink_from then coalesce(
        max(k.date) filter (where k.views > 0 and k.date >= k.relink_from) over earlier_days,
        -- the latest stored day before the first that appears or disappears
        max(case
          when p_relink_from is null and k.last_date < k.relink_from then k.last_date
          when k.before_views > 0 and k.date < k.relink_from then k.date
          when p_relink_from is null and k.before_views > 0 and k.before_prev_date < k.relink_from then k.before_prev_date
        end) over visitor
      )
      else k.before_prev_date
    end,
    k.stored_first_visit, k.stored_last_visit
  from known k
  window
    visitor as (partition by k.entity_type, k.entity_id, k.is_account, k.visitor_id),
    earlier_days as (
      partition by k.entity_type, k.entity_id, k.is_account, k.visitor_id
      order by k.date rows between unbounded preceding and 1 preceding
    );
end;

-- What do these changes do to visitor-days?
-- Most visitors come on one day, after all that is stored of them: of those nothing is looked up but the visitor. Of the
-- others, first and last view and the hours seen follow from the changes while views only come; where an instant was
-- taken away they are read again from page views, less what is pending besides these changes.
create or replace function :schema.visitor_day_effects(p_changes :schema.page_view_changes[])
returns setof :schema.visitor_day_effect
language sql stable
begin atomic
  with
  changes as (
    select
      c.entity_type, c.entity_id, c.account_id is not null as is_account,
      coalesce(c.account_id:::visitor_id_type, c.session_id:::visitor_id_type) as visitor_id,
      local.time::date as date, 1 << date_part('hour', local.time)::integer as hour_seen,
      c.viewed_at, c.sign, (c.time_on_page is not null)::integer as timed, coalesce(c.time_on_page, 0) as time_on_page
    from :schema.analytics_settings s
    cross join unnest(p_changes) c
    cross join lateral (select c.viewed_at at time zone s.time_zone as time) local
    where c.account_id is not null or c.session_id is not null
  ),
  visitors as (
    select
      c.*, row_number() over () as nth, v.first_visit as visitor_first_visit, v.last_visit as visitor_last_visit,
      stored.first_date, stored.last_date,
      c.only_comes and c.date = c.max_date and (stored.last_date is null or c.date > stored.last_date) as comes_once
    from :schema.analytics_settings s
    cross join (
      select
        c.entity_type, c.entity_id, c.is_account, c.visitor_id,
        bool_and(c.sign > 0) as only_comes, min(c.date) as date, max(c.date) as max_date,
        count(*)::integer as views, sum(c.timed)::integer as timed_views, sum(c.time_on_page)::bigint as time_total,
        min(c.viewed_at) as first_view, max(c.viewed_at) as last_view, bit_or(c.hour_seen) as hours_seen
      from changes c
      group by c.visitor_id, c.entity_id, c.is_account, c.entity_type
      order by c.entity_id, c.visitor_id -- as in the index that they are looked up in: neighbours are nearer at hand
    ) c
    left join lateral :schema.visitor_at(c.entity_type, c.entity_id, c.is_account, c.visitor_id) v on true
    cross join lateral (
      select (v.first_visit at time zone s.time_zone)::date as first_date, (v.last_visit at time zone s.time_zone)::date as last_date
    ) stored
  ),
  instants as (
    select
      v.nth, c.date, c.viewed_at, c.hour_seen, sum(c.sign)::integer as views,
      sum(c.sign * c.timed)::integer as timed_views, sum(c.sign * c.time_on_page)::bigint as time_total
    from visitors v
    join changes c
      on c.visitor_id = v.visitor_id and c.is_account = v.is_account and c.entity_type = v.entity_type
      -- by text as well: an account may have viewed thousands of entities, and nothing is looked up by "not distinct"
      and coalesce(c.entity_id::text, '') = coalesce(v.entity_id::text, '') and c.entity_id is not distinct from v.entity_id
    where not v.comes_once
    group by 1, 2, 3, 4
  ),
  changed as (
    select
      i.nth, i.date,
      sum(i.views)::integer as views,
      sum(i.timed_views)::integer as timed_views,
      sum(i.time_total)::bigint as time_total,
      min(i.viewed_at) filter (where i.views > 0) as first_view,
      max(i.viewed_at) filter (where i.views > 0) as last_view,
      coalesce(bit_or(i.hour_seen) filter (where i.views > 0), 0) as hours_seen,
      bool_or(i.views < 0) as takes_away
    from instants i
    group by 1, 2
    -- an instant that comes and goes, untimed, leaves nothing behind
    having bool_or(i.views <> 0 or i.timed_views <> 0 or i.time_total <> 0)
  ),
  after as (
    select
      v.entity_type, v.entity_id, v.is_account, v.visitor_id, v.visitor_first_visit, v.visitor_last_visit, s.time_zone,
      c.date, c.views, c.timed_views, c.time_total, c.first_view, c.last_view, c.hours_seen,
      d.views as stored_views, d.timed_views as stored_timed_views, d.hours_seen as stored_hours_seen,
      d.time_total as stored_time_total, d.first_view as stored_first_view, d.last_view as stored_last_view,
      d.prev_date as stored_prev_date,
      c.takes_away and coalesce(d.views, 0) + c.views > 0 as reads_again
    from :schema.analytics_settings s
    cross join changed c
    join visitors v on v.nth = c.nth
    left join lateral :schema.visitor_day_at(v.entity_type, v.entity_id, v.is_account, v.visitor_id, c.date) d
      on c.date between v.first_date and v.last_date
  ),
  -- the instants that remain of the days that are read again: in raw, less pending elsewhere
  remaining as (
    select r.entity_type, r.entity_id, r.is_account, r.visitor_id, r.date, r.viewed_at, r.time_zone
    from (
      select a.entity_type, a.entity_id, a.is_account, a.visitor_id, a.date, a.time_zone, i.viewed_at, 1 as views
      from after a
      cross join lateral :schema.page_views_of_visitor(
        a.entity_type, a.entity_id, a.is_account, a.visitor_id, a.date, a.date, a.time_zone
      ) i
      where a.reads_again
      union all
      select a.entity_type, a.entity_id, a.is_account, a.visitor_id, a.date, a.time_zone, q.viewed_at, -q.sign
      from after a
      join :schema.page_view_changes q
        on coalesce(q.account_id:::visitor_id_type, q.session_id:::visitor_id_type) = a.visitor_id
        and q.entity_type = a.entity_type
        and q.entity_id is not distinct from a.entity_id
        and (q.account_id is not null) = a.is_account
        and (q.viewed_at at time zone a.time_zone)::date = a.date
      where a.reads_again and q.change_id not in (select c.change_id from unnest(p_changes) c)
    ) r
    group by 1, 2, 3, 4, 5, 6, 7
    having sum(r.views) > 0
  ),
  again as (
    select
      r.entity_type, r.entity_id, r.is_account, r.visitor_id, r.date,
      min(r.viewed_at) as first_view,
      max(r.viewed_at) as last_view,
      bit_or(1 << extract(hour from r.viewed_at at time zone r.time_zone)::integer) as hours_seen
    from remaining r
    group by 1, 2, 3, 4, 5
  ),
  days as (
    select
      a.entity_type, a.entity_id, a.is_account, a.visitor_id, a.date, a.stored_views, a.stored_timed_views,
      a.stored_hours_seen, a.stored_time_total, a.stored_first_view, a.stored_last_view, a.stored_prev_date,
      a.visitor_first_visit, a.visitor_last_visit, a.views, a.timed_views, a.time_total,
      coalesce(a.stored_hours_seen, 0) | a.hours_seen as hours_seen,
      least(a.stored_first_view, a.first_view) as first_view,
      greatest(a.stored_last_view, a.last_view) as last_view
    from after a
    where not a.reads_again
    union all
    -- put together by grouping: a join would not find a NULL entity
    select
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date, max(d.stored_views), max(d.stored_timed_views),
      max(d.stored_hours_seen), max(d.stored_time_total), max(d.stored_first_view), max(d.stored_last_view),
      max(d.stored_prev_date), max(d.visitor_first_visit), max(d.visitor_last_visit), max(d.views), max(d.timed_views), max(d.time_total),
      max(d.hours_seen), max(d.first_view), max(d.last_view)
    from (
      select
        a.entity_type, a.entity_id, a.is_account, a.visitor_id, a.date, a.stored_views, a.stored_timed_views,
        a.stored_hours_seen, a.stored_time_total, a.stored_first_view, a.stored_last_view, a.stored_prev_date,
        a.visitor_first_visit, a.visitor_last_visit, a.views, a.timed_views, a.time_total,
        null::integer as hours_seen, null::timestamptz as first_view, null::timestamptz as last_view
      from after a
      where a.reads_again
      union all
      select
        g.entity_type, g.entity_id, g.is_account, g.visitor_id, g.date, null, null, null, null, null, null, null,
        null, null, null, null, null, g.hours_seen, g.first_view, g.last_view
      from again g
    ) d
    group by d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date
  ),
  unlinked as materialized (
    select array(
      select row(
        d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date,
        coalesce(d.stored_views, 0), coalesce(d.stored_timed_views, 0), coalesce(d.stored_hours_seen, 0),
        coalesce(d.stored_time_total, 0), d.stored_first_view, d.stored_last_view, d.stored_prev_date,
        coalesce(d.stored_views, 0) + d.views,
        coalesce(d.stored_timed_views, 0) + d.timed_views,
        case when coalesce(d.stored_views, 0) + d.views > 0 then d.hours_seen else 0 end,
        coalesce(d.stored_time_total, 0) + d.time_total,
        case when coalesce(d.stored_views, 0) + d.views > 0 then d.first_view end,
        case when coalesce(d.stored_views, 0) + d.views > 0 then d.last_view end,
        null::date, d.visitor_first_visit, d.visitor_last_visit
      ):::schema.visitor_day_effect
      from days d
    ) as days
  )
  select
    v.entity_type, v.entity_id, v.is_account, v.visitor_id, v.date, 0, 0, 0, 0::bigint, null::timestamptz, null::timestamptz, null::date,
    v.views, v.timed_views, v.hours_seen, v.time_total, v.first_view, v.last_view, v.last_date,
    v.visitor_first_visit, v.visitor_last_visit
  from visitors v
  where v.comes_once
  union all
  select e.*
  from unlinked u
  cross join lateral :schema.link_visitor_days(u.days) e
  where u.days <> '{}';
end;
