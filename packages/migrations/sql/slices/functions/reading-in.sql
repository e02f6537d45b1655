-- Reading in, in a slice: entities from its own page views, as everywhere. A session has page views in all slices, so who reads this one in hands
-- on which sessions are to be read again, as changes with the sign 0. The slice of the session does so when it folds, from what all have handed on,
-- and what that does to entries goes back to the entities. So no slice waits for others to read in or to fold: what sessions hold is always what
-- was handed on and folded, and what entities hold of entries is what sessions hold, less what is on its way.

-- Hand on that the sessions from the first id to the last, of these those of p_ids, when given, are to be read again. Returns how many page views
-- they have here.
create or replace function :schema.read_sessions(
  p_first_id :session_id_type, p_last_id :session_id_type, p_ids :session_id_type[], p_again boolean, p_time_zone text,
  p_start_date date default '-infinity'
) returns bigint
language plpgsql
:settings_of_writers
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_page_views bigint;
begin
  -- several may read the history in at the same time, and what is handed on is numbered in the order of commits
  lock table :schema.outgoing_changes in share row exclusive mode;
  with
  views as materialized (
    select pv.session_id:::session_id_type as session_id
    from :page_view_rows pv
    where pv.session_id between p_first_id and p_last_id and (p_ids is null or pv.session_id = any (p_ids))
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
  ),
  handed_on as (
    -- of no entity, or of one by which the row is spread
    insert into :schema.outgoing_changes (for_slice, sign, pages, entity_type, session_id, viewed_at)
    select :all_slices.slice_of_session(s.session_id), 0, 0, '', s.session_id, now()
    from (
      select v.session_id from views v
      union
      -- of those that are named, page views may be gone everywhere
      select k.session_id from unnest(p_ids) k (session_id)
      union
      select q.session_id from :schema.page_view_changes q
      where p_ids is null and q.sign < 0 and q.session_id between p_first_id and p_last_id
      union
      select s.session_id from :schema.visitor_sessions s where p_ids is null and s.session_id between p_first_id and p_last_id
    ) s
    order by s.session_id
  )
  select count(*) into v_page_views from views;
  return v_page_views;
end
$$;

-- Are entities named that a rebuild empties and reads in, also where all of them are meant? Else nobody knows of one without a view that sessions still
-- enter there.
create or replace function :schema.rebuilds_by_id() returns boolean
language sql immutable
return true;

-- Which entries and bounces do these entities have in which hours? Those of the sessions of all slices, less what is on its way. An entity may have
-- some without a view: of sessions in which it is still counted.
create or replace function :schema.entries_to_read_in(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_viewed_ids :entity_id_type[],
  p_time_zone text
) returns table (entity_id :entity_id_type, local_hour timestamp, entries integer, bounces integer)
language plpgsql stable
:settings_of_writers
as $$
begin
  -- before anything is folded here, all of it is on its way
  if not (select s.history_complete from :schema.analytics_settings s) then
    return;
  end if;
  return query
  select e.entity_id, e.date + make_interval(hours => e.hour), e.entries::integer, e.bounces::integer
  from :all_slices.fetched_entries(
    :slice_number, p_entity_type,
    -- what was set aside here of a session is of entities of others, too
    array(
      select k.entity_id from unnest(coalesce(p_ids, p_viewed_ids)) k (entity_id)
      where :all_slices.slice_of_entity(k.entity_id) = :slice_number
    ),
    p_time_zone, :schema.fetched_of(true)
  ) e;
end
$$;

-- Fail when page views no longer hold the date on which one of these sessions began, and it is not one of these: of sessions and entities of all slices.
create or replace function :schema.refuse_losing_sessions(
  p_first_id :session_id_type, p_last_id :session_id_type, p_ids :session_id_type[], p_start_date date, p_end_date date,
  p_time_zone text
) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_lost record;
begin
  select l.* into v_lost from :all_slices.lost_session(p_ids, p_start_date, p_end_date, p_time_zone) l;
  if v_lost.session_id is not null then
    perform :schema.refuse_losing(format('session %s', v_lost.session_id), v_lost.date);
  end if;
end
$$;
