-- The totals of many entities, each as its series has them.

-- The series of each of these entities, in their order, and when it was first and last viewed.
create or replace function :schema.entity_totals_columns(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_period text
) returns table (
  buckets text, total_views text, timed_views text, time_total text, unique_visitors text, unique_accounts text,
  new_visitors text, new_accounts text, entries text, bounces text,
  visitors_of_range double precision, accounts_of_range double precision,
  new_visitors_of_range double precision, new_accounts_of_range double precision, hours text, local_hour text,
  live boolean, pending_changes integer, folded_through text, first_date text, last_date text
)
language sql stable
begin atomic
  select s.*, d.first_date, d.last_date
  from unnest(p_entity_types, p_entity_ids) with ordinality e (entity_type, entity_id, nth)
  cross join lateral :schema.time_series_columns(e.entity_type, e.entity_id, p_start_date, p_end_date, p_period) s
  cross join lateral :schema.first_and_last_date(e.entity_type, e.entity_id) d
  order by e.nth;
end;

-- The same beside those of another range, a row each: see compared_series_columns.
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
