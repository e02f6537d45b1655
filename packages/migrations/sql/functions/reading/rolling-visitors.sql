-- How many visitors had the last 1, 7 and 28 days, seen from each of these dates?
--
-- Visitors of a window are those of its days, less who was there on an earlier day of it. A day is in the windows that end on it and
-- later, until it leaves them. A return from one date to another is within those that end on its date and later, until its earlier
-- date leaves them. So both are added at their date and taken away where they leave, and all windows are one running sum.
create or replace function :schema.rolling_visitors_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  out visitors_1_day text, out visitors_7_days text, out visitors_28_days text,
  out accounts_1_day text, out accounts_7_days text, out accounts_28_days text, out first_date text, out local_hour text,
  out live boolean, out pending_changes integer, out folded_through text
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_first date := p_start_date - 27;
  v_pending record;
begin
  p_entity_id := coalesce(p_entity_id, :no_entity);
  v_pending := :schema.pending_series(array[p_entity_type], array[p_entity_id], v_first, p_end_date);
  live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := :schema.instant_text(v_pending.folded_through);
  local_hour := (
    select to_char(current_timestamp at time zone z.time_zone, 'YYYY-MM-DD HH24') from :schema.reporting_zone() z
  );
  first_date := (select f.first_date from :schema.first_and_last_date(p_entity_type, p_entity_id) f);

  with
  days as (
    select d.date, sum(d.visitors)::integer as visitors, sum(d.accounts)::integer as accounts
    from :schema.series_days(p_entity_type, p_entity_id, v_first, p_end_date, v_pending.days) d
    group by d.date
  ),
  returns as (
    select r.date, r.prev_date, r.visitors, r.accounts
    from :schema.analytics_days d
    -- those of a date from the latest ones before it: an index has them side by side
    cross join lateral (
      select f.date, f.prev_date, f.visitors, f.accounts from :schema.analytics_visitor_returns f
      where f.entity_type = p_entity_type and f.entity_id = p_entity_id and f.date = d.date and f.prev_date > d.date - 28
      offset 0
    ) r
    where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between v_first and p_end_date and d.again_ever > 0
    union all
    select e.date, e.prev_date, e.visitors, e.accounts from unnest(v_pending.returns) e
    where e.date - e.prev_date < 28
  ),
  -- as integers: running sums of larger ones are numeric, and take several times as long
  steps as (
    select
      s.date, sum(s.visitors)::integer as visitors, sum(s.accounts)::integer as accounts, sum(s.visitors_7)::integer as visitors_7,
      sum(s.accounts_7)::integer as accounts_7, sum(s.visitors_28)::integer as visitors_28, sum(s.accounts_28)::integer as accounts_28
    from (
      select d.date, d.visitors, d.accounts, d.visitors, d.accounts, d.visitors, d.accounts from days d
      union all
      select d.date + 7, null, null, -d.visitors, -d.accounts, null, null from days d
      union all
      select d.date + 28, null, null, null, null, -d.visitors, -d.accounts from days d
      union all
      select
        r.date, null, null, case when r.date - r.prev_date < 7 then -r.visitors end,
        case when r.date - r.prev_date < 7 then -r.accounts end, -r.visitors, -r.accounts
      from returns r
      union all
      select r.prev_date + 7, null, null, r.visitors, r.accounts, null, null from returns r where r.date - r.prev_date < 7
      union all
      select r.prev_date + 28, null, null, null, null, r.visitors, r.accounts from returns r
    ) s (date, visitors, accounts, visitors_7, accounts_7, visitors_28, accounts_28)
    group by s.date
  )
  select
    array_agg(t.visitors order by t.date), array_agg(t.visitors_7 order by t.date), array_agg(t.visitors_28 order by t.date),
    array_agg(t.accounts order by t.date), array_agg(t.accounts_7 order by t.date), array_agg(t.accounts_28 order by t.date)
  into visitors_1_day, visitors_7_days, visitors_28_days, accounts_1_day, accounts_7_days, accounts_28_days
  from (
    select
      d.date, coalesce(s.visitors, 0) as visitors, coalesce(s.accounts, 0) as accounts,
      coalesce(sum(s.visitors_7) over until, 0) as visitors_7, coalesce(sum(s.accounts_7) over until, 0) as accounts_7,
      coalesce(sum(s.visitors_28) over until, 0) as visitors_28, coalesce(sum(s.accounts_28) over until, 0) as accounts_28
    from (select v_first + n as date from generate_series(0, p_end_date - v_first) n) d
    left join steps s on s.date = d.date
    window until as (order by d.date)
  ) t
  where t.date >= p_start_date;
end
$$;
