-- Switching levels on and off: see groups_of. What is captured is said by the arguments of triggers, which every statement that begins afterwards
-- has, whatever its snapshot; and they are made while nobody writes page views, so that none is captured as of one level and not of another.

-- These levels as arguments of a trigger.
create or replace function :schema.quoted_levels(p_levels text[]) returns text
language sql immutable
begin atomic
  select coalesce(string_agg(quote_literal(l.level), ', ' order by l.nth), '') from unnest(p_levels) with ordinality l (level, nth);
end;

-- Capture these levels, and no others.
create or replace function :schema.capture_levels(p_levels text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_trigger record;
begin
  for v_trigger in
    select c.captured_table, t.event, t.referencing, c.function
    from (
      values
        ('insert', 'new table as added', 'capture_added_page_views'), ('update', 'old table as removed new table as added', 'capture_edited_page_views'),
        ('delete', 'old table as removed', 'capture_removed_page_views')
    ) t (event, referencing, function)
    cross join lateral (
      select s.page_views as captured_table, t.function from :schema.analytics_settings s
      union all
      -- those that have none yet get them with folding
      select p.partition, 'capture_partition_page_views' from :schema.partitions_of_page_views() p where not t.event = any (p.lacks)
    ) c
  loop
    execute format(
      'create or replace trigger headcount_capture_%1$s after %1$s on %2$s referencing %3$s for each statement execute function %4$s.%5$s(%6$s)',
      v_trigger.event, v_trigger.captured_table, v_trigger.referencing, :'schema', v_trigger.function, :schema.quoted_levels(p_levels)
    );
  end loop;
end
$$;

-- Hold everything that switching a level on or off reads and writes: nobody writes page views in the meantime, and nothing is on its way to
-- sessions or entries. The lock on page views comes first, as in a fold.
create or replace function :schema.begin_switching(p_level text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_level is null or p_level <> all ('{owner,type,site}') then
    raise exception 'p_level must be owner, type or site, and is %', coalesce(p_level, 'NULL') using errcode = 'invalid_parameter_value';
  end if;
  -- who writes page views waits for this lock, so this does not wait long for who has one
  perform set_config('lock_timeout', '1s', true);
  lock table :page_views in share row exclusive mode;
  perform :schema.begin_rebuild();
end
$$;

-- Begin to add this level: from now on it is captured. Says whether it could be; false when more than p_limit changes are pending, which are
-- to be folded first: none may wait that does not know its owner. What is kept or being added already stays so.
create or replace function :schema.begin_adding_level(p_level text, p_limit integer default 2000) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_settings :schema.analytics_settings;
begin
  if p_level = 'owner' and not (
    :'owner_id_type' = :'entity_id_type' or :'entity_id_type' = 'text' or (:'entity_id_type' = 'uuid' and :'owner_id_type' = 'bigint')
  ) then
    raise exception 'owner ids are %, and cannot be counted beside entity ids that are %', :'owner_id_type', :'entity_id_type'
      using errcode = 'datatype_mismatch',
        hint = format(
          'Give page views a column of the type %s that says whose they are, and install with it: npx @headcount/migrations up --column owner_id=NAME',
          :'entity_id_type'
        );
  end if;
  perform :schema.begin_switching(p_level);
  select s.* into strict v_settings from :schema.analytics_settings s;
  if p_level = any (:schema.captured_levels()) then
    return true;
  end if;
  if v_settings.sealed_before is not null then
    perform :schema.refuse_sealed(format('the level %s cannot be added', p_level));
  end if;
  if v_settings.level_positions ? p_level then
    raise exception 'the level % is being removed', p_level
      using errcode = 'object_not_in_prerequisite_state', hint = format('Finish it: npx @headcount/migrations levels remove %s', p_level);
  end if;
  if (select count(*) > p_limit from (select 1 from :schema.page_view_changes limit p_limit + 1) q) then
    return false;
  end if;
  while :schema.fold_page_view_changes(greatest(p_limit, 1)) > 0 loop
  end loop;
  update :schema.analytics_settings set
    level_positions = level_positions
      || jsonb_build_object(p_level, jsonb_build_object('phase', case when p_level = 'owner' then 'sessions' else 'groups' end));
  perform :schema.capture_levels(:schema.captured_levels());
  return true;
end
$$;

-- One step of adding a level, of about p_limit page views: of owners, first all sessions, which are given the owner at whose they entered; then all
-- groups. A group is read in whole, however many views it has. When nothing is left, the level is kept.
create or replace function :schema.add_level_step(
  p_level text, p_limit integer default 100000, out phase text, out page_views bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_time_zone text := :schema.begin_rebuild();
  v_settings :schema.analytics_settings;
  v_position jsonb;
  v_sessions record;
  v_group :schema.entity_slice;
begin
  select s.* into strict v_settings from :schema.analytics_settings s;
  v_position := v_settings.level_positions -> p_level;
  phase := v_position ->> 'phase';
  page_views := 0;
  done := p_level = any (v_settings.levels);
  if done then
    return;
  end if;
  if phase is null or phase = 'removing' then
    raise exception 'the level % is not being added', p_level using errcode = 'object_not_in_prerequisite_state';
  end if;

  if phase = 'sessions' then
    select n.* into v_sessions from :schema.next_sessions((v_position ->> 'session_id'):::session_id_type, p_limit) n;
    if v_sessions.first_id is not null then
      page_views := :schema.read_sessions(v_sessions.first_id, v_sessions.last_id, null, true, v_time_zone);
      v_position := v_position || jsonb_build_object('session_id', v_sessions.last_id);
    else
      v_position := '{"phase": "groups"}';
    end if;
  else
    v_group := :schema.next_groups(
      case
        when v_position ? 'entity_id' then row('headcount:owner', (v_position ->> 'entity_id'):::entity_id_type):::schema.entity_key
        when v_position ? 'entity_type' then row('headcount:type:' || (v_position ->> 'entity_type'), :no_entity):::schema.entity_key
      end,
      p_limit, array[p_level]
    );
    done := v_group.entity_type is null;
    if not done then
      page_views := :schema.rebuild_entities(v_group.entity_type, v_group.first_id, v_group.last_id, null, v_time_zone);
      done := v_group.entity_type = 'headcount:site';
      v_position := v_position || case p_level
        when 'owner' then jsonb_build_object('entity_id', v_group.last_id)
        when 'type' then jsonb_build_object('entity_type', substr(v_group.entity_type, 16))
        else '{}'
      end;
    end if;
  end if;

  if done then
    update :schema.analytics_settings set levels = levels || p_level, level_positions = level_positions - p_level;
  else
    update :schema.analytics_settings set level_positions = level_positions || jsonb_build_object(p_level, v_position);
  end if;
end
$$;

-- Which level is this group of?
create or replace function :schema.level_of_group(p_entity_type text) returns text
language sql immutable parallel safe
begin atomic
  select case
    when p_entity_type = 'headcount:owner' then 'owner'
    when p_entity_type = 'headcount:site' then 'site'
    when starts_with(p_entity_type, 'headcount:type:') then 'type'
  end;
end;

-- Begin to remove this level: from now on it is neither captured nor answered. Says whether there was anything to remove.
create or replace function :schema.begin_removing_level(p_level text) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.begin_switching(p_level);
  if not exists (
    select 1 from :schema.analytics_settings s where p_level = any (s.levels) or s.level_positions ? p_level
  ) then
    return false;
  end if;
  update :schema.analytics_settings set
    levels = array_remove(levels, p_level),
    level_positions = level_positions || jsonb_build_object(p_level, jsonb_build_object('phase', 'removing'));
  perform :schema.capture_levels(:schema.captured_levels());
  delete from :schema.page_view_changes q where q.is_group and :schema.level_of_group(q.entity_type) = p_level;
  if p_level = 'owner' then
    -- what sessions get to know now has no owner
    update :schema.page_view_changes q set owner_id = null where q.owner_id is not null;
  end if;
  return true;
end
$$;

-- One step of removing a level: the rollups of one or some of its groups, of about p_limit visitors together, or the owners of so many
-- sessions.
create or replace function :schema.remove_level_step(p_level text, p_limit integer default 100000, out done boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  v_group :schema.entity_slice;
  v_sessions bigint := 0;
begin
  perform :schema.begin_rebuild();
  done := not exists (select 1 from :schema.analytics_settings s where s.level_positions -> p_level ->> 'phase' = 'removing');
  if done then
    return;
  end if;

  select t.entity_type into v_group.entity_type
  from :schema.rolled_up_types() t
  where :schema.level_of_group(t.entity_type) = p_level
  order by t.entity_type
  limit 1;
  if found then
    v_group.first_id := (
      select r.entity_id from :schema.rolled_up_entities() r where r.entity_type = v_group.entity_type order by r.entity_id limit 1
    );
    v_group.last_id := coalesce(
      (select v.entity_id from :schema.analytics_entity_visitors v
        where v.entity_type = v_group.entity_type
        order by v.entity_id offset p_limit limit 1),
      (select r.entity_id from :schema.rolled_up_entities() r where r.entity_type = v_group.entity_type order by r.entity_id desc limit 1)
    );
    perform :schema.unseal_entity(v_group.entity_type, r.entity_id)
    from (
      select distinct r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type = v_group.entity_type and r.entity_id between v_group.first_id and v_group.last_id
    ) r
    where exists (select 1 from :schema.analytics_settings s where s.sealed_before is not null);
    perform :schema.empty_entities(v_group.entity_type, v_group.first_id, v_group.last_id, null);
    return;
  end if;

  if p_level = 'owner' then
    update :schema.visitor_sessions s set entry_owner_id = null
    where s.session_id in (
      select o.session_id from :schema.visitor_sessions o where o.entry_owner_id is not null order by o.entry_owner_id limit p_limit
    );
    get diagnostics v_sessions = row_count;
  end if;
  if v_sessions = 0 then
    delete from :schema.set_aside_changes c where :schema.level_of_group(c.entity_type) = p_level;
    delete from :schema.analytics_milestones m where :schema.level_of_group(m.entity_type) = p_level;
    delete from :schema.analytics_pruned_bounds b where :schema.level_of_group(b.entity_type) = p_level;
    update :schema.analytics_settings set level_positions = level_positions - p_level;
    done := true;
  end if;
end
$$;

-- What makes the indexes by which page views of this level are found, statement by statement; nothing when they are there. To be run by themselves,
-- outside of a transaction: writing goes on in the meantime. One that was interrupted is begun again.
create or replace function :schema.level_index_statements(p_level text) returns setof text
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select s.statement
  from pg_class c
  join pg_namespace t on t.oid = c.relnamespace
  cross join lateral (
    select
      1, 'idx_page_views_owner_time', format('((%1$s), %2$s) where %3$s and (%1$s) is not null', :'owner_key', :'viewed_at_key', :'ids_fit')
    where p_level = 'owner'
    union all
    select
      2, 'idx_page_views_owner_entity', format('((%1$s), %2$s) where %3$s and (%1$s) is not null', :'owner_key', :'entity_key', :'ids_fit')
    where p_level = 'owner' and :'entity_key' <> ''
    union all
    select 1, 'idx_page_views_time', format('(%s) where %s', :'viewed_at_key', :'ids_fit') where p_level <> 'owner'
  ) w (place, name, definition)
  left join lateral (
    select x.indisvalid from pg_index x join pg_class n on n.oid = x.indexrelid where x.indrelid = c.oid and n.relname = w.name
  ) i on true
  cross join lateral (
    -- PostgreSQL can build none of a partitioned table concurrently
    select case when c.relkind = 'r' then 'concurrently ' else '' end as concurrently
  ) k
  cross join lateral (
    values
      (1, case when not i.indisvalid then format('drop index %s%I.%I', k.concurrently, t.nspname, w.name) end),
      (2, format('create index %s%I on %s %s', k.concurrently, w.name, c.oid::regclass, w.definition))
  ) s (nth, statement)
  where c.oid = :'page_views'::regclass and i.indisvalid is distinct from true and s.statement is not null
  order by w.place, s.nth;
end;

-- Say whose this entity was, of its page views from an instant on (NULL: of all), about p_limit of them. Views that are that owner's already
-- stay as they are. Says how many were given, and whether this was the last step.
create or replace function :schema.reassign_step(
  p_entity_type text, p_entity_id :entity_id_type, p_owner_id :owner_id_type, p_from timestamptz, p_limit integer, p_receipt uuid,
  p_actor text, out reassigned bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_until timestamptz;
begin
  perform :schema.refuse_group(p_entity_type);
  perform :schema.refuse_hidden_page_views();
  select coalesce(:viewed_at_value, '-infinity') into v_until
  from :page_views
  where :entity_type_value = p_entity_type
    and (:entity_id_value = p_entity_id or (p_entity_id = :no_entity and :entity_id_value is null))
    and (p_from is null or :viewed_at_value >= p_from) and :owner_id_column is distinct from p_owner_id and :ids_fit
  order by 1
  offset p_limit - 1 limit 1;
  update :page_views set :owner_id_column = p_owner_id
  where :entity_type_value = p_entity_type
    and (:entity_id_value = p_entity_id or (p_entity_id = :no_entity and :entity_id_value is null))
    and (p_from is null or :viewed_at_value >= p_from) and :owner_id_column is distinct from p_owner_id and :ids_fit
    and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until);
  get diagnostics reassigned = row_count;
  done := v_until is null;
  if reassigned > 0 then
    perform :schema.note_audit(
      'reassign',
      jsonb_build_object(
        'entity_type', p_entity_type, 'entity_id', nullif(p_entity_id, :no_entity)::text, 'owner_id', p_owner_id::text, 'from', p_from
      ),
      reassigned, p_receipt, p_actor
    );
  end if;
end
$$;
