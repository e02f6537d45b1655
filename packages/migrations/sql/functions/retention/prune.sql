-- Pruning: page views of old months are deleted, and what the rollups have of them stays and is sealed.

-- Fail because the page views of these dates may be gone.
create or replace function :schema.refuse_sealed(p_what text) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_before date := (select s.sealed_before from :schema.analytics_settings s);
begin
  raise exception '%: page views before % were pruned, and what is stored of these dates is sealed', p_what, v_before
    using errcode = 'HC001', hint = 'What is stored of them is kept as it is, and verify says whether it is as it was sealed.';
end
$$;

-- Seal all months before this date, which is the first of one: whatever is pending of them is folded before. Nobody folds in the meantime.
create or replace function :schema.seal_months(p_before date) returns void
language plpgsql
:settings_of_writers
as $$
declare
  v_sealed_before date;
  v_changes :schema.page_view_changes[];
  v_set_aside bigint;
begin
  if p_before is null or p_before <> date_trunc('month', p_before::timestamp) then
    raise exception 'p_before must be the first of a month, and is %', coalesce(p_before::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  -- who may not prune seals nothing
  perform :schema.begin_pruning();
  perform :schema.end_pruning();
  perform :schema.begin_rebuild();
  select s.sealed_before into v_sealed_before from :schema.analytics_settings s;
  if v_sealed_before >= p_before then
    return;
  end if;
  if exists (
    select 1 from :schema.analytics_settings s cross join jsonb_each(s.level_positions) l where l.value ->> 'phase' <> 'removing'
  ) then
    raise exception 'a level is being added, which is made of the page views that would go'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Finish it: npx @headcount/migrations levels add owner, type or site';
  end if;

  loop
    v_changes := array(
      select q from :schema.reporting_zone() z
      cross join :schema.page_view_changes q
      where q.sign <> 0 and (q.viewed_at at time zone z.time_zone)::date < p_before
      order by q.change_id
      limit 20000
    );
    exit when v_changes = '{}';
    perform :schema.fold_at_once(v_changes);
  end loop;
  select count(*) into v_set_aside
  from :schema.reporting_zone() z
  cross join :schema.set_aside_changes c
  where (c.viewed_at at time zone z.time_zone)::date < p_before;
  if v_set_aside > 0 then
    raise exception '% changes of dates before % were set aside: page views are needed to repair them', v_set_aside, p_before
      using errcode = 'object_not_in_prerequisite_state', hint = 'Run: npx @headcount/migrations repair';
  end if;

  perform :schema.add_to_seals(array(
    select s from :schema.stored_seals(coalesce(v_sealed_before, '-infinity'), p_before) s
  ));
  update :schema.analytics_settings set sealed_before = p_before;
  -- nobody who is erased could be taken out of these
  delete from :schema.analytics_breakdown_changes c where c.date < p_before;
  delete from :schema.analytics_breakdown_days d where d.date < p_before;
end
$$;

-- Let this transaction delete page views of sealed months, which stay counted, until
create or replace function :schema.begin_pruning() returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.analytics_pruning (transaction_id, before)
  select pg_current_xact_id(), s.sealed_before
  from :schema.analytics_settings s
  where s.sealed_before is not null;
end;

-- it does not any more.
create or replace function :schema.end_pruning() returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  delete from :schema.analytics_pruning p where p.transaction_id = pg_current_xact_id();
end;

-- How many blocks has the largest of the tables that page views are in?
create or replace function :schema.page_view_blocks() returns bigint
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select max(pg_relation_size(t.relid)) / current_setting('block_size')::bigint
  from (
    select :'page_views'::regclass as relid
    union all
    select p.relid from pg_partition_tree(:'page_views'::regclass) p where p.isleaf
    union all
    select i.inhrelid from pg_inherits i where i.inhparent = :'page_views'::regclass
  ) t;
end;

-- Remember from when to when nobody viewed these entities and groups, in page views that are going. In their order, so that of two who prune
-- neither waits for the other.
create or replace function :schema.remember_bounds(p_bounds :schema.analytics_pruned_bounds[]) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.analytics_pruned_bounds as b (first_view, last_view, entity_id, entity_type)
  select min(n.first_view), max(n.last_view), n.entity_id, n.entity_type
  from unnest(p_bounds) n
  group by n.entity_type, n.entity_id
  order by n.entity_type, n.entity_id
  on conflict (entity_type, entity_id) do update set
    first_view = least(b.first_view, excluded.first_view), last_view = greatest(b.last_view, excluded.last_view)
  where excluded.first_view < b.first_view or excluded.last_view > b.last_view;
end;

-- Delete about p_limit page views of sealed months, those from a block of the table on. Says how many were deleted, and in which block to go on:
-- done when it was the last. No index has page views by time: in the order of its blocks the table is read once, and each block of it is
-- written once. What moves to a block that was passed is for the next time.
create or replace function :schema.prune_page_views_step(
  p_block bigint, p_limit integer default 20000, out pruned bigint, out block bigint, out blocks bigint, out done boolean
)
language plpgsql
:settings_of_writers
set enable_seqscan = off
as $$
declare
  -- some hundred rows each, so that neither deletes nor reads without end
  c_blocks_at_once constant integer := 32;
  c_max_blocks constant integer := 8192;
  v_before date;
  v_time_zone text;
  v_until timestamptz;
  v_block bigint := coalesce(p_block, 0);
  v_levels text[] := :schema.captured_levels();
  v_deleted bigint;
  v_bounds :schema.analytics_pruned_bounds[];
  v_all_bounds :schema.analytics_pruned_bounds[] := '{}';
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  perform :schema.refuse_hidden_rows();
  select s.sealed_before, s.time_zone into strict v_before, v_time_zone from :schema.analytics_settings s;
  -- dates are not one stretch of instants: the day after lets the planner leave partitions out, and the label decides
  v_until := (v_before + 1)::timestamp at time zone v_time_zone;
  blocks := :schema.page_view_blocks();
  pruned := 0;
  perform :schema.begin_pruning();
  while v_block < blocks and pruned < p_limit and v_block < coalesce(p_block, 0) + c_max_blocks loop
    with
    gone as (
      delete from :page_views
      where ctid >= format('(%s,0)', v_block)::tid and ctid < format('(%s,0)', v_block + c_blocks_at_once)::tid
        and :viewed_at_value < v_until and (:viewed_at_value at time zone v_time_zone)::date < v_before
      returning
        :account_id_value:::account_id_type as account_id, :session_id_value:::session_id_type as session_id,
        :visitor_id_value:::session_id_type as visitor_id, :ids_fit as are_counted,
        :entity_type_value as entity_type, :entity_id_value:::entity_id_type as entity_id, :owner_key as owner_id,
        :viewed_at_value as viewed_at
    ),
    known as (
      insert into :schema.analytics_links (account_id, session_id, visitor_id)
      select g.account_id, g.session_id, null
      from gone g
      left join :schema.visitor_sessions s on s.session_id = g.session_id
      where g.are_counted and g.account_id is not null and g.session_id is not null and s.account_id is distinct from g.account_id
      union
      select coalesce(g.account_id, s.account_id), null, g.visitor_id
      from gone g
      left join :schema.visitor_sessions s on s.session_id = g.session_id
      where g.are_counted and g.visitor_id is not null and coalesce(g.account_id, s.account_id) is not null
      on conflict do nothing
    )
    select
      (select count(*) from gone),
      array(
        select row(min(g.viewed_at), max(g.viewed_at), e.entity_id, e.entity_type):::schema.analytics_pruned_bounds
        from gone g
        cross join lateral :schema.captured_as(g.entity_type, g.entity_id, g.owner_id, v_levels) e
        where :schema.visitor_kind(g.account_id, g.session_id, g.visitor_id) is null and g.are_counted
          and :schema.is_counted(g.entity_type, g.entity_id, null, null, null, g.viewed_at)
        group by e.entity_type, e.entity_id
      )
    into v_deleted, v_bounds;
    pruned := pruned + v_deleted;
    v_all_bounds := v_all_bounds || v_bounds;
    v_block := v_block + c_blocks_at_once;
  end loop;
  -- not before: who erases an entity has its page views first as well
  perform :schema.remember_bounds(v_all_bounds);
  perform :schema.end_pruning();
  block := v_block;
  done := v_block >= blocks;
end
$$;

-- Delete what came late to sealed months of these people: what is stored of it is made anonymous with all that is older. Its caller
-- holds all slots.
create or replace function :schema.prune_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns void
language plpgsql
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_before date;
  v_time_zone text;
begin
  select s.sealed_before, s.time_zone into strict v_before, v_time_zone from :schema.analytics_settings s;
  if v_before is null then
    return;
  end if;
  perform :schema.fold_at_once(:schema.changes_of_people(p_account_ids, p_session_ids, p_visitor_ids));
  perform :schema.begin_pruning();
  delete from :page_views
  where (
    :account_id_value = any (p_account_ids)
    or (:account_id_value is null and :session_id_value = any (p_session_ids))
    or (:account_id_value is null and :visitor_id_value = any (p_visitor_ids))
  ) and (:viewed_at_value at time zone v_time_zone)::date < v_before and :ids_fit;
  perform :schema.end_pruning();
end
$$;

-- What do page views weigh, with their partitions, and what do all rollups and sessions? In bytes, with their indexes.
create or replace function :schema.stored_bytes(out page_view_bytes bigint, out rollup_bytes bigint)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select
    (
      select sum(pg_total_relation_size(t.relid))::bigint
      from (
        select :'page_views'::regclass as relid
        union
        select p.relid from pg_partition_tree(:'page_views'::regclass) p
        union
        select i.inhrelid from pg_inherits i where i.inhparent = :'page_views'::regclass
      ) t
    ),
    (
      select sum(pg_total_relation_size(c.oid))::bigint from pg_class c
      where c.relnamespace = :'schema'::regnamespace and c.relkind = 'r'
        -- it may be a schema of the host's
        and (
          c.relname ~ '^analytics_|_changes$'
          or c.relname in ('visitor_sessions', 'left_out_page_views', 'collected_page_views', 'headcount_migrations')
        )
    );
end;

-- What would pruning to this date free? page_views: how many would be gone, of how many. Sizes as in stored_bytes.
create or replace function :schema.count_prunable(
  p_before date, out page_views bigint, out all_page_views bigint, out page_view_bytes bigint, out rollup_bytes bigint
)
language sql stable
begin atomic
  select
    count(*) filter (where (v.viewed_at at time zone z.time_zone)::date < p_before), count(v.is_view), b.page_view_bytes, b.rollup_bytes
  from :schema.reporting_zone() z
  cross join :schema.stored_bytes() b
  left join (select pv.viewed_at, true as is_view from :page_view_rows pv) v on true
  group by b.page_view_bytes, b.rollup_bytes;
end;
