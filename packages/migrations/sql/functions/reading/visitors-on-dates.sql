-- Visitors as a list shows them, of all time or of some dates. From -infinity to infinity it is all time.

-- What a list shows of a stored visitor, over all time. Written as (listed(v)).*, it is inlined; in FROM, it would be called for
-- each row, which takes longer than to read one.
create or replace function :schema.listed(p_visitor :schema.analytics_entity_visitors) returns :schema.listed_visitor
language sql immutable parallel safe
begin atomic
  select row(
    (p_visitor).kind, (p_visitor).visitor_id, coalesce((p_visitor).visit_count, 1), coalesce((p_visitor).days_visited, 1),
    (p_visitor).first_visit, coalesce((p_visitor).last_visit, (p_visitor).first_visit),
    round(coalesce((p_visitor).time_total, 0)::numeric / nullif((p_visitor).timed_views, 0), 2)
  ):::schema.listed_visitor;
end;

-- How often was each of these visitors there on these dates, when first, when last, and how long on average? They have more
-- than one view of the entity, ever.
create or replace function :schema.visitors_on_dates(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_visitors :schema.listed_visitor[]
) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
as $$
begin
  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    return query
    select (:schema.listed(v)).*
    from unnest(p_visitors) u
    cross join lateral :schema.visitor_at(p_entity_type, p_entity_id, u.kind, u.visitor_id) v;
    return;
  end if;
  return query
  select u.kind, u.visitor_id, d.visit_count, d.days_visited, d.first_visit, d.last_visit, d.avg_time_on_page
  from unnest(p_visitors) u
  cross join lateral (
    select
      sum(d.views) as visit_count, count(*) as days_visited, min(d.first_view) as first_visit, max(d.last_view) as last_visit,
      round(coalesce(sum(d.time_total), 0) / nullif(sum(d.timed_views), 0), 2) as avg_time_on_page
    from :schema.visitor_days_between(p_entity_type, p_entity_id, u.kind, u.visitor_id, p_start_date, p_end_date) d
  ) d
  where d.visit_count > 0;
end
$$;

-- Which of these accounts viewed the entity on these dates? Each is looked up.
create or replace function :schema.accounts_on_dates(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_accounts :visitor_id_type[]
) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_found :schema.listed_visitor[] := array(
    select :schema.listed(v)
    from (select distinct a.visitor_id from unnest(p_accounts) a (visitor_id)) a
    cross join lateral :schema.visitor_at(p_entity_type, p_entity_id, 'a', a.visitor_id) v
  );
begin
  return query
  select f.* from unnest(v_found) f
  where f.visit_count = 1 and (f.first_visit at time zone v_time_zone)::date between p_start_date and p_end_date
  union all
  select d.*
  from :schema.visitors_on_dates(
    p_entity_type, p_entity_id, p_start_date, p_end_date, array(select f from unnest(v_found) f where f.visit_count > 1)
  ) d;
end
$$;
