-- Breakdowns that are kept: of each date of some entities, how many views and visitors each value of each dimension had. They are counted from
-- page views, by one function (counts_of_dates), and counted again where a change could make them others; until then the date is read from page views.
--
--   page_view_changes --> dates_to_count --> analytics_breakdown_changes --> count_breakdowns_step --> analytics_breakdown_days
--
-- A change of a visitor on a date changes that date, and what the visitor's next date with the same value says of the one before it. Of several
-- changes between two dates the last one finds the later date, or a change in between does; so it is enough to look for it when a change is
-- folded, whatever has come and gone since.

-- Which dates of this entity do these changes of it make others?
create or replace function :schema.dates_to_count(
  p_entity_type text, p_entity_id :entity_id_type, p_changes :schema.page_view_changes[]
) returns setof date
language plpgsql stable
:settings_of_readers
set enable_seqscan = off
as $$
declare
  v_time_zone text := (select z.time_zone from :schema.reporting_zone() z);
begin
  return query
  with changed as materialized (
    select distinct
      :schema.visitor_kind(c.account_id, c.session_id, c.visitor_id) as kind,
      :schema.visitor_of(c.account_id, c.session_id, c.visitor_id) as visitor_id, (c.viewed_at at time zone v_time_zone)::date as date
    from unnest(p_changes) c
    where c.sign <> 0
  )
  select c.date from changed c
  union
  -- A value is that of a source, of a device, or of all views of the visitor. Most visitors have no later date: what comes of one that is pending
  -- notes its own date.
  select n.date
  from (
    select c.kind, c.visitor_id, c.date
    from changed c
    cross join lateral :schema.visitor_at(p_entity_type, p_entity_id, c.kind, c.visitor_id) v
    where c.kind is not null and (coalesce(v.last_visit, v.first_visit) at time zone v_time_zone)::date > c.date
    offset 0
  ) c
  cross join lateral (
    select min(v.local_time)::date as date
    from :schema.page_views_of_visitor(
      p_entity_type, p_entity_id, c.kind, c.visitor_id, c.date + 1, 'infinity', v_time_zone
    ) v
    group by grouping sets ((v.source_no), (v.device_no))
  ) n;
end
$$;

-- Note that these dates of an entity are to be counted again.
create or replace function :schema.count_dates_again(p_breakdown_no integer, p_dates date[]) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.analytics_breakdown_changes (breakdown_no, date)
  select p_breakdown_no, d.date
  from (select distinct u.date from unnest(p_dates) u (date)) d
  where d.date >= (select coalesce(s.sealed_before, '-infinity') from :schema.analytics_settings s);
end;

-- Note which dates these changes, which are being folded, make others.
create or replace function :schema.count_changes_again(p_changes :schema.page_view_changes[]) returns void
language plpgsql
:settings_of_writers
set enable_nestloop = off
as $$
declare
  v_changed record;
begin
  for v_changed in
    select b.breakdown_no, b.entity_type, b.entity_id, array_agg(c) as changes
    from unnest(p_changes) c
    join :schema.analytics_breakdowns b on b.entity_id = c.entity_id and b.entity_type = c.entity_type
    group by b.breakdown_no
  loop
    perform :schema.count_dates_again(
      v_changed.breakdown_no,
      array(select d from :schema.dates_to_count(v_changed.entity_type, v_changed.entity_id, v_changed.changes) d)
    );
  end loop;
end
$$;

-- Note on which dates these sessions, which are being stored, enter elsewhere, or bounce or no longer.
create or replace function :schema.count_entries_again(p_sessions :schema.session_delta[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.count_dates_again(m.breakdown_no, m.dates)
  from (
    select b.breakdown_no, array_agg((e.first_seen at time zone z.time_zone)::date) as dates
    from :schema.reporting_zone() z
    cross join :schema.moved_entries(p_sessions) e
    join :schema.analytics_breakdowns b on b.entity_id = e.entity_id and b.entity_type = e.entity_type
    group by b.breakdown_no
  ) m;
end
$$;

-- Note that these entities, or of these those of p_ids, when given, are to be counted again, all dates of them.
create or replace function :schema.count_entities_again(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[]
) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select :schema.count_dates_again(
    b.breakdown_no,
    array(
      select a.date from :schema.analytics_days a where a.entity_type = b.entity_type and a.entity_id = b.entity_id
      union all
      select k.date from :schema.analytics_breakdown_days k where k.breakdown_no = b.breakdown_no
      union all
      -- page views have it, and the rollups do not
      select (c.viewed_at at time zone z.time_zone)::date
      from :schema.reporting_zone() z
      cross join :schema.set_aside_changes c
      where c.entity_type = b.entity_type and c.entity_id = b.entity_id
    )
  )
  from :schema.analytics_breakdowns b
  where b.entity_type = p_entity_type and b.entity_id between p_first_id and p_last_id and (p_ids is null or b.entity_id = any (p_ids));
end;

-- On which of these dates is what is kept not what page views say now, with all that is pending? What is kept of the date on which p_until cuts
-- will not do either. NULL when more is pending than a live read takes on.
create or replace function :schema.dates_not_kept(p_breakdown_no integer, p_start_date date, p_end_date date, p_until timestamp)
returns date[]
language plpgsql stable
:settings_of_readers
as $$
declare
  v_time_zone text := (select z.time_zone from :schema.reporting_zone() z);
  v_entity :schema.entity_key := (
    select row(b.entity_type, b.entity_id):::schema.entity_key from :schema.analytics_breakdowns b where b.breakdown_no = p_breakdown_no
  );
  v_pending record := :schema.pending_of(array[(v_entity).entity_type], array[(v_entity).entity_id]);
  v_dates date[];
begin
  if not v_pending.is_live then
    return null;
  end if;
  v_dates := array(
    select c.date from :schema.analytics_breakdown_changes c
    where c.breakdown_no = p_breakdown_no and c.date between p_start_date and p_end_date
    union all
    select p_until::date
  );
  if v_pending.of_entities <> '{}' then
    v_dates := v_dates || array(
      select d from :schema.dates_to_count((v_entity).entity_type, (v_entity).entity_id, v_pending.of_entities) d
    );
  end if;
  -- What is pending of a session elsewhere makes it bounce or no longer where it entered: as it is stored. One that loses
  -- a view may enter at any other of its views.
  if v_pending.pending_changes > 0 then
    v_dates := v_dates || array(
      with pending as materialized (
        select q.session_id, bool_or(q.sign < 0) as loses
        from :schema.page_view_changes q
        where q.session_id is not null
        group by q.session_id
      )
      select (s.first_seen_at at time zone v_time_zone)::date
      from pending p
      cross join lateral :schema.session_at(p.session_id) s
      where s.entry_entity_id = (v_entity).entity_id and s.entry_entity_type = (v_entity).entity_type and s.total_views > 0
      union all
      select (v.viewed_at at time zone v_time_zone)::date
      from pending p
      cross join lateral :schema.page_views_of_session_at(p.session_id, (v_entity).entity_type, (v_entity).entity_id) v
      where p.loses
    );
  end if;
  return array(
    select distinct u.date from unnest(v_dates) u (date) where u.date between p_start_date and p_end_date
  );
end
$$;
