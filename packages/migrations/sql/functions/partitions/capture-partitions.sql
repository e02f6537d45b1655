-- Partitions of page views, at any depth, and tables that inherit from it. Triggers of page views fire for no statement that
-- names one of these; those of one of these fire for no statement that names page views. So each has triggers of its own,
-- and what is written counts once by whichever name.

-- Is this a table whose rows are page views, beside page views itself? One that is being detached is no longer one.
create or replace function :schema.is_partition_of_page_views(p_table oid) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  with recursive above as (
    select i.inhparent from pg_inherits i where i.inhrelid = p_table and not i.inhdetachpending
    union
    select i.inhparent from above a join pg_inherits i on i.inhrelid = a.inhparent and not i.inhdetachpending
  )
  select exists (select 1 from above a join :schema.analytics_settings s on s.page_views = a.inhparent);
end;

-- What was added to this partition, or taken away from it, by its own name? Its columns may be in another order than those of page
-- views, and one that inherits may have more: they are taken by name. One that was detached keeps its triggers, and
-- somebody who may execute this function may make one on a table of theirs: nothing is captured there.
create or replace function :schema.capture_partition_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_page_views regclass;
  v_names text;
  v_rows text;
begin
  if not :schema.is_partition_of_page_views(tg_relid) then
    return null;
  end if;
  select s.page_views into v_page_views from :schema.analytics_settings s;
  -- of one table, known beforehand: the planner would read all columns of all tables. Triggers do not see what is generated and virtual, and
  -- what is captured never is
  select string_agg(case when a.attgenerated = 'v' then 'null' else format('r.%I', a.attname) end, ', ' order by a.attnum) into v_names
  from pg_attribute a
  where a.attrelid = v_page_views and a.attnum > 0 and not a.attisdropped;
  v_rows := concat_ws(
    ' union all ',
    case when tg_op <> 'DELETE' then format('select 1 as sign, c.* from added r cross join lateral %s.captured_columns(row(%s)) c', :'schema', v_names) end,
    case when tg_op <> 'INSERT' then format('select -1 as sign, c.* from removed r cross join lateral %s.captured_columns(row(%s)) c', :'schema', v_names) end
  );
  execute $sql$
    insert into :schema.page_view_changes (
      slot, sign, left_out, in_trigger, is_group, entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at,
      time_on_page
    )
    select
      case when d.left_out is null then :schema.entity_slot(d.entity_type, d.entity_id) else 0 end,
      case when d.left_out is null then sign(d.net) else 0 end, d.left_out, case when $1 then :schema.is_in_trigger() end,
      d.is_group, d.entity_type, d.entity_id, d.account_id, d.session_id, d.visitor_id, d.owner_id, d.viewed_at, d.time_on_page
    from (
      select
        c.left_out, case when c.left_out is null then k.is_group end as is_group,
        case when c.left_out is null then k.entity_type else '' end as entity_type,
        case when c.left_out is null then k.entity_id else :no_entity end as entity_id,
        case when c.left_out is null then c.account_id:::account_id_type end as account_id,
        case when c.left_out is null then c.session_id:::session_id_type end as session_id,
        case when c.left_out is null then c.visitor_id:::session_id_type end as visitor_id,
        case when c.left_out is null then k.owner_id end as owner_id,
        case when c.left_out is null then c.viewed_at else now() end as viewed_at,
        case when c.left_out is null then :schema.counted_time(c.time_on_page) end as time_on_page,
        sum(c.sign) as net
      from (
        select
          c.*,
          :schema.why_left_out(c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at) as left_out
        from ($sql$ || v_rows || $sql$) c
        -- or all of this is written out wherever one of its columns is named, and planning takes longer than the rest
        offset 0
      ) c
      cross join lateral :schema.captured_as(c.entity_type, c.entity_id, c.owner_id, $2) k
      where c.left_out is null or k.is_group is null
      group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    ) d
    cross join lateral generate_series(1, abs(d.net)) n
    where d.left_out is null or d.net > 0
    -- as in capture_edited_page_views
    order by d.entity_type, d.entity_id, d.session_id, d.viewed_at
  $sql$ using tg_op <> 'INSERT', tg_argv;
  return null;
end
$$;

-- Every partition of page views, at any depth, and every table that inherits from it: which of the triggers does it lack, and may it hold
-- rows already, written while it lacked them?
create or replace function :schema.partitions_of_page_views() returns table (partition regclass, lacks text[], may_have_rows boolean)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  with recursive below as (
    select i.inhrelid from :schema.analytics_settings s join pg_inherits i on i.inhparent = s.page_views and not i.inhdetachpending
    union
    select i.inhrelid from below b join pg_inherits i on i.inhparent = b.inhrelid and not i.inhdetachpending
  )
  select
    b.inhrelid::regclass,
    array(
      select w.event from (values ('insert'), ('update'), ('delete')) w (event)
      where not exists (
        select 1 from pg_trigger t
        where t.tgrelid = b.inhrelid and t.tgname = 'headcount_capture_' || w.event and t.tgenabled in ('O', 'A')
      )
    ),
    pg_relation_size(b.inhrelid::regclass) > 0
  from below b
  -- others make and drop partitions at any time
  where exists (select 1 from pg_class c where c.oid = b.inhrelid and c.relkind in ('r', 'p'));
end;

-- Give this partition the triggers.
create or replace function :schema.capture_partition(p_partition regclass) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_trigger record;
begin
  for v_trigger in
    select w.event, w.transition from (
      values ('insert', 'new table as added'), ('update', 'old table as removed new table as added'), ('delete', 'old table as removed')
    ) w (event, transition)
  loop
    execute format(
      'create or replace trigger headcount_capture_%1$s after %1$s on %2$s referencing %3$s for each statement execute function %4$s.capture_partition_page_views(%5$s)',
      v_trigger.event, p_partition, v_trigger.transition, :'schema', :schema.quoted_levels(:schema.captured_levels())
    );
    execute format('alter table %s enable trigger headcount_capture_%s', p_partition, v_trigger.event);
  end loop;
end
$$;

-- Give partitions that lack them the triggers. What was written to one without them was not captured, so unless p_with_rows says that
-- somebody reads it in afterwards, one that may hold rows stays as it is, and status names it; so does one that
-- somebody is writing to. Returns how many got them.
create or replace function :schema.capture_partitions(p_with_rows boolean default true) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_partition regclass;
  v_captured integer := 0;
begin
  for v_partition in
    select p.partition from :schema.partitions_of_page_views() p
    where p.lacks <> '{}' and (p_with_rows or not p.may_have_rows)
  loop
    begin
      if not p_with_rows then
        execute format('lock table %s in share row exclusive mode nowait', v_partition);
        continue when pg_relation_size(v_partition) > 0;
      end if;
      perform :schema.capture_partition(v_partition);
      v_captured := v_captured + 1;
    exception when lock_not_available or insufficient_privilege or undefined_table then
      if p_with_rows then
        raise;
      end if;
    end;
  end loop;
  return v_captured;
end
$$;
