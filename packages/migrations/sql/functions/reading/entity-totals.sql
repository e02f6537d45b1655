-- The totals of many entities, each as its series has them, and beside those of another range.

-- The counts of each of these entities on these dates: views, timed_views, time_total, unique_visitors, unique_accounts,
-- new_visitors, new_accounts, entries and bounces. Its views in each bucket that has some; buckets says how many days after
-- p_start_date each begins; one bucket when p_unit is NULL. p_days, p_returns: what pending changes add.
create or replace function :schema.counts_of_entities(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_unit text,
  p_days :schema.day_delta[], p_returns :schema.return_delta[]
) returns table (nth bigint, counts bigint[], buckets integer[], views bigint[])
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  -- of how many dates the returns are summed one by one: of more, by whole weeks
  c_few_dates constant integer := 100;
  -- asked of each day: see series_between
  v_by_days boolean := p_unit = 'day';
  v_by_weeks boolean := p_unit = 'week';
  v_week_day integer := p_start_date - :schema.week_of(p_start_date);
begin
  return query
  with
  day_deltas as materialized (
    select p.entity_type, p.entity_id, array_agg(p) as days from unnest(p_days) p
    where p.date between p_start_date and p_end_date
    group by p.entity_type, p.entity_id
  ),
  return_deltas as materialized (
    select p.entity_type, p.entity_id, sum(p.visitors) as visitors, sum(p.accounts) as accounts from unnest(p_returns) p
    where p.date <= p_end_date and p.prev_date >= p_start_date
    group by p.entity_type, p.entity_id
  )
  select
    e.nth,
    array[
      coalesce(d.views, 0), coalesce(d.timed_views, 0), coalesce(d.time_total, 0),
      coalesce(d.visitors, 0) - r.visitors - coalesce(rd.visitors, 0), coalesce(d.accounts, 0) - r.accounts - coalesce(rd.accounts, 0),
      coalesce(d.new_visitors, 0), coalesce(d.new_accounts, 0), coalesce(d.entries, 0), coalesce(d.bounces, 0)
    ]::bigint[],
    d.buckets, d.views_of_buckets::bigint[]
  from unnest(p_entity_types, p_entity_ids) with ordinality e (entity_type, entity_id, nth)
  left join day_deltas dd on dd.entity_id = e.entity_id and dd.entity_type = e.entity_type
  left join return_deltas rd on rd.entity_id = e.entity_id and rd.entity_type = e.entity_type
  cross join lateral (
    select
      array_agg(b.bucket order by b.bucket) as buckets, array_agg(b.views order by b.bucket) as views_of_buckets,
      sum(b.views) as views, sum(b.timed_views) as timed_views, sum(b.time_total) as time_total, sum(b.visitors) as visitors,
      sum(b.accounts) as accounts, sum(b.new_visitors) as new_visitors, sum(b.new_accounts) as new_accounts,
      sum(b.entries) as entries, sum(b.bounces) as bounces
    from (
      select
        case
          when p_unit is null then 0
          when v_by_days then s.date - p_start_date
          when v_by_weeks then (s.date - p_start_date + v_week_day) / 7 * 7 - v_week_day
          else date_trunc(p_unit, s.date::timestamp)::date - p_start_date
        end as bucket, sum(s.views) as views, sum(s.timed_views) as timed_views,
        sum(s.time_total) as time_total, coalesce(sum(s.visitors), 0) as visitors, coalesce(sum(s.accounts), 0) as accounts,
        coalesce(sum(s.visitors), 0) - coalesce(sum(s.again_ever), 0) as new_visitors,
        coalesce(sum(s.accounts), 0) - coalesce(sum(s.accounts_again_ever), 0) as new_accounts,
        sum(s.entries) as entries, sum(s.bounces) as bounces
      from :schema.series_days(e.entity_type, e.entity_id, p_start_date, p_end_date, dd.days) s
      group by 1
    ) b
  ) d
  cross join lateral (
    select coalesce(sum(a.visitors), 0) as visitors, coalesce(sum(a.accounts), 0) as accounts
    from (
      select f.visitors, f.accounts from :schema.analytics_visitor_returns f
      where p_end_date - p_start_date < c_few_dates and f.entity_type = e.entity_type and f.entity_id = e.entity_id
        and f.date between p_start_date and p_end_date and f.prev_date >= p_start_date
      union all
      select w.visitors, w.accounts
      from (select 1 where p_end_date - p_start_date >= c_few_dates) o
      cross join lateral :schema.returned_within(e.entity_type, e.entity_id, p_start_date, p_end_date, '{}') w
    ) a
  ) r;
end
$$;

