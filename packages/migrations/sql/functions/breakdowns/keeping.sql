-- Keeping breakdowns: of which entities, and counting what is out of date.

-- Which dimensions are kept?
create or replace function :schema.kept_dimensions() returns text[]
language sql immutable parallel safe
begin atomic
  select '{channel,source,referrer_host,surface,utm_source,utm_medium,utm_campaign,device,browser,os,country,visitor_kind}'::text[];
end;

-- How many dates are to be counted that are over?
create or replace function :schema.breakdown_dates_due() returns bigint
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select count(*)
  from (select distinct c.breakdown_no, c.date from :schema.analytics_breakdown_changes c where c.date < :schema.reporting_date()) c;
end;

-- Count some dates that are out of date, of one entity, with about p_limit page views together. Not those that are not over: they would be out of
-- date with the next view, and are one date to read. Returns how many dates were counted; 0 when nothing is left, or others are counting it.
create or replace function :schema.count_breakdowns_step(p_limit integer default 20000) returns integer
language plpgsql
:settings_of_writers
as $$
declare
  v_breakdown :schema.analytics_breakdowns;
  v_dates date[];
begin
  if not exists (select 1 from :schema.analytics_breakdowns) then
    return 0;
  end if;
  -- as in a fold: nobody truncates page views in the meantime
  lock table :page_views in access share mode;
  perform :schema.refuse_hidden_rows();
  for v_breakdown in
    select b.* from :schema.analytics_breakdowns b
    where exists (select 1 from :schema.analytics_breakdown_changes c where c.breakdown_no = b.breakdown_no)
    order by b.breakdown_no
    for no key update skip locked
  loop
    -- every fold of a date adds a row: one of them will do
    delete from :schema.analytics_breakdown_changes c
    using (
      select c.date, max(c.change_id) as last_id from :schema.analytics_breakdown_changes c
      where c.breakdown_no = v_breakdown.breakdown_no
      group by c.date
      having count(*) > 1
    ) k
    where c.breakdown_no = v_breakdown.breakdown_no and c.date = k.date and c.change_id < k.last_id;
    v_dates := array(
      select c.date
      from (
        select
          c.date, coalesce(sum(a.views) over (order by c.date rows between unbounded preceding and 1 preceding), 0) as views_before
        from (
          select distinct c.date from :schema.analytics_breakdown_changes c
          where c.breakdown_no = v_breakdown.breakdown_no and c.date < :schema.reporting_date()
        ) c
        left join :schema.analytics_days a
          on a.entity_type = v_breakdown.entity_type and a.entity_id = v_breakdown.entity_id and a.date = c.date
      ) c
      where c.views_before < p_limit
    );
    exit when v_dates <> '{}';
  end loop;
  if coalesce(v_dates, '{}') = '{}' then
    return 0;
  end if;

  -- what makes one of them out of date from now on adds a row that this does not see
  delete from :schema.analytics_breakdown_changes c where c.breakdown_no = v_breakdown.breakdown_no and c.date = any (v_dates);
  delete from :schema.analytics_breakdown_days d where d.breakdown_no = v_breakdown.breakdown_no and d.date = any (v_dates);
  insert into :schema.analytics_breakdown_days (
    time_total, breakdown_no, date, value_no, views, visitors, accounts, timed_views, recorded_views, entries, bounces, dimension, prev_dates,
    again_since, accounts_again_since
  )
  select
    nullif(sum(c.time_total), 0), v_breakdown.breakdown_no, c.date, c.value_no, sum(c.views), sum(c.visitors), nullif(sum(c.accounts), 0),
    nullif(sum(c.timed_views), 0), nullif(sum(c.recorded_views), 0), nullif(sum(c.entries), 0), nullif(sum(c.bounces), 0), c.dimension,
    array_agg(c.prev_date order by c.prev_date) filter (where c.prev_date is not null),
    array_agg(c.again order by c.prev_date) filter (where c.prev_date is not null),
    array_agg(c.accounts_again order by c.prev_date) filter (where c.prev_date is not null)
  from (
    select c.*, (sum(c.visitors) over since)::integer as again, (sum(c.accounts) over since)::integer as accounts_again
    from :schema.counts_of_dates(
      v_breakdown.entity_type, v_breakdown.entity_id,
      array(
        select u.date from unnest(v_dates) u (date)
        where u.date >= (select coalesce(s.sealed_before, '-infinity') from :schema.analytics_settings s)
      ),
      :schema.kept_dimensions(), '-infinity', null
    ) c
    window since as (partition by c.dimension, c.date, c.value_no order by c.prev_date desc nulls last)
  ) c
  group by c.dimension, c.date, c.value_no
  order by c.dimension, c.date, c.value_no;
  return cardinality(v_dates);
end
$$;

