-- Capture: every statement that changes page views records what it added and took away.
--
-- Statement-level triggers with transition tables cost once per statement, not once per row. They run with the rights of
-- their owner, so that who writes page views needs no right on the queue, and nobody else can write it. They know the table by its
-- names: to look it up would fail the host's statement where their owner may not use its schema any more.
-- Their arguments are the levels that are counted besides entities (see groups_of): a view is one change for its entity, and one for each of its
-- groups. Without any, tg_argv is NULL, and no statement or part of one that is about groups runs.
--
-- One plan for all calls: what an argument that is NULL leaves out makes a plan for one call alone look worth its planning, and a DELETE of one
-- row took five times as long.

-- Fail unless this is the table of page views, which may have another name by now: a role that may execute a capturing function could
-- make a trigger of it on a table of its own, and add views that never were.
create or replace function :schema.refuse_other_table(p_table oid) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select 1 from :schema.analytics_settings s where s.page_views = p_table) then
    raise exception '% is not the table of page views: its changes are not captured', p_table::regclass
      using errcode = 'insufficient_privilege';
  end if;
end
$$;

-- What is captured of this row of the host's table? The body of this function knows columns by their numbers and not by their names: a host
-- that renames one goes on writing. It is inlined, and a trigger reads the same columns as if it named them.
create or replace function :schema.captured_columns(p_page_view :page_views) returns table (
  entity_type text, entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type,
  owner_id :entity_id_type, viewed_at timestamptz, time_on_page bigint
)
language sql stable
begin atomic
  select :captured_columns;
end;

-- Capture that this view cannot be counted, and why. It is asked of a row that nearly always can: a second pass over what was inserted, or an arm of
-- the same statement, costs each INSERT of the host's more than all its checks.
create or replace function :schema.leave_out(
  p_entity_type text, p_entity_id :entity_id_type, p_account_id :account_id_type, p_session_id :session_id_type,
  p_visitor_id :session_id_type, p_viewed_at timestamptz
) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.page_view_changes (slot, sign, left_out, entity_type, entity_id, viewed_at)
  values (
    0, 0, :schema.why_left_out(p_entity_type, p_entity_id, p_account_id, p_session_id, p_visitor_id, p_viewed_at), '', :no_entity, now()
  );
  return false;
end
$$;

-- As what is a view captured, when these levels are counted: as one of its entity, which knows the owner, and of its groups.
create or replace function :schema.captured_as(
  p_entity_type text, p_entity_id :entity_id_type, p_owner_id :entity_id_type, p_levels text[]
) returns table (is_group boolean, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type)
language sql immutable parallel safe
begin atomic
  select
    null::boolean, p_entity_type, coalesce(p_entity_id, :no_entity), case when 'owner' = any (p_levels) then p_owner_id end
  union all
  select true, g.entity_type, g.entity_id, null from :schema.groups_of(p_entity_type, p_owner_id, p_levels) g;
end;

create or replace function :schema.capture_added_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  if tg_table_name <> :'page_views_name' or tg_table_schema <> :'page_views_schema' then
    perform :schema.refuse_other_table(tg_relid);
  end if;
  insert into :schema.page_view_changes (
    slot, sign, entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at, time_on_page
  )
  select
    :schema.entity_slot(a.entity_type, coalesce(a.entity_id:::entity_id_type, :no_entity)), 1,
    a.entity_type, coalesce(a.entity_id:::entity_id_type, :no_entity), a.account_id, a.session_id, a.visitor_id,
    case when 'owner' = any (tg_argv) then a.owner_id end, a.viewed_at, :schema.counted_time(a.time_on_page)
  from (select c.* from added n cross join lateral :schema.captured_columns(row(n.*)) c) a
  where :schema.why_left_out(a.entity_type, a.entity_id, a.account_id, a.session_id, a.visitor_id, a.viewed_at) is null
    or :schema.leave_out(a.entity_type, a.entity_id, a.account_id, a.session_id, a.visitor_id, a.viewed_at);
  if tg_nargs > 0 then
    insert into :schema.page_view_changes (
      slot, sign, is_group, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page
    )
    select
      :schema.entity_slot(g.entity_type, g.entity_id), 1, true, g.entity_type, g.entity_id,
      a.account_id, a.session_id, a.visitor_id, a.viewed_at, :schema.counted_time(a.time_on_page)
    from (select c.* from added n cross join lateral :schema.captured_columns(row(n.*)) c) a
    cross join lateral :schema.groups_of(a.entity_type, a.owner_id, tg_argv) g
    where :schema.why_left_out(a.entity_type, a.entity_id, a.account_id, a.session_id, a.visitor_id, a.viewed_at) is null;
  end if;
  return null;
end
$$;

-- Is it a trigger of the host's that changes page views, for which ours fires? NULL when not, which takes no room.
create or replace function :schema.is_in_trigger() returns boolean
language sql stable
begin atomic
  select case when pg_trigger_depth() > 1 then true end;
end;

create or replace function :schema.capture_removed_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  v_pruned_before date := (
    select p.before from :schema.analytics_pruning p where p.transaction_id = pg_current_xact_id_if_assigned()
  );
  v_time_zone text;
