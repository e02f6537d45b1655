-- Reading sessions in: what they are by their page views, whatever is stored of them.

-- Make entries and bounces of these dates of entities, of their hours and of all time what is stored of sessions.
-- Few rows of large tables are found by probes, so nested loops stay allowed.
create or replace function :schema.recount_entries(p_dates :schema.entry_delta[], p_time_zone text) returns void
language plpgsql
:settings_of_writers
as $$
declare
  v_entries :schema.entry_delta[];
begin
  -- dates are cut in the reporting zone and the index is by dates of UTC: it gets a day's margin
  v_entries := array(
    select row(
      d.entity_type, d.entity_id, d.date, s.hour, count(*)::integer, count(*) filter (where s.is_bounce)::integer
    ):::schema.entry_delta
    from unnest(p_dates) d
    cross join lateral (
      select
        local.time::date as date, extract(hour from local.time)::smallint as hour,
        :schema.is_bounce(s.total_views, s.time_total) as is_bounce
      from :schema.visitor_sessions s
      cross join lateral (select s.first_seen_at at time zone p_time_zone as time) local
      where :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
          between :schema.entity_day_key(d.entity_type, d.entity_id, (d.date - 1)::timestamp at time zone 'UTC')
            and :schema.entity_day_key(d.entity_type, d.entity_id, (d.date + 1)::timestamp at time zone 'UTC')
        and s.total_views > 0
        and s.entry_entity_id is not distinct from d.entity_id and s.entry_entity_type is not distinct from d.entity_type
      offset 0
    ) s
    where s.date = d.date
    group by d.entity_type, d.entity_id, d.date, s.hour
  );

  perform :schema.seal_days(p_dates, -1);
  update :schema.analytics_days d set
    entries = nullif(n.entries, 0), bounces = nullif(n.bounces, 0),
    updated = extract(epoch from now())::bigint - 1577836800
  from (
    select
      k.entity_type, k.entity_id, k.date, coalesce(sum(e.entries), 0)::integer as entries, coalesce(sum(e.bounces), 0)::integer as bounces
    from unnest(p_dates) k
    left join unnest(v_entries) e on e.entity_id = k.entity_id and e.date = k.date and e.entity_type = k.entity_type
    group by k.entity_type, k.entity_id, k.date
  ) n
  where d.entity_type = n.entity_type and d.entity_id = n.entity_id and d.date = n.date
    and (coalesce(d.entries, 0), coalesce(d.bounces, 0)) <> (n.entries, n.bounces);

  update :schema.analytics_hours h set hours = n.hours
  from (
    select r.entity_type, r.entity_id, r.date, :schema.merged_hours(array_agg(r.record)) as hours
    from (
      select
        k.entity_type, k.entity_id, k.date,
        :schema.packed_hour(u.hour, u.views, u.timed_views, u.time_total, u.visitors, u.accounts, 0, 0) as record
      from unnest(p_dates) k
      join :schema.analytics_hours s on s.entity_type = k.entity_type and s.entity_id = k.entity_id and s.date = k.date
      cross join lateral :schema.unpacked_hours(s.hours) u
      union all
      select e.entity_type, e.entity_id, e.date, :schema.packed_hour(e.hour, 0, 0, 0, 0, 0, e.entries, e.bounces)
      from unnest(v_entries) e
    ) r
    group by r.entity_type, r.entity_id, r.date
  ) n
  where h.entity_type = n.entity_type and h.entity_id = n.entity_id and h.date = n.date;
  perform :schema.seal_days(p_dates, 1);

  update :schema.analytics_entities e set entries = n.entries, bounces = n.bounces
  from (
    select
      k.entity_type, k.entity_id, coalesce(sum(d.entries), 0) as entries, coalesce(sum(d.bounces), 0) as bounces
    from (select distinct p.entity_type, p.entity_id from unnest(p_dates) p) k
    left join :schema.analytics_days d on d.entity_type = k.entity_type and d.entity_id = k.entity_id
    group by k.entity_type, k.entity_id
  ) n
  where e.entity_type = n.entity_type and e.entity_id = n.entity_id and (e.entries, e.bounces) <> (n.entries, n.bounces);
end
$$;