-- What is captured of a row, given by the names of its columns: a partition may have them in another order. The body knows the table by its number,
-- and not by its name. None of these columns is an object or an array, and of some types the host's row could not be read again.
create or replace function :schema.captured_of_row(p_row jsonb) returns table (
  entity_type text, entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type,
  owner_id :entity_id_type, viewed_at timestamptz, time_on_page integer
)
language sql stable
begin atomic
  select
    c.entity_type, coalesce(c.entity_id:::entity_id_type, :no_entity), c.account_id, c.session_id, c.visitor_id,
    case when :schema.keeps_owners() then c.owner_id end, c.viewed_at, :schema.counted_time(c.time_on_page)
  from (
    select jsonb_object_agg(k.key, k.value) as columns from jsonb_each(p_row) k where jsonb_typeof(k.value) not in ('object', 'array')
  ) p
  cross join lateral jsonb_populate_record(null:::page_views, p.columns) r
  cross join lateral :schema.captured_columns(row(r.*)) c
  where :schema.why_left_out(c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at) is null;
end;

-- Where a page view came from, or with what it was viewed, was edited: nothing but breakdowns depends on it. Captured as one more such view, and one
-- less, it counts its date again. The one more first: whatever else became of the view in that statement, none is taken away before it was added.
create or replace function :schema.capture_edited_facts() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select 1 from :schema.analytics_settings s where s.page_views = tg_relid)
    and not :schema.is_partition_of_page_views(tg_relid)
  then
    return null;
  end if;
  insert into :schema.page_view_changes (
    slot, sign, in_trigger, entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at, time_on_page
  )
  select
    :schema.entity_slot(c.entity_type, c.entity_id), s.sign, case when s.sign < 0 then :schema.is_in_trigger() end, c.entity_type, c.entity_id,
    c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at, c.time_on_page
  from :schema.captured_of_row(to_jsonb(new)) c
  cross join (values (1), (-1)) s (sign)
  -- what is sealed is in no breakdown
  where not coalesce(:schema.is_sealed(c.viewed_at), false)
  order by s.sign desc;
  return null;
end
$$;

-- Capture edited facts while breakdowns are kept, and not otherwise. Partitions get this trigger from the table that they are of; what inherits from
-- it does not.
create or replace function :schema.capture_facts() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_on boolean := exists (select 1 from :schema.analytics_breakdowns);
  v_table regclass;
begin
  for v_table in
    select s.page_views from :schema.analytics_settings s
    union all
    select p.partition from :schema.partitions_of_page_views() p join pg_class c on c.oid = p.partition and not c.relispartition
  loop
    if v_is_on then
      execute format(
        'create or replace trigger headcount_capture_facts after update of %1$I, %2$I on %3$s for each row when ((old.%1$I, old.%2$I) is distinct from (new.%1$I, new.%2$I)) execute function %4$s.capture_edited_facts()',
        :'source_no_name', :'device_no_name', v_table, :'schema'
      );
      execute format('alter table %s enable trigger headcount_capture_facts', v_table);
    else
      execute format('drop trigger if exists headcount_capture_facts on %s', v_table);
    end if;
  end loop;
end
$$;

-- Nobody writes page views, and nobody folds, while breakdowns begin or end to be kept: see begin_switching.
create or replace function :schema.begin_keeping() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('lock_timeout', '1s', true);
  lock table :page_views in share row exclusive mode;
  perform :schema.begin_rebuild();
end
$$;

-- Keep the breakdowns of this entity from now on: all its dates are to be counted. Says whether they were not kept before.
create or replace function :schema.add_breakdowns(p_entity_type text, p_entity_id :entity_id_type) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.refuse_group(p_entity_type);
  perform :schema.begin_keeping();
  insert into :schema.analytics_breakdowns (entity_type, entity_id) values (p_entity_type, p_entity_id) on conflict do nothing;
  if not found then
    return false;
  end if;
  perform :schema.count_entities_again(p_entity_type, p_entity_id, p_entity_id, null);
  perform :schema.capture_facts();
  return true;
end
$$;

-- Keep the breakdowns of this entity no longer. Says whether they were kept.
create or replace function :schema.remove_breakdowns(p_entity_type text, p_entity_id :entity_id_type) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.begin_keeping();
  delete from :schema.analytics_breakdowns b where b.entity_type = p_entity_type and b.entity_id = p_entity_id;
  if not found then
    return false;
  end if;
  perform :schema.capture_facts();
  return true;
end
$$;

-- Delete what was kept of entities whose breakdowns are kept no longer: by itself, so that nobody waits for it.
create or replace function :schema.delete_removed_breakdowns() returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  delete from :schema.analytics_breakdown_changes c where c.breakdown_no not in (select b.breakdown_no from :schema.analytics_breakdowns b);
  delete from :schema.analytics_breakdown_days d where d.breakdown_no not in (select b.breakdown_no from :schema.analytics_breakdowns b);
end;
