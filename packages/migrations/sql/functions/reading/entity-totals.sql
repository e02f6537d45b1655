-- The totals of many entities, each as its series has them.

-- What do pending changes add to the series of these entities? returns and days are of all dates; entries and bounces of these.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.pending_series_of_many(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz,
  out days :schema.day_delta[], out returns :schema.return_delta[]
)
language plpgsql stable
security definer
:settings_of_readers
set enable_nestloop = off
as $$
declare
  v_pending record := :schema.pending_of(p_entity_types[1], p_entity_ids[1]);
  v_changes :schema.page_view_changes[];
  v_deltas record;
  v_session_ids :session_id_type[] := '{}';
begin
  is_live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := v_pending.folded_through;
  days := '{}';
  returns := '{}';
  if not is_live or pending_changes = 0 and not exists (select 1 from :schema.entry_changes) then
    return;
  end if;
  v_changes := array(
    select q from :schema.page_view_changes q
    join unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
      on e.entity_id = q.entity_id and e.entity_type = q.entity_type
    where q.sign <> 0
  );
  for v_nth in 1..cardinality(p_entity_types) loop
    v_session_ids := v_session_ids || :schema.sessions_that_may_enter(
      p_entity_types[v_nth], p_entity_ids[v_nth], p_start_date, p_end_date,
      array(
        select c from unnest(v_changes) c where c.entity_type = p_entity_types[v_nth] and c.entity_id = p_entity_ids[v_nth]
      ),
      v_pending.earliest_view
    );
  end loop;
  v_deltas := :schema.pending_deltas(v_changes);
  returns := array(select r from :schema.return_deltas(v_deltas.days) r);
  days := array(
    select d
    from :schema.day_deltas(
      v_deltas.changes, v_deltas.days, :schema.pending_entries(p_entity_types, p_entity_ids, v_session_ids)
    ) d
  );
end
$$;

