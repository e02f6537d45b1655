-- Look-ups in the host's page views: the one place where a page view without an entity is looked for. Such a view has
-- NULL, or the value that stands for no entity in our tables.
--
-- Each is two index scans of which one is never run, for "= NULL" finds nothing. They are inlined into the statements
-- that use them.

-- Which page views has this entity on these dates? The index gets a day's margin and the label decides.
create or replace function :schema.page_views_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_time_zone text
) returns table (
  account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type, viewed_at timestamptz,
  local_time timestamp, time_on_page integer
)
language sql stable
begin atomic
  select
    v.account_id, v.session_id, v.visitor_id, v.viewed_at, v.viewed_at at time zone p_time_zone,
    :schema.counted_time(v.time_on_page)
  from (
    select pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page
    from :page_view_rows pv
    where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
    union all
    select pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page
    from :page_view_rows pv
    where p_entity_id = :no_entity and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
  ) v
  where :schema.why_left_out(p_entity_type, p_entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at) is null
    and (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date;
end;

-- Which page views of this entity, or of this group, began between two instants, whether they are counted or not, and where did they come from?
create or replace function :schema.page_views_between(
  p_entity_type text, p_entity_id :entity_id_type, p_since timestamptz, p_until timestamptz
) returns table (
  account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type, viewed_at timestamptz, time_on_page bigint,
  source_no integer, device_no integer
)
language sql stable
begin atomic
  select
    pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
    pv.time_on_page::bigint, pv.source_no, pv.device_no
  from :page_view_rows pv
  where not :schema.is_group_type(p_entity_type)
    and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id and pv.viewed_at >= p_since and pv.viewed_at < p_until
  union all
  select
    pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
    pv.time_on_page::bigint, pv.source_no, pv.device_no
  from :page_view_rows pv
  where p_entity_id = :no_entity and not :schema.is_group_type(p_entity_type) and pv.entity_type = p_entity_type
    and pv.entity_id is null and pv.viewed_at >= p_since and pv.viewed_at < p_until
  union all
  select g.account_id, g.session_id, g.visitor_id, g.viewed_at, g.time_on_page, g.source_no, g.device_no
  from (select 1 where :schema.is_group_type(p_entity_type)) o
  cross join lateral :schema.page_views_of_group_between(p_entity_type, p_entity_id, p_since, p_until) g;
end;

-- When were the first p_limit views of this entity, or of this group, or the latest?
create or replace function :schema.outermost_views_of(
  p_entity_type text, p_entity_id :entity_id_type, p_limit bigint, p_latest boolean
) returns table (viewed_at timestamptz)
language sql stable
begin atomic
  select v.viewed_at
  from (
    (
      select pv.viewed_at from :page_view_rows pv
      where not p_latest and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
        and :schema.is_counted(p_entity_type, p_entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      order by pv.viewed_at limit p_limit
    )
    union all
    (
      select pv.viewed_at from :page_view_rows pv
      where p_latest and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
        and :schema.is_counted(p_entity_type, p_entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      order by pv.viewed_at desc limit p_limit
    )
    union all
    (
      select pv.viewed_at from :page_view_rows pv
      where not p_latest and p_entity_id = :no_entity and pv.entity_type = p_entity_type and pv.entity_id is null
        and :schema.is_counted(p_entity_type, p_entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      order by pv.viewed_at limit p_limit
    )
    union all
    (
      select pv.viewed_at from :page_view_rows pv
      where p_latest and p_entity_id = :no_entity and pv.entity_type = p_entity_type and pv.entity_id is null
        and :schema.is_counted(p_entity_type, p_entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      order by pv.viewed_at desc limit p_limit
    )
    union all
    select g.viewed_at
    from (select 1 where :schema.is_group_type(p_entity_type)) o
    cross join lateral :schema.views_of_group(p_entity_type, p_entity_id, p_limit, p_latest) g
  ) v
  order by case when p_latest then v.viewed_at end desc, v.viewed_at
  limit p_limit;
end;

-- Which page views of the entity, or of the group, has this visitor on these dates?
-- Dates are labels of local time and not always one stretch of it (St. John's set its clocks back at 00:01),
-- so the index gets a day's margin and the label decides.
-- The columns of the visitor's index are compared as one row: with "=" the planner may take the index by entity and time, and
-- read everybody's views of those days.
create or replace function :schema.page_views_of_visitor(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type,
  p_start_date date, p_end_date date, p_time_zone text
) returns table (
  viewed_at timestamptz, local_time timestamp, time_on_page integer, source_no integer, device_no integer
)
language sql stable
begin atomic
  select v.viewed_at, v.viewed_at at time zone p_time_zone, :schema.counted_time(v.time_on_page), v.source_no, v.device_no
  from (
    select
      case when p_kind = 'a' then p_visitor_id:::account_id_type end as account_id,
      case when p_kind = 's' then p_visitor_id:::session_id_type end as session_id,
      case when p_kind = 'v' then p_visitor_id:::session_id_type end as visitor_id,
      p_start_date::timestamp at time zone p_time_zone - interval '1 day' as earliest,
      p_end_date::timestamp at time zone p_time_zone + interval '2 days' as until
    offset 0
  ) w
  cross join lateral (
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where pv.account_id is not null
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (w.account_id, p_entity_type, p_entity_id, w.earliest)
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (w.account_id, p_entity_type, p_entity_id, w.until)
    union all
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where p_entity_id = :no_entity and pv.account_id is not null and (pv.entity_id is null) is true
      and (pv.account_id, pv.entity_type) >= (w.account_id, p_entity_type)
      and (pv.account_id, pv.entity_type) <= (w.account_id, p_entity_type)
      and pv.viewed_at >= w.earliest and pv.viewed_at < w.until
    union all
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (w.session_id, p_entity_type, p_entity_id, w.earliest)
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (w.session_id, p_entity_type, p_entity_id, w.until)
    union all
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where p_entity_id = :no_entity and pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.entity_id is null) is true
      and (pv.session_id, pv.entity_type) >= (w.session_id, p_entity_type)
      and (pv.session_id, pv.entity_type) <= (w.session_id, p_entity_type)
      and pv.viewed_at >= w.earliest and pv.viewed_at < w.until
    union all
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where pv.visitor_id is not null and pv.account_id is null
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (w.visitor_id, p_entity_type, p_entity_id, w.earliest)
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (w.visitor_id, p_entity_type, p_entity_id, w.until)
    union all
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where p_entity_id = :no_entity and pv.visitor_id is not null and pv.account_id is null and (pv.entity_id is null) is true
      and (pv.visitor_id, pv.entity_type) >= (w.visitor_id, p_entity_type)
      and (pv.visitor_id, pv.entity_type) <= (w.visitor_id, p_entity_type)
      and pv.viewed_at >= w.earliest and pv.viewed_at < w.until
  ) v
  where :schema.why_left_out(p_entity_type, p_entity_id, null, null, null, v.viewed_at) is null
    and (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
  union all
  select g.viewed_at, g.local_time, g.time_on_page, g.source_no, g.device_no
  from (select 1 where :schema.is_group_type(p_entity_type)) o
  cross join lateral :schema.page_views_of_visitor_in_group(
    p_entity_type, p_entity_id, p_kind, p_visitor_id, p_start_date, p_end_date, p_time_zone
  ) g;
end;

-- When were the first p_limit views of the entity by this visitor between two instants, both included, or the latest? The entity is one that has an
-- id, and no group: in the order of the visitor's index no more is read than is asked for.
create or replace function :schema.outermost_views_of_visitor(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type,
  p_since timestamptz, p_until timestamptz, p_limit bigint, p_latest boolean
) returns table (viewed_at timestamptz)
language plpgsql stable
:settings_of_readers
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
#variable_conflict use_column
declare
  v_account_id :account_id_type := case when p_kind = 'a' then p_visitor_id:::account_id_type end;
  v_session_id :session_id_type := case when p_kind = 's' then p_visitor_id:::session_id_type end;
  v_visitor_id :session_id_type := case when p_kind = 'v' then p_visitor_id:::session_id_type end;
begin
  if p_kind = 'a' and not p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.account_id is not null
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_account_id, p_entity_type, p_entity_id, p_since)
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_account_id, p_entity_type, p_entity_id, p_until)
    order by pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at
    limit p_limit;
  elsif p_kind = 's' and not p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_session_id, p_entity_type, p_entity_id, p_since)
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_session_id, p_entity_type, p_entity_id, p_until)
    order by pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at
    limit p_limit;
  elsif p_kind = 'v' and not p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.visitor_id is not null and pv.account_id is null
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_visitor_id, p_entity_type, p_entity_id, p_since)
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_visitor_id, p_entity_type, p_entity_id, p_until)
    order by pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at
    limit p_limit;
  elsif p_kind = 'a' and p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.account_id is not null
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_account_id, p_entity_type, p_entity_id, p_since)
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_account_id, p_entity_type, p_entity_id, p_until)
    order by pv.account_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    limit p_limit;
  elsif p_kind = 's' and p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_session_id, p_entity_type, p_entity_id, p_since)
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_session_id, p_entity_type, p_entity_id, p_until)
    order by pv.session_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    limit p_limit;
  elsif p_kind = 'v' and p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.visitor_id is not null and pv.account_id is null
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_visitor_id, p_entity_type, p_entity_id, p_since)
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_visitor_id, p_entity_type, p_entity_id, p_until)
    order by pv.visitor_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    limit p_limit;
  end if;
