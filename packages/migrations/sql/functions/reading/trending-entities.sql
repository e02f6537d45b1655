-- Which entities are viewed by more visitors than usual?

-- The p_limit entities of a type, or of all types where it is NULL, or of these, when they are given, that more visitors viewed on p_date than usually on that day of the
-- week, and after them those that there is nothing to compare with, most visitors first; of equals those that were viewed first. The usual number is the mean of the same day in the four weeks before, of
-- those since the first view only. Of both the square roots are compared, which vary by chance as much for a small page as for a big one:
-- see Anscombe (1948). Fewer than p_least_visitors say nothing.
--
-- visitors and first_views: by what else they are in this order.
--
-- Visitors of single dates are in the days, so this is exact without returns. Where something is pending, the days are as it will make them.
create or replace function :schema.trending_entities(
  p_entity_type text, p_date date, p_limit integer, p_least_visitors integer default 5,
  p_entity_types text[] default null, p_entity_ids :entity_id_type[] default null,
  out entity_types text[], out entity_ids :entity_id_type[], out scores numeric[], out visitors bigint[], out first_views timestamptz[]
)
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
as $$
#variable_conflict use_column
declare
  c_weeks constant integer := 4;
  v_dates date[] := array(select p_date - 7 * w.week from generate_series(0, c_weeks) w (week));
  v_types text[];
  v_ids :entity_id_type[];
  v_pending record;
begin
  -- a pending view brings one visitor at most
  select array_agg(c.entity_type), array_agg(c.entity_id)
  into v_types, v_ids
  from (
    select d.entity_type, d.entity_id
    from (
      select a.entity_type, a.entity_id, a.visitors as most
      from :schema.analytics_days a
      where p_entity_types is null and (p_entity_type is null and not :schema.is_group_type(a.entity_type) or a.entity_type = p_entity_type) and a.date = p_date
      union all
      select p.entity_type, p.entity_id, p.views from :schema.pending_views_by_entity(p_entity_type) p
      where p_entity_types is null and p.date = p_date
      union all
      select e.entity_type, e.entity_id, p_least_visitors from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
    ) d
    group by d.entity_type, d.entity_id
    having sum(d.most) >= p_least_visitors
  ) c;
  v_types := coalesce(v_types, '{}');
  v_ids := coalesce(v_ids, '{}');
  -- entries are not looked at
  v_pending := :schema.pending_series(v_types, v_ids, null, null, false);

  with
  stored as materialized (
    select a.entity_type, a.entity_id, a.date, a.visitors from :schema.analytics_days a
    where p_entity_types is null
      and (p_entity_type is null and not :schema.is_group_type(a.entity_type) or a.entity_type = p_entity_type) and a.date = any (v_dates)
    union all
    select a.entity_type, a.entity_id, a.date, a.visitors
    from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
    join :schema.analytics_days a on a.entity_type = e.entity_type and a.entity_id = e.entity_id and a.date = any (v_dates)
  ),
  days as materialized (
    select s.entity_type, s.entity_id, s.date, s.visitors from stored s
    union all
    select p.entity_type, p.entity_id, p.date, p.visitors from unnest(v_pending.days) p
    where p.date = any (v_dates)
  ),
  counted as materialized (
    select
      c.entity_type, c.entity_id, f.first_view, least(c_weeks, (p_date - f.first_date) / 7) as weeks,
      coalesce(sum(d.visitors) filter (where d.date = p_date), 0) as visitors,
      coalesce(sum(d.visitors) filter (where d.date < p_date), 0) as visitors_before
    from unnest(v_types, v_ids) with ordinality c (entity_type, entity_id, nth)
    join (
      select a.nth, a.first_view, (a.first_view at time zone z.time_zone)::date as first_date
      from :schema.reporting_zone() z
      cross join :schema.counts_of_all_time(v_types, v_ids, v_pending.entities) a
    ) f on f.nth = c.nth
    join days d on d.entity_id = c.entity_id and d.entity_type = c.entity_type
    group by c.entity_type, c.entity_id, f.first_view, f.first_date
  ),
  scored as (
    select
      t.*, round(
        (2 * (sqrt(t.visitors + 0.375::double precision) - sqrt(t.visitors_before / nullif(t.weeks, 0)::double precision + 0.375)))::numeric, 2
      ) as score
    from counted t
    where t.visitors >= p_least_visitors
  ),
  ranked as (
    select
      s.entity_type, s.entity_id, s.score, s.visitors, s.first_view,
      row_number() over (
        order by
          s.score desc nulls last, case when s.score is null then s.visitors end desc nulls last, s.first_view, s.entity_type collate "C",
          s.entity_id
      ) as place
    from scored s
    where s.score is null or s.score > 0
  )
  select
    array_agg(r.entity_type order by r.place), array_agg(r.entity_id order by r.place), array_agg(r.score order by r.place),
    array_agg(r.visitors order by r.place), array_agg(r.first_view order by r.place)
  into entity_types, entity_ids, scores, visitors, first_views
  from ranked r
  where r.place <= p_limit;
  entity_types := coalesce(entity_types, '{}');
  entity_ids := coalesce(entity_ids, '{}');
  scores := coalesce(scores, '{}');
end
$$;
