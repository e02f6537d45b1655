-- Capture: every statement that changes page views writes down what it added and took away.
--
-- Statement-level triggers with transition tables cost once per statement, not once per row. What is_counted says
-- no to is not written down.

create or replace function :schema.capture_added_page_views() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.page_view_changes (sign, entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
  select 1, a.entity_type, a.entity_id, a.account_id, a.session_id, a.viewed_at, a.time_on_page
  from added a
  where :schema.is_counted(a.entity_type, a.viewed_at);
  return null;
end
$$;

create or replace function :schema.capture_removed_page_views() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.page_view_changes (sign, entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
  select -1, r.entity_type, r.entity_id, r.account_id, r.session_id, r.viewed_at, r.time_on_page
  from removed r
  where :schema.is_counted(r.entity_type, r.viewed_at);
  return null;
end
$$;

-- What remains when what was there before is set off against what is there now: nothing, when no column that
-- counts has changed.
create or replace function :schema.capture_edited_page_views() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.page_view_changes (sign, entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
  select sign(d.net), d.entity_type, d.entity_id, d.account_id, d.session_id, d.viewed_at, d.time_on_page
  from (
    select s.entity_type, s.entity_id, s.account_id, s.session_id, s.viewed_at, s.time_on_page, sum(s.sign) as net
    from (
      select -1 as sign, r.entity_type, r.entity_id, r.account_id, r.session_id, r.viewed_at, r.time_on_page from removed r
      union all
      select 1, a.entity_type, a.entity_id, a.account_id, a.session_id, a.viewed_at, a.time_on_page from added a
    ) s
    where :schema.is_counted(s.entity_type, s.viewed_at)
    group by 1, 2, 3, 4, 5, 6
    having sum(s.sign) <> 0
  ) d
  cross join lateral generate_series(1, abs(d.net)) n
  -- so that folding takes what was there and what is there now together, and seldom has to read raw again
  order by d.entity_type, d.entity_id, d.session_id, d.viewed_at;
  return null;
end
$$;

-- TRUNCATE takes everything away: the rollups are emptied with the page views, in the same transaction.
-- By DELETE: who reads a rollup and waits for page views would deadlock with a TRUNCATE that waits for the rollup.
create or replace function :schema.capture_truncated_page_views() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    raise exception 'page views can be truncated at READ COMMITTED only, for at % the rollups of newer views would stay',
      upper(current_setting('transaction_isolation'))
      using errcode = 'feature_not_supported';
  end if;
  delete from :schema.page_view_changes;
  delete from :schema.analytics_aggregates;
  delete from :schema.analytics_visitors;
  delete from :schema.analytics_visitor_days;
  delete from :schema.analytics_visitor_returns;
  delete from :schema.analytics_visitor_return_weeks;
  delete from :schema.visitor_sessions;
  return null;
end
$$;