-- The totals of each of these entities, in their order: views, timed_views, time_total, unique_visitors, unique_accounts,
-- new_visitors, new_accounts, entries and bounces. Its views in each bucket that has some, when p_period is one of days or
-- longer ones; buckets says how many days after p_start_date each begins. And when it was first and last viewed, ever.
create or replace function :schema.entity_totals_columns(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_period text
) returns table (
  counts text, buckets text, views text, first_date text, last_date text,
  live boolean, pending_changes integer, folded_through text
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  -- of how many dates the returns are summed one by one: of more, by whole weeks
  c_few_dates constant integer := 100;
  -- then nobody was there before
  v_is_all_time boolean := p_start_date = date '0001-01-01';
  v_unit text := :schema.period_unit(p_period);
  v_entity_ids :entity_id_type[] := array(
    select coalesce(i.id, :no_entity) from unnest(p_entity_ids) with ordinality i (id, nth) order by i.nth
  );
  v_pending record := :schema.pending_series_of_many(p_entity_types, v_entity_ids, p_start_date, p_end_date);
begin
  return query
  select
    array[
      coalesce(d.views, 0), coalesce(d.timed_views, 0), coalesce(d.time_total, 0),
      case when v_is_all_time then coalesce(d.new_visitors, 0) else coalesce(d.visitors, 0) - r.visitors end,
      case when v_is_all_time then coalesce(d.new_accounts, 0) else coalesce(d.accounts, 0) - r.accounts end,
      coalesce(d.new_visitors, 0), coalesce(d.new_accounts, 0), coalesce(d.entries, 0),
      coalesce(d.bounces, 0)
    ]::text,
    d.buckets::text, d.views_of_buckets::text, f.first_date::text, f.last_date::text,
    v_pending.is_live, v_pending.pending_changes, :schema.instant_text(v_pending.folded_through)
  from unnest(p_entity_types, v_entity_ids) with ordinality e (entity_type, entity_id, nth)
  cross join lateral (
    select
      array_agg(b.bucket order by b.bucket) as buckets, array_agg(b.views order by b.bucket) as views_of_buckets,
      sum(b.views) as views, sum(b.timed_views) as timed_views, sum(b.time_total) as time_total, sum(b.visitors) as visitors,
      sum(b.accounts) as accounts, sum(b.new_visitors) as new_visitors, sum(b.new_accounts) as new_accounts,
      sum(b.entries) as entries, sum(b.bounces) as bounces
    from (
      select
        date_trunc(v_unit, s.date::timestamp)::date - p_start_date as bucket, sum(s.views) as views, sum(s.timed_views) as timed_views,
        sum(s.time_total) as time_total, coalesce(sum(s.visitors), 0) as visitors, coalesce(sum(s.accounts), 0) as accounts,
        coalesce(sum(s.visitors), 0) - coalesce(sum(s.again_ever), 0) as new_visitors,
        coalesce(sum(s.accounts), 0) - coalesce(sum(s.accounts_again_ever), 0) as new_accounts,
        sum(s.entries) as entries, sum(s.bounces) as bounces
      from :schema.series_days(
        e.entity_type, e.entity_id, p_start_date, p_end_date,
        case when v_pending.days <> '{}' then array(
          select p from unnest(v_pending.days) p
          where p.entity_type = e.entity_type and p.entity_id = e.entity_id and p.date between p_start_date and p_end_date
        ) else v_pending.days end
      ) s
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
      from (select 1 where not v_is_all_time and p_end_date - p_start_date >= c_few_dates) o
      cross join lateral :schema.returned_within(e.entity_type, e.entity_id, p_start_date, p_end_date, '{}') w
      union all
      select p.visitors, p.accounts from unnest(v_pending.returns) p
      where p.entity_type = e.entity_type and p.entity_id = e.entity_id and p.date <= p_end_date and p.prev_date >= p_start_date
    ) a
  ) r
  cross join lateral (
    select min(v.date) as first_date, max(v.date) as last_date
    from (
      (
        select s.date from :schema.analytics_days s
        where s.entity_type = e.entity_type and s.entity_id = e.entity_id and s.views > 0
          and s.date not in (select p.date from unnest(v_pending.days) p where p.entity_type = e.entity_type and p.entity_id = e.entity_id)
        order by s.date
        limit 1
      )
      union all
      (
        select s.date from :schema.analytics_days s
        where s.entity_type = e.entity_type and s.entity_id = e.entity_id and s.views > 0
          and s.date not in (select p.date from unnest(v_pending.days) p where p.entity_type = e.entity_type and p.entity_id = e.entity_id)
        order by s.date desc
        limit 1
      )
      union all
      select p.date from unnest(v_pending.days) p
      left join :schema.analytics_days s
        on s.entity_type = p.entity_type and s.entity_id = p.entity_id and s.date = p.date
      where p.entity_type = e.entity_type and p.entity_id = e.entity_id and p.views + coalesce(s.views, 0) > 0
    ) v
  ) f
  order by e.nth;
end
$$;

-- The totals of entities beside those of another range, a row each: see compared_series_columns.
create or replace function :schema.compared_entity_totals_columns(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_period text,
  p_compare_start date, p_compare_end date
) returns table (
  buckets text, total_views text, timed_views text, time_total text, unique_visitors text, unique_accounts text,
  new_visitors text, new_accounts text, entries text, bounces text,
  visitors_of_range double precision, accounts_of_range double precision,
  new_visitors_of_range double precision, new_accounts_of_range double precision, hours text, local_hour text,
  live boolean, pending_changes integer, folded_through text,
  compared text, cut_date text, cut_hour integer, before_first_view boolean, first_date text, last_date text
)
language sql stable
begin atomic
  select s.buckets, s.total_views, s.timed_views, s.time_total, s.unique_visitors, s.unique_accounts, s.new_visitors,
    s.new_accounts, s.entries, s.bounces, s.visitors_of_range, s.accounts_of_range, s.new_visitors_of_range,
    s.new_accounts_of_range, s.hours, s.local_hour, s.live, s.pending_changes, s.folded_through, s.compared, s.cut_date,
    s.cut_hour, s.before_first_view, d.first_date, d.last_date
  from unnest(p_entity_types, p_entity_ids) with ordinality e (entity_type, entity_id, nth)
  cross join lateral :schema.compared_series_columns(
    e.entity_type, e.entity_id, p_start_date, p_end_date, p_period, p_compare_start, p_compare_end
  ) with ordinality s
  cross join lateral :schema.first_and_last_date(e.entity_type, e.entity_id) d
  order by e.nth, s.ordinality;
end;
