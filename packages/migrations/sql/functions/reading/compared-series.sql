-- The series of an entity beside that of another range, compared fairly: what is not over yet is compared with as much of the
-- other range.

-- Until when is each of two ranges compared? While the first is not over, until the last hour that is, and the other one until the same hour of the
-- day that stands where today stands; where there is no such day, dates has no date for it. dates is NULL where nothing is cut.
-- Nothing is comparable when nothing is over yet. p_local_time: the time in the reporting zone, which is now when it is NULL.
create or replace function :schema.cut_of_ranges(
  p_start_date date, p_end_date date, p_compare_start date, p_compare_end date, p_local_time timestamp,
  out local_time timestamp, out is_comparable boolean, out dates date[], out hour integer
)
language plpgsql stable
:settings_of_readers
as $$
declare
  v_today date;
  v_same_day date;
begin
  local_time := coalesce(
    p_local_time, (select current_timestamp at time zone z.time_zone from :schema.reporting_zone() z)
  );
  v_today := local_time::date;
  is_comparable := p_end_date < v_today or local_time >= p_start_date + interval '1 hour';
  if is_comparable and p_end_date >= v_today then
    v_same_day := p_compare_start + (v_today - p_start_date);
    dates := array[v_today, case when v_same_day <= p_compare_end then v_same_day end];
    hour := extract(hour from local_time);
  end if;
end
$$;

-- The visitors of the hours of a date before p_hour, added up: how many of these are counted too often, when each is to
-- count once, and not at all who was there on an earlier date from the start on? Visitors, accounts, and both again when nobody is
-- to count who was ever there before. Of each of these entities (nth) and of each of several dates (side), each with its start.
-- Who viewed the entity once was seen in one hour and never before: only the others are read.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.counted_too_often(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_dates date[], p_dates date[], p_hour integer
) returns table (nth bigint, side bigint, counts bigint[])
language plpgsql stable
security definer
:settings_of_readers
as $$
declare
  v_mask integer := (1 << p_hour) - 1;
  v_changes :schema.page_view_changes[] := (:schema.pending_of(p_entity_types, p_entity_ids)).of_entities;
  v_days :schema.visitor_day_delta[] := (:schema.pending_deltas(v_changes)).days;
begin
  return query
  with
  targets as materialized (
    select e.nth, e.entity_type, e.entity_id, s.side, s.start_date, s.date
    from unnest(p_entity_types, p_entity_ids) with ordinality e (entity_type, entity_id, nth)
    cross join unnest(p_start_dates, p_dates) with ordinality s (start_date, date, side)
    where s.date is not null
  ),
  pending as materialized (
    select t.nth, t.side, t.start_date, d.kind, d.visitor_id, (d.after).views, (d.after).hours_seen, (d.after).prev_date
    from unnest(v_days) d
    join targets t on t.entity_id = d.entity_id and t.entity_type = d.entity_type and t.date = d.date
  )
  select
    v.nth, v.side,
    array[
      sum(v.hours - (v.prev_date is null or v.prev_date < v.start_date)::integer),
      coalesce(sum(v.hours - (v.prev_date is null or v.prev_date < v.start_date)::integer) filter (where v.kind = 'a'), 0),
      sum(v.hours - (v.prev_date is null)::integer),
      coalesce(sum(v.hours - (v.prev_date is null)::integer) filter (where v.kind = 'a'), 0)
    ]::bigint[]
  from (
    select s.nth, s.side, s.start_date, s.kind, s.prev_date, bit_count((s.hours_seen & v_mask)::bit(24)) as hours
    from (
      select t.nth, t.side, t.start_date, d.kind, d.visitor_id, d.hours_seen, d.prev_date
      from targets t
      cross join lateral (
        select d.kind, d.visitor_id, d.hours_seen, d.prev_date from :schema.analytics_visitor_days d
        where d.entity_type = t.entity_type and d.entity_id = t.entity_id and d.date = t.date and d.hours_seen & v_mask <> 0
        offset 0
      ) d
    ) s
    left join pending p on p.visitor_id = s.visitor_id and p.kind = s.kind and p.nth = s.nth and p.side = s.side
    where p.nth is null
    union all
    select p.nth, p.side, p.start_date, p.kind, p.prev_date, bit_count((p.hours_seen & v_mask)::bit(24))
    from pending p
    where p.views > 0 and p.hours_seen & v_mask <> 0
  ) v
  group by v.nth, v.side;
