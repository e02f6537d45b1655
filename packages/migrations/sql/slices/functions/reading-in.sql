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
    insert into :schema.outgoing_changes (for_slice, sign, pages, entity_type, entity_id, session_id, viewed_at)
    select :all_slices.slice_of_session(s.session_id), 0, 0, '', :no_entity, s.session_id, now()
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

-- Which entries and bounces do these entities have in which hours? Those of the sessions of all slices, less what is on its way. An entity may have
-- some without a view: of sessions in which it is still counted.
create or replace function :schema.entries_to_read_in(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_viewed_ids :entity_id_type[],
  p_time_zone text
) returns table (entity_id :entity_id_type, local_hour timestamp, entries integer, bounces integer)
language plpgsql stable
:settings_of_writers
as $$
#variable_conflict use_column
begin
  -- before anything is folded here, all of it is on its way
  if not (select s.history_complete from :schema.analytics_settings s) then
    return;
  end if;
  return query
  with
  on_their_way as materialized (
    select o.entity_id, o.date + make_interval(hours => o.hour) as local_hour, o.entries, o.bounces
    from :all_slices.outgoing_entries o
    left join :schema.fetched_changes f on f.from_slice = o.slice and f.of_entries
    where o.for_slice = :slice_number and o.change_id > coalesce(f.through, 0) and o.entity_type = p_entity_type
      and o.entity_id between p_first_id and p_last_id and (p_ids is null or o.entity_id = any (p_ids))
  ),
  entities as (
    select k.entity_id from unnest(p_viewed_ids) k (entity_id)
    union
    select o.entity_id from on_their_way o
    union
    select c.entity_id
    from (
      select o.sign, o.entity_type, o.entity_id from :schema.outgoing_changes o
      union all
      select q.sign, q.entity_type, q.entity_id from :all_slices.session_changes q
      where :all_slices.slice_of_entity(q.entity_id) = :slice_number
    ) c
    where c.sign < 0 and c.entity_type = p_entity_type and c.entity_id between p_first_id and p_last_id
      and (p_ids is null or c.entity_id = any (p_ids))
  )
  select r.entity_id, r.local_hour, sum(r.entries)::integer, sum(r.bounces)::integer
  from (
    select
      e.entity_id, date_bin(interval '1 hour', s.first_seen_at at time zone p_time_zone, timestamp '2000-01-01') as local_hour, 1 as entries,
      :schema.is_bounce(s.total_views, s.time_total)::integer as bounces
    from entities e
    join :all_slices.visitor_sessions s
      on :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
        between :schema.entity_hash(p_entity_type, e.entity_id) << 32
          and :schema.entity_hash(p_entity_type, e.entity_id) << 32 | 4294967295
      and s.total_views > 0 and s.entry_entity_id = e.entity_id and s.entry_entity_type = p_entity_type
    union all
    select o.entity_id, o.local_hour, -o.entries, -o.bounces from on_their_way o
  ) r
  group by r.entity_id, r.local_hour
  having sum(r.entries) <> 0 or sum(r.bounces) <> 0;
end
$$;

-- Fail when page views no longer hold the date on which one of these sessions (NULL: all from the first to the last) began, and it is not one of
-- these: of sessions and entities of all slices.
create or replace function :schema.refuse_losing_sessions(
  p_first_id :session_id_type, p_last_id :session_id_type, p_ids :session_id_type[], p_start_date date, p_end_date date,
  p_time_zone text
) returns void
language plpgsql stable
:settings_of_writers
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_lost record;
begin
  select s.session_id, s.date into v_lost
  from (
    select
      s.session_id, s.entry_entity_type, s.entry_entity_id, s.first_seen_at, (s.first_seen_at at time zone p_time_zone)::date as date
    from :all_slices.visitor_sessions s
    where s.session_id between p_first_id and p_last_id and (p_ids is null or s.session_id = any (p_ids)) and s.total_views > 0
  ) s
  where s.date not between p_start_date and p_end_date
    and (s.session_id, s.first_seen_at) not in (
      select pv.session_id:::session_id_type, pv.viewed_at
      from :all_slices.page_view_rows pv
      where pv.session_id between p_first_id and p_last_id
    )
    and exists (
      select 1 from :all_slices.analytics_days d
      where d.entity_type = s.entry_entity_type and d.entity_id = s.entry_entity_id and d.date = s.date and d.views > 0
    )
    and not exists (
      select 1 from :all_slices.page_view_rows pv
      where pv.entity_type = s.entry_entity_type
        and (pv.entity_id = s.entry_entity_id or (pv.entity_id is null and s.entry_entity_id = :no_entity))
        and (pv.viewed_at at time zone p_time_zone)::date = s.date
    )
    and not exists (
      select 1 from :all_slices.page_view_changes q
      where q.entity_type = s.entry_entity_type and q.entity_id = s.entry_entity_id and q.sign < 0
        and (q.viewed_at at time zone p_time_zone)::date = s.date
    )
    and not exists (
      select 1 from :all_slices.set_aside_changes c
      where c.entity_type = s.entry_entity_type and c.entity_id = s.entry_entity_id and c.sign < 0
        and (c.viewed_at at time zone p_time_zone)::date = s.date
    )
  limit 1;
  if found then
    perform :schema.refuse_losing(format('session %s', v_lost.session_id), v_lost.date);
  end if;
end
$$;
