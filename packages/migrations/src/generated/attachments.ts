// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { SqlPart } from "../sql-source/sql-source.ts";

export const attachments: readonly SqlPart[] = [
  {
    file: "attach/grants.sql",
    line: 1,
    sql: `-- What runs with the rights of its owner is for nobody else until granted. Triggers fire for every role that writes page views, so capture need
-- not be executable by anybody; but a role that may make a trigger of it, on a table of its own, could write the queue.
-- One that everybody may execute has just been made: roles that a host's default privileges let execute it may not.
do $$
declare
  v_grant record;
begin
  for v_grant in
    select p.oid::regprocedure as function, case when a.grantee = 0 then 'public' else quote_ident(r.rolname) end as grantee
    from pg_proc p
    cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    left join pg_roles r on r.oid = a.grantee
    where p.pronamespace = :'schema'::regnamespace and p.prosecdef and a.grantee <> p.proowner
      and (p.proname like '%\\_here' or p.proname in (
        'pending_series', 'visitors_together', 'first_and_last_date', 'counted_too_often', 'live_visitors', 'views_by_fact',
        'pending_views_by_entity', 'owned_entities', 'counts_of_owner', 'refs_of_visitors', 'visitor_of_ref', 'visitor_secret', 'fact_numbers',
        'capture_added_page_views', 'capture_removed_page_views', 'capture_edited_page_views',
        'capture_truncated_page_views', 'capture_partition_page_views', 'capture_edited_facts', 'capture_partitions', 'make_partitions',
        'detach_partition',
        -- of a cluster
        'make_slice', 'fold_slice', 'verify_slice', 'entity_totals_columns', 'compared_entity_totals_columns', 'live_visitors_columns',
        'top_entities_columns', 'compared_top_entities_columns'
      ))
      and exists (
        select 1 from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) e where e.grantee = 0
      )
    group by 1, 2
  loop
    execute format('revoke all on function %s from %s', v_grant.function, v_grant.grantee);
  end loop;
end
$$;
`,
  },
  {
    file: "attach/triggers.sql",
    line: 1,
    sql: `-- The triggers that capture what happens to page views, and the one that notes what is not folding.

create or replace trigger headcount_note_restore
  before insert on :schema.analytics_days
  for each statement execute function :schema.note_restore();

create or replace trigger headcount_note_restore
  before insert on :schema.analytics_settings
  for each row execute function :schema.note_restore();

create or replace trigger headcount_capture_insert
  after insert on :page_views
  referencing new table as added
  for each statement execute function :schema.capture_added_page_views();

create or replace trigger headcount_capture_update
  after update on :page_views
  referencing old table as removed new table as added
  for each statement execute function :schema.capture_edited_page_views();

create or replace trigger headcount_capture_delete
  after delete on :page_views
  referencing old table as removed
  for each statement execute function :schema.capture_removed_page_views();

create or replace trigger headcount_capture_truncate
  after truncate on :page_views
  for each statement execute function :schema.capture_truncated_page_views();

select :schema.make_partitions(false);

-- What is counted besides entities is an argument of theirs.
do $$
begin
  if :schema.has_levels() then
    perform :schema.capture_levels(:schema.captured_levels());
  end if;
  if exists (select 1 from :schema.analytics_breakdowns) then
    perform :schema.capture_facts();
  end if;
end
$$;

-- Partitions have their own. At the installation what they hold is history, which is read in afterwards.
select :schema.capture_partitions(not s.history_complete) from :schema.analytics_settings s;
`,
  },
  {
    file: "attach/views.sql",
    line: 1,
    sql: `-- The rollups under the plan's names, to be read with SQL of one's own: folding writes what is beneath. NULL stands for pages
-- without an entity, in arms of their own, which a query about an entity does not run. Owners, types and the site (see groups_of) are no
-- entities of the host's, and are not shown.

-- One row per entity and date (hour NULL), and one per entity, date and hour. Of a date or hour whose last view was taken
-- away, entries may still have to follow: it is not shown.
create or replace view :schema.analytics_aggregates as
select
  :schema.aggregate_id(d.entity_type, d.entity_id, d.date, null) as id,
  d.entity_type, d.entity_id as entity_id, d.date, null::integer as hour, d.views as total_views,
  coalesce(d.visitors, 0) as unique_visitors, coalesce(d.accounts, 0) as unique_accounts,
  coalesce(d.visitors, 0) - coalesce(d.accounts, 0) as anonymous_visitors,
  coalesce(d.timed_views, 0) as timed_views, coalesce(d.time_total, 0) as time_total,
  round(coalesce(d.time_total, 0)::numeric / d.timed_views, 2) as avg_time_on_page,
  coalesce(d.entries, 0) as entries, coalesce(d.bounces, 0) as bounces,
  round(100.0 * coalesce(d.bounces, 0) / d.entries, 2) as bounce_rate,
  coalesce(d.visitors, 0) - coalesce(d.again_ever, 0) as new_visitors, coalesce(d.accounts, 0) - coalesce(d.accounts_again_ever, 0) as new_accounts,
  coalesce(d.visitors, 0) - coalesce(d.again_in_week, 0) as visitors_first_in_week, coalesce(d.accounts, 0) - coalesce(d.accounts_again_in_week, 0) as accounts_first_in_week,
  coalesce(d.visitors, 0) - coalesce(d.again_in_month, 0) as visitors_first_in_month, coalesce(d.accounts, 0) - coalesce(d.accounts_again_in_month, 0) as accounts_first_in_month,
  coalesce(d.visitors, 0) - coalesce(d.again_in_quarter, 0) as visitors_first_in_quarter, coalesce(d.accounts, 0) - coalesce(d.accounts_again_in_quarter, 0) as accounts_first_in_quarter,
  coalesce(d.visitors, 0) - coalesce(d.again_in_year, 0) as visitors_first_in_year, coalesce(d.accounts, 0) - coalesce(d.accounts_again_in_year, 0) as accounts_first_in_year,
  instants.created_at, instants.updated_at
from :schema.analytics_days d
cross join lateral (select to_timestamp(1577836800 + d.created::bigint) as created_at, to_timestamp(1577836800 + d.updated::bigint) as updated_at) instants
where d.views > 0 and d.entity_id <> :no_entity and d.entity_type not like 'headcount:%'
union all
select
  :schema.aggregate_id(d.entity_type, d.entity_id, d.date, d.hour), d.entity_type, d.entity_id, d.date, d.hour::integer, d.views,
  coalesce(d.visitors, 0), coalesce(d.accounts, 0), coalesce(d.visitors, 0) - coalesce(d.accounts, 0),
  coalesce(d.timed_views, 0), coalesce(d.time_total, 0), round(coalesce(d.time_total, 0)::numeric / d.timed_views, 2),
  coalesce(d.entries, 0), coalesce(d.bounces, 0), round(100.0 * coalesce(d.bounces, 0) / d.entries, 2),
  null, null, null, null, null, null, null, null, null, null,
  to_timestamp(1577836800 + d.created::bigint), to_timestamp(1577836800 + d.updated::bigint)
from :schema.analytics_days d
where d.views > 0 and d.hour is not null and d.entity_id <> :no_entity and d.entity_type not like 'headcount:%'
union all
select
  :schema.aggregate_id(d.entity_type, d.entity_id, d.date, h.hour), d.entity_type, d.entity_id, d.date, h.hour::integer, h.views::integer, h.visitors::integer, h.accounts::integer,
  (h.visitors - h.accounts)::integer, h.timed_views::integer, h.time_total::bigint,
  round(h.time_total::numeric / nullif(h.timed_views, 0), 2), h.entries::integer, h.bounces::integer,
  round(100.0 * h.bounces / nullif(h.entries, 0), 2),
  null, null, null, null, null, null, null, null, null, null,
  to_timestamp(1577836800 + s.created::bigint), to_timestamp(1577836800 + s.updated::bigint)
from :schema.analytics_hours d
-- by its key, so that a query that asks for neither instant reads no day
left join :schema.analytics_days s on s.entity_type = d.entity_type and s.entity_id = d.entity_id and s.date = d.date
cross join lateral (
  select
    u.hour, sum(u.views) as views, sum(u.visitors) as visitors, sum(u.accounts) as accounts, sum(u.timed_views) as timed_views,
    sum(u.time_total) as time_total, sum(u.entries) as entries, sum(u.bounces) as bounces
  from :schema.unpacked_hours(d.hours) u
  group by u.hour
) h
where h.views > 0 and d.entity_id <> :no_entity and d.entity_type not like 'headcount:%'
union all
select
  :schema.aggregate_id(d.entity_type, d.entity_id, d.date, null) as id,
  d.entity_type, null:::entity_id_type as entity_id, d.date, null::integer as hour, d.views as total_views,
  coalesce(d.visitors, 0) as unique_visitors, coalesce(d.accounts, 0) as unique_accounts,
  coalesce(d.visitors, 0) - coalesce(d.accounts, 0) as anonymous_visitors,
  coalesce(d.timed_views, 0) as timed_views, coalesce(d.time_total, 0) as time_total,
  round(coalesce(d.time_total, 0)::numeric / d.timed_views, 2) as avg_time_on_page,
  coalesce(d.entries, 0) as entries, coalesce(d.bounces, 0) as bounces,
  round(100.0 * coalesce(d.bounces, 0) / d.entries, 2) as bounce_rate,
  coalesce(d.visitors, 0) - coalesce(d.again_ever, 0) as new_visitors, coalesce(d.accounts, 0) - coalesce(d.accounts_again_ever, 0) as new_accounts,
  coalesce(d.visitors, 0) - coalesce(d.again_in_week, 0) as visitors_first_in_week, coalesce(d.accounts, 0) - coalesce(d.accounts_again_in_week, 0) as accounts_first_in_week,
  coalesce(d.visitors, 0) - coalesce(d.again_in_month, 0) as visitors_first_in_month, coalesce(d.accounts, 0) - coalesce(d.accounts_again_in_month, 0) as accounts_first_in_month,
  coalesce(d.visitors, 0) - coalesce(d.again_in_quarter, 0) as visitors_first_in_quarter, coalesce(d.accounts, 0) - coalesce(d.accounts_again_in_quarter, 0) as accounts_first_in_quarter,
  coalesce(d.visitors, 0) - coalesce(d.again_in_year, 0) as visitors_first_in_year, coalesce(d.accounts, 0) - coalesce(d.accounts_again_in_year, 0) as accounts_first_in_year,
  instants.created_at, instants.updated_at
from :schema.analytics_days d
cross join lateral (select to_timestamp(1577836800 + d.created::bigint) as created_at, to_timestamp(1577836800 + d.updated::bigint) as updated_at) instants
where d.views > 0 and d.entity_id = :no_entity and d.entity_type not like 'headcount:%'
union all
select
  :schema.aggregate_id(d.entity_type, d.entity_id, d.date, d.hour), d.entity_type, null:::entity_id_type, d.date, d.hour::integer, d.views,
  coalesce(d.visitors, 0), coalesce(d.accounts, 0), coalesce(d.visitors, 0) - coalesce(d.accounts, 0),
  coalesce(d.timed_views, 0), coalesce(d.time_total, 0), round(coalesce(d.time_total, 0)::numeric / d.timed_views, 2),
  coalesce(d.entries, 0), coalesce(d.bounces, 0), round(100.0 * coalesce(d.bounces, 0) / d.entries, 2),
  null, null, null, null, null, null, null, null, null, null,
  to_timestamp(1577836800 + d.created::bigint), to_timestamp(1577836800 + d.updated::bigint)
from :schema.analytics_days d
where d.views > 0 and d.hour is not null and d.entity_id = :no_entity and d.entity_type not like 'headcount:%'
union all
select
  :schema.aggregate_id(d.entity_type, d.entity_id, d.date, h.hour), d.entity_type, null:::entity_id_type, d.date, h.hour::integer, h.views::integer, h.visitors::integer, h.accounts::integer,
  (h.visitors - h.accounts)::integer, h.timed_views::integer, h.time_total::bigint,
  round(h.time_total::numeric / nullif(h.timed_views, 0), 2), h.entries::integer, h.bounces::integer,
  round(100.0 * h.bounces / nullif(h.entries, 0), 2),
  null, null, null, null, null, null, null, null, null, null,
  to_timestamp(1577836800 + s.created::bigint), to_timestamp(1577836800 + s.updated::bigint)
from :schema.analytics_hours d
-- by its key, so that a query that asks for neither instant reads no day
left join :schema.analytics_days s on s.entity_type = d.entity_type and s.entity_id = d.entity_id and s.date = d.date
cross join lateral (
  select
    u.hour, sum(u.views) as views, sum(u.visitors) as visitors, sum(u.accounts) as accounts, sum(u.timed_views) as timed_views,
    sum(u.time_total) as time_total, sum(u.entries) as entries, sum(u.bounces) as bounces
  from :schema.unpacked_hours(d.hours) u
  group by u.hour
) h
where h.views > 0 and d.entity_id = :no_entity and d.entity_type not like 'headcount:%';

-- One row per entity and visitor, over all time. Those who came once have arms of their own, so that a query for those who came more often
-- does not run them and has the index of the others.
create or replace view :schema.analytics_visitors as
select
  v.entity_type, v.entity_id as entity_id,
  case when v.kind = 'a' then v.visitor_id:::account_id_type end as account_id,
  case when v.kind = 's' then v.visitor_id:::session_id_type end as session_id,
  case when v.kind = 'v' then v.visitor_id:::session_id_type end as visitor_id,
  1 as visit_count, 1 as days_visited, coalesce(v.timed_views, 0) as timed_views, coalesce(v.time_total, 0) as time_total,
  round(coalesce(v.time_total, 0)::numeric / v.timed_views, 2) as avg_time_on_page, v.first_visit, v.first_visit as last_visit
from :schema.analytics_entity_visitors v
where v.entity_id <> :no_entity and v.entity_type not like 'headcount:%' and v.visit_count is null
union all
select
  v.entity_type, v.entity_id as entity_id,
  case when v.kind = 'a' then v.visitor_id:::account_id_type end as account_id,
  case when v.kind = 's' then v.visitor_id:::session_id_type end as session_id,
  case when v.kind = 'v' then v.visitor_id:::session_id_type end as visitor_id,
  v.visit_count, coalesce(v.days_visited, 1) as days_visited, coalesce(v.timed_views, 0) as timed_views, coalesce(v.time_total, 0) as time_total,
  round(coalesce(v.time_total, 0)::numeric / v.timed_views, 2) as avg_time_on_page, v.first_visit, coalesce(v.last_visit, v.first_visit) as last_visit
from :schema.analytics_entity_visitors v
where v.entity_id <> :no_entity and v.entity_type not like 'headcount:%' and v.visit_count > 1
union all
select
  v.entity_type, null:::entity_id_type as entity_id,
  case when v.kind = 'a' then v.visitor_id:::account_id_type end as account_id,
  case when v.kind = 's' then v.visitor_id:::session_id_type end as session_id,
  case when v.kind = 'v' then v.visitor_id:::session_id_type end as visitor_id,
  1 as visit_count, 1 as days_visited, coalesce(v.timed_views, 0) as timed_views, coalesce(v.time_total, 0) as time_total,
  round(coalesce(v.time_total, 0)::numeric / v.timed_views, 2) as avg_time_on_page, v.first_visit, v.first_visit as last_visit
from :schema.analytics_entity_visitors v
where v.entity_id = :no_entity and v.entity_type not like 'headcount:%' and v.visit_count is null
union all
select
  v.entity_type, null:::entity_id_type as entity_id,
  case when v.kind = 'a' then v.visitor_id:::account_id_type end as account_id,
  case when v.kind = 's' then v.visitor_id:::session_id_type end as session_id,
  case when v.kind = 'v' then v.visitor_id:::session_id_type end as visitor_id,
  v.visit_count, coalesce(v.days_visited, 1) as days_visited, coalesce(v.timed_views, 0) as timed_views, coalesce(v.time_total, 0) as time_total,
  round(coalesce(v.time_total, 0)::numeric / v.timed_views, 2) as avg_time_on_page, v.first_visit, coalesce(v.last_visit, v.first_visit) as last_visit
from :schema.analytics_entity_visitors v
where v.entity_id = :no_entity and v.entity_type not like 'headcount:%' and v.visit_count > 1;

-- Nobody but the owner reads them until granted, whatever a host's default privileges give to views as they are made. One
-- without a comment has just been made, and its grants are not the host's yet: see replay/after.sql.
do $$
declare
  v_grant record;
begin
  for v_grant in
    select c.oid::regclass as view, case when a.grantee = 0 then 'public' else quote_ident(r.rolname) end as grantee
    from pg_class c
    cross join lateral aclexplode(c.relacl) a
    left join pg_roles r on r.oid = a.grantee
    where c.relnamespace = :'schema'::regnamespace and c.relname in ('analytics_aggregates', 'analytics_visitors')
      and c.relkind = 'v' and a.grantee <> c.relowner and obj_description(c.oid, 'pg_class') is null
    group by 1, 2
  loop
    execute format('revoke all on %s from %s', v_grant.view, v_grant.grantee);
  end loop;
end
$$;

comment on view :schema.analytics_aggregates is 'One row per entity and date (hour NULL), and one per entity, date and hour.';
comment on view :schema.analytics_visitors is 'One row per entity and visitor, over all time: account_id, visitor_id or session_id.';
`,
  },
];