end
$$;

-- Which page views has this session? Whose they were is told where owners are counted: so the queue has it.
create or replace function :schema.page_views_of_session(p_session_id :session_id_type) returns table (
  entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz, account_id :account_id_type,
  time_on_page integer
)
language sql stable
begin atomic
  select
    pv.entity_type, coalesce(pv.entity_id:::entity_id_type, :no_entity), case when (select :schema.keeps_owners()) then pv.owner_id end,
    pv.viewed_at, pv.account_id:::account_id_type, :schema.counted_time(pv.time_on_page)
  from :page_view_rows pv
  where pv.session_id = p_session_id
    and :schema.why_left_out(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at) is null
  offset 0;
end;

-- Which page views of this entity, or of this group, has this session between two instants, both included? An index that a host may have on the time
-- would be read for everybody's views of it: the session's is narrowed by the session and by all of its columns in their order.
create or replace function :schema.page_views_of_session_at(
  p_session_id :session_id_type, p_entity_type text, p_entity_id :entity_id_type,
  p_since timestamptz default '-infinity', p_until timestamptz default 'infinity'
) returns table (viewed_at timestamptz)
language sql stable
begin atomic
  select v.viewed_at
  from (
    select pv.entity_type, pv.entity_id:::entity_id_type as entity_id, pv.viewed_at, pv.account_id, pv.visitor_id from :page_view_rows pv
    where pv.session_id = p_session_id and pv.viewed_at >= p_since and pv.viewed_at <= p_until
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (p_session_id, p_entity_type, p_entity_id, p_since)
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (p_session_id, p_entity_type, p_entity_id, p_until)
    union all
    select pv.entity_type, pv.entity_id:::entity_id_type, pv.viewed_at, pv.account_id, pv.visitor_id from :page_view_rows pv
    where pv.session_id = p_session_id and pv.entity_type = p_entity_type and p_entity_id = :no_entity and pv.entity_id is null
      and pv.viewed_at >= p_since and pv.viewed_at <= p_until
    union all
    select pv.entity_type, pv.entity_id:::entity_id_type, pv.viewed_at, pv.account_id, pv.visitor_id from :page_view_rows pv
    where :schema.is_group_type(p_entity_type) and pv.session_id = p_session_id and pv.viewed_at >= p_since and pv.viewed_at <= p_until
      and :schema.is_of_group(p_entity_type, p_entity_id, pv.entity_type, pv.owner_id)
  ) v
  where :schema.why_left_out(v.entity_type, v.entity_id, v.account_id, p_session_id, v.visitor_id, v.viewed_at) is null;
end;