end
$$;

-- What of the counts of each of these entities (nth: see counts_of_entities) comes after p_hour of a date? Of several ranges (side), each
-- with its date; of one without a date there is no row. Returns counted since then, less those of the range that the hours before
-- have already. p_days, p_returns: what pending changes add.
create or replace function :schema.counted_after(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_dates date[], p_end_dates date[], p_dates date[], p_hour integer,
  p_days :schema.day_delta[], p_returns :schema.return_delta[]
) returns table (nth bigint, side bigint, counts bigint[])
language plpgsql stable
:settings_of_readers
as $$
begin
  return query
  with
  pending_days as materialized (
    select p.entity_type, p.entity_id, array_agg(p) as days from unnest(p_days) p
    group by p.entity_type, p.entity_id
  )
  select
    e.nth, s.side,
    array[
      d.counts[1] - h.counts[1], d.counts[2] - h.counts[2], d.counts[3] - h.counts[3],
      d.counts[4] - r.visitors - p.visitors - h.counts[4] + coalesce(o.counts[1], 0),
      d.counts[5] - r.accounts - p.accounts - h.counts[5] + coalesce(o.counts[2], 0),
      d.counts[6] - h.counts[4] + coalesce(o.counts[3], 0), d.counts[7] - h.counts[5] + coalesce(o.counts[4], 0),
      d.counts[8] - h.counts[6], d.counts[9] - h.counts[7]
    ]::bigint[]
  from unnest(p_entity_types, p_entity_ids) with ordinality e (entity_type, entity_id, nth)
  cross join unnest(p_start_dates, p_end_dates, p_dates) with ordinality s (start_date, end_date, date, side)
  left join pending_days q on q.entity_id = e.entity_id and q.entity_type = e.entity_type
  cross join lateral (
    select array[
      coalesce(sum(d.views), 0), coalesce(sum(d.timed_views), 0), coalesce(sum(d.time_total), 0), coalesce(sum(d.visitors), 0),
      coalesce(sum(d.accounts), 0), coalesce(sum(d.visitors), 0) - coalesce(sum(d.again_ever), 0),
      coalesce(sum(d.accounts), 0) - coalesce(sum(d.accounts_again_ever), 0), coalesce(sum(d.entries), 0), coalesce(sum(d.bounces), 0)
    ] as counts
    from :schema.series_days(
      e.entity_type, e.entity_id, s.date, s.end_date, array(select u from unnest(q.days) u where u.date between s.date and s.end_date)
    ) d
  ) d
  cross join lateral (
    select coalesce(sum(f.visitors), 0) as visitors, coalesce(sum(f.accounts), 0) as accounts
    from :schema.analytics_visitor_returns f
    where f.entity_type = e.entity_type and f.entity_id = e.entity_id
      and f.date between s.date and s.end_date and f.prev_date >= s.start_date
  ) r
  cross join lateral (
    select coalesce(sum(u.visitors), 0) as visitors, coalesce(sum(u.accounts), 0) as accounts
    from unnest(p_returns) u
    where u.entity_id = e.entity_id and u.entity_type = e.entity_type
      and u.date between s.date and s.end_date and u.prev_date >= s.start_date
  ) p
  cross join lateral (
    select array[
      coalesce(sum(h.views), 0), coalesce(sum(h.timed_views), 0), coalesce(sum(h.time_total), 0), coalesce(sum(h.visitors), 0),
      coalesce(sum(h.accounts), 0), coalesce(sum(h.entries), 0), coalesce(sum(h.bounces), 0)
    ] as counts
    from :schema.series_hours(
      e.entity_type, e.entity_id, s.date, s.date, array(select u from unnest(q.days) u where u.date = s.date)
    ) h
    where h.hour < p_hour
  ) h
  left join :schema.counted_too_often(p_entity_types, p_entity_ids, p_start_dates, p_dates, p_hour) o
    on o.nth = e.nth and o.side = s.side
  where s.date is not null;
end
$$;

-- These counts less others, each less that in its place; as they are where there are no others.
create or replace function :schema.counts_less(p_counts bigint[], p_others bigint[]) returns bigint[]
language sql immutable
begin atomic
  select case
    when p_others is null then p_counts
    else array(select u.count - u.other from unnest(p_counts, p_others) with ordinality u (count, other, nth) order by u.nth)
  end;
