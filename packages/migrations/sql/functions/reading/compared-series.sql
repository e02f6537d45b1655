-- The series of an entity beside that of another range, compared fairly: what is not over yet is compared with as much of the
-- other range.

-- The visitors of the hours of a date before p_hour, added up: how many of these are counted too often, when each is to
-- count once, and not at all who was there on an earlier date from p_start_date on? too_many_new: when nobody is to count who
-- was ever there before. Of several dates, each with its start; a row for each, in their order.
-- Who viewed the entity once was seen in one hour and never before: only the others are read.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.counted_too_often(
  p_entity_type text, p_entity_id :entity_id_type, p_start_dates date[], p_dates date[], p_hour integer
) returns table (visitors bigint, accounts bigint, new_visitors bigint, new_accounts bigint)
language plpgsql stable
security definer
:settings_of_readers
as $$
declare
  v_mask integer := (1 << p_hour) - 1;
  v_days :schema.visitor_day_delta[];
begin
  select p.days into v_days from :schema.pending_visitor_days(p_entity_type, p_entity_id) p;
  return query
  select
    coalesce(sum(s.hours - (s.prev_date is null or s.prev_date < a.start_date)::integer), 0),
    coalesce(sum(s.hours - (s.prev_date is null or s.prev_date < a.start_date)::integer) filter (where s.kind = 'a'), 0),
    coalesce(sum(s.hours - (s.prev_date is null)::integer), 0),
    coalesce(sum(s.hours - (s.prev_date is null)::integer) filter (where s.kind = 'a'), 0)
  from unnest(p_start_dates, p_dates) with ordinality a (start_date, date, nth)
  left join lateral (
    select d.kind, d.prev_date, bit_count((d.hours_seen & v_mask)::bit(24))::integer as hours
    from :schema.analytics_visitor_days d
    where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date = a.date and d.hours_seen & v_mask <> 0
      and (d.visitor_id, d.kind) not in (select e.visitor_id, e.kind from unnest(v_days) e where e.date = a.date)
    union all
    select e.kind, (e.after).prev_date, bit_count(((e.after).hours_seen & v_mask)::bit(24))::integer
    from unnest(v_days) e
    where e.date = a.date and (e.after).views > 0 and (e.after).hours_seen & v_mask <> 0
  ) s on true
  group by a.nth
  order by a.nth;
end
$$;

-- How many viewed the entity from p_start_date on until p_hour of p_date? From what the whole range has, of which this is a
-- part, what comes later is taken away, and the hours of the date are added. p_too_often: see counted_too_often.
create or replace function :schema.counted_until(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_date date, p_hour integer,
  p_whole bigint[], p_too_often bigint[], p_days :schema.day_delta[], p_returns :schema.return_delta[]
) returns bigint[]
language plpgsql stable
:settings_of_readers
as $$
declare
  v_later bigint[];
  v_again bigint[];
  v_hours bigint[];
begin
  select array[
    coalesce(sum(d.views), 0), coalesce(sum(d.timed_views), 0), coalesce(sum(d.time_total), 0), coalesce(sum(d.visitors), 0),
    coalesce(sum(d.accounts), 0), coalesce(sum(d.visitors), 0) - coalesce(sum(d.again_ever), 0),
    coalesce(sum(d.accounts), 0) - coalesce(sum(d.accounts_again_ever), 0), coalesce(sum(d.entries), 0), coalesce(sum(d.bounces), 0)
  ] into v_later
  from :schema.series_days(
    p_entity_type, p_entity_id, p_date, p_end_date, array(select e from unnest(p_days) e where e.date >= p_date)
  ) d;

  select array[coalesce(sum(r.visitors), 0), coalesce(sum(r.accounts), 0)] into v_again
  from (
    select f.visitors, f.accounts from :schema.analytics_visitor_returns f
    where f.entity_type = p_entity_type and f.entity_id = p_entity_id
      and f.date between p_date and p_end_date and f.prev_date >= p_start_date
    union all
    select e.visitors, e.accounts from unnest(p_returns) e
    where e.date between p_date and p_end_date and e.prev_date >= p_start_date
  ) r;

  select array[
    coalesce(sum(h.views), 0), coalesce(sum(h.timed_views), 0), coalesce(sum(h.time_total), 0), coalesce(sum(h.visitors), 0),
    coalesce(sum(h.accounts), 0), coalesce(sum(h.visitors), 0), coalesce(sum(h.accounts), 0),
    coalesce(sum(h.entries), 0), coalesce(sum(h.bounces), 0)
  ] into v_hours
  from :schema.series_hours(
    p_entity_type, p_entity_id, p_date, p_date, array(select e from unnest(p_days) e where e.date = p_date)
  ) h
  where h.hour < p_hour;

  return array[
    p_whole[1] - v_later[1] + v_hours[1], p_whole[2] - v_later[2] + v_hours[2], p_whole[3] - v_later[3] + v_hours[3],
    p_whole[4] - v_later[4] + v_again[1] + v_hours[4] - p_too_often[1],
    p_whole[5] - v_later[5] + v_again[2] + v_hours[5] - p_too_often[2],
    p_whole[6] - v_later[6] + v_hours[6] - p_too_often[3], p_whole[7] - v_later[7] + v_hours[7] - p_too_often[4],
    p_whole[8] - v_later[8] + v_hours[8], p_whole[9] - v_later[9] + v_hours[9]
  ];
