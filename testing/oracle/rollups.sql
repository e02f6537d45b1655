-- Every number that the rollups hold, straight from raw page views.
--
-- Slow and plain on purpose, and nothing here is shared with what is tested. Ids are text. The one thing it is
-- given is the zone: oracle.time_zone().

-- Which entity is meant? NULL, and the value that stands for it in the rollups, are a page without one.
create function oracle.entity_id(p_entity_id text) returns text
language sql immutable
begin atomic
  select nullif(nullif(nullif(p_entity_id, ''), '00000000-0000-0000-0000-000000000000'), '-9223372036854775808');
end;

-- From which date on are all page views still there? What was pruned of earlier ones stands here, so that nothing is forgotten.
create function oracle.sealed_before() returns date
language sql stable
begin atomic
  select coalesce(s.sealed_before, '-infinity') from analytics_settings s;
end;

create table oracle.pruned_page_views as
select entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page, source_no, device_no, owner_id
from page_views
with no data;

-- The page views as they are to be counted: not those whose ids have more than 2,000 bytes together or whose instant has no date
-- between the years 1 and 9999; a time on page outside its bounds is not known.
create view oracle.page_views as
select
  entity_type, oracle.entity_id(entity_id::text) as entity_id, account_id, session_id, visitor_id,
  oracle.entity_id(owner_entity(owner_id)::text) as owner_id, viewed_at,
  case when time_on_page between 0 and 2147483647 then time_on_page end as time_on_page, source_no, device_no
from (
  select entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page, source_no, device_no, owner_id from page_views
  union all
  table oracle.pruned_page_views
) v
where entity_type not like 'headcount:%'
  and viewed_at >= '0001-01-02 00:00+00' and viewed_at < '9999-12-31 00:00+00'
  and octet_length(entity_type || concat(
    case when pg_typeof(entity_id) = 'text'::regtype then entity_id::text end,
    case when pg_typeof(account_id) = 'text'::regtype then account_id::text end,
    case when pg_typeof(session_id) = 'text'::regtype then session_id::text end,
    case when pg_typeof(visitor_id) = 'text'::regtype then visitor_id::text end
  )) <= 2000;

-- Which levels are counted besides entities? Not those that are still being added, or removed.
-- Asked in a subselect where there are many rows: once, and not for each.
create function oracle.has_level(p_level text) returns boolean
language sql stable
begin atomic
  select p_level = any (levels) from analytics_settings;
end;

-- What counts a view of this entity, and of this owner: the entity itself, and the groups of the levels that are counted.
create function oracle.counted_as(p_entity_type text, p_entity_id text, p_owner_id text)
returns table (entity_type text, entity_id text)
language sql stable
begin atomic
  select p_entity_type, p_entity_id
  union all
  select 'headcount:owner', p_owner_id where p_owner_id is not null and (select oracle.has_level('owner'))
  union all
  select 'headcount:type:' || p_entity_type, null where (select oracle.has_level('type'))
  union all
  select 'headcount:site', null where (select oracle.has_level('site'));
end;

-- Is this the entity_type of an entity, or of a group that is counted?
create function oracle.is_counted(p_entity_type text) returns boolean
language sql stable
begin atomic
  select case
    when p_entity_type = 'headcount:owner' then oracle.has_level('owner')
    when p_entity_type = 'headcount:site' then oracle.has_level('site')
    when p_entity_type like 'headcount:type:%' then oracle.has_level('type')
    else true
  end;
end;

