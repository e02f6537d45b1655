-- How many accounts of each company, role or the like? By what the host's view of accounts says of them.

-- The views of each account on these dates, with all that is pending. Grouped by hashing: see all_visitors. An entity has few accounts: for the
-- thousand that the planner expects of any function, it would read all of the host's.
create or replace function :schema.accounts_between(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (visitor_id :visitor_id_type, views bigint, timed_views bigint, time_total numeric)
language plpgsql stable rows 20
:settings_of_readers
set work_mem = '64MB'
set enable_sort = off
as $$
declare
  -- not a subquery of the statement, in which the function would not be inlined, and would return everybody's days
  v_days :schema.visitor_day_delta[] := (select p.days from :schema.pending_visitor_days(p_entity_type, p_entity_id) p);
begin
  return query
  select d.visitor_id, sum(d.views), sum(d.timed_views), sum(d.time_total)
  from :schema.visitor_days_after(p_entity_type, p_entity_id, p_start_date, p_end_date, v_days) d
  where d.kind = 'a'
  group by d.visitor_id;
end
$$;

-- How many accounts have each value of a column of the host's view? Who may not be seen, by name or by attributes, is counted apart, with no value. The
-- host's view may call functions of the host's: this is inlined where its search_path holds.
create or replace function :schema.accounts_by_attribute(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_attribute text
) returns table (value text, is_hidden boolean, visitors bigint, views numeric, timed_views numeric, time_total numeric)
language sql stable
begin atomic
  select
    case when v.is_hidden then null else v.value end, v.is_hidden, count(*), sum(v.views), sum(v.timed_views), sum(v.time_total)
  from (
    select
      s.views, s.timed_views, s.time_total,
      (select :schema.has_visibility()) and not bool_and(coalesce(a.account ->> 'visibility' in ('named', 'attributes'), false)) as is_hidden,
      -- a view may have several rows of an account: attributes_of_visitors takes the same one
      (array_agg(a.account ->> p_attribute order by a.account ->> 'username', a.account ->> 'display_name'))[1] as value
    from :schema.accounts_between(p_entity_type, p_entity_id, p_start_date, p_end_date) s
    left join :schema.account_rows() a on a.account_id = s.visitor_id:::account_id_type
    group by s.visitor_id, s.views, s.timed_views, s.time_total
  ) v
  group by 1, 2;
end;
