-- Slices of this server, and how one is made: in a schema of its own, with all functions that one Postgres has, and views of the shards that belong
-- to it. Functions run in it as they are.

-- How is the schema of a slice called?
create or replace function :schema.schema_of_slice(p_slice integer) returns text
language sql immutable parallel safe
return :'schema_name' || '_' || p_slice;

-- How is this shard written in SQL? Citus leaves the schema "public" out.
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
$$;

-- Is the shard of this slice on this server?
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
$$;

-- Has this slice all that it needs? When its shard has moved away, its views have gone with it.
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
$$;

-- Make this slice on this server, anew where there is one. What it lost with a move is what it can do without: when it was folded last, and how many
-- page views could not be counted. A question that was sent here may make it, and asks others how far they have come, which Citus refuses otherwise.
create or replace function :schema.make_slice(p_slice integer) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set citus.allow_nested_distributed_execution = on
set client_min_messages = error
as $$
declare
  v_schema text := :schema.schema_of_slice(p_slice);
  v_script text;
  v_checksum text;
  v_grantee text;
  v_table record;
  v_table_name text;
  v_last bigint;
  v_started_at timestamptz := clock_timestamp();
  v_key :entity_id_type := :schema.key_of_slice(p_slice);
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
  execute format('alter view %I.outgoing_changes alter entity_id set default %L', v_schema, v_key);
  foreach v_table_name in array array['visitor_sessions', 'session_changes', 'outgoing_entries', 'fetched_changes'] loop
    execute format('alter view %I.%I alter slice_key set default %L', v_schema, v_table_name, v_key);
  end loop;
  execute replace(replace(v_script, 'headcount slice schema', v_schema), '''headcount slice number''', p_slice::text);
  execute format(
    'update %1$I.analytics_settings set history_complete = false, history_position = h.position from %1$I.unread_histories h', v_schema
  );
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
$$;

-- Keep this slice on this server until the transaction ends, with all that it needs. False when its shard has moved away.
-- A shard does not move while this lock is held; before it was, it may have.
create or replace function :schema.hold_slice(p_slice integer) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform lock_shard_metadata(5, array[p_slice::bigint]);
  if not :schema.is_slice_here(p_slice) then
    return false;
  end if;
  if not :schema.is_slice_made(p_slice) then
    perform :schema.make_slice(p_slice);
  end if;
  return true;
end
$$;

-- Make what slices of this server lack, and drop those whose shard is elsewhere by now. Returns how many that were.
create or replace function :schema.make_slices_here() returns integer
language plpgsql
security definer
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
$$;

-- Fail unless the role that asks may have servers run this function: what they answer has the words of an error, and no code.
create or replace function :schema.refuse_without_right(p_function text) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if not (
    select bool_and(has_function_privilege(p.oid, 'execute'))
    from pg_proc p
    where p.pronamespace = :'schema'::regnamespace and p.proname = p_function
  ) then
    raise exception 'permission denied for function %', p_function
      using errcode = 'insufficient_privilege';
  end if;
end
$$;

-- Run each of these on each server that has slices, all at once. Fails when one fails, and when all have ended.
create or replace function :schema.run_on_servers(variadic p_commands text[]) returns setof text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_answers record;
begin
  select
    array_agg(r.result) filter (where r.success) as results,
    string_agg(format('%s:%s: %s', r.node_name, r.node_port, r.result), E'\n') filter (where not r.success) as errors
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
$$;

-- Run this function of a slice, with these arguments, in a transaction that sees what others have committed before it waited for them, whatever the
-- default of this server.
create or replace procedure :schema.run_slice_here(p_slice integer, p_function text, p_arguments text[], inout p_answer text)
language plpgsql
as $$
begin
  commit;
  set transaction isolation level read committed;
  execute (
    select pg_catalog.format('select :schema.%I(%s)', p_function, pg_catalog.string_agg(pg_catalog.quote_nullable(a.value), ', ' order by a.nth))
    from pg_catalog.unnest(pg_catalog.array_prepend(p_slice::text, p_arguments)) with ordinality a (value, nth)
  ) into p_answer;
end
$$;

-- Run this function of a slice, with these arguments, on the server that has its shard. Returns what it answers; fails when that is NULL, as it is
-- where the shard has moved away.
create or replace function :schema.run_on_slice(p_slice integer, p_function text, variadic p_arguments text[] default '{}') returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_answer record;
begin
  perform :schema.refuse_without_right(p_function);
  select r.success, r.result into strict v_answer
  from pg_dist_placement p
  join pg_dist_node n on n.groupid = p.groupid and n.noderole = 'primary'
  cross join lateral master_run_on_worker(
    array[n.nodename::text], array[n.nodeport],
    array[format('call :schema.run_slice_here(%s, %L, %L, null)', p_slice, p_function, p_arguments)], false
  ) r
  where p.shardid = p_slice and p.shardstate = 1;
  if not v_answer.success then
    raise exception '%', regexp_replace(v_answer.result, '^ERROR:\s+', '');
  elsif coalesce(v_answer.result, '') = '' then
    raise exception 'slice % has moved: ask once more', p_slice
      using errcode = 'serialization_failure';
  end if;
  return v_answer.result;
end
$$;

-- One step of what this function does in all slices, one after the other: it answers what it did, whether it is done with its slice, and where to go on
-- after this. That names the slice; done when the last one is.
create or replace function :schema.step_of_slices(p_function text, p_after jsonb, variadic p_arguments text[]) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_slice integer;
  v_after jsonb := p_after;
  v_step jsonb;
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s
    where s.logicalrelid = :'page_views'::regclass and (p_after is null or s.shardid >= (p_after ->> 'slice')::bigint)
    order by s.shardid
  loop
    v_step := :schema.run_on_slice(v_slice, p_function, variadic array_prepend(v_after::text, p_arguments));
    exit when not (v_step ->> 'done')::boolean;
    v_after := null;
  end loop;
  return v_step || jsonb_build_object('after', (nullif(v_step -> 'after', 'null') || jsonb_build_object('slice', v_slice)));
end
$$;

-- Make what slices lack, on all servers. Returns how many that were.
create or replace function :schema.make_slices() returns integer
language sql
return (select coalesce(sum(r.made::integer), 0)::integer from :schema.run_on_servers('select :schema.make_slices_here()') r (made));

-- Drop the slices of this server: before Headcount is taken out.
create or replace function :schema.drop_slices_here() returns void
language plpgsql
security definer
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
$$;

-- The same on all servers.
create or replace function :schema.drop_slices() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.run_on_servers('select :schema.drop_slices_here()');
end
$$;
