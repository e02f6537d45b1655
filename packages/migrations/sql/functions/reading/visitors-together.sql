-- How many visitors several entities have together, each counted once.

-- On which dates up to this one was each visitor at these entities? With all that is pending: p_days is what it does to visitor-days.
create or replace function :schema.dates_of_visitors(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_end_date date, p_days :schema.visitor_day_delta[]
) returns table (kind "char", visitor_id :visitor_id_type, date date)
language sql stable
begin atomic
  select v.kind, v.visitor_id, v.date
  from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
  cross join lateral (
    select d.kind, d.visitor_id, d.date
    from :schema.analytics_visitor_days d
    where d.entity_type = e.entity_type and d.entity_id = e.entity_id and d.date <= p_end_date
    union all
    select s.kind, s.visitor_id, (s.first_visit at time zone z.time_zone)::date
    from :schema.reporting_zone() z
    cross join :schema.singles_of(e.entity_type, e.entity_id, '-infinity', p_end_date) s
  ) v
  where (v.visitor_id, v.date, v.kind, e.entity_id, e.entity_type) not in (
    select t.visitor_id, t.date, t.kind, t.entity_id, t.entity_type from unnest(p_days) t
  )
  union all
  select t.kind, t.visitor_id, t.date from unnest(p_days) t where (t.after).views > 0 and t.date <= p_end_date;
end;

-- How many visitors and accounts viewed at least one of these entities on these dates, and how many of them none before? That is counted from
-- all of their visitors up to the last date: known_visitors says how many these entities have had, each for itself, and when it is more than
-- p_max, nothing else is. Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.visitors_together(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_max integer,
  out known_visitors bigint, out visitors bigint, out accounts bigint, out new_visitors bigint, out new_accounts bigint
)
language plpgsql stable
security definer
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_entity_ids :entity_id_type[] := array(
    select coalesce(i.id, :no_entity) from unnest(p_entity_ids) with ordinality i (id, nth) order by i.nth
  );
  v_days :schema.visitor_day_delta[];
begin
  known_visitors := (
    select coalesce(sum(d.visitors - coalesce(d.again_ever, 0)), 0)
    from unnest(p_entity_types, v_entity_ids) e (entity_type, entity_id)
    join :schema.analytics_days d on d.entity_type = e.entity_type and d.entity_id = e.entity_id and d.date <= p_end_date
  );
  if known_visitors > p_max then
    return;
  end if;
  v_days := (:schema.pending_deltas((:schema.pending_of(p_entity_types, v_entity_ids)).of_entities)).days;
  select
    count(*), count(*) filter (where v.kind = 'a'),
    count(*) filter (where v.first_date >= p_start_date), count(*) filter (where v.kind = 'a' and v.first_date >= p_start_date)
  into visitors, accounts, new_visitors, new_accounts
  from (
    select d.kind, min(d.date) as first_date
    from :schema.dates_of_visitors(p_entity_types, v_entity_ids, p_end_date, v_days) d
    group by d.kind, d.visitor_id
    having max(d.date) >= p_start_date
  ) v;
end
$$;