-- The same of all time, in which everybody is new, with the first and the latest view. p_entities: what pending changes add.
create or replace function :schema.counts_of_all_time(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_entities :schema.entity_delta[]
) returns table (nth bigint, counts bigint[], first_view timestamptz, last_view timestamptz)
language sql stable
begin atomic
  select
    e.nth,
    array[
      c.views, c.timed_views, c.time_total, c.visitors, c.accounts, c.visitors, c.accounts, c.entries, c.bounces
    ],
    case when p.entity_type is null then s.first_view else p.first_view end,
    case when p.entity_type is null then s.last_view else p.last_view end
  from unnest(p_entity_types, p_entity_ids) with ordinality e (entity_type, entity_id, nth)
  left join lateral :schema.entity_at(e.entity_type, e.entity_id) s on true
  left join unnest(p_entities) p on p.entity_id = e.entity_id and p.entity_type = e.entity_type
  cross join lateral (
    select
      coalesce(s.views, 0) + coalesce(p.views, 0) as views, coalesce(s.timed_views, 0) + coalesce(p.timed_views, 0) as timed_views,
      coalesce(s.time_total, 0) + coalesce(p.time_total, 0) as time_total, coalesce(s.visitors, 0) + coalesce(p.visitors, 0) as visitors,
      coalesce(s.accounts, 0) + coalesce(p.accounts, 0) as accounts, coalesce(s.entries, 0) + coalesce(p.entries, 0) as entries,
      coalesce(s.bounces, 0) + coalesce(p.bounces, 0) as bounces
  ) c;
end;

-- The totals of each of these entities, in their order: see counts_of_entities; from the first date there is to the last one, those of all
-- time. buckets and views are those of p_period, one of days or longer ones, or NULL for none. And when it was first and last viewed, ever.
create or replace function :schema.entity_totals_columns(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_period text
) returns table (
  counts text, buckets text, views text, first_view text, last_view text,
  live boolean, pending_changes integer, folded_through text
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_entity_ids :entity_id_type[] := array(
    select coalesce(i.id, :no_entity) from unnest(p_entity_ids) with ordinality i (id, nth) order by i.nth
  );
  v_is_all_time boolean := p_start_date = date '0001-01-01' and p_end_date = date '9999-12-31';
  v_pending record := :schema.pending_series(p_entity_types, v_entity_ids, null, null);
begin
  return query
  select
    case when v_is_all_time then a.counts else c.counts end::text, c.buckets::text, c.views::text,
    :schema.instant_text(a.first_view), :schema.instant_text(a.last_view),
    v_pending.is_live, v_pending.pending_changes, :schema.instant_text(v_pending.folded_through)
  from :schema.counts_of_all_time(p_entity_types, v_entity_ids, v_pending.entities) a
  left join :schema.counts_of_entities(
    case when v_is_all_time then '{}' else p_entity_types end, case when v_is_all_time then '{}' else v_entity_ids end,
    p_start_date, p_end_date,
    case when p_period is not null then :schema.period_unit(p_period) end, v_pending.days, v_pending.returns
  ) c on c.nth = a.nth
  order by a.nth;
end
$$;

-- The same, and what of them is compared with the other range: see compared_series_columns, of which compared is that of the range asked for,
-- and compared_before that of the other one.
create or replace function :schema.compared_entity_totals_columns(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_period text,
  p_compare_start date, p_compare_end date, p_local_time timestamp default null
) returns table (
  counts text, buckets text, views text, first_view text, last_view text,
  live boolean, pending_changes integer, folded_through text,
  compared text, compared_before text, cut_date text, cut_date_before text, cut_hour integer
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_entity_ids :entity_id_type[] := array(
    select coalesce(i.id, :no_entity) from unnest(p_entity_ids) with ordinality i (id, nth) order by i.nth
  );
  v_unit text := case when p_period is not null then :schema.period_unit(p_period) end;
  v_cut record := :schema.cut_of_ranges(p_start_date, p_end_date, p_compare_start, p_compare_end, p_local_time);
  v_pending record := :schema.pending_series(p_entity_types, v_entity_ids, null, null);
begin
  return query
  with after_cut as materialized (
    select a.*
    from :schema.counted_after(
      p_entity_types, v_entity_ids, array[p_start_date, p_compare_start], array[p_end_date, p_compare_end], v_cut.dates, v_cut.hour,
      v_pending.days, v_pending.returns
    ) a
    where v_cut.dates is not null
  )
  select
    c.counts::text, c.buckets::text, c.views::text,
    :schema.instant_text(d.first_view), :schema.instant_text(d.last_view),
    v_pending.is_live, v_pending.pending_changes, :schema.instant_text(v_pending.folded_through),
    case when v_cut.is_comparable then :schema.counts_less(c.counts, a.counts)::text end,
    case when v_cut.is_comparable then :schema.counts_less(o.counts, b.counts)::text end,
    v_cut.dates[1]::text, v_cut.dates[2]::text, v_cut.hour
  from :schema.counts_of_entities(
    p_entity_types, v_entity_ids, p_start_date, p_end_date, v_unit, v_pending.days, v_pending.returns
  ) c
  join :schema.counts_of_all_time(p_entity_types, v_entity_ids, v_pending.entities) d on d.nth = c.nth
  join :schema.counts_of_entities(
    p_entity_types, v_entity_ids, p_compare_start, p_compare_end, v_unit, v_pending.days, v_pending.returns
  ) o on o.nth = c.nth
  left join after_cut a on a.nth = c.nth and a.side = 1
  left join after_cut b on b.nth = c.nth and b.side = 2
  order by c.nth;
end
$$;
