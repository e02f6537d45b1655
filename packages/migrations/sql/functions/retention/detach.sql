-- Pruning whole partitions: they are detached, and no row of them is deleted. CONCURRENTLY would wait for writers beside them, but Postgres
-- refuses it where there is a default partition, as ours has, and in a function, which is what a role that owns nothing may call; and
-- killed halfway it leaves a partition neither here nor there. So the lock is tried for for a tenth of a second at a time, and held for no
-- more than the catalog.

-- Which partitions of page views, at any depth, have nothing but dates before this one? Of those within another, the outer. viewed_from and
-- viewed_until: of which instants, the second one excluded.
create or replace function :schema.detachable_partitions(p_before date) returns table (
  parent regclass, partition regclass, viewed_from timestamptz, viewed_until timestamptz
)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  with recursive tables as (
    select null::oid as parent, s.page_views::oid as relid, null::timestamptz as viewed_from, null::timestamptz as viewed_until, false as is_old
    from :schema.analytics_settings s
    union all
    select t.relid, i.inhrelid, b.viewed_from, b.viewed_until, coalesce(
      b.viewed_until <= p_before::timestamp at time zone s.time_zone
        -- where clocks are set back at midnight, some minutes are of the date before once more
        and not exists (
          select 1 from generate_series(b.viewed_until - interval '3 hours', b.viewed_until - interval '1 minute', interval '1 minute') m
          where (m at time zone s.time_zone)::date >= p_before
        ),
      false
    )
    from tables t
    cross join :schema.analytics_settings s
    join pg_inherits i on i.inhparent = t.relid and not i.inhdetachpending
    join pg_class c on c.oid = i.inhrelid
    left join pg_partitioned_table p on p.partrelid = t.relid and p.partstrat = 'r' and p.partnatts = 1
    left join pg_attribute a
      on a.attrelid = t.relid and a.attnum = p.partattrs[0] and a.attname = coalesce(s.columns ->> 'viewed_at', 'viewed_at')
    cross join lateral (
      select
        case when a.attnum > 0 then coalesce(substring(x.bound from $re$ FROM \('([^']+)'\)$re$)::timestamptz, '-infinity') end as viewed_from,
        case when a.attnum > 0 then substring(x.bound from $re$ TO \('([^']+)'\)$$re$)::timestamptz end as viewed_until
      from (select pg_get_expr(c.relpartbound, c.oid) as bound) x
    ) b
    where not t.is_old
  )
  select t.parent::regclass, t.relid::regclass, t.viewed_from, t.viewed_until
  from tables t
  where t.is_old
  order by t.viewed_until, t.relid;
end;

-- Are page views partitioned by ranges of time, at any depth?
create or replace function :schema.has_partitions_by_time() returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select exists (
    select 1
    from :schema.analytics_settings s
    cross join lateral pg_partition_tree(s.page_views) t
    join pg_partitioned_table p on p.partrelid = t.relid and p.partstrat = 'r' and p.partnatts = 1
    join pg_attribute a on a.attrelid = t.relid and a.attnum = p.partattrs[0]
    where a.attname = coalesce(s.columns ->> 'viewed_at', 'viewed_at')
  );
end;

-- How many page views do these partitions have, and what do they weigh with their indexes?
create or replace function :schema.count_detachable(p_before date) returns table (partition text, page_views bigint, bytes bigint)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select
    d.partition::text,
    (
      select count(*) from :page_views
      where :viewed_at_value >= d.viewed_from and :viewed_at_value < d.viewed_until
        and tableoid in (select t.relid from pg_partition_tree(d.partition) t)
    ),
    (select sum(pg_total_relation_size(t.relid))::bigint from pg_partition_tree(d.partition) t)
  from :schema.detachable_partitions(p_before) d;
end;

-- Remember whose sessions and browsers the page views of these instants were, all of them sealed, and when nobody viewed what: see
-- prune_page_views_step.
create or replace function :schema.remember_page_views(p_viewed_from timestamptz, p_viewed_until timestamptz) returns void
language plpgsql
:settings_of_writers
as $$
declare
  v_levels text[] := :schema.captured_levels();
  v_bounds :schema.analytics_pruned_bounds[];
begin
  perform :schema.refuse_hidden_rows();
  with
  views as materialized (
    select
      g.account_id, g.session_id, g.visitor_id, g.entity_type, g.entity_id, g.owner_id, min(g.viewed_at) as first_view,
      max(g.viewed_at) as last_view
    from (
      select
        pv.account_id:::account_id_type as account_id, pv.session_id:::session_id_type as session_id,
        pv.visitor_id:::session_id_type as visitor_id, pv.viewed_at,
        -- of somebody's views, these are not asked for
        case when k.kind is null then pv.entity_type end as entity_type,
        case when k.kind is null then pv.entity_id:::entity_id_type end as entity_id,
        case when k.kind is null then pv.owner_id end as owner_id
      from :page_view_rows pv
      cross join lateral :schema.visitor_kind(
        pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type
      ) k (kind)
      where pv.viewed_at >= p_viewed_from and pv.viewed_at < p_viewed_until
        and (k.kind is not null or :schema.is_counted(pv.entity_type, pv.entity_id, null, null, null, pv.viewed_at))
    ) g
    group by g.account_id, g.session_id, g.visitor_id, g.entity_type, g.entity_id, g.owner_id
  ),
  known as (
    insert into :schema.analytics_links (account_id, session_id, visitor_id)
    select v.account_id, v.session_id, null
    from views v
    left join :schema.visitor_sessions s on s.session_id = v.session_id
    where v.account_id is not null and v.session_id is not null and s.account_id is distinct from v.account_id
    union
    select coalesce(v.account_id, s.account_id), null, v.visitor_id
    from views v
    left join :schema.visitor_sessions s on s.session_id = v.session_id
    where v.visitor_id is not null and coalesce(v.account_id, s.account_id) is not null
    on conflict do nothing
  )
  select array(
    select row(min(v.first_view), max(v.last_view), e.entity_id, e.entity_type):::schema.analytics_pruned_bounds
    from views v
    cross join lateral :schema.captured_as(v.entity_type, v.entity_id, v.owner_id, v_levels) e
    where :schema.visitor_kind(v.account_id, v.session_id, v.visitor_id) is null
    group by e.entity_type, e.entity_id
  ) into v_bounds;
  perform :schema.remember_bounds(v_bounds);
end
$$;

-- Detach this partition, of which all dates are sealed: it is a table of the host's then, without our triggers, and its page views stay
-- counted. Fails where the lock is not to be had at once.
create or replace function :schema.detach_partition(p_partition regclass) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '100ms'
as $$
declare
  v_parent regclass;
  v_trigger record;
begin
  select d.parent into v_parent
  from :schema.analytics_settings s
  cross join lateral :schema.detachable_partitions(s.sealed_before) d
  where d.partition = p_partition;
  if not found then
    raise exception '% is not a partition of page views whose dates are all sealed', p_partition
      using errcode = 'invalid_parameter_value';
  end if;
  execute format('alter table %s detach partition %s', v_parent, p_partition);
  for v_trigger in
    select t.relid, g.tgname
    from (
      select p_partition::oid as relid
      union
      -- one that has no partitions is in no tree
      select b.relid from pg_partition_tree(p_partition) b
    ) t
    join pg_trigger g on g.tgrelid = t.relid and g.tgname in ('headcount_capture_insert', 'headcount_capture_update', 'headcount_capture_delete')
  loop
    execute format('drop trigger %I on %s', v_trigger.tgname, v_trigger.relid::regclass);
  end loop;
end
$$;