-- The page views that the rollups of entities and groups should know of: all, less what is still pending. And those that sessions
-- should: less what is still on its way to them, too; whose they are they know where owners are counted.
create view oracle.known_page_views as
select w.of_sessions, v.entity_type, v.entity_id, v.owner_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at, v.time_on_page
from (values (false), (true)) w (of_sessions)
cross join lateral (
  select
    s.entity_type, s.entity_id, s.owner_id, s.account_id, s.session_id, s.visitor_id, s.viewed_at, s.time_on_page, sum(s.views) as views
  from (
    select e.entity_type, e.entity_id, null as owner_id, account_id, session_id, visitor_id, viewed_at, time_on_page, 1 as views
    from oracle.page_views p
    cross join lateral oracle.counted_as(p.entity_type, p.entity_id, p.owner_id) e
    where not w.of_sessions
    union all
    select entity_type, oracle.entity_id(entity_id::text), null, account_id, session_id, visitor_id, viewed_at, time_on_page, -sign
    from page_view_changes where not w.of_sessions and oracle.is_counted(entity_type)
    union all
    select
      entity_type, entity_id, case when (select oracle.has_level('owner')) then owner_id end, account_id, session_id, visitor_id, viewed_at,
      time_on_page, 1
    from oracle.page_views
    where w.of_sessions
    union all
    select
      entity_type, oracle.entity_id(entity_id::text), case when (select oracle.has_level('owner')) then owner_id::text end, account_id, session_id,
      visitor_id, viewed_at, time_on_page, -sign
    from page_view_changes where w.of_sessions and is_group is null
  ) s
  group by s.entity_type, s.entity_id, s.owner_id, s.account_id, s.session_id, s.visitor_id, s.viewed_at, s.time_on_page
) v
cross join generate_series(1, v.views);

create view oracle.all_views as
select
  pv.is_folded,
  pv.entity_type,
  pv.entity_id,
  pv.account_id is not null as is_account,
  case
    when pv.account_id is not null then 'a'
    when pv.visitor_id is not null then 'v'
    when pv.session_id is not null then 's'
  end as kind,
  coalesce(pv.account_id::text, pv.visitor_id::text, pv.session_id::text) as visitor_id,
  -- an account, a visitor_id and a session with the same id are three visitors; nobody is not a visitor
  case
    when pv.account_id is not null then 'account ' || pv.account_id
    when pv.visitor_id is not null then 'browser ' || pv.visitor_id
    when pv.session_id is not null then 'session ' || pv.session_id
  end as visitor,
  pv.viewed_at,
  (pv.viewed_at at time zone oracle.time_zone())::date as date,
  extract(hour from pv.viewed_at at time zone oracle.time_zone())::integer as hour,
  pv.time_on_page,
  pv.session_id::text as session_id,
  pv.source_no,
  pv.device_no,
  -- what was viewed, and whose it was, also of a group
  pv.viewed_type,
  pv.viewed_id,
  pv.owner_id
from (
  select
    true as is_folded, f.entity_type, f.entity_id, f.account_id, f.session_id, f.visitor_id, f.viewed_at, f.time_on_page,
    null as source_no, null as device_no, null as viewed_type, null as viewed_id, null as owner_id
  from oracle.known_page_views f
  where not f.of_sessions
  union all
  select false, e.entity_type, e.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at, r.time_on_page, r.source_no,
    r.device_no, r.entity_type, r.entity_id, r.owner_id
  from oracle.page_views r
  cross join lateral oracle.counted_as(r.entity_type, r.entity_id, r.owner_id) e
) pv;

-- What the rollups should say follows from these,
create view oracle.views as select * from oracle.all_views where is_folded;

-- and what should be answered from these: every view that is committed.
create view oracle.live_views as select * from oracle.all_views where not is_folded;

create view oracle.visitor_sessions as
with
views as (
  select * from oracle.known_page_views where of_sessions and session_id is not null
),
sessions as (
  select
    session_id, min(viewed_at) as first_seen, max(viewed_at) as last_seen, count(*) as total_views,
    coalesce(sum(time_on_page), 0) as time_total
  from views
  group by session_id
),
first_views as (
  select distinct on (session_id) session_id, entity_type, entity_id, owner_id
  from views
  order by
    session_id, viewed_at, entity_type, entity_id::oracle.entity_id_type nulls first, owner_id::oracle.entity_id_type nulls first
),
latest_accounts as (
  select distinct on (session_id) session_id, account_id, viewed_at
  from views
  where account_id is not null
  order by session_id, viewed_at desc, account_id desc
),
pages as (
  select
    session_id, count(*) as unique_pages
  from (select distinct session_id, entity_type, entity_id from views) p
  group by session_id
)
select
  s.session_id::text as session_id,
  a.account_id::text as account_id,
  a.viewed_at as account_seen_at,
  s.first_seen as first_seen_at, s.last_seen as last_seen_at, s.total_views, p.unique_pages, s.time_total,
  f.entity_type as entry_entity_type,
  f.entity_id as entry_entity_id,
  f.owner_id as entry_owner_id
