-- Look-ups in the rollups. They are inlined into the statements that use them.
--
-- What is found by a hash is compared with "is not distinct from" afterwards: "=" would let the planner take another index,
-- by the entity alone, and read all of its rows. A limit keeps a single probe what it is: without one, the planner may
-- choose to read the whole table once instead.

-- In which zone are dates and hours cut? With the limit it is known to be one row, whatever was last analyzed.
create or replace function :schema.reporting_zone() returns table (time_zone text)
language sql stable
begin atomic
  select s.time_zone from :schema.analytics_settings s limit 1;
end;

-- Which row keeps this visitor of the entity?
create or replace function :schema.visitor_at(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type
) returns setof :schema.analytics_entity_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_entity_visitors v
  where :schema.pair_key(v.entity_type, v.entity_id, v.visitor_id) = :schema.pair_key(p_entity_type, p_entity_id, p_visitor_id)
    and v.entity_id is not distinct from p_entity_id and v.visitor_id is not distinct from p_visitor_id
    and v.kind is not distinct from p_kind and v.entity_type is not distinct from p_entity_type
  limit 1;
end;

-- The latest p_limit visitor-days of this visitor up to a date, and
create or replace function :schema.visitor_days_until(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type, p_date date, p_limit integer
) returns setof :schema.analytics_visitor_days
language sql stable
begin atomic
  select d.* from :schema.analytics_visitor_days d
  where :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id) = :schema.pair_key(p_entity_type, p_entity_id, p_visitor_id)
    and d.date <= p_date
    and d.entity_id is not distinct from p_entity_id and d.visitor_id is not distinct from p_visitor_id
    and d.kind is not distinct from p_kind and d.entity_type is not distinct from p_entity_type
  order by :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id) desc, d.date desc
  limit p_limit;
end;

-- the one that follows a date.
create or replace function :schema.visitor_day_after(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type, p_date date
) returns setof :schema.analytics_visitor_days
language sql stable
begin atomic
  select d.* from :schema.analytics_visitor_days d
  where :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id) = :schema.pair_key(p_entity_type, p_entity_id, p_visitor_id)
    and d.date > p_date
    and d.entity_id is not distinct from p_entity_id and d.visitor_id is not distinct from p_visitor_id
    and d.kind is not distinct from p_kind and d.entity_type is not distinct from p_entity_type
  order by :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id), d.date
  limit 1;
end;

-- Which row keeps this date of the entity?
create or replace function :schema.day_at(p_entity_type text, p_entity_id :entity_id_type, p_date date)
returns setof :schema.analytics_days
language sql stable
begin atomic
  select d.* from :schema.analytics_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date = p_date
  limit 1;
end;

-- Which row keeps the totals of all time of the entity?
create or replace function :schema.entity_at(p_entity_type text, p_entity_id :entity_id_type)
returns setof :schema.analytics_entities
language sql stable
begin atomic
  select e.* from :schema.analytics_entities e
  where e.entity_type = p_entity_type and e.entity_id = p_entity_id
  limit 1;
end;

-- What is stored of this session?
create or replace function :schema.session_at(p_session_id :session_id_type) returns setof :schema.visitor_sessions
language sql stable
begin atomic
  select s.* from :schema.visitor_sessions s where s.session_id = p_session_id limit 1;
end;

-- From when until when may views of this session be counted of an account or a visitor_id? No row where none is.
create or replace function :schema.time_identified(p_session_id :session_id_type) returns table (since timestamptz, until timestamptz)
language sql stable
begin atomic
  select s.first_seen_at, s.last_seen_at from :schema.session_at(p_session_id) s where s.identified and s.total_views > 0;
end;

-- The hours that are packed into these numbers, of which an hour may have several records.
create or replace function :schema.unpacked_hours(p_hours integer[]) returns table (
  hour smallint, views integer, timed_views integer, time_total bigint, visitors integer, accounts integer,
  entries integer, bounces integer
)
language sql immutable parallel safe
begin atomic
  select
    p_hours[n][1]::smallint, p_hours[n][2], p_hours[n][3], p_hours[n][4]::bigint * 1073741824 + p_hours[n][5],
    p_hours[n][6], p_hours[n][7], p_hours[n][8], p_hours[n][9]
  -- in a select list the numbers are not stored before they are read: of a year there are nine thousand
  from (select generate_series(1, array_length(p_hours, 1)) as n) h;
end;

-- One record of an hour, as analytics_hours has it.
create or replace function :schema.packed_hour(
  p_hour smallint, p_views bigint, p_timed_views bigint, p_time_total bigint, p_visitors bigint, p_accounts bigint,
  p_entries bigint, p_bounces bigint
) returns integer[]
language sql immutable parallel safe
begin atomic
  select array[
    p_hour, p_views::integer, p_timed_views::integer, (p_time_total >> 30)::integer, (p_time_total & 1073741823)::integer,
    p_visitors::integer, p_accounts::integer, p_entries::integer, p_bounces::integer
  ];
end;

-- These hours with one record each, and without those that nothing is left of.
create or replace function :schema.merged_hours(p_hours integer[]) returns integer[]
language sql immutable parallel safe
begin atomic
  select coalesce(array_agg(
    :schema.packed_hour(h.hour, h.views, h.timed_views, h.time_total, h.visitors, h.accounts, h.entries, h.bounces)
    order by h.hour
  ), '{}')
  from (
    select
      u.hour, sum(u.views) as views, sum(u.timed_views) as timed_views, sum(u.time_total)::bigint as time_total,
      sum(u.visitors) as visitors, sum(u.accounts) as accounts, sum(u.entries) as entries, sum(u.bounces) as bounces
    from :schema.unpacked_hours(p_hours) u
    group by u.hour
    having (sum(u.views), sum(u.timed_views), sum(u.time_total), sum(u.visitors), sum(u.accounts), sum(u.entries), sum(u.bounces))
      <> (0, 0, 0, 0, 0, 0, 0)
  ) h;
end;
