-- What the client is told about visitors, and two questions for SQL and RPC users, answered with the same numbers.

-- Which are the latest page views of each of these visitors? place is that of the visitor. They are between two instants,
-- and on these dates of a time zone, which is NULL when that is all time. Who has an account is found by it, who has none
-- by the session; of the two branches for each one is run.
create or replace function :schema.latest_visits(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.listed_visitor[], p_from timestamptz,
  p_until timestamptz, p_time_zone text, p_start_date date, p_end_date date, p_limit integer
) returns table (place bigint, viewed_at timestamptz, referrer_url text)
language sql stable
begin atomic
  select u.ordinality, v.viewed_at, v.referrer_url
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_views pv
    where pv.account_id = case when u.is_account then u.visitor_id:::account_id_type end
      and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.viewed_at desc, pv.referrer_url
    limit p_limit
  ) v
  where u.is_account
  union all
  select u.ordinality, v.viewed_at, v.referrer_url
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_views pv
    where pv.account_id = case when u.is_account then u.visitor_id:::account_id_type end
      and p_entity_id is null and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.viewed_at desc, pv.referrer_url
    limit p_limit
  ) v
  where u.is_account
  union all
  select u.ordinality, v.viewed_at, v.referrer_url
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_views pv
    where pv.session_id = case when not u.is_account then u.visitor_id:::session_id_type end and pv.account_id is null
      and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.viewed_at desc, pv.referrer_url
    limit p_limit
  ) v
  where not u.is_account
  union all
  select u.ordinality, v.viewed_at, v.referrer_url
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_views pv
    where pv.session_id = case when not u.is_account then u.visitor_id:::session_id_type end and pv.account_id is null
      and p_entity_id is null and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.viewed_at desc, pv.referrer_url
    limit p_limit
  ) v
  where not u.is_account;
end;

-- These visitors in their order, each with its account or its session, and with the name of its account. The host's view
-- may call functions of the host's: this is inlined where its search_path holds.
create or replace function :schema.named_visitors(p_visitors :schema.listed_visitor[]) returns table (
  account_id :account_id_type, session_id :session_id_type, username text, display_name text,
  visit_count bigint, days_visited bigint, first_visit timestamptz, last_visit timestamptz, avg_time_on_page numeric,
  place bigint
)
language sql stable
begin atomic
  select distinct on (v.ordinality)
    v.account_id, v.session_id, a.username, a.display_name,
    v.visit_count, v.days_visited, v.first_visit, v.last_visit, v.avg_time_on_page, v.ordinality
  from (
    select
      case when u.is_account then u.visitor_id:::account_id_type end as account_id,
      case when not u.is_account then u.visitor_id:::session_id_type end as session_id,
      u.*
    from unnest(p_visitors) with ordinality u
  ) v
  left join :schema.analytics_accounts a on a.account_id = v.account_id
  order by v.ordinality, a.username, a.display_name;
end;

-- How the client reads visitors: a column each as a JSON array, in their order; instants in UTC with all their digits. Of
-- the latest visits as well, which visit_places gives to their visitors. NULL where there is none.
create or replace function :schema.visitor_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.listed_visitor[],
  p_start_date date, p_end_date date, p_visits_limit integer,
  out account_ids text, out session_ids text, out visit_counts text, out days_visited text, out first_visits text,
  out last_visits text, out avg_times_on_page text, out visit_places text, out visit_times text, out visit_referrers text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  -- the index gets a day's margin; outside the years 1 to 9999 nothing is counted
  v_from timestamptz := greatest(
    p_start_date::timestamp at time zone v_time_zone - interval '1 day', timestamptz '0001-01-02 00:00:00+00'
  );
  v_until timestamptz := least(
    p_end_date::timestamp at time zone v_time_zone + interval '2 days', timestamptz '9999-12-31 00:00:00+00'
  );
