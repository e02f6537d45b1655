-- Visitors as they are when what is pending is added to what is stored of them, without storing it. p_days: what pending
-- changes do to the visitor-days that they touch, and to the stored neighbours of those.

-- How are the visitors of these days afterwards, over all time? visit_count is 0 for those of whom nothing is left.
create or replace function :schema.visitors_after(p_days :schema.visitor_day_delta[]) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
as $$
begin
  if p_days = '{}' then
    return;
  end if;
  return query
  select
    t.kind, t.visitor_id,
    case when v.kind is null then 0 else coalesce(v.visit_count, 1) end + coalesce(c.views, 0)::bigint,
    case when v.kind is null then 0 else coalesce(v.days_visited, 1) end + coalesce(c.days, 0)::bigint,
    coalesce(c.first_visit, v.first_visit), coalesce(c.last_visit, v.last_visit, v.first_visit),
    round(
      (coalesce(v.time_total, 0) + coalesce(c.time_total, 0))::numeric
        / nullif(coalesce(v.timed_views, 0) + coalesce(c.timed_views, 0), 0),
      2
    )
  from (select distinct d.entity_type, d.entity_id, d.kind, d.visitor_id from unnest(p_days) d) t
  -- without a change when what is pending cancels out
  left join :schema.visitor_changes(p_days) c
    on c.visitor_id = t.visitor_id and c.kind = t.kind and c.entity_id = t.entity_id and c.entity_type = t.entity_type
  left join lateral :schema.visitor_at(t.entity_type, t.entity_id, t.kind, t.visitor_id) v on true;
end
$$;

-- Which visitor-days of these dates has the entity afterwards? Who came once has no row of a day: it is that of the visit.
create or replace function :schema.visitor_days_after(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_days :schema.visitor_day_delta[]
) returns table (
  kind "char", visitor_id :visitor_id_type, views integer, timed_views integer, time_total bigint,
  first_view timestamptz, last_view timestamptz
)
language sql stable
begin atomic
  select d.kind, d.visitor_id, d.views, coalesce(d.timed_views, 0), coalesce(d.time_total, 0), d.first_view, d.last_view
  from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
    and (d.visitor_id, d.kind, d.date) not in (select e.visitor_id, e.kind, e.date from unnest(p_days) e)
  union all
  select v.kind, v.visitor_id, 1, coalesce(v.timed_views, 0), coalesce(v.time_total, 0), v.first_visit, v.first_visit
  from :schema.singles_of(p_entity_type, p_entity_id, p_start_date, p_end_date) v
  where (v.visitor_id, v.kind) not in (select e.visitor_id, e.kind from unnest(p_days) e)
  union all
  select
    e.kind, e.visitor_id, (e.after).views, (e.after).timed_views, (e.after).time_total, (e.after).first_view, (e.after).last_view
  from unnest(p_days) e
  where (e.after).views > 0 and e.date between p_start_date and p_end_date;
end;

-- How are the visitors of these days afterwards, on these dates? visit_count is 0 for those who have no view then.
create or replace function :schema.visitors_after_on_dates(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_days :schema.visitor_day_delta[]
) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
as $$
begin
  if p_days = '{}' then
    return;
  end if;
  return query
  select
    d.kind, d.visitor_id, sum(d.views), count(*) filter (where d.views > 0), min(d.first_view), max(d.last_view),
    round(sum(d.time_total) / nullif(sum(d.timed_views), 0), 2)
  from (
    select e.kind, e.visitor_id, 0 as views, 0 as timed_views, 0::bigint as time_total, null::timestamptz as first_view, null::timestamptz as last_view
    from unnest(p_days) e
    union all
    select e.kind, e.visitor_id, (e.after).views, (e.after).timed_views, (e.after).time_total, (e.after).first_view, (e.after).last_view
    from unnest(p_days) e
    where (e.after).views > 0 and e.date between p_start_date and p_end_date
    union all
    select s.kind, s.visitor_id, s.views, coalesce(s.timed_views, 0), coalesce(s.time_total, 0), s.first_view, s.last_view
    from (select distinct e.kind, e.visitor_id from unnest(p_days) e) t
    cross join lateral :schema.visitor_days_between(
      p_entity_type, p_entity_id, t.kind, t.visitor_id, p_start_date, p_end_date
    ) s
    where (s.visitor_id, s.kind, s.date) not in (select e.visitor_id, e.kind, e.date from unnest(p_days) e)
  ) d
  group by d.kind, d.visitor_id;
end
$$;
