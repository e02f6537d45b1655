-- Capture on Citus: the triggers are those of shards, and fire where these are. What they find goes to the shard of the queue beside, and never to a
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
    where s.shardid = substring(p_table_name from '_(\d+)$')::bigint
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
$$;

-- What is captured of these rows, as SQL? The view that is attached to page views has followed columns that were renamed, on each server.
create or replace function :schema.captured_of(p_rows text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return regexp_replace(
    pg_get_viewdef((:'schema' || '.captured_page_views')::regclass), '^(.*)\sFROM\s.*\sp_page_view;$',
    format('\1 from %s p_page_view', p_rows)
  );
end
$$;

create or replace function :schema.capture_added_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %1$s (slot, sign, left_out, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
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
        from (%2$s) c
      ) a
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name), :schema.captured_of('added')
  );
  return null;
end
$$;

create or replace function :schema.capture_removed_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %1$s (slot, sign, in_trigger, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
      select
        :schema.entity_slot(r.entity_type, r.entity_id), -1, case when pg_trigger_depth() > 1 then true end,
        r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at, :schema.counted_time(r.time_on_page)
      from (%2$s) r
      where :schema.why_left_out(r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at) is null
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name), :schema.captured_of('removed')
  );
  return null;
end
$$;

-- What remains when what was there before is set off against what is there now.
create or replace function :schema.capture_edited_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %1$s (
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
            select -1 as sign, r.* from (%2$s) r
            union all
            select 1, a.* from (%3$s) a
          ) c
        ) e
        group by 1, 2, 3, 4, 5, 6, 7, 8
        having sum(e.sign) <> 0
      ) d
      cross join lateral generate_series(1, abs(d.net)) n
      where d.left_out is null or d.net > 0
      order by d.entity_type, d.entity_id, d.session_id, d.viewed_at
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name), :schema.captured_of('removed'), :schema.captured_of('added')
  );
  return null;
end
$$;

-- Sessions are in other slices than their page views, and nobody empties all of them in one transaction.
create or replace function :schema.refuse_truncation() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'page views cannot be truncated on Citus: delete them'
    using errcode = 'feature_not_supported';
end
$$;