begin
  select
    json_agg(case when v.is_account then v.visitor_id::text end),
    json_agg(case when not v.is_account then v.visitor_id::text end), json_agg(v.visit_count), json_agg(v.days_visited),
    json_agg(v.first_visit::timestamp), json_agg(v.last_visit::timestamp), json_agg(v.avg_time_on_page)
  into account_ids, session_ids, visit_counts, days_visited, first_visits, last_visits, avg_times_on_page
  from (select u.* from unnest(p_visitors) with ordinality u order by u.ordinality) v;

  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    v_time_zone := null;
  end if;
  select json_agg(v.place), json_agg(v.viewed_at::timestamp), json_agg(v.referrer_url)
  into visit_places, visit_times, visit_referrers
  from (
    select l.* from :schema.latest_visits(
      p_entity_type, p_entity_id, p_visitors, v_from, v_until, v_time_zone, p_start_date, p_end_date, p_visits_limit
    ) l
    order by l.place, l.viewed_at desc, l.referrer_url
  ) v;
end
$$;

-- And their names? The client's statement asks, for they are the host's: see named_visitors.
create or replace function :schema.visitor_names(p_visitors :schema.listed_visitor[]) returns table (usernames text, display_names text)
language sql stable
begin atomic
  select json_agg(v.username)::text, json_agg(coalesce(v.display_name, v.username, 'Anonymous'))::text
  from :schema.named_visitors(p_visitors) v;
end;

-- Who viewed this entity, and how often? Over all time, or on the dates given; most views first.
create or replace function :schema.get_entity_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date default null, p_end_date date default null,
  p_limit integer default 50
) returns table (
  account_id :account_id_type, session_id :session_id_type, username text, display_name text,
  visit_count bigint, days_visited bigint, first_visit timestamptz, last_visit timestamptz, avg_time_on_page numeric
)
language sql stable
begin atomic
  select
    v.account_id, v.session_id, v.username, coalesce(v.display_name, v.username, 'Anonymous'),
    v.visit_count, v.days_visited, v.first_visit, v.last_visit, v.avg_time_on_page
  from :schema.first_visitors(
    p_entity_type, p_entity_id, coalesce(p_start_date, '-infinity'), coalesce(p_end_date, 'infinity'), p_limit
  ) f
  cross join lateral :schema.named_visitors(f.visitors) v
  order by v.place;
end;

-- How many viewed this entity, over time? One row per bucket, empty ones included.
create or replace function :schema.get_time_series_data(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text default 'daily'
) returns table (
  date date, hour smallint, total_views bigint, unique_visitors bigint, unique_accounts bigint,
  anonymous_visitors bigint, avg_time_on_page numeric, bounce_rate numeric
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  v_unit text := :schema.period_unit(p_period);
begin
  if p_start_date is null or p_end_date is null then
    raise exception 'p_start_date and p_end_date must both be given' using errcode = 'invalid_parameter_value';
  end if;
  if p_start_date > p_end_date then
    raise exception 'p_start_date (%) is after p_end_date (%)', p_start_date, p_end_date
      using errcode = 'invalid_parameter_value';
  end if;

  return query
  select
    b.date, b.hour, coalesce(s.total_views, 0), coalesce(s.unique_visitors, 0), coalesce(s.unique_accounts, 0),
    coalesce(s.unique_visitors - s.unique_accounts, 0),
    round(s.time_total::numeric / nullif(s.timed_views, 0), 2), round(100.0 * s.bounces / nullif(s.entries, 0), 2)
  from (
    select bucket::date as date, null::smallint as hour, bucket::date - p_start_date as bucket
    from generate_series(
      date_trunc(v_unit, p_start_date::timestamp), p_end_date::timestamp, :schema.unit_length(v_unit)
    ) bucket
    where v_unit <> 'hour'
    union all
    select h.date, h.hour, (h.date - p_start_date) * 24 + h.hour
    from :schema.hours_of(p_start_date, p_end_date) h
    where v_unit = 'hour'
  ) b
  left join (
    select u.*
    from :schema.entity_series(p_entity_type, p_entity_id, p_start_date, p_end_date, p_period) e
    cross join lateral unnest(
      e.buckets, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts, e.entries, e.bounces
    ) u (bucket, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces)
  ) s on s.bucket = b.bucket
  order by b.date, b.hour;
end
$$;