from sessions s
join first_views f on f.session_id = s.session_id
join pages p on p.session_id = s.session_id
left join latest_accounts a on a.session_id = s.session_id;

-- Where did each session enter, and did it leave at once?
create view oracle.entries as
select
  e.entity_type, e.entity_id,
  (s.first_seen_at at time zone oracle.time_zone())::date as date,
  extract(hour from s.first_seen_at at time zone oracle.time_zone())::integer as hour,
  s.total_views = 1 and s.time_total < 10 as is_bounce
from oracle.visitor_sessions s
cross join lateral oracle.counted_as(s.entry_entity_type, s.entry_entity_id, s.entry_owner_id) e;

-- The entries and bounces that the rollups of entities should know of.
create view oracle.known_entries as
select entity_type, entity_id, date, hour, 1 as entries, is_bounce::integer as bounces from oracle.entries
union all
-- what sessions have not handed on yet
select entity_type, oracle.entity_id(entity_id::text), date, hour, -entries, -bounces from entry_changes
where oracle.is_counted(entity_type);

-- The entry of each session, of all views that are committed: folded or not.
create view oracle.live_entries as
select e.entity_type, e.entity_id, v.date, v.hour, v.is_bounce
from (
  select distinct on (v.session_id)
    v.entity_type, v.entity_id, v.owner_id,
    (v.viewed_at at time zone oracle.time_zone())::date as date,
    extract(hour from v.viewed_at at time zone oracle.time_zone())::integer as hour,
    count(*) over session = 1 and coalesce(sum(v.time_on_page) over session, 0) < 10 as is_bounce
  from oracle.page_views v
  where v.session_id is not null
  window session as (partition by v.session_id)
  order by
    v.session_id, v.viewed_at, v.entity_type, v.entity_id::oracle.entity_id_type nulls first,
    v.owner_id::oracle.entity_id_type nulls first
) v
cross join lateral oracle.counted_as(v.entity_type, v.entity_id, v.owner_id) e;

create view oracle.visitor_days as
select
  entity_type, entity_id, is_account, kind, visitor_id, date,
  lag(date) over (partition by entity_type, entity_id, visitor order by date) as prev_date,
  count(*) as views,
  count(time_on_page) as timed_views,
  sum(distinct 1 << hour) as hours_seen,
  coalesce(sum(time_on_page), 0) as time_total,
  min(viewed_at) as first_view,
  max(viewed_at) as last_view
from oracle.views
where visitor is not null
group by entity_type, entity_id, visitor, is_account, kind, visitor_id, date;

-- Who viewed an entity once needs no row for the day.
create view oracle.stored_visitor_days as
select
  entity_type, entity_id, kind, visitor_id, date, prev_date, views, timed_views,
  hours_seen, time_total, first_view, last_view
from (
  select d.*, sum(views) over (partition by entity_type, entity_id, kind, visitor_id) as visit_count
  from oracle.visitor_days d
) d
where visit_count > 1;

create view oracle.visitor_returns as
select entity_type, entity_id, date, prev_date, count(*) as visitors, count(*) filter (where is_account) as accounts
from oracle.visitor_days
where prev_date is not null
group by entity_type, entity_id, date, prev_date;

create view oracle.visitor_return_weeks as
select
  entity_type, entity_id,
  date - extract(isodow from date)::integer + 1 as week,
  prev_date - extract(isodow from prev_date)::integer + 1 as prev_week,
  sum(visitors) as visitors, sum(accounts) as accounts
from oracle.visitor_returns
group by 1, 2, 3, 4;

create view oracle.visitors as
select
  entity_type, entity_id,
  max(visitor_id) filter (where kind = 'a') as account_id,
  max(visitor_id) filter (where kind = 'v') as visitor_id,
  max(visitor_id) filter (where kind = 's') as session_id,
  count(*) as visit_count,
  count(distinct date) as days_visited,
  count(time_on_page) as timed_views,
  coalesce(sum(time_on_page), 0) as time_total,
  round(avg(time_on_page), 2) as avg_time_on_page,
  min(viewed_at) as first_visit,
  max(viewed_at) as last_visit
from oracle.views
where visitor is not null
group by entity_type, entity_id, visitor;

