-- Everybody who viewed an entity: what is counted where no shorter way leads to the first of them.

-- The first p_limit of all who viewed the entity on these dates, or ever. p_days and p_touched: what is pending, by
-- visitor-days and by visitors over all time. p_is_account: only accounts, or only who has none; p_accounts: only these.
-- Grouped by hashing: the planner expects few visitor-days of an entity and would sort them, and to sort those of a big
-- one takes twice as long. Averages are left for the end, because most visitors are not on the page.
create or replace function :schema.all_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_sort text, p_after :schema.listed_visitor, p_limit bigint,
  p_days :schema.visitor_day_delta[], p_touched :schema.listed_visitor[]
) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
set enable_sort = off
as $$
declare
  v_is_all_time boolean := p_start_date = '-infinity' and p_end_date = 'infinity';
  -- is asked of each visitor before the rest of is_behind, which takes longer
  v_until timestamptz := coalesce(
    case p_sort when 'last_visit' then (p_after).last_visit when 'first_visit' then (p_after).first_visit end, 'infinity'
  );
begin
  return query
  select
    v.kind, v.visitor_id, v.visit_count, v.days_visited, v.first_visit, v.last_visit,
    coalesce(v.avg_time_on_page, round(v.time_total / nullif(v.timed_views, 0), 2))
  from (
    select v.*
    from (
      -- of all time, or of dates: the other is not run
      select
        e.kind, e.visitor_id, coalesce(e.visit_count, 1)::bigint as visit_count,
        coalesce(e.days_visited, 1)::bigint as days_visited, e.first_visit,
        coalesce(e.last_visit, e.first_visit) as last_visit,
        coalesce(e.time_total, 0)::numeric as time_total, e.timed_views::bigint as timed_views, null::numeric as avg_time_on_page
      from :schema.analytics_entity_visitors e
      where v_is_all_time and e.entity_type = p_entity_type and e.entity_id = p_entity_id
        and (e.visitor_id, e.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
      union all
      select
        t.kind, t.visitor_id, t.visit_count, t.days_visited, t.first_visit, t.last_visit, null, null, t.avg_time_on_page
      from unnest(p_touched) t
      where v_is_all_time and t.visit_count > 0
      union all
      select
        d.kind, d.visitor_id, sum(d.views), count(*), min(d.first_view), max(d.last_view),
        sum(d.time_total), sum(d.timed_views), null
      from :schema.visitor_days_after(p_entity_type, p_entity_id, p_start_date, p_end_date, p_days) d
      where not v_is_all_time
      group by d.kind, d.visitor_id
    ) v
    where (p_is_account is null or (v.kind = 'a') = p_is_account)
      and case when p_sort = 'first_visit' then v.first_visit else v.last_visit end <= v_until
      and (p_accounts is null or v.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
      and :schema.is_behind(
        p_sort, p_after, v.visit_count, case when p_sort = 'first_visit' then v.first_visit else v.last_visit end,
        v.kind, v.visitor_id
      )
    order by
      case when p_sort = 'visit_count' then v.visit_count end desc,
      case when p_sort = 'first_visit' then v.first_visit else v.last_visit end desc,
      v.visit_count desc, v.kind desc, v.visitor_id
    limit p_limit
  ) v;
end
$$;
