-- On Citus: which tables are spread over the servers, and how. What belongs to an entity, to a session or to a slice is in shards that move together
-- with those of page views; what all slices know is on each server.

update :schema.analytics_settings set distributed = true;

-- A sequence is on every server as that of a table that is.
create table :schema.change_numbers (number bigint generated always as identity primary key);
comment on table :schema.change_numbers is 'Empty. Its sequence numbers changes on each server.';

-- The SQL that makes a slice where its shard is.
create table :schema.slice_scripts (script text not null, checksum text primary key);
comment on table :schema.slice_scripts is 'One row: the SQL that makes a slice, which is what belongs to one shard of page views.';

-- A slice is asked by a statement that finds its row.
create table :schema.slice_keys (slice_key :entity_id_type primary key);
comment on table :schema.slice_keys is 'One row per slice: an id that falls into it.';

-- Numbers grow in time, whichever server a shard is on: microseconds, and the last bits of a sequence where two are at once.
create function :schema.next_change_id() returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  return (((extract(epoch from clock_timestamp()) * 1000000)::bigint - 1577836800000000) << 12)
    | (nextval(:'schema' || '.change_numbers_number_seq') & 4095);
end
$$;

-- Which slices have not read in yet what was there before capture began, and how far have they come? Their own settings do not move with their shards.
create table :schema.unread_histories (slice_key :entity_id_type primary key, position jsonb);
comment on table :schema.unread_histories is 'Slices whose page views from before the installation are not all in the rollups, and which parts of them are to be read next.';

-- Keys have the column by which rows are spread, and no column has an identity of its server's.
alter table :schema.page_view_changes alter change_id drop identity, alter change_id set default :schema.next_change_id();
alter table :schema.entry_changes
  alter change_id drop identity, alter change_id set default :schema.next_change_id(),
  drop constraint entry_changes_pkey, add primary key (entity_id, slot, change_id);
alter table :schema.outgoing_changes
  alter change_id drop identity, alter change_id set default :schema.next_change_id(),
  drop constraint outgoing_changes_pkey, add primary key (entity_id, change_id);
alter table :schema.visitor_sessions
  add slice_key :entity_id_type not null, drop constraint visitor_sessions_pkey, add primary key (session_id, slice_key);
alter table :schema.analytics_milestones
  alter milestone_id drop identity, alter milestone_id set default :schema.next_change_id();
alter table :schema.session_changes
  alter change_id drop identity, alter change_id set default :schema.next_change_id(),
  add slice_key :entity_id_type not null, drop constraint session_changes_pkey, add primary key (session_id, change_id, slice_key);
alter table :schema.outgoing_entries
  alter change_id drop identity, alter change_id set default :schema.next_change_id(),
  add slice_key :entity_id_type not null, drop constraint outgoing_entries_pkey, add primary key (slice_key, change_id);
alter table :schema.fetched_changes
  add slice_key :entity_id_type not null, drop constraint fetched_changes_pkey, add primary key (slice_key, from_slice, of_entries);

-- An identity is never an integer on Citus; the numbers that are given next stay.
do $$
declare
  v_column record;
  v_next bigint;
begin
  for v_column in
    select t.name, t.column_name from (values ('analytics_sources', 'source_no'), ('analytics_devices', 'device_no')) t (name, column_name)
  loop
    v_next := nextval(pg_get_serial_sequence(format('%s.%I', :'schema', v_column.name), v_column.column_name));
    execute format('alter table %s.%I alter %I drop identity', :'schema', v_column.name, v_column.column_name);
    execute format('create sequence %s.%I as integer start with %s owned by %1$s.%4$I.%5$I',
      :'schema', v_column.name || '_numbers', v_next, v_column.name, v_column.column_name);
    execute format('alter table %s.%I alter %I set default nextval(%L)',
      :'schema', v_column.name, v_column.column_name, format('%s.%I', :'schema', v_column.name || '_numbers'));
  end loop;
end
$$;

do $$
declare
  v_table record;