create view oracle.aggregates as
with
ranked as (
  select
    v.*,
    min(date) over (partition by entity_type, entity_id, visitor) as first_ever,
    min(date) over (partition by entity_type, entity_id, visitor, date_trunc('week', date::timestamp)) as first_in_week,
    min(date) over (partition by entity_type, entity_id, visitor, date_trunc('month', date::timestamp)) as first_in_month,
    min(date) over (partition by entity_type, entity_id, visitor, date_trunc('quarter', date::timestamp)) as first_in_quarter,
    min(date) over (partition by entity_type, entity_id, visitor, date_trunc('year', date::timestamp)) as first_in_year
  from oracle.views v
),
counted as (
  select
    entity_type, entity_id, date, null::integer as hour,
    count(*) as total_views,
    count(distinct visitor) as unique_visitors,
    count(distinct visitor) filter (where is_account) as unique_accounts,
    count(distinct visitor) filter (where not is_account) as anonymous_visitors,
    count(time_on_page) as timed_views,
    coalesce(sum(time_on_page), 0) as time_total,
    round(avg(time_on_page), 2) as avg_time_on_page,
    count(distinct visitor) filter (where date = first_ever) as new_visitors,
    count(distinct visitor) filter (where date = first_ever and is_account) as new_accounts,
    count(distinct visitor) filter (where date = first_in_week) as visitors_first_in_week,
    count(distinct visitor) filter (where date = first_in_week and is_account) as accounts_first_in_week,
    count(distinct visitor) filter (where date = first_in_month) as visitors_first_in_month,
    count(distinct visitor) filter (where date = first_in_month and is_account) as accounts_first_in_month,
    count(distinct visitor) filter (where date = first_in_quarter) as visitors_first_in_quarter,
    count(distinct visitor) filter (where date = first_in_quarter and is_account) as accounts_first_in_quarter,
    count(distinct visitor) filter (where date = first_in_year) as visitors_first_in_year,
    count(distinct visitor) filter (where date = first_in_year and is_account) as accounts_first_in_year
  from ranked
  group by entity_type, entity_id, date
  union all
  select
    entity_type, entity_id, date, hour,
    count(*), count(distinct visitor),
    count(distinct visitor) filter (where is_account),
    count(distinct visitor) filter (where not is_account),
    count(time_on_page), coalesce(sum(time_on_page), 0), round(avg(time_on_page), 2),
    null, null, null, null, null, null, null, null, null, null
  from oracle.views
  group by entity_type, entity_id, date, hour
),
entered as (
  select entity_type, entity_id, date, hour, sum(entries) as entries, sum(bounces) as bounces
  from oracle.known_entries
  group by grouping sets ((entity_type, entity_id, date, hour), (entity_type, entity_id, date))
)
select
  c.*,
  coalesce(e.entries, 0) as entries,
  coalesce(e.bounces, 0) as bounces,
  round(100.0 * e.bounces / nullif(e.entries, 0), 2) as bounce_rate
from counted c
left join entered e
  on e.entity_type = c.entity_type and e.entity_id is not distinct from c.entity_id
  and e.date = c.date and e.hour is not distinct from c.hour;

create view oracle.entities as
select v.*, coalesce(e.entries, 0) as entries, coalesce(e.bounces, 0) as bounces
from (
  select
    entity_type, entity_id, min(viewed_at) as first_view, max(viewed_at) as last_view,
    coalesce(sum(time_on_page), 0) as time_total, count(*) as views, count(time_on_page) as timed_views,
    count(distinct visitor) as visitors, count(distinct visitor) filter (where is_account) as accounts
  from oracle.views
  group by entity_type, entity_id
) v
left join (
  select entity_type, entity_id, sum(entries) as entries, sum(bounces) as bounces from oracle.known_entries group by 1, 2
) e on e.entity_type = v.entity_type and e.entity_id is not distinct from v.entity_id;

-- The rollups under the plan's names, with the groups that those leave out.
do $$
declare
  v_view text;
begin
  foreach v_view in array '{analytics_aggregates,analytics_visitors}'::text[] loop
    execute format(
      'create view oracle.%I as %s', v_view,
      replace(pg_get_viewdef(v_view::regclass), '!~~ ''headcount:%''::text', 'is not null')
    );
  end loop;
end
$$;
