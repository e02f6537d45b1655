-- Look-ups of what belongs to an entity, to one of its visitors or to a session: the one place where a NULL entity is
-- looked for.
--
-- Of an entity, each is two index scans of which one is never run, for "= NULL" finds nothing. They are inlined into
-- the statements that use them.

-- Which row keeps this visitor-day?
create or replace function :schema.visitor_day_at(
  p_entity_type text, p_entity_id :entity_id_type, p_is_account boolean, p_visitor_id :visitor_id_type, p_date date
) returns setof :schema.analytics_visitor_days
language sql stable
begin atomic
  select d.* from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id
    and d.date = p_date and d.visitor_id = p_visitor_id and d.is_account = p_is_account
  union all
  select d.* from :schema.analytics_visitor_days d
  where p_entity_id is null and d.entity_type = p_entity_type and d.entity_id is null
    and d.date = p_date and d.visitor_id = p_visitor_id and d.is_account = p_is_account;
end;

-- Which row keeps this visitor of the entity?
create or replace function :schema.visitor_at(
  p_entity_type text, p_entity_id :entity_id_type, p_is_account boolean, p_visitor_id :visitor_id_type
) returns setof :schema.analytics_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_visitors v
  where v.entity_type = p_entity_type and v.entity_id = p_entity_id
    and v.visitor_id = p_visitor_id and v.is_account = p_is_account
  union all
  select v.* from :schema.analytics_visitors v
  where p_entity_id is null and v.entity_type = p_entity_type and v.entity_id is null
    and v.visitor_id = p_visitor_id and v.is_account = p_is_account;
end;

-- Where is it stored? What is to be deleted is looked up first: the order of a join would be the planner's to choose.
create or replace function :schema.visitor_day_place(
  p_entity_type text, p_entity_id :entity_id_type, p_is_account boolean, p_visitor_id :visitor_id_type, p_date date
) returns table (place tid)
language sql stable
begin atomic
  select d.ctid from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id
    and d.date = p_date and d.visitor_id = p_visitor_id and d.is_account = p_is_account
  union all
  select d.ctid from :schema.analytics_visitor_days d
  where p_entity_id is null and d.entity_type = p_entity_type and d.entity_id is null
    and d.date = p_date and d.visitor_id = p_visitor_id and d.is_account = p_is_account;
end;

