-- How many viewed this entity, over time? One row per bucket, empty ones included.
create or replace function :schema.get_time_series_data(
  p_entity_type text, p_entity_id :entity_id_type, p_date_from date, p_date_to date, p_period text default 'daily'
) returns table (
  date date, views bigint, unique_visitors bigint, unique_accounts bigint, anonymous_visitors bigint,
  avg_time_on_page numeric, bounce_rate numeric, hour smallint, new_visitors bigint, new_accounts bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  v_unit text := :schema.period_unit(p_period);
  v_entity_id :entity_id_type := coalesce(p_entity_id, :no_entity);
  v_pending record;
begin
  if p_date_from is null or p_date_to is null then
    raise exception 'p_date_from and p_date_to must both be given' using errcode = 'invalid_parameter_value';
  end if;
  if p_date_from > p_date_to then
    raise exception 'p_date_from (%) is after p_date_to (%)', p_date_from, p_date_to
      using errcode = 'invalid_parameter_value';
  end if;

  v_pending := :schema.pending_series(array[p_entity_type], array[v_entity_id], p_date_from, p_date_to);
  return query
  select
    b.date, coalesce(s.total_views, 0), coalesce(s.unique_visitors, 0), coalesce(s.unique_accounts, 0),
    coalesce(s.unique_visitors - s.unique_accounts, 0),
    round(s.time_total::numeric / nullif(s.timed_views, 0), 2), round(100.0 * s.bounces / nullif(s.entries, 0), 2), b.hour,
    case when b.hour is null then coalesce(s.new_visitors, 0) end, case when b.hour is null then coalesce(s.new_accounts, 0) end
  from (
    select bucket::date as date, null::smallint as hour, bucket::date - p_date_from as bucket
    from generate_series(
      date_trunc(v_unit, p_date_from::timestamp), p_date_to::timestamp, :schema.unit_length(v_unit)
    ) bucket
    where v_unit <> 'hour'
    union all
    select h.date, h.hour, (h.date - p_date_from) * 24 + h.hour
    from :schema.hours_of(p_date_from, p_date_to) h
    where v_unit = 'hour'
  ) b
  left join (
    select u.*
    from :schema.series_between(
      p_entity_type, v_entity_id, p_date_from, p_date_to, p_period, v_pending.days, v_pending.returns
    ) e
    cross join lateral unnest(
      e.buckets, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts, e.new_visitors, e.new_accounts,
      e.entries, e.bounces
    ) u (
      bucket, total_views, timed_views, time_total, unique_visitors, unique_accounts, new_visitors, new_accounts, entries, bounces
    )
  ) s on s.bucket = b.bucket
  order by b.date, b.hour;
end
$$;