end
$$;

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
  v_now timestamp := coalesce(
    p_local_time, (select current_timestamp at time zone z.time_zone from :schema.reporting_zone() z)
  );
  v_today date := v_now::date;
  v_hour integer := extract(hour from v_now);
  v_starts date[] := array[p_start_date, p_compare_start];
  v_ends date[] := array[p_end_date, p_compare_end];
  -- where each range is cut
  v_cuts date[];
  v_is_over boolean := p_end_date < v_today;
  v_pending record;
  v_too_often bigint[];
  v_days :schema.day_delta[];
  v_returns :schema.return_delta[];
  v_series record;
  v_whole bigint[];
begin
  p_entity_id := coalesce(p_entity_id, :no_entity);
  if not v_is_over and (p_start_date < v_today or p_start_date = v_today and v_hour > 0) then
    v_cuts := array[v_today, p_compare_start + (v_today - p_start_date)];
    v_cuts[2] := case when v_cuts[2] <= p_compare_end then v_cuts[2] end;
  end if;
  v_pending := :schema.pending_series(
    p_entity_type, p_entity_id, least(p_start_date, p_compare_start), greatest(p_end_date, p_compare_end)
  );
  if v_cuts is not null then
    v_too_often := array(
      select array[t.visitors, t.accounts, t.new_visitors, t.new_accounts]
      from :schema.counted_too_often(p_entity_type, p_entity_id, v_starts, v_cuts, v_hour) t
    );
  end if;
  live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := :schema.instant_text(v_pending.folded_through);
  local_hour := to_char(v_now, 'YYYY-MM-DD HH24');
  before_first_view := coalesce(
    p_compare_end < (select f.first_date from :schema.first_and_last_date(p_entity_type, p_entity_id) f), true
  );

  for v_side in 1..2 loop
    v_days := array(select d from unnest(v_pending.days) d where d.date between v_starts[v_side] and v_ends[v_side]);
    v_returns := array(
      select r from unnest(v_pending.returns) r where r.prev_date >= v_starts[v_side] and r.date <= v_ends[v_side]
    );
    v_series := :schema.series_between(
      p_entity_type, p_entity_id, v_starts[v_side], v_ends[v_side], p_period, v_days, v_returns
    );
    buckets := v_series.buckets;
    total_views := v_series.total_views;
    timed_views := v_series.timed_views;
    time_total := v_series.time_total;
    unique_visitors := v_series.unique_visitors;
    unique_accounts := v_series.unique_accounts;
    new_visitors := v_series.new_visitors;
    new_accounts := v_series.new_accounts;
    entries := v_series.entries;
    bounces := v_series.bounces;
    visitors_of_range := v_series.visitors_of_range;
    accounts_of_range := v_series.accounts_of_range;
    new_visitors_of_range := v_series.new_visitors_of_range;
    new_accounts_of_range := v_series.new_accounts_of_range;
    if p_period = 'hourly' then
      hours := (
        select json_agg(json_build_array(h.date, h.hour) order by h.date, h.hour)
        from :schema.hours_of(v_starts[v_side], v_ends[v_side]) h
      );
    end if;

    compared := null;
    cut_date := null;
    cut_hour := null;
    if v_is_over or v_cuts is not null then
      v_whole := array[
        (select coalesce(sum(v), 0) from unnest(v_series.total_views) v), (select coalesce(sum(v), 0) from unnest(v_series.timed_views) v),
        (select coalesce(sum(v), 0) from unnest(v_series.time_total) v), v_series.visitors_of_range, v_series.accounts_of_range,
        v_series.new_visitors_of_range, v_series.new_accounts_of_range,
        (select coalesce(sum(v), 0) from unnest(v_series.entries) v), (select coalesce(sum(v), 0) from unnest(v_series.bounces) v)
      ];
      if v_cuts[v_side] is not null then
        cut_date := v_cuts[v_side];
        cut_hour := v_hour;
        v_whole := :schema.counted_until(
          p_entity_type, p_entity_id, v_starts[v_side], v_ends[v_side], v_cuts[v_side], v_hour,
          v_whole, (select array_agg(t.v) from unnest(v_too_often[v_side:v_side]) t (v)), v_days, v_returns
        );
      end if;
      compared := v_whole;
    end if;
    return next;
  end loop;
end
$$;