begin
  if tg_table_name <> :'page_views_name' or tg_table_schema <> :'page_views_schema' then
    perform :schema.refuse_other_table(tg_relid);
  end if;
  if v_pruned_before is not null then
    v_time_zone := (select z.time_zone from :schema.reporting_zone() z);
  end if;
  insert into :schema.page_view_changes (
    slot, sign, in_trigger, entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at, time_on_page
  )
  select
    :schema.entity_slot(r.entity_type, coalesce(r.entity_id:::entity_id_type, :no_entity)), -1, :schema.is_in_trigger(),
    r.entity_type, coalesce(r.entity_id:::entity_id_type, :no_entity), r.account_id, r.session_id, r.visitor_id,
    case when 'owner' = any (tg_argv) then r.owner_id end, r.viewed_at, :schema.counted_time(r.time_on_page)
  from (select c.* from removed o cross join lateral :schema.captured_columns(row(o.*)) c) r
  where :schema.why_left_out(r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at) is null
    -- what is pruned stays counted
    and (v_pruned_before is null or (r.viewed_at at time zone v_time_zone)::date >= v_pruned_before);
  if tg_nargs > 0 then
    insert into :schema.page_view_changes (
      slot, sign, in_trigger, is_group, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page
    )
    select
      :schema.entity_slot(g.entity_type, g.entity_id), -1, :schema.is_in_trigger(), true, g.entity_type, g.entity_id,
      r.account_id, r.session_id, r.visitor_id, r.viewed_at, :schema.counted_time(r.time_on_page)
    from (select c.* from removed o cross join lateral :schema.captured_columns(row(o.*)) c) r
    cross join lateral :schema.groups_of(r.entity_type, r.owner_id, tg_argv) g
    where :schema.why_left_out(r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at) is null
      and (v_pruned_before is null or (r.viewed_at at time zone v_time_zone)::date >= v_pruned_before);
  end if;
  return null;
end
$$;

-- What remains when what was there before is set off against what is there now: nothing, when no column that
-- counts has changed.
create or replace function :schema.capture_edited_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  if tg_table_name <> :'page_views_name' or tg_table_schema <> :'page_views_schema' then
    perform :schema.refuse_other_table(tg_relid);
  end if;
  with edited as materialized (
    select
      c.sign, :schema.why_left_out(c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at) as left_out,
      c.entity_type, coalesce(c.entity_id, :no_entity) as entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at,
      :schema.counted_time(c.time_on_page) as time_on_page
    from (
      select -1 as sign, r.* from removed o cross join lateral :schema.captured_columns(row(o.*)) r
      union all
      select 1, a.* from added n cross join lateral :schema.captured_columns(row(n.*)) a
    ) c
  )
  insert into :schema.page_view_changes (
    slot, sign, left_out, in_trigger, is_group, entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at, time_on_page
  )
  select
    case when d.left_out is null then :schema.entity_slot(d.entity_type, d.entity_id) else 0 end,
    case when d.left_out is null then sign(d.net) else 0 end, d.left_out, :schema.is_in_trigger(), d.is_group,
    d.entity_type, d.entity_id, d.account_id, d.session_id, d.visitor_id, d.owner_id, d.viewed_at, d.time_on_page
  from (
    select
      c.left_out, c.is_group, c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at, c.time_on_page,
      sum(c.sign) as net
    from (
      select
        e.sign, null::"char" as left_out, null::boolean as is_group, e.entity_type, e.entity_id, e.account_id, e.session_id, e.visitor_id,
        case when 'owner' = any (tg_argv) then e.owner_id end as owner_id, e.viewed_at, e.time_on_page
      from edited e
      where e.left_out is null
      union all
      select
        e.sign, null, true, g.entity_type, g.entity_id, e.account_id, e.session_id, e.visitor_id, null, e.viewed_at, e.time_on_page
      from edited e
      cross join lateral :schema.groups_of(e.entity_type, e.owner_id, tg_argv) g
      where e.left_out is null and tg_nargs > 0
      union all
      select e.sign, e.left_out, null, '', :no_entity, null, null, null, null, now(), null
      from edited e
      where e.left_out is not null
    ) c
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    having sum(c.sign) <> 0
  ) d
  cross join lateral generate_series(1, abs(d.net)) n
  where d.left_out is null or d.net > 0
  -- so that folding takes what was there and what is there now together, and seldom has to read page views again
  order by d.entity_type, d.entity_id, d.session_id, d.viewed_at;
  return null;
end
$$;

-- TRUNCATE takes everything away: the rollups are emptied with the page views, in the same transaction.
-- By DELETE: who reads a rollup and waits for page views would deadlock with a TRUNCATE that waits for the rollup.
create or replace function :schema.capture_truncated_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_table_name <> :'page_views_name' or tg_table_schema <> :'page_views_schema' then
    perform :schema.refuse_other_table(tg_relid);
  end if;
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    raise exception 'page views can be truncated at READ COMMITTED only, for at % the rollups of newer views would stay',
      upper(current_setting('transaction_isolation'))
      using errcode = 'feature_not_supported';
  end if;
  delete from :schema.page_view_changes;
  delete from :schema.entry_changes;
  delete from :schema.set_aside_changes;
  delete from :schema.analytics_days;
  delete from :schema.analytics_hours;
  delete from :schema.analytics_entity_visitors;
  delete from :schema.analytics_visitor_days;
  delete from :schema.analytics_visitor_returns;
  delete from :schema.analytics_visitor_return_weeks;
  delete from :schema.analytics_entities;
  delete from :schema.visitor_sessions;
  delete from :schema.analytics_breakdown_changes;
  delete from :schema.analytics_breakdown_days;
  delete from :schema.analytics_seals;
  delete from :schema.analytics_links;
  delete from :schema.analytics_pruned_bounds;
  update :schema.analytics_settings set sealed_before = null, forgotten_before = null
  where sealed_before is not null or forgotten_before is not null;
  return null;
end
$$;