end;

-- The series of both ranges, a row each, as time_series_columns has them, and what of them is compared: views, timed_views,
-- time_total, unique_visitors, unique_accounts, new_visitors, new_accounts, entries and bounces.
--
-- Of a range with today in it, these are counted until the last hour that is over, and those of the other range until the
-- same hour of the day that stands where today stands; where there is no such day, to its end. cut_date and cut_hour say until
-- where, and are NULL where nothing is cut; compared is NULL when nothing is over yet. p_local_time: the time in the reporting
-- zone, which is now when it is NULL.
create or replace function :schema.compared_series_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text,
  p_compare_start date, p_compare_end date, p_local_time timestamp default null
) returns table (
  buckets text, total_views text, timed_views text, time_total text, unique_visitors text, unique_accounts text,
  new_visitors text, new_accounts text, entries text, bounces text,
  visitors_of_range double precision, accounts_of_range double precision,
  new_visitors_of_range double precision, new_accounts_of_range double precision, hours text, local_hour text,
  live boolean, pending_changes integer, folded_through text,
  compared text, cut_date text, cut_hour integer, before_first_view boolean
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_starts date[] := array[p_start_date, p_compare_start];
  v_ends date[] := array[p_end_date, p_compare_end];
  v_cut record := :schema.cut_of_ranges(p_start_date, p_end_date, p_compare_start, p_compare_end, p_local_time);
  v_pending record;
  -- of each range, what of it is not compared; nothing of a range that is whole
  v_after bigint[];
  v_after_of_other bigint[];
  v_days :schema.day_delta[];
  v_returns :schema.return_delta[];
  v_whole bigint[];
begin
  p_entity_id := coalesce(p_entity_id, :no_entity);
  v_pending := :schema.pending_series(
    array[p_entity_type], array[p_entity_id], least(p_start_date, p_compare_start), greatest(p_end_date, p_compare_end)
  );
  if v_cut.dates is not null then
    select min(a.counts) filter (where a.side = 1), min(a.counts) filter (where a.side = 2) into v_after, v_after_of_other
    from :schema.counted_after(
      array[p_entity_type], array[p_entity_id], v_starts, v_ends, v_cut.dates, v_cut.hour, v_pending.days, v_pending.returns
    ) a;
  end if;
  live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := :schema.instant_text(v_pending.folded_through);
  local_hour := to_char(v_cut.local_time, 'YYYY-MM-DD HH24');
  before_first_view := coalesce(
    p_compare_end < (select f.first_date from :schema.first_and_last_date(p_entity_type, p_entity_id) f), true
  );

  for v_side in 1..2 loop
    v_days := array(select d from unnest(v_pending.days) d where d.date between v_starts[v_side] and v_ends[v_side]);
    v_returns := array(
      select r from unnest(v_pending.returns) r where r.prev_date >= v_starts[v_side] and r.date <= v_ends[v_side]
    );
    select s.* into
      buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, new_visitors, new_accounts, entries, bounces,
      visitors_of_range, accounts_of_range, new_visitors_of_range, new_accounts_of_range
    from :schema.series_between(p_entity_type, p_entity_id, v_starts[v_side], v_ends[v_side], p_period, v_days, v_returns) s;
    if p_period = 'hourly' then
      hours := (
        select json_agg(json_build_array(h.date, h.hour) order by h.date, h.hour)
        from :schema.hours_of(v_starts[v_side], v_ends[v_side]) h
      );
    end if;

    cut_date := v_cut.dates[v_side];
    cut_hour := case when cut_date is not null then v_cut.hour end;
    compared := null;
    if v_cut.is_comparable then
      select array[
        coalesce(sum(u.views), 0), coalesce(sum(u.timed_views), 0), coalesce(sum(u.time_total), 0),
        visitors_of_range::bigint, accounts_of_range::bigint, new_visitors_of_range::bigint, new_accounts_of_range::bigint,
        coalesce(sum(u.entries), 0), coalesce(sum(u.bounces), 0)
      ] into v_whole
      from unnest(
        total_views::bigint[], timed_views::bigint[], time_total::bigint[], entries::bigint[], bounces::bigint[]
      ) u (views, timed_views, time_total, entries, bounces);
      compared := :schema.counts_less(v_whole, case v_side when 1 then v_after else v_after_of_other end);
    end if;
    return next;
  end loop;
end
$$;