-- Where are the entity's rows of these dates and their hours stored?
create or replace function :schema.aggregate_places(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (place tid)
language sql stable
begin atomic
  select a.ctid from :schema.analytics_aggregates a
  where a.entity_type = p_entity_type and a.entity_id = p_entity_id and a.date between p_start_date and p_end_date
  union all
  select a.ctid from :schema.analytics_aggregates a
  where p_entity_id is null and a.entity_type = p_entity_type and a.entity_id is null
    and a.date between p_start_date and p_end_date;
end;

-- Which rows of whole days are stored for this entity on these dates?
create or replace function :schema.day_rows_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_aggregates
language sql stable
begin atomic
  select a.* from :schema.analytics_aggregates a
  where a.entity_type = p_entity_type and a.entity_id = p_entity_id
    and a.hour is null and a.date between p_start_date and p_end_date
  union all
  select a.* from :schema.analytics_aggregates a
  where p_entity_id is null and a.entity_type = p_entity_type and a.entity_id is null
    and a.hour is null and a.date between p_start_date and p_end_date;
end;

-- And which of their hours? Every hour is named, for then the index on (entity, hour, date) is used.
create or replace function :schema.hour_rows_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_aggregates
language sql stable
begin atomic
  select a.* from :schema.analytics_aggregates a
  where a.entity_type = p_entity_type and a.entity_id = p_entity_id
    and a.hour = any (array(select generate_series(0, 23)::smallint)) and a.date between p_start_date and p_end_date
  union all
  select a.* from :schema.analytics_aggregates a
  where p_entity_id is null and a.entity_type = p_entity_type and a.entity_id is null
    and a.hour = any (array(select generate_series(0, 23)::smallint)) and a.date between p_start_date and p_end_date;
end;

-- Where are its returns of these dates stored?
create or replace function :schema.return_places(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (place tid)
language sql stable
begin atomic
  select r.ctid from :schema.analytics_visitor_returns r
  where r.entity_type = p_entity_type and r.entity_id = p_entity_id and r.date between p_start_date and p_end_date
  union all
  select r.ctid from :schema.analytics_visitor_returns r
  where p_entity_id is null and r.entity_type = p_entity_type and r.entity_id is null
    and r.date between p_start_date and p_end_date;
end;

-- And those of these weeks, by their Mondays?
create or replace function :schema.return_week_places(
  p_entity_type text, p_entity_id :entity_id_type, p_start_week date, p_end_week date
) returns table (place tid)
language sql stable
begin atomic
  select w.ctid from :schema.analytics_visitor_return_weeks w
  where w.entity_type = p_entity_type and w.entity_id = p_entity_id and w.week between p_start_week and p_end_week
  union all
  select w.ctid from :schema.analytics_visitor_return_weeks w
  where p_entity_id is null and w.entity_type = p_entity_type and w.entity_id is null
    and w.week between p_start_week and p_end_week;
end;

-- Which returns are stored for this entity on these dates?
create or replace function :schema.returns_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_visitor_returns
language sql stable
begin atomic
  select r.* from :schema.analytics_visitor_returns r
  where r.entity_type = p_entity_type and r.entity_id = p_entity_id and r.date between p_start_date and p_end_date
  union all
  select r.* from :schema.analytics_visitor_returns r
  where p_entity_id is null and r.entity_type = p_entity_type and r.entity_id is null
    and r.date between p_start_date and p_end_date;
end;

-- Which visitor-days are stored for this entity on these dates?
create or replace function :schema.visitor_days_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_visitor_days
language sql stable
begin atomic
  select d.* from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
  union all
  select d.* from :schema.analytics_visitor_days d
  where p_entity_id is null and d.entity_type = p_entity_type and d.entity_id is null
    and d.date between p_start_date and p_end_date;
end;

-- Which visitors are stored for this entity?
create or replace function :schema.visitors_of(p_entity_type text, p_entity_id :entity_id_type)
returns setof :schema.analytics_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_visitors v
  where v.entity_type = p_entity_type and v.entity_id = p_entity_id
  union all
  select v.* from :schema.analytics_visitors v
  where p_entity_id is null and v.entity_type = p_entity_type and v.entity_id is null;
end;

-- Does this view belong to an entity and a date? One without entity_type or viewed_at does not, and neither does
-- one outside the years 1 to 9999: infinity has no date.
create or replace function :schema.is_counted(p_entity_type text, p_viewed_at timestamptz) returns boolean
language sql immutable
begin atomic
  select p_entity_type is not null
    and p_viewed_at >= timestamptz '0001-01-02 00:00:00+00' and p_viewed_at < timestamptz '9999-12-31 00:00:00+00';
end;

-- Which page views has this entity on these dates? The index gets a day's margin and the label decides.
create or replace function :schema.page_views_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_time_zone text
) returns table (
  account_id :account_id_type, session_id :session_id_type, viewed_at timestamptz, local_time timestamp, time_on_page bigint
)
language sql stable
begin atomic
  select v.account_id, v.session_id, v.viewed_at, v.viewed_at at time zone p_time_zone, v.time_on_page
  from (
    select pv.account_id, pv.session_id, pv.viewed_at, pv.time_on_page
    from :page_views pv
    where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
    union all
    select pv.account_id, pv.session_id, pv.viewed_at, pv.time_on_page
    from :page_views pv
    where p_entity_id is null and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
  ) v
  where :schema.is_counted(p_entity_type, v.viewed_at)
    and (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date;
end;

-- Which page views of the entity has this visitor on these dates?
-- Dates are labels of local time and not always one stretch of it (St. John's set its clocks back at 00:01),
-- so the index gets a day's margin and the label decides.
create or replace function :schema.page_views_of_visitor(
  p_entity_type text, p_entity_id :entity_id_type, p_is_account boolean, p_visitor_id :visitor_id_type,
  p_start_date date, p_end_date date, p_time_zone text
) returns table (viewed_at timestamptz, date date, time_on_page bigint)
language sql stable
begin atomic
  select v.viewed_at, (v.viewed_at at time zone p_time_zone)::date, v.time_on_page
  from (
    select pv.viewed_at, pv.time_on_page from :page_views pv
    where p_is_account and pv.account_id = case when p_is_account then p_visitor_id:::account_id_type end
      and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
    union all
    select pv.viewed_at, pv.time_on_page from :page_views pv
    where p_is_account and pv.account_id = case when p_is_account then p_visitor_id:::account_id_type end
      and p_entity_id is null and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
    union all
    select pv.viewed_at, pv.time_on_page from :page_views pv
    where not p_is_account and pv.session_id = case when not p_is_account then p_visitor_id:::session_id_type end
      and pv.account_id is null
      and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
    union all
    select pv.viewed_at, pv.time_on_page from :page_views pv
    where not p_is_account and pv.session_id = case when not p_is_account then p_visitor_id:::session_id_type end
      and pv.account_id is null
      and p_entity_id is null and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
  ) v
  where :schema.is_counted(p_entity_type, v.viewed_at)
    and (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date;
end;

-- What is stored of this session? The limit keeps this a single probe wherever it is inlined.
create or replace function :schema.session_at(p_session_id :session_id_type) returns setof :schema.visitor_sessions
language sql stable
begin atomic
  select s.* from :schema.visitor_sessions s where s.session_id = p_session_id limit 1;
end;

-- Which page views has this session?
create or replace function :schema.page_views_of_session(p_session_id :session_id_type) returns table (
  entity_type text, entity_id :entity_id_type, viewed_at timestamptz, account_id :account_id_type, time_on_page bigint
)
language sql stable
begin atomic
  select pv.entity_type, pv.entity_id, pv.viewed_at, pv.account_id, pv.time_on_page
  from :page_views pv
  where pv.session_id = p_session_id and :schema.is_counted(pv.entity_type, pv.viewed_at)
  offset 0;
end;

-- Which sessions entered at this entity?
create or replace function :schema.sessions_entered_at(p_entity_type text, p_entity_id :entity_id_type)
returns table (session_id :session_id_type)
language sql stable
begin atomic
  select s.session_id from :schema.visitor_sessions s
  where s.entry_entity_type = p_entity_type and s.entry_entity_id = p_entity_id
  union all
  select s.session_id from :schema.visitor_sessions s
  where p_entity_id is null and s.entry_entity_type = p_entity_type and s.entry_entity_id is null;
end;