-- Read in the sessions from the first id to the last, both included; of these those of p_ids, when given. Returns how many
-- page views they have. p_again: whether they may be stored already, and entities have their entries: those that change are
-- counted anew. p_start_date: of earlier dates page views may be gone, and none is read.
create or replace function :schema.read_sessions(
  p_first_id :session_id_type, p_last_id :session_id_type, p_ids :session_id_type[], p_again boolean, p_time_zone text,
  p_start_date date default '-infinity'
) returns bigint
language plpgsql
:settings_of_writers
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  v_page_views bigint;
  v_dates :schema.entry_delta[];
  v_keeps_owners boolean := :schema.keeps_owners();
  -- groups have the entries of sessions: of those that are stored again, what changes
  v_has_levels boolean := p_again and :schema.has_levels();
  v_sessions :schema.session_delta[];
  v_entries :schema.entry_delta[];
begin
  with
  -- read in place: where nothing is pending, only one of those who name it has something to do
  raw as not materialized (
    select
      pv.session_id:::session_id_type as session_id, pv.entity_type::text as entity_type,
      coalesce(pv.entity_id:::entity_id_type, :no_entity) as entity_id, case when v_keeps_owners then pv.owner_id end as owner_id,
      pv.account_id:::account_id_type as account_id, pv.account_id is not null or pv.visitor_id is not null as identified, pv.viewed_at,
      :schema.counted_time(pv.time_on_page) as time_on_page
    from :page_view_rows pv
    where pv.session_id between p_first_id and p_last_id and (p_ids is null or pv.session_id = any (p_ids))
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      and (p_start_date = '-infinity' or (pv.viewed_at at time zone p_time_zone)::date >= p_start_date)
  ),
  pending as materialized (
    select
      q.sign, q.session_id, q.entity_type, q.entity_id, q.owner_id, q.account_id,
      q.account_id is not null or q.visitor_id is not null as identified, q.viewed_at, q.time_on_page
    from :schema.page_view_changes q
    where q.session_id between p_first_id and p_last_id and (p_ids is null or q.session_id = any (p_ids))
      and q.sign <> 0 and q.is_group is null
      and (p_start_date = '-infinity' or (q.viewed_at at time zone p_time_zone)::date >= p_start_date)
  ),
  views as materialized (
    select r.* from raw r where not exists (select 1 from pending)
    union all
    (
      (
        select r.* from raw r where exists (select 1 from pending)
        union all
        select p.session_id, p.entity_type, p.entity_id, p.owner_id, p.account_id, p.identified, p.viewed_at, p.time_on_page
        from pending p where p.sign < 0
      )
      except all
      select p.session_id, p.entity_type, p.entity_id, p.owner_id, p.account_id, p.identified, p.viewed_at, p.time_on_page
      from pending p where p.sign > 0
    )
  ),
  pages as (
    select
      v.session_id, v.entity_type, v.entity_id, count(*) as views, coalesce(sum(v.time_on_page), 0)::bigint as time_total,
      min(v.viewed_at) as first_seen, max(v.viewed_at) as last_seen, bool_or(v.identified) as identified,
      case when v_keeps_owners then (array_agg(v.owner_id order by v.viewed_at, v.owner_id nulls first))[1] end as first_owner_id
    from views v
    group by v.session_id, v.entity_type, v.entity_id
  ),
  sums as (
    select
      p.session_id, sum(p.views)::integer as total_views, count(*)::integer as unique_pages, sum(p.time_total)::bigint as time_total,
      min(p.first_seen) as first_seen, max(p.last_seen) as last_seen, nullif(bool_or(p.identified), false) as identified,
      (array_agg(
        row(p.entity_type, p.entity_id, p.first_owner_id):::schema.session_entry order by p.first_seen, p.entity_type, p.entity_id
      ))[1] as entry
    from pages p
    group by p.session_id
  ),
  accounts as (
    select distinct on (v.session_id) v.session_id, v.account_id, v.viewed_at as account_seen
    from views v
    where v.account_id is not null
    order by v.session_id, v.viewed_at desc, v.account_id desc
  ),
  sessions as (
    select
      s.session_id, s.total_views, s.unique_pages, s.time_total, s.first_seen, s.last_seen,
      (s.entry).entity_type as entry_entity_type, (s.entry).entity_id as entry_entity_id, (s.entry).owner_id as entry_owner_id,
      a.account_id, a.account_seen, s.identified
    from sums s
    left join accounts a on a.session_id = s.session_id
  ),
  -- collection may have written a session that has no view yet
  stored as (
    select s.*
    from :schema.visitor_sessions s
    where p_again and s.session_id between p_first_id and p_last_id and (p_ids is null or s.session_id = any (p_ids))
      and (s.total_views <> 0 or s.first_seen_at is not null)
  ),
  changed as materialized (
    select
      n.session_id, o.session_id as stored_id, n.total_views, n.unique_pages, n.time_total, n.first_seen, n.last_seen,
      n.entry_entity_type, n.entry_entity_id, n.entry_owner_id, n.account_id, n.account_seen, n.identified, o.entry_owner_id as stored_owner_id,
      o.first_seen_at as stored_first_seen, o.total_views as stored_views, o.time_total as stored_time_total,
      o.entry_entity_type as stored_entity_type, o.entry_entity_id as stored_entity_id
    from sessions n
    full join stored o on o.session_id = n.session_id
    where (
      n.total_views, n.unique_pages, n.time_total, n.first_seen, n.last_seen, n.entry_entity_type, n.entry_entity_id,
      n.entry_owner_id, n.account_id, n.account_seen, n.identified
    ) is distinct from (
      o.total_views, o.unique_pages, o.time_total, o.first_seen_at, o.last_seen_at, o.entry_entity_type, o.entry_entity_id,
      o.entry_owner_id, o.account_id, o.account_seen_at, o.identified
    )
  ),
  written as (
    insert into :schema.visitor_sessions as s (
      session_id, first_seen_at, last_seen_at, account_seen_at, time_total, total_views, unique_pages, account_id,
      entry_entity_id, entry_owner_id, entry_entity_type, identified
    )
    select
      c.session_id, c.first_seen, c.last_seen, c.account_seen, c.time_total, c.total_views, c.unique_pages, c.account_id,
      c.entry_entity_id, c.entry_owner_id, c.entry_entity_type, c.identified
    from changed c
    where c.session_id is not null
    order by c.session_id
    -- its ip_address and user_agent stay
    on conflict (session_id) do update set
      first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at, account_seen_at = excluded.account_seen_at,
      time_total = excluded.time_total, total_views = excluded.total_views, unique_pages = excluded.unique_pages,
      account_id = excluded.account_id, entry_entity_id = excluded.entry_entity_id, entry_owner_id = excluded.entry_owner_id,
      entry_entity_type = excluded.entry_entity_type, identified = excluded.identified
  ),
  lost as (
    delete from :schema.visitor_sessions s
    where p_again and s.session_id between p_first_id and p_last_id
      and s.session_id in (select c.stored_id from changed c where c.session_id is null)
  )
  select
    (select count(*) from views),
    array(
      select distinct row(e.entity_type, e.entity_id, (e.first_seen at time zone p_time_zone)::date, null, null, null):::schema.entry_delta
      from changed c
      cross join lateral (
        values
          (c.entry_entity_type, c.entry_entity_id, c.first_seen), (c.stored_entity_type, c.stored_entity_id, c.stored_first_seen)
      ) e (entity_type, entity_id, first_seen)
      where p_again and e.entity_type is not null and e.first_seen is not null
        and (
          c.entry_entity_type, c.entry_entity_id, c.first_seen, :schema.is_bounce(c.total_views, c.time_total)
        ) is distinct from (
          c.stored_entity_type, c.stored_entity_id, c.stored_first_seen, :schema.is_bounce(c.stored_views, c.stored_time_total)
        )
    ),
    array(
      select row(
        coalesce(c.session_id, c.stored_id),
        case when c.stored_views > 0 then row(
          c.stored_views, c.stored_time_total, null, c.stored_first_seen, null, null, null, c.stored_entity_type, c.stored_entity_id,
          c.stored_owner_id
        ):::schema.session_state end,
        row(
          coalesce(c.total_views, 0), c.time_total, null, c.first_seen, null, null, null, c.entry_entity_type, c.entry_entity_id,
          c.entry_owner_id
        ):::schema.session_state,
        null
      ):::schema.session_delta
      from changed c
      where v_has_levels
    )
  into v_page_views, v_dates, v_sessions;

  if v_dates <> '{}' then
    perform :schema.recount_entries(v_dates, p_time_zone);
    perform :schema.count_dates_again(b.breakdown_no, array_agg(d.date))
    from unnest(v_dates) d
    join :schema.analytics_breakdowns b on b.entity_id = d.entity_id and b.entity_type = d.entity_type
    group by b.breakdown_no;
  end if;
  if v_sessions <> '{}' then
    v_entries := :schema.kept_entries(:schema.entries_of_groups(v_sessions));
    if v_entries <> '{}' then
      perform :schema.apply_entries(v_entries);
    end if;
  end if;
  return v_page_views;
end
$$;
