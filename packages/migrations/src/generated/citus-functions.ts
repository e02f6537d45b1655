// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { SqlFunction } from "../sql-source/sql-source.ts";

export const citusFunctions: readonly SqlFunction[] = [
  {
    name: "queue_of_shard",
    file: "citus/functions/capture.sql",
    line: 1,
    sql: `-- Capture on Citus: the triggers are those of shards, and fire where these are. What they find goes to the shard of the queue beside, and never to a
-- slice's own functions: a shard that has just moved has none yet, and nothing of it may be lost.

-- Which shard of the queue is beside this shard of page views? A statement whose changes cannot be captured fails, and so does one on a table of
-- another role's that has such a trigger.
create or replace function :schema.queue_of_shard(p_table oid, p_table_name text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_queue text := (
    select :schema.shard_table(q.logicalrelid, q.shardid)
    from pg_dist_shard s
    join pg_dist_shard q on q.shardminvalue = s.shardminvalue and q.logicalrelid = (:'schema' || '.page_view_changes')::regclass
    where s.shardid = substring(p_table_name from '_(\\d+)$')::bigint
      and s.logicalrelid = :'page_views'::regclass
      and :schema.shard_table(s.logicalrelid, s.shardid)::regclass = p_table
  );
begin
  if v_queue is null then
    raise exception '% is not a shard of page views: its changes are not captured', p_table::regclass
      using errcode = 'insufficient_privilege';
  end if;
  return v_queue;
end
$$;`,
  },
  {
    name: "capture_added_page_views",
    file: "citus/functions/capture.sql",
    line: 28,
    sql: `create or replace function :schema.capture_added_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %s (slot, sign, left_out, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
      select
        case when a.left_out is null then :schema.entity_slot(a.entity_type, a.entity_id) else 0 end,
        case when a.left_out is null then 1 else 0 end, a.left_out,
        case when a.left_out is null then a.entity_type else '' end, a.entity_id,
        case when a.left_out is null then a.account_id end, case when a.left_out is null then a.session_id end,
        case when a.left_out is null then a.visitor_id end,
        case when a.left_out is null then a.viewed_at else now() end, :schema.counted_time(a.time_on_page)
      from (
        select
          c.*, :schema.why_left_out(c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at) as left_out
        from (select :captured_columns from added p_page_view) c
      ) a
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name)
  );
  return null;
end
$$;`,
  },
  {
    name: "capture_removed_page_views",
    file: "citus/functions/capture.sql",
    line: 56,
    sql: `create or replace function :schema.capture_removed_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %s (slot, sign, in_trigger, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
      select
        :schema.entity_slot(r.entity_type, r.entity_id), -1, case when pg_trigger_depth() > 1 then true end,
        r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at, :schema.counted_time(r.time_on_page)
      from (select :captured_columns from removed p_page_view) r
      where :schema.why_left_out(r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at) is null
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name)
  );
  return null;
end
$$;`,
  },
  {
    name: "capture_edited_page_views",
    file: "citus/functions/capture.sql",
    line: 77,
    sql: `-- What remains when what was there before is set off against what is there now.
create or replace function :schema.capture_edited_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %s (
        slot, sign, left_out, in_trigger, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page
      )
      select
        case when d.left_out is null then :schema.entity_slot(d.entity_type, d.entity_id) else 0 end,
        case when d.left_out is null then sign(d.net) else 0 end, d.left_out, case when pg_trigger_depth() > 1 then true end,
        d.entity_type, d.entity_id, d.account_id, d.session_id, d.visitor_id, d.viewed_at, d.time_on_page
      from (
        select
          e.left_out, case when e.left_out is null then e.entity_type else '' end as entity_type, e.entity_id,
          case when e.left_out is null then e.account_id end as account_id,
          case when e.left_out is null then e.session_id end as session_id,
          case when e.left_out is null then e.visitor_id end as visitor_id,
          case when e.left_out is null then e.viewed_at else now() end as viewed_at,
          case when e.left_out is null then :schema.counted_time(e.time_on_page) end as time_on_page, sum(e.sign) as net
        from (
          select
            c.*, :schema.why_left_out(c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at) as left_out
          from (
            select -1 as sign, r.* from (select :captured_columns from removed p_page_view) r
            union all
            select 1, a.* from (select :captured_columns from added p_page_view) a
          ) c
        ) e
        group by 1, 2, 3, 4, 5, 6, 7, 8
        having sum(e.sign) <> 0
      ) d
      cross join lateral generate_series(1, abs(d.net)) n
      where d.left_out is null or d.net > 0
      order by d.entity_type, d.entity_id, d.session_id, d.viewed_at
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name)
  );
  return null;
end
$$;`,
  },
  {
    name: "refuse_truncation",
    file: "citus/functions/capture.sql",
    line: 123,
    sql: `-- Sessions are in other slices than their page views, and nobody empties all of them in one transaction.
create or replace function :schema.refuse_truncation() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'page views cannot be truncated on Citus: delete them'
    using errcode = 'feature_not_supported';
end
$$;`,
  },
  {
    name: "identify_session",
    file: "citus/functions/collecting.sql",
    line: 1,
    sql: `-- Whose sessions and browsers turned out to be, in all shards: each shard has its own transaction's part of it.

create or replace function :schema.identify_session(
  p_session_id :session_id_type, p_account_id :account_id_type, p_since timestamptz default '-infinity'
) returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_identified bigint;
begin
  update :page_views set :account_id_column = p_account_id:::written_account_id
  where :session_id_value = p_session_id and :account_id_column is null and :viewed_at_value >= p_since and :ids_fit;
  get diagnostics v_identified = row_count;
  return v_identified;
end
$$;`,
  },
  {
    name: "identify_visitor",
    file: "citus/functions/collecting.sql",
    line: 20,
    sql: `create or replace function :schema.identify_visitor(
  p_visitor_id :session_id_type, p_account_id :account_id_type, p_since timestamptz default '-infinity'
) returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_identified bigint;
begin
  update :page_views set :account_id_column = p_account_id:::written_account_id
  where :visitor_id_value = p_visitor_id and :account_id_column is null and :viewed_at_value >= p_since and :ids_fit;
  get diagnostics v_identified = row_count;
  return v_identified;
end
$$;`,
  },
  {
    name: "count_entity",
    file: "citus/functions/entities.sql",
    line: 1,
    sql: `-- Erasing an entity on Citus: its page views are in one shard. What that does to sessions of all slices is folded like all else.

-- How many page views are about this entity, and how many do the rollups hold that page views do not? Its shard answers by one statement.
create or replace function :schema.count_entity(
  p_entity_type text, p_entity_id :entity_id_type, out page_views bigint, out stored_views bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  select coalesce(sum(v.page_views), 0), greatest(coalesce(sum(v.stored_views), 0), 0) into page_views, stored_views
  from (
    select
      1 as page_views,
      case when :schema.why_left_out(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at) is null
        then -1 else 0
      end as stored_views
    from :page_view_rows pv
    where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
    union all
    select 0, q.sign::integer from :schema.page_view_changes q where q.entity_type = p_entity_type and q.entity_id = p_entity_id
    union all
    select 0, d.views from :schema.analytics_days d where d.entity_type = p_entity_type and d.entity_id = p_entity_id
  ) v;
end
$$;`,
  },
  {
    name: "erase_entity_step",
    file: "citus/functions/entities.sql",
    line: 29,
    sql: `-- Erase about p_limit page views of this entity. Says how many were erased, and whether this was the last step. Fails where page views are gone of what
-- is counted: the sessions in which they were are in all slices, and nothing says which.
create or replace function :schema.erase_entity_step(
  p_entity_type text, p_entity_id :entity_id_type, p_limit integer, p_receipt uuid, p_actor text,
  out erased bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_until timestamptz;
  v_stored_views bigint;
begin
  perform :schema.refuse_group(p_entity_type);
  perform :schema.refuse_hidden_rows();
  select c.stored_views into v_stored_views from :schema.count_entity(p_entity_type, p_entity_id) c;
  if v_stored_views > 0 then
    raise exception '% has no more % of the views that are counted of % %', :'page_views'::regclass, v_stored_views, p_entity_type, p_entity_id
      using errcode = 'object_not_in_prerequisite_state', hint = 'Let the rollups be what page views say first, by a rebuild';
  end if;
  select coalesce(pv.viewed_at, '-infinity') into v_until
  from :page_view_rows pv
  where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
  order by 1
  offset p_limit - 1 limit 1;
  delete from :page_views
  where :entity_type_value = p_entity_type and :entity_id_value = p_entity_id
    and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit;
  get diagnostics erased = row_count;
  done := v_until is null;
  if done then
    -- in all shards: the slice of a session sets aside what it cannot apply, too
    delete from :schema.set_aside_changes c where c.entity_type = p_entity_type and c.entity_id is not distinct from p_entity_id;
    delete from :schema.analytics_milestones m where m.entity_type = p_entity_type and m.entity_id = p_entity_id;
  end if;
  if erased > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values (
      'erase_entity', jsonb_build_object('entity_type', p_entity_type, 'entity_id', p_entity_id::text), erased, p_receipt, p_actor
    );
  end if;
end
$$;`,
  },
  {
    name: "fold_slice",
    file: "citus/functions/folding.sql",
    line: 1,
    sql: `-- Folding on Citus: each server folds its slices, on as many connections as it is asked for, and all servers at once.

-- One transaction of a slice of this server: fold its entities ('entities'), fetch what others hand on to it ('fetch'), or fold its sessions
-- ('sessions'). Returns how many changes it took. p_milestones: which totals are milestones, as the coordinator's settings have it; NULL when they are as they
-- were.
-- A shard does not move while this lock is held; before it was, it may have.
create or replace function :schema.fold_slice(p_slice integer, p_step text, p_limit integer, p_milestones jsonb default null) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_folded integer;
begin
  perform lock_shard_metadata(5, array[p_slice::bigint]);
  if not :schema.is_slice_here(p_slice) then
    return 0;
  end if;
  if not :schema.is_slice_made(p_slice) then
    perform :schema.make_slice(p_slice);
  end if;
  if p_milestones is not null then
    execute format('update %I.analytics_settings s set milestones = $1 where s.milestones <> $1', :schema.schema_of_slice(p_slice))
    using p_milestones;
  end if;
  execute format(
    'select %I.%I($1)', :schema.schema_of_slice(p_slice),
    case p_step when 'entities' then 'fold_page_view_changes' when 'fetch' then 'fetch_changes' else 'fold_session_changes' end
  ) into v_folded using p_limit;
  return v_folded;
end
$$;`,
  },
  {
    name: "fold_slices_here",
    file: "citus/functions/folding.sql",
    line: 34,
    sql: `-- Fold at most p_limit changes of each slice of this server, in each of its steps: of every so many slices, from the nth on. Answers how many
-- changes of page views it folded, and how many of all steps it took: {"folded": 7, "taken": 12}.
create or replace procedure :schema.fold_slices_here(
  p_limit integer, p_nth integer, p_folders integer, p_milestones jsonb, inout p_answer jsonb
)
language plpgsql
as $$
declare
  v_slices integer[];
  v_slice integer;
  v_step text;
  v_taken_in_step integer;
  v_folded integer := 0;
  v_taken integer := 0;
begin
  v_slices := array(
    select h.slice
    from (
      select s.shardid::integer as slice, pg_catalog.row_number() over (order by s.shardid) as nth
      from pg_catalog.pg_dist_shard s
      where s.logicalrelid = :'page_views'::pg_catalog.regclass and :schema.is_slice_here(s.shardid::integer)
    ) h
    where h.nth % p_folders = p_nth % p_folders
    order by h.slice
  );
  foreach v_slice in array v_slices loop
    foreach v_step in array array['entities', 'fetch', 'sessions'] loop
      v_taken_in_step := :schema.fold_slice(v_slice, v_step, p_limit, case v_step when 'entities' then p_milestones end);
      v_taken := v_taken + v_taken_in_step;
      if v_step = 'entities' then
        v_folded := v_folded + v_taken_in_step;
      end if;
      commit;
    end loop;
  end loop;
  p_answer := pg_catalog.jsonb_build_object('folded', v_folded, 'taken', v_taken);
end
$$;`,
  },
  {
    name: "fold_slices",
    file: "citus/functions/folding.sql",
    line: 73,
    sql: `-- Fold at most p_limit changes of each slice, on all servers at once, and on so many connections to each: folded are changes of page views, taken those
-- of all steps; 0 when nothing is pending.
create or replace function :schema.fold_slices(
  p_limit integer default 20000, p_folders integer default 1, out folded bigint, out taken bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  select coalesce(sum((r.answer::jsonb ->> 'folded')::bigint), 0), coalesce(sum((r.answer::jsonb ->> 'taken')::bigint), 0)
  into folded, taken
  from :schema.run_on_servers(variadic array(
    select format('call :schema.fold_slices_here(%s, %s, %s, %L, null)', p_limit, n, p_folders, s.milestones)
    from :schema.analytics_settings s
    cross join generate_series(1, p_folders) n
  )) r (answer);
end
$$;`,
  },
  {
    name: "fetched_through",
    file: "citus/functions/folding.sql",
    line: 92,
    sql: `-- What is asked of all slices. Citus plans for the values that are asked for: it has no plan for any of them, which folds keep.

-- How far have slices fetched what this one hands on?
create or replace function :schema.fetched_through(p_from_slice integer, p_of_entries boolean) returns table (slice integer, through bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
  select :schema.slice_of_entity(f.slice_key), f.through
  from :schema.fetched_changes f
  where f.from_slice = p_from_slice and f.of_entries = p_of_entries;
end
$$;`,
  },
  {
    name: "handed_on_changes",
    file: "citus/functions/folding.sql",
    line: 108,
    sql: `-- What do slices hand on to the sessions of this one, after what it has fetched of each?
create or replace function :schema.handed_on_changes(p_slice integer, p_through jsonb, p_limit integer) returns table (
  slice integer, change_id bigint, viewed_at timestamptz, time_on_page integer, sign smallint, pages smallint, entity_type text,
  entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type, owner_id :entity_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select
    :schema.slice_of_entity(o.entity_id), o.change_id, o.viewed_at, o.time_on_page, o.sign, o.pages, o.entity_type, o.entity_id, o.account_id,
    o.session_id, o.visitor_id, o.owner_id
  from :schema.outgoing_changes o
  where o.for_slice = p_slice and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.entity_id)::text)::bigint, 0)
  order by 1, 2
  limit p_limit;
end
$$;`,
  },
  {
    name: "handed_on_entries",
    file: "citus/functions/folding.sql",
    line: 130,
    sql: `-- And to its entities?
create or replace function :schema.handed_on_entries(p_slice integer, p_through jsonb, p_limit integer) returns table (
  slice integer, change_id bigint, date date, hour smallint, entries integer, bounces integer, entity_type text, entity_id :entity_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select :schema.slice_of_entity(o.slice_key), o.change_id, o.date, o.hour, o.entries, o.bounces, o.entity_type, o.entity_id
  from :schema.outgoing_entries o
  where o.for_slice = p_slice and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.slice_key)::text)::bigint, 0)
  order by 1, 2
  limit p_limit;
end
$$;`,
  },
  {
    name: "fetched_views",
    file: "citus/functions/folding.sql",
    line: 149,
    sql: `-- Which views of these sessions have slices handed on, through these numbers of each? Its page views, less its queue, less what it has handed on
-- since: each shard answers by one statement, so that it is right at any time, whatever others do. Citus makes
-- one of each table where the id of the entity is not at the place that it has in :page_view_rows, or where types differ: that ends with an error here,
-- as it keeps no result in between.
create or replace function :schema.fetched_views(p_session_ids :session_id_type[], p_through jsonb) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz,
  account_id :account_id_type, views bigint, time_total bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set citus.max_intermediate_result_size = 0
as $$
#variable_conflict use_column
begin
  return query
  select
    r.session_id, r.entity_type, r.entity_id, null:::entity_id_type, r.viewed_at, r.account_id, sum(r.views)::bigint,
    coalesce(sum(r.views * r.time_on_page::bigint), 0)::bigint
  from (
    select
      v.entity_type, v.entity_id, v.session_id, v.viewed_at, v.account_id, :schema.counted_time(v.time_on_page)::bigint as time_on_page,
      1 as views
    from :page_view_rows v
    where v.session_id = any (p_session_ids)
      and :schema.why_left_out(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at) is null
    union all
    select q.entity_type, q.entity_id, q.session_id, q.viewed_at, q.account_id, q.time_on_page::bigint, -q.sign::integer
    from :schema.page_view_changes q
    where q.session_id = any (p_session_ids)
    union all
    select o.entity_type, o.entity_id, o.session_id, o.viewed_at, o.account_id, o.time_on_page::bigint, -o.sign::integer
    from :schema.outgoing_changes o
    where o.session_id = any (p_session_ids)
      and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.entity_id)::text)::bigint, 0)
  ) r
  group by r.session_id, r.entity_type, r.entity_id, r.viewed_at, r.account_id
  having sum(r.views) <> 0 or sum(r.views * r.time_on_page::bigint) <> 0;
end
$$;`,
  },
  {
    name: "fold_pending_changes",
    file: "citus/functions/folding.sql",
    line: 190,
    sql: `-- Fold until nothing is left, in all slices: for a scheduler that can call a procedure, pg_cron on the coordinator for one.
create or replace procedure :schema.fold_pending_changes(p_limit integer default 20000)
language plpgsql
as $$
begin
  while (:schema.fold_slices(p_limit)).taken > 0 loop
    commit;
  end loop;
end
$$;`,
  },
  {
    name: "take_milestones",
    file: "citus/functions/milestones.sql",
    line: 1,
    sql: `-- Milestones on Citus: slices note those of their entities, and they are taken and acknowledged in all shards. See sql/functions/folding/milestones.sql.

-- Take up to p_limit milestones that nobody has acknowledged and nobody else has. Who takes the same at the same time waits for the one that was first, and is
-- given fewer.
create or replace function :schema.take_milestones(p_limit integer, p_lease_seconds integer)
returns table (
  milestone_id bigint, entity_type text, entity_id :entity_id_type, measure text, threshold bigint, value bigint, reached_at timestamptz
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
  v_ids bigint[] := array(
    select m.milestone_id from :schema.analytics_milestones m
    where m.reached_at is not null and m.acknowledged_at is null and (m.leased_until is null or m.leased_until <= v_now)
    order by m.milestone_id
    limit p_limit
  );
begin
  return query
  with taken as (
    update :schema.analytics_milestones m set leased_until = v_now + make_interval(secs => p_lease_seconds)
    where m.milestone_id = any (v_ids) and m.acknowledged_at is null and (m.leased_until is null or m.leased_until <= v_now)
    returning m.milestone_id, m.entity_type, m.entity_id, m.measure, m.threshold, m.value, m.reached_at
  )
  select t.* from taken t order by t.milestone_id;
end
$$;`,
  },
  {
    name: "acknowledge_milestones",
    file: "citus/functions/milestones.sql",
    line: 33,
    sql: `-- Let nobody take these again. Returns how many of them had not been acknowledged before.
create or replace function :schema.acknowledge_milestones(p_milestone_ids bigint[]) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_acknowledged integer;
begin
  update :schema.analytics_milestones m set acknowledged_at = v_now
  where m.reached_at is not null and m.acknowledged_at is null and m.milestone_id = any (p_milestone_ids);
  get diagnostics v_acknowledged = row_count;
  return v_acknowledged;
end
$$;`,
  },
  {
    name: "ask_slice_here",
    file: "citus/functions/people.sql",
    line: 1,
    sql: `-- People on Citus: their page views are in all shards, and go or are renamed by one statement of all. What that does is folded like all else, on
-- its way to sessions too, and still names them until then. So it goes in steps of one transaction each: page views, a fold of all slices, and
-- what slices store of these people.

-- What does this slice of this server answer to a function of it: its rows as JSON? NULL when its shard has moved away.
create or replace function :schema.ask_slice_here(p_slice integer, p_function text, p_arguments text) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_rows jsonb;
begin
  perform lock_shard_metadata(5, array[p_slice::bigint]);
  if not :schema.is_slice_here(p_slice) then
    return null;
  end if;
  if not :schema.is_slice_made(p_slice) then
    perform :schema.make_slice(p_slice);
  end if;
  execute format(
    'select coalesce(jsonb_agg(to_jsonb(a)), ''[]'') from %I.%I(%s) a', :schema.schema_of_slice(p_slice), p_function, p_arguments
  ) into v_rows;
  return v_rows;
end
$$;`,
  },
  {
    name: "ask_slice",
    file: "citus/functions/people.sql",
    line: 28,
    sql: `-- The same of a slice wherever it is, in a transaction of its own.
create or replace function :schema.ask_slice(p_slice integer, p_function text, p_arguments text) returns setof jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_answer record;
begin
  select r.success, r.result into strict v_answer
  from pg_dist_placement p
  join pg_dist_node n on n.groupid = p.groupid and n.noderole = 'primary'
  cross join lateral master_run_on_worker(
    array[n.nodename::text], array[n.nodeport],
    array[format('select :schema.ask_slice_here(%s, %L, %L)', p_slice, p_function, p_arguments)], false
  ) r
  where p.shardid = p_slice and p.shardstate = 1;
  if not v_answer.success then
    raise exception '%', v_answer.result;
  elsif coalesce(v_answer.result, '') = '' then
    raise exception 'slice % has moved: ask once more', p_slice
      using errcode = 'serialization_failure';
  end if;
  return query select a.element from jsonb_array_elements(v_answer.result::jsonb) a (element);
end
$$;`,
  },
  {
    name: "ask_slices",
    file: "citus/functions/people.sql",
    line: 54,
    sql: `-- The same of all slices, one after the other.
create or replace function :schema.ask_slices(p_function text, p_arguments text) returns setof jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_slice integer;
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s where s.logicalrelid = :'page_views'::regclass order by s.shardid
  loop
    return query select a.element from :schema.ask_slice(v_slice, p_function, p_arguments) a (element);
  end loop;
end
$$;`,
  },
  {
    name: "random_id_of_slice",
    file: "citus/functions/people.sql",
    line: 70,
    sql: `-- An id of a session in this slice that nothing has had.
create or replace function :schema.random_id_of_slice(p_slice integer) returns :session_id_type
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id :session_id_type;
begin
  loop
    v_id := :schema.random_id();
    exit when :schema.slice_of_session(v_id) = p_slice;
  end loop;
  return v_id;
end
$$;`,
  },
  {
    name: "linked_ids",
    file: "citus/functions/people.sql",
    line: 86,
    sql: `-- Which sessions and visitor_ids are these people's, besides those that are known? See sql/functions/people/person.sql.
create or replace function :schema.linked_ids(
  p_account_ids :account_id_type[], inout p_session_ids :session_id_type[], inout p_visitor_ids :session_id_type[]
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_sessions :session_id_type[];
  v_visitors :session_id_type[];
begin
  select array_agg(distinct pv.session_id:::session_id_type), array_agg(distinct pv.visitor_id:::session_id_type) into v_sessions, v_visitors
  from :page_view_rows pv
  where pv.account_id = any (p_account_ids);
  v_sessions := v_sessions || p_session_ids || array(
    select s.session_id from :schema.visitor_sessions s where s.account_id = any (p_account_ids)
  );
  p_session_ids := array(select distinct k.id from unnest(v_sessions) k (id) where k.id is not null);
  v_visitors := v_visitors || p_visitor_ids || array(
    select distinct pv.visitor_id:::session_id_type
    from :page_view_rows pv
    where pv.session_id = any (p_session_ids) and pv.account_id is null and pv.visitor_id is not null
  );
  p_visitor_ids := array(select distinct k.id from unnest(v_visitors) k (id) where k.id is not null);
end
$$;`,
  },
  {
    name: "count_person",
    file: "citus/functions/people.sql",
    line: 114,
    sql: `-- What would be erased of this person? stored_views: how many the rollups hold that page views do not. Each shard answers by one statement.
create or replace function :schema.count_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  out page_views bigint, out entities bigint, out sessions bigint, out stored_views bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_session_ids :session_id_type[];
begin
  select coalesce(sum(e.page_views), 0), count(*) filter (where not e.is_pending), greatest(coalesce(sum(e.stored_views), 0), 0)
  into page_views, entities, stored_views
  from (
    select
      v.entity_type, v.entity_id, sum(v.page_views) as page_views, bool_and(v.is_pending) as is_pending, sum(v.stored_views) as stored_views
    from (
      -- in the order that fetched_views explains
      select
        pv.entity_type, pv.entity_id, 1 as page_views, false as is_pending,
        case when :schema.why_left_out(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at) is null
          then -1 else 0
        end as stored_views
      from :page_view_rows pv
      where pv.account_id = p_account_id
        or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
      union all
      select q.entity_type, q.entity_id, 0, true, q.sign::integer
      from :schema.page_view_changes q
      where q.account_id = p_account_id
        or (q.account_id is null and (q.session_id = any (p_session_ids) or q.visitor_id = any (p_visitor_ids)))
      union all
      select s.entity_type, s.entity_id, 0, false, coalesce(s.visit_count, 1)
      from :schema.analytics_entity_visitors s
      where (s.kind = 'a' and s.visitor_id = p_account_id:::visitor_id_type)
        or (s.kind = 's' and s.visitor_id = any (p_session_ids:::visitor_id_type[]))
        or (s.kind = 'v' and s.visitor_id = any (p_visitor_ids:::visitor_id_type[]))
    ) v
    group by v.entity_type, v.entity_id
  ) e;
  v_session_ids := :schema.sessions_of_views(array[p_account_id], p_session_ids, p_visitor_ids);
  v_session_ids := v_session_ids || array(select s.session_id from :schema.visitor_sessions s where s.session_id = any (p_session_ids));
  sessions := (select count(distinct k.id) from unnest(v_session_ids) k (id));
end
$$;`,
  },
  {
    name: "sessions_of_views",
    file: "citus/functions/people.sql",
    line: 161,
    sql: `-- In which sessions are these people's page views, until this instant (NULL: all)?
create or replace function :schema.sessions_of_views(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[], p_until timestamptz default null
) returns :session_id_type[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  return array(
    select distinct pv.session_id:::session_id_type
    from :page_view_rows pv
    where (
      pv.account_id = any (p_account_ids)
      or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
    ) and pv.session_id is not null and (p_until is null or coalesce(pv.viewed_at, '-infinity') <= p_until)
  );
end
$$;`,
  },
  {
    name: "export_page_views",
    file: "citus/functions/people.sql",
    line: 181,
    sql: `-- The page views of this person that follow an instant (NULL: from the first one), about p_limit of them and never some of one instant only.
create or replace function :schema.export_page_views(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_after timestamptz, p_limit integer
) returns table (
  id text, viewed_at timestamptz, entity_type text, entity_id :entity_id_type, account_id :account_id_type,
  session_id :session_id_type, visitor_id :session_id_type, referrer_url text, time_on_page bigint, source jsonb, device jsonb
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
  v_until timestamptz;
begin
  select coalesce(pv.viewed_at, '-infinity') into v_until
  from :page_view_rows pv
  where (
    pv.account_id = p_account_id
    or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
  ) and (p_after is null or coalesce(pv.viewed_at, '-infinity') > p_after)
  order by 1
  offset p_limit - 1 limit 1;

  return query
  with
  views as materialized (
    select
      pv.id::text as id, coalesce(pv.viewed_at, '-infinity') as viewed_at, pv.entity_type::text as entity_type,
      pv.entity_id:::entity_id_type as entity_id, pv.account_id:::account_id_type as account_id,
      pv.session_id:::session_id_type as session_id, pv.visitor_id:::session_id_type as visitor_id,
      pv.referrer_url::text as referrer_url, pv.time_on_page::bigint as time_on_page, pv.source_no, pv.device_no
    from :identified_page_view_rows pv
    where (
      pv.account_id = p_account_id
      or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
    ) and (p_after is null or coalesce(pv.viewed_at, '-infinity') > p_after)
      and (v_until is null or coalesce(pv.viewed_at, '-infinity') <= v_until)
  ),
  sources as materialized (select s.* from :schema.analytics_sources s),
  devices as materialized (select d.* from :schema.analytics_devices d)
  select
    p.id, p.viewed_at, p.entity_type, p.entity_id, p.account_id, p.session_id, p.visitor_id, p.referrer_url, p.time_on_page,
    to_jsonb(s) - '{source_no,first_seen}'::text[], to_jsonb(d) - '{device_no,first_seen}'::text[]
  from views p
  left join sources s on s.source_no = p.source_no
  left join devices d on d.device_no = p.device_no
  order by p.viewed_at, p.id;
end
$$;`,
  },
  {
    name: "export_stored_days",
    file: "citus/functions/people.sql",
    line: 233,
    sql: `-- The days of this person that the rollups hold and page views do not any more.
create or replace function :schema.export_stored_days(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns table (date date, entity_type text, entity_id :entity_id_type, views integer, timed_views integer, time_total bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select d.date, d.entity_type, d.entity_id, d.views, d.timed_views, d.time_total
  from :schema.ask_slices('export_stored_days', format('%L, %L, %L', p_account_id, p_session_ids, p_visitor_ids)) a (day)
  cross join lateral jsonb_to_record(a.day) d (
    date date, entity_type text, entity_id :entity_id_type, views integer, timed_views integer, time_total bigint
  )
  order by d.date, d.entity_type, d.entity_id;
end
$$;`,
  },
  {
    name: "sessions_of_person",
    file: "citus/functions/people.sql",
    line: 252,
    sql: `-- The sessions of this person's page views, and those that are known to be the person's.
create or replace function :schema.sessions_of_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns table (
  session_id :session_id_type, first_seen_at timestamptz, last_seen_at timestamptz, total_views integer, ip_address inet, user_agent text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
  v_ids :session_id_type[] := p_session_ids || :schema.sessions_of_views(array[p_account_id], p_session_ids, p_visitor_ids);
begin
  return query
  select s.session_id, s.first_seen_at, s.last_seen_at, s.total_views, s.ip_address, s.user_agent
  from :schema.visitor_sessions s
  where s.session_id = any (v_ids)
  order by s.first_seen_at, s.session_id;
end
$$;`,
  },
  {
    name: "clear_in_slices",
    file: "citus/functions/people.sql",
    line: 274,
    sql: `-- Take address and agent off these sessions, each where it is. First: when page views are gone, nobody knows any more whose they were.
create or replace function :schema.clear_in_slices(p_session_ids :session_id_type[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform count(*)
  from (
    select :schema.slice_of_session(k.id) as slice, array_agg(k.id order by k.id) as ids from unnest(p_session_ids) k (id) group by 1 order by 1
  ) s
  cross join lateral :schema.ask_slice(s.slice, 'clear_sessions_here', format('%L', s.ids)) a;
end
$$;`,
  },
  {
    name: "erase_person_step",
    file: "citus/functions/people.sql",
    line: 288,
    sql: `-- Erase about p_limit page views of this person, the anonymous ones first: as long as some of the account are left, they say which
-- sessions and visitor_ids are the person's. Says how many were erased, and whether this was the last step: forget_in_slices() is for what is stored of them.
create or replace function :schema.erase_person_step(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_limit integer, p_receipt uuid, p_actor text,
  out erased bigint, out anonymised bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_until timestamptz;
  v_account_until timestamptz;
  v_session_ids :session_id_type[];
  v_account_views bigint;
begin
  perform :schema.refuse_hidden_rows();
  anonymised := 0;
  select coalesce(pv.viewed_at, '-infinity') into v_until
  from :page_view_rows pv
  where pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids))
  order by 1
  offset p_limit - 1 limit 1;
  v_session_ids := :schema.sessions_of_views('{}', p_session_ids, p_visitor_ids, v_until);
  done := v_until is null;
  if done then
    select coalesce(pv.viewed_at, '-infinity') into v_account_until
    from :page_view_rows pv
    where pv.account_id = p_account_id
    order by 1
    offset p_limit - 1 limit 1;
    v_session_ids := v_session_ids || :schema.sessions_of_views(array[p_account_id], '{}', '{}', v_account_until);
  end if;

  perform :schema.clear_in_slices(v_session_ids);
  delete from :page_views
  where :account_id_value is null and (:session_id_value = any (p_session_ids) or :visitor_id_value = any (p_visitor_ids))
    and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit;
  get diagnostics erased = row_count;
  if done then
    delete from :page_views
    where :account_id_value = p_account_id
      and (v_account_until is null or coalesce(:viewed_at_value, '-infinity') <= v_account_until) and :ids_fit;
    get diagnostics v_account_views = row_count;
    erased := erased + v_account_views;
    done := v_account_until is null;
  end if;
  if erased > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values ('erase_person', '{}', erased, p_receipt, p_actor);
  end if;
end
$$;`,
  },
  {
    name: "people_to_forget",
    file: "citus/functions/people.sql",
    line: 343,
    sql: `-- Whom forget_in_slices() is to forget, and who has what it keeps of them: nobody who can be found out. A session stays in its slice.
create or replace function :schema.people_to_forget(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns jsonb
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'account_ids', p_account_ids, 'new_account_ids', array(select :schema.random_id() from unnest(p_account_ids)),
    'session_ids', p_session_ids,
    'new_session_ids', array(
      select :schema.random_id_of_slice(:schema.slice_of_session(k.id)) from unnest(p_session_ids) with ordinality k (id, nth) order by k.nth
    ),
    'visitor_ids', p_visitor_ids, 'new_visitor_ids', array(select :schema.random_id() from unnest(p_visitor_ids))
  )
$$;`,
  },
  {
    name: "person_to_forget",
    file: "citus/functions/people.sql",
    line: 360,
    sql: `-- The same of one person.
create or replace function :schema.person_to_forget(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns jsonb
language sql volatile
return (:schema.people_to_forget(array[p_account_id], p_session_ids, p_visitor_ids));`,
  },
  {
    name: "are_people_pending",
    file: "citus/functions/people.sql",
    line: 367,
    sql: `-- Is anything of theirs pending in any slice, or on its way?
create or replace function :schema.are_people_pending(p_people jsonb) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_account_ids :account_id_type[] := array(select i.id:::account_id_type from jsonb_array_elements_text(p_people -> 'account_ids') i (id));
  v_session_ids :session_id_type[] := array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'session_ids') i (id));
  v_visitor_ids :session_id_type[] := array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'visitor_ids') i (id));
begin
  return exists (
    select 1 from :schema.page_view_changes q
    where q.account_id = any (v_account_ids)
      or (q.account_id is null and (q.session_id = any (v_session_ids) or q.visitor_id = any (v_visitor_ids)))
  ) or exists (
    select 1 from :schema.outgoing_changes o
    where o.account_id = any (v_account_ids)
      or (o.account_id is null and (o.session_id = any (v_session_ids) or o.visitor_id = any (v_visitor_ids)))
  ) or exists (
    select 1 from :schema.session_changes q
    where q.account_id = any (v_account_ids)
      or (q.account_id is null and (q.session_id = any (v_session_ids) or q.visitor_id = any (v_visitor_ids)))
  );
end
$$;`,
  },
  {
    name: "forget_in_slices",
    file: "citus/functions/people.sql",
    line: 394,
    sql: `-- Let no slice name these people any more, when nothing of theirs is pending: see forget_people_here. Returns how many views stay counted.
create or replace function :schema.forget_in_slices(p_people jsonb, p_action text, p_receipt uuid, p_actor text) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_views bigint := (select sum(a.views::text::bigint) from :schema.ask_slices('forget_people_here', format('%L', p_people)) a (views));
begin
  if v_views > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values (p_action, '{}', case p_action when 'erase_person' then 0 else v_views end, p_receipt, p_actor);
  end if;
  return v_views;
end
$$;`,
  },
  {
    name: "rename_people",
    file: "citus/functions/people.sql",
    line: 410,
    sql: `-- Give the page views of these people to visitors and sessions with random ids, in all shards at once: see anonymise_people. people: what
-- forget_in_slices() is to forget.
create or replace function :schema.rename_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[], out views bigint, out people jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_session_ids :session_id_type[];
  v_names jsonb;
  v_account_names jsonb;
  v_session_names jsonb;
  v_visitor_names jsonb;
begin
  perform :schema.refuse_hidden_rows();
  -- a browser that had some of the sessions has others too: a part of a visitor would be a visitor more
  p_visitor_ids := p_visitor_ids || array(
    select v.visitor_id
    from (
      select distinct pv.visitor_id:::session_id_type as visitor_id
      from :page_view_rows pv
      where pv.session_id = any (p_session_ids) and pv.account_id is null and pv.visitor_id is not null
    ) v
    where v.visitor_id <> all (p_visitor_ids)
  );
  people := :schema.people_to_forget(p_account_ids, p_session_ids, p_visitor_ids);
  -- none of their views keeps the id of its session
  v_session_ids := :schema.sessions_of_views(p_account_ids, p_session_ids, p_visitor_ids);
  v_session_ids := array(select k.id from unnest(v_session_ids) k (id) where k.id <> all (p_session_ids));
  v_names := :schema.people_to_forget('{}', v_session_ids, '{}');
  perform :schema.clear_in_slices(p_session_ids || v_session_ids);

  v_account_names := :schema.names_of(people, 'account_ids');
  v_session_names := :schema.names_of(people, 'session_ids') || :schema.names_of(v_names, 'session_ids');
  v_visitor_names := :schema.names_of(people, 'visitor_ids');
  update :page_views set
    :session_id_column = (v_session_names ->> :session_id_value::text):::session_id_type,
    :visitor_id_column = case
      when :account_id_value is not null then v_account_names ->> :account_id_value::text
      else v_visitor_names ->> :visitor_id_value::text
    end:::session_id_type,
    :account_id_column = null,
    :referrer_url_column = null
  where (
    :account_id_value = any (p_account_ids)
    or (:account_id_value is null and (:session_id_value = any (p_session_ids) or :visitor_id_value = any (p_visitor_ids)))
  ) and :ids_fit;
  get diagnostics views = row_count;
end
$$;`,
  },
  {
    name: "rename_person",
    file: "citus/functions/people.sql",
    line: 463,
    sql: `-- The same of one person.
create or replace function :schema.rename_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[], p_receipt uuid, p_actor text,
  out views bigint, out people jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  select r.views, r.people into views, people from :schema.rename_people(array[p_account_id], p_session_ids, p_visitor_ids) r;
  if views > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values ('anonymise_person', '{}', views, p_receipt, p_actor);
  end if;
end
$$;`,
  },
  {
    name: "names_of",
    file: "citus/functions/people.sql",
    line: 480,
    sql: `-- What has each of these of people_to_forget() instead: {"7": "123456"}?
create or replace function :schema.names_of(p_people jsonb, p_kind text) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_object_agg(o.id, n.id) filter (where o.id is not null), '{}')
  from jsonb_array_elements_text(p_people -> p_kind) with ordinality o (id, nth)
  join jsonb_array_elements_text(p_people -> ('new_' || p_kind)) with ordinality n (id, nth) on n.nth = o.nth
$$;`,
  },
  {
    name: "count_forgettable_step",
    file: "citus/functions/retention.sql",
    line: 1,
    sql: `-- Forgetting on Citus: who was not seen for long is found in all shards, and made anonymous as anonymising does it.

-- How many would a step of forgetting forget, and how many views of theirs are counted?
create or replace function :schema.count_forgettable_step(
  p_kind text, p_before date, p_position jsonb, p_limit integer,
  out accounts bigint, out visitor_ids bigint, out sessions bigint, out views bigint, out next_position jsonb
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_people record := :schema.forgettable_people(p_kind, p_before, p_position, p_limit);
begin
  accounts := cardinality(v_people.account_ids);
  visitor_ids := cardinality(v_people.visitor_ids);
  sessions := cardinality(v_people.session_ids);
  next_position := v_people.next_position;
  select coalesce(sum(coalesce(v.visit_count, 1)), 0) into views
  from :schema.analytics_entity_visitors v
  where (v.kind = 'a' and v.visitor_id = any (v_people.account_ids:::visitor_id_type[]))
    or (v.kind = 's' and v.visitor_id = any (v_people.session_ids:::visitor_id_type[]))
    or (v.kind = 'v' and v.visitor_id = any (v_people.visitor_ids:::visitor_id_type[]));
end
$$;`,
  },
  {
    name: "rename_visitors_step",
    file: "citus/functions/retention.sql",
    line: 27,
    sql: `-- Give the page views of those who were not seen since p_before to nobody: see forgettable_people. Says how many accounts, visitor_ids and sessions these
-- were, how many views of theirs stay counted, where to go on, and whom forget_in_slices() is to forget; NULL when nobody.
create or replace function :schema.rename_visitors_step(
  p_kind text, p_before date, p_position jsonb, p_limit integer, p_receipt uuid, p_actor text,
  out accounts bigint, out visitor_ids bigint, out sessions bigint, out views bigint, out next_position jsonb, out people jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_people record := :schema.forgettable_people(p_kind, p_before, p_position, p_limit);
begin
  accounts := cardinality(v_people.account_ids);
  visitor_ids := cardinality(v_people.visitor_ids);
  sessions := cardinality(v_people.session_ids);
  next_position := v_people.next_position;
  views := 0;
  if accounts + visitor_ids + sessions = 0 then
    return;
  end if;
  select r.views, r.people into views, people
  from :schema.rename_people(v_people.account_ids, v_people.session_ids, v_people.visitor_ids) r;
  update :schema.analytics_settings s set forgotten_before = p_before where p_before > coalesce(s.forgotten_before, '-infinity');
  insert into :schema.analytics_audit (action, subject, views, receipt, actor)
  values ('forget_visitors', jsonb_build_object('kind', p_kind, 'last_seen_before', p_before), views, p_receipt, p_actor);
end
$$;`,
  },
  {
    name: "schema_of_slice",
    file: "citus/functions/slices.sql",
    line: 1,
    sql: `-- Slices of this server, and how one is made: in a schema of its own, with all functions that one Postgres has, and views of the shards that belong
-- to it. Functions run in it as they are.

-- How is the schema of a slice called?
create or replace function :schema.schema_of_slice(p_slice integer) returns text
language sql immutable parallel safe
return :'schema_name' || '_' || p_slice;`,
  },
  {
    name: "shard_table",
    file: "citus/functions/slices.sql",
    line: 9,
    sql: `-- How is this shard written in SQL? Citus leaves the schema "public" out.
create or replace function :schema.shard_table(p_table regclass, p_shard bigint) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select case when c.relnamespace = to_regnamespace('public') then 'public.' else '' end || shard_name(p_table, p_shard)
    from pg_class c
    where c.oid = p_table
  );
end
$$;`,
  },
  {
    name: "is_slice_here",
    file: "citus/functions/slices.sql",
    line: 23,
    sql: `-- Is the shard of this slice on this server?
create or replace function :schema.is_slice_here(p_slice integer) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select 1
    from pg_dist_placement p
    join pg_dist_local_group g on g.groupid = p.groupid
    where p.shardid = p_slice and p.shardstate = 1
  );
end
$$;`,
  },
  {
    name: "is_slice_made",
    file: "citus/functions/slices.sql",
    line: 38,
    sql: `-- Has this slice all that it needs? When its shard has moved away, its views have gone with it.
create or replace function :schema.is_slice_made(p_slice integer) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema text := :schema.schema_of_slice(p_slice);
  v_made boolean;
begin
  if to_regclass(format('%I.page_views', v_schema)) is null or to_regclass(format('%I.slice_of_script', v_schema)) is null then
    return false;
  end if;
  execute format(
    'select exists (select 1 from %I.slice_of_script m where m.checksum in (select s.checksum from :schema.slice_scripts s))', v_schema
  ) into v_made;
  return v_made;
end
$$;`,
  },
  {
    name: "make_slice",
    file: "citus/functions/slices.sql",
    line: 57,
    sql: `-- Make this slice on this server, anew where there is one. What it lost with a move is what it can do without: when it was folded last, and how many
-- page views could not be counted.
create or replace function :schema.make_slice(p_slice integer) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set client_min_messages = error
as $$
declare
  v_schema text := :schema.schema_of_slice(p_slice);
  v_script text;
  v_checksum text;
  v_grantee text;
  v_table record;
  v_last bigint;
  v_started_at timestamptz := clock_timestamp();
  v_key :entity_id_type;
begin
  -- all of it is this server's own
  perform set_config('citus.enable_ddl_propagation', 'off', true);
  perform pg_advisory_xact_lock(hashtextextended(v_schema, 0));
  if :schema.is_slice_made(p_slice) then
    return;
  end if;
  select s.script, s.checksum into strict v_script, v_checksum from :schema.slice_scripts s;
  execute format('drop schema if exists %I cascade', v_schema);
  execute format('create schema %I', v_schema);
  -- a host's default privileges may let roles in
  for v_grantee in
    select case when a.grantee = 0 then 'public' else a.grantee::regrole::text end
    from pg_namespace n
    cross join lateral aclexplode(n.nspacl) a
    where n.nspname = v_schema and a.grantee <> n.nspowner
  loop
    execute format('revoke all on schema %I from %s', v_schema, v_grantee);
  end loop;
  for v_table in
    select c.relname as name, :schema.shard_table(s.logicalrelid, s.shardid) as shard
    from pg_dist_shard of_views
    join pg_dist_partition t on t.colocationid in (
      select p.colocationid from pg_dist_partition p where p.logicalrelid = of_views.logicalrelid
    ) or t.partmethod = 'n'
    join pg_dist_shard s on s.logicalrelid = t.logicalrelid and coalesce(s.shardminvalue, of_views.shardminvalue) = of_views.shardminvalue
    join pg_class c on c.oid = t.logicalrelid
    where of_views.shardid = p_slice and c.relnamespace = :'schema'::regnamespace
      and c.relname not in ('change_numbers', 'slice_scripts')
    union all
    select 'page_views', :schema.shard_table(s.logicalrelid, s.shardid) from pg_dist_shard s where s.shardid = p_slice
  loop
    execute format('create view %I.%I as select * from %s', v_schema, v_table.name, v_table.shard);
  end loop;
  -- what belongs to the slice itself has an id that falls into it
  v_key := (
    select k.key
    from (
      select lpad(n::text, greatest(length(n::text), case :'entity_id_type' when 'uuid' then 32 else 1 end), '0'):::entity_id_type as key
      from generate_series(1, 1000000) n
    ) k
    where :schema.slice_of_entity(k.key) = p_slice
    limit 1
  );
  execute format('alter view %I.outgoing_entries alter slice_key set default %L', v_schema, v_key);
  execute format('alter view %I.fetched_changes alter slice_key set default %L', v_schema, v_key);
  execute replace(replace(v_script, 'headcount slice schema', v_schema), '''headcount slice number''', p_slice::text);
  execute format('create table %I.slice_of_script as select %L::text as checksum', v_schema, v_checksum);
  -- what it hands on has greater numbers than what it has handed on elsewhere, by the clock of another server
  v_last := greatest(
    (select max(f.through) from :schema.fetched_changes f where f.from_slice = p_slice),
    (select max(o.change_id) from :schema.outgoing_changes o where :schema.slice_of_entity(o.entity_id) = p_slice),
    (select max(o.change_id) from :schema.outgoing_entries o where :schema.slice_of_entity(o.slice_key) = p_slice)
  );
  while v_last >= :schema.next_change_id() loop
    if clock_timestamp() > v_started_at + interval '30 seconds' then
      raise exception 'the clock of this server is behind that of the one which had slice %: set it', p_slice
        using errcode = 'object_not_in_prerequisite_state';
    end if;
    perform pg_sleep(0.1);
  end loop;
end
$$;`,
  },
  {
    name: "make_slices_here",
    file: "citus/functions/slices.sql",
    line: 138,
    sql: `-- Make what slices of this server lack, and drop those whose shard is elsewhere by now. Returns how many that were.
create or replace function :schema.make_slices_here() returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = error
as $$
declare
  v_slice record;
  v_made integer := 0;
begin
  for v_slice in
    select s.shardid::integer as number from pg_dist_shard s where s.logicalrelid = :'page_views'::regclass order by s.shardid
  loop
    if not :schema.is_slice_here(v_slice.number) then
      if to_regnamespace(quote_ident(:schema.schema_of_slice(v_slice.number))) is not null then
        perform set_config('citus.enable_ddl_propagation', 'off', true);
        execute format('drop schema %I cascade', :schema.schema_of_slice(v_slice.number));
        v_made := v_made + 1;
      end if;
    elsif not :schema.is_slice_made(v_slice.number) then
      perform :schema.make_slice(v_slice.number);
      v_made := v_made + 1;
    end if;
  end loop;
  return v_made;
end
$$;`,
  },
  {
    name: "run_on_servers",
    file: "citus/functions/slices.sql",
    line: 166,
    sql: `-- Run each of these on each server that has slices, all at once. Fails when one fails, and when all have ended.
create or replace function :schema.run_on_servers(variadic p_commands text[]) returns setof text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_answers record;
begin
  select
    array_agg(r.result) filter (where r.success) as results,
    string_agg(format('%s:%s: %s', r.node_name, r.node_port, r.result), E'\\n') filter (where not r.success) as errors
  into v_answers
  from (
    select array_agg(n.nodename) as names, array_agg(n.nodeport) as ports, array_agg(c.command) as commands
    from (
      select distinct n.nodename::text, n.nodeport
      from pg_dist_shard s
      join pg_dist_placement p on p.shardid = s.shardid
      join pg_dist_node n on n.groupid = p.groupid and n.noderole = 'primary'
      where s.logicalrelid = :'page_views'::regclass
    ) n
    cross join unnest(p_commands) c (command)
  ) n
  cross join lateral master_run_on_worker(n.names, n.ports, n.commands, true) r;
  if v_answers.errors is not null then
    raise exception '%', v_answers.errors;
  end if;
  return query select unnest(v_answers.results);
end
$$;`,
  },
  {
    name: "make_slices",
    file: "citus/functions/slices.sql",
    line: 197,
    sql: `-- Make what slices lack, on all servers. Returns how many that were.
create or replace function :schema.make_slices() returns integer
language sql
return (select coalesce(sum(r.made::integer), 0)::integer from :schema.run_on_servers('select :schema.make_slices_here()') r (made));`,
  },
  {
    name: "drop_slices_here",
    file: "citus/functions/slices.sql",
    line: 202,
    sql: `-- Drop the slices of this server: before Headcount is taken out.
create or replace function :schema.drop_slices_here() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = error
as $$
declare
  v_slice bigint;
begin
  perform set_config('citus.enable_ddl_propagation', 'off', true);
  for v_slice in select s.shardid from pg_dist_shard s where s.logicalrelid = :'page_views'::regclass loop
    execute format('drop schema if exists %I cascade', :schema.schema_of_slice(v_slice::integer));
  end loop;
end
$$;`,
  },
  {
    name: "drop_slices",
    file: "citus/functions/slices.sql",
    line: 218,
    sql: `-- The same on all servers.
create or replace function :schema.drop_slices() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.run_on_servers('select :schema.drop_slices_here()');
end
$$;`,
  },
  {
    name: "status_here",
    file: "citus/functions/status.sql",
    line: 1,
    sql: `-- How things stand on all servers of a cluster.

-- Which slices of this server lack their functions, what did the latest fold of the others do, and why could how many page views not be counted?
create or replace function :schema.status_here() returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_slice integer;
  v_lacking integer[] := '{}';
  v_folds jsonb := '[]';
  v_left_out jsonb := '[]';
  v_status record;
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s
    where s.logicalrelid = :'page_views'::regclass and :schema.is_slice_here(s.shardid::integer)
    order by s.shardid
  loop
    if :schema.is_slice_made(v_slice) then
      execute format(
        $sql$
          select
            (
              select to_jsonb(s) from %1$I.analytics_slots s where s.finished_at is not null order by s.finished_at desc limit 1
            ) as fold,
            (select coalesce(jsonb_agg(l), '[]') from %1$I.left_out_page_views l) as left_out
        $sql$,
        :schema.schema_of_slice(v_slice)
      ) into v_status;
      v_folds := v_folds || coalesce(v_status.fold, '[]');
      v_left_out := v_left_out || v_status.left_out;
    else
      v_lacking := v_lacking || v_slice;
    end if;
  end loop;
  return jsonb_build_object('lacking', v_lacking, 'folds', v_folds, 'left_out', v_left_out);
end
$$;`,
  },
  {
    name: "status_of_servers",
    file: "citus/functions/status.sql",
    line: 41,
    sql: `-- The same of each server.
create or replace function :schema.status_of_servers() returns setof jsonb
language sql
set search_path = pg_catalog, pg_temp
as $$
  select r.status::jsonb from :schema.run_on_servers('select :schema.status_here()') r (status)
$$;`,
  },
  {
    name: "capture_faults",
    file: "citus/functions/status.sql",
    line: 49,
    sql: `-- Does anything keep changes of page views from being captured, or slices from being read? Each fault with the statement that fixes it.
create or replace function :schema.capture_faults() returns table (problem text, fix text)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_lacking text := (
    select string_agg(l.slice, ', ' order by l.slice)
    from :schema.status_of_servers() s (status)
    cross join jsonb_array_elements_text(s.status -> 'lacking') l (slice)
  );
begin
  return query
  select
    format('The trigger %s is missing or disabled: what %s page views is not counted.', e.name, e.happens),
    case when t.tgname is null
      then format('UPDATE %s.headcount_migrations SET rendered_checksum = NULL WHERE kind = ''attachments'';', :'schema')
        || ' -- then run: npx @headcount/migrations up'
      else format('ALTER TABLE %s ENABLE TRIGGER %I;', :'page_views', e.name)
    end
  from (
    values
      ('headcount_capture_insert', 'is added to'), ('headcount_capture_update', 'is edited in'),
      ('headcount_capture_delete', 'is deleted from')
  ) e (name, happens)
  left join pg_trigger t on t.tgrelid = :'page_views'::regclass and t.tgname = e.name
  where t.tgenabled is null or t.tgenabled not in ('O', 'A');
  if v_lacking is not null then
    return query
    select
      format('The slices %s lack their functions, as after a move of their shards: nobody can ask about their entities.', v_lacking),
      format('SELECT %s.make_slices();', :'schema');
  end if;
end
$$;`,
  },
  {
    name: "changes_on_their_way",
    file: "citus/functions/status.sql",
    line: 86,
    sql: `-- How many changes have slices handed on that were not fetched yet?
create or replace function :schema.changes_on_their_way() returns bigint
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  -- by the slice that fetches, and the one that hands on
  v_changes jsonb;
  v_entries jsonb;
begin
  select
    jsonb_object_agg(f.key, f.through) filter (where not f.of_entries), jsonb_object_agg(f.key, f.through) filter (where f.of_entries)
  into v_changes, v_entries
  from (
    select :schema.slice_of_entity(c.slice_key) || ' ' || c.from_slice as key, c.of_entries, c.through from :schema.fetched_changes c
  ) f;
  return (
    select count(*) from :schema.outgoing_changes o
    where o.change_id > coalesce((v_changes ->> (o.for_slice || ' ' || :schema.slice_of_entity(o.entity_id)))::bigint, 0)
  ) + (
    select count(*) from :schema.outgoing_entries o
    where o.change_id > coalesce((v_entries ->> (o.for_slice || ' ' || :schema.slice_of_entity(o.slice_key)))::bigint, 0)
  );
end
$$;`,
  },
  {
    name: "analytics_status",
    file: "citus/functions/status.sql",
    line: 113,
    sql: `-- How much is waiting to be folded, since when, and what did the latest fold of a slice do?
create or replace function :schema.analytics_status() returns table (
  time_zone text,
  pending_changes bigint,
  oldest_pending_seconds double precision,
  finished_at timestamptz,
  folded_changes integer,
  duration_ms double precision,
  set_aside_changes bigint,
  left_out_page_views bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_queue record;
  v_fold jsonb;
  v_left_out bigint;
begin
  select count(*) as pending, min(q.captured_at) as oldest, count(q.left_out) as left_out into v_queue from :schema.page_view_changes q;
  v_fold := (
    select f.fold
    from :schema.status_of_servers() s (status)
    cross join jsonb_array_elements(s.status -> 'folds') f (fold)
    order by (f.fold ->> 'finished_at')::timestamptz desc
    limit 1
  );
  v_left_out := (select sum(r.page_views) from :schema.left_out_reasons() r);
  return query
  select
    z.time_zone,
    v_queue.pending + (select count(*) from :schema.entry_changes) + (select count(*) from :schema.session_changes)
      + :schema.changes_on_their_way(),
    extract(epoch from clock_timestamp() - v_queue.oldest)::double precision,
    (v_fold ->> 'finished_at')::timestamptz, (v_fold ->> 'folded_changes')::integer, (v_fold ->> 'duration_ms')::double precision,
    (select count(*) from :schema.set_aside_changes), coalesce(v_left_out, 0)
  from :schema.reporting_zone() z;
end
$$;`,
  },
  {
    name: "set_aside_entities",
    file: "citus/functions/status.sql",
    line: 154,
    sql: `-- Of which entities were changes set aside, how many, and why the latest? Those with the most first.
create or replace function :schema.set_aside_entities(p_limit integer default 100) returns table (
  entity_type text, entity_id :entity_id_type, changes bigint, reason text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select c.entity_type, c.entity_id, count(*), (array_agg(c.reason order by c.set_aside_at desc, c.reason))[1]
  from :schema.set_aside_changes c
  group by c.entity_type, c.entity_id
  order by count(*) desc, c.entity_type, c.entity_id
  limit p_limit;
end
$$;`,
  },
  {
    name: "left_out_reasons",
    file: "citus/functions/status.sql",
    line: 173,
    sql: `-- Why could how many page views not be counted?
create or replace function :schema.left_out_reasons() returns table (reason text, page_views bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  with queued as materialized (
    select q.left_out::text as left_out, count(*) as page_views from :schema.page_view_changes q where q.left_out is not null group by q.left_out
  )
  select
    case l.left_out when 'i' then 'ids_too_long' when 't' then 'instant_out_of_range' when 'r' then 'reserved_entity_type'
      else 'no_entity_type'
    end,
    sum(l.page_views)::bigint
  from (
    select o.of ->> 'left_out' as left_out, (o.of ->> 'page_views')::bigint as page_views
    from :schema.status_of_servers() s (status)
    cross join jsonb_array_elements(s.status -> 'left_out') o (of)
    union all
    select q.left_out, q.page_views from queued q
  ) l
  group by l.left_out
  order by sum(l.page_views) desc, l.left_out;
end
$$;`,
  },
  {
    name: "visitor_shares",
    file: "citus/functions/status.sql",
    line: 201,
    sql: `-- By what do page views of the last thirty days say who it was? Of some hundred blocks of each shard.
create or replace function :schema.visitor_shares() returns table (
  sample bigint, by_account bigint, by_visitor_id bigint, by_session bigint, nobody bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_percent double precision := least(
    100, 10000.0 * current_setting('block_size')::bigint / greatest(citus_relation_size(:'page_views'::regclass), 1)
  );
begin
  return query execute format(
    $sql$
      select
        count(*), count(:account_id_column),
        count(:visitor_id_column) filter (where :account_id_column is null),
        count(:session_id_column) filter (where :account_id_column is null and :visitor_id_column is null),
        count(*) filter (where :account_id_column is null and :visitor_id_column is null and :session_id_column is null)
      from :page_views tablesample system (%s)
      where :viewed_at_value > now() - interval '30 days'
    $sql$,
    v_percent
  );
end
$$;`,
  },
  {
    name: "stored_bytes",
    file: "citus/functions/status.sql",
    line: 228,
    sql: `-- How much room do page views take, and all that is stored of them?
create or replace function :schema.stored_bytes(out page_view_bytes bigint, out rollup_bytes bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  page_view_bytes := citus_total_relation_size(:'page_views'::regclass);
  rollup_bytes := (
    select sum(citus_total_relation_size(p.logicalrelid))
    from pg_dist_partition p
    join pg_class c on c.oid = p.logicalrelid
    where c.relnamespace = :'schema'::regnamespace and p.partmethod = 'h'
  );
end
$$;`,
  },
  {
    name: "fetched_entries",
    file: "citus/functions/verifying.sql",
    line: 1,
    sql: `-- Verifying on Citus: each slice on its server, one after the other. No snapshot is of all servers. So a slice is held while it is compared: it neither
-- fetches nor folds sessions, and what others have handed on through what it has fetched stays the same, whatever they do. They answer by one
-- statement of each shard.

-- How many sessions entered at these entities, at which hours, and how many of them bounced, as shards have handed on to this slice through these numbers?
create or replace function :schema.fetched_entries(
  p_slice integer, p_entity_type text, p_entity_ids :entity_id_type[], p_time_zone text, p_through jsonb
) returns table (entity_id :entity_id_type, date date, hour smallint, entries bigint, bounces bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select e.entity_id, e.date, e.hour, sum(e.entries)::bigint, sum(e.bounces)::bigint
  from (
    -- ids of sessions and of slices are of one type: by them Citus knows that both are in one shard
    select
      s.session_id as slice_key, s.entry_entity_id as entity_id, (s.first_seen_at at time zone p_time_zone)::date as date,
      extract(hour from s.first_seen_at at time zone p_time_zone)::smallint as hour, 1 as entries,
      (s.total_views = 1 and s.time_total < 10)::integer as bounces
    from unnest(p_entity_ids) k (entity_id)
    join :schema.visitor_sessions s
      -- as its index has it
      on (
        (:entity_id_hash(s.entry_entity_id, hashtextextended(s.entry_entity_type, 0)) << 32)
          | ((s.first_seen_at at time zone 'UTC')::date - date '0001-01-01')::bigint
      ) between :entity_id_hash(k.entity_id, hashtextextended(p_entity_type, 0)) << 32
        and :entity_id_hash(k.entity_id, hashtextextended(p_entity_type, 0)) << 32 | 4294967295
    where s.total_views > 0 and s.entry_entity_id = k.entity_id and s.entry_entity_type = p_entity_type
    union all
    select o.slice_key, o.entity_id, o.date, o.hour, -o.entries, -o.bounces
    from :schema.outgoing_entries o
    where o.for_slice = p_slice and o.entity_type = p_entity_type and o.entity_id = any (p_entity_ids)
      and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.slice_key)::text)::bigint, 0)
  ) e
  group by e.entity_id, e.date, e.hour
  having sum(e.entries) <> 0 or sum(e.bounces) <> 0;
end
$$;`,
  },
  {
    name: "fetched_views_between",
    file: "citus/functions/verifying.sql",
    line: 43,
    sql: `-- Which page views of sessions of this slice, from the first id to the last, have shards handed on through these numbers? Written anew, like all that
-- verifies, and not as fetched_views has it.
create or replace function :schema.fetched_views_between(
  p_slice integer, p_first_id :session_id_type, p_last_id :session_id_type, p_through jsonb
) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, account_id :account_id_type, viewed_at timestamptz,
  time_on_page bigint, views integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select v.session_id, v.entity_type, v.entity_id, v.account_id, v.viewed_at, v.time_on_page, sum(v.views)::integer
  from (
    -- in the order that fetched_views explains
    select
      pv.entity_type::text as entity_type, pv.entity_id, pv.session_id:::session_id_type as session_id,
      pv.account_id:::account_id_type as account_id, pv.viewed_at,
      case when pv.time_on_page >= 0 and pv.time_on_page < 2147483648 then pv.time_on_page::bigint end as time_on_page, 1 as views
    from :page_view_rows pv
    where pv.session_id between p_first_id and p_last_id and pv.entity_type not like 'headcount:%'
      and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
      and octet_length(pv.entity_type)
        + case :'entity_id_type' when 'text' then coalesce(octet_length(pv.entity_id::text), 0) else 0 end
        + case :'account_id_type' when 'text' then coalesce(octet_length(pv.account_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then octet_length(pv.session_id::text) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.visitor_id::text), 0) else 0 end <= :max_id_bytes
    union all
    select q.entity_type, q.entity_id, q.session_id, q.account_id, q.viewed_at, q.time_on_page::bigint, -q.sign::integer
    from :schema.page_view_changes q
    where q.session_id between p_first_id and p_last_id
    union all
    select o.entity_type, o.entity_id, o.session_id, o.account_id, o.viewed_at, o.time_on_page::bigint, -o.sign::integer
    from :schema.outgoing_changes o
    where o.for_slice = p_slice and o.session_id between p_first_id and p_last_id
      and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.entity_id)::text)::bigint, 0)
  ) v
  where :schema.slice_of_session(v.session_id) = p_slice
  group by v.session_id, v.entity_type, v.entity_id, v.account_id, v.viewed_at, v.time_on_page
  having sum(v.views) <> 0;
end
$$;`,
  },
  {
    name: "sessions_with_views",
    file: "citus/functions/verifying.sql",
    line: 89,
    sql: `-- Which sessions of this slice come after this one in page views of all shards? Each as often as it has some.
create or replace function :schema.sessions_with_views(p_slice integer, p_after :session_id_type, p_limit integer)
returns table (session_id :session_id_type)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select pv.session_id:::session_id_type
  from :page_view_rows pv
  where pv.session_id is not null and (p_after is null or pv.session_id > p_after)
    and :schema.slice_of_session(pv.session_id:::session_id_type) = p_slice
  order by 1
  limit p_limit;
end
$$;`,
  },
  {
    name: "verify_slice",
    file: "citus/functions/verifying.sql",
    line: 108,
    sql: `-- One step of verifying a slice of this server, as one Postgres has it. NULL when its shard has moved away.
create or replace function :schema.verify_slice(
  p_slice integer, p_after jsonb, p_limit integer, p_most integer, p_share double precision, p_seed bigint
) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_step jsonb;
begin
  perform lock_shard_metadata(5, array[p_slice::bigint]);
  if not :schema.is_slice_here(p_slice) then
    return null;
  end if;
  if not :schema.is_slice_made(p_slice) then
    perform :schema.make_slice(p_slice);
  end if;
  -- before the snapshot of what is compared
  execute format('select %I.hold_sessions()', :schema.schema_of_slice(p_slice));
  execute format('select to_jsonb(s) from %I.verify_rollups_step($1, $2, $3, $4, $5) s', :schema.schema_of_slice(p_slice))
  into v_step using p_after, p_limit, p_most, p_share, p_seed;
  return v_step;
end
$$;`,
  },
  {
    name: "verify_rollups_step",
    file: "citus/functions/verifying.sql",
    line: 134,
    sql: `-- One step of verifying all slices, one after the other: in each its entities, then its sessions. As one Postgres has it; where to go on names the slice.
create or replace function :schema.verify_rollups_step(
  p_after jsonb default null, p_limit integer default 100000, p_most integer default 100,
  p_share double precision default null, p_seed bigint default 0
) returns table (
  page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date, done boolean, after jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_slice integer;
  v_after jsonb := p_after;
  v_answer record;
  v_step jsonb := '{"page_views": 0, "entities": 0, "differences": 0, "listed": [], "done": true}';
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s
    where s.logicalrelid = :'page_views'::regclass and (p_after is null or s.shardid >= (p_after ->> 'slice')::bigint)
    order by s.shardid
  loop
    select r.success, r.result into strict v_answer
    from pg_dist_placement p
    join pg_dist_node n on n.groupid = p.groupid and n.noderole = 'primary'
    cross join lateral master_run_on_worker(
      array[n.nodename::text], array[n.nodeport],
      array[format('select :schema.verify_slice(%s, %L, %L, %L, %L, %L)', v_slice, v_after, p_limit, p_most, p_share, p_seed)], false
    ) r
    where p.shardid = v_slice and p.shardstate = 1;
    if not v_answer.success then
      raise exception '%', v_answer.result;
    elsif coalesce(v_answer.result, '') = '' then
      raise exception 'slice % has moved: ask once more', v_slice
        using errcode = 'serialization_failure';
    end if;
    v_step := v_answer.result::jsonb;
    exit when not (v_step ->> 'done')::boolean;
    v_after := null;
  end loop;
  return query
  select
    s.page_views, s.entities, s.differences, s.listed, s.date_from, s.date_to, s.done, s.after || jsonb_build_object('slice', v_slice)
  from jsonb_to_record(v_step) s (
    page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date, done boolean, after jsonb
  );
end
$$;`,
  },
  {
    name: "share_of_entities",
    file: "citus/functions/verifying.sql",
    line: 183,
    sql: `-- Up to which place between 0 and 1 stand so many of the entities that have been counted?
create or replace function :schema.share_of_entities(p_entities integer, p_seed bigint) returns double precision
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  return coalesce(
    (
      select :schema.chance_of_entity(e.entity_type, e.entity_id, p_seed)
      from :schema.analytics_entities e
      order by 1 offset p_entities - 1 limit 1
    ),
    1
  );
end
$$;`,
  },
];
