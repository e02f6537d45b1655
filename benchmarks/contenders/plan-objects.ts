import { visitorOfView } from "./visitor-of-view.ts";

/**
 * What one writes first: a daily table filled by a scheduled insert, a materialized view of visitors, and two
 * functions. Reconstructed from the plan that Headcount grew from, with its predicates on `DATE(viewed_at)`.
 *
 * Corrected only where its answers could not be compared otherwise: visitors without an account are distinguished.
 */
export const planObjects = `
create schema plan;

create table plan.analytics_aggregates (
  id bigint generated always as identity primary key,
  entity_type text not null,
  entity_id uuid,
  date date not null,
  hour integer,
  total_views integer not null,
  unique_visitors integer not null,
  unique_accounts integer not null,
  anonymous_visitors integer not null,
  avg_time_on_page numeric,
  bounce_rate numeric,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (entity_type, entity_id, date, hour)
);

-- A day's row has no hour, and NULL never conflicts with NULL: each run adds the rows again.
create function plan.aggregate_page_views(p_start_date date, p_end_date date) returns void
language sql
as $$
  insert into plan.analytics_aggregates (
    entity_type, entity_id, date, total_views, unique_visitors, unique_accounts, anonymous_visitors, avg_time_on_page
  )
  select
    v.entity_type, v.entity_id, date(v.viewed_at),
    count(*),
    count(distinct ${visitorOfView}),
    count(distinct v.account_id),
    count(distinct ${visitorOfView}) filter (where v.account_id is null),
    avg(v.time_on_page)
  from public.page_views v
  where date(v.viewed_at) between p_start_date and p_end_date
  group by v.entity_type, v.entity_id, date(v.viewed_at)
  on conflict (entity_type, entity_id, date, hour) do update set
    total_views = excluded.total_views,
    unique_visitors = excluded.unique_visitors,
    unique_accounts = excluded.unique_accounts,
    anonymous_visitors = excluded.anonymous_visitors,
    avg_time_on_page = excluded.avg_time_on_page,
    updated_at = now()
$$;

-- p_period is taken and not used.
create function plan.get_time_series_data(
  p_entity_type text, p_entity_id uuid, p_start_date date, p_end_date date, p_period text
) returns table (date date, total_views bigint, unique_visitors bigint)
language sql stable
as $$
  select a.date, sum(a.total_views), sum(a.unique_visitors)
  from plan.analytics_aggregates a
  where a.entity_type = p_entity_type and a.entity_id = p_entity_id
    and a.date between p_start_date and p_end_date and a.hour is null
  group by a.date
  order by a.date
$$;

create materialized view plan.analytics_visitors as
select
  v.entity_type, v.entity_id, v.account_id is not null as is_account, ${visitorOfView} as visitor_id,
  count(*) as visit_count, min(v.viewed_at) as first_visit, max(v.viewed_at) as last_visit,
  avg(v.time_on_page) as avg_time_on_page
from public.page_views v
where v.account_id is not null or v.session_id is not null
group by 1, 2, 3, 4;

-- What a refresh that does not block readers needs.
create unique index on plan.analytics_visitors (entity_type, entity_id, is_account, visitor_id);
create index on plan.analytics_visitors (entity_type, entity_id, visit_count desc, last_visit desc);

create function plan.get_entity_visitors(
  p_entity_type text, p_entity_id uuid, p_start_date date, p_end_date date, p_limit integer
) returns table (visitor uuid, is_account boolean, visit_count bigint, last_visit timestamptz)
language sql stable
as $$
  select ${visitorOfView}, v.account_id is not null, count(*), max(v.viewed_at)
  from public.page_views v
  where v.entity_type = p_entity_type and v.entity_id = p_entity_id
    and date(v.viewed_at) between p_start_date and p_end_date
  group by 1, 2
  order by 3 desc, 4 desc, 2, 1
  limit p_limit
$$`;