begin
  if not exists (select 1 from pg_dist_partition p where p.logicalrelid = :'page_views'::regclass) then
    perform create_distributed_table(:'page_views', :'entity_id_name', colocate_with => 'none');
  end if;
  for v_table in
    select format('%s.%I', :'schema', t.name) as name, t.key
    from (
      values
        ('page_view_changes', 'entity_id'), ('entry_changes', 'entity_id'), ('set_aside_changes', 'entity_id'),
        ('analytics_days', 'entity_id'), ('analytics_hours', 'entity_id'), ('analytics_entity_visitors', 'entity_id'),
        ('analytics_visitor_days', 'entity_id'), ('analytics_visitor_returns', 'entity_id'),
        ('analytics_visitor_return_weeks', 'entity_id'), ('analytics_entities', 'entity_id'), ('analytics_milestones', 'entity_id'),
        ('outgoing_changes', 'entity_id'), ('visitor_sessions', 'slice_key'), ('session_changes', 'slice_key'),
        ('outgoing_entries', 'slice_key'), ('fetched_changes', 'slice_key'), ('unread_histories', 'slice_key'), ('slice_keys', 'slice_key'),
        ('analytics_sources', null), ('analytics_devices', null), ('analytics_secrets', null), ('change_numbers', null),
        ('slice_scripts', null)
    ) t (name, key)
  loop
    -- the policy of owners asks a table, which Citus refuses
    execute format('drop policy if exists headcount_owner on %s', v_table.name);
    if v_table.key is null then
      perform create_reference_table(v_table.name);
    else
      perform create_distributed_table(v_table.name, v_table.key, colocate_with => :'page_views');
    end if;
  end loop;
end
$$;

-- In which slice is an id? Slices are called by the shards of page views, and a shard is found by the hash of the id, in bounds that stand in the
-- body: to ask Citus takes a hundred times as long, and folding asks for each change.
do $$
declare
  v_of record;
begin
  for v_of in select * from (values ('entity', :'entity_id_type'), ('session', :'session_id_type')) o (name, id_type) loop
    execute (
      select format(
        'create function %1$s.slice_of_%2$s(p_%2$s_id %3$s) returns integer language sql immutable parallel safe return '
          '(%4$L::integer[])[width_bucket(pg_catalog.%5$s(p_%2$s_id), %6$L::integer[])]',
        :'schema', v_of.name, v_of.id_type, array_agg(s.shardid::integer order by s.shardminvalue::integer),
        case v_of.id_type when 'uuid' then 'uuid_hash' when 'bigint' then 'hashint8' else 'hashtext' end,
        array_agg(s.shardminvalue::integer order by s.shardminvalue::integer)
      )
      from pg_dist_shard s
      where s.logicalrelid = :'page_views'::regclass
    );
  end loop;
end
$$;

-- Which id falls into a slice? The first number that does: what belongs to the slice itself has it.
do $$
declare
  v_slices integer[];
  v_keys :entity_id_type[];
begin
  select array_agg(k.slice), array_agg(k.key)
  into strict v_slices, v_keys
  from (
    select distinct on (1) :schema.slice_of_entity(n.key) as slice, n.key
    from (
      select n, lpad(n::text, greatest(length(n::text), case :'entity_id_type' when 'uuid' then 32 else 1 end), '0'):::entity_id_type as key
      from generate_series(1, 1000 * (select count(*) from pg_dist_shard s where s.logicalrelid = :'page_views'::regclass)) n
    ) n
    order by 1, n.n
  ) k;
  execute format(
    'create function %1$s.key_of_slice(p_slice integer) returns %2$s language sql immutable parallel safe return '
      '(%3$L::%2$s[])[array_position(%4$L::integer[], p_slice)]',
    :'schema', :'entity_id_type', v_keys, v_slices
  );
  insert into :schema.slice_keys select unnest(v_keys);
end
$$;

-- Each has a history.
insert into :schema.unread_histories (slice_key) select k.slice_key from :schema.slice_keys k;
