-- Partitions of page views by month, which are made ahead where the installation says so: `partition = 'monthly'`. What is viewed in a
-- month that has none goes to the default partition, so that no INSERT fails.

-- Up to which instant has page views a partition for each month? NULL: it has none but that by default.
create or replace function :schema.partitions_ready_until() returns timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select max(substring(pg_get_expr(c.relpartbound, c.oid) from $re$ TO \('([^']+)'\)$$re$)::timestamptz)
  from :schema.analytics_settings s
  join pg_inherits i on i.inhparent = s.page_views and not i.inhdetachpending
  join pg_class c on c.oid = i.inhrelid;
end;

-- The partition of page views by default, and the columns that page views are partitioned by.
create or replace function :schema.default_partition() returns table (page_views regclass, partition regclass, partitioned_by name)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select s.page_views, p.partdefid::regclass, a.attname
  from :schema.analytics_settings s
  join pg_partitioned_table p on p.partrelid = s.page_views
  join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0];
end;

-- Nobody but the owner gets at this partition by its own name, whatever a host's default privileges give to a table as it is made: policies of
-- page views do not hold there.
create or replace function :schema.close_partition(p_partition regclass) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_grantee text;
begin
  for v_grantee in
    select distinct case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end
    from pg_class c cross join lateral aclexplode(c.relacl) a
    where c.oid = p_partition and a.grantee <> c.relowner
  loop
    execute format('revoke all on %s from %s', p_partition, v_grantee);
  end loop;
end
$$;

-- Make the partition of these instants, of which the default partition has rows only where p_move says that they are to be moved. They
-- stay the page views that they were: nothing of it is captured. Returns whether it was made.
create or replace function :schema.make_partition(p_name text, p_from timestamptz, p_until timestamptz, p_move boolean) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_page_views regclass;
  v_default regclass;
  v_column name;
  v_partition text;
  v_owner text;
  v_columns text;
  v_rows boolean := false;
begin
  select d.page_views, nullif(d.partition::oid, 0), d.partitioned_by into v_page_views, v_default, v_column
  from :schema.default_partition() d;
  if v_default is not null then
    execute format('select exists (select 1 from %1$s where %2$I < $2 and ($1 is null or %2$I >= $1))', v_default, v_column)
    into v_rows using p_from, p_until;
    if v_rows and not p_move then
      return false;
    end if;
  end if;

  select format('%I.%I', n.nspname, left(c.relname, 50) || '_' || p_name), pg_get_userbyid(c.relowner)
  into v_partition, v_owner
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.oid = v_page_views;
  execute format('create table %s (like %s including all excluding identity)', v_partition, v_page_views);
  if v_owner <> current_user then
    execute format('alter table %s owner to %I', v_partition, v_owner);
  end if;
  perform :schema.close_partition(v_partition::regclass);
  if v_rows then
    execute format('alter table %s disable trigger user', v_default);
    select string_agg(quote_ident(a.attname), ', ') into v_columns
    from pg_attribute a
    where a.attrelid = v_page_views and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
    execute format(
      'with moved as (delete from %1$s where %2$I < $2 and ($1 is null or %2$I >= $1) returning %3$s) insert into %4$s (%3$s) select %3$s from moved',
      v_default, v_column, v_columns, v_partition
    ) using p_from, p_until;
    execute format('alter table %s enable trigger user', v_default);
  end if;
  perform :schema.capture_partition(v_partition::regclass);
  execute format(
    'alter table %s attach partition %s for values from (%s) to (%L)',
    v_page_views, v_partition, coalesce(quote_literal(p_from), 'minvalue'), p_until
  );
  return true;
end
$$;

-- Make the partitions of this month and the next two, one for all that was before at the first time. One that cannot be made now, because the
-- default partition has rows of it or somebody is at work on that, comes later: status names it. Returns how many were made.
create or replace function :schema.make_partitions(p_move boolean default true) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '1s'
as $$
declare
  v_zone text;
  v_month timestamp;
  v_from timestamptz;
  v_until timestamptz;
  v_made integer := 0;
begin
  select s.time_zone into v_zone from :schema.analytics_settings s where s.partition = 'monthly';
  if not found then
    return 0;
  end if;
  begin
    v_from := :schema.partitions_ready_until();
    v_month := date_trunc('month', coalesce(v_from, now()) at time zone v_zone);
    if v_from is null then
      v_from := v_month at time zone v_zone;
      if not :schema.make_partition('before', null, v_from, p_move) then
        return 0;
      end if;
      perform :schema.close_partition(d.partition) from :schema.default_partition() d where d.partition <> 0::regclass;
      v_made := 1;
    end if;
    while v_month < date_trunc('month', now() at time zone v_zone) + interval '3 months' loop
      v_until := (v_month + interval '1 month') at time zone v_zone;
      exit when not :schema.make_partition(to_char(v_month, 'YYYY_MM'), v_from, v_until, p_move);
      v_from := v_until;
      v_month := v_month + interval '1 month';
      v_made := v_made + 1;
    end loop;
  exception when lock_not_available or insufficient_privilege or duplicate_table then
    if p_move then
      raise;
    end if;
    return 0;
  end;
  return v_made;
end
$$;

-- What is missing of partitions by month? Each with the statement that ends it.
create or replace function :schema.partition_faults() returns table (problem text, fix text)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select
    format(
      '%s has no partition for page views from %s on: they go to its default partition.', s.page_views,
      to_char(coalesce(r.until, now()) at time zone s.time_zone, 'YYYY-MM-DD')
    ),
    format('SELECT %s.make_partitions();', :'schema')
  from :schema.analytics_settings s
  cross join (select :schema.partitions_ready_until() as until) r
  where s.partition = 'monthly'
    and (r.until is null or r.until < (date_trunc('month', now() at time zone s.time_zone) + interval '2 months') at time zone s.time_zone)
  union all
  select
    format('%s has no default partition: an INSERT of a page view outside of its months fails.', s.page_views),
    format(
      'CREATE TABLE %I.%I PARTITION OF %s DEFAULT; SELECT %s.capture_partitions(false);',
      n.nspname, left(c.relname, 50) || '_default', s.page_views, :'schema'
    )
  from :schema.analytics_settings s
  join :schema.default_partition() d on d.partition = 0::regclass
  join pg_class c on c.oid = s.page_views
  join pg_namespace n on n.oid = c.relnamespace
  where s.partition = 'monthly';
end;
