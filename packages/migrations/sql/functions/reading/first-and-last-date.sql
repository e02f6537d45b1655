-- On which date was the first view of this entity, and on which the latest, with all that is pending? NULL when there was none.
-- Runs with the rights of its owner and returns dates only: see pending_series.
create or replace function :schema.first_and_last_date(
  p_entity_type text, p_entity_id :entity_id_type, out first_date date, out last_date date
)
language plpgsql stable
security definer
:settings_of_readers
as $$
declare
  v_pending record := :schema.pending_of(array[p_entity_type], array[coalesce(p_entity_id, :no_entity)]);
  -- on which dates is something pending?
  v_dates date[] := '{}';
  v_views bigint[];
  v_viewed date[];
begin
  p_entity_id := coalesce(p_entity_id, :no_entity);
  if v_pending.of_entities <> '{}' then
    select array_agg(c.date), array_agg(c.views) into v_dates, v_views
    from (
      select local.date, sum(p.sign) as views
      from :schema.reporting_zone() z
      cross join unnest(v_pending.of_entities) p
      cross join lateral (select (p.viewed_at at time zone z.time_zone)::date as date) local
      group by local.date
    ) c;
  end if;
  v_viewed := array(
    select c.date from unnest(v_dates, v_views) c (date, views)
    left join :schema.analytics_days d on d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date = c.date
    where c.views + coalesce(d.views, 0) > 0
  );
  first_date := least(
    (
      select d.date from :schema.analytics_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.views > 0 and d.date <> all (v_dates)
      order by d.date
      limit 1
    ),
    (select min(v.date) from unnest(v_viewed) v (date))
  );
  last_date := greatest(
    (
      select d.date from :schema.analytics_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.views > 0 and d.date <> all (v_dates)
      order by d.date desc
      limit 1
    ),
    (select max(v.date) from unnest(v_viewed) v (date))
  );
end
$$;
