-- Verifying in a slice, whose sessions view entities of all slices. Nothing that this one has fetched changes while its sessions are held, so that all others
-- can be asked what they have handed on so far; without that, it is one snapshot of all.

-- How many sessions entered at these entities, at which hours, and how many of them bounced? As all slices have handed it on, and this one has fetched it.
create or replace function :schema.entries_to_be_counted(p_entity_type text, p_entity_ids :entity_id_type[], p_time_zone text) returns table (
  entity_id :entity_id_type, date date, hour smallint, entries bigint, bounces bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select e.* from :all_slices.fetched_entries(:slice_number, p_entity_type, p_entity_ids, p_time_zone, :schema.fetched_of(true)) e;
end
$$;

-- The page views of these sessions that all slices have handed on and this one has fetched, less what is not folded here. Of owners slices know nothing.
create or replace function :schema.views_of_sessions_to_be_counted(
  p_first_id :session_id_type, p_last_id :session_id_type, p_with_owners boolean
) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, account_id :account_id_type,
  identified boolean, viewed_at timestamptz, time_on_page bigint, views integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select
    -- whether a session is identified is not asked in slices
    v.session_id, v.entity_type, v.entity_id, null:::entity_id_type, v.account_id, null::boolean, v.viewed_at, v.time_on_page, v.views
  from (
    select f.* from :all_slices.fetched_views_between(:slice_number, p_first_id, p_last_id, :schema.fetched_of(false)) f
    union all
    select q.session_id, q.entity_type, q.entity_id, q.account_id, q.viewed_at, q.time_on_page, -q.sign
    from :schema.session_changes q
    where q.session_id between p_first_id and p_last_id
  ) v;
end
$$;

-- Which of these sessions are not compared? Those that are to be read again.
create or replace function :schema.sessions_not_compared(p_first_id :session_id_type, p_last_id :session_id_type, p_time_zone text)
returns table (session_id :session_id_type)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select q.session_id from :schema.session_changes q where q.sign = 0 and q.session_id between p_first_id and p_last_id
  union
  select o.session_id
  from :all_slices.handed_on_changes(:slice_number, :schema.fetched_of(false), null) o
  where o.sign = 0 and o.session_id between p_first_id and p_last_id;
end
$$;

-- Which sessions of this slice come after this one, in page views of any slice or stored in this one, with about so many page views? NULL when none does.
create or replace function :schema.sessions_to_compare(
  p_after :session_id_type, p_limit integer, out first_id :session_id_type, out last_id :session_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  select (array_agg(n.session_id order by n.session_id))[1], (array_agg(n.session_id order by n.session_id desc))[1]
  into first_id, last_id
  from (
    select v.session_id from :all_slices.sessions_with_views(:slice_number, p_after, p_limit) v
    union all
    select s.session_id from :schema.visitor_sessions s where p_after is null or s.session_id > p_after
    order by 1
    limit p_limit
  ) n;
end
$$;
