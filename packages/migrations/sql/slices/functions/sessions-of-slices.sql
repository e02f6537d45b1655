-- What is asked of sessions, whose page views are in all slices.

-- A session is stored elsewhere, and when it was is not known here.
create or replace function :schema.time_identified(p_session_id :session_id_type) returns table (since timestamptz, until timestamptz)
language sql stable
begin atomic
  select '-infinity'::timestamptz, 'infinity'::timestamptz;
end;

-- Which views of these sessions has this slice handed on through a number? Its page views, less its queue, less what it has handed on since. In one
-- statement, so that it is right at any time, whatever other slices do.
create or replace function :schema.handed_on_views(p_session_ids :session_id_type[], p_through bigint) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz,
  account_id :account_id_type, views bigint, time_total bigint
)
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  return query
  select
    r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id, sum(r.views),
    coalesce(sum(r.views * r.time_on_page), 0)::bigint
  from (
    select k.session_id, v.entity_type, v.entity_id, v.owner_id, v.viewed_at, v.account_id, v.time_on_page::bigint as time_on_page, 1 as views
    from unnest(p_session_ids) k (session_id)
    cross join lateral :schema.page_views_of_session(k.session_id) v
    union all
    select q.session_id, q.entity_type, q.entity_id, q.owner_id, q.viewed_at, q.account_id, q.time_on_page, -q.sign
    from unnest(p_session_ids) k (session_id)
    join :schema.page_view_changes q on q.session_id = k.session_id
    union all
    select o.session_id, o.entity_type, o.entity_id, o.owner_id, o.viewed_at, o.account_id, o.time_on_page, -o.sign
    from unnest(p_session_ids) k (session_id)
    join :schema.outgoing_changes o on o.session_id = k.session_id
    where o.change_id > p_through
  ) r
  group by r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id
  having sum(r.views) <> 0 or sum(r.views * r.time_on_page) <> 0;
end
$$;

-- Which views remain of these sessions? Those that all slices have handed on and this one has fetched, less what is still to be folded.
create or replace function :schema.remaining_of_sessions(p_session_ids :session_id_type[], p_changes :schema.page_view_changes[])
returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz,
  account_id :account_id_type, views bigint, time_total bigint
)
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  return query
  select
    r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id, sum(r.views)::bigint, sum(r.time_total)::bigint
  from (
    select v.* from :all_slices.fetched_views(p_session_ids, :schema.fetched_of(false)) v
    union all
    select
      q.session_id, q.entity_type, q.entity_id, q.owner_id, q.viewed_at, q.account_id, -q.sign, -q.sign * coalesce(q.time_on_page, 0)::bigint
    from unnest(p_session_ids) k (session_id)
    join :schema.session_changes q on q.session_id = k.session_id
    where q.change_id not in (select c.change_id from unnest(p_changes) c)
  ) r
  group by r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id
  having sum(r.views) > 0;
end
$$;

-- Nothing that is pending moves an entry before sessions were folded: bounce rates are as of then.
create or replace function :schema.sessions_that_may_enter(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date,
  p_of_entities :schema.page_view_changes[], p_pending_changes integer, p_earliest_view timestamptz
) returns :session_id_type[]
language sql stable
begin atomic
  select '{}':::session_id_type[];
end;

-- Which sessions entered at this entity about these dates? Those of all slices, as they were folded. Who answers for another slice has none of the
-- functions of this one, so the expression is written out as the index has it. On Citus, a question that was sent to the server of an entity asks
-- others in turn: what it asks about is only read, and committed.
create or replace function :schema.sessions_entered(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (session_id :session_id_type, first_seen_at timestamptz, has_several_views boolean, is_bounce boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set enable_nestloop = on
set citus.allow_nested_distributed_execution = on
as $$
#variable_conflict use_column
declare
  v_first_key bigint := :schema.entity_date_key(p_entity_type, p_entity_id, p_start_date - 1);
  v_last_key bigint := :schema.entity_date_key(p_entity_type, p_entity_id, p_end_date + 1);
begin
  return query
  select s.session_id, s.first_seen_at, s.total_views > 1, s.total_views = 1 and s.time_total < 10
  from :all_slices.visitor_sessions s
  where (
      (:entity_id_hash(s.entry_entity_id, hashtextextended(s.entry_entity_type, 0)) << 32)
        | ((s.first_seen_at at time zone 'UTC')::date - date '0001-01-01')::bigint
    ) between v_first_key and v_last_key
    and s.entry_entity_id is not distinct from p_entity_id and s.entry_entity_type is not distinct from p_entity_type and s.total_views > 0;
end
$$;
