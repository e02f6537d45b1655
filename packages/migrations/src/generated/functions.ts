// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { SqlFunction } from "../sql-source/sql-source.ts";

export const functions: readonly SqlFunction[] = [
  {
    name: "counts_of_dates",
    file: "functions/breakdowns/counts-of-dates.sql",
    line: 1,
    sql: `-- Of these dates of an entity, how many views and visitors had each value of these dimensions, by the date on which the visitors had it before, from
-- p_first_date on (NULL: they had not), and how many sessions began with it? Until a local time, when it is given. As views_by_fact counts, and by the
-- same steps; value_no is as in analytics_breakdown_days.
create or replace function :schema.counts_of_dates(
  p_entity_type text, p_entity_id :entity_id_type, p_dates date[], p_dimensions text[], p_first_date date, p_until timestamp
) returns table (
  date date, dimension text, value_no integer, prev_date date, visitors bigint, accounts bigint, views bigint, timed_views bigint,
  time_total numeric, recorded_views bigint, entries bigint, bounces bigint
)
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
set enable_nestloop = off
as $$
#variable_conflict use_column
declare
  v_time_zone text := (select z.time_zone from :schema.reporting_zone() z);
begin
  return query
  with
  -- dates without a gap are read together
  stretches as materialized (
    select min(d.date) as first_date, max(d.date) as last_date
    from (select u.date, u.date - (row_number() over (order by u.date))::integer as place from unnest(p_dates) u (date)) d
    group by d.place
  ),
  began as materialized (
    select distinct e.session_id, e.first_seen_at, e.has_several_views, e.is_bounce
    from stretches s
    cross join lateral :schema.sessions_entered(p_entity_type, p_entity_id, s.first_date, s.last_date) e
  ),
  grouped as materialized (
    select
      v.date, coalesce(v.source_no, 0) as source_no, coalesce(v.device_no, 0) as device_no, v.kind, v.visitor_id,
      case when e.has_several_views then e.session_id end as began_session,
      count(*)::integer as views, count(v.time_on_page)::integer as timed_views,
      coalesce(sum(v.time_on_page), 0)::double precision as time_total,
      (count(*) filter (where not e.has_several_views))::integer as entries, (count(*) filter (where e.is_bounce))::integer as bounces
    from (
      -- dates are not always one stretch of instants: see page_views_of_visitor
      select
        local.time::date as date, p.source_no, p.device_no, p.session_id, p.viewed_at, :schema.counted_time(p.time_on_page) as time_on_page,
        :schema.visitor_kind(p.account_id, p.session_id, p.visitor_id) as kind,
        :schema.visitor_of(p.account_id, p.session_id, p.visitor_id) as visitor_id
      from stretches s
      cross join lateral :schema.page_views_between(
        p_entity_type, p_entity_id, s.first_date::timestamp at time zone v_time_zone - interval '1 day',
        s.last_date::timestamp at time zone v_time_zone + interval '2 days'
      ) p
      cross join lateral (select p.viewed_at at time zone v_time_zone as time) local
      where local.time::date between s.first_date and s.last_date and (p_until is null or local.time < p_until)
        and :schema.why_left_out(p_entity_type, p_entity_id, p.account_id, p.session_id, p.visitor_id, p.viewed_at) is null
    ) v
    left join began e on e.session_id = v.session_id and e.first_seen_at = v.viewed_at
    group by 1, 2, 3, 4, 5, 6
  ),
  -- on which other dates did these visitors come before?
  earlier as materialized (
    select distinct
      v.kind, v.visitor_id, e.local_time::date as date, coalesce(e.source_no, 0) as source_no, coalesce(e.device_no, 0) as device_no
    from (
      select g.kind, g.visitor_id, max(g.date) as date from grouped g where g.kind is not null group by g.kind, g.visitor_id
    ) v
    cross join lateral :schema.page_views_of_visitor(
      p_entity_type, p_entity_id, v.kind, v.visitor_id, p_first_date, v.date - 1, v_time_zone
    ) e
    where e.local_time::date not in (select u.date from unnest(p_dates) u (date))
  ),
  named as materialized (
    select
      d.dimension, n.source_no, n.device_no, coalesce(n.kind, '-') as kind,
      :schema.fact_of_view(d.dimension, n.source, n.device, n.kind) as value,
      case when :schema.is_of_device(d.dimension) then (n.device).device_no else (n.source).source_no end as fact_no
    from (
      select
        k.source_no, k.device_no, k.kind,
        (select s from :schema.analytics_sources s where s.source_no = k.source_no) as source,
        (select d from :schema.analytics_devices d where d.device_no = k.device_no) as device
      from (
        select g.source_no, g.device_no, g.kind from grouped g
        union
        select e.source_no, e.device_no, e.kind from earlier e
      ) k
    ) n
    cross join unnest(p_dimensions) d (dimension)
  ),
  facts as materialized (
    select
      n.dimension, n.source_no, n.device_no, n.kind, n.fact_no is not null as is_recorded,
      case
        when n.value is null then 0
        when n.dimension = 'visitor_kind' then case n.kind when 'a' then 1 else 2 end
        else min(n.fact_no) over (partition by n.dimension, n.value)
      end as value_no
    from named n
  ),
  linked as (
    select
      d.*, case when d.kind is not null then lag(d.date) over (
        partition by d.dimension, d.value_no, d.kind, d.visitor_id order by d.date
      ) end as prev_date
    from (
      select
        f.dimension, f.value_no, v.kind, v.visitor_id, v.date, sum(v.views) as views, sum(v.timed_views) as timed_views,
        sum(v.time_total) as time_total, coalesce(sum(v.views) filter (where f.is_recorded), 0) as recorded_views,
        sum(v.entries) as entries, sum(v.bounces) as bounces
      from (
        select
          g.date, g.source_no, g.device_no, g.kind, g.visitor_id, g.views, g.timed_views, g.time_total, g.entries, g.bounces
        from grouped g
        union all
        (
          select distinct on (g.began_session) g.date, g.source_no, g.device_no, g.kind, g.visitor_id, 0, 0, 0, 1, 0
          from grouped g
          where g.began_session is not null
          order by g.began_session, g.source_no = 0, g.source_no, g.device_no = 0, g.device_no, g.kind
        )
        union all
        select e.date, e.source_no, e.device_no, e.kind, e.visitor_id, 0, 0, 0, 0, 0 from earlier e
      ) v
      join facts f on f.source_no = v.source_no and f.device_no = v.device_no and f.kind = coalesce(v.kind, '-')
      group by f.dimension, f.value_no, v.kind, v.visitor_id, v.date
    ) d
  )
  select
    l.date, l.dimension, l.value_no, l.prev_date, count(l.visitor_id), count(l.visitor_id) filter (where l.kind = 'a'),
    sum(l.views)::bigint, sum(l.timed_views)::bigint, sum(l.time_total)::numeric, sum(l.recorded_views)::bigint, sum(l.entries)::bigint,
    sum(l.bounces)::bigint
  from linked l
  where l.views > 0
  group by l.date, l.dimension, l.value_no, l.prev_date;
end
$$;`,
  },
  {
    name: "views_by_fact_of_dates",
    file: "functions/breakdowns/counts-of-dates.sql",
    line: 135,
    sql: `-- How many views and visitors have each value of a range of which these dates are read from page views, and the others are kept? Columns as in
-- views_by_fact. Who had the value on no date of the range before is new on that date: these add up.
create or replace function :schema.views_by_fact_of_dates(
  p_breakdown_no integer, p_start_date date, p_end_date date, p_dates date[], p_dimension text, p_until timestamp
) returns table (
  value text, is_total boolean, visitors bigint, accounts bigint, views numeric, timed_views numeric, time_total numeric,
  recorded_views numeric, entries numeric, bounces numeric
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
begin
  return query
  with
  counted as materialized (
    select
      d.value_no, sum(d.visitors - coalesce(d.again_since[p.place], 0)) as visitors,
      sum(coalesce(d.accounts, 0) - coalesce(d.accounts_again_since[p.place], 0)) as accounts, sum(d.views) as views,
      coalesce(sum(d.timed_views), 0) as timed_views, coalesce(sum(d.time_total), 0) as time_total,
      coalesce(sum(d.recorded_views), 0) as recorded_views, coalesce(sum(d.entries), 0) as entries, coalesce(sum(d.bounces), 0) as bounces
    from :schema.analytics_breakdown_days d
    -- the first of the dates before it that is in the range
    cross join lateral (select width_bucket(p_start_date - 1, d.prev_dates) + 1 as place) p
    where d.breakdown_no = p_breakdown_no and d.dimension = p_dimension and d.date between p_start_date and p_end_date
      and d.date not in (select u.date from unnest(p_dates) u (date))
    group by d.value_no
    union all
    select
      c.value_no, sum(c.visitors) filter (where c.prev_date is null), sum(c.accounts) filter (where c.prev_date is null), sum(c.views),
      sum(c.timed_views), sum(c.time_total), sum(c.recorded_views), sum(c.entries), sum(c.bounces)
    from :schema.analytics_breakdowns b
    cross join lateral :schema.counts_of_dates(
      b.entity_type, b.entity_id, p_dates, array[p_dimension], p_start_date, p_until
    ) c
    where b.breakdown_no = p_breakdown_no and p_dates <> '{}'
    group by c.value_no
  ),
  named as (
    select
      n.value_no,
      case
        when n.value_no = 0 then null
        when p_dimension = 'visitor_kind' then case n.value_no when 1 then 'account' else 'anonymous' end
        else :schema.fact_of_view(
          p_dimension, (select s from :schema.analytics_sources s where s.source_no = n.value_no),
          (select d from :schema.analytics_devices d where d.device_no = n.value_no), null
        )
      end as value
    from (select distinct c.value_no from counted c) n
  )
  select
    n.value, false, coalesce(sum(c.visitors), 0)::bigint, coalesce(sum(c.accounts), 0)::bigint, sum(c.views), sum(c.timed_views),
    sum(c.time_total), case when p_dimension <> 'visitor_kind' then sum(c.recorded_views) end, sum(c.entries), sum(c.bounces)
  from counted c
  join named n on n.value_no = c.value_no
  group by n.value;
end
$$;`,
  },
  {
    name: "dates_to_count",
    file: "functions/breakdowns/dates-to-count.sql",
    line: 1,
    sql: `-- Breakdowns that are kept: of each date of some entities, how many views and visitors each value of each dimension had. They are counted from
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
$$;`,
  },
  {
    name: "count_dates_again",
    file: "functions/breakdowns/dates-to-count.sql",
    line: 51,
    sql: `-- Note that these dates of an entity are to be counted again.
create or replace function :schema.count_dates_again(p_breakdown_no integer, p_dates date[]) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.analytics_breakdown_changes (breakdown_no, date)
  select p_breakdown_no, d.date
  from (select distinct u.date from unnest(p_dates) u (date)) d
  where d.date >= (select coalesce(s.sealed_before, '-infinity') from :schema.analytics_settings s);
end;`,
  },
  {
    name: "count_changes_again",
    file: "functions/breakdowns/dates-to-count.sql",
    line: 62,
    sql: `-- Note which dates these changes, which are being folded, make others.
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
$$;`,
  },
  {
    name: "count_entries_again",
    file: "functions/breakdowns/dates-to-count.sql",
    line: 85,
    sql: `-- Note on which dates these sessions, which are being stored, enter elsewhere, or bounce or no longer.
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
$$;`,
  },
  {
    name: "reporting_zone",
    file: "functions/lookups/rollup-rows.sql",
    line: 1,
    sql: `-- Look-ups in the rollups. They are inlined into the statements that use them.
--
-- What is found by a hash is compared with "is not distinct from" afterwards: "=" would let the planner take another index,
-- by the entity alone, and read all of its rows. A limit keeps a single probe what it is: without one, the planner may
-- choose to read the whole table once instead.

-- In which zone are dates and hours cut? With the limit it is known to be one row, whatever was last analyzed.
create or replace function :schema.reporting_zone() returns table (time_zone text)
language sql stable
begin atomic
  select s.time_zone from :schema.analytics_settings s limit 1;
end;`,
  },
  {
    name: "count_entities_again",
    file: "functions/breakdowns/dates-to-count.sql",
    line: 102,
    sql: `-- Note that these entities, or of these those of p_ids, when given, are to be counted again, all dates of them.
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
end;`,
  },
  {
    name: "dates_not_kept",
    file: "functions/breakdowns/dates-to-count.sql",
    line: 127,
    sql: `-- On which of these dates is what is kept not what page views say now, with all that is pending? What is kept of the date on which p_until cuts
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
$$;`,
  },
  {
    name: "kept_dimensions",
    file: "functions/breakdowns/keeping.sql",
    line: 1,
    sql: `-- Keeping breakdowns: of which entities, and counting what is out of date.

-- Which dimensions are kept?
create or replace function :schema.kept_dimensions() returns text[]
language sql immutable parallel safe
begin atomic
  select '{channel,source,referrer_host,surface,utm_source,utm_medium,utm_campaign,device,browser,os,country,visitor_kind}'::text[];
end;`,
  },
  {
    name: "reporting_date",
    file: "functions/reading-in/rebuild.sql",
    line: 318,
    sql: `-- Which date is it now, where dates are cut?
create or replace function :schema.reporting_date() returns date
language sql stable
begin atomic
  select (now() at time zone z.time_zone)::date from :schema.reporting_zone() z;
end;`,
  },
  {
    name: "breakdown_dates_due",
    file: "functions/breakdowns/keeping.sql",
    line: 10,
    sql: `-- How many dates are to be counted that are over?
create or replace function :schema.breakdown_dates_due() returns bigint
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select count(*)
  from (select distinct c.breakdown_no, c.date from :schema.analytics_breakdown_changes c where c.date < :schema.reporting_date()) c;
end;`,
  },
  {
    name: "count_breakdowns_step",
    file: "functions/breakdowns/keeping.sql",
    line: 19,
    sql: `-- Count some dates that are out of date, of one entity, with about p_limit page views together. Not those that are not over: they would be out of
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
$$;`,
  },
  {
    name: "keeps_owners",
    file: "functions/levels/groups.sql",
    line: 58,
    sql: `-- Are owners captured, and so known of sessions?
create or replace function :schema.keeps_owners() returns boolean
language sql stable
begin atomic
  select 'owner' = any (s.levels) or coalesce(s.level_positions -> 'owner' ->> 'phase' <> 'removing', false)
  from :schema.analytics_settings s
  limit 1;
end;`,
  },
  {
    name: "counted_time",
    file: "functions/keys/keys.sql",
    line: 68,
    sql: `-- How many seconds on the page count? What is below zero or more than an integer holds is not known.
create or replace function :schema.counted_time(p_time_on_page bigint) returns integer
language sql immutable parallel safe
begin atomic
  select case when p_time_on_page between 0 and 2147483647 then p_time_on_page::integer end;
end;`,
  },
  {
    name: "captured_columns",
    file: "functions/folding/capture.sql",
    line: 26,
    sql: `-- What is captured of this row of the host's table? The body of this function knows columns by their numbers and not by their names: a host
-- that renames one goes on writing. It is inlined, and a trigger reads the same columns as if it named them.
create or replace function :schema.captured_columns(p_page_view :page_views) returns table (
  entity_type text, entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type,
  owner_id :entity_id_type, viewed_at timestamptz, time_on_page bigint
)
language sql stable
begin atomic
  select :captured_columns;
end;`,
  },
  {
    name: "is_group_type",
    file: "functions/levels/groups.sql",
    line: 15,
    sql: `-- Is this the entity_type of a group?
create or replace function :schema.is_group_type(p_entity_type text) returns boolean
language sql immutable parallel safe
begin atomic
  select starts_with(p_entity_type, 'headcount:');
end;`,
  },
  {
    name: "why_left_out",
    file: "functions/keys/keys.sql",
    line: 75,
    sql: `-- Why can a view not be counted? NULL when it can. Every key has room for ids of together so many bytes; infinity has no date.
create or replace function :schema.why_left_out(
  p_entity_type text, p_entity_id :entity_id_type, p_account_id :account_id_type, p_session_id :session_id_type,
  p_visitor_id :session_id_type, p_viewed_at timestamptz
) returns "char"
language sql immutable parallel safe
begin atomic
  select case
    when p_entity_type is null then 'e'::"char"
    when :schema.is_group_type(p_entity_type) then 'r'::"char"
    when p_viewed_at is null
      or p_viewed_at < timestamptz '0001-01-02 00:00:00+00' or p_viewed_at >= timestamptz '9999-12-31 00:00:00+00' then 't'::"char"
    -- the type last: what is no text is nothing to add then, and not four additions of 0 to each
    when case when :'entity_id_type' = 'text' then coalesce(octet_length(p_entity_id::text), 0) else 0 end
      + case when :'account_id_type' = 'text' then coalesce(octet_length(p_account_id::text), 0) else 0 end
      + case when :'session_id_type' = 'text' then coalesce(octet_length(p_session_id::text), 0) else 0 end
      + case when :'session_id_type' = 'text' then coalesce(octet_length(p_visitor_id::text), 0) else 0 end
      + octet_length(p_entity_type) > :max_id_bytes
      then 'i'::"char"
  end;
end;`,
  },
  {
    name: "captured_of_row",
    file: "functions/breakdowns/keeping.sql",
    line: 101,
    sql: `-- What is captured of a row, given by the names of its columns: a partition may have them in another order. The body knows the table by its number,
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
end;`,
  },
  {
    name: "capture_edited_facts",
    file: "functions/breakdowns/keeping.sql",
    line: 120,
    sql: `-- Where a page view came from, or with what it was viewed, was edited: nothing but breakdowns depends on it. Captured as one more such view, and one
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
$$;`,
  },
  {
    name: "capture_facts",
    file: "functions/breakdowns/keeping.sql",
    line: 148,
    sql: `-- Capture edited facts while breakdowns are kept, and not otherwise. Partitions get this trigger from the table that they are of; what inherits from
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
$$;`,
  },
  {
    name: "begin_keeping",
    file: "functions/breakdowns/keeping.sql",
    line: 176,
    sql: `-- Nobody writes page views, and nobody folds, while breakdowns begin or end to be kept: see begin_switching.
create or replace function :schema.begin_keeping() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('lock_timeout', '1s', true);
  lock table :page_views in share row exclusive mode;
  perform :schema.begin_rebuild();
end
$$;`,
  },
  {
    name: "add_breakdowns",
    file: "functions/breakdowns/keeping.sql",
    line: 188,
    sql: `-- Keep the breakdowns of this entity from now on: all its dates are to be counted. Says whether they were not kept before.
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
$$;`,
  },
  {
    name: "remove_breakdowns",
    file: "functions/breakdowns/keeping.sql",
    line: 206,
    sql: `-- Keep the breakdowns of this entity no longer. Says whether they were kept.
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
$$;`,
  },
  {
    name: "delete_removed_breakdowns",
    file: "functions/breakdowns/keeping.sql",
    line: 222,
    sql: `-- Delete what was kept of entities whose breakdowns are kept no longer: by itself, so that nobody waits for it.
create or replace function :schema.delete_removed_breakdowns() returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  delete from :schema.analytics_breakdown_changes c where c.breakdown_no not in (select b.breakdown_no from :schema.analytics_breakdowns b);
  delete from :schema.analytics_breakdown_days d where d.breakdown_no not in (select b.breakdown_no from :schema.analytics_breakdowns b);
end;`,
  },
  {
    name: "has_room_for_fact",
    file: "functions/collecting/fact-numbers.sql",
    line: 1,
    sql: `-- The numbers of what page views came from and were viewed with. What has none gets one, as long as there is room: names come from
-- anybody's address bar, and without a bound one script would fill these tables for ever.
--
-- p_kind is source or device. Names are those of the combination, from what is coarse to what is fine:
--
--   source   channel, source, referrer_host, surface, utm_source, utm_medium; utm_campaign
--   device   device, country; browser, os

-- Is there room for another combination? For 1,000 new ones a day and for 100,000 in all, the last tenth of which is kept for those
-- without their finest names.
create or replace function :schema.has_room_for_fact(p_kind text, p_is_short boolean) returns boolean
language sql stable
begin atomic
  select
    (
      select count(*) from :schema.analytics_sources s where p_kind = 'source' and s.first_seen > now() - interval '1 day'
    ) + (
      select count(*) from :schema.analytics_devices d where p_kind = 'device' and d.first_seen > now() - interval '1 day'
    ) < case when p_is_short then 1000 else 900 end
    and (
      select count(*) from :schema.analytics_sources where p_kind = 'source'
    ) + (
      select count(*) from :schema.analytics_devices where p_kind = 'device'
    ) < case when p_is_short then 100000 else 90000 end;
end;`,
  },
  {
    name: "known_fact_number",
    file: "functions/collecting/fact-numbers.sql",
    line: 27,
    sql: `-- Which number has this combination? NULL when it has none.
create or replace function :schema.known_fact_number(p_kind text, p_names text[]) returns integer
language sql stable
begin atomic
  select s.source_no from :schema.analytics_sources s
  where p_kind = 'source' and p_names
    = array[s.channel, s.source, s.referrer_host, s.surface, s.utm_source, s.utm_medium, s.utm_campaign]
  union all
  select d.device_no from :schema.analytics_devices d
  where p_kind = 'device' and array[p_names[1], p_names[3], p_names[4], p_names[2]] = array[d.device, d.browser, d.os, d.country];
end;`,
  },
  {
    name: "fact_number",
    file: "functions/collecting/fact-numbers.sql",
    line: 39,
    sql: `-- Which number has this combination, which gets one when it has none? Where there is no room for it, that of the one with other finest
-- names; and where that has no number and gets none, that of all others of its channel, or of its kind of device.
create or replace function :schema.fact_number(p_kind text, p_names text[]) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_finest integer := case p_kind when 'source' then 7 else 3 end;
  v_is_short boolean := cardinality(array_remove(p_names[v_finest:], null)) = 0;
  v_others_from integer;
  v_names text[];
  v_number integer;
begin
  foreach v_others_from in array array[cardinality(p_names) + 1, v_finest, 2] loop
    v_names := array(
      select case when n.name is null or n.nth < v_others_from then n.name else '(other)' end
      from unnest(p_names) with ordinality n (name, nth)
      order by n.nth
    );
    v_number := :schema.known_fact_number(p_kind, v_names);
    if v_number is null and (v_others_from = 2 or :schema.has_room_for_fact(p_kind, v_is_short or v_others_from = v_finest)) then
      if p_kind = 'source' then
        insert into :schema.analytics_sources (channel, source, referrer_host, surface, utm_source, utm_medium, utm_campaign)
        values (v_names[1], v_names[2], v_names[3], v_names[4], v_names[5], v_names[6], v_names[7])
        on conflict do nothing;
      else
        insert into :schema.analytics_devices (device, country, browser, os)
        values (v_names[1], v_names[2], v_names[3], v_names[4])
        on conflict do nothing;
      end if;
      -- ours, or that of somebody else, who has added it in the meantime
      v_number := :schema.known_fact_number(p_kind, v_names);
    end if;
    exit when v_number is not null;
  end loop;
  return v_number;
end
$$;`,
  },
  {
    name: "fact_numbers",
    file: "functions/collecting/fact-numbers.sql",
    line: 78,
    sql: `-- Which numbers have these combinations? As arrays of names in JSON, and in their order; they are added in one order by all, so that
-- two who add the same wait for each other and do not deadlock.
-- Runs with the rights of its owner: a role that collects needs no right on what others collected.
create or replace function :schema.fact_numbers(p_kind text, p_combinations text) returns text
language plpgsql volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_combination record;
  v_numbers integer[];
begin
  for v_combination in
    select c.nth, array(select n.name from jsonb_array_elements_text(c.names) with ordinality n (name, nth) order by n.nth) as names
    from jsonb_array_elements(p_combinations::jsonb) with ordinality c (names, nth)
    order by c.names
  loop
    v_numbers[v_combination.nth] := :schema.fact_number(p_kind, v_combination.names);
  end loop;
  return to_json(v_numbers);
end
$$;`,
  },
  {
    name: "identify_session",
    file: "functions/collecting/identify-session.sql",
    line: 1,
    sql: `-- Whose a session turned out to be.

-- Give the anonymous views of this session since an instant to this account; those that have an account keep it. Of two calls
-- at once, the first has them. Returns how many became the account's.
create or replace function :schema.identify_session(
  p_session_id :session_id_type, p_account_id :account_id_type, p_since timestamptz default '-infinity'
) returns bigint
language sql volatile
begin atomic
  with identified as (
    update :page_views set :account_id_column = p_account_id:::written_account_id
    where :session_id_value = p_session_id and :account_id_column is null and :viewed_at_value >= p_since and :ids_fit
    returning 1
  )
  select count(*) from identified;
end;`,
  },
  {
    name: "identify_visitor",
    file: "functions/collecting/identify-visitor.sql",
    line: 1,
    sql: `-- Whose a browser turned out to be.

-- Give the anonymous views of this browser since an instant to this account, as identify_session does those of a session.
create or replace function :schema.identify_visitor(
  p_visitor_id :session_id_type, p_account_id :account_id_type, p_since timestamptz
) returns bigint
language sql volatile
begin atomic
  with identified as (
    update :page_views set :account_id_column = p_account_id:::written_account_id
    where :visitor_id_value = p_visitor_id and :account_id_column is null and :viewed_at_value >= p_since and :ids_fit
    returning 1
  )
  select count(*) from identified;
end;`,
  },
  {
    name: "visitor_secret",
    file: "functions/collecting/visitor-secret.sql",
    line: 1,
    sql: `-- The secret under which collection hashes address and user agent into a visitor_id of one date, and from when until when that
-- date lasts: NULL for dates before yesterday. It is made when it is first asked for, and deleted when it is two days old.
-- Runs with the rights of its owner, so that nobody can read the secrets of other dates.
create or replace function :schema.visitor_secret(
  p_instant timestamptz, out secret bytea, out valid_from timestamptz, out valid_until timestamptz
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_today date := (now() at time zone v_time_zone)::date;
  v_date date := (p_instant at time zone v_time_zone)::date;
begin
  valid_from := v_date::timestamp at time zone v_time_zone;
  valid_until := (v_date + 1)::timestamp at time zone v_time_zone;
  delete from :schema.analytics_secrets s where s.purpose = 'visitor' and s.date < v_today - 1;
  if v_date between v_today - 1 and v_today + 1 then
    insert into :schema.analytics_secrets (purpose, date, secret)
    select 'visitor', v_date, string_agg(uuid_send(gen_random_uuid()), ''::bytea) from generate_series(1, 4)
    on conflict do nothing;
    secret := (select s.secret from :schema.analytics_secrets s where s.purpose = 'visitor' and s.date = v_date);
  end if;
end
$$;`,
  },
  {
    name: "is_again_in",
    file: "functions/deltas/day-deltas.sql",
    line: 1,
    sql: `-- What the deltas of visitor-days do to an entity's dates, their hours and their returns: differences, to be added.

-- Is a visitor with this return date here again since the period began that the date is in?
create or replace function :schema.is_again_in(p_period text, p_date date, p_prev_date date) returns boolean
language sql immutable parallel safe
begin atomic
  select coalesce(p_prev_date >= date_trunc(p_period, p_date::timestamp)::date, false);
end;`,
  },
  {
    name: "packed_hour",
    file: "functions/lookups/rollup-rows.sql",
    line: 105,
    sql: `-- One record of an hour, as analytics_hours has it.
create or replace function :schema.packed_hour(
  p_hour smallint, p_views bigint, p_timed_views bigint, p_time_total bigint, p_visitors bigint, p_accounts bigint,
  p_entries bigint, p_bounces bigint
) returns integer[]
language sql immutable parallel safe
begin atomic
  select array[
    p_hour, p_views::integer, p_timed_views::integer, (p_time_total >> 30)::integer, (p_time_total & 1073741823)::integer,
    p_visitors::integer, p_accounts::integer, p_entries::integer, p_bounces::integer
  ];
end;`,
  },
  {
    name: "day_deltas",
    file: "functions/deltas/day-deltas.sql",
    line: 10,
    sql: `-- What do changes, the deltas of their visitor-days, and entries do to dates and their hours?
-- Visitors of a date are not those of its hours added up, so both are counted and put together.
create or replace function :schema.day_deltas(
  p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[], p_entries :schema.entry_delta[]
) returns setof :schema.day_delta
language sql stable
begin atomic
  with
  states as (
    select
      d.entity_type, d.entity_id, d.date, s.sign, (s.state).prev_date as prev_date, (s.state).hours_seen as hours_seen,
      s.sign * (d.kind = 'a')::integer as accounts
    from unnest(p_days) d
    -- of VALUES, each row would be prepared anew for each of them
    cross join generate_series(-1, 1, 2) g (sign)
    cross join lateral (select case when g.sign > 0 then d.after else d.before end as state, g.sign) s
    where (s.state).views <> 0
      and ((d.after).views is null or (d.before).views is null
        or (d.after).prev_date is distinct from (d.before).prev_date or (d.after).hours_seen <> (d.before).hours_seen)
  ),
  hours as (
    select
      h.entity_type, h.entity_id, h.date, h.hour, sum(h.views)::integer as views, sum(h.timed_views)::integer as timed_views,
      sum(h.time_total)::bigint as time_total, sum(h.visitors)::integer as visitors, sum(h.accounts)::integer as accounts,
      sum(h.entries)::integer as entries, sum(h.bounces)::integer as bounces
    from (
      select
        c.entity_type, c.entity_id, local.time::date as date, date_part('hour', local.time)::integer as hour,
        c.sign::integer as views, case when c.time_on_page is not null then c.sign::integer end as timed_views,
        c.sign * c.time_on_page::bigint as time_total,
        null::integer as visitors, null::integer as accounts, null::integer as entries, null::integer as bounces
      from :schema.reporting_zone() z
      cross join unnest(p_changes) c
      cross join lateral (select c.viewed_at at time zone z.time_zone as time) local
      where c.sign <> 0
      union all
      select e.entity_type, e.entity_id, e.date, e.hour, null, null, null, null, null, e.entries, e.bounces
      from unnest(p_entries) e
      union all
      -- most were seen in one hour: the number of the bits below its own
      select
        s.entity_type, s.entity_id, s.date, bit_count((s.hours_seen - 1)::bit(24))::integer,
        null, null, null, s.sign, s.accounts, null, null
      from states s
      where s.hours_seen & (s.hours_seen - 1) = 0
      union all
      select s.entity_type, s.entity_id, s.date, h.hour, null, null, null, s.sign, s.accounts, null, null
      from states s
      cross join lateral generate_series(0, 23) h (hour)
      where s.hours_seen & (s.hours_seen - 1) <> 0 and s.hours_seen & (1 << h.hour) <> 0
    ) h
    group by h.entity_id, h.date, h.hour, h.entity_type
  ),
  dates as (
    select
      h.entity_type, h.entity_id, h.date, sum(h.views)::integer as views, sum(h.timed_views)::integer as timed_views,
      sum(h.time_total)::bigint as time_total, sum(h.entries)::integer as entries, sum(h.bounces)::integer as bounces,
      array_agg(
        :schema.packed_hour(
          h.hour::smallint, coalesce(h.views, 0), coalesce(h.timed_views, 0), coalesce(h.time_total, 0), coalesce(h.visitors, 0),
          coalesce(h.accounts, 0), coalesce(h.entries, 0), coalesce(h.bounces, 0)
        )
      ) as hours
    from hours h
    -- what nothing is said of, is nothing: entries that come and go alone would leave an hour, and a date, without anything
    where h.views <> 0 or h.timed_views <> 0 or h.time_total <> 0 or h.visitors <> 0 or h.accounts <> 0 or h.entries <> 0 or h.bounces <> 0
    group by h.entity_id, h.date, h.entity_type
  ),
  visitors as (
    select
      s.entity_type, s.entity_id, s.date, sum(s.sign)::integer as visitors, sum(s.accounts)::integer as accounts,
      sum(s.sign * again.ever)::integer as ever, sum(s.accounts * again.ever)::integer as ever_accounts,
      sum(s.sign * again.week)::integer as week, sum(s.accounts * again.week)::integer as week_accounts,
      sum(s.sign * again.month)::integer as month, sum(s.accounts * again.month)::integer as month_accounts,
      sum(s.sign * again.quarter)::integer as quarter, sum(s.accounts * again.quarter)::integer as quarter_accounts,
      sum(s.sign * again.year)::integer as year, sum(s.accounts * again.year)::integer as year_accounts
    from states s
    -- most are there for the first time: nothing is added for them
    left join lateral (
      select
        1 as ever,
        :schema.is_again_in('week', s.date, s.prev_date)::integer as week,
        :schema.is_again_in('month', s.date, s.prev_date)::integer as month,
        :schema.is_again_in('quarter', s.date, s.prev_date)::integer as quarter,
        :schema.is_again_in('year', s.date, s.prev_date)::integer as year
      where s.prev_date is not null
    ) again on true
    group by s.entity_id, s.date, s.entity_type
  )
  select
    coalesce(d.entity_type, v.entity_type), coalesce(d.entity_id, v.entity_id), coalesce(d.date, v.date),
    coalesce(d.views, 0), coalesce(d.timed_views, 0), coalesce(d.time_total, 0),
    coalesce(v.visitors, 0), coalesce(v.accounts, 0), coalesce(d.entries, 0), coalesce(d.bounces, 0),
    coalesce(v.ever, 0), coalesce(v.ever_accounts, 0), coalesce(v.week, 0), coalesce(v.week_accounts, 0),
    coalesce(v.month, 0), coalesce(v.month_accounts, 0), coalesce(v.quarter, 0), coalesce(v.quarter_accounts, 0),
    coalesce(v.year, 0), coalesce(v.year_accounts, 0), d.hours
  from dates d
  full join visitors v on v.entity_id = d.entity_id and v.date = d.date and v.entity_type = d.entity_type;
end;`,
  },
  {
    name: "return_deltas",
    file: "functions/deltas/day-deltas.sql",
    line: 110,
    sql: `-- What do the deltas of visitor-days do to the returns?
create or replace function :schema.return_deltas(p_days :schema.visitor_day_delta[]) returns setof :schema.return_delta
language sql stable
begin atomic
  select
    d.entity_type, d.entity_id, d.date, (s.state).prev_date,
    sum(s.sign)::integer, sum(s.sign * (d.kind = 'a')::integer)::integer
  from unnest(p_days) d
  cross join generate_series(-1, 1, 2) g (sign)
  cross join lateral (select case when g.sign > 0 then d.after else d.before end as state, g.sign) s
  where (s.state).prev_date is not null and (d.before).prev_date is distinct from (d.after).prev_date
  group by d.entity_id, d.date, (s.state).prev_date, d.entity_type
  having sum(s.sign) <> 0 or sum(s.sign * (d.kind = 'a')::integer) <> 0;
end;`,
  },
  {
    name: "days_again",
    file: "functions/deltas/days-again.sql",
    line: 1,
    sql: `-- Visitors' days that lose views and keep some. What they keep is in page views, less what is pending besides the changes in hand:
-- pending additions stand there already and are not counted yet, and what is about to be taken away is gone there and still counted.

-- Which were the hours, the first and the last view of these days, without what was added by p_changes? No row where what is stored stays, because
-- page views are gone that were counted (a dropped partition, a pruned month): then it is a bound.
--
-- A day with few views is read whole, and its count says whether any are gone. Of one with many, page views are only asked for what was lost:
--   an hour   of as many views as are pending there, and one more, at least one is counted;
--   an end    it is the next one inwards, in the same hour, where the other end is there as well. Views that are gone between the two would not be
--             noticed by that: days of up to some thousand views are counted too. Of more, counting costs more than the rest of a fold of few changes.
-- Where that proves nothing, the day is read whole as well. In a sealed month page views are known to be gone; where the clock was changed between the
-- first view and the last, an hour is not one stretch of time; of a group, and of page views without entity, no index has a visitor's in their order.
create or replace function :schema.days_again(p_days :schema.losing_day[], p_changes :schema.page_view_changes[])
returns table (nth bigint, date date, hours_seen integer, first_view timestamptz, last_view timestamptz)
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  -- up to so many views, one look-up of all of them costs no more than several of some
  c_few constant integer := 40;
  -- counting so many takes 1.5 ms, and a day of 100,000 takes 28
  c_counted constant integer := 5000;
begin
  return query
  with
  days as materialized (
    select
      d.*, l.first_local,
      coalesce(
        d.views > c_few and d.date >= coalesce(s.sealed_before, '-infinity') and d.last_view - d.first_view = l.last_local - l.first_local
          and d.entity_id <> :no_entity and not :schema.is_group_type(d.entity_type),
        false
      ) as is_probed
    from (select s.time_zone, s.sealed_before from :schema.analytics_settings s limit 1) s
    cross join unnest(p_days) d
    cross join lateral (
      select d.first_view at time zone s.time_zone as first_local, d.last_view at time zone s.time_zone as last_local
    ) l
  ),
  -- these days are joined whole: by the date alone, thousands of edits of one date would be compared with one another
  pending as materialized (
    select d.nth, d.date, q.viewed_at, date_part('hour', q.local_time)::integer as hour, q.sign
    from (
      select
        c.entity_type, c.entity_id, :schema.visitor_kind(c.account_id, c.session_id, c.visitor_id) as kind,
        :schema.visitor_of(c.account_id, c.session_id, c.visitor_id) as visitor_id, c.viewed_at,
        c.viewed_at at time zone s.time_zone as local_time, c.sign
      from :schema.reporting_zone() s
      cross join :schema.page_view_changes c
      where c.change_id not in (select p.change_id from unnest(p_changes) p)
      offset 0
    ) q
    join days d
      on d.visitor_id = q.visitor_id and d.date = q.local_time::date and d.entity_id = q.entity_id and d.kind = q.kind
      and d.entity_type = q.entity_type
  ),
  hours as (
    select d.nth, d.date, bit_or(1 << h.hour) as hours_kept
    from days d
    join generate_series(0, 23) h (hour) on d.hours_lost & (1 << h.hour) <> 0
    left join (
      select p.nth, p.date, p.hour, count(*) as added from pending p where p.sign > 0 group by p.nth, p.date, p.hour
    ) p on p.nth = d.nth and p.date = d.date and p.hour = h.hour
    cross join lateral (
      select count(*) as views
      from (select d.first_view + (d.date + make_interval(hours => h.hour) - d.first_local) as since) t
      cross join lateral :schema.outermost_views_of_visitor(
        d.entity_type, d.entity_id, d.kind, d.visitor_id, greatest(t.since, d.first_view),
        least(t.since + interval '1 hour' - interval '1 microsecond', d.last_view), coalesce(p.added, 0) + 1, false
      )
    ) v
    where d.is_probed and v.views > coalesce(p.added, 0)
    group by d.nth, d.date
  ),
  ends as (
    select d.nth, d.date, e.first_view, e.last_view
    from days d
    left join (
      select
        p.nth, p.date, count(*) filter (where p.sign > 0) as added, sum(p.sign) as views, array_agg(p.viewed_at) as instants,
        array_agg(-p.sign::integer) as signs
      from pending p
      group by p.nth, p.date
    ) p on p.nth = d.nth and p.date = d.date
    cross join lateral (
      select min(r.viewed_at) filter (where not r.latest) as first_view, max(r.viewed_at) filter (where r.latest) as last_view
      from (
        select l.latest, v.viewed_at
        from (values (false), (true)) l (latest)
        cross join lateral (
          select o.viewed_at, 1 as views
          from :schema.outermost_views_of_visitor(
            d.entity_type, d.entity_id, d.kind, d.visitor_id, d.first_view, d.last_view, coalesce(p.added, 0) + 1, l.latest
          ) o
          union all
          select i.viewed_at, i.views from unnest(p.instants, p.signs) i (viewed_at, views)
        ) v
        group by l.latest, v.viewed_at
        having sum(v.views) > 0
      ) r
    ) e
    where d.is_probed and d.loses_first <> d.loses_last
      and (
        d.views > c_counted
        or d.views + coalesce(p.views, 0) = (
          select count(*)
          from :schema.outermost_views_of_visitor(
            d.entity_type, d.entity_id, d.kind, d.visitor_id, d.first_view, d.last_view, null, false
          )
        )
      )
  ),
  probed as materialized (
    select
      d.nth, d.date, d.hours_seen, case when d.loses_first then e.first_view else d.first_view end as first_view,
      case when d.loses_last then e.last_view else d.last_view end as last_view
    from days d
    left join hours h on h.nth = d.nth and h.date = d.date
    left join ends e on e.nth = d.nth and e.date = d.date
    where d.is_probed and d.hours_lost & ~coalesce(h.hours_kept, 0) = 0
      and case
        when d.loses_first and d.loses_last then false
        when d.loses_first then e.last_view = d.last_view
        when d.loses_last then e.first_view = d.first_view
        else true
      end
  ),
  whole as materialized (
    select d.* from days d
    where (d.nth, d.date) not in (select p.nth, p.date from probed p)
  ),
  remaining as (
    select r.nth, r.date, r.viewed_at, sum(r.views) as views
    from (
      select d.nth, d.date, i.viewed_at, 1 as views
      from :schema.reporting_zone() s
      cross join whole d
      cross join lateral :schema.page_views_of_visitor(
        d.entity_type, d.entity_id, d.kind, d.visitor_id, d.date, d.date, s.time_zone
      ) i
      union all
      select p.nth, p.date, p.viewed_at, -p.sign from pending p
    ) r
    group by r.nth, r.date, r.viewed_at
    having sum(r.views) > 0
  )
  select p.nth, p.date, p.hours_seen, p.first_view, p.last_view from probed p
  union all
  select d.nth, d.date, r.hours_seen, r.first_view, r.last_view
  from (
    select
      r.nth, r.date, sum(r.views) as views, min(r.viewed_at) as first_view, max(r.viewed_at) as last_view,
      bit_or(1 << date_part('hour', r.viewed_at at time zone s.time_zone)::integer) as hours_seen
    from :schema.reporting_zone() s
    cross join remaining r
    group by r.nth, r.date
  ) r
  join whole d on d.nth = r.nth and d.date = r.date and d.views = r.views;
end
$$;`,
  },
  {
    name: "entity_day_key",
    file: "functions/keys/keys.sql",
    line: 20,
    sql: `-- Which number stands for what happened to an entity on the UTC date of an instant?
create or replace function :schema.entity_day_key(p_entity_type text, p_entity_id :entity_id_type, p_instant timestamptz)
returns bigint
language sql immutable parallel safe
begin atomic
  select (:entity_id_hash(p_entity_id, hashtextextended(p_entity_type, 0)) << 32)
    | ((p_instant at time zone 'UTC')::date - date '0001-01-01')::bigint;
end;`,
  },
  {
    name: "entity_date_key",
    file: "functions/lookups/visitors-of-dates.sql",
    line: 1,
    sql: `-- Look-ups of visitors by dates. They are inlined into the statements that use them.

-- Which number stands for what happened to an entity on this UTC date? Outside the years 1 to 9999 nothing is counted.
create or replace function :schema.entity_date_key(p_entity_type text, p_entity_id :entity_id_type, p_date date) returns bigint
language sql immutable parallel safe
begin atomic
  select :schema.entity_day_key(
    p_entity_type, p_entity_id,
    least(greatest(p_date, date '0001-01-01'), date '9999-12-31')::timestamp at time zone 'UTC'
  );
end;`,
  },
  {
    name: "singles_of",
    file: "functions/lookups/visitors-of-dates.sql",
    line: 13,
    sql: `-- Who viewed this entity once ever, on one of these dates? The index gets a day's margin, because it has the dates of UTC, and
-- the label decides. Two entities may share a number, so the entity is compared in full; see visitor_at for how.
create or replace function :schema.singles_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_entity_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_entity_visitors v
  where :schema.entity_day_key(v.entity_type, v.entity_id, v.first_visit)
      between :schema.entity_date_key(p_entity_type, p_entity_id, p_start_date - 1)
      and :schema.entity_date_key(p_entity_type, p_entity_id, p_end_date + 1)
    and v.entity_id is not distinct from p_entity_id and v.entity_type is not distinct from p_entity_type
    and v.visit_count is null
    and (v.first_visit at time zone (select s.time_zone from :schema.analytics_settings s))::date
      between p_start_date and p_end_date;
end;`,
  },
  {
    name: "sealed_bounds",
    file: "functions/deltas/entity-deltas.sql",
    line: 1,
    sql: `-- What changes do to the totals of all time of their entities.

-- When were the first and the latest view of this entity in sealed months, by what is stored of visitors, and of views by nobody that were
-- pruned? Those that were not are in page views. NULL where there were none.
create or replace function :schema.sealed_bounds(
  p_entity_type text, p_entity_id :entity_id_type, out first_view timestamptz, out last_view timestamptz
)
language sql stable
begin atomic
  select least(k.first_view, b.first_view), greatest(k.last_view, b.last_view)
  from (
    select min(v.first_view) filter (where d.is_first) as first_view, max(v.last_view) filter (where not d.is_first) as last_view
    from :schema.analytics_settings s
    cross join lateral (
      (
        select true as is_first, d.date from :schema.analytics_days d
        where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date < s.sealed_before and d.visitors > 0
        order by d.date limit 1
      )
      union all
      (
        select false, d.date from :schema.analytics_days d
        where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date < s.sealed_before and d.visitors > 0
        order by d.date desc limit 1
      )
    ) d
    cross join lateral (
      select y.first_view, y.last_view from :schema.analytics_visitor_days y
      where y.entity_type = p_entity_type and y.entity_id = p_entity_id and y.date = d.date
      union all
      select o.first_visit, o.first_visit from :schema.singles_of(p_entity_type, p_entity_id, d.date, d.date) o
    ) v
  ) k
  left join :schema.analytics_pruned_bounds b on b.entity_type = p_entity_type and b.entity_id = p_entity_id;
end;`,
  },
  {
    name: "entity_slot",
    file: "functions/keys/keys.sql",
    line: 29,
    sql: `-- In which of the eight slots are the changes of an entity?
create or replace function :schema.entity_slot(p_entity_type text, p_entity_id :entity_id_type) returns smallint
language sql immutable parallel safe
begin atomic
  select (:entity_id_hash(p_entity_id, hashtextextended(p_entity_type, 0)) & 7)::smallint;
end;`,
  },
  {
    name: "is_counted",
    file: "functions/reading-in/page-views-to-read.sql",
    line: 1,
    sql: `-- Which page views may be read, and by whom.

-- Is this page view counted? The planner takes "why_left_out() is null" for true once in 200 times, and nearly all are counted:
-- it would plan for a handful of them. It takes this for true 199 times in 200.
create or replace function :schema.is_counted(
  p_entity_type text, p_entity_id :entity_id_type, p_account_id :account_id_type, p_session_id :session_id_type,
  p_visitor_id :session_id_type, p_viewed_at timestamptz
) returns boolean
language sql immutable parallel safe
begin atomic
  select case
    when :schema.why_left_out(p_entity_type, p_entity_id, p_account_id, p_session_id, p_visitor_id, p_viewed_at) is null then 0
  end <> 1;
end;`,
  },
  {
    name: "views_of_group",
    file: "functions/levels/groups.sql",
    line: 269,
    sql: `-- When were the first p_limit views of this group, or the latest?
create or replace function :schema.views_of_group(
  p_group_type text, p_group_id :entity_id_type, p_limit bigint, p_latest boolean
) returns table (viewed_at timestamptz)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set enable_sort = off
as $$
#variable_conflict use_column
begin
  if p_group_type = 'headcount:owner' and p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.owner_id = p_group_id
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    order by pv.viewed_at desc limit p_limit;
  elsif p_group_type = 'headcount:owner' then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.owner_id = p_group_id
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    order by pv.viewed_at limit p_limit;
  elsif p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where :schema.is_of_group(p_group_type, p_group_id, pv.entity_type, pv.owner_id)
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    order by pv.viewed_at desc limit p_limit;
  else
    return query
    select pv.viewed_at from :page_view_rows pv
    where :schema.is_of_group(p_group_type, p_group_id, pv.entity_type, pv.owner_id)
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    order by pv.viewed_at limit p_limit;
  end if;
end
$$;`,
  },
  {
    name: "outermost_views_of",
    file: "functions/lookups/page-views.sql",
    line: 64,
    sql: `-- When were the first p_limit views of this entity, or of this group, or the latest?
create or replace function :schema.outermost_views_of(
  p_entity_type text, p_entity_id :entity_id_type, p_limit bigint, p_latest boolean
) returns table (viewed_at timestamptz)
language sql stable
begin atomic
  select v.viewed_at
  from (
    (
      select pv.viewed_at from :page_view_rows pv
      where not p_latest and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
        and :schema.is_counted(p_entity_type, p_entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      order by pv.viewed_at limit p_limit
    )
    union all
    (
      select pv.viewed_at from :page_view_rows pv
      where p_latest and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
        and :schema.is_counted(p_entity_type, p_entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      order by pv.viewed_at desc limit p_limit
    )
    union all
    (
      select pv.viewed_at from :page_view_rows pv
      where not p_latest and p_entity_id = :no_entity and pv.entity_type = p_entity_type and pv.entity_id is null
        and :schema.is_counted(p_entity_type, p_entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      order by pv.viewed_at limit p_limit
    )
    union all
    (
      select pv.viewed_at from :page_view_rows pv
      where p_latest and p_entity_id = :no_entity and pv.entity_type = p_entity_type and pv.entity_id is null
        and :schema.is_counted(p_entity_type, p_entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      order by pv.viewed_at desc limit p_limit
    )
    union all
    select g.viewed_at
    from (select 1 where :schema.is_group_type(p_entity_type)) o
    cross join lateral :schema.views_of_group(p_entity_type, p_entity_id, p_limit, p_latest) g
  ) v
  order by case when p_latest then v.viewed_at end desc, v.viewed_at
  limit p_limit;
end;`,
  },
  {
    name: "bounds_again",
    file: "functions/deltas/entity-deltas.sql",
    line: 37,
    sql: `-- Which are the first and the latest view of these entities, by page views less what is pending besides p_changes, and by what is stored of
-- sealed months? NULL where page views are gone otherwise. Of as many views as are pending, and one more, at least one is not.
create or replace function :schema.bounds_again(p_entities :schema.entity_key[], p_changes :schema.page_view_changes[])
returns table (entity_type text, entity_id :entity_id_type, first_view timestamptz, last_view timestamptz)
language sql stable
begin atomic
  with
  pending as materialized (
    select q.entity_type, q.entity_id, q.viewed_at, q.sign
    from :schema.page_view_changes q
    join unnest(p_entities) e on e.entity_id = q.entity_id and e.entity_type = q.entity_type
    where q.sign <> 0 and q.change_id not in (select c.change_id from unnest(p_changes) c)
      and q.slot = any (array(select distinct :schema.entity_slot(k.entity_type, k.entity_id) from unnest(p_entities) k))
  )
  select e.entity_type, e.entity_id, least(b.first_view, s.first_view), greatest(b.last_view, s.last_view)
  from unnest(p_entities) e
  cross join lateral :schema.sealed_bounds(e.entity_type, e.entity_id) s
  left join (
    select p.entity_type, p.entity_id, count(*) as views, array_agg(p.viewed_at) as instants, array_agg(-p.sign::integer) as signs
    from pending p
    group by p.entity_type, p.entity_id
  ) p on p.entity_id = e.entity_id and p.entity_type = e.entity_type
  cross join lateral (
    select min(r.viewed_at) filter (where not r.latest) as first_view, max(r.viewed_at) filter (where r.latest) as last_view
    from (
      select d.latest, v.viewed_at
      from (values (false), (true)) d (latest)
      cross join lateral (
        select i.viewed_at, 1 as views
        from :schema.outermost_views_of(e.entity_type, e.entity_id, coalesce(p.views, 0) + 1, d.latest) i
        union all
        select i.viewed_at, i.views from unnest(p.instants, p.signs) i (viewed_at, views)
      ) v
      group by d.latest, v.viewed_at
      having sum(v.views) > 0
    ) r
  ) b;
end;`,
  },
  {
    name: "entity_at",
    file: "functions/lookups/rollup-rows.sql",
    line: 67,
    sql: `-- Which row keeps the totals of all time of the entity?
create or replace function :schema.entity_at(p_entity_type text, p_entity_id :entity_id_type)
returns setof :schema.analytics_entities
language sql stable
begin atomic
  select e.* from :schema.analytics_entities e
  where e.entity_type = p_entity_type and e.entity_id = p_entity_id
  limit 1;
end;`,
  },
  {
    name: "entity_deltas",
    file: "functions/deltas/entity-deltas.sql",
    line: 76,
    sql: `-- What do changes add to the totals of all time of their entities, of which p_days is what they add to dates? first_view and last_view are
-- those after. They follow from the changes while views only come; where the stored one is taken away they are read again from page
-- views, and where these are gone too, what is stored stays as a bound.
create or replace function :schema.entity_deltas(p_changes :schema.page_view_changes[], p_days :schema.day_delta[])
returns setof :schema.entity_delta
language sql stable
begin atomic
  with
  sums as materialized (
    select
      u.entity_type, u.entity_id, coalesce(sum(u.views), 0)::bigint as views, coalesce(sum(u.timed_views), 0)::bigint as timed_views,
      coalesce(sum(u.time_total), 0)::bigint as time_total, coalesce(sum(u.visitors), 0)::bigint as visitors,
      coalesce(sum(u.accounts), 0)::bigint as accounts, coalesce(sum(u.entries), 0)::bigint as entries,
      coalesce(sum(u.bounces), 0)::bigint as bounces,
      min(u.added_at) as first_added, max(u.added_at) as last_added, min(u.taken_at) as first_taken, max(u.taken_at) as last_taken
    from (
      select
        d.entity_type, d.entity_id, d.views, d.timed_views, d.time_total, d.visitors - d.again_ever as visitors,
        d.accounts - d.accounts_again_ever as accounts, d.entries, d.bounces,
        null::timestamptz as added_at, null::timestamptz as taken_at
      from unnest(p_days) d
      union all
      select c.entity_type, c.entity_id, null, null, null, null, null, null, null, c.viewed_at, null
      from unnest(p_changes) c
      where c.sign > 0 and not exists (select 1 from unnest(p_changes) t where t.sign < 0)
      union all
      -- what is added and taken away at the same instant, as when a time on page becomes known, takes nothing away
      select
        c.entity_type, c.entity_id, null, null, null, null, null, null, null,
        case when sum(c.sign) > 0 then c.viewed_at end, case when sum(c.sign) < 0 then c.viewed_at end
      from unnest(p_changes) c
      where c.sign <> 0 and exists (select 1 from unnest(p_changes) t where t.sign < 0)
      group by c.viewed_at, c.entity_id, c.entity_type
    ) u
    group by u.entity_id, u.entity_type
  ),
  entities as materialized (
    select
      s.*, e.first_view, e.last_view, e.views is not null as is_stored, coalesce(e.views, 0) + s.views > 0 as is_viewed,
      -- NULL, as when nothing is taken away, is no
      s.first_taken <= e.first_view and s.first_taken < coalesce(s.first_added, 'infinity') as loses_first,
      s.last_taken >= e.last_view and s.last_taken > coalesce(s.last_added, '-infinity') as loses_last
    from sums s
    left join lateral :schema.entity_at(s.entity_type, s.entity_id) e on true
  )
  select
    e.entity_type, e.entity_id, e.views, e.timed_views, e.time_total, e.visitors, e.accounts, e.entries, e.bounces,
    case when e.is_viewed then coalesce(case when e.loses_first then a.first_view end, least(e.first_view, e.first_added)) end,
    case when e.is_viewed then coalesce(case when e.loses_last then a.last_view end, greatest(e.last_view, e.last_added)) end
  from entities e
  left join (
    select a.*
    from (
      select array(
        select row(r.entity_type, r.entity_id):::schema.entity_key from entities r where (r.loses_first or r.loses_last) and r.is_viewed
      ) as entities
    ) l
    cross join lateral :schema.bounds_again(l.entities, p_changes) a
    where l.entities <> '{}'
  ) a on a.entity_id = e.entity_id and a.entity_type = e.entity_type
  where e.is_stored or e.views <> 0 or e.entries <> 0 or e.bounces <> 0;
end;`,
  },
  {
    name: "pair_key",
    file: "functions/keys/keys.sql",
    line: 11,
    sql: `-- Which number stands for a visitor of an entity? The entity's is the upper half.
create or replace function :schema.pair_key(
  p_entity_type text, p_entity_id :entity_id_type, p_visitor_id :visitor_id_type
) returns bigint
language sql immutable parallel safe
begin atomic
  select (:entity_id_hash(p_entity_id, hashtextextended(p_entity_type, 0)) << 32) | (:visitor_id_hash(p_visitor_id, 0) & 4294967295);
end;`,
  },
  {
    name: "visitor_at",
    file: "functions/lookups/rollup-rows.sql",
    line: 14,
    sql: `-- Which row keeps this visitor of the entity?
create or replace function :schema.visitor_at(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type
) returns setof :schema.analytics_entity_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_entity_visitors v
  where :schema.pair_key(v.entity_type, v.entity_id, v.visitor_id) = :schema.pair_key(p_entity_type, p_entity_id, p_visitor_id)
    and v.entity_id is not distinct from p_entity_id and v.visitor_id is not distinct from p_visitor_id
    and v.kind is not distinct from p_kind and v.entity_type is not distinct from p_entity_type
  limit 1;
end;`,
  },
  {
    name: "session_at",
    file: "functions/lookups/rollup-rows.sql",
    line: 77,
    sql: `-- What is stored of this session?
create or replace function :schema.session_at(p_session_id :session_id_type) returns setof :schema.visitor_sessions
language sql stable
begin atomic
  select s.* from :schema.visitor_sessions s where s.session_id = p_session_id limit 1;
end;`,
  },
  {
    name: "time_identified",
    file: "functions/lookups/rollup-rows.sql",
    line: 84,
    sql: `-- From when until when may views of this session be counted of an account or a visitor_id? No row where none is.
create or replace function :schema.time_identified(p_session_id :session_id_type) returns table (since timestamptz, until timestamptz)
language sql stable
begin atomic
  select s.first_seen_at, s.last_seen_at from :schema.session_at(p_session_id) s where s.identified and s.total_views > 0;
end;`,
  },
  {
    name: "is_of_group",
    file: "functions/levels/groups.sql",
    line: 34,
    sql: `-- Does a page view belong to this group?
create or replace function :schema.is_of_group(
  p_group_type text, p_group_id :entity_id_type, p_entity_type text, p_owner_id :entity_id_type
) returns boolean
language sql immutable parallel safe
begin atomic
  select case p_group_type
    when 'headcount:site' then true
    when 'headcount:owner' then p_owner_id = p_group_id
    else p_group_type = 'headcount:type:' || p_entity_type
  end;
end;`,
  },
  {
    name: "page_views_of_session_at",
    file: "functions/lookups/page-views.sql",
    line: 262,
    sql: `-- Which page views of this entity, or of this group, has this session between two instants, both included? An index that a host may have on the time
-- would be read for everybody's views of it: the session's is narrowed by the session and by all of its columns in their order.
create or replace function :schema.page_views_of_session_at(
  p_session_id :session_id_type, p_entity_type text, p_entity_id :entity_id_type,
  p_since timestamptz default '-infinity', p_until timestamptz default 'infinity'
) returns table (viewed_at timestamptz)
language sql stable
begin atomic
  select v.viewed_at
  from (
    select pv.entity_type, pv.entity_id:::entity_id_type as entity_id, pv.viewed_at, pv.account_id, pv.visitor_id from :page_view_rows pv
    where pv.session_id = p_session_id and pv.viewed_at >= p_since and pv.viewed_at <= p_until
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (p_session_id, p_entity_type, p_entity_id, p_since)
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (p_session_id, p_entity_type, p_entity_id, p_until)
    union all
    select pv.entity_type, pv.entity_id:::entity_id_type, pv.viewed_at, pv.account_id, pv.visitor_id from :page_view_rows pv
    where pv.session_id = p_session_id and pv.entity_type = p_entity_type and p_entity_id = :no_entity and pv.entity_id is null
      and pv.viewed_at >= p_since and pv.viewed_at <= p_until
    union all
    select pv.entity_type, pv.entity_id:::entity_id_type, pv.viewed_at, pv.account_id, pv.visitor_id from :page_view_rows pv
    where :schema.is_group_type(p_entity_type) and pv.session_id = p_session_id and pv.viewed_at >= p_since and pv.viewed_at <= p_until
      and :schema.is_of_group(p_entity_type, p_entity_id, pv.entity_type, pv.owner_id)
  ) v
  where :schema.why_left_out(v.entity_type, v.entity_id, v.account_id, p_session_id, v.visitor_id, v.viewed_at) is null;
end;`,
  },
  {
    name: "pages_of_sessions",
    file: "functions/deltas/session-deltas.sql",
    line: 1,
    sql: `-- What changes do to sessions, computed without writing anything, and through them to entries and bounces.
--
-- A session has one entry, its first page view, so entries and bounces add up over entities, dates and hours. A change
-- can move the entry of its session from any entity and date to any other.
-- Which account has a session? That of its latest view with one; of views at the same instant, the greatest.

-- Which pages are new to their sessions with these changes, whose slots are held, and which are gone from them? p_days: what they do to
-- visitor-days. A page is new to a session when no other view of it is counted. The anonymous visitor that a session is says so, where no view of the
-- session had an account or a visitor_id; else page views of the time that it lasts do, less what is pending besides these changes.
-- All views of a page are of one slot, so what others fold changes nothing of it.
create or replace function :schema.pages_of_sessions(p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[])
returns table (session_id :session_id_type, entity_type text, entity_id :entity_id_type, views integer, pages integer)
language sql stable
begin atomic
  with
  moved as (
    select
      c.session_id, c.entity_type, c.entity_id, sum(c.sign)::integer as views, min(c.viewed_at) as first_view, max(c.viewed_at) as last_view
    from unnest(p_changes) c
    where c.session_id is not null
    group by c.session_id, c.entity_type, c.entity_id
    having sum(c.sign) <> 0
  ),
  anonymous as materialized (
    select
      m.*,
      coalesce(
        d.visit_count,
        -- of whom these days say nothing, what is stored does
        (
          select coalesce(v.visit_count, 1)
          from :schema.visitor_at(m.entity_type, m.entity_id, 's', m.session_id:::visitor_id_type) v
        ),
        0
      ) as anonymous_views
    from moved m
    left join (
      select distinct d.entity_type, d.entity_id, d.visitor_id, d.visit_count from unnest(p_days) d where d.kind = 's'
    ) d on d.visitor_id = m.session_id:::visitor_id_type and d.entity_id = m.entity_id and d.entity_type = m.entity_type
    -- as in the index of page views
    order by m.session_id
  ),
  pages as materialized (
    select a.*, s.since, s.until, case when s.since is not null then v.page_views end as page_views
    from anonymous a
    left join lateral (
      select least(t.since, a.first_view) as since, greatest(t.until, a.last_view) as until
      from :schema.time_identified(a.session_id) t
      where a.anonymous_views + least(a.views, 0) <= 0
    ) s on true
    left join lateral (
      select count(*) as page_views
      from :schema.page_views_of_session_at(a.session_id, a.entity_type, a.entity_id, s.since, s.until)
      where s.since is not null
    ) v on true
  ),
  -- all that is pending besides these changes is looked through only where it may matter: what was taken away is in page views no more
  pending as (
    select q.session_id, q.entity_type, q.entity_id, q.viewed_at, q.sign
    from :schema.page_view_changes q
    where q.session_id in (
        select p.session_id from pages p
        where p.page_views > p.views or p.page_views is not null and (
          p.views < 0 or exists (select 1 from :schema.page_view_changes r where r.sign < 0 and r.session_id is not null)
        )
      )
      and q.is_group is null and q.change_id not in (select c.change_id from unnest(p_changes) c)
  ),
  not_counted as (
    select p.session_id, p.entity_type, p.entity_id, sum(q.sign) as views
    from pages p
    join pending q
      on q.session_id = p.session_id and q.entity_id = p.entity_id and q.entity_type = p.entity_type
      and q.viewed_at between p.since and p.until
    group by p.session_id, p.entity_type, p.entity_id
  )
  select p.session_id, p.entity_type, p.entity_id, p.views, (others.views + p.views > 0)::integer - (others.views > 0)::integer
  from pages p
  left join not_counted q on q.session_id = p.session_id and q.entity_id = p.entity_id and q.entity_type = p.entity_type
  cross join lateral (
    select greatest(p.anonymous_views, p.page_views - p.views - coalesce(q.views, 0), 0) as views
  ) others;
end;`,
  },
  {
    name: "page_views_of_session",
    file: "functions/lookups/page-views.sql",
    line: 246,
    sql: `-- Which page views has this session? Whose they were is told where owners are counted: so the queue has it.
create or replace function :schema.page_views_of_session(p_session_id :session_id_type) returns table (
  entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz, account_id :account_id_type,
  time_on_page integer
)
language sql stable
begin atomic
  select
    pv.entity_type, coalesce(pv.entity_id:::entity_id_type, :no_entity), case when (select :schema.keeps_owners()) then pv.owner_id end,
    pv.viewed_at, pv.account_id:::account_id_type, :schema.counted_time(pv.time_on_page)
  from :page_view_rows pv
  where pv.session_id = p_session_id
    and :schema.why_left_out(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at) is null
  offset 0;
end;`,
  },
  {
    name: "remaining_of_sessions",
    file: "functions/deltas/session-deltas.sql",
    line: 85,
    sql: `-- Which views remain of these sessions? Those in page views, less what is pending besides these changes.
create or replace function :schema.remaining_of_sessions(p_session_ids :session_id_type[], p_changes :schema.page_view_changes[])
returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz,
  account_id :account_id_type, views bigint, time_total bigint
)
language sql stable
begin atomic
  select
    r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id, sum(r.views), coalesce(sum(r.views * r.time_on_page), 0)
  from (
    select k.session_id, v.entity_type, v.entity_id, v.owner_id, v.viewed_at, v.account_id, v.time_on_page::bigint as time_on_page, 1 as views
    from unnest(p_session_ids) k (session_id)
    cross join lateral :schema.page_views_of_session(k.session_id) v
    union all
    select q.session_id, q.entity_type, q.entity_id, q.owner_id, q.viewed_at, q.account_id, q.time_on_page, -q.sign
    from unnest(p_session_ids) k (session_id)
    join :schema.page_view_changes q on q.session_id = k.session_id
    where q.is_group is null and q.change_id not in (select c.change_id from unnest(p_changes) c)
  ) r
  group by r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id
  having sum(r.views) > 0;
end;`,
  },
  {
    name: "session_deltas",
    file: "functions/deltas/session-deltas.sql",
    line: 109,
    sql: `-- What do these changes do to the sessions that they touch?
-- Counts follow from the changes, and so do first and last view and account while views only come; where the first or
-- the last was taken away they are read again from page views, less what is pending besides these changes. Where page
-- views are gone too, what is stored stays.
-- p_pages: which pages are new to their sessions, or gone from them (see pages_of_sessions). Without them unique_pages means nothing; entries and
-- bounces follow from the rest.
create or replace function :schema.session_deltas(p_changes :schema.page_view_changes[], p_pages :schema.session_page[] default '{}')
returns setof :schema.session_delta
language sql stable
begin atomic
  with
  -- sessions that something is taken away from: what comes and goes is set off by page and instant, and once more by account
  -- and instant, because a login moves no view
  losing as (
    select distinct c.session_id from unnest(p_changes) c where c.sign < 0 and c.session_id is not null
  ),
  changes as (
    select
      c.session_id, c.entity_type, c.entity_id, c.owner_id, c.viewed_at, c.account_id, true as of_page, true as of_account,
      1 as views, c.time_on_page::bigint as time_total, c.account_id is not null or c.visitor_id is not null as identified
    from unnest(p_changes) c
    where c.sign > 0 and c.session_id is not null and c.session_id not in (select l.session_id from losing l)
    union all
    select
      c.session_id, c.entity_type, c.entity_id, c.owner_id, c.viewed_at, null, true, false,
      sum(c.sign)::integer, sum(c.sign * c.time_on_page::bigint)::bigint,
      bool_or(c.sign > 0 and (c.account_id is not null or c.visitor_id is not null))
    from unnest(p_changes) c
    where c.sign <> 0 and c.session_id in (select l.session_id from losing l)
    group by c.session_id, c.entity_type, c.entity_id, c.owner_id, c.viewed_at
    union all
    select c.session_id, null, null, null, c.viewed_at, c.account_id, false, true, sum(c.sign)::integer, null, null
    from unnest(p_changes) c
    where c.sign <> 0 and c.session_id in (select l.session_id from losing l) and c.account_id is not null
    group by c.session_id, c.viewed_at, c.account_id
  ),
  changed as (
    select
      c.session_id,
      coalesce(sum(c.views) filter (where c.of_page), 0)::integer as views,
      coalesce(sum(c.views) filter (where c.views < 0 and c.of_page), 0)::integer as taken,
      coalesce(sum(c.time_total), 0)::bigint as time_total,
      (array_agg(
        row(c.entity_type, c.entity_id, c.owner_id):::schema.session_entry
        order by c.viewed_at, c.entity_type, c.entity_id, c.owner_id nulls first
      ) filter (where c.views > 0 and c.of_page))[1] as entry,
      min(c.viewed_at) filter (where c.views > 0 and c.of_page) as first_seen,
      max(c.viewed_at) filter (where c.views > 0 and c.of_page) as last_seen,
      (array_agg(c.account_id order by c.viewed_at desc, c.account_id desc)
        filter (where c.views > 0 and c.of_account and c.account_id is not null))[1] as account_id,
      max(c.viewed_at) filter (where c.views > 0 and c.of_account and c.account_id is not null) as account_seen,
      min(c.viewed_at) filter (where c.views < 0 and c.of_page) as first_lost,
      max(c.viewed_at) filter (where c.views < 0 and c.of_page) as last_lost,
      max(c.viewed_at) filter (where c.views < 0 and c.of_account) as account_lost,
      bool_or(c.identified) as identified
    from changes c
    group by c.session_id
    -- a view that comes and goes, untimed, leaves nothing behind
    having bool_or(c.views <> 0 or c.time_total <> 0 or c.identified)
  ),
  after as (
    select
      c.*,
      coalesce(s.total_views, 0) as stored_views, coalesce(s.time_total, 0) as stored_time_total,
      coalesce(s.unique_pages, 0) as stored_pages, s.first_seen_at as stored_first_seen, s.last_seen_at as stored_last_seen,
      s.entry_entity_type as stored_entity_type, s.entry_entity_id as stored_entity_id, s.entry_owner_id as stored_owner_id,
      s.account_id as stored_account_id, s.account_seen_at as stored_account_seen,
      lost.first_lost as loses_first, lost.last_lost as loses_last, lost.account_lost as loses_account,
      coalesce(s.total_views, 0) + c.views > 0 and (lost.first_lost or lost.last_lost or lost.account_lost) as reads_again
    from changed c
    left join lateral :schema.session_at(c.session_id) s on true
    cross join lateral (
      select
        coalesce(c.first_lost <= s.first_seen_at and (c.first_seen < s.first_seen_at) is not true, false) as first_lost,
        coalesce(c.last_lost >= s.last_seen_at and (c.last_seen >= s.last_seen_at) is not true, false) as last_lost,
        coalesce(c.account_lost >= s.account_seen_at and (c.account_seen > s.account_seen_at) is not true, false) as account_lost
    ) lost
  ),
  pages as (
    select p.session_id, sum(p.pages)::integer as pages, (count(*) filter (where p.views > 0))::integer as pages_viewed
    from unnest(p_pages) p
    group by p.session_id
  ),
  -- the views that remain of the sessions that are read again: in page views, less pending elsewhere
  remaining as (
    select r.*
    from (select array(select a.session_id from after a where a.reads_again) as session_ids) l
    cross join lateral :schema.remaining_of_sessions(l.session_ids, p_changes) r
    where l.session_ids <> '{}'
  ),
  again as (
    select
      r.session_id, sum(r.views) as views,
      (array_agg(
        row(r.entity_type, r.entity_id, r.owner_id):::schema.session_entry
        order by r.viewed_at, r.entity_type, r.entity_id, r.owner_id nulls first
      ))[1] as entry,
      min(r.viewed_at) as first_seen,
      max(r.viewed_at) as last_seen,
      (array_agg(r.account_id order by r.viewed_at desc, r.account_id desc) filter (where r.account_id is not null))[1]
        as account_id,
      max(r.viewed_at) filter (where r.account_id is not null) as account_seen
    from remaining r
    group by r.session_id
  ),
  compared as (
    select
      a.*,
      (a.entry).entity_type is not null and (a.stored_first_seen is null or a.stored_views = 0
        or (a.first_seen, (a.entry).entity_type, (a.entry).entity_id, coalesce((a.entry).owner_id, :no_entity))
          < (a.stored_first_seen, a.stored_entity_type, a.stored_entity_id, coalesce(a.stored_owner_id, :no_entity))) as enters_earlier,
      a.stored_account_seen is null or a.account_seen > a.stored_account_seen
        or (a.account_seen = a.stored_account_seen and a.account_id > a.stored_account_id)
        as has_later_account
    from after a
  )
  select
    c.session_id,
    case when c.stored_views > 0 then row(
      c.stored_views, c.stored_time_total, c.stored_pages, c.stored_first_seen, c.stored_last_seen,
      c.stored_account_id, c.stored_account_seen, c.stored_entity_type, c.stored_entity_id, c.stored_owner_id
    ):::schema.session_state end,
    row(
      -- a view that comes cannot stand in for one that is taken away and had never been counted
      case when c.stored_views + c.taken < 0 then c.stored_views + c.taken else c.stored_views + c.views end,
      c.stored_time_total + c.time_total,
      -- to a session of which nothing is counted every page is new, whatever page views have past capture
      case when c.stored_views > 0 then c.stored_pages + coalesce(p.pages, 0) else coalesce(p.pages_viewed, 0) end,
      case when first.is_known then g.first_seen else least(c.stored_first_seen, c.first_seen) end,
      case when g.session_id is not null and c.loses_last then g.last_seen else greatest(c.stored_last_seen, c.last_seen) end,
      case
        when g.session_id is not null and c.loses_account then g.account_id
        when c.has_later_account then c.account_id
        else c.stored_account_id
      end,
      case when g.session_id is not null and c.loses_account then g.account_seen else greatest(c.stored_account_seen, c.account_seen) end,
      case
        when first.is_known then (g.entry).entity_type
        when c.enters_earlier then (c.entry).entity_type
        else c.stored_entity_type
      end,
      case
        when first.is_known then (g.entry).entity_id
        when c.enters_earlier then (c.entry).entity_id
        else c.stored_entity_id
      end,
      case
        when first.is_known then (g.entry).owner_id
        when c.enters_earlier then (c.entry).owner_id
        else c.stored_owner_id
      end
    ):::schema.session_state,
    c.identified
  from compared c
  left join pages p on p.session_id = c.session_id
  left join again g on g.session_id = c.session_id and c.reads_again
  -- where some are gone, an earlier one may be among those
  cross join lateral (
    select c.loses_first and coalesce(g.views = c.stored_views + c.views, false) as is_known
  ) first;
end;`,
  },
  {
    name: "is_bounce",
    file: "functions/keys/keys.sql",
    line: 104,
    sql: `-- Does a session with these views and this time on them count as a bounce?
create or replace function :schema.is_bounce(p_views integer, p_time_total bigint) returns boolean
language sql immutable parallel safe
begin atomic
  select p_views = 1 and p_time_total < 10;
end;`,
  },
  {
    name: "moved_entries",
    file: "functions/deltas/session-deltas.sql",
    line: 271,
    sql: `-- Which entries come (1) and go (-1) with what happens to sessions?
create or replace function :schema.moved_entries(p_sessions :schema.session_delta[]) returns table (
  entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, first_seen timestamptz, is_bounce boolean, sign integer
)
language sql stable
begin atomic
  select
    (x.state).entry_entity_type, (x.state).entry_entity_id, (x.state).entry_owner_id, (x.state).first_seen,
    :schema.is_bounce((x.state).views, (x.state).time_total), x.sign
  from unnest(p_sessions) s
  cross join generate_series(-1, 1, 2) g (sign)
  cross join lateral (select case when g.sign > 0 then s.after else s.before end as state, g.sign) x
  where (x.state).views > 0
    -- most sessions that go on enter where they did
    and (
      (s.before).views is null or (s.after).views <= 0
      or :schema.is_bounce((s.before).views, (s.before).time_total) <> :schema.is_bounce((s.after).views, (s.after).time_total)
      or ((s.before).first_seen, (s.before).entry_entity_type, (s.before).entry_entity_id, (s.before).entry_owner_id)
        is distinct from ((s.after).first_seen, (s.after).entry_entity_type, (s.after).entry_entity_id, (s.after).entry_owner_id)
    );
end;`,
  },
  {
    name: "entry_deltas",
    file: "functions/deltas/session-deltas.sql",
    line: 293,
    sql: `-- What does that do to the entries and bounces of dates and hours?
create or replace function :schema.entry_deltas(p_sessions :schema.session_delta[]) returns setof :schema.entry_delta
language sql stable
begin atomic
  select
    e.entity_type, e.entity_id, local.time::date, extract(hour from local.time)::smallint,
    sum(e.sign)::integer, sum(e.sign * e.is_bounce::integer)::integer
  from :schema.reporting_zone() z
  cross join :schema.moved_entries(p_sessions) e
  cross join lateral (select e.first_seen at time zone z.time_zone as time) local
  group by 1, 2, 3, 4
  having sum(e.sign) <> 0 or sum(e.sign * e.is_bounce::integer) <> 0;
end;`,
  },
  {
    name: "entries_of_groups",
    file: "functions/deltas/session-deltas.sql",
    line: 307,
    sql: `-- And to those of groups? A session has one entry, so a group's are those of what belongs to it.
create or replace function :schema.entries_of_groups(p_sessions :schema.session_delta[]) returns :schema.entry_delta[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  -- as an argument of groups_of it would be asked again for each session
  v_levels text[] := :schema.captured_levels();
begin
  if v_levels = '{}' then
    return '{}';
  end if;
  return array(
    select row(
      g.entity_type, g.entity_id, local.time::date, extract(hour from local.time)::smallint,
      sum(e.sign)::integer, sum(e.sign * e.is_bounce::integer)::integer
    ):::schema.entry_delta
    from :schema.reporting_zone() z
    cross join :schema.moved_entries(p_sessions) e
    cross join lateral :schema.groups_of(e.entity_type, e.owner_id, v_levels) g
    cross join lateral (select e.first_seen at time zone z.time_zone as time) local
    group by g.entity_type, g.entity_id, local.time::date, extract(hour from local.time)
    having sum(e.sign) <> 0 or sum(e.sign * e.is_bounce::integer) <> 0
  );
end
$$;`,
  },
  {
    name: "entries_of_sessions",
    file: "functions/deltas/session-deltas.sql",
    line: 334,
    sql: `-- All that is to be stored of it: of groups, what the rollups hold.
create or replace function :schema.entries_of_sessions(p_sessions :schema.session_delta[]) returns :schema.entry_delta[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(select e from :schema.entry_deltas(p_sessions) e) || :schema.kept_entries(:schema.entries_of_groups(p_sessions));
end
$$;`,
  },
  {
    name: "visitor_changes",
    file: "functions/deltas/visitor-changes.sql",
    line: 1,
    sql: `-- What do the deltas of visitor-days do to visitors over all time? Counts are differences, except visit_count, which is that
-- before; first_visit and last_visit are what they are now, NULL when nothing is left.
create or replace function :schema.visitor_changes(p_days :schema.visitor_day_delta[]) returns setof :schema.visitor_change
language sql stable
begin atomic
  select
    d.entity_type, d.entity_id, d.kind, d.visitor_id, max(d.visit_count),
    sum(coalesce((d.after).views, 0) - coalesce((d.before).views, 0))::integer,
    sum(coalesce((d.after).views > 0, false)::integer - ((d.before).views is not null)::integer)::integer,
    sum(coalesce((d.after).timed_views, 0) - coalesce((d.before).timed_views, 0))::integer,
    sum(coalesce((d.after).time_total, 0) - coalesce((d.before).time_total, 0))::bigint,
    -- when the first stored visit is among what is known here, all that can replace it is known too
    case
      when bool_or((d.before).first_view = d.first_visit) then min((d.after).first_view) filter (where (d.after).views > 0)
      else least(min(d.first_visit), min((d.after).first_view) filter (where (d.after).views > 0))
    end,
    case
      when bool_or((d.before).last_view = d.last_visit) then max((d.after).last_view) filter (where (d.after).views > 0)
      else greatest(max(d.last_visit), max((d.after).last_view) filter (where (d.after).views > 0))
    end
  from unnest(p_days) d
  group by d.visitor_id, d.entity_id, d.kind, d.entity_type
  having bool_or(d.before is distinct from d.after);
end;`,
  },
  {
    name: "visitor_kind",
    file: "functions/keys/keys.sql",
    line: 36,
    sql: `-- What of an account, a visitor_id or a session is the visitor of a view? NULL when nobody is known.
create or replace function :schema.visitor_kind(
  p_account_id :account_id_type, p_session_id :session_id_type, p_visitor_id :session_id_type
) returns "char"
language sql immutable parallel safe
begin atomic
  select case
    when p_account_id is not null then 'a'::"char"
    when p_visitor_id is not null then 'v'::"char"
    when p_session_id is not null then 's'::"char"
  end;
end;`,
  },
  {
    name: "visitor_of",
    file: "functions/keys/keys.sql",
    line: 49,
    sql: `create or replace function :schema.visitor_of(
  p_account_id :account_id_type, p_session_id :session_id_type, p_visitor_id :session_id_type
) returns :visitor_id_type
language sql immutable parallel safe
begin atomic
  select coalesce(p_account_id:::visitor_id_type, p_visitor_id:::visitor_id_type, p_session_id:::visitor_id_type);
end;`,
  },
  {
    name: "visitor_days_until",
    file: "functions/lookups/rollup-rows.sql",
    line: 27,
    sql: `-- The latest p_limit visitor-days of this visitor up to a date, and
create or replace function :schema.visitor_days_until(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type, p_date date, p_limit integer
) returns setof :schema.analytics_visitor_days
language sql stable
begin atomic
  select d.* from :schema.analytics_visitor_days d
  where :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id) = :schema.pair_key(p_entity_type, p_entity_id, p_visitor_id)
    and d.date <= p_date
    and d.entity_id is not distinct from p_entity_id and d.visitor_id is not distinct from p_visitor_id
    and d.kind is not distinct from p_kind and d.entity_type is not distinct from p_entity_type
  order by :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id) desc, d.date desc
  limit p_limit;
end;`,
  },
  {
    name: "visitor_day_after",
    file: "functions/lookups/rollup-rows.sql",
    line: 42,
    sql: `-- the one that follows a date.
create or replace function :schema.visitor_day_after(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type, p_date date
) returns setof :schema.analytics_visitor_days
language sql stable
begin atomic
  select d.* from :schema.analytics_visitor_days d
  where :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id) = :schema.pair_key(p_entity_type, p_entity_id, p_visitor_id)
    and d.date > p_date
    and d.entity_id is not distinct from p_entity_id and d.visitor_id is not distinct from p_visitor_id
    and d.kind is not distinct from p_kind and d.entity_type is not distinct from p_entity_type
  order by :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id), d.date
  limit 1;
end;`,
  },
  {
    name: "visitor_day_deltas",
    file: "functions/deltas/visitor-day-deltas.sql",
    line: 1,
    sql: `-- What changes do to visitor-days, computed without writing anything. With the other deltas it is the one definition that
-- folding stores and that a live read adds to its answer.
--
--   page_view_changes[] --> visitor_day_deltas --> day_deltas, return_deltas, visitors_after
--
-- How a day was before is known from what is stored: of a visitor who came once, from the visitor's row; of others, from
-- the day's own row and its two neighbours, of which there are two probes, however many days the visitor has. Page views are
-- read again only where something was taken away.

-- What do these changes do to visitor-days? Besides the days that they touch, the neighbours of those are returned.
-- Most visitors come on one day, after all that is stored of them: of those nothing is looked up but the visitor. Of the
-- others, first and last view and the hours seen follow from the changes while views only come; where an instant was
-- taken away, page views are asked: see days_again.
create or replace function :schema.visitor_day_deltas(p_changes :schema.page_view_changes[])
returns setof :schema.visitor_day_delta
language sql stable
begin atomic
  with
  changes as (
    select
      c.entity_type, c.entity_id, :schema.visitor_kind(c.account_id, c.session_id, c.visitor_id) as kind,
      :schema.visitor_of(c.account_id, c.session_id, c.visitor_id) as visitor_id,
      local.time::date as date, 1 << date_part('hour', local.time)::integer as hour_seen,
      c.viewed_at, c.sign, (c.time_on_page is not null)::integer as timed, coalesce(c.time_on_page, 0) as time_on_page
    from :schema.reporting_zone() s
    cross join unnest(p_changes) c
    cross join lateral (select c.viewed_at at time zone s.time_zone as time) local
    where c.sign <> 0 and (c.account_id is not null or c.visitor_id is not null or c.session_id is not null)
  ),
  visitors as (
    select
      c.*,
      case when v.kind is not null then coalesce(v.visit_count, 1) else 0 end as visit_count,
      v.first_visit, coalesce(v.last_visit, v.first_visit) as last_visit, stored.last_date,
      coalesce(v.timed_views, 0) as stored_timed_views, coalesce(v.time_total, 0) as stored_time_total,
      c.only_comes and c.date = c.max_date and (stored.last_date is null or c.date > stored.last_date) as comes_once
    from :schema.reporting_zone() s
    cross join (
      select
        c.entity_type, c.entity_id, c.kind, c.visitor_id,
        bool_and(c.sign > 0) as only_comes, min(c.date) as date, max(c.date) as max_date,
        sum(c.sign)::integer as views, sum(c.timed)::integer as timed_views, sum(c.time_on_page)::bigint as time_total,
        min(c.viewed_at) as first_view, max(c.viewed_at) as last_view, bit_or(c.hour_seen) as hours_seen
      from changes c
      group by c.visitor_id, c.entity_id, c.kind, c.entity_type
      -- as in the index that they are looked up in: neighbours are nearer at hand
      order by :schema.pair_key(c.entity_type, c.entity_id, c.visitor_id)
    ) c
    left join lateral :schema.visitor_at(c.entity_type, c.entity_id, c.kind, c.visitor_id) v on true
    cross join lateral (
      select (coalesce(v.last_visit, v.first_visit) at time zone s.time_zone)::date as last_date
    ) stored
  ),
  others as materialized (
    select v.*, row_number() over () as nth from visitors v where not v.comes_once
  ),
  -- what is added and taken away at the same instant, as when a time on page becomes known, takes nothing away
  instants as (
    select
      v.nth, c.date, c.viewed_at, c.hour_seen, sum(c.sign)::integer as views,
      sum(c.sign * c.timed)::integer as timed_views, sum(c.sign * c.time_on_page)::bigint as time_total
    from others v
    join changes c
      on c.visitor_id = v.visitor_id and c.entity_id = v.entity_id and c.kind = v.kind and c.entity_type = v.entity_type
    group by 1, 2, 3, 4
  ),
  touched as (
    select
      i.nth, i.date,
      sum(i.views)::integer as views, sum(i.timed_views)::integer as timed_views, sum(i.time_total)::bigint as time_total,
      min(i.viewed_at) filter (where i.views > 0) as first_view,
      max(i.viewed_at) filter (where i.views > 0) as last_view,
      coalesce(bit_or(i.hour_seen) filter (where i.views > 0), 0) as hours_seen,
      coalesce(sum(i.views) filter (where i.views < 0), 0)::integer as taken,
      bit_or(i.hour_seen) filter (where i.views < 0) as hours_lost,
      min(i.viewed_at) filter (where i.views < 0) as first_lost, max(i.viewed_at) filter (where i.views < 0) as last_lost
    from instants i
    group by 1, 2
    -- an instant that comes and goes, untimed, leaves nothing behind
    having bool_or(i.views <> 0 or i.timed_views <> 0 or i.time_total <> 0)
  ),
  -- what is stored of these days and their neighbours; follows: behind a touched day, whose return date may move
  known as (
    select
      v.nth, (v.first_visit at time zone s.time_zone)::date as date, true as follows, 1 as views,
      v.stored_timed_views as timed_views, v.stored_time_total as time_total,
      1 << date_part('hour', v.first_visit at time zone s.time_zone)::integer as hours_seen,
      v.first_visit as first_view, v.first_visit as last_view, null::date as prev_date
    from :schema.reporting_zone() s
    cross join others v
    where v.visit_count = 1
    union all
    select
      v.nth, d.date, d.date > t.date, d.views, coalesce(d.timed_views, 0), coalesce(d.time_total, 0), d.hours_seen,
      d.first_view, d.last_view, d.prev_date
    from touched t
    join others v on v.nth = t.nth
    cross join lateral (
      select u.* from :schema.visitor_days_until(v.entity_type, v.entity_id, v.kind, v.visitor_id, t.date, 2) u
      union all
      select a.* from :schema.visitor_day_after(v.entity_type, v.entity_id, v.kind, v.visitor_id, t.date) a
    ) d
    where v.visit_count > 1
  ),
  days as (
    select
      d.nth, d.date, bool_or(d.follows) as follows, max(d.stored_views) as stored_views,
      max(d.stored_timed_views) as stored_timed_views, max(d.stored_time_total) as stored_time_total,
      max(d.stored_hours_seen) as stored_hours_seen, max(d.stored_first_view) as stored_first_view,
      max(d.stored_last_view) as stored_last_view, max(d.stored_prev_date) as stored_prev_date,
      coalesce(max(d.views), 0) as views, coalesce(max(d.timed_views), 0) as timed_views,
      coalesce(max(d.time_total), 0) as time_total, coalesce(max(d.hours_seen), 0) as hours_seen,
      max(d.first_view) as first_view, max(d.last_view) as last_view,
      coalesce(max(d.stored_views), 0) + coalesce(max(d.taken), 0) as kept_views,
      max(d.hours_lost) as hours_lost, max(d.first_lost) as first_lost, max(d.last_lost) as last_lost
    from (
      select
        k.nth, k.date, k.follows, k.views as stored_views, k.timed_views as stored_timed_views, k.time_total as stored_time_total,
        k.hours_seen as stored_hours_seen, k.first_view as stored_first_view, k.last_view as stored_last_view,
        k.prev_date as stored_prev_date, null::integer as views, null::integer as timed_views, null::bigint as time_total,
        null::integer as hours_seen, null::timestamptz as first_view, null::timestamptz as last_view, null::integer as taken,
        null::integer as hours_lost, null::timestamptz as first_lost, null::timestamptz as last_lost
      from known k
      union all
      select
        t.nth, t.date, true, null, null, null, null, null, null, null,
        t.views, t.timed_views, t.time_total, t.hours_seen, t.first_view, t.last_view, t.taken, t.hours_lost, t.first_lost, t.last_lost
      from touched t
    ) d
    group by d.nth, d.date
  ),
  -- the days that keep something of what they lose
  again as (
    select a.*
    from (
      select array(
        select row(
          d.nth, v.entity_type, v.entity_id, v.kind, v.visitor_id, d.date, coalesce(d.stored_views, 0) + d.views,
          d.stored_hours_seen, d.stored_first_view, d.stored_last_view, d.hours_lost & ~d.hours_seen,
          d.first_lost <= d.stored_first_view and coalesce(d.first_view > d.stored_first_view, true),
          d.last_lost >= d.stored_last_view and coalesce(d.last_view < d.stored_last_view, true)
        ):::schema.losing_day
        from days d
        join others v on v.nth = d.nth
        where d.hours_lost <> 0 and coalesce(d.stored_views, 0) + d.views > 0
      ) as days
    ) l
    cross join lateral :schema.days_again(l.days, p_changes) a
    where l.days <> '{}'
  ),
  after as (
    select
      d.nth, d.date, d.follows, d.stored_views, d.stored_timed_views, d.stored_time_total, d.stored_hours_seen,
      d.stored_first_view, d.stored_last_view, d.stored_prev_date,
      -- a view that comes cannot stand in for one that is taken away and had never been counted
      case when d.kept_views < 0 then d.kept_views else coalesce(d.stored_views, 0) + d.views end as views,
      coalesce(d.stored_timed_views, 0) + d.timed_views as timed_views,
      coalesce(d.stored_time_total, 0) + d.time_total as time_total,
      coalesce(g.hours_seen, d.stored_hours_seen, 0) | d.hours_seen as hours_seen,
      least(coalesce(g.first_view, d.stored_first_view), d.first_view) as first_view,
      greatest(coalesce(g.last_view, d.stored_last_view), d.last_view) as last_view
    from days d
    left join again g on g.nth = d.nth and g.date = d.date
  ),
  linked as (
    select
      a.*,
      case
        when a.views <= 0 then null
        when a.follows then max(a.date) filter (where a.views > 0) over (
          partition by a.nth order by a.date rows between unbounded preceding and 1 preceding
        )
        else a.stored_prev_date
      end as prev_date
    from after a
  )
  -- who comes on one day, after all others
  select
    v.entity_type, v.entity_id, v.kind, v.visitor_id, v.date, null:::schema.day_state,
    row(v.views, v.timed_views, v.time_total, v.hours_seen, v.first_view, v.last_view, v.last_date):::schema.day_state,
    v.visit_count = 0, false, v.visit_count + v.views > 1, v.visit_count, v.first_visit, v.last_visit
  from visitors v
  where v.comes_once
  union all
  -- and of them those who had come once before, whose first day gets a row of its own
  select
    v.entity_type, v.entity_id, v.kind, v.visitor_id, v.last_date, first.state, first.state,
    false, false, true, v.visit_count, v.first_visit, v.last_visit
  from :schema.reporting_zone() s
  cross join visitors v
  cross join lateral (
    select row(
      1, v.stored_timed_views, v.stored_time_total, 1 << date_part('hour', v.first_visit at time zone s.time_zone)::integer,
      v.first_visit, v.first_visit, null
    ):::schema.day_state as state
  ) first
  where v.comes_once and v.visit_count = 1
  union all
  select
    v.entity_type, v.entity_id, v.kind, v.visitor_id, l.date,
    case when l.stored_views > 0 then row(
      l.stored_views, l.stored_timed_views, l.stored_time_total, l.stored_hours_seen, l.stored_first_view, l.stored_last_view,
      l.stored_prev_date
    ):::schema.day_state end,
    case when l.views <> 0 then row(
      l.views, l.timed_views, l.time_total, l.hours_seen, l.first_view, l.last_view, l.prev_date
    ):::schema.day_state end,
    false, v.visit_count > 1 and coalesce(l.stored_views > 0, false), v.visit_count + v.views > 1 and l.views > 0,
    v.visit_count, v.first_visit, v.last_visit
  from linked l
  join others v on v.nth = l.nth;
end;`,
  },
  {
    name: "refuse_other_table",
    file: "functions/folding/capture.sql",
    line: 1,
    sql: `-- Capture: every statement that changes page views records what it added and took away.
--
-- Statement-level triggers with transition tables cost once per statement, not once per row. They run with the rights of
-- their owner, so that who writes page views needs no right on the queue, and nobody else can write it. They know the table by its
-- names: to look it up would fail the host's statement where their owner may not use its schema any more.
-- Their arguments are the levels that are counted besides entities (see groups_of): a view is one change for its entity, and one for each of its
-- groups. Without any, tg_argv is NULL, and no statement or part of one that is about groups runs.
--
-- One plan for all calls: what an argument that is NULL leaves out makes a plan for one call alone look worth its planning, and a DELETE of one
-- row took five times as long.

-- Fail unless this is the table of page views, which may have another name by now: a role that may execute a capturing function could
-- make a trigger of it on a table of its own, and add views that never were.
create or replace function :schema.refuse_other_table(p_table oid) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select 1 from :schema.analytics_settings s where s.page_views = p_table) then
    raise exception '% is not the table of page views: its changes are not captured', p_table::regclass
      using errcode = 'insufficient_privilege';
  end if;
end
$$;`,
  },
  {
    name: "leave_out",
    file: "functions/folding/capture.sql",
    line: 37,
    sql: `-- Capture that this view cannot be counted, and why. It is asked of a row that nearly always can: a second pass over what was inserted, or an arm of
-- the same statement, costs each INSERT of the host's more than all its checks.
create or replace function :schema.leave_out(
  p_entity_type text, p_entity_id :entity_id_type, p_account_id :account_id_type, p_session_id :session_id_type,
  p_visitor_id :session_id_type, p_viewed_at timestamptz
) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.page_view_changes (slot, sign, left_out, entity_type, entity_id, viewed_at)
  values (
    0, 0, :schema.why_left_out(p_entity_type, p_entity_id, p_account_id, p_session_id, p_visitor_id, p_viewed_at), '', :no_entity, now()
  );
  return false;
end
$$;`,
  },
  {
    name: "groups_of",
    file: "functions/levels/groups.sql",
    line: 22,
    sql: `-- To which groups of these levels does a page view belong?
create or replace function :schema.groups_of(p_entity_type text, p_owner_id :entity_id_type, p_levels text[])
returns table (entity_type text, entity_id :entity_id_type)
language sql immutable parallel safe
begin atomic
  select 'headcount:owner', p_owner_id where 'owner' = any (p_levels) and p_owner_id is not null
  union all
  select 'headcount:type:' || p_entity_type, :no_entity where 'type' = any (p_levels)
  union all
  select 'headcount:site', :no_entity where 'site' = any (p_levels);
end;`,
  },
  {
    name: "captured_as",
    file: "functions/folding/capture.sql",
    line: 55,
    sql: `-- As what is a view captured, when these levels are counted: as one of its entity, which knows the owner, and of its groups.
create or replace function :schema.captured_as(
  p_entity_type text, p_entity_id :entity_id_type, p_owner_id :entity_id_type, p_levels text[]
) returns table (is_group boolean, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type)
language sql immutable parallel safe
begin atomic
  select
    null::boolean, p_entity_type, coalesce(p_entity_id, :no_entity), case when 'owner' = any (p_levels) then p_owner_id end
  union all
  select true, g.entity_type, g.entity_id, null from :schema.groups_of(p_entity_type, p_owner_id, p_levels) g;
end;`,
  },
  {
    name: "capture_added_page_views",
    file: "functions/folding/capture.sql",
    line: 67,
    sql: `create or replace function :schema.capture_added_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  if tg_table_name <> :'page_views_name' or tg_table_schema <> :'page_views_schema' then
    perform :schema.refuse_other_table(tg_relid);
  end if;
  insert into :schema.page_view_changes (
    slot, sign, entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at, time_on_page
  )
  select
    :schema.entity_slot(a.entity_type, coalesce(a.entity_id:::entity_id_type, :no_entity)), 1,
    a.entity_type, coalesce(a.entity_id:::entity_id_type, :no_entity), a.account_id, a.session_id, a.visitor_id,
    case when 'owner' = any (tg_argv) then a.owner_id end, a.viewed_at, :schema.counted_time(a.time_on_page)
  from (select c.* from added n cross join lateral :schema.captured_columns(row(n.*)) c) a
  where :schema.why_left_out(a.entity_type, a.entity_id, a.account_id, a.session_id, a.visitor_id, a.viewed_at) is null
    or :schema.leave_out(a.entity_type, a.entity_id, a.account_id, a.session_id, a.visitor_id, a.viewed_at);
  if tg_nargs > 0 then
    insert into :schema.page_view_changes (
      slot, sign, is_group, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page
    )
    select
      :schema.entity_slot(g.entity_type, g.entity_id), 1, true, g.entity_type, g.entity_id,
      a.account_id, a.session_id, a.visitor_id, a.viewed_at, :schema.counted_time(a.time_on_page)
    from (select c.* from added n cross join lateral :schema.captured_columns(row(n.*)) c) a
    cross join lateral :schema.groups_of(a.entity_type, a.owner_id, tg_argv) g
    where :schema.why_left_out(a.entity_type, a.entity_id, a.account_id, a.session_id, a.visitor_id, a.viewed_at) is null;
  end if;
  return null;
end
$$;`,
  },
  {
    name: "is_in_trigger",
    file: "functions/folding/capture.sql",
    line: 102,
    sql: `-- Is it a trigger of the host's that changes page views, for which ours fires? NULL when not, which takes no room.
create or replace function :schema.is_in_trigger() returns boolean
language sql stable
begin atomic
  select case when pg_trigger_depth() > 1 then true end;
end;`,
  },
  {
    name: "capture_removed_page_views",
    file: "functions/folding/capture.sql",
    line: 109,
    sql: `create or replace function :schema.capture_removed_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  v_pruned_before date := (
    select p.before from :schema.analytics_pruning p where p.transaction_id = pg_current_xact_id_if_assigned()
  );
  v_time_zone text;
begin
  if tg_table_name <> :'page_views_name' or tg_table_schema <> :'page_views_schema' then
    perform :schema.refuse_other_table(tg_relid);
  end if;
  if v_pruned_before is not null then
    v_time_zone := (select z.time_zone from :schema.reporting_zone() z);
  end if;
  insert into :schema.page_view_changes (
    slot, sign, in_trigger, entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at, time_on_page
  )
  select
    :schema.entity_slot(r.entity_type, coalesce(r.entity_id:::entity_id_type, :no_entity)), -1, :schema.is_in_trigger(),
    r.entity_type, coalesce(r.entity_id:::entity_id_type, :no_entity), r.account_id, r.session_id, r.visitor_id,
    case when 'owner' = any (tg_argv) then r.owner_id end, r.viewed_at, :schema.counted_time(r.time_on_page)
  from (select c.* from removed o cross join lateral :schema.captured_columns(row(o.*)) c) r
  where :schema.why_left_out(r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at) is null
    -- what is pruned stays counted
    and (v_pruned_before is null or (r.viewed_at at time zone v_time_zone)::date >= v_pruned_before);
  if tg_nargs > 0 then
    insert into :schema.page_view_changes (
      slot, sign, in_trigger, is_group, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page
    )
    select
      :schema.entity_slot(g.entity_type, g.entity_id), -1, :schema.is_in_trigger(), true, g.entity_type, g.entity_id,
      r.account_id, r.session_id, r.visitor_id, r.viewed_at, :schema.counted_time(r.time_on_page)
    from (select c.* from removed o cross join lateral :schema.captured_columns(row(o.*)) c) r
    cross join lateral :schema.groups_of(r.entity_type, r.owner_id, tg_argv) g
    where :schema.why_left_out(r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at) is null
      and (v_pruned_before is null or (r.viewed_at at time zone v_time_zone)::date >= v_pruned_before);
  end if;
  return null;
end
$$;`,
  },
  {
    name: "capture_edited_page_views",
    file: "functions/folding/capture.sql",
    line: 154,
    sql: `-- What remains when what was there before is set off against what is there now: nothing, when no column that
-- counts has changed.
create or replace function :schema.capture_edited_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  if tg_table_name <> :'page_views_name' or tg_table_schema <> :'page_views_schema' then
    perform :schema.refuse_other_table(tg_relid);
  end if;
  with edited as materialized (
    select
      c.sign, :schema.why_left_out(c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at) as left_out,
      c.entity_type, coalesce(c.entity_id, :no_entity) as entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at,
      :schema.counted_time(c.time_on_page) as time_on_page
    from (
      select -1 as sign, r.* from removed o cross join lateral :schema.captured_columns(row(o.*)) r
      union all
      select 1, a.* from added n cross join lateral :schema.captured_columns(row(n.*)) a
    ) c
  )
  insert into :schema.page_view_changes (
    slot, sign, left_out, in_trigger, is_group, entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at, time_on_page
  )
  select
    case when d.left_out is null then :schema.entity_slot(d.entity_type, d.entity_id) else 0 end,
    case when d.left_out is null then sign(d.net) else 0 end, d.left_out, :schema.is_in_trigger(), d.is_group,
    d.entity_type, d.entity_id, d.account_id, d.session_id, d.visitor_id, d.owner_id, d.viewed_at, d.time_on_page
  from (
    select
      c.left_out, c.is_group, c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at, c.time_on_page,
      sum(c.sign) as net
    from (
      select
        e.sign, null::"char" as left_out, null::boolean as is_group, e.entity_type, e.entity_id, e.account_id, e.session_id, e.visitor_id,
        case when 'owner' = any (tg_argv) then e.owner_id end as owner_id, e.viewed_at, e.time_on_page
      from edited e
      where e.left_out is null
      union all
      select
        e.sign, null, true, g.entity_type, g.entity_id, e.account_id, e.session_id, e.visitor_id, null, e.viewed_at, e.time_on_page
      from edited e
      cross join lateral :schema.groups_of(e.entity_type, e.owner_id, tg_argv) g
      where e.left_out is null and tg_nargs > 0
      union all
      select e.sign, e.left_out, null, '', :no_entity, null, null, null, null, now(), null
      from edited e
      where e.left_out is not null
    ) c
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    having sum(c.sign) <> 0
  ) d
  cross join lateral generate_series(1, abs(d.net)) n
  where d.left_out is null or d.net > 0
  -- so that folding takes what was there and what is there now together, and seldom has to read page views again
  order by d.entity_type, d.entity_id, d.session_id, d.viewed_at;
  return null;
end
$$;`,
  },
  {
    name: "capture_truncated_page_views",
    file: "functions/folding/capture.sql",
    line: 216,
    sql: `-- TRUNCATE takes everything away: the rollups are emptied with the page views, in the same transaction.
-- By DELETE: who reads a rollup and waits for page views would deadlock with a TRUNCATE that waits for the rollup.
create or replace function :schema.capture_truncated_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_table_name <> :'page_views_name' or tg_table_schema <> :'page_views_schema' then
    perform :schema.refuse_other_table(tg_relid);
  end if;
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    raise exception 'page views can be truncated at READ COMMITTED only, for at % the rollups of newer views would stay',
      upper(current_setting('transaction_isolation'))
      using errcode = 'feature_not_supported';
  end if;
  delete from :schema.page_view_changes;
  delete from :schema.entry_changes;
  delete from :schema.set_aside_changes;
  delete from :schema.analytics_days;
  delete from :schema.analytics_hours;
  delete from :schema.analytics_entity_visitors;
  delete from :schema.analytics_visitor_days;
  delete from :schema.analytics_visitor_returns;
  delete from :schema.analytics_visitor_return_weeks;
  delete from :schema.analytics_entities;
  delete from :schema.visitor_sessions;
  delete from :schema.analytics_breakdown_changes;
  delete from :schema.analytics_breakdown_days;
  delete from :schema.analytics_seals;
  delete from :schema.analytics_links;
  delete from :schema.analytics_pruned_bounds;
  update :schema.analytics_settings set sealed_before = null, forgotten_before = null
  where sealed_before is not null or forgotten_before is not null;
  return null;
end
$$;`,
  },
  {
    name: "store_histories",
    file: "functions/folding/fold.sql",
    line: 1,
    sql: `-- Folding: pending changes go into the rollups, a bounded batch at a time, exactly once.
--
-- A batch is one transaction, which holds the slots of the entities that it writes, so that several may fold at the same time. A session may view
-- entities of several slots: who writes sessions holds the slot of all of them until the end of the transaction, so that of two folders one waits
-- there, with most of its work done, and reads sessions as the other left them. What its sessions do to entries of slots that it does not hold it
-- hands on (entry_changes), and the next fold of those adds it.
--
-- Plans are kept in a connection, and the first fold may find empty rollups. Without enable_seqscan = off the planner would
-- read such a rollup from end to end for each probe, and go on doing so when it is large.

-- Store what changes do to the visitors of entities and to their histories. Their slots are held.
create or replace function :schema.store_histories(p_days :schema.visitor_day_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
begin
  perform :schema.store_visitors(p_days);
  perform :schema.store_visitor_days(p_days);
  perform :schema.store_returns(array(select r from :schema.return_deltas(p_days) r));
end
$$;`,
  },
  {
    name: "store_dates",
    file: "functions/folding/fold.sql",
    line: 25,
    sql: `-- Add to dates, their hours and the totals of all time what changes, their visitor-days and entries do: what that is to the totals is returned.
-- Their slots are held.
create or replace function :schema.store_dates(
  p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[], p_entries :schema.entry_delta[]
) returns :schema.entity_delta[]
language plpgsql
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_dates :schema.day_delta[] := array(select d from :schema.day_deltas(p_changes, p_days, p_entries) d);
  v_entities :schema.entity_delta[];
  v_sealed_before date := (select s.sealed_before from :schema.analytics_settings s);
  v_sealed :schema.entry_delta[];
begin
  if v_sealed_before is not null then
    v_sealed := array(
      select row(d.entity_type, d.entity_id, d.date, null, null, null):::schema.entry_delta
      from unnest(v_dates) d
      where d.date < v_sealed_before
    );
    perform :schema.seal_days(v_sealed, -1);
  end if;
  perform :schema.store_days(v_dates);
  if v_sealed_before is not null then
    perform :schema.seal_days(v_sealed, 1);
    perform :schema.seal_visitor_days(p_days);
  end if;
  v_entities := array(select e from :schema.entity_deltas(p_changes, v_dates) e);
  perform :schema.store_entities(v_entities);
  return v_entities;
end
$$;`,
  },
  {
    name: "store_changes_of_sessions",
    file: "functions/folding/fold.sql",
    line: 60,
    sql: `-- Apply these changes to sessions, and return what that does to entries. p_days: what they do to visitor-days. Another fold may have changes of the
-- same sessions: it is waited for, and the next statement sees what it stored.
create or replace function :schema.store_changes_of_sessions(
  p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[]
) returns :schema.entry_delta[]
language plpgsql
:settings_of_folds
set enable_bitmapscan = off
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_pages :schema.session_page[] := array(
    select row(p.session_id, p.views, p.pages):::schema.session_page from :schema.pages_of_sessions(p_changes, p_days) p
  );
  v_sessions :schema.session_delta[];
begin
  perform :schema.hold_sessions();
  v_sessions := array(select s from :schema.session_deltas(p_changes, v_pages) s);
  perform :schema.store_sessions(v_sessions);
  return :schema.entries_of_sessions(v_sessions);
end
$$;`,
  },
  {
    name: "store_changes",
    file: "functions/folding/fold.sql",
    line: 84,
    sql: `-- Apply these changes, all that they do, or nothing. p_days: what they do to visitor-days; p_views: those of them that are to be applied to
-- sessions as well; p_entries: what else is added to entries; p_slots: which slots are held, NULL for all.
create or replace function :schema.store_changes(
  p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[], p_views :schema.page_view_changes[],
  p_entries :schema.entry_delta[], p_slots smallint[] default null
) returns void
language plpgsql
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_impossible text;
  v_entities :schema.entity_delta[];
begin
  select format('visitor %s of %s %s has %s views on %s', d.visitor_id, d.entity_type, d.entity_id, (d.after).views, d.date)
  into v_impossible
  from unnest(p_days) d
  where (d.after).views < 0
  limit 1;
  if v_impossible is not null then
    raise exception 'more was taken away than had been counted: %', v_impossible using errcode = 'data_exception';
  end if;

  perform :schema.store_histories(p_days);
  if p_views <> '{}' then
    p_entries := p_entries || :schema.store_changes_of_sessions(p_views, p_days);
  end if;
  p_entries := :schema.entries_here(p_entries, p_slots);
  v_entities := :schema.store_dates(p_changes, p_days, p_entries);
  if exists (select 1 from :schema.analytics_settings s where s.milestones <> '{}') then
    perform :schema.note_milestones(v_entities);
  end if;
end
$$;`,
  },
  {
    name: "visitor_days_of_batch",
    file: "functions/folding/fold.sql",
    line: 120,
    sql: `-- What do these changes do to visitor-days? Planned for so many, without nested loops.
create or replace function :schema.visitor_days_of_batch(p_changes :schema.page_view_changes[]) returns :schema.visitor_day_delta[]
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
begin
  return array(select d from :schema.visitor_day_deltas(p_changes) d);
end
$$;`,
  },
  {
    name: "matching_additions",
    file: "functions/folding/fold.sql",
    line: 132,
    sql: `-- Which pending changes add what these take away, and are younger? A view is added before it is taken away, with one exception:
-- when a row trigger of the host's edits the row that is being inserted, the edit is captured before the insert. Only for those is
-- the queue read. Of each view, as many as are taken away, and none that is among these changes already.
-- The order of the queue would suit a merge by slot alone, which compares every change with every other of the slot.
create or replace function :schema.matching_additions(p_changes :schema.page_view_changes[]) returns :schema.page_view_changes[]
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
begin
  if not exists (select 1 from unnest(p_changes) c where c.in_trigger) then
    return '{}';
  end if;
  return array(
    select m.change
    from (
      select
        q as change,
        row_number() over (
          partition by q.entity_type, q.entity_id, q.account_id, q.session_id, q.visitor_id, q.owner_id, q.viewed_at, q.time_on_page
          order by q.change_id
        ) as nth,
        c.views
      from :schema.page_view_changes q
      join (
        select
          c.slot, c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at, c.time_on_page,
          count(*) as views, max(c.change_id) as change_id
        from unnest(p_changes) c
        where c.sign < 0 and c.in_trigger
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9
      ) c
        on c.slot = q.slot and c.entity_type = q.entity_type and c.entity_id = q.entity_id and c.viewed_at = q.viewed_at
        and c.account_id is not distinct from q.account_id and c.session_id is not distinct from q.session_id
        and c.visitor_id is not distinct from q.visitor_id and c.owner_id is not distinct from q.owner_id
        and c.time_on_page is not distinct from q.time_on_page
      where q.sign > 0 and q.change_id > c.change_id and q.change_id not in (select b.change_id from unnest(p_changes) b)
    ) m
    where m.nth <= m.views
  );
end
$$;`,
  },
  {
    name: "without_pairs",
    file: "functions/folding/fold.sql",
    line: 177,
    sql: `-- These changes without those of them that add a view and take it away again: they are nothing. What the rest takes away had been
-- counted before.
create or replace function :schema.without_pairs(p_changes :schema.page_view_changes[]) returns :schema.page_view_changes[]
language plpgsql stable
:settings_of_folds
set enable_nestloop = off
set enable_seqscan = off
as $$
begin
  return array(
    select c
    from unnest(p_changes) c
    -- most are alone with their instant, and need not be sorted
    where c.viewed_at not in (select r.viewed_at from unnest(p_changes) r where r.sign < 0)
    union all
    select c.change
    from (
      select
        c as change,
        row_number() over (
          partition by c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at, c.time_on_page, c.sign
          order by c.change_id
        ) as nth,
        count(*) filter (where c.sign > 0) over same as added, count(*) filter (where c.sign < 0) over same as taken
      from unnest(p_changes) c
      where c.viewed_at in (select r.viewed_at from unnest(p_changes) r where r.sign < 0)
      window same as (
        partition by c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.owner_id, c.viewed_at, c.time_on_page
      )
    ) c
    where c.nth > least(c.added, c.taken)
  );
end
$$;`,
  },
  {
    name: "next_changes",
    file: "functions/folding/fold.sql",
    line: 212,
    sql: `-- The next changes of these slots: of the slot with the oldest one first. A slot's are in the order of their numbers, so that
-- no view is taken away before it was added.
create or replace function :schema.next_changes(p_slots smallint[], p_limit integer) returns :schema.page_view_changes[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_slot smallint;
  v_changes :schema.page_view_changes[] := '{}';
begin
  for v_slot in
    select s.slot
    from unnest(p_slots) s (slot)
    cross join lateral (
      select q.change_id from :schema.page_view_changes q where q.slot = s.slot order by q.change_id limit 1
    ) q
    order by q.change_id
  loop
    v_changes := v_changes || array(
      select q from :schema.page_view_changes q
      where q.slot = v_slot
      order by q.change_id
      limit p_limit - cardinality(v_changes)
    );
    exit when cardinality(v_changes) >= p_limit;
  end loop;
  return v_changes;
end
$$;`,
  },
  {
    name: "delete_changes",
    file: "functions/folding/fold.sql",
    line: 243,
    sql: `-- Take these changes out of their queue. No join: a queue that was analyzed while it was empty is taken for empty for ever, and a join would read
-- all of these changes for each of its rows. The list is hashed, whatever the planner thinks, because "is true" keeps it from being joined.
create or replace function :schema.delete_changes(p_changes :schema.page_view_changes[]) returns void
language plpgsql
:settings_of_folds
set enable_seqscan = off
as $$
declare
  v_slot record;
begin
  for v_slot in
    select
      c.slot, min(c.change_id) as first_id, max(c.change_id) as last_id, array_agg(c.change_id) as ids, array_agg(c.captured_at) as instants
    from unnest(p_changes) c
    group by c.slot
  loop
    delete from :schema.page_view_changes q
    where q.slot = v_slot.slot and q.change_id between v_slot.first_id and v_slot.last_id
      and ((q.change_id, q.captured_at) in (select c.id, c.instant from unnest(v_slot.ids, v_slot.instants) c (id, instant))) is true;
  end loop;
end
$$;`,
  },
  {
    name: "note_left_out",
    file: "functions/folding/fold.sql",
    line: 266,
    sql: `-- Note what cannot be counted among these changes.
create or replace function :schema.note_left_out(p_changes :schema.page_view_changes[]) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.left_out_page_views as l (left_out, page_views, latest_at)
  select c.left_out, count(*), max(c.captured_at)
  from unnest(p_changes) c
  where c.left_out is not null
  group by c.left_out
  order by c.left_out
  on conflict (left_out) do update set
    page_views = l.page_views + excluded.page_views, latest_at = greatest(l.latest_at, excluded.latest_at);
end;`,
  },
  {
    name: "note_visitor_ids",
    file: "functions/folding/fold.sql",
    line: 281,
    sql: `-- Note the date of the first page view with a visitor_id, where it is among these changes.
create or replace function :schema.note_visitor_ids(p_changes :schema.page_view_changes[]) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  update :schema.analytics_settings s set new_since = n.date
  from (
    select min((c.viewed_at at time zone z.time_zone)::date) as date
    from :schema.reporting_zone() z
    cross join unnest(p_changes) c
    where c.visitor_id is not null and c.sign > 0
  ) n
  where n.date < coalesce(s.new_since, 'infinity');
end;`,
  },
  {
    name: "fold_changes",
    file: "functions/folding/fold.sql",
    line: 296,
    sql: `-- Apply a batch of the queue: what cannot be counted is noted, what is of a level that is not there yet is left to those who add it, what
-- cannot be applied is set aside, and all of it leaves the queue. p_slots: which slots are held, NULL for all.
create or replace function :schema.fold_changes(
  p_changes :schema.page_view_changes[], p_entries :schema.entry_delta[], p_slots smallint[] default null
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_changes :schema.page_view_changes[] := p_changes;
  v_not_kept :schema.page_view_changes[];
begin
  if exists (select 1 from :schema.analytics_breakdowns) then
    perform :schema.count_changes_again(p_changes);
  end if;
  if exists (select 1 from unnest(p_changes) c where c.left_out is not null) then
    perform :schema.note_left_out(p_changes);
    perform :schema.delete_changes(array(select c from unnest(p_changes) c where c.left_out is not null));
    v_changes := array(select c from unnest(p_changes) c where c.left_out is null);
  end if;
  if exists (select 1 from :schema.analytics_settings s where s.level_positions <> '{}') then
    v_not_kept := :schema.changes_not_kept(v_changes);
    perform :schema.delete_changes(v_not_kept);
    v_changes := array(select c from unnest(v_changes) c where c.change_id not in (select n.change_id from unnest(v_not_kept) n));
    p_entries := :schema.kept_entries(p_entries);
  end if;

  if exists (select 1 from unnest(v_changes) c where c.sign < 0) then
    p_changes := v_changes || :schema.matching_additions(v_changes);
    v_changes := :schema.without_pairs(p_changes);
    perform :schema.delete_changes(
      array(select c from unnest(p_changes) c where c.change_id not in (select k.change_id from unnest(v_changes) k))
    );
  end if;
  if exists (select 1 from unnest(v_changes) c where c.visitor_id is not null and c.sign > 0) then
    perform :schema.note_visitor_ids(v_changes);
  end if;
  perform :schema.apply_changes(v_changes, p_entries, p_slots);
end
$$;`,
  },
  {
    name: "note_milestones",
    file: "functions/folding/milestones.sql",
    line: 1,
    sql: `-- Milestones: totals of all time that an entity has reached, each noted once for ever.

-- Note the milestones that these deltas, which are stored already, reach. What had been reached before is noted without an instant, and given
-- to nobody.
-- Its caller holds the slots of these entities, so that no other session notes theirs.
create or replace function :schema.note_milestones(p_entities :schema.entity_delta[]) returns void
language plpgsql
:settings_of_writers
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
  v_reached boolean;
begin
  with
  thresholds as materialized (
    select t.key as entity_type, m.key as measure, n.threshold::numeric::bigint as threshold
    from :schema.analytics_settings s
    cross join lateral jsonb_each(s.milestones) t
    cross join lateral jsonb_each(t.value) m
    cross join lateral jsonb_array_elements_text(m.value) n (threshold)
  ),
  touched as materialized (
    select d.entity_type, d.entity_id, d.views, d.visitors
    from unnest(p_entities) d
    where d.entity_type in (select t.entity_type from thresholds t) and (d.views <> 0 or d.visitors <> 0)
  ),
  -- an entity that has all of them is not looked at any more
  missing as materialized (
    select distinct e.entity_type, e.entity_id, t.measure, t.threshold, case t.measure when 'views' then e.views else e.visitors end as added
    from touched e
    join thresholds t on t.entity_type = e.entity_type
    where not exists (
      select 1 from :schema.analytics_milestones m
      where m.entity_type = e.entity_type and m.entity_id = e.entity_id and m.measure = t.measure and m.threshold = t.threshold
    )
  ),
  totals as materialized (
    select e.entity_type, e.entity_id, d.views, d.visitors
    from (select distinct n.entity_type, n.entity_id from missing n) e
    cross join lateral (
      select coalesce(max(s.views), 0) as views, coalesce(max(s.visitors), 0) as visitors
      from :schema.entity_at(e.entity_type, e.entity_id) s
    ) d
  ),
  noted as (
    insert into :schema.analytics_milestones (entity_type, entity_id, measure, threshold, value, reached_at)
    select r.entity_type, r.entity_id, r.measure, r.threshold, r.value, case when r.value - r.added < r.threshold then now() end
    from (
      select n.*, case n.measure when 'views' then t.views else t.visitors end as value
      from missing n
      join totals t on t.entity_id = n.entity_id and t.entity_type = n.entity_type
    ) r
    where r.threshold <= greatest(r.value, r.value - r.added)
    order by r.entity_type, r.entity_id, r.measure, r.threshold
    returning reached_at
  )
  select bool_or(n.reached_at is not null) into v_reached from noted n;
  -- a hint for those who listen: the table has what is new
  if v_reached then
    perform pg_notify('headcount_milestones', '');
  end if;
end
$$;`,
  },
  {
    name: "take_milestones",
    file: "functions/folding/milestones.sql",
    line: 67,
    sql: `-- Take up to p_limit milestones that nobody has acknowledged and nobody else has, the earliest first: nobody else is given
-- them for p_lease_seconds; then they can be taken again.
create or replace function :schema.take_milestones(p_limit integer, p_lease_seconds integer)
returns table (
  milestone_id bigint, entity_type text, entity_id :entity_id_type, measure text, threshold bigint, value bigint, reached_at timestamptz
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
begin
  return query
  with
  free as materialized (
    select m.entity_type, m.entity_id, m.measure, m.threshold
    from :schema.analytics_milestones m
    where m.reached_at is not null and m.acknowledged_at is null and (m.leased_until is null or m.leased_until <= v_now)
    order by m.milestone_id
    limit p_limit
    for no key update skip locked
  ),
  taken as (
    update :schema.analytics_milestones m set leased_until = v_now + make_interval(secs => p_lease_seconds)
    from free f
    where m.entity_type = f.entity_type and m.entity_id = f.entity_id and m.measure = f.measure and m.threshold = f.threshold
    returning m.*
  )
  select t.milestone_id, t.entity_type, nullif(t.entity_id, :no_entity), t.measure, t.threshold, t.value, t.reached_at
  from taken t
  order by t.milestone_id;
end
$$;`,
  },
  {
    name: "acknowledge_milestones",
    file: "functions/folding/milestones.sql",
    line: 102,
    sql: `-- Let nobody take these again. Returns how many of them had not been acknowledged before.
create or replace function :schema.acknowledge_milestones(p_milestone_ids bigint[]) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_acknowledged integer;
begin
  update :schema.analytics_milestones m set acknowledged_at = v_now
  where m.reached_at is not null and m.acknowledged_at is null and m.milestone_id = any (p_milestone_ids);
  get diagnostics v_acknowledged = row_count;
  return v_acknowledged;
end
$$;`,
  },
  {
    name: "impossible_changes",
    file: "functions/folding/set-aside.sql",
    line: 1,
    sql: `-- Applying changes whatever some of them are: one that cannot be applied is set aside with its reason, so that nothing stops folding.

-- Of these changes, which take away what had never been counted? Of the views that a visitor-day lacks, the youngest ones. What
-- comes back at the same instant has been edited, and lacks nothing.
create or replace function :schema.impossible_changes(
  p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[]
) returns :schema.page_view_changes[]
language plpgsql stable
:settings_of_writers
set enable_nestloop = off
set enable_seqscan = off
as $$
begin
  return array(
    select c.change
    from (
      select
        c.change, c.missing,
        row_number() over (partition by c.entity_type, c.entity_id, c.kind, c.visitor_id, c.date order by (c.change).change_id desc) as nth
      from (
        select
          c as change, l.*, c.sign,
          row_number() over (
            partition by l.entity_type, l.entity_id, l.kind, l.visitor_id, c.viewed_at, c.sign order by c.change_id desc
          ) as nth,
          sum(c.sign) over (partition by l.entity_type, l.entity_id, l.kind, l.visitor_id, c.viewed_at) as views
        from :schema.reporting_zone() s
        cross join unnest(p_changes) c
        join (
          select d.entity_type, d.entity_id, d.kind, d.visitor_id, d.date, -(d.after).views as missing
          from unnest(p_days) d
          where (d.after).views < 0
        ) l
          on l.entity_id = c.entity_id and l.entity_type = c.entity_type
          and l.visitor_id = :schema.visitor_of(c.account_id, c.session_id, c.visitor_id)
          and l.kind = :schema.visitor_kind(c.account_id, c.session_id, c.visitor_id)
          and l.date = (c.viewed_at at time zone s.time_zone)::date
      ) c
      where c.sign < 0 and c.nth <= -c.views
    ) c
    where c.nth <= c.missing
  );
end
$$;`,
  },
  {
    name: "set_aside",
    file: "functions/folding/set-aside.sql",
    line: 46,
    sql: `-- Keep these changes out of the way, with the reason.
create or replace function :schema.set_aside(p_changes :schema.page_view_changes[], p_reason text) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.set_aside_changes (
    reason, sign, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page
  )
  select p_reason, c.sign, c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at, c.time_on_page
  from unnest(p_changes) c;
end;`,
  },
  {
    name: "apply_entries",
    file: "functions/folding/set-aside.sql",
    line: 58,
    sql: `-- Add to entries what sessions have handed on. What cannot be added is set aside: without it all others of the entity would wait.
create or replace function :schema.apply_entries(p_entries :schema.entry_delta[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_reason text;
  v_state text;
  v_half integer := cardinality(p_entries) / 2;
begin
  begin
    perform :schema.store_changes('{}', '{}', '{}', p_entries);
    return;
  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    get stacked diagnostics v_reason = message_text, v_state = returned_sqlstate;
  end;
  if cardinality(p_entries) > 1 then
    perform :schema.apply_entries(p_entries[:v_half]);
    perform :schema.apply_entries(p_entries[v_half + 1:]);
    return;
  end if;
  insert into :schema.set_aside_changes (reason, sign, entity_type, entity_id, viewed_at)
  select
    format('%s entries and %s bounces could not be added: %s (%s)', e.entries, e.bounces, v_reason, v_state), 0,
    e.entity_type, e.entity_id, (e.date + make_interval(hours => e.hour)) at time zone s.time_zone
  from :schema.reporting_zone() s
  cross join unnest(p_entries) e;
end
$$;`,
  },
  {
    name: "apply_changes",
    file: "functions/folding/set-aside.sql",
    line: 88,
    sql: `-- Apply these changes, and take them out of the queue; what cannot be applied is set aside. When they cannot be applied together they are
-- divided, until the one that is at fault stands alone: what is taken away first, or a view that is added could stand in for one that had never
-- been counted. p_slots: which slots are held, NULL for all.
create or replace function :schema.apply_changes(
  p_changes :schema.page_view_changes[], p_entries :schema.entry_delta[], p_slots smallint[]
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_changes :schema.page_view_changes[] := p_changes;
  v_days :schema.visitor_day_delta[];
  v_impossible :schema.page_view_changes[];
  v_reason text;
  v_state text;
  v_half integer := cardinality(p_changes) / 2;
begin
  begin
    v_days := :schema.visitor_days_of_batch(v_changes);
    if exists (select 1 from unnest(v_days) d where (d.after).views < 0) then
      v_impossible := :schema.impossible_changes(v_changes, v_days);
      perform :schema.set_aside(v_impossible, 'a view was taken away that had never been counted');
      perform :schema.delete_changes(v_impossible);
      v_changes := array(
        select c from unnest(v_changes) c where c.change_id not in (select i.change_id from unnest(v_impossible) i)
      );
      v_days := :schema.visitor_days_of_batch(v_changes);
    end if;
    -- first: storing ends with what others wait for
    perform :schema.delete_changes(v_changes);
    perform :schema.store_changes(v_changes, v_days, :schema.changes_of_views(v_changes), p_entries, p_slots);
    return;
  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    get stacked diagnostics v_reason = message_text, v_state = returned_sqlstate;
  end;
  if p_entries <> '{}' then
    perform :schema.apply_entries(p_entries);
  end if;
  if cardinality(p_changes) = 1 then
    perform :schema.set_aside(p_changes, format('%s (%s)', v_reason, v_state));
    perform :schema.delete_changes(p_changes);
  end if;
  if cardinality(p_changes) < 2 then
    return;
  end if;
  p_changes := array(select c from unnest(p_changes) c order by c.sign, c.change_id);
  perform :schema.apply_changes(p_changes[:v_half], '{}', p_slots);
  perform :schema.apply_changes(p_changes[v_half + 1:], '{}', p_slots);
end
$$;`,
  },
  {
    name: "held_slots",
    file: "functions/folding/slots.sql",
    line: 1,
    sql: `-- Who may fold what: see fold.sql.
--
-- All changes of an entity are in one of the slots 0 to 7, and who folds them holds its row. Slot 8 is that of all sessions, and is taken last: who
-- holds it waits for no other.

-- Which free slots does one of so many folders take? Its share of all, those first that have changes; who folds alone takes all.
create or replace function :schema.held_slots(p_folders integer) returns smallint[]
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(array_agg(h.slot), '{}')
  from (
    select s.slot
    from :schema.analytics_slots s
    cross join lateral (select exists (select 1 from :schema.page_view_changes q where q.slot = s.slot) as has_changes) c
    where s.slot < 8
      and (p_folders = 1 or c.has_changes or exists (select 1 from :schema.entry_changes q where q.slot = s.slot))
    order by c.has_changes desc, s.slot
    limit ceil(8.0 / p_folders)
    for no key update of s skip locked
  ) h;
end;`,
  },
  {
    name: "hold_sessions",
    file: "functions/folding/slots.sql",
    line: 24,
    sql: `-- Hold sessions, and wait for who does.
create or replace function :schema.hold_sessions() returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select from :schema.analytics_slots s where s.slot = 8 for no key update;
end;`,
  },
  {
    name: "begin_fold",
    file: "functions/folding/slots.sql",
    line: 32,
    sql: `-- Nothing is folded before the history is complete, nor by a role that does not see all page views, because it reads them again where
-- something was taken away. Nobody truncates page views during a fold: a TRUNCATE holds this lock and waits for no other.
create or replace function :schema.begin_fold(p_limit integer, p_folders integer) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  if p_folders is null or p_folders not between 1 and 8 then
    raise exception 'p_folders must be 1 to 8, and is %', coalesce(p_folders::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  lock table :page_views in access share mode;
  if not (select s.history_complete from :schema.analytics_settings s) then
    raise exception 'the page views from before the installation are not in the rollups yet'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Run: npx @headcount/migrations up';
  end if;
  perform :schema.refuse_hidden_rows();
end
$$;`,
  },
  {
    name: "entries_here",
    file: "functions/folding/slots.sql",
    line: 56,
    sql: `-- Which of these entries are of slots that are held (NULL: all)? The others are handed on to those who fold them.
create or replace function :schema.entries_here(p_entries :schema.entry_delta[], p_slots smallint[]) returns :schema.entry_delta[]
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_entries = '{}' or cardinality(p_slots) = 8 or p_slots is null then
    return p_entries;
  end if;
  insert into :schema.entry_changes (slot, entity_type, entity_id, date, hour, entries, bounces)
  select :schema.entity_slot(e.entity_type, e.entity_id), e.entity_type, e.entity_id, e.date, e.hour, e.entries, e.bounces
  from unnest(p_entries) e
  where :schema.entity_slot(e.entity_type, e.entity_id) <> all (p_slots);
  return array(select e from unnest(p_entries) e where :schema.entity_slot(e.entity_type, e.entity_id) = any (p_slots));
end
$$;`,
  },
  {
    name: "take_entry_changes",
    file: "functions/folding/slots.sql",
    line: 73,
    sql: `-- Take what was handed on to these slots out of its queue.
create or replace function :schema.take_entry_changes(p_slots smallint[]) returns :schema.entry_delta[]
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  with taken as (
    delete from :schema.entry_changes q
    where q.slot = any (p_slots)
    returning q.entity_type, q.entity_id, q.date, q.hour, q.entries, q.bounces
  )
  select array(
    select row(t.entity_type, t.entity_id, t.date, t.hour, sum(t.entries)::integer, sum(t.bounces)::integer):::schema.entry_delta
    from taken t
    group by t.entity_type, t.entity_id, t.date, t.hour
    having sum(t.entries) <> 0 or sum(t.bounces) <> 0
  );
end;`,
  },
  {
    name: "note_fold",
    file: "functions/folding/slots.sql",
    line: 91,
    sql: `-- Note what the fold of these slots did. Every fold writes to the rows of all slots that it holds: one in a snapshot from before cannot lock them
-- any more, and ends with a serialization failure.
create or replace function :schema.note_fold(p_slots smallint[], p_started_at timestamptz, p_folded integer) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_finished_at timestamptz := clock_timestamp();
begin
  update :schema.analytics_slots s set
    finished_at = v_finished_at, folded_changes = p_folded,
    duration_ms = extract(epoch from v_finished_at - p_started_at) * 1000
  where s.slot = any (p_slots || 8::smallint);
end
$$;`,
  },
  {
    name: "fold_page_view_changes",
    file: "functions/folding/slots.sql",
    line: 107,
    sql: `-- Fold one batch of the slots that are free: at most p_limit of the pending changes. p_folders: how many fold at the same time, of whom each
-- takes its share of the slots. Returns how many changes it took; 0 when nothing is pending that others are not folding.
create or replace function :schema.fold_page_view_changes(p_limit integer default 20000, p_folders integer default 1) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_slots smallint[];
  v_changes :schema.page_view_changes[];
  v_entries :schema.entry_delta[];
begin
  perform :schema.begin_fold(p_limit, p_folders);
  v_slots := :schema.held_slots(p_folders);
  v_entries := :schema.take_entry_changes(v_slots);
  v_changes := :schema.next_changes(v_slots, p_limit);
  if v_changes <> '{}' or v_entries <> '{}' then
    perform :schema.fold_changes(v_changes, v_entries, v_slots);
    perform :schema.note_fold(v_slots, v_started_at, cardinality(v_changes));
  end if;
  return cardinality(v_changes);
end
$$;`,
  },
  {
    name: "fold_pending_changes",
    file: "functions/folding/slots.sql",
    line: 132,
    sql: `-- Fold until nothing is left but what has come in the meantime, or others are folding: for a scheduler that can call a
-- procedure, pg_cron for one. A transaction for each batch. A procedure that commits may not bring settings of its own: they
-- are made anew in each transaction.
create or replace procedure :schema.fold_pending_changes(p_limit integer default 20000)
language plpgsql
as $$
declare
  v_folded integer;
  v_dates bigint;
begin
  commit;
  perform :schema.keep_partitions();
  loop
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    v_folded := :schema.fold_page_view_changes(p_limit);
    exit when v_folded < p_limit;
  end loop;
  v_dates := :schema.breakdown_dates_due();
  while v_dates > 0 loop
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    v_folded := :schema.count_breakdowns_step();
    v_dates := case when v_folded > 0 then v_dates - v_folded else 0 end;
  end loop;
end
$$;`,
  },
  {
    name: "store_visitors",
    file: "functions/folding/store.sql",
    line: 1,
    sql: `-- Storing deltas. Their callers hold the slots of what they write, so that no other session writes it.
--
-- Rows are found by probes: nested loops with an index inside. Left to itself, the planner takes a rollup for as small as it
-- was when it was last analyzed and reads all of it for a batch, or joins the batch to it by hashing.

-- Store what happened to the visitors of these days.
create or replace function :schema.store_visitors(p_days :schema.visitor_day_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
  v_changes :schema.visitor_change[] := array(
    select c from :schema.visitor_changes(array(select d from unnest(p_days) d where not d.is_only)) c
  );
begin
  -- the new ones in the order of the index; most have one day, and nothing has to be put together
  insert into :schema.analytics_entity_visitors (
    first_visit, last_visit, time_total, visit_count, days_visited, timed_views, kind, visitor_id, entity_id, entity_type
  )
  select
    n.first_visit, case when n.views > 1 then n.last_visit end, nullif(n.time_total, 0), nullif(n.views, 1), nullif(n.days, 1),
    nullif(n.timed_views, 0), n.kind, n.visitor_id, n.entity_id, n.entity_type
  from (
    select
      d.entity_type, d.entity_id, d.kind, d.visitor_id, (d.after).views as views, 1 as days, (d.after).timed_views as timed_views,
      (d.after).time_total as time_total, (d.after).first_view as first_visit, (d.after).last_view as last_visit
    from unnest(p_days) d
    where d.is_only
    union all
    select
      c.entity_type, c.entity_id, c.kind, c.visitor_id, c.views, c.days, c.timed_views, c.time_total, c.first_visit, c.last_visit
    from unnest(v_changes) c
    where c.visit_count = 0 and c.views > 0
  ) n
  order by :schema.pair_key(n.entity_type, n.entity_id, n.visitor_id);

  update :schema.analytics_entity_visitors v set
    first_visit = c.first_visit,
    last_visit = case when c.visit_count + c.views > 1 then c.last_visit end,
    visit_count = nullif(c.visit_count + c.views, 1),
    days_visited = nullif(coalesce(v.days_visited, 1) + c.days, 1),
    timed_views = nullif(coalesce(v.timed_views, 0) + c.timed_views, 0),
    time_total = nullif(coalesce(v.time_total, 0) + c.time_total, 0)
  from unnest(v_changes) c
  where :schema.pair_key(v.entity_type, v.entity_id, v.visitor_id) = :schema.pair_key(c.entity_type, c.entity_id, c.visitor_id)
    and v.entity_id is not distinct from c.entity_id and v.visitor_id is not distinct from c.visitor_id
    and v.kind is not distinct from c.kind and v.entity_type is not distinct from c.entity_type
    and c.visit_count > 0 and c.visit_count + c.views > 0;

  if exists (select 1 from unnest(v_changes) c where c.visit_count > 0 and c.visit_count + c.views = 0) then
    delete from :schema.analytics_entity_visitors v
    using unnest(v_changes) c
    where :schema.pair_key(v.entity_type, v.entity_id, v.visitor_id) = :schema.pair_key(c.entity_type, c.entity_id, c.visitor_id)
      and v.entity_id is not distinct from c.entity_id and v.visitor_id is not distinct from c.visitor_id
      and v.kind is not distinct from c.kind and v.entity_type is not distinct from c.entity_type
      and c.visit_count > 0 and c.visit_count + c.views = 0;
  end if;
end
$$;`,
  },
  {
    name: "store_visitor_days",
    file: "functions/folding/store.sql",
    line: 64,
    sql: `-- Store these days of visitors who have more than one view, and take out those of visitors who have not any more.
create or replace function :schema.store_visitor_days(p_days :schema.visitor_day_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
begin
  insert into :schema.analytics_visitor_days (
    first_view, last_view, time_total, date, prev_date, views, timed_views, hours_seen, kind, visitor_id, entity_id, entity_type
  )
  select
    (d.after).first_view, (d.after).last_view, nullif((d.after).time_total, 0), d.date, (d.after).prev_date, (d.after).views,
    nullif((d.after).timed_views, 0), (d.after).hours_seen, d.kind, d.visitor_id, d.entity_id, d.entity_type
  from unnest(p_days) d
  where d.is_stored and not d.was_stored
  order by :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id), d.date;

  if not exists (select 1 from unnest(p_days) d where d.was_stored) then
    return;
  end if;
  update :schema.analytics_visitor_days v set
    first_view = (d.after).first_view, last_view = (d.after).last_view, time_total = nullif((d.after).time_total, 0),
    prev_date = (d.after).prev_date, views = (d.after).views, timed_views = nullif((d.after).timed_views, 0),
    hours_seen = (d.after).hours_seen
  from unnest(p_days) d
  where :schema.pair_key(v.entity_type, v.entity_id, v.visitor_id) = :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id)
    and v.date = d.date
    and v.entity_id is not distinct from d.entity_id and v.visitor_id is not distinct from d.visitor_id
    and v.kind is not distinct from d.kind and v.entity_type is not distinct from d.entity_type
    and d.was_stored and d.is_stored and d.before is distinct from d.after;

  if exists (select 1 from unnest(p_days) d where d.was_stored and not d.is_stored) then
    delete from :schema.analytics_visitor_days v
    using unnest(p_days) d
    where :schema.pair_key(v.entity_type, v.entity_id, v.visitor_id) = :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id)
      and v.date = d.date
      and v.entity_id is not distinct from d.entity_id and v.visitor_id is not distinct from d.visitor_id
      and v.kind is not distinct from d.kind and v.entity_type is not distinct from d.entity_type
      and d.was_stored and not d.is_stored;
  end if;
end
$$;`,
  },
  {
    name: "store_returns",
    file: "functions/folding/store.sql",
    line: 109,
    sql: `-- Add to the returns, by days and by weeks.
create or replace function :schema.store_returns(p_returns :schema.return_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_nestloop = off
as $$
begin
  insert into :schema.analytics_visitor_returns as r (entity_type, entity_id, date, prev_date, visitors, accounts)
  select d.entity_type, d.entity_id, d.date, d.prev_date, d.visitors, d.accounts
  from unnest(p_returns) d
  order by d.entity_type, d.entity_id, d.date, d.prev_date
  on conflict (entity_type, entity_id, date, prev_date) do update set
    visitors = r.visitors + excluded.visitors, accounts = r.accounts + excluded.accounts;

  insert into :schema.analytics_visitor_return_weeks as w (entity_type, entity_id, week, prev_week, visitors, accounts)
  select d.entity_type, d.entity_id, :schema.week_of(d.date), :schema.week_of(d.prev_date), sum(d.visitors), sum(d.accounts)
  from unnest(p_returns) d
  group by 1, 2, 3, 4
  having sum(d.visitors) <> 0 or sum(d.accounts) <> 0
  order by 1, 2, 3, 4
  on conflict (entity_type, entity_id, week, prev_week) do update set
    visitors = w.visitors + excluded.visitors, accounts = w.accounts + excluded.accounts;

  if exists (select 1 from unnest(p_returns) d where d.visitors < 0) then
    perform :schema.delete_empty_returns(p_returns);
  end if;
end
$$;`,
  },
  {
    name: "delete_empty_returns",
    file: "functions/folding/store.sql",
    line: 138,
    sql: `-- Delete those of these returns that nobody is left of. The planner would take "visitors = 0" for true of next to no row: see store_days.
create or replace function :schema.delete_empty_returns(p_returns :schema.return_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
begin
  delete from :schema.analytics_visitor_returns r
  using unnest(p_returns) d
  where r.entity_type = d.entity_type and r.entity_id = d.entity_id and r.date = d.date and r.prev_date = d.prev_date
    and case when r.visitors = 0 then 0 end <> 1 and d.visitors < 0;
  delete from :schema.analytics_visitor_return_weeks w
  using unnest(p_returns) d
  where w.entity_type = d.entity_type and w.entity_id = d.entity_id
    and w.week = :schema.week_of(d.date) and w.prev_week = :schema.week_of(d.prev_date)
    and case when w.visitors = 0 then 0 end <> 1 and d.visitors < 0;
end
$$;`,
  },
  {
    name: "store_days",
    file: "functions/folding/store.sql",
    line: 159,
    sql: `-- Add to dates and to their hours. Fails when more is taken away from a date than it has.
-- A date that was in one hour keeps no record of it until a second one comes; then both are packed.
create or replace function :schema.store_days(p_days :schema.day_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
  -- twenty-four hours and what some folds add: the row stays small enough to be stored as it is
  c_max_records constant integer := 40;
  v_now integer := extract(epoch from now())::bigint - 1577836800;
  v_impossible text;
begin
  with
  deltas as materialized (
    select
      d.*, s.views as stored_views, s.hour as stored_hour, h.hour as delta_hour,
      case when s.hour is not null and s.hour is distinct from h.hour then :schema.packed_hour(
        s.hour, s.views, coalesce(s.timed_views, 0), coalesce(s.time_total, 0), coalesce(s.visitors, 0),
        coalesce(s.accounts, 0), coalesce(s.entries, 0), coalesce(s.bounces, 0)
      ) end as first_record
    from unnest(p_days) d
    left join lateral :schema.day_at(d.entity_type, d.entity_id, d.date) s on true
    -- the one hour that is added to; -1 when none is, NULL when several are
    cross join lateral (
      select case coalesce(array_length(d.hours, 1), 0) when 0 then -1 when 1 then d.hours[1][1] end::smallint as hour
    ) h
  ),
  new_hours as (
    insert into :schema.analytics_hours (entity_type, entity_id, date, hours)
    select d.entity_type, d.entity_id, d.date, case when d.first_record is null then d.hours else d.first_record || d.hours end
    from deltas d
    where case
      when d.stored_views is null then d.delta_hour is null
      else d.stored_hour is not null and d.delta_hour is distinct from -1 and d.delta_hour is distinct from d.stored_hour
    end
    order by d.entity_type, d.entity_id, d.date
  ),
  changed_hours as (
    update :schema.analytics_hours h set
      hours = case
        when array_length(h.hours, 1) + array_length(d.hours, 1) > c_max_records then :schema.merged_hours(h.hours || d.hours)
        else h.hours || d.hours
      end
    from deltas d
    where h.entity_type = d.entity_type and h.entity_id = d.entity_id and h.date = d.date
      and d.stored_views is not null and d.stored_hour is null and d.delta_hour is distinct from -1
  ),
  new_days as (
    insert into :schema.analytics_days (
      time_total, date, views, visitors, accounts, timed_views, entries, bounces,
      again_ever, accounts_again_ever, again_in_week, accounts_again_in_week, again_in_month, accounts_again_in_month,
      again_in_quarter, accounts_again_in_quarter, again_in_year, accounts_again_in_year, hour, entity_id, entity_type
    )
    select
      nullif(d.time_total, 0), d.date, d.views, nullif(d.visitors, 0), nullif(d.accounts, 0), nullif(d.timed_views, 0),
      nullif(d.entries, 0), nullif(d.bounces, 0), nullif(d.again_ever, 0), nullif(d.accounts_again_ever, 0),
      nullif(d.again_in_week, 0), nullif(d.accounts_again_in_week, 0),
      nullif(d.again_in_month, 0), nullif(d.accounts_again_in_month, 0),
      nullif(d.again_in_quarter, 0), nullif(d.accounts_again_in_quarter, 0),
      nullif(d.again_in_year, 0), nullif(d.accounts_again_in_year, 0), nullif(d.delta_hour, -1), d.entity_id, d.entity_type
    from deltas d
    where d.stored_views is null
    order by d.entity_type, d.entity_id, d.date
    returning entity_type, entity_id, date, views, visitors
  ),
  changed_days as (
    update :schema.analytics_days s set
      updated = v_now,
      views = s.views + d.views,
      time_total = nullif(coalesce(s.time_total, 0) + d.time_total, 0),
      timed_views = nullif(coalesce(s.timed_views, 0) + d.timed_views, 0),
      entries = nullif(coalesce(s.entries, 0) + d.entries, 0),
      bounces = nullif(coalesce(s.bounces, 0) + d.bounces, 0),
      visitors = nullif(coalesce(s.visitors, 0) + d.visitors, 0),
      accounts = nullif(coalesce(s.accounts, 0) + d.accounts, 0),
      again_ever = nullif(coalesce(s.again_ever, 0) + d.again_ever, 0),
      accounts_again_ever = nullif(coalesce(s.accounts_again_ever, 0) + d.accounts_again_ever, 0),
      again_in_week = nullif(coalesce(s.again_in_week, 0) + d.again_in_week, 0),
      accounts_again_in_week = nullif(coalesce(s.accounts_again_in_week, 0) + d.accounts_again_in_week, 0),
      again_in_month = nullif(coalesce(s.again_in_month, 0) + d.again_in_month, 0),
      accounts_again_in_month = nullif(coalesce(s.accounts_again_in_month, 0) + d.accounts_again_in_month, 0),
      again_in_quarter = nullif(coalesce(s.again_in_quarter, 0) + d.again_in_quarter, 0),
      accounts_again_in_quarter = nullif(coalesce(s.accounts_again_in_quarter, 0) + d.accounts_again_in_quarter, 0),
      again_in_year = nullif(coalesce(s.again_in_year, 0) + d.again_in_year, 0),
      accounts_again_in_year = nullif(coalesce(s.accounts_again_in_year, 0) + d.accounts_again_in_year, 0),
      hour = case when d.delta_hour = -1 or d.delta_hour = s.hour then s.hour end
    from deltas d
    where s.entity_type = d.entity_type and s.entity_id = d.entity_id and s.date = d.date and d.stored_views is not null
    returning s.entity_type, s.entity_id, s.date, s.views, s.visitors
  ),
  written as (
    select n.entity_type, n.entity_id, n.date, n.views, coalesce(n.visitors, 0) as visitors from new_days n
    union all
    select c.entity_type, c.entity_id, c.date, c.views, coalesce(c.visitors, 0) from changed_days c
  )
  select format('%s %s has %s views and %s visitors on %s', w.entity_type, w.entity_id, w.views, w.visitors, w.date)
  into v_impossible
  from written w
  where w.views < 0 or w.visitors < 0 or w.visitors > w.views
  limit 1;
  if v_impossible is not null then
    raise exception 'more was taken away than had been counted: %', v_impossible using errcode = 'data_exception';
  end if;

  if exists (select 1 from unnest(p_days) d where d.views < 0 or d.entries < 0) then
    delete from :schema.analytics_hours h
    using unnest(p_days) d
    where h.entity_type = d.entity_type and h.entity_id = d.entity_id and h.date = d.date
      and exists (
        select 1 from :schema.day_at(d.entity_type, d.entity_id, d.date) s
        where s.views = 0 and s.entries is null and s.visitors is null
      );
    -- the planner would take "views = 0" for true of next to no row, and compare each such row with all of these dates, which is
    -- quadratic where many are taken away; it takes this for true of nearly all
    delete from :schema.analytics_days s
    using unnest(p_days) d
    where s.entity_type = d.entity_type and s.entity_id = d.entity_id and s.date = d.date
      and case when s.views = 0 and s.entries is null and s.visitors is null then 0 end <> 1;
  end if;
end
$$;`,
  },
  {
    name: "store_entities",
    file: "functions/folding/store.sql",
    line: 284,
    sql: `-- Add to the totals of all time.
create or replace function :schema.store_entities(p_entities :schema.entity_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
begin
  insert into :schema.analytics_entities as e (
    first_view, last_view, time_total, views, timed_views, visitors, accounts, entries, bounces, entity_id, entity_type
  )
  select
    d.first_view, d.last_view, d.time_total, d.views, d.timed_views, d.visitors, d.accounts, d.entries, d.bounces, d.entity_id,
    d.entity_type
  from unnest(p_entities) d
  order by d.entity_type, d.entity_id
  on conflict (entity_type, entity_id) do update set
    first_view = excluded.first_view, last_view = excluded.last_view,
    time_total = e.time_total + excluded.time_total, views = e.views + excluded.views,
    timed_views = e.timed_views + excluded.timed_views, visitors = e.visitors + excluded.visitors,
    accounts = e.accounts + excluded.accounts, entries = e.entries + excluded.entries, bounces = e.bounces + excluded.bounces;

  if exists (select 1 from unnest(p_entities) d where d.views < 0 or d.entries < 0) then
    delete from :schema.analytics_entities e
    using unnest(p_entities) d
    where e.entity_type = d.entity_type and e.entity_id = d.entity_id
      and case when e.views = 0 and e.entries = 0 and e.bounces = 0 then 0 end <> 1;
  end if;
end
$$;`,
  },
  {
    name: "store_sessions",
    file: "functions/folding/store.sql",
    line: 316,
    sql: `-- Store sessions. Collection may write rows of its own at the same time, so rows are taken in the order of their ids. Fails
-- when more is taken away from a session than it has.
create or replace function :schema.store_sessions(p_sessions :schema.session_delta[]) returns void
language plpgsql
:settings_of_folds
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
  v_impossible text := (
    select format('session %s has %s views', d.session_id, (d.after).views) from unnest(p_sessions) d
    where (d.after).views < 0 or ((d.after).views > 0 and (d.after).entry_entity_type is null)
    limit 1
  );
begin
  if v_impossible is not null then
    raise exception 'more was taken away than had been counted: %', v_impossible using errcode = 'data_exception';
  end if;

  insert into :schema.visitor_sessions as s (
    session_id, account_id, account_seen_at, first_seen_at, last_seen_at, total_views, unique_pages, time_total,
    entry_entity_type, entry_entity_id, entry_owner_id, identified
  )
  select
    d.session_id, (d.after).account_id, (d.after).account_seen, (d.after).first_seen, (d.after).last_seen, (d.after).views,
    (d.after).unique_pages, (d.after).time_total, (d.after).entry_entity_type, (d.after).entry_entity_id, (d.after).entry_owner_id,
    nullif(d.identified, false)
  from unnest(p_sessions) d
  where (d.after).views > 0 and (d.before is distinct from d.after or d.identified)
  order by d.session_id
  on conflict (:session_key) do update set
    account_id = excluded.account_id, account_seen_at = excluded.account_seen_at,
    first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at,
    total_views = excluded.total_views, unique_pages = excluded.unique_pages, time_total = excluded.time_total,
    entry_entity_type = excluded.entry_entity_type, entry_entity_id = excluded.entry_entity_id, entry_owner_id = excluded.entry_owner_id,
    identified = coalesce(s.identified, excluded.identified);

  if exists (select 1 from unnest(p_sessions) d where (d.after).views = 0) then
    delete from :schema.visitor_sessions s
    using unnest(p_sessions) d
    where s.session_id = d.session_id and (d.after).views = 0 and s.total_views <> 0;
  end if;
  if exists (select 1 from :schema.analytics_settings s where s.sealed_before is not null) then
    perform :schema.seal_sessions(p_sessions);
  end if;
  if exists (select 1 from :schema.analytics_breakdowns) then
    perform :schema.count_entries_again(p_sessions);
  end if;
end
$$;`,
  },
  {
    name: "note_restore",
    file: "functions/folding/store.sql",
    line: 368,
    sql: `-- Note that rows were put into the rollups by a statement of its own, as restoring a dump of data does: folding and reading in are
-- functions, and no client names the table. Page views that were restored with the triggers on were captured as well, and
-- would count twice.
create or replace function :schema.note_restore() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  -- settings come with the data of a dump whose schema was restored before, and were written once before they had a trigger
  if tg_level = 'ROW' then
    new.restored_at := now();
    return new;
  end if;
  if current_query() ~* '^\\s*(copy|insert)\\s.*analytics_days' then
    update :schema.analytics_settings set restored_at = now();
  end if;
  return null;
end
$$;`,
  },
  {
    name: "entity_hash",
    file: "functions/keys/keys.sql",
    line: 1,
    sql: `-- The keys by which rows are found. An index has the same expressions: PostgreSQL inlines these functions, so that the
-- index is used. They can never change without it.

-- Which number stands for an entity? Two entities may share one.
create or replace function :schema.entity_hash(p_entity_type text, p_entity_id :entity_id_type) returns bigint
language sql immutable parallel safe
begin atomic
  select :entity_id_hash(p_entity_id, hashtextextended(p_entity_type, 0));
end;`,
  },
  {
    name: "aggregate_id",
    file: "functions/keys/keys.sql",
    line: 57,
    sql: `-- Which id has the row of this date or hour in analytics_aggregates? It follows from the key, and is stored nowhere.
create or replace function :schema.aggregate_id(p_entity_type text, p_entity_id :entity_id_type, p_date date, p_hour smallint)
returns uuid
language sql immutable parallel safe
begin atomic
  select md5(
    length(p_entity_type)::text || ' ' || p_entity_type || ' ' || (p_date - date '2000-01-01')::text || ' '
      || coalesce(p_hour::text, '') || ' ' || p_entity_id::text
  )::uuid;
end;`,
  },
  {
    name: "week_of",
    file: "functions/keys/keys.sql",
    line: 97,
    sql: `-- On which Monday did the week of this date begin?
create or replace function :schema.week_of(p_date date) returns date
language sql immutable parallel safe
begin atomic
  select date_trunc('week', p_date::timestamp)::date;
end;`,
  },
  {
    name: "owner_entity",
    file: "functions/levels/groups.sql",
    line: 1,
    sql: `-- Levels: what is counted besides entities, each visitor once. A group, as an owner, is an entity of its own in the queue and the rollups, with
-- an entity_type that no page view may have; so everything that works on entities works on groups.
--
--   owner  entity_type = 'headcount:owner'           entity_id = the owner's
--   type   entity_type = 'headcount:type:' || type   entity_id = that of no entity
--   site   entity_type = 'headcount:site'            entity_id = that of no entity

-- As which entity is this owner counted? NULL when its id cannot be that of an entity.
create or replace function :schema.owner_entity(p_owner_id :owner_id_type) returns :entity_id_type
language sql immutable parallel safe
begin atomic
  select :owner_key_of_argument;
end;`,
  },
  {
    name: "captured_levels",
    file: "functions/levels/groups.sql",
    line: 47,
    sql: `-- Which levels are captured? Those that are kept, and those that are being added.
create or replace function :schema.captured_levels() returns text[]
language sql stable
begin atomic
  select s.levels || array(
    select p.key from jsonb_each(s.level_positions) p where p.value ->> 'phase' <> 'removing' order by p.key
  )
  from :schema.analytics_settings s
  limit 1;
end;`,
  },
  {
    name: "has_levels",
    file: "functions/levels/groups.sql",
    line: 67,
    sql: `-- Is anything counted besides entities?
create or replace function :schema.has_levels() returns boolean
language sql stable
begin atomic
  select s.levels <> '{}' or s.level_positions <> '{}' from :schema.analytics_settings s limit 1;
end;`,
  },
  {
    name: "is_kept_group",
    file: "functions/levels/groups.sql",
    line: 74,
    sql: `-- Do the rollups hold this group? While its level is being added they hold those that were read in already: of others, page views have all
-- that is captured, and it is read in with them.
create or replace function :schema.is_kept_group(
  p_entity_type text, p_entity_id :entity_id_type, p_levels text[], p_positions jsonb
) returns boolean
language sql immutable parallel safe
begin atomic
  select coalesce(
    case p_entity_type
      when 'headcount:site' then 'site' = any (p_levels)
      when 'headcount:owner' then 'owner' = any (p_levels) or p_entity_id <= (p_positions -> 'owner' ->> 'entity_id'):::entity_id_type
      else 'type' = any (p_levels) or substr(p_entity_type, 16) <= p_positions -> 'type' ->> 'entity_type'
    end,
    false
  );
end;`,
  },
  {
    name: "changes_not_kept",
    file: "functions/levels/groups.sql",
    line: 91,
    sql: `-- Which of these changes are of groups that the rollups do not hold?
create or replace function :schema.changes_not_kept(p_changes :schema.page_view_changes[]) returns :schema.page_view_changes[]
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select array(
    select c
    from :schema.analytics_settings s
    cross join unnest(p_changes) c
    where c.is_group and not :schema.is_kept_group(c.entity_type, c.entity_id, s.levels, s.level_positions)
  );
end;`,
  },
  {
    name: "kept_entries",
    file: "functions/levels/groups.sql",
    line: 104,
    sql: `-- These entries without those of groups that the rollups do not hold.
create or replace function :schema.kept_entries(p_entries :schema.entry_delta[]) returns :schema.entry_delta[]
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select array(
    select e
    from :schema.analytics_settings s
    cross join unnest(p_entries) e
    where not :schema.is_group_type(e.entity_type)
      or :schema.is_kept_group(e.entity_type, e.entity_id, s.levels, s.level_positions)
  );
end;`,
  },
  {
    name: "changes_of_views",
    file: "functions/levels/groups.sql",
    line: 118,
    sql: `-- These changes without those of groups: sessions are moved by what was viewed.
create or replace function :schema.changes_of_views(p_changes :schema.page_view_changes[]) returns :schema.page_view_changes[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if not :schema.has_levels() then
    return p_changes;
  end if;
  return array(select c from unnest(p_changes) c where c.is_group is null);
end
$$;`,
  },
  {
    name: "page_views_of_groups",
    file: "functions/levels/groups.sql",
    line: 131,
    sql: `-- Which page views have these groups, of one level, from the first id to the last, both included; of these those of p_ids, when given?
create or replace function :schema.page_views_of_groups(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[]
) returns table (
  entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type,
  viewed_at timestamptz, time_on_page integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if p_entity_type = 'headcount:owner' then
    return query
    select
      pv.owner_id, pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
      :schema.counted_time(pv.time_on_page)
    from :page_view_rows pv
    where pv.owner_id between p_first_id and p_last_id and (p_ids is null or pv.owner_id = any (p_ids))
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at);
  elsif p_entity_type = 'headcount:site' then
    return query
    select
      :no_entity, pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
      :schema.counted_time(pv.time_on_page)
    from :page_view_rows pv
    where :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at);
  elsif :schema.is_group_type(p_entity_type) then
    return query
    select
      :no_entity, pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
      :schema.counted_time(pv.time_on_page)
    from :page_view_rows pv
    where pv.entity_type = substr(p_entity_type, 16)
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at);
  end if;
end
$$;`,
  },
  {
    name: "page_views_of_visitor_in_group",
    file: "functions/levels/groups.sql",
    line: 170,
    sql: `-- Which page views of this group has this visitor on these dates? See page_views_of_visitor.
create or replace function :schema.page_views_of_visitor_in_group(
  p_group_type text, p_group_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type,
  p_start_date date, p_end_date date, p_time_zone text
) returns table (
  viewed_at timestamptz, local_time timestamp, time_on_page integer, source_no integer, device_no integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  v_earliest timestamptz := p_start_date::timestamp at time zone p_time_zone - interval '1 day';
  v_until timestamptz := p_end_date::timestamp at time zone p_time_zone + interval '2 days';
begin
  return query
  select v.viewed_at, v.viewed_at at time zone p_time_zone, :schema.counted_time(v.time_on_page), v.source_no, v.device_no
  from (
    select
      pv.entity_type, pv.entity_id, pv.owner_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page, pv.source_no,
      pv.device_no
    from :page_view_rows pv
    where p_kind = 'a' and pv.account_id = p_visitor_id:::account_id_type
    union all
    select
      pv.entity_type, pv.entity_id, pv.owner_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page, pv.source_no,
      pv.device_no
    from :page_view_rows pv
    where p_kind = 's' and pv.session_id = p_visitor_id:::session_id_type and pv.account_id is null and pv.visitor_id is null
    union all
    select
      pv.entity_type, pv.entity_id, pv.owner_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page, pv.source_no,
      pv.device_no
    from :page_view_rows pv
    where p_kind = 'v' and pv.visitor_id = p_visitor_id:::session_id_type and pv.account_id is null
  ) v
  where v.viewed_at >= v_earliest and v.viewed_at < v_until
    and (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    and :schema.is_of_group(p_group_type, p_group_id, v.entity_type, v.owner_id)
    and :schema.why_left_out(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at) is null;
end
$$;`,
  },
  {
    name: "sessions_entered_at_groups",
    file: "functions/levels/groups.sql",
    line: 214,
    sql: `-- When did the sessions begin that entered at these groups, of one level, and did they bounce?
create or replace function :schema.sessions_entered_at_groups(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[]
) returns table (entity_id :entity_id_type, first_seen_at timestamptz, is_bounce boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if p_entity_type = 'headcount:owner' then
    return query
    select s.entry_owner_id, s.first_seen_at, :schema.is_bounce(s.total_views, s.time_total)
    from :schema.visitor_sessions s
    where s.entry_owner_id between p_first_id and p_last_id and (p_ids is null or s.entry_owner_id = any (p_ids)) and s.total_views > 0;
  elsif :schema.is_group_type(p_entity_type) then
    return query
    select :no_entity, s.first_seen_at, :schema.is_bounce(s.total_views, s.time_total)
    from :schema.visitor_sessions s
    where (p_entity_type = 'headcount:site' or 'headcount:type:' || s.entry_entity_type = p_entity_type) and s.total_views > 0;
  end if;
end
$$;`,
  },
  {
    name: "page_views_of_group_between",
    file: "functions/levels/groups.sql",
    line: 237,
    sql: `-- Which page views of this group began between two instants?
create or replace function :schema.page_views_of_group_between(
  p_group_type text, p_group_id :entity_id_type, p_since timestamptz, p_until timestamptz
) returns table (
  account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type, viewed_at timestamptz, time_on_page bigint,
  source_no integer, device_no integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if p_group_type = 'headcount:owner' then
    return query
    select
      v.account_id:::account_id_type, v.session_id:::session_id_type, v.visitor_id:::session_id_type, v.viewed_at, v.time_on_page::bigint,
      v.source_no, v.device_no
    from :page_view_rows v
    where v.owner_id = p_group_id and v.viewed_at >= p_since and v.viewed_at < p_until
      and :schema.is_counted(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at);
  else
    return query
    select
      v.account_id:::account_id_type, v.session_id:::session_id_type, v.visitor_id:::session_id_type, v.viewed_at, v.time_on_page::bigint,
      v.source_no, v.device_no
    from :page_view_rows v
    where :schema.is_of_group(p_group_type, p_group_id, v.entity_type, v.owner_id) and v.viewed_at >= p_since and v.viewed_at < p_until
      and :schema.is_counted(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at);
  end if;
end
$$;`,
  },
  {
    name: "next_groups",
    file: "functions/levels/next-groups.sql",
    line: 1,
    sql: `-- Going through all groups of some levels, a bounded number of page views at a time: see next_entities. First owners in the order of their ids,
-- then the site, then the types.

-- Which groups of these levels come after this one with together about p_limit page views? NULL when nothing comes after it. What has no page
-- views any more is still known from what is stored, what has lost them just now from the queue, and what has lost them before its sessions
-- were told from the sessions that entered there: once their entries are taken away, the group has to have had them.
create or replace function :schema.next_groups(p_after :schema.entity_key, p_limit integer, p_levels text[]) returns :schema.entity_slice
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
-- what is stored is often less than the planner thinks, and it would read and sort all of it
set enable_seqscan = off
set enable_sort = off
set enable_bitmapscan = off
as $$
declare
  v_after_type text := (p_after).entity_type;
  v_after_id :entity_id_type := coalesce((p_after).entity_id, :no_entity);
  v_type text;
  v_next :schema.entity_slice;
begin
  if 'owner' = any (p_levels) and coalesce(v_after_type, 'headcount:owner') = 'headcount:owner' then
    v_next.first_id := least(
      (select pv.owner_id from :page_view_rows pv where pv.owner_id > v_after_id order by pv.owner_id limit 1),
      (select r.entity_id from :schema.rolled_up_entities() r
        where r.entity_type = 'headcount:owner' and r.entity_id > v_after_id
        order by r.entity_id limit 1),
      (select q.entity_id from :schema.page_view_changes q
        where q.is_group and q.entity_type = 'headcount:owner' and q.entity_id > v_after_id
        order by q.entity_id limit 1),
      (select s.entry_owner_id from :schema.visitor_sessions s where s.entry_owner_id > v_after_id order by s.entry_owner_id limit 1)
    );
    if v_next.first_id is not null then
      v_next.entity_type := 'headcount:owner';
      v_next.last_id := coalesce(
        least(
          (select pv.owner_id from :page_view_rows pv where pv.owner_id >= v_next.first_id order by pv.owner_id offset p_limit limit 1),
          (select d.entity_id from :schema.analytics_days d
            where d.entity_type = 'headcount:owner' and d.entity_id >= v_next.first_id
            order by d.entity_id offset p_limit limit 1)
        ),
        greatest(
          (select pv.owner_id from :page_view_rows pv where pv.owner_id is not null order by pv.owner_id desc limit 1),
          (select r.entity_id from :schema.rolled_up_entities() r
            where r.entity_type = 'headcount:owner'
            order by r.entity_id desc limit 1),
          (select q.entity_id from :schema.page_view_changes q
            where q.is_group and q.entity_type = 'headcount:owner'
            order by q.entity_id desc limit 1),
          (select s.entry_owner_id from :schema.visitor_sessions s where s.entry_owner_id is not null order by s.entry_owner_id desc limit 1)
        )
      );
      return v_next;
    end if;
  end if;

  if 'site' = any (p_levels) and coalesce(v_after_type, 'headcount:owner') = 'headcount:owner' then
    return row('headcount:site', :no_entity, :no_entity):::schema.entity_slice;
  end if;

  if 'type' = any (p_levels) then
    v_after_type := case when starts_with(v_after_type, 'headcount:type:') then substr(v_after_type, 16) end;
    select min(t.entity_type) into v_type
    from (
      (select pv.entity_type::text as entity_type from :page_view_rows pv
        where pv.entity_type is not null and (v_after_type is null or pv.entity_type > v_after_type)
          and not :schema.is_group_type(pv.entity_type)
        order by pv.entity_type limit 1)
      union all
      select case when starts_with(r.entity_type, 'headcount:type:') then substr(r.entity_type, 16) else r.entity_type end
      from :schema.rolled_up_types() r
      where starts_with(r.entity_type, 'headcount:type:') or not :schema.is_group_type(r.entity_type)
      union all
      select substr(q.entity_type, 16) from :schema.page_view_changes q where q.is_group and starts_with(q.entity_type, 'headcount:type:')
    ) t
    where v_after_type is null or t.entity_type > v_after_type;
    if v_type is not null then
      return row('headcount:type:' || v_type, :no_entity, :no_entity):::schema.entity_slice;
    end if;
  end if;
  return null;
end
$$;`,
  },
  {
    name: "next_slice",
    file: "functions/levels/next-groups.sql",
    line: 85,
    sql: `-- Which entities, and behind the last one which groups of these levels, come after this one with together about p_limit page views?
create or replace function :schema.next_slice(p_after :schema.entity_key, p_limit integer, p_levels text[]) returns :schema.entity_slice
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_next :schema.entity_slice;
  v_is_group boolean := coalesce(:schema.is_group_type((p_after).entity_type), false);
begin
  if not v_is_group then
    v_next := :schema.next_entities(p_after, p_limit);
  end if;
  if v_next.entity_type is null and p_levels <> '{}' then
    v_next := :schema.next_groups(case when v_is_group then p_after end, p_limit, p_levels);
  end if;
  return v_next;
end
$$;`,
  },
  {
    name: "quoted_levels",
    file: "functions/levels/switching.sql",
    line: 1,
    sql: `-- Switching levels on and off: see groups_of. What is captured is said by the arguments of triggers, which every statement that begins afterwards
-- has, whatever its snapshot; and they are made while nobody writes page views, so that none is captured as of one level and not of another.

-- These levels as arguments of a trigger.
create or replace function :schema.quoted_levels(p_levels text[]) returns text
language sql immutable
begin atomic
  select coalesce(string_agg(quote_literal(l.level), ', ' order by l.nth), '') from unnest(p_levels) with ordinality l (level, nth);
end;`,
  },
  {
    name: "capture_levels",
    file: "functions/levels/switching.sql",
    line: 11,
    sql: `-- Capture these levels, and no others.
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
$$;`,
  },
  {
    name: "begin_switching",
    file: "functions/levels/switching.sql",
    line: 41,
    sql: `-- Hold everything that switching a level on or off reads and writes: nobody writes page views in the meantime, and nothing is on its way to
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
$$;`,
  },
  {
    name: "begin_adding_level",
    file: "functions/levels/switching.sql",
    line: 58,
    sql: `-- Begin to add this level: from now on it is captured. Says whether it could be; false when more than p_limit changes are pending, which are
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
$$;`,
  },
  {
    name: "add_level_step",
    file: "functions/levels/switching.sql",
    line: 102,
    sql: `-- One step of adding a level, of about p_limit page views: of owners, first all sessions, which are given the owner at whose they entered; then all
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
$$;`,
  },
  {
    name: "level_of_group",
    file: "functions/levels/switching.sql",
    line: 166,
    sql: `-- Which level is this group of?
create or replace function :schema.level_of_group(p_entity_type text) returns text
language sql immutable parallel safe
begin atomic
  select case
    when p_entity_type = 'headcount:owner' then 'owner'
    when p_entity_type = 'headcount:site' then 'site'
    when starts_with(p_entity_type, 'headcount:type:') then 'type'
  end;
end;`,
  },
  {
    name: "begin_removing_level",
    file: "functions/levels/switching.sql",
    line: 177,
    sql: `-- Begin to remove this level: from now on it is neither captured nor answered. Says whether there was anything to remove.
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
$$;`,
  },
  {
    name: "remove_level_step",
    file: "functions/levels/switching.sql",
    line: 202,
    sql: `-- One step of removing a level: the rollups of one or some of its groups, of about p_limit visitors together, or the owners of so many
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
$$;`,
  },
  {
    name: "level_index_statements",
    file: "functions/levels/switching.sql",
    line: 261,
    sql: `-- What makes the indexes by which page views of this level are found, statement by statement; nothing when they are there. To be run by themselves,
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
end;`,
  },
  {
    name: "reassign_step",
    file: "functions/levels/switching.sql",
    line: 297,
    sql: `-- Say whose this entity was, of its page views from an instant on (NULL: of all), about p_limit of them. Views that are that owner's already
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
$$;`,
  },
  {
    name: "page_views_of",
    file: "functions/lookups/page-views.sql",
    line: 1,
    sql: `-- Look-ups in the host's page views: the one place where a page view without an entity is looked for. Such a view has
-- NULL, or the value that stands for no entity in our tables.
--
-- Each is two index scans of which one is never run, for "= NULL" finds nothing. They are inlined into the statements
-- that use them.

-- Which page views has this entity on these dates? The index gets a day's margin and the label decides.
create or replace function :schema.page_views_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_time_zone text
) returns table (
  account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type, viewed_at timestamptz,
  local_time timestamp, time_on_page integer
)
language sql stable
begin atomic
  select
    v.account_id, v.session_id, v.visitor_id, v.viewed_at, v.viewed_at at time zone p_time_zone,
    :schema.counted_time(v.time_on_page)
  from (
    select pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page
    from :page_view_rows pv
    where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
    union all
    select pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page
    from :page_view_rows pv
    where p_entity_id = :no_entity and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
  ) v
  where :schema.why_left_out(p_entity_type, p_entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at) is null
    and (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "page_views_between",
    file: "functions/lookups/page-views.sql",
    line: 36,
    sql: `-- Which page views of this entity, or of this group, began between two instants, whether they are counted or not, and where did they come from?
create or replace function :schema.page_views_between(
  p_entity_type text, p_entity_id :entity_id_type, p_since timestamptz, p_until timestamptz
) returns table (
  account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type, viewed_at timestamptz, time_on_page bigint,
  source_no integer, device_no integer
)
language sql stable
begin atomic
  select
    pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
    pv.time_on_page::bigint, pv.source_no, pv.device_no
  from :page_view_rows pv
  where not :schema.is_group_type(p_entity_type)
    and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id and pv.viewed_at >= p_since and pv.viewed_at < p_until
  union all
  select
    pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
    pv.time_on_page::bigint, pv.source_no, pv.device_no
  from :page_view_rows pv
  where p_entity_id = :no_entity and not :schema.is_group_type(p_entity_type) and pv.entity_type = p_entity_type
    and pv.entity_id is null and pv.viewed_at >= p_since and pv.viewed_at < p_until
  union all
  select g.account_id, g.session_id, g.visitor_id, g.viewed_at, g.time_on_page, g.source_no, g.device_no
  from (select 1 where :schema.is_group_type(p_entity_type)) o
  cross join lateral :schema.page_views_of_group_between(p_entity_type, p_entity_id, p_since, p_until) g;
end;`,
  },
  {
    name: "page_views_of_visitor",
    file: "functions/lookups/page-views.sql",
    line: 108,
    sql: `-- Which page views of the entity, or of the group, has this visitor on these dates?
-- Dates are labels of local time and not always one stretch of it (St. John's set its clocks back at 00:01),
-- so the index gets a day's margin and the label decides.
-- The columns of the visitor's index are compared as one row: with "=" the planner may take the index by entity and time, and
-- read everybody's views of those days.
create or replace function :schema.page_views_of_visitor(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type,
  p_start_date date, p_end_date date, p_time_zone text
) returns table (
  viewed_at timestamptz, local_time timestamp, time_on_page integer, source_no integer, device_no integer
)
language sql stable
begin atomic
  select v.viewed_at, v.viewed_at at time zone p_time_zone, :schema.counted_time(v.time_on_page), v.source_no, v.device_no
  from (
    select
      case when p_kind = 'a' then p_visitor_id:::account_id_type end as account_id,
      case when p_kind = 's' then p_visitor_id:::session_id_type end as session_id,
      case when p_kind = 'v' then p_visitor_id:::session_id_type end as visitor_id,
      p_start_date::timestamp at time zone p_time_zone - interval '1 day' as earliest,
      p_end_date::timestamp at time zone p_time_zone + interval '2 days' as until
    offset 0
  ) w
  cross join lateral (
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where pv.account_id is not null
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (w.account_id, p_entity_type, p_entity_id, w.earliest)
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (w.account_id, p_entity_type, p_entity_id, w.until)
    union all
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where p_entity_id = :no_entity and pv.account_id is not null and (pv.entity_id is null) is true
      and (pv.account_id, pv.entity_type) >= (w.account_id, p_entity_type)
      and (pv.account_id, pv.entity_type) <= (w.account_id, p_entity_type)
      and pv.viewed_at >= w.earliest and pv.viewed_at < w.until
    union all
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (w.session_id, p_entity_type, p_entity_id, w.earliest)
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (w.session_id, p_entity_type, p_entity_id, w.until)
    union all
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where p_entity_id = :no_entity and pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.entity_id is null) is true
      and (pv.session_id, pv.entity_type) >= (w.session_id, p_entity_type)
      and (pv.session_id, pv.entity_type) <= (w.session_id, p_entity_type)
      and pv.viewed_at >= w.earliest and pv.viewed_at < w.until
    union all
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where pv.visitor_id is not null and pv.account_id is null
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (w.visitor_id, p_entity_type, p_entity_id, w.earliest)
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (w.visitor_id, p_entity_type, p_entity_id, w.until)
    union all
    select pv.viewed_at, pv.time_on_page, pv.source_no, pv.device_no from :page_view_rows pv
    where p_entity_id = :no_entity and pv.visitor_id is not null and pv.account_id is null and (pv.entity_id is null) is true
      and (pv.visitor_id, pv.entity_type) >= (w.visitor_id, p_entity_type)
      and (pv.visitor_id, pv.entity_type) <= (w.visitor_id, p_entity_type)
      and pv.viewed_at >= w.earliest and pv.viewed_at < w.until
  ) v
  where :schema.why_left_out(p_entity_type, p_entity_id, null, null, null, v.viewed_at) is null
    and (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
  union all
  select g.viewed_at, g.local_time, g.time_on_page, g.source_no, g.device_no
  from (select 1 where :schema.is_group_type(p_entity_type)) o
  cross join lateral :schema.page_views_of_visitor_in_group(
    p_entity_type, p_entity_id, p_kind, p_visitor_id, p_start_date, p_end_date, p_time_zone
  ) g;
end;`,
  },
  {
    name: "outermost_views_of_visitor",
    file: "functions/lookups/page-views.sql",
    line: 176,
    sql: `-- When were the first p_limit views of the entity by this visitor between two instants, both included, or the latest? The entity is one that has an
-- id, and no group: in the order of the visitor's index no more is read than is asked for.
create or replace function :schema.outermost_views_of_visitor(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type,
  p_since timestamptz, p_until timestamptz, p_limit bigint, p_latest boolean
) returns table (viewed_at timestamptz)
language plpgsql stable
:settings_of_readers
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
#variable_conflict use_column
declare
  v_account_id :account_id_type := case when p_kind = 'a' then p_visitor_id:::account_id_type end;
  v_session_id :session_id_type := case when p_kind = 's' then p_visitor_id:::session_id_type end;
  v_visitor_id :session_id_type := case when p_kind = 'v' then p_visitor_id:::session_id_type end;
begin
  if p_kind = 'a' and not p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.account_id is not null
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_account_id, p_entity_type, p_entity_id, p_since)
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_account_id, p_entity_type, p_entity_id, p_until)
    order by pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at
    limit p_limit;
  elsif p_kind = 's' and not p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_session_id, p_entity_type, p_entity_id, p_since)
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_session_id, p_entity_type, p_entity_id, p_until)
    order by pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at
    limit p_limit;
  elsif p_kind = 'v' and not p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.visitor_id is not null and pv.account_id is null
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_visitor_id, p_entity_type, p_entity_id, p_since)
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_visitor_id, p_entity_type, p_entity_id, p_until)
    order by pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at
    limit p_limit;
  elsif p_kind = 'a' and p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.account_id is not null
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_account_id, p_entity_type, p_entity_id, p_since)
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_account_id, p_entity_type, p_entity_id, p_until)
    order by pv.account_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    limit p_limit;
  elsif p_kind = 's' and p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_session_id, p_entity_type, p_entity_id, p_since)
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_session_id, p_entity_type, p_entity_id, p_until)
    order by pv.session_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    limit p_limit;
  elsif p_kind = 'v' and p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.visitor_id is not null and pv.account_id is null
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (v_visitor_id, p_entity_type, p_entity_id, p_since)
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) <= (v_visitor_id, p_entity_type, p_entity_id, p_until)
    order by pv.visitor_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    limit p_limit;
  end if;
end
$$;`,
  },
  {
    name: "day_at",
    file: "functions/lookups/rollup-rows.sql",
    line: 57,
    sql: `-- Which row keeps this date of the entity?
create or replace function :schema.day_at(p_entity_type text, p_entity_id :entity_id_type, p_date date)
returns setof :schema.analytics_days
language sql stable
begin atomic
  select d.* from :schema.analytics_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date = p_date
  limit 1;
end;`,
  },
  {
    name: "unpacked_hours",
    file: "functions/lookups/rollup-rows.sql",
    line: 91,
    sql: `-- The hours that are packed into these numbers, of which an hour may have several records.
create or replace function :schema.unpacked_hours(p_hours integer[]) returns table (
  hour smallint, views integer, timed_views integer, time_total bigint, visitors integer, accounts integer,
  entries integer, bounces integer
)
language sql immutable parallel safe
begin atomic
  select
    p_hours[n][1]::smallint, p_hours[n][2], p_hours[n][3], p_hours[n][4]::bigint * 1073741824 + p_hours[n][5],
    p_hours[n][6], p_hours[n][7], p_hours[n][8], p_hours[n][9]
  -- in a select list the numbers are not stored before they are read: of a year there are nine thousand
  from (select generate_series(1, array_length(p_hours, 1)) as n) h;
end;`,
  },
  {
    name: "merged_hours",
    file: "functions/lookups/rollup-rows.sql",
    line: 118,
    sql: `-- These hours with one record each, and without those that nothing is left of.
create or replace function :schema.merged_hours(p_hours integer[]) returns integer[]
language sql immutable parallel safe
begin atomic
  select coalesce(array_agg(
    :schema.packed_hour(h.hour, h.views, h.timed_views, h.time_total, h.visitors, h.accounts, h.entries, h.bounces)
    order by h.hour
  ), '{}')
  from (
    select
      u.hour, sum(u.views) as views, sum(u.timed_views) as timed_views, sum(u.time_total)::bigint as time_total,
      sum(u.visitors) as visitors, sum(u.accounts) as accounts, sum(u.entries) as entries, sum(u.bounces) as bounces
    from :schema.unpacked_hours(p_hours) u
    group by u.hour
    having (sum(u.views), sum(u.timed_views), sum(u.time_total), sum(u.visitors), sum(u.accounts), sum(u.entries), sum(u.bounces))
      <> (0, 0, 0, 0, 0, 0, 0)
  ) h;
end;`,
  },
  {
    name: "visitor_days_between",
    file: "functions/lookups/visitors-of-dates.sql",
    line: 30,
    sql: `-- Which visitor-days has this visitor on these dates?
create or replace function :schema.visitor_days_between(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_visitor_days
language sql stable
begin atomic
  select d.* from :schema.analytics_visitor_days d
  where :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id) = :schema.pair_key(p_entity_type, p_entity_id, p_visitor_id)
    and d.date between p_start_date and p_end_date
    and d.entity_id is not distinct from p_entity_id and d.visitor_id is not distinct from p_visitor_id
    and d.kind is not distinct from p_kind and d.entity_type is not distinct from p_entity_type
  offset 0;
end;`,
  },
  {
    name: "is_partition_of_page_views",
    file: "functions/partitions/capture-partitions.sql",
    line: 1,
    sql: `-- Partitions of page views, at any depth, and tables that inherit from it. Triggers of page views fire for no statement that
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
end;`,
  },
  {
    name: "capture_partition_page_views",
    file: "functions/partitions/capture-partitions.sql",
    line: 18,
    sql: `-- What was added to this partition, or taken away from it, by its own name? Its columns may be in another order than those of page
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
$$;`,
  },
  {
    name: "partitions_of_page_views",
    file: "functions/partitions/capture-partitions.sql",
    line: 87,
    sql: `-- Every partition of page views, at any depth, and every table that inherits from it: which of the triggers does it lack, and may it hold
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
end;`,
  },
  {
    name: "capture_partition",
    file: "functions/partitions/capture-partitions.sql",
    line: 113,
    sql: `-- Give this partition the triggers.
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
$$;`,
  },
  {
    name: "capture_partitions",
    file: "functions/partitions/capture-partitions.sql",
    line: 135,
    sql: `-- Give partitions that lack them the triggers. What was written to one without them was not captured, so unless p_with_rows says that
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
$$;`,
  },
  {
    name: "keep_partitions",
    file: "functions/partitions/keep-partitions.sql",
    line: 1,
    sql: `-- What folding does for partitions of page views, in a transaction of its own: those that are to be made ahead are made, and those that have
-- come since and are empty get the triggers, and what was collected a week ago is forgotten. A role that may not do that folds all the same.
create or replace function :schema.keep_partitions() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if has_function_privilege(:'schema' || '.make_partitions(boolean)', 'execute') then
    perform :schema.make_partitions(false);
  end if;
  if has_function_privilege(:'schema' || '.capture_partitions(boolean)', 'execute') then
    perform :schema.capture_partitions(false);
  end if;
  if has_table_privilege(:'schema' || '.collected_page_views', 'delete') then
    delete from :schema.collected_page_views c
    using (
      select o.page_view_id from :schema.collected_page_views o
      where o.collected_at < now() - interval '7 days'
      order by o.collected_at limit 20000
    ) old
    where c.page_view_id = old.page_view_id;
  end if;
end
$$;`,
  },
  {
    name: "partitions_ready_until",
    file: "functions/partitions/make-partitions.sql",
    line: 1,
    sql: `-- Partitions of page views by month, which are made ahead where the installation says so: \`partition = 'monthly'\`. What is viewed in a
-- month that has none goes to the default partition, so that no INSERT fails.

-- Up to which instant has page views a partition for each month? NULL: it has none but that by default.
create or replace function :schema.partitions_ready_until() returns timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select max(substring(pg_get_expr(c.relpartbound, c.oid) from $re$ TO \\('([^']+)'\\)$$re$)::timestamptz)
  from :schema.analytics_settings s
  join pg_inherits i on i.inhparent = s.page_views and not i.inhdetachpending
  join pg_class c on c.oid = i.inhrelid;
end;`,
  },
  {
    name: "default_partition",
    file: "functions/partitions/make-partitions.sql",
    line: 15,
    sql: `-- The partition of page views by default, and the columns that page views are partitioned by.
create or replace function :schema.default_partition() returns table (page_views regclass, partition regclass, partitioned_by name)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select s.page_views, p.partdefid::regclass, a.attname
  from :schema.analytics_settings s
  join pg_partitioned_table p on p.partrelid = s.page_views
  join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0];
end;`,
  },
  {
    name: "close_partition",
    file: "functions/partitions/make-partitions.sql",
    line: 26,
    sql: `-- Nobody but the owner gets at this partition by its own name, whatever a host's default privileges give to a table as it is made: policies of
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
$$;`,
  },
  {
    name: "make_partition",
    file: "functions/partitions/make-partitions.sql",
    line: 45,
    sql: `-- Make the partition of these instants, of which the default partition has rows only where p_move says that they are to be moved. They
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
$$;`,
  },
  {
    name: "make_partitions",
    file: "functions/partitions/make-partitions.sql",
    line: 99,
    sql: `-- Make the partitions of this month and the next two, one for all that was before at the first time. One that cannot be made now, because the
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
$$;`,
  },
  {
    name: "partition_faults",
    file: "functions/partitions/make-partitions.sql",
    line: 146,
    sql: `-- What is missing of partitions by month? Each with the statement that ends it.
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
end;`,
  },
  {
    name: "changes_of_entities",
    file: "functions/people/erase-entity.sql",
    line: 1,
    sql: `-- Erasing an entity, and giving its page views to another one.

-- What is pending of these entities?
create or replace function :schema.changes_of_entities(p_entities :schema.entity_key[]) returns :schema.page_view_changes[]
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select array(
    select q from :schema.page_view_changes q
    where q.sign <> 0 and (q.entity_type, q.entity_id) in (select e.entity_type, e.entity_id from unnest(p_entities) e)
    order by q.change_id
  );
end;`,
  },
  {
    name: "refuse_group",
    file: "functions/people/erase-entity.sql",
    line: 15,
    sql: `-- Fail when this is the entity_type of a group, whose rollups follow from those of what belongs to it.
create or replace function :schema.refuse_group(p_entity_type text) returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  if :schema.is_group_type(p_entity_type) then
    raise exception '% is no entity_type of page views: those that begin with headcount: stand for owners, types and the site', p_entity_type
      using errcode = 'invalid_parameter_value';
  end if;
end
$$;`,
  },
  {
    name: "instants_of_entity",
    file: "functions/people/erase-entity.sql",
    line: 28,
    sql: `-- Which page views are about this entity?
create or replace function :schema.instants_of_entity(p_entity_type text, p_entity_id :entity_id_type) returns table (viewed_at timestamptz)
language sql stable
begin atomic
  select coalesce(pv.viewed_at, '-infinity') from :page_view_rows pv
  where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
  union all
  select coalesce(pv.viewed_at, '-infinity') from :page_view_rows pv
  where p_entity_id = :no_entity and pv.entity_type = p_entity_type and pv.entity_id is null;
end;`,
  },
  {
    name: "count_entity",
    file: "functions/people/erase-entity.sql",
    line: 39,
    sql: `-- How many page views are about this entity, and how many do the rollups hold that page views do not?
create or replace function :schema.count_entity(
  p_entity_type text, p_entity_id :entity_id_type, out page_views bigint, out stored_views bigint
)
language sql stable
begin atomic
  select
    v.page_views,
    greatest(
      (
        select coalesce(sum(d.views), 0) from :schema.analytics_days d
        where d.entity_type = p_entity_type and d.entity_id = p_entity_id
      ) - v.counted + (
        select coalesce(sum(q.sign), 0) from :schema.page_view_changes q
        where q.entity_type = p_entity_type and q.entity_id = p_entity_id
      ),
      0
    )::bigint
  from (
    select
      count(*) as page_views,
      count(*) filter (where :schema.is_counted(p_entity_type, p_entity_id, null, null, null, i.viewed_at)) as counted
    from :schema.instants_of_entity(p_entity_type, p_entity_id) i
  ) v;
end;`,
  },
  {
    name: "erase_entity_step",
    file: "functions/people/erase-entity.sql",
    line: 65,
    sql: `-- Erase about p_limit page views of this entity; behind the last one, all that is stored of it. Says how many were erased, and
-- whether this was the last step.
create or replace function :schema.erase_entity_step(
  p_entity_type text, p_entity_id :entity_id_type, p_limit integer, p_receipt uuid, p_actor text,
  out erased bigint, out done boolean
)
language plpgsql
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_until timestamptz;
  v_time_zone text := (select z.time_zone from :schema.reporting_zone() z);
  v_session_ids :session_id_type[];
  v_left boolean := false;
begin
  perform :schema.refuse_group(p_entity_type);
  perform :schema.begin_erasing();
  select i.viewed_at into v_until
  from :schema.instants_of_entity(p_entity_type, p_entity_id) i
  order by i.viewed_at
  offset p_limit - 1 limit 1;
  delete from :page_views
  where :entity_type_value = p_entity_type
    and (:entity_id_value = p_entity_id or (p_entity_id = :no_entity and :entity_id_value is null))
    and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit;
  get diagnostics erased = row_count;
  done := v_until is null;

  perform :schema.fold_at_once(
    :schema.changes_of_entities(array[row(p_entity_type, p_entity_id):::schema.entity_key])
  );
  if done then
    -- what is left had page views that are gone: so had the sessions that entered here
    v_session_ids := array(
      select s.session_id from :schema.visitor_sessions s
      where :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
          between :schema.entity_date_key(p_entity_type, p_entity_id, '-infinity')
          and :schema.entity_date_key(p_entity_type, p_entity_id, 'infinity')
        and s.total_views > 0
        and s.entry_entity_id is not distinct from p_entity_id and s.entry_entity_type is not distinct from p_entity_type
      order by s.session_id
    );
    if v_session_ids <> '{}' then
      perform :schema.seal_stored_sessions(v_session_ids, -1);
      perform :schema.read_sessions(
        v_session_ids[1], v_session_ids[cardinality(v_session_ids)], v_session_ids, true, v_time_zone
      );
      perform :schema.seal_stored_sessions(v_session_ids, 1);
    end if;
    perform :schema.unseal_entity(p_entity_type, p_entity_id);
    v_left := exists (
      select 1 from :schema.analytics_days d where d.entity_type = p_entity_type and d.entity_id = p_entity_id
    );
    perform :schema.empty_entities(p_entity_type, p_entity_id, p_entity_id, null);
    delete from :schema.analytics_pruned_bounds b where b.entity_type = p_entity_type and b.entity_id = p_entity_id;
    delete from :schema.analytics_milestones m where m.entity_type = p_entity_type and m.entity_id = p_entity_id;
    delete from :schema.set_aside_changes c where c.entity_type = p_entity_type and c.entity_id = p_entity_id;
    perform :schema.count_entities_again(p_entity_type, p_entity_id, p_entity_id, null);
  end if;
  if erased > 0 or v_left then
    perform :schema.note_audit(
      'erase_entity', jsonb_build_object('entity_type', p_entity_type, 'entity_id', nullif(p_entity_id, :no_entity)::text),
      erased, p_receipt, p_actor
    );
  end if;
end
$$;`,
  },
  {
    name: "move_entity_step",
    file: "functions/people/erase-entity.sql",
    line: 134,
    sql: `-- Give about p_limit page views of one entity to another, with the milestones that were reached. Says how many were given, and whether this was the last
-- step. Fails where page views are gone: what the rollups have of them belongs to no view any more.
create or replace function :schema.move_entity_step(
  p_entity_type text, p_entity_id :entity_id_type, p_new_entity_type text, p_new_entity_id :entity_id_type,
  p_limit integer, p_receipt uuid, p_actor text,
  out moved bigint, out done boolean
)
language plpgsql
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_until timestamptz;
  v_stored_views bigint;
begin
  perform :schema.refuse_group(p_entity_type);
  perform :schema.refuse_group(p_new_entity_type);
  perform :schema.begin_erasing();
  select c.stored_views into v_stored_views from :schema.count_entity(p_entity_type, p_entity_id) c;
  if v_stored_views > 0 then
    raise exception '% has no more % of the views that are counted of % %', :'page_views'::regclass, v_stored_views,
      p_entity_type, nullif(p_entity_id, :no_entity)
      using errcode = 'object_not_in_prerequisite_state',
        hint = 'What page views no longer hold cannot be given to another entity. Leave it where it is, or erase it.';
  end if;

  select i.viewed_at into v_until
  from :schema.instants_of_entity(p_entity_type, p_entity_id) i
  order by i.viewed_at
  offset p_limit - 1 limit 1;
  update :page_views set
    :entity_type_column = p_new_entity_type:::written_entity_type,
    :entity_id_column = nullif(p_new_entity_id, :no_entity):::written_entity_id
  where :entity_type_value = p_entity_type
    and (:entity_id_value = p_entity_id or (p_entity_id = :no_entity and :entity_id_value is null))
    and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit;
  get diagnostics moved = row_count;
  done := v_until is null;

  -- first, or those that both have reached would be noted once more
  insert into :schema.analytics_milestones (
    threshold, value, reached_at, leased_until, acknowledged_at, measure, entity_id, entity_type
  )
  select m.threshold, m.value, m.reached_at, m.leased_until, m.acknowledged_at, m.measure, p_new_entity_id, p_new_entity_type
  from :schema.analytics_milestones m
  where m.entity_type = p_entity_type and m.entity_id = p_entity_id
  on conflict (entity_type, entity_id, measure, threshold) do nothing;
  delete from :schema.analytics_milestones m where m.entity_type = p_entity_type and m.entity_id = p_entity_id;

  perform :schema.fold_at_once(
    :schema.changes_of_entities(array[
      row(p_entity_type, p_entity_id):::schema.entity_key, row(p_new_entity_type, p_new_entity_id):::schema.entity_key
    ])
  );
  if moved > 0 then
    perform :schema.note_audit(
      'move_entity',
      jsonb_build_object(
        'entity_type', p_entity_type, 'entity_id', nullif(p_entity_id, :no_entity)::text,
        'new_entity_type', p_new_entity_type, 'new_entity_id', nullif(p_new_entity_id, :no_entity)::text
      ),
      moved, p_receipt, p_actor
    );
  end if;
end
$$;`,
  },
  {
    name: "begin_erasing",
    file: "functions/people/erase.sql",
    line: 1,
    sql: `-- Erasing somebody: the page views go, what they did to the rollups is folded in the same transaction, and nothing that is stored names the
-- person any more.

-- Hold everything that erasing writes. The lock is the one that deleting takes: so nobody waits for us with a stronger one.
create or replace function :schema.begin_erasing() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  lock table :page_views in row exclusive mode;
  perform :schema.begin_rebuild();
end
$$;`,
  },
  {
    name: "note_audit",
    file: "functions/people/erase.sql",
    line: 15,
    sql: `-- Note who did what, in the transaction that does it. Of whom is noted nowhere: who is asked for it has the receipt.
create or replace function :schema.note_audit(
  p_action text, p_subject jsonb, p_views bigint, p_receipt uuid, p_actor text
) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.analytics_audit (action, subject, views, receipt, actor)
  values (p_action, p_subject, p_views, p_receipt, p_actor);
end;`,
  },
  {
    name: "fold_at_once",
    file: "functions/people/erase.sql",
    line: 26,
    sql: `-- Fold these pending changes now, before others that are older: what is done to one visitor adds up with what is done to others. Its
-- caller holds all slots.
create or replace function :schema.fold_at_once(p_changes :schema.page_view_changes[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  if p_changes <> '{}' then
    perform :schema.fold_changes(p_changes, '{}');
  end if;
end
$$;`,
  },
  {
    name: "changes_of_people",
    file: "functions/people/erase.sql",
    line: 40,
    sql: `-- What is pending that has one of these ids, also of somebody else: of a view that was another's before, or is now, one half would be folded
-- and the other half would wait.
create or replace function :schema.changes_of_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns :schema.page_view_changes[]
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select array(
    select q from :schema.page_view_changes q
    where q.sign <> 0
      -- of thousands of ids, "= any" would compare each with each change
      and (
        q.account_id in (select k.id from unnest(p_account_ids) k (id))
        or q.session_id in (select k.id from unnest(p_session_ids) k (id))
        or q.visitor_id in (select k.id from unnest(p_visitor_ids) k (id))
      )
    order by q.change_id
  );
end;`,
  },
  {
    name: "clear_sessions",
    file: "functions/people/erase.sql",
    line: 61,
    sql: `-- Take address, agent and account of these people off sessions, and those sessions away that no view is counted of.
create or replace function :schema.clear_sessions(p_account_ids :account_id_type[], p_session_ids :session_id_type[]) returns void
language plpgsql
:settings_of_writers
as $$
begin
  delete from :schema.visitor_sessions s where s.session_id = any (p_session_ids) and s.total_views = 0;
  update :schema.visitor_sessions s set ip_address = null, user_agent = null
  where s.session_id = any (p_session_ids) and (s.ip_address is not null or s.user_agent is not null);
  update :schema.visitor_sessions s set account_id = null, account_seen_at = null, ip_address = null, user_agent = null
  where s.account_id = any (p_account_ids);
end
$$;`,
  },
  {
    name: "forget_people",
    file: "functions/people/erase.sql",
    line: 75,
    sql: `-- Let nothing name these people any more. What page views no longer hold stays counted, of visitors and sessions that are nobody's: of
-- p_new_*, each instead of the one in the same place. Returns how many views stay counted so. Its caller holds all slots.
create or replace function :schema.forget_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_new_account_ids :session_id_type[], p_new_session_ids :session_id_type[], p_new_visitor_ids :session_id_type[]
) returns bigint
language plpgsql
:settings_of_writers
as $$
declare
  v_kept bigint;
begin
  v_kept := :schema.move_stored_visitors(
    array_fill('a'::"char", array[cardinality(p_account_ids)]) || array_fill('s'::"char", array[cardinality(p_session_ids)])
      || array_fill('v'::"char", array[cardinality(p_visitor_ids)]),
    p_account_ids:::visitor_id_type[] || p_session_ids:::visitor_id_type[] || p_visitor_ids:::visitor_id_type[],
    p_new_account_ids:::visitor_id_type[] || p_new_session_ids:::visitor_id_type[] || p_new_visitor_ids:::visitor_id_type[]
  );
  perform :schema.move_stored_sessions(p_session_ids, p_new_session_ids);
  perform :schema.clear_sessions(p_account_ids, p_session_ids);
  delete from :schema.analytics_links l
  where l.account_id = any (p_account_ids) or l.session_id = any (p_session_ids) or l.visitor_id = any (p_visitor_ids);
  update :schema.set_aside_changes c set account_id = null, session_id = null, visitor_id = null
  where :schema.is_of_people(p_account_ids, p_session_ids, p_visitor_ids, c.account_id, c.session_id, c.visitor_id);
  return v_kept;
end
$$;`,
  },
  {
    name: "erase_person_step",
    file: "functions/people/erase.sql",
    line: 103,
    sql: `-- Erase about p_limit page views of this person, the anonymous ones first: as long as some of the account are left, they say which
-- sessions and visitor_ids are the person's. Behind the last one, forget the person. Says how many were erased, how many that page views no longer held stay
-- counted without anybody, and whether this was the last step.
create or replace function :schema.erase_person_step(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_limit integer, p_receipt uuid, p_actor text,
  out erased bigint, out anonymised bigint, out done boolean
)
language plpgsql
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_until timestamptz;
  v_account_views bigint;
  v_session_ids :session_id_type[];
  v_more_ids :session_id_type[];
begin
  perform :schema.begin_erasing();
  perform :schema.prune_people(array[p_account_id], p_session_ids, p_visitor_ids);

  select v.viewed_at into v_until
  from :schema.page_views_of_people('{}', p_session_ids, p_visitor_ids) v
  order by v.viewed_at
  offset p_limit - 1 limit 1;
  with erased as (
    delete from :page_views
    where :account_id_value is null and (:session_id_value = any (p_session_ids) or :visitor_id_value = any (p_visitor_ids))
      and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit
    returning :session_id_value as session_id
  )
  select count(*), array_agg(distinct e.session_id) filter (where e.session_id is not null) into erased, v_session_ids from erased e;
  done := v_until is null;

  if done then
    select v.viewed_at into v_until
    from :schema.page_views_of_people(array[p_account_id], '{}', '{}') v
    order by v.viewed_at
    offset greatest(p_limit - erased, 1) - 1 limit 1;
    with erased as (
      delete from :page_views
      where :account_id_value = p_account_id
        and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit
      returning :session_id_value as session_id
    )
    select count(*), array_agg(distinct e.session_id) filter (where e.session_id is not null)
    into v_account_views, v_more_ids from erased e;
    erased := erased + v_account_views;
    done := v_until is null;
  end if;
  v_session_ids := coalesce(v_session_ids, '{}') || coalesce(v_more_ids, '{}');

  perform :schema.fold_at_once(:schema.changes_of_people(array[p_account_id], p_session_ids, p_visitor_ids));
  perform :schema.clear_sessions('{}', v_session_ids);
  anonymised := 0;
  if done then
    anonymised := :schema.forget_people(
      array[p_account_id], p_session_ids, p_visitor_ids, array[:schema.random_id()],
      array(select :schema.random_id() from unnest(p_session_ids)), array(select :schema.random_id() from unnest(p_visitor_ids))
    );
  end if;
  if erased > 0 or anonymised > 0 then
    perform :schema.note_audit('erase_person', '{}', erased, p_receipt, p_actor);
  end if;
end
$$;`,
  },
  {
    name: "anonymise_people",
    file: "functions/people/erase.sql",
    line: 170,
    sql: `-- Make these people nobody: page views stay, of visitors and sessions with random ids. Views and visitors stay as many; an account
-- is one no more. Returns how many views these are. Its caller holds all slots.
create or replace function :schema.anonymise_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns bigint
language plpgsql
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_session_ids :session_id_type[];
  v_new_account_ids :session_id_type[] := array(select :schema.random_id() from unnest(p_account_ids));
  v_new_session_ids :session_id_type[];
  v_new_visitor_ids :session_id_type[];
  v_account_names jsonb;
  v_session_names jsonb;
  v_visitor_names jsonb;
  v_views bigint;
begin
  -- a browser that had some of the sessions has others too: a part of a visitor would be a visitor more
  p_visitor_ids := p_visitor_ids || array(
    select v.visitor_id from :schema.page_views_of_people('{}', p_session_ids, '{}') v where v.visitor_id is not null
    except
    select k.id from unnest(p_visitor_ids) k (id)
  );
  perform :schema.prune_people(p_account_ids, p_session_ids, p_visitor_ids);
  -- none of their views keeps the id of its session
  v_session_ids := p_session_ids || array(
    select v.session_id from :schema.page_views_of_people(p_account_ids, p_session_ids, p_visitor_ids) v where v.session_id is not null
    except
    select k.id from unnest(p_session_ids) k (id)
  );
  v_new_session_ids := array(select :schema.random_id() from unnest(v_session_ids));
  v_new_visitor_ids := array(select :schema.random_id() from unnest(p_visitor_ids));
  v_account_names := (
    select jsonb_object_agg(n.id::text, n.new_id::text) from unnest(p_account_ids, v_new_account_ids) n (id, new_id) where n.id is not null
  );
  v_session_names := (select jsonb_object_agg(n.id::text, n.new_id::text) from unnest(v_session_ids, v_new_session_ids) n (id, new_id));
  v_visitor_names := (select jsonb_object_agg(n.id::text, n.new_id::text) from unnest(p_visitor_ids, v_new_visitor_ids) n (id, new_id));

  update :page_views set
    :session_id_column = (v_session_names ->> :session_id_value::text):::session_id_type,
    :visitor_id_column = case
      when :account_id_value is not null then v_account_names ->> :account_id_value::text
      else v_visitor_names ->> :visitor_id_value::text
    end:::session_id_type,
    :account_id_column = null,
    :referrer_url_column = null
  where (
    :account_id_value = any (p_account_ids)
    or (:account_id_value is null and :session_id_value = any (p_session_ids))
    or (:account_id_value is null and :visitor_id_value = any (p_visitor_ids))
  ) and :ids_fit;
  get diagnostics v_views = row_count;

  perform :schema.fold_at_once(
    :schema.changes_of_people(
      p_account_ids, v_session_ids || v_new_session_ids, p_visitor_ids || v_new_visitor_ids || v_new_account_ids
    )
  );
  v_views := v_views + :schema.forget_people(
    p_account_ids, p_session_ids, p_visitor_ids, v_new_account_ids, v_new_session_ids[:cardinality(p_session_ids)], v_new_visitor_ids
  );
  perform :schema.clear_sessions('{}', v_session_ids);
  return v_views;
end
$$;`,
  },
  {
    name: "anonymise_person",
    file: "functions/people/erase.sql",
    line: 238,
    sql: `-- Make this person nobody, in one transaction. Returns how many views these are.
create or replace function :schema.anonymise_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[], p_receipt uuid, p_actor text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_views bigint;
begin
  perform :schema.begin_erasing();
  v_views := :schema.anonymise_people(array[p_account_id], p_session_ids, p_visitor_ids);
  if v_views > 0 then
    perform :schema.note_audit('anonymise_person', '{}', v_views, p_receipt, p_actor);
  end if;
  return v_views;
end
$$;`,
  },
  {
    name: "export_page_views",
    file: "functions/people/export.sql",
    line: 1,
    sql: `-- All that is stored about somebody, a part at a time.

-- The page views of this person that follow an instant (NULL: from the first one), about p_limit of them and never some of one
-- instant only.
create or replace function :schema.export_page_views(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_after timestamptz, p_limit integer
) returns table (
  id text, viewed_at timestamptz, entity_type text, entity_id :entity_id_type, account_id :account_id_type,
  session_id :session_id_type, visitor_id :session_id_type, referrer_url text, time_on_page bigint, source jsonb, device jsonb
)
language plpgsql stable
:settings_of_writers
as $$
#variable_conflict use_column
declare
  v_until timestamptz;
begin
  select v.viewed_at into v_until
  from :schema.page_views_of_people(array[p_account_id], p_session_ids, p_visitor_ids) v
  where p_after is null or v.viewed_at > p_after
  order by v.viewed_at
  offset p_limit - 1 limit 1;

  return query
  select
    p.id, p.viewed_at, p.entity_type, nullif(p.entity_id, :no_entity), p.account_id, p.session_id, p.visitor_id, p.referrer_url,
    p.time_on_page, to_jsonb(s) - '{source_no,first_seen}'::text[], to_jsonb(d) - '{device_no,first_seen}'::text[]
  from (
    select
      pv.id::text as id, coalesce(pv.viewed_at, '-infinity') as viewed_at, pv.entity_type::text as entity_type,
      pv.entity_id:::entity_id_type as entity_id, pv.account_id:::account_id_type as account_id,
      pv.session_id:::session_id_type as session_id, pv.visitor_id:::session_id_type as visitor_id,
      pv.referrer_url::text as referrer_url, pv.time_on_page::bigint as time_on_page, pv.source_no, pv.device_no
    from :identified_page_view_rows pv
    where pv.account_id = p_account_id
      or (pv.account_id is null and pv.session_id = any (p_session_ids))
      or (pv.account_id is null and pv.visitor_id = any (p_visitor_ids))
  ) p
  left join :schema.analytics_sources s on s.source_no = p.source_no
  left join :schema.analytics_devices d on d.device_no = p.device_no
  where (p_after is null or p.viewed_at > p_after) and (v_until is null or p.viewed_at <= v_until)
  order by p.viewed_at, p.id;
end
$$;`,
  },
  {
    name: "stored_visitors_of_people",
    file: "functions/people/person.sql",
    line: 78,
    sql: `-- Which visitors of the rollups are these people? Everybody's are read: those of one visitor are found by entity only.
create or replace function :schema.stored_visitors_of_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns setof :schema.analytics_entity_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_entity_visitors v
  -- of thousands of ids, "= any" would compare each with each visitor
  where (v.kind = 'a' and v.visitor_id in (select k.id:::visitor_id_type from unnest(p_account_ids) k (id)))
    or (v.kind = 's' and v.visitor_id in (select k.id:::visitor_id_type from unnest(p_session_ids) k (id)))
    or (v.kind = 'v' and v.visitor_id in (select k.id:::visitor_id_type from unnest(p_visitor_ids) k (id)));
end;`,
  },
  {
    name: "days_of_visitor",
    file: "functions/people/person.sql",
    line: 91,
    sql: `-- The days of a visitor: of one who came once, the visitor's row has it.
create or replace function :schema.days_of_visitor(p_visitor :schema.analytics_entity_visitors)
returns table (date date, state :schema.day_state)
language sql stable
begin atomic
  select
    local.time::date,
    row(
      1, coalesce((p_visitor).timed_views, 0), coalesce((p_visitor).time_total, 0), 1 << date_part('hour', local.time)::integer,
      (p_visitor).first_visit, (p_visitor).first_visit, null
    ):::schema.day_state
  from :schema.reporting_zone() z
  cross join lateral (select (p_visitor).first_visit at time zone z.time_zone as time) local
  where (p_visitor).visit_count is null and (p_visitor).first_visit is not null
  union all
  select
    d.date,
    row(
      d.views, coalesce(d.timed_views, 0), coalesce(d.time_total, 0), d.hours_seen, d.first_view, d.last_view, d.prev_date
    ):::schema.day_state
  from :schema.visitor_days_between(
    (p_visitor).entity_type, (p_visitor).entity_id, (p_visitor).kind, (p_visitor).visitor_id, '-infinity', 'infinity'
  ) d
  where (p_visitor).visit_count > 1;
end;`,
  },
  {
    name: "export_stored_days",
    file: "functions/people/export.sql",
    line: 47,
    sql: `-- The days of this person that the rollups hold and page views do not any more. Of a sealed month, with what came late.
create or replace function :schema.export_stored_days(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns table (
  date date, entity_type text, entity_id :entity_id_type, kind "char", visitor_id :visitor_id_type, views integer, timed_views integer,
  time_total bigint
)
language sql stable
begin atomic
  select
    d.date, v.entity_type, nullif(v.entity_id, :no_entity), v.kind, v.visitor_id, (d.state).views, (d.state).timed_views,
    (d.state).time_total
  from :schema.reporting_zone() z
  cross join :schema.stored_visitors_of_people(array[p_account_id], p_session_ids, p_visitor_ids) v
  cross join lateral :schema.days_of_visitor(v) d
  where not :schema.is_group_type(v.entity_type) and (d.date < (select s.sealed_before from :schema.analytics_settings s) or not exists (
    select 1 from :schema.page_views_of_visitor(v.entity_type, v.entity_id, v.kind, v.visitor_id, d.date, d.date, z.time_zone)
  ))
  order by d.date, v.entity_type, v.entity_id;
end;`,
  },
  {
    name: "page_views_of_people",
    file: "functions/people/person.sql",
    line: 60,
    sql: `-- Which page views are these people's?
create or replace function :schema.page_views_of_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns table (
  entity_type text, entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type,
  viewed_at timestamptz
)
language sql stable
begin atomic
  select
    pv.entity_type, coalesce(pv.entity_id:::entity_id_type, :no_entity), pv.account_id:::account_id_type,
    pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, coalesce(pv.viewed_at, '-infinity')
  from :page_view_rows pv
  where pv.account_id = any (p_account_ids)
    or (pv.account_id is null and pv.session_id = any (p_session_ids))
    or (pv.account_id is null and pv.visitor_id = any (p_visitor_ids));
end;`,
  },
  {
    name: "sessions_of_person",
    file: "functions/people/export.sql",
    line: 68,
    sql: `-- The sessions of this person's page views, and those that are known to be the person's.
create or replace function :schema.sessions_of_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns setof :schema.visitor_sessions
language sql stable
begin atomic
  select s.*
  from (
    select k.session_id from unnest(p_session_ids) k (session_id)
    union
    select v.session_id from :schema.page_views_of_people(array[p_account_id], p_session_ids, p_visitor_ids) v
  ) k
  join :schema.visitor_sessions s on s.session_id = k.session_id
  order by s.first_seen_at, s.session_id;
end;`,
  },
  {
    name: "random_id",
    file: "functions/people/moved-visitors.sql",
    line: 1,
    sql: `-- Giving what is stored of somebody to somebody else, where page views are gone that would say the same.

-- An id that nothing has had: what it stands for cannot be found out. Its end is a hash of the rest, so that
create or replace function :schema.random_id() returns :session_id_type
language sql volatile
begin atomic
  select case
    when :'session_id_type' = 'bigint' then (r.bits << 20 | (hashint8extended(r.bits, 0) & 1048575))::text
    else left(r.id, 28) || lpad(to_hex(hashtextextended(left(r.id, 28), 0) & 4294967295), 8, '0')
  end:::session_id_type
  from (
    select u.id, hashtextextended(u.id, 0) >> 20 as bits
    from (select gen_random_uuid()::text as id offset 0) u
  ) r;
end;`,
  },
  {
    name: "is_random_id",
    file: "functions/people/moved-visitors.sql",
    line: 17,
    sql: `-- it is known again: who has one was forgotten. Of other ids one in four billion is taken for such; of those that are bigint, one in a million.
create or replace function :schema.is_random_id(p_id :session_id_type) returns boolean
language sql immutable parallel safe
begin atomic
  select case
    when :'session_id_type' = 'bigint' then (
      p_id::text::bigint & 1048575 = hashint8extended(p_id::text::bigint >> 20, 0) & 1048575
    )
    else length(p_id::text) = 36
      and right(p_id::text, 8) = lpad(to_hex(hashtextextended(left(p_id::text, 28), 0) & 4294967295), 8, '0')
  end;
end;`,
  },
  {
    name: "move_stored_visitors",
    file: "functions/people/moved-visitors.sql",
    line: 30,
    sql: `-- Give all that is stored of the visitors p_ids to the visitors p_new_ids, each to the one in the same place: of accounts, to browsers. No
-- view is counted more or less, and no visitor, except that an account is one no more; where the new one has views as well, both
-- are one visitor. Its caller holds all slots. Returns how many views these are.
create or replace function :schema.move_stored_visitors(
  p_kinds "char"[], p_ids :visitor_id_type[], p_new_ids :visitor_id_type[]
) returns bigint
language plpgsql
:settings_of_writers
-- no index has the visitors of all entities, and they need not be sorted
set enable_seqscan = on
set enable_mergejoin = off
as $$
declare
  v_moved :schema.analytics_entity_visitors[];
  v_new_ids :visitor_id_type[];
  v_days :schema.visitor_day_delta[];
begin
  -- everybody's are read. "is true" keeps the list from being joined: the planner would hash all visitors, and compare them with those few ids
  with found as materialized (
    select v.* from :schema.analytics_entity_visitors v
    where ((v.kind, v.visitor_id) in (select m.kind, m.id from unnest(p_kinds, p_ids) m (kind, id))) is true
  )
  select coalesce(array_agg(f:::schema.analytics_entity_visitors), '{}'), coalesce(array_agg(m.new_id), '{}') into v_moved, v_new_ids
  from unnest(p_kinds, p_ids, p_new_ids) m (kind, id, new_id)
  join found f on f.kind = m.kind and f.visitor_id = m.id
  -- what has come in the meantime would be taken from where it is no more
  where not exists (
    select 1 from :schema.page_view_changes q
    where :schema.visitor_of(q.account_id, q.session_id, q.visitor_id) = m.id
      and :schema.visitor_kind(q.account_id, q.session_id, q.visitor_id) = m.kind
  );
  if v_moved = '{}' then
    return 0;
  end if;

  v_days := array(
    with
    moved as materialized (
      select
        m.ordinality as nth, m.visitor, m.new_id, case when (m.visitor).kind = 'a' then 'v'::"char" else (m.visitor).kind end as new_kind,
        t as there
      from (
        select u.ordinality, row(
          u.first_visit, u.last_visit, u.time_total, u.visit_count, u.days_visited, u.timed_views, u.kind, u.visitor_id, u.entity_id,
          u.entity_type
        ):::schema.analytics_entity_visitors as visitor, v_new_ids[u.ordinality] as new_id
        from unnest(v_moved) with ordinality u
      ) m
      left join lateral :schema.visitor_at(
        (m.visitor).entity_type, (m.visitor).entity_id,
        case when (m.visitor).kind = 'a' then 'v'::"char" else (m.visitor).kind end, m.new_id
      ) t on true
    ),
    states as materialized (
      select m.nth, d.date, d.state, true as is_moved from moved m cross join lateral :schema.days_of_visitor(m.visitor) d
      union all
      select m.nth, d.date, d.state, false from moved m cross join lateral :schema.days_of_visitor(m.there) d
      where (m.there).kind is not null
    ),
    together as (
      select
        s.nth, s.date, (array_agg(s.state) filter (where not s.is_moved))[1] as before,
        row(
          sum((s.state).views)::integer, sum((s.state).timed_views)::integer, sum((s.state).time_total)::bigint,
          bit_or((s.state).hours_seen), min((s.state).first_view), max((s.state).last_view),
          lag(s.date) over (partition by s.nth order by s.date)
        ):::schema.day_state as after
      from states s
      group by s.nth, s.date
    )
    select row(
      (m.visitor).entity_type, (m.visitor).entity_id, (m.visitor).kind, (m.visitor).visitor_id, s.date, s.state, null,
      false, (m.visitor).visit_count > 1 is true, false, coalesce((m.visitor).visit_count, 1), (m.visitor).first_visit,
      coalesce((m.visitor).last_visit, (m.visitor).first_visit)
    ):::schema.visitor_day_delta
    from moved m
    join states s on s.nth = m.nth and s.is_moved
    union all
    select row(
      (m.visitor).entity_type, (m.visitor).entity_id, m.new_kind, m.new_id, t.date, t.before, t.after,
      false, (m.there).visit_count > 1 is true and (t.before).views is not null,
      there.views + coalesce((m.visitor).visit_count, 1) > 1, there.views, (m.there).first_visit,
      coalesce((m.there).last_visit, (m.there).first_visit)
    ):::schema.visitor_day_delta
    from moved m
    cross join lateral (
      select case when (m.there).kind is null then 0 else coalesce((m.there).visit_count, 1) end as views
    ) there
    join together t on t.nth = m.nth
  );
  perform :schema.store_changes('{}', v_days, '{}', '{}');
  return (select coalesce(sum(coalesce(m.visit_count, 1)), 0) from unnest(v_moved) m where not :schema.is_group_type(m.entity_type));
end
$$;`,
  },
  {
    name: "sessions_without_page_views",
    file: "functions/people/moved-visitors.sql",
    line: 125,
    sql: `-- Which of these sessions have no page views any more, and none that are pending?
create or replace function :schema.sessions_without_page_views(p_ids :session_id_type[]) returns table (session_id :session_id_type)
language sql stable
begin atomic
  select k.id from unnest(p_ids) k (id)
  where not exists (select 1 from :schema.page_views_of_session(k.id))
    and not exists (select 1 from :schema.page_view_changes q where q.session_id = k.id);
end;`,
  },
  {
    name: "store_entries_of_sessions",
    file: "functions/people/moved-visitors.sql",
    line: 134,
    sql: `-- Add to entities what happens to the entries of these sessions, which are stored already.
create or replace function :schema.store_entries_of_sessions(p_sessions :schema.session_delta[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.store_changes('{}', '{}', '{}', (:schema.entries_of_sessions(p_sessions)));
end
$$;`,
  },
  {
    name: "move_stored_sessions",
    file: "functions/people/moved-visitors.sql",
    line: 144,
    sql: `-- Give what is stored of the sessions p_ids, whose page views are gone, to the sessions p_new_ids, each to the one in the same place: without account,
-- address and agent. Where page views are left, the session is somebody else's too, and keeps what those say. Its caller holds all slots.
create or replace function :schema.move_stored_sessions(p_ids :session_id_type[], p_new_ids :session_id_type[]) returns void
language plpgsql
:settings_of_writers
as $$
declare
  v_sessions :schema.session_delta[];
begin
  v_sessions := array(
    with
    moved as materialized (
      select
        s.session_id, m.new_id, t.total_views as views_there,
        row(
          s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at, s.account_id, s.account_seen_at,
          s.entry_entity_type, s.entry_entity_id, s.entry_owner_id
        ):::schema.session_state as state,
        row(
          t.total_views, t.time_total, t.unique_pages, t.first_seen_at, t.last_seen_at, t.account_id, t.account_seen_at,
          t.entry_entity_type, t.entry_entity_id, t.entry_owner_id
        ):::schema.session_state as there,
        t.session_id is null or s.first_seen_at <= t.first_seen_at as enters_here
      from unnest(p_ids, p_new_ids) m (id, new_id)
      join :schema.visitor_sessions s on s.session_id = m.id and s.total_views > 0
      left join :schema.visitor_sessions t on t.session_id = m.new_id and t.total_views > 0
      where m.id in (select w.session_id from :schema.sessions_without_page_views(p_ids) w)
    )
    select row(m.session_id, m.state, row(0, 0, 0, null, null, null, null, null, null, null):::schema.session_state, null):::schema.session_delta
    from moved m
    union all
    select row(
      m.new_id, case when m.views_there is not null then m.there end,
      row(
        (m.state).views + coalesce((m.there).views, 0), (m.state).time_total + coalesce((m.there).time_total, 0),
        (m.state).unique_pages + coalesce((m.there).unique_pages, 0), least((m.state).first_seen, (m.there).first_seen),
        greatest((m.state).last_seen, (m.there).last_seen), null, null,
        case when m.enters_here then (m.state).entry_entity_type else (m.there).entry_entity_type end,
        case when m.enters_here then (m.state).entry_entity_id else (m.there).entry_entity_id end,
        case when m.enters_here then (m.state).entry_owner_id else (m.there).entry_owner_id end
      ):::schema.session_state,
      true
    ):::schema.session_delta
    from moved m
  );
  perform :schema.store_sessions(v_sessions);
  perform :schema.store_entries_of_sessions(v_sessions);
end
$$;`,
  },
  {
    name: "is_of_people",
    file: "functions/people/person.sql",
    line: 1,
    sql: `-- Somebody, or several people, by the ids that page views have of them. Their page views are those of the accounts, and those without an
-- account that have one of the sessions or visitor_ids: what another account viewed in the same session is that account's.

-- Is a change of these ids one of these people's page views? Page views themselves are compared in place: a column of another type than ours
-- would be cast, and no index of it used.
create or replace function :schema.is_of_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_changed_account_id :account_id_type, p_changed_session_id :session_id_type, p_changed_visitor_id :session_id_type
) returns boolean
language sql immutable parallel safe
begin atomic
  select p_changed_account_id = any (p_account_ids)
    or (p_changed_account_id is null and p_changed_session_id = any (p_session_ids))
    or (p_changed_account_id is null and p_changed_visitor_id = any (p_visitor_ids));
end;`,
  },
  {
    name: "linked_ids",
    file: "functions/people/person.sql",
    line: 17,
    sql: `-- Which sessions and visitor_ids are these people's, besides those that are known? Those of the accounts' views, and then the visitor_ids
-- of anonymous views in any of these sessions. Where page views are gone, sessions and links still say whose they were.
create or replace function :schema.linked_ids(
  p_account_ids :account_id_type[], inout p_session_ids :session_id_type[], inout p_visitor_ids :session_id_type[]
)
language plpgsql stable
:settings_of_writers
as $$
begin
  select
    array(
      select k.id from unnest(p_session_ids) k (id)
      union
      select v.session_id from unnest(array_agg(v.session_id)) v (session_id) where v.session_id is not null
      union
      select s.session_id from :schema.visitor_sessions s where s.account_id = any (p_account_ids)
      union
      select l.session_id from :schema.analytics_links l where l.account_id = any (p_account_ids) and l.session_id is not null
    ),
    array(
      select k.id from unnest(p_visitor_ids) k (id)
      union
      select v.visitor_id from unnest(array_agg(v.visitor_id)) v (visitor_id) where v.visitor_id is not null
      union
      select l.visitor_id from :schema.analytics_links l where l.account_id = any (p_account_ids) and l.visitor_id is not null
    )
  into p_session_ids, p_visitor_ids
  from (
    select pv.session_id:::session_id_type as session_id, pv.visitor_id:::session_id_type as visitor_id
    from :page_view_rows pv
    where pv.account_id = any (p_account_ids)
  ) v;

  p_visitor_ids := array(
    select k.id from unnest(p_visitor_ids) k (id)
    union
    select pv.visitor_id:::session_id_type
    from :page_view_rows pv
    where pv.session_id = any (p_session_ids) and pv.account_id is null and pv.visitor_id is not null
  );
end
$$;`,
  },
  {
    name: "count_person",
    file: "functions/people/person.sql",
    line: 117,
    sql: `-- What would be erased of this person? stored_views: how many the rollups hold that page views do not.
create or replace function :schema.count_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  out page_views bigint, out entities bigint, out sessions bigint, out stored_views bigint
)
language plpgsql stable
:settings_of_writers
as $$
begin
  -- one snapshot: what is folded in the meantime would be counted twice
  with
  -- what came late to sealed months is made anonymous like what is older
  views as materialized (
    select v.* from :schema.page_views_of_people(array[p_account_id], p_session_ids, p_visitor_ids) v
    where not :schema.is_sealed(v.viewed_at)
  ),
  stored as materialized (
    select v.entity_type, v.entity_id, coalesce(v.visit_count, 1) as views
    from :schema.stored_visitors_of_people(array[p_account_id], p_session_ids, p_visitor_ids) v
    where not :schema.is_group_type(v.entity_type)
  )
  select
    (select count(*) from views),
    (select count(*) from (select v.entity_type, v.entity_id from views v union select s.entity_type, s.entity_id from stored s) e),
    (
      select count(*)
      from (
        select v.session_id from views v where v.session_id is not null
        union
        select s.session_id from :schema.visitor_sessions s where s.session_id = any (p_session_ids)
      ) s
    ),
    (
      select greatest(coalesce(sum(s.views), 0) - (
        select count(*) from views v
        where :schema.why_left_out(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at) is null
      ) + (
        select coalesce(sum(q.sign), 0) from :schema.page_view_changes q
        where q.is_group is null
          and :schema.is_of_people(array[p_account_id], p_session_ids, p_visitor_ids, q.account_id, q.session_id, q.visitor_id)
      ), 0)
      from stored s
    )
  into page_views, entities, sessions, stored_views;
end
$$;`,
  },
  {
    name: "empty_entities_from",
    file: "functions/reading-in/entities-from.sql",
    line: 1,
    sql: `-- Reading entities in from a date on, on top of what is stored of earlier ones: where page views of sealed months are gone, a rebuild does no more.

-- Delete from the rollups of these entities what was viewed from this date on: what is left is as if nothing had been. p_ids: of these, when given.
create or replace function :schema.empty_entities_from(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_start_date date,
  p_time_zone text
) returns void
language plpgsql
:settings_of_writers
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  v_single :schema.visitor_day_delta[];
begin
  delete from :schema.analytics_days d
  where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
    and (p_ids is null or d.entity_id = any (p_ids)) and d.date >= p_start_date;
  delete from :schema.analytics_hours h
  where h.entity_type = p_entity_type and h.entity_id between p_first_id and p_last_id
    and (p_ids is null or h.entity_id = any (p_ids)) and h.date >= p_start_date;
  delete from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
    and (p_ids is null or d.entity_id = any (p_ids)) and d.date >= p_start_date;
  delete from :schema.analytics_visitor_returns r
  where r.entity_type = p_entity_type and r.entity_id between p_first_id and p_last_id
    and (p_ids is null or r.entity_id = any (p_ids)) and r.date >= p_start_date;
  -- a week that the date is in keeps its first days
  delete from :schema.analytics_visitor_return_weeks w
  where w.entity_type = p_entity_type and w.entity_id between p_first_id and p_last_id
    and (p_ids is null or w.entity_id = any (p_ids)) and w.week >= :schema.week_of(p_start_date);
  insert into :schema.analytics_visitor_return_weeks (entity_type, entity_id, week, prev_week, visitors, accounts)
  select r.entity_type, r.entity_id, :schema.week_of(r.date), :schema.week_of(r.prev_date), sum(r.visitors), sum(r.accounts)
  from :schema.analytics_visitor_returns r
  where r.entity_type = p_entity_type and r.entity_id between p_first_id and p_last_id
    and (p_ids is null or r.entity_id = any (p_ids)) and r.date >= :schema.week_of(p_start_date)
  group by 1, 2, 3, 4
  order by 1, 2, 3, 4;

  -- visitors are what their days are; of one who came once, the row is the day
  with
  kept as materialized (
    select
      d.entity_id, d.kind, d.visitor_id, sum(d.views)::integer as views, count(*)::integer as days,
      sum(coalesce(d.timed_views, 0))::integer as timed_views, sum(coalesce(d.time_total, 0))::bigint as time_total,
      min(d.first_view) as first_view, max(d.last_view) as last_view, min(d.date) as date, min(d.hours_seen) as hours_seen
    from :schema.analytics_visitor_days d
    where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
      and (p_ids is null or d.entity_id = any (p_ids))
    group by d.entity_id, d.kind, d.visitor_id
  ),
  emptied_visitors as (
    delete from :schema.analytics_entity_visitors v
    where v.entity_type = p_entity_type and v.entity_id between p_first_id and p_last_id
      and (p_ids is null or v.entity_id = any (p_ids))
      and (
        v.visit_count > 1 or (v.first_visit at time zone p_time_zone)::date >= p_start_date
        or (v.entity_id, v.kind, v.visitor_id) in (select k.entity_id, k.kind, k.visitor_id from kept k)
      )
  ),
  emptied_days as (
    delete from :schema.analytics_visitor_days d
    using kept k
    where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
      and d.entity_id = k.entity_id and d.kind = k.kind and d.visitor_id = k.visitor_id and k.views = 1
  ),
  written as (
    insert into :schema.analytics_entity_visitors (
      first_visit, last_visit, time_total, visit_count, days_visited, timed_views, kind, visitor_id, entity_id, entity_type
    )
    select
      k.first_view, case when k.views > 1 then k.last_view end, nullif(k.time_total, 0), nullif(k.views, 1), nullif(k.days, 1),
      nullif(k.timed_views, 0), k.kind, k.visitor_id, k.entity_id, p_entity_type
    from kept k
    order by k.entity_id, k.first_view
  )
  -- a day of which late views were taken away may have bounds that no view has
  select coalesce(array_agg(
    row(
      p_entity_type, k.entity_id, k.kind, k.visitor_id, k.date,
      row(1, k.timed_views, k.time_total, k.hours_seen, k.first_view, k.last_view, null):::schema.day_state,
      row(1, k.timed_views, k.time_total, n.hours_seen, k.first_view, k.first_view, null):::schema.day_state,
      false, true, false, 1, null, null
    ):::schema.visitor_day_delta
  ), '{}') into v_single
  from kept k
  cross join lateral (select 1 << date_part('hour', k.first_view at time zone p_time_zone)::integer as hours_seen) n
  where k.views = 1 and (k.hours_seen <> n.hours_seen or k.last_view <> k.first_view);
  perform :schema.seal_visitor_days(v_single);

  delete from :schema.analytics_entities e
  where e.entity_type = p_entity_type and e.entity_id between p_first_id and p_last_id
    and (p_ids is null or e.entity_id = any (p_ids))
    and not exists (
      select 1 from :schema.analytics_days d where d.entity_type = e.entity_type and d.entity_id = e.entity_id
    );
  insert into :schema.analytics_entities as e (
    first_view, last_view, time_total, views, timed_views, visitors, accounts, entries, bounces, entity_id, entity_type
  )
  select
    b.first_view, b.last_view, d.time_total, d.views, d.timed_views, d.visitors, d.accounts, d.entries, d.bounces, d.entity_id,
    p_entity_type
  from (
    select
      d.entity_id, sum(d.views) as views, coalesce(sum(d.timed_views), 0) as timed_views, coalesce(sum(d.time_total), 0) as time_total,
      sum(coalesce(d.visitors, 0) - coalesce(d.again_ever, 0)) as visitors,
      sum(coalesce(d.accounts, 0) - coalesce(d.accounts_again_ever, 0)) as accounts,
      coalesce(sum(d.entries), 0) as entries, coalesce(sum(d.bounces), 0) as bounces
    from :schema.analytics_days d
    where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
      and (p_ids is null or d.entity_id = any (p_ids))
    group by d.entity_id
  ) d
  join :schema.bounds_again(array(
    select distinct row(p_entity_type, d.entity_id):::schema.entity_key
    from :schema.analytics_days d
    where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
      and (p_ids is null or d.entity_id = any (p_ids))
  ), '{}') b on b.entity_id = d.entity_id
  order by d.entity_id
  on conflict (entity_type, entity_id) do update set
    -- where others dropped page views, the instant of one by nobody is known from here alone
    first_view = case when (e.first_view at time zone p_time_zone)::date < p_start_date then e.first_view else excluded.first_view end,
    last_view = case when (e.last_view at time zone p_time_zone)::date < p_start_date then e.last_view else excluded.last_view end,
    time_total = excluded.time_total, views = excluded.views, timed_views = excluded.timed_views, visitors = excluded.visitors,
    accounts = excluded.accounts, entries = excluded.entries, bounces = excluded.bounces;
end
$$;`,
  },
  {
    name: "read_entities_from",
    file: "functions/reading-in/entities-from.sql",
    line: 131,
    sql: `-- Add to the rollups of these entities, or groups, what was viewed from this date on, as folding does, less what is pending. Nothing of it is
-- stored, and their sessions are read in. Returns how many page views these are.
create or replace function :schema.read_entities_from(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_start_date date,
  p_time_zone text
) returns bigint
language plpgsql
:settings_of_writers
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  -- as many as a fold takes
  c_views_at_once constant integer := 20000;
  v_page_views bigint := 0;
  v_changes :schema.page_view_changes[];
  v_days :schema.visitor_day_delta[];
  v_entries :schema.entry_delta[];
begin
  for v_changes in
    select array_agg(
      row(
        null, v.viewed_at, null, v.time_on_page, null, 1, null, null, case when :schema.is_group_type(p_entity_type) then true end,
        p_entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, null
      ):::schema.page_view_changes
    )
    from (
      select v.*, (row_number() over (order by v.viewed_at) - 1) / c_views_at_once as nth
      from :schema.views_to_read_in(p_entity_type, p_first_id, p_last_id, p_ids) v
      where (v.viewed_at at time zone p_time_zone)::date >= p_start_date
    ) v
    group by v.nth
    order by v.nth
  loop
    v_days := :schema.visitor_days_of_batch(v_changes);
    perform :schema.store_histories(v_days);
    perform :schema.store_dates(v_changes, v_days, '{}');
    v_page_views := v_page_views + cardinality(v_changes);
  end loop;

  v_entries := array(
    select row(
      p_entity_type, s.entity_id, local.time::date, date_part('hour', local.time)::smallint, count(*)::integer,
      count(*) filter (where s.is_bounce)::integer
    ):::schema.entry_delta
    from (
      select d.entity_id, e.first_seen_at, e.is_bounce
      from (
        select distinct d.entity_id from :schema.analytics_days d
        where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
          and (p_ids is null or d.entity_id = any (p_ids)) and d.date >= p_start_date
      ) d
      cross join lateral (
        select s.first_seen_at, :schema.is_bounce(s.total_views, s.time_total) as is_bounce
        from :schema.visitor_sessions s
        where :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
            between :schema.entity_day_key(p_entity_type, d.entity_id, (p_start_date - 1)::timestamp at time zone 'UTC')
              and :schema.entity_hash(p_entity_type, d.entity_id) << 32 | 4294967295
          and s.total_views > 0
          and s.entry_entity_id is not distinct from d.entity_id and s.entry_entity_type is not distinct from p_entity_type
        offset 0
      ) e
      union all
      select g.entity_id, g.first_seen_at, g.is_bounce
      from (select 1 where :schema.is_group_type(p_entity_type)) o
      cross join lateral :schema.sessions_entered_at_groups(p_entity_type, p_first_id, p_last_id, p_ids) g
    ) s
    cross join lateral (select s.first_seen_at at time zone p_time_zone as time) local
    where local.time >= p_start_date
    group by s.entity_id, local.time::date, date_part('hour', local.time)
  );
  perform :schema.store_dates('{}', '{}', v_entries);
  return v_page_views;
end
$$;`,
  },
  {
    name: "empty_entities",
    file: "functions/reading-in/entities.sql",
    line: 1,
    sql: `-- Reading entities in, when their sessions are: all of their rollups, from their page views and from sessions.

-- Delete all rollups of the entities of this type from the first id to the last, both included; of these those of p_ids, when
-- given.
create or replace function :schema.empty_entities(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[]
) returns void
language plpgsql
:settings_of_writers
-- a step is a small part of large tables
set enable_seqscan = off
as $$
begin
  delete from :schema.analytics_days d
  where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
    and (p_ids is null or d.entity_id = any (p_ids));
  delete from :schema.analytics_hours h
  where h.entity_type = p_entity_type and h.entity_id between p_first_id and p_last_id
    and (p_ids is null or h.entity_id = any (p_ids));
  delete from :schema.analytics_entity_visitors v
  where v.entity_type = p_entity_type and v.entity_id between p_first_id and p_last_id
    and (p_ids is null or v.entity_id = any (p_ids));
  delete from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id between p_first_id and p_last_id
    and (p_ids is null or d.entity_id = any (p_ids));
  delete from :schema.analytics_visitor_returns r
  where r.entity_type = p_entity_type and r.entity_id between p_first_id and p_last_id
    and (p_ids is null or r.entity_id = any (p_ids));
  delete from :schema.analytics_visitor_return_weeks w
  where w.entity_type = p_entity_type and w.entity_id between p_first_id and p_last_id
    and (p_ids is null or w.entity_id = any (p_ids));
  delete from :schema.analytics_entities e
  where e.entity_type = p_entity_type and e.entity_id between p_first_id and p_last_id
    and (p_ids is null or e.entity_id = any (p_ids));
end
$$;`,
  },
  {
    name: "views_to_read_in",
    file: "functions/reading-in/entities.sql",
    line: 38,
    sql: `-- Which page views do these entities, or groups, have, less what is pending? Inlined, so that they are read in place.
create or replace function :schema.views_to_read_in(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[]
) returns table (
  entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type,
  viewed_at timestamptz, time_on_page integer
)
language sql stable
begin atomic
  with
  -- where nothing is pending, only one of those who name it has something to do
  raw as not materialized (
    select
      coalesce(pv.entity_id:::entity_id_type, :no_entity) as entity_id, pv.account_id:::account_id_type as account_id,
      pv.session_id:::session_id_type as session_id, pv.visitor_id:::session_id_type as visitor_id, pv.viewed_at,
      :schema.counted_time(pv.time_on_page) as time_on_page
    from :page_view_rows pv
    where pv.entity_type = p_entity_type
      and (
        (pv.entity_id between p_first_id and p_last_id and (p_ids is null or pv.entity_id = any (p_ids)))
        or (p_first_id = :no_entity and pv.entity_id is null)
      )
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    union all
    select g.entity_id, g.account_id, g.session_id, g.visitor_id, g.viewed_at, g.time_on_page
    from (select 1 where :schema.is_group_type(p_entity_type)) o
    cross join lateral :schema.page_views_of_groups(p_entity_type, p_first_id, p_last_id, p_ids) g
  ),
  pending as materialized (
    select q.sign, q.entity_id, q.account_id, q.session_id, q.visitor_id, q.viewed_at, q.time_on_page
    from :schema.page_view_changes q
    where q.entity_type = p_entity_type and q.entity_id between p_first_id and p_last_id
      and (p_ids is null or q.entity_id = any (p_ids)) and q.sign <> 0
  )
  select r.* from raw r where not exists (select 1 from pending)
  union all
  (
    (
      select r.* from raw r where exists (select 1 from pending)
      union all
      select p.entity_id, p.account_id, p.session_id, p.visitor_id, p.viewed_at, p.time_on_page from pending p where p.sign < 0
    )
    except all
    select p.entity_id, p.account_id, p.session_id, p.visitor_id, p.viewed_at, p.time_on_page from pending p where p.sign > 0
  );
end;`,
  },
  {
    name: "entries_to_read_in",
    file: "functions/reading-in/entities.sql",
    line: 85,
    sql: `-- Which entries and bounces do these entities, or groups, have in which hours? Those of sessions. p_viewed_ids: those of them that have views.
create or replace function :schema.entries_to_read_in(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_viewed_ids :entity_id_type[],
  p_time_zone text
) returns table (entity_id :entity_id_type, local_hour timestamp, entries integer, bounces integer)
language sql stable
begin atomic
  -- an entity's sessions lie next to each other in the index: its hash, and any day
  select
    e.entity_id, date_bin(interval '1 hour', s.first_seen_at at time zone p_time_zone, timestamp '2000-01-01'), 1, s.is_bounce::integer
  from unnest(p_viewed_ids) e (entity_id)
  cross join lateral (
    select s.first_seen_at, :schema.is_bounce(s.total_views, s.time_total) as is_bounce
    from :schema.visitor_sessions s
    where :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
        between :schema.entity_hash(p_entity_type, e.entity_id) << 32
          and :schema.entity_hash(p_entity_type, e.entity_id) << 32 | 4294967295
      and s.total_views > 0
      and s.entry_entity_id is not distinct from e.entity_id and s.entry_entity_type is not distinct from p_entity_type
    offset 0
  ) s
  union all
  select s.entity_id, date_bin(interval '1 hour', s.first_seen_at at time zone p_time_zone, timestamp '2000-01-01'), 1, s.is_bounce::integer
  from (select 1 where :schema.is_group_type(p_entity_type)) o
  cross join lateral :schema.sessions_entered_at_groups(p_entity_type, p_first_id, p_last_id, p_ids) s;
end;`,
  },
  {
    name: "read_entities",
    file: "functions/reading-in/entities.sql",
    line: 112,
    sql: `-- Read in the entities, or the groups, of this type from the first id to the last, both included; of these those of p_ids, when given.
-- Nothing may be stored of them, and their sessions are read in. Returns how many page views they have.
--
-- Most visitors of an entity come once: they are a row of their own, and only the others are sorted by their days.
create or replace function :schema.read_entities(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_time_zone text
) returns bigint
language plpgsql
:settings_of_writers
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  v_page_views bigint;
begin
  with
  views as materialized (
    select
      v.entity_id, :schema.visitor_kind(v.account_id, v.session_id, v.visitor_id) as kind,
      :schema.visitor_of(v.account_id, v.session_id, v.visitor_id) as visitor_id,
      date_bin(interval '1 hour', v.viewed_at at time zone p_time_zone, timestamp '2000-01-01') as local_hour,
      v.viewed_at, v.time_on_page
    from :schema.views_to_read_in(p_entity_type, p_first_id, p_last_id, p_ids) v
  ),
  visitors as materialized (
    select
      v.entity_id, v.kind, v.visitor_id, count(*)::integer as views, count(v.time_on_page)::integer as timed_views,
      coalesce(sum(v.time_on_page), 0) as time_total, min(v.viewed_at) as first_view
    from views v
    where v.kind is not null
    group by v.entity_id, v.kind, v.visitor_id
  ),
  -- of those who have more than one view: their hours,
  visitor_hours as materialized (
    select
      v.entity_id, v.kind, v.visitor_id, v.local_hour, count(*)::integer as views, count(v.time_on_page)::integer as timed_views,
      coalesce(sum(v.time_on_page), 0) as time_total, min(v.viewed_at) as first_view, max(v.viewed_at) as last_view
    from visitors w
    join views v on v.entity_id = w.entity_id and v.visitor_id = w.visitor_id and v.kind = w.kind
    where w.views > 1
    group by v.entity_id, v.kind, v.visitor_id, v.local_hour
  ),
  -- and their days
  days as materialized (
    select
      h.entity_id, h.kind, h.visitor_id, h.local_hour::date as date,
      lag(h.local_hour::date) over (partition by h.entity_id, h.kind, h.visitor_id order by h.local_hour::date) as prev_date,
      sum(h.views)::integer as views, sum(h.timed_views)::integer as timed_views, sum(h.time_total)::bigint as time_total,
      count(*)::integer as hours, bit_or(1 << date_part('hour', h.local_hour)::integer) as hours_seen,
      min(h.first_view) as first_view, max(h.last_view) as last_view
    from visitor_hours h
    group by h.entity_id, h.kind, h.visitor_id, h.local_hour::date
  ),
  written_visitors as (
    insert into :schema.analytics_entity_visitors (
      first_visit, last_visit, time_total, visit_count, days_visited, timed_views, kind, visitor_id, entity_id, entity_type
    )
    select
      w.first_visit, w.last_visit, nullif(w.time_total, 0), w.visit_count, nullif(w.days_visited, 1), nullif(w.timed_views, 0),
      w.kind, w.visitor_id, w.entity_id, p_entity_type
    from (
      select
        v.entity_id, v.kind, v.visitor_id, v.first_view as first_visit, null::timestamptz as last_visit, v.time_total,
        null::integer as visit_count, 1 as days_visited, v.timed_views
      from visitors v
      where v.views = 1
      union all
      select
        d.entity_id, d.kind, d.visitor_id, min(d.first_view), max(d.last_view), sum(d.time_total)::bigint,
        sum(d.views)::integer, count(*)::integer, sum(d.timed_views)::integer
      from days d
      group by d.entity_id, d.kind, d.visitor_id
    ) w
    -- those of the same days lie next to each other, as folding leaves them
    order by w.entity_id, w.first_visit
  ),
  written_visitor_days as (
    insert into :schema.analytics_visitor_days (
      first_view, last_view, time_total, date, prev_date, views, timed_views, hours_seen, kind, visitor_id, entity_id, entity_type
    )
    select
      d.first_view, d.last_view, nullif(d.time_total, 0), d.date, d.prev_date, d.views, nullif(d.timed_views, 0), d.hours_seen,
      d.kind, d.visitor_id, d.entity_id, p_entity_type
    from days d
    order by :schema.pair_key(p_entity_type, d.entity_id, d.visitor_id), d.date
  ),
  returns as materialized (
    select
      d.entity_id, d.date, d.prev_date, count(*)::integer as visitors, count(*) filter (where d.kind = 'a')::integer as accounts
    from days d
    where d.prev_date is not null
    group by d.entity_id, d.date, d.prev_date
  ),
  written_returns as (
    insert into :schema.analytics_visitor_returns (date, prev_date, visitors, accounts, entity_id, entity_type)
    select r.date, r.prev_date, r.visitors, r.accounts, r.entity_id, p_entity_type
    from returns r
    order by r.entity_id, r.date, r.prev_date
  ),
  written_return_weeks as (
    insert into :schema.analytics_visitor_return_weeks (entity_id, week, prev_week, visitors, accounts, entity_type)
    select
      r.entity_id, :schema.week_of(r.date), :schema.week_of(r.prev_date), sum(r.visitors), sum(r.accounts), p_entity_type
    from returns r
    group by 1, 2, 3
    order by 1, 2, 3
  ),
  entries as (
    select e.*
    from :schema.entries_to_read_in(
      p_entity_type, p_first_id, p_last_id, p_ids, array(select distinct v.entity_id from views v), p_time_zone
    ) e
  ),
  -- who has several views in an hour is one of its visitors
  by_hour as materialized (
    select
      c.entity_id, c.local_hour::date as date, date_part('hour', c.local_hour)::smallint as hour, sum(c.views)::integer as views,
      count(c.time_on_page)::integer as timed_views, coalesce(sum(c.time_on_page), 0) as time_total,
      sum(c.visitors)::integer as visitors, sum(c.accounts)::integer as accounts,
      sum(c.entries)::integer as entries, sum(c.bounces)::integer as bounces
    from (
      select
        v.entity_id, v.local_hour, 1 as views, v.time_on_page, (v.kind is not null)::integer as visitors,
        (v.kind is not distinct from 'a')::integer as accounts, 0 as entries, 0 as bounces
      from views v
      union all
      select h.entity_id, h.local_hour, 0, null, 1 - h.views, (1 - h.views) * (h.kind = 'a')::integer, 0, 0
      from visitor_hours h
      where h.views > 1
      union all
      select e.entity_id, e.local_hour, 0, null, 0, 0, e.entries, e.bounces
      from entries e
    ) c
    group by c.entity_id, c.local_hour
  ),
  -- who was there in several hours of a date is one of its visitors
  by_day as materialized (
    select
      c.entity_id, c.date, count(c.hour) as hours, min(c.hour) as hour, sum(c.views) as views, sum(c.timed_views) as timed_views,
      sum(c.time_total) as time_total, sum(c.visitors) as visitors, sum(c.accounts) as accounts,
      sum(c.entries) as entries, sum(c.bounces) as bounces,
      sum(c.again_ever) as again_ever, sum(c.again_ever * c.is_account) as accounts_again_ever,
      sum(c.again_in_week) as again_in_week, sum(c.again_in_week * c.is_account) as accounts_again_in_week,
      sum(c.again_in_month) as again_in_month, sum(c.again_in_month * c.is_account) as accounts_again_in_month,
      sum(c.again_in_quarter) as again_in_quarter, sum(c.again_in_quarter * c.is_account) as accounts_again_in_quarter,
      sum(c.again_in_year) as again_in_year, sum(c.again_in_year * c.is_account) as accounts_again_in_year
    from (
      select
        h.entity_id, h.date, h.hour, h.views, h.timed_views, h.time_total, h.visitors, h.accounts, h.entries, h.bounces,
        0 as is_account, 0 as again_ever, 0 as again_in_week, 0 as again_in_month, 0 as again_in_quarter, 0 as again_in_year
      from by_hour h
      union all
      select
        d.entity_id, d.date, null, 0, 0, 0, 1 - d.hours, (1 - d.hours) * (d.kind = 'a')::integer, 0, 0,
        (d.kind = 'a')::integer, (d.prev_date is not null)::integer,
        :schema.is_again_in('week', d.date, d.prev_date)::integer, :schema.is_again_in('month', d.date, d.prev_date)::integer,
        :schema.is_again_in('quarter', d.date, d.prev_date)::integer, :schema.is_again_in('year', d.date, d.prev_date)::integer
      from days d
      where d.hours > 1 or d.prev_date is not null
    ) c
    group by c.entity_id, c.date
  ),
  written_days as (
    insert into :schema.analytics_days (
      time_total, date, views, visitors, accounts, timed_views, entries, bounces, again_ever, accounts_again_ever,
      again_in_week, accounts_again_in_week, again_in_month, accounts_again_in_month, again_in_quarter, accounts_again_in_quarter,
      again_in_year, accounts_again_in_year, hour, entity_id, entity_type
    )
    select
      nullif(d.time_total, 0), d.date, d.views, nullif(d.visitors, 0), nullif(d.accounts, 0), nullif(d.timed_views, 0),
      nullif(d.entries, 0), nullif(d.bounces, 0), nullif(d.again_ever, 0), nullif(d.accounts_again_ever, 0),
      nullif(d.again_in_week, 0), nullif(d.accounts_again_in_week, 0), nullif(d.again_in_month, 0),
      nullif(d.accounts_again_in_month, 0), nullif(d.again_in_quarter, 0), nullif(d.accounts_again_in_quarter, 0),
      nullif(d.again_in_year, 0), nullif(d.accounts_again_in_year, 0), case when d.hours = 1 then d.hour end, d.entity_id,
      p_entity_type
    from by_day d
    order by d.entity_id, d.date
  ),
  written_entities as (
    insert into :schema.analytics_entities (
      first_view, last_view, time_total, views, timed_views, visitors, accounts, entries, bounces, entity_id, entity_type
    )
    select
      b.first_view, b.last_view, d.time_total, d.views, d.timed_views, d.visitors, d.accounts, d.entries, d.bounces, d.entity_id,
      p_entity_type
    from (
      select
        d.entity_id, sum(d.views) as views, sum(d.timed_views) as timed_views, sum(d.time_total) as time_total,
        sum(d.visitors - d.again_ever) as visitors, sum(d.accounts - d.accounts_again_ever) as accounts,
        sum(d.entries) as entries, sum(d.bounces) as bounces
      from by_day d
      group by d.entity_id
      having sum(d.views) <> 0 or sum(d.entries) <> 0 or sum(d.bounces) <> 0
    ) d
    left join (
      select v.entity_id, min(v.viewed_at) as first_view, max(v.viewed_at) as last_view from views v group by v.entity_id
    ) b on b.entity_id = d.entity_id
    order by d.entity_id
  ),
  written_hours as (
    insert into :schema.analytics_hours (date, entity_id, entity_type, hours)
    select
      h.date, h.entity_id, p_entity_type,
      array_agg(
        :schema.packed_hour(h.hour, h.views, h.timed_views, h.time_total, h.visitors, h.accounts, h.entries, h.bounces)
        order by h.hour
      )
    from by_hour h
    join by_day d on d.entity_id = h.entity_id and d.date = h.date
    where d.hours > 1
    group by h.entity_id, h.date
    order by h.entity_id, h.date
  )
  select count(*) into v_page_views from views;
  return v_page_views;
end
$$;`,
  },
  {
    name: "read_sessions",
    file: "functions/reading-in/sessions.sql",
    line: 80,
    sql: `-- Read in the sessions from the first id to the last, both included; of these those of p_ids, when given. Returns how many
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
$$;`,
  },
  {
    name: "read_lost_sessions",
    file: "functions/reading-in/history.sql",
    line: 1,
    sql: `-- Reading the history in: the page views that were there before capture began.
--
-- Whatever happened to page views since is in the queue, because nothing is folded before the history is complete. So the
-- history is what page views hold less what is pending, whenever one looks: the same rows for the first step and for the
-- last one, and the queue stays as it is.

-- Read in the sessions that have lost all their page views since, which only the queue knows, from p_start_date on. Returns their page views.
create or replace function :schema.read_lost_sessions(p_time_zone text, p_start_date date default '-infinity') returns bigint
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(sum(:schema.read_sessions(l.session_id, l.session_id, null, false, p_time_zone, p_start_date)), 0)
  from (
    select distinct q.session_id from :schema.page_view_changes q
    where q.sign < 0 and q.session_id is not null and (q.viewed_at at time zone p_time_zone)::date >= p_start_date and not exists (
      select 1 from :schema.visitor_sessions s where s.session_id = q.session_id and s.total_views > 0
    )
  ) l;
end;`,
  },
  {
    name: "read_lost_entities",
    file: "functions/reading-in/history.sql",
    line: 21,
    sql: `-- Read in the entities that have lost all their page views since capture began, from p_start_date on. Returns their page views.
create or replace function :schema.read_lost_entities(p_time_zone text, p_start_date date default '-infinity') returns bigint
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(
    sum(
      case
        when p_start_date = '-infinity' then :schema.read_entities(l.entity_type, l.entity_id, l.entity_id, null, p_time_zone)
        else :schema.read_entities_from(l.entity_type, l.entity_id, l.entity_id, null, p_start_date, p_time_zone)
      end
    ), 0
  )
  from (
    select distinct q.entity_type, q.entity_id from :schema.page_view_changes q
    where q.sign < 0 and (q.viewed_at at time zone p_time_zone)::date >= p_start_date and not exists (
      select 1 from :schema.analytics_days d where d.entity_type = q.entity_type and d.entity_id = q.entity_id
    )
  ) l;
end;`,
  },
  {
    name: "begin_reading_history",
    file: "functions/reading-in/history.sql",
    line: 42,
    sql: `-- Nobody folds until the end of this transaction, nobody truncates page views, and all rows of them are seen. As begin_reading, and
-- several may read at the same time: nothing is folded before the history is complete.
create or replace function :schema.begin_reading_history() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  lock table :page_views in access share mode;
  perform 1 from :schema.analytics_slots s order by s.slot for share;
  perform :schema.refuse_hidden_rows();
end
$$;`,
  },
  {
    name: "divided_history",
    file: "functions/reading-in/history.sql",
    line: 55,
    sql: `-- Divide what comes next in this phase into parts of about p_limit page views, to be read by all who are free: the position with some more of
-- them, and is_divided when nothing comes after them.
create or replace function :schema.divided_history(p_position jsonb, p_limit integer) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  c_parts_at_once constant integer := 8;
  v_parts jsonb := p_position -> 'parts';
  v_part jsonb := p_position -> 'after';
  v_sessions record;
  v_entities :schema.entity_slice;
begin
  for v_nth in 1 .. c_parts_at_once loop
    if p_position ->> 'phase' = 'sessions' then
      select n.* into v_sessions from :schema.next_sessions((v_part ->> 'last_id'):::session_id_type, p_limit) n;
      exit when v_sessions.first_id is null;
      v_part := jsonb_build_object('first_id', v_sessions.first_id::text, 'last_id', v_sessions.last_id::text);
    else
      v_entities := :schema.next_slice(
        row(v_part ->> 'entity_type', v_part ->> 'last_id'):::schema.entity_key, p_limit, :schema.captured_levels()
      );
      exit when v_entities.entity_type is null;
      v_part := jsonb_build_object(
        'entity_type', v_entities.entity_type, 'first_id', v_entities.first_id::text, 'last_id', v_entities.last_id::text
      );
    end if;
    v_parts := v_parts || jsonb_build_array(v_part);
  end loop;
  return p_position || jsonb_build_object(
    'parts', v_parts, 'after', v_part, 'is_divided', jsonb_array_length(v_parts) < jsonb_array_length(p_position -> 'parts') + c_parts_at_once
  );
end
$$;`,
  },
  {
    name: "claimed_part_of_history",
    file: "functions/reading-in/history.sql",
    line: 90,
    sql: `-- Which part that nobody is reading is this transaction to read now? NULL when there is none. Where one ends without having read its part,
-- the part is free again.
create or replace function :schema.claimed_part_of_history(p_position jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_part jsonb;
begin
  for v_part in select p.part from jsonb_array_elements(p_position -> 'parts') p (part) loop
    if pg_try_advisory_xact_lock(hashtextextended(format('headcount.history:%s %s %s', :'schema', p_position -> 'phase', v_part), 0)) then
      -- who had it may just have read it
      if exists (
        select 1 from :schema.analytics_settings s
        where s.history_position -> 'phase' = p_position -> 'phase' and s.history_position -> 'parts' @> jsonb_build_array(v_part)
      ) then
        return v_part;
      end if;
    end if;
  end loop;
  return null;
end
$$;`,
  },
  {
    name: "read_history_step",
    file: "functions/reading-in/history.sql",
    line: 114,
    sql: `-- One step, of one of those who read the history in at the same time: a part of about p_limit page views, or what comes between parts. First all
-- sessions are read, then all entities. phase is NULL while others read the rest of theirs. analytics_settings.history_position shows how far all
-- this has come.
create or replace function :schema.read_history_step(
  p_limit integer default 100000, out phase text, out page_views bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  c_first constant jsonb := '{"phase": "sessions", "parts": [], "is_divided": false}';
  v_settings :schema.analytics_settings;
  v_position jsonb;
  v_part jsonb;
  v_new_since date;
begin
  perform :schema.begin_reading_history();
  select s.* into strict v_settings from :schema.analytics_settings s;
  v_position := coalesce(v_settings.history_position, c_first);
  phase := v_position ->> 'phase';
  done := v_settings.history_complete;
  page_views := 0;
  if done then
    return;
  end if;

  v_part := :schema.claimed_part_of_history(v_position);
  if v_part is not null then
    page_views := case
      when phase = 'sessions' then
        :schema.read_sessions(
          (v_part ->> 'first_id'):::session_id_type, (v_part ->> 'last_id'):::session_id_type, null, false, v_settings.time_zone
        )
      else
        :schema.read_entities(
          v_part ->> 'entity_type', (v_part ->> 'first_id'):::entity_id_type, (v_part ->> 'last_id'):::entity_id_type, null,
          v_settings.time_zone
        )
    end;
    update :schema.analytics_settings s set history_position = jsonb_set(
      s.history_position, '{parts}',
      (select coalesce(jsonb_agg(p.part), '[]') from jsonb_array_elements(s.history_position -> 'parts') p (part) where p.part <> v_part)
    );
    return;
  end if;

  select s.* into strict v_settings from :schema.analytics_settings s for no key update;
  done := v_settings.history_complete;
  if done or coalesce(v_settings.history_position, c_first) <> v_position then
    -- somebody has gone on in the meantime
    return;
  end if;
  if not (v_position -> 'is_divided')::boolean then
    v_position := :schema.divided_history(v_position, p_limit);
  elsif v_position -> 'parts' <> '[]' then
    phase := null;
    perform pg_sleep(0.1);
    return;
  elsif phase = 'sessions' then
    page_views := :schema.read_lost_sessions(v_settings.time_zone);
    v_position := c_first || '{"phase": "entities"}';
  else
    page_views := :schema.read_lost_entities(v_settings.time_zone);
    v_position := null;
    done := true;
    v_new_since := (
      select (min(pv.viewed_at) at time zone v_settings.time_zone)::date from :page_view_rows pv
      where pv.visitor_id is not null
        and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    );
  end if;
  update :schema.analytics_settings set history_complete = done, history_position = v_position, new_since = v_new_since;
end
$$;`,
  },
  {
    name: "rolled_up_entities",
    file: "functions/reading-in/next-slices.sql",
    line: 1,
    sql: `-- Going through all sessions and all entities in the order of their indexes, a bounded number of page views at a time.
-- What has no page views any more is still known from what is stored. No entity comes first: its value is the least.

-- The entities of the tables that hold an entity's rollups, as often as they have rows.
create or replace function :schema.rolled_up_entities() returns setof :schema.entity_key
language sql stable
begin atomic
  select d.entity_type, d.entity_id from :schema.analytics_days d
  union all
  select h.entity_type, h.entity_id from :schema.analytics_hours h
  union all
  select v.entity_type, v.entity_id from :schema.analytics_entity_visitors v
  union all
  select d.entity_type, d.entity_id from :schema.analytics_visitor_days d
  union all
  select r.entity_type, r.entity_id from :schema.analytics_visitor_returns r
  union all
  select w.entity_type, w.entity_id from :schema.analytics_visitor_return_weeks w
  union all
  select e.entity_type, e.entity_id from :schema.analytics_entities e;
end;`,
  },
  {
    name: "rolled_up_types",
    file: "functions/reading-in/next-slices.sql",
    line: 23,
    sql: `-- The entity_types that the rollups have, those of groups included. Each is found behind the one before it, however many rows have it.
create or replace function :schema.rolled_up_types() returns table (entity_type text)
language sql stable
begin atomic
  with recursive types as (
    (select r.entity_type from :schema.rolled_up_entities() r order by r.entity_type limit 1)
    union all
    select (
      select r.entity_type from :schema.rolled_up_entities() r where r.entity_type > t.entity_type order by r.entity_type limit 1
    )
    from types t
    where t.entity_type is not null
  )
  select t.entity_type from types t where t.entity_type is not null;
end;`,
  },
  {
    name: "first_entity",
    file: "functions/reading-in/next-slices.sql",
    line: 39,
    sql: `-- Which is the first, in page views or in rollups? Groups are gone through by themselves: see next_groups.
create or replace function :schema.first_entity() returns setof :schema.entity_key
language sql stable
begin atomic
  select c.entity_type::text, c.entity_id
  from (
    (select
        t.entity_type,
        case
          when exists (select 1 from :page_view_rows pv where pv.entity_type = t.entity_type and pv.entity_id is null) then :no_entity
          else t.entity_id:::entity_id_type
        end as entity_id
      from (
        select pv.entity_type, pv.entity_id from :page_view_rows pv
        where pv.entity_type is not null and not :schema.is_group_type(pv.entity_type)
        order by pv.entity_type, pv.entity_id limit 1
      ) t)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type = (select min(t.entity_type) from :schema.rolled_up_types() t where not :schema.is_group_type(t.entity_type))
      order by r.entity_id limit 1)
  ) c
  order by c.entity_type, c.entity_id
  limit 1;
end;`,
  },
  {
    name: "next_entity",
    file: "functions/reading-in/next-slices.sql",
    line: 65,
    sql: `-- Which one follows this one? Another type is looked for where its own has no more: of an enum, which no index has as text, that
-- reads all page views.
create or replace function :schema.next_entity(p_entity_type text, p_entity_id :entity_id_type) returns setof :schema.entity_key
language sql stable
begin atomic
  with of_type as materialized (
    (select pv.entity_id:::entity_id_type as entity_id from :page_view_rows pv
      where pv.entity_type = p_entity_type and pv.entity_id > p_entity_id
      order by pv.entity_id limit 1)
    union all
    (select r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type = p_entity_type and r.entity_id > p_entity_id
      order by r.entity_id limit 1)
  )
  select c.entity_type::text, c.entity_id
  from (
    select p_entity_type as entity_type, t.entity_id from of_type t
    union all
    (select
        t.entity_type,
        case
          when exists (select 1 from :page_view_rows pv where pv.entity_type = t.entity_type and pv.entity_id is null) then :no_entity
          else t.entity_id:::entity_id_type
        end
      from (
        select pv.entity_type, pv.entity_id from :page_view_rows pv
        where pv.entity_type > p_entity_type and not exists (select 1 from of_type) and not :schema.is_group_type(pv.entity_type)
        order by pv.entity_type, pv.entity_id limit 1
      ) t)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type = (
          select min(t.entity_type) from :schema.rolled_up_types() t
          where t.entity_type > p_entity_type and not :schema.is_group_type(t.entity_type)
        )
        and not exists (select 1 from of_type)
      order by r.entity_id limit 1)
  ) c
  order by c.entity_type, c.entity_id
  limit 1;
end;`,
  },
  {
    name: "next_entities",
    file: "functions/reading-in/next-slices.sql",
    line: 107,
    sql: `-- Which entities of one type come after this one with together about p_limit page views? NULL when nothing comes after it.
create or replace function :schema.next_entities(p_after :schema.entity_key, p_limit integer) returns :schema.entity_slice
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
-- what is stored is often less than the planner thinks, and it would read and sort all of it
set enable_seqscan = off
set enable_sort = off
set enable_bitmapscan = off
as $$
declare
  v_next :schema.entity_slice;
begin
  if (p_after).entity_type is null then
    select f.entity_type, f.entity_id, f.entity_id into v_next from :schema.first_entity() f;
  else
    select n.entity_type, n.entity_id, n.entity_id into v_next
    from :schema.next_entity((p_after).entity_type, (p_after).entity_id) n;
  end if;
  if v_next.entity_type is null or v_next.first_id = :no_entity then
    return case when v_next.entity_type is not null then v_next end;
  end if;

  select coalesce(
    least(
      (select pv.entity_id:::entity_id_type from :page_view_rows pv
        where pv.entity_type = v_next.entity_type and pv.entity_id >= v_next.first_id
        order by pv.entity_id offset p_limit limit 1),
      (select d.entity_id from :schema.analytics_days d
        where d.entity_type = v_next.entity_type and d.entity_id >= v_next.first_id
        order by d.entity_id offset p_limit limit 1)
    ),
    greatest(
      (select pv.entity_id:::entity_id_type from :page_view_rows pv
        where pv.entity_type = v_next.entity_type and pv.entity_id is not null
        order by pv.entity_id desc limit 1),
      (select r.entity_id from :schema.rolled_up_entities() r
        where r.entity_type = v_next.entity_type
        order by r.entity_id desc limit 1)
    )
  ) into v_next.last_id;
  return v_next;
end
$$;`,
  },
  {
    name: "next_sessions",
    file: "functions/reading-in/next-slices.sql",
    line: 152,
    sql: `-- Which sessions come after this one with together about p_limit page views? NULL when nothing comes after it.
create or replace function :schema.next_sessions(
  p_after :session_id_type, p_limit integer, out first_id :session_id_type, out last_id :session_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
-- what is stored is often less than the planner thinks, and it would read and sort all of it
set enable_seqscan = off
set enable_sort = off
set enable_bitmapscan = off
as $$
begin
  select least(
    (select pv.session_id:::session_id_type from :page_view_rows pv
      where pv.session_id is not null and (p_after is null or pv.session_id > p_after)
      order by pv.session_id limit 1),
    (select s.session_id from :schema.visitor_sessions s
      where p_after is null or s.session_id > p_after
      order by s.session_id limit 1)
  ) into first_id;
  if first_id is null then
    return;
  end if;
  select coalesce(
    least(
      (select pv.session_id:::session_id_type from :page_view_rows pv
        where pv.session_id is not null and pv.session_id >= first_id
        order by pv.session_id offset p_limit limit 1),
      (select s.session_id from :schema.visitor_sessions s
        where s.session_id >= first_id
        order by s.session_id offset p_limit limit 1)
    ),
    greatest(
      (select pv.session_id:::session_id_type from :page_view_rows pv
        where pv.session_id is not null
        order by pv.session_id desc limit 1),
      (select s.session_id from :schema.visitor_sessions s order by s.session_id desc limit 1)
    )
  ) into last_id;
end
$$;`,
  },
  {
    name: "refuse_hidden_page_views",
    file: "functions/reading-in/page-views-to-read.sql",
    line: 16,
    sql: `-- Fail when row level security hides page views from this role: what it does not see would be taken for gone.
create or replace function :schema.refuse_hidden_page_views() returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policies text;
  v_is_owner boolean;
begin
  if not row_security_active(:'page_views'::regclass) then
    return;
  end if;
  select string_agg(quote_ident(p.polname), ', ' order by p.polname) into v_policies
  from pg_policy p
  where p.polrelid = :'page_views'::regclass;
  select pg_has_role(c.relowner, 'usage') into v_is_owner from pg_class c where c.oid = :'page_views'::regclass;
  raise exception 'row level security of % hides page views from role %: %',
    :'page_views'::regclass, quote_ident(current_user),
    case when v_policies is null then 'it has no policy' else 'its policies are ' || v_policies end
    using errcode = 'insufficient_privilege',
      hint = format(
        case
          when v_is_owner then 'It is forced upon the owner of the table: alter table %1$s no force row level security'
          else 'Run this as the owner of the table, or let the role see all rows: alter role %2$s bypassrls'
        end,
        :'page_views'::regclass, quote_ident(current_user)
      );
end
$$;`,
  },
  {
    name: "refuse_hidden_rows",
    file: "functions/reading-in/page-views-to-read.sql",
    line: 46,
    sql: `-- Fail when row level security hides page views, or rows of what is ours, from this role: rollups that it does not see would be
-- written again, and changes that it does not see would never be. Owners see all of ours, by its policies.
create or replace function :schema.refuse_hidden_rows() returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_table regclass;
begin
  perform :schema.refuse_hidden_page_views();
  select c.oid into v_table
  from pg_policy p join pg_class c on c.oid = p.polrelid
  where p.polname = 'headcount_owner' and c.relnamespace = :'schema'::regnamespace
    and row_security_active(c.oid) and not pg_has_role(c.relowner, 'usage')
  order by c.relname
  limit 1;
  if found then
    raise exception 'row level security of % hides rows from role %', v_table, quote_ident(current_user)
      using errcode = 'insufficient_privilege',
        hint = 'Run this as its owner, or end it: npx @headcount/migrations check says how';
  end if;
end
$$;`,
  },
  {
    name: "begin_reading",
    file: "functions/reading-in/page-views-to-read.sql",
    line: 70,
    sql: `-- Nobody folds until the end of this transaction, nobody truncates page views, and all rows of them are seen. Page views less
-- the queue are the same rows then, whenever one looks.
create or replace function :schema.begin_reading() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  lock table :page_views in access share mode;
  perform 1 from :schema.analytics_slots s order by s.slot for no key update;
  -- nor does anybody in a snapshot from before: see note_fold
  update :schema.analytics_slots set finished_at = finished_at;
  perform :schema.refuse_hidden_rows();
end
$$;`,
  },
  {
    name: "sessions_on_dates",
    file: "functions/reading-in/rebuild.sql",
    line: 1,
    sql: `-- Rebuilding: empty the rollups of entities and read them in again, while views arrive.
--
-- A range of dates chooses which entities and sessions; those are rebuilt whole, or from the first date on that is not sealed: what is stored
-- of sealed months stays, as do sessions that began then, of which nobody knows any more which part is younger. First all sessions, then all
-- entities, which take their entries from the sessions, in steps that each leave the rollups exact.

-- Which of these sessions have a view on these dates, in page views or stored? Not those that began on a sealed date.
create or replace function :schema.sessions_on_dates(
  p_first_id :session_id_type, p_last_id :session_id_type, p_start_date date, p_end_date date, p_time_zone text
) returns :session_id_type[]
language plpgsql stable
:settings_of_writers
-- a step is a small part of large tables
set enable_seqscan = off
as $$
begin
  return array(
    select pv.session_id:::session_id_type
    from :page_view_rows pv
    where pv.session_id between p_first_id and p_last_id
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      and (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    union
    select s.session_id
    from :schema.visitor_sessions s
    where s.session_id between p_first_id and p_last_id and (s.total_views <> 0 or s.first_seen_at is not null)
      and coalesce((s.first_seen_at at time zone p_time_zone)::date <= p_end_date, true)
      and coalesce((s.last_seen_at at time zone p_time_zone)::date >= p_start_date, true)
    except
    select s.session_id
    from :schema.visitor_sessions s
    where s.session_id between p_first_id and p_last_id and s.total_views > 0 and :schema.is_sealed(s.first_seen_at)
  );
end
$$;`,
  },
  {
    name: "entities_on_dates",
    file: "functions/reading-in/rebuild.sql",
    line: 37,
    sql: `-- Which of these entities have a view on these dates, in page views or stored?
create or replace function :schema.entities_on_dates(
  p_slice :schema.entity_slice, p_start_date date, p_end_date date, p_time_zone text
) returns :entity_id_type[]
language plpgsql stable
:settings_of_writers
-- a step is a small part of large tables
set enable_seqscan = off
as $$
begin
  return array(
    select coalesce(pv.entity_id:::entity_id_type, :no_entity)
    from :page_view_rows pv
    where pv.entity_type = (p_slice).entity_type
      and (
        pv.entity_id between (p_slice).first_id and (p_slice).last_id
        or ((p_slice).first_id = :no_entity and pv.entity_id is null)
      )
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      and (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    union
    select g.entity_id
    from (select 1 where :schema.is_group_type((p_slice).entity_type)) o
    cross join lateral :schema.page_views_of_groups((p_slice).entity_type, (p_slice).first_id, (p_slice).last_id, null) g
    where (g.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    union
    select d.entity_id from :schema.analytics_days d
    where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
      and d.date between p_start_date and p_end_date
    union
    select h.entity_id from :schema.analytics_hours h
    where h.entity_type = (p_slice).entity_type and h.entity_id between (p_slice).first_id and (p_slice).last_id
      and h.date between p_start_date and p_end_date
    union
    select d.entity_id from :schema.analytics_visitor_days d
    where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
      and d.date between p_start_date and p_end_date
    union
    select r.entity_id from :schema.analytics_visitor_returns r
    where r.entity_type = (p_slice).entity_type and r.entity_id between (p_slice).first_id and (p_slice).last_id
      and (r.date between p_start_date and p_end_date or r.prev_date between p_start_date and p_end_date)
    union
    -- visitors, weeks and totals have a day of their entity: they are looked at only where no day is left
    select o.entity_id
    from (
      (
        select v.entity_id from :schema.analytics_entity_visitors v
        where v.entity_type = (p_slice).entity_type and v.entity_id between (p_slice).first_id and (p_slice).last_id
        union
        select w.entity_id from :schema.analytics_visitor_return_weeks w
        where w.entity_type = (p_slice).entity_type and w.entity_id between (p_slice).first_id and (p_slice).last_id
        union
        select e.entity_id from :schema.analytics_entities e
        where e.entity_type = (p_slice).entity_type and e.entity_id between (p_slice).first_id and (p_slice).last_id
      )
      except
      select d.entity_id from :schema.analytics_days d
      where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
    ) o
    where exists (
      select 1 from :schema.analytics_entity_visitors v
      where v.entity_type = (p_slice).entity_type and v.entity_id = o.entity_id
        and (v.first_visit at time zone p_time_zone)::date between p_start_date and p_end_date
    ) or exists (
      select 1 from :schema.analytics_visitor_return_weeks w
      where w.entity_type = (p_slice).entity_type and w.entity_id = o.entity_id
        and (w.week between p_start_date - 6 and p_end_date or w.prev_week between p_start_date - 6 and p_end_date)
    ) or exists (
      select 1 from :schema.analytics_entities e
      where e.entity_type = (p_slice).entity_type and e.entity_id = o.entity_id
        and coalesce((e.first_view at time zone p_time_zone)::date, p_start_date) <= p_end_date
        and coalesce((e.last_view at time zone p_time_zone)::date, p_end_date) >= p_start_date
    )
  );
end
$$;`,
  },
  {
    name: "rebuild_entities",
    file: "functions/reading-in/rebuild.sql",
    line: 114,
    sql: `-- Rebuild the entities of this type from the first id to the last, both included; of these those of p_ids, when given. What was
-- set aside of them is right again then, and so are its sessions; of sealed dates, which are not read again, it is pending once more.
-- Returns how many page views they have.
create or replace function :schema.rebuild_entities(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_time_zone text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_start_date date := (select s.sealed_before from :schema.analytics_settings s);
  v_session_ids :session_id_type[];
  v_views bigint;
begin
  v_session_ids := array(
    select distinct c.session_id from :schema.set_aside_changes c
    where c.entity_type = p_entity_type and c.entity_id between p_first_id and p_last_id
      and (p_ids is null or c.entity_id = any (p_ids)) and c.session_id is not null
      and not exists (
        select 1 from :schema.visitor_sessions s
        where s.session_id = c.session_id and s.total_views > 0 and :schema.is_sealed(s.first_seen_at)
      )
    order by c.session_id
  );
  if v_session_ids <> '{}' then
    perform :schema.read_sessions(
      v_session_ids[1], v_session_ids[cardinality(v_session_ids)], v_session_ids, true, p_time_zone,
      coalesce(v_start_date, '-infinity')
    );
  end if;
  with
  set_aside as (
    delete from :schema.set_aside_changes c
    where c.entity_type = p_entity_type and c.entity_id between p_first_id and p_last_id
      and (p_ids is null or c.entity_id = any (p_ids))
    returning c.*
  )
  insert into :schema.page_view_changes (
    slot, sign, is_group, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page
  )
  select
    :schema.entity_slot(c.entity_type, c.entity_id), c.sign, case when :schema.is_group_type(c.entity_type) then true end, c.entity_type,
    c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at, c.time_on_page
  from set_aside c
  where c.sign <> 0 and (c.viewed_at at time zone p_time_zone)::date < v_start_date;

  if v_start_date is null then
    perform :schema.empty_entities(p_entity_type, p_first_id, p_last_id, p_ids);
    v_views := :schema.read_entities(p_entity_type, p_first_id, p_last_id, p_ids, p_time_zone);
  else
    perform :schema.empty_entities_from(p_entity_type, p_first_id, p_last_id, p_ids, v_start_date, p_time_zone);
    v_views := :schema.read_entities_from(p_entity_type, p_first_id, p_last_id, p_ids, v_start_date, p_time_zone);
  end if;
  perform :schema.count_entities_again(p_entity_type, p_first_id, p_last_id, p_ids);
  return v_views;
end
$$;`,
  },
  {
    name: "rebuild_set_aside",
    file: "functions/reading-in/rebuild.sql",
    line: 172,
    sql: `-- Rebuild the entities of changes of these dates that were set aside: of one that never had a view that was counted, nothing else
-- is known. Returns how many page views they have.
create or replace function :schema.rebuild_set_aside(p_start_date date, p_end_date date, p_time_zone text) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_type record;
  v_views bigint := 0;
begin
  for v_type in
    select c.entity_type, array_agg(distinct c.entity_id order by c.entity_id) as ids
    from :schema.set_aside_changes c
    where (c.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    group by c.entity_type
  loop
    perform :schema.refuse_losing_dates(
      row(v_type.entity_type, v_type.ids[1], v_type.ids[cardinality(v_type.ids)]):::schema.entity_slice, v_type.ids,
      'infinity', '-infinity', p_time_zone
    );
    v_views := v_views + :schema.rebuild_entities(
      v_type.entity_type, v_type.ids[1], v_type.ids[cardinality(v_type.ids)], v_type.ids, p_time_zone
    );
  end loop;
  return v_views;
end
$$;`,
  },
  {
    name: "begin_rebuild",
    file: "functions/reading-in/rebuild.sql",
    line: 200,
    sql: `-- Hold everything that a rebuild reads and writes, with nothing handed on.
create or replace function :schema.begin_rebuild() returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_settings :schema.analytics_settings;
begin
  perform :schema.begin_reading();
  select s.* into strict v_settings from :schema.analytics_settings s;
  if not v_settings.history_complete then
    raise exception 'the page views from before the installation are not in the rollups yet'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Run: npx @headcount/migrations up';
  end if;
  perform :schema.fold_changes('{}', (:schema.take_entry_changes('{0,1,2,3,4,5,6,7}')));
  return v_settings.time_zone;
end
$$;`,
  },
  {
    name: "rebuilds_by_id",
    file: "functions/reading-in/rebuild.sql",
    line: 219,
    sql: `-- Are entities named that a rebuild empties and reads in, also where all of them are meant?
create or replace function :schema.rebuilds_by_id() returns boolean
language sql immutable
return false;`,
  },
  {
    name: "rebuild_page_views_step",
    file: "functions/reading-in/rebuild.sql",
    line: 224,
    sql: `-- One step of a rebuild, of about p_limit page views: the sessions, or else the entities, or else the groups, that follow p_after and have a view on
-- these dates (NULL: no bound but what is sealed). An entity is rebuilt whole, however many views it has. Returns how many views
-- were read and where to go on; done when there is nothing after it.
create or replace function :schema.rebuild_page_views_step(
  p_start_date date, p_end_date date, p_after jsonb default null, p_limit integer default 100000
) returns table (page_views bigint, done boolean, after jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_time_zone text;
  v_of_all boolean := p_start_date is null and p_end_date is null and not :schema.rebuilds_by_id();
  v_sealed_before date;
  v_first date;
  v_last date := coalesce(p_end_date, 'infinity');
  -- what page views no longer hold is lost only where its date was named
  v_first_lost date := case when p_end_date is null then 'infinity' else coalesce(p_start_date, 'infinity') end;
  v_last_lost date := coalesce(p_end_date, '-infinity');
  v_sessions record;
  v_session_ids :session_id_type[];
  v_slice :schema.entity_slice;
  v_ids :entity_id_type[];
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  v_time_zone := :schema.begin_rebuild();
  select s.sealed_before into v_sealed_before from :schema.analytics_settings s;
  if least(p_start_date, p_end_date) < v_sealed_before then
    perform :schema.refuse_sealed(format('this rebuild is of dates that are sealed, and can begin on %s', v_sealed_before));
  end if;
  v_first := coalesce(p_start_date, v_sealed_before, '-infinity');
  page_views := 0;
  done := false;

  -- A change may be pending of what page views do not hold: edited or deleted past capture, or restored twice. Folded after this it would
  -- count; folded before, it is in the rollups, and goes with them.
  if p_after is null then
    while :schema.fold_page_view_changes() > 0 loop
    end loop;
  end if;

  if p_after is null or p_after ? 'session_id' then
    select n.* into v_sessions from :schema.next_sessions((p_after ->> 'session_id'):::session_id_type, p_limit) n;
    if v_sessions.first_id is not null then
      -- without ids, all are meant
      if not v_of_all or v_sealed_before is not null then
        v_session_ids := :schema.sessions_on_dates(v_sessions.first_id, v_sessions.last_id, v_first, v_last, v_time_zone);
      end if;
      if v_session_ids is null or v_session_ids <> '{}' then
        perform :schema.refuse_losing_sessions(
          v_sessions.first_id, v_sessions.last_id, v_session_ids, v_first_lost, v_last_lost, v_time_zone
        );
        page_views := :schema.read_sessions(
          v_sessions.first_id, v_sessions.last_id, v_session_ids, true, v_time_zone, coalesce(v_sealed_before, '-infinity')
        );
      end if;
      after := jsonb_build_object('session_id', v_sessions.last_id::text);
      return next;
      return;
    end if;
    perform :schema.read_lost_sessions(v_time_zone, coalesce(v_sealed_before, '-infinity'));
    p_after := null;
  end if;

  v_slice := :schema.next_slice(
    row(
      p_after ->> 'entity_type', coalesce((p_after ->> 'entity_id'):::entity_id_type, :no_entity)
    ):::schema.entity_key, p_limit, :schema.captured_levels()
  );
  if v_slice.entity_type is null then
    page_views := :schema.read_lost_entities(v_time_zone, coalesce(v_sealed_before, '-infinity')) + :schema.rebuild_set_aside(v_first, v_last, v_time_zone);
    done := true;
    return next;
    return;
  end if;
  if not v_of_all then
    v_ids := :schema.entities_on_dates(v_slice, v_first, v_last, v_time_zone);
  end if;
  perform :schema.refuse_losing_dates(v_slice, v_ids, v_first_lost, v_last_lost, v_time_zone);
  if v_of_all or v_ids <> '{}' then
    page_views := :schema.rebuild_entities(v_slice.entity_type, v_slice.first_id, v_slice.last_id, v_ids, v_time_zone);
  end if;
  -- those of groups were read with their entities
  if :schema.is_group_type(v_slice.entity_type) then
    page_views := 0;
  end if;
  after := jsonb_build_object('entity_type', v_slice.entity_type, 'entity_id', nullif(v_slice.last_id, :no_entity)::text);
  return next;
end
$$;`,
  },
  {
    name: "aggregate_page_views",
    file: "functions/reading-in/rebuild.sql",
    line: 325,
    sql: `-- Rebuild what has a view on these dates (NULL: no bound) from raw page views, in one transaction.
-- Returns how many page views were read. On a large table prefer the client or the CLI: they commit every step.
create or replace function :schema.aggregate_page_views(p_start_date date, p_end_date date default :schema.reporting_date())
returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_step record;
  v_after jsonb;
  v_views bigint := 0;
begin
  if p_start_date > p_end_date then
    raise exception 'p_start_date (%) is after p_end_date (%)', p_start_date, p_end_date
      using errcode = 'invalid_parameter_value';
  end if;
  loop
    select s.* into v_step from :schema.rebuild_page_views_step(p_start_date, p_end_date, v_after) s;
    v_after := v_step.after;
    -- each view is read twice: with its session, and with its entity
    if (v_after ? 'session_id') is not true then
      v_views := v_views + v_step.page_views;
    end if;
    exit when v_step.done;
  end loop;
  return v_views;
end
$$;`,
  },
  {
    name: "read_set_aside_again",
    file: "functions/reading-in/rebuild.sql",
    line: 354,
    sql: `-- Rebuild the entities and sessions of all changes that were set aside, in one transaction. Returns how many page views they have.
create or replace function :schema.read_set_aside_again() returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  return :schema.rebuild_set_aside('-infinity', 'infinity', :schema.begin_rebuild());
end
$$;`,
  },
  {
    name: "refuse_losing",
    file: "functions/reading-in/refuse-losing.sql",
    line: 1,
    sql: `-- What a rebuild refuses: page views that were deleted past capture are in the rollups only, and reading in would lose them.

-- Fail for a view of this date that page views no longer hold, and a rebuild would lose.
create or replace function :schema.refuse_losing(p_whose text, p_date date) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% has no more views of % on %, which this rebuild would lose', :'page_views'::regclass, p_whose, p_date
    using errcode = 'object_not_in_prerequisite_state',
      hint = 'What is stored is kept as it is. To lose it, and make the rollups what page views are now, name all dates: '
        || format(
          'select %s.aggregate_page_views(%L, ''9999-12-31'').', :'schema',
          (select coalesce(s.sealed_before, '0001-01-01') from :schema.analytics_settings s)
        );
end
$$;`,
  },
  {
    name: "refuse_losing_sessions",
    file: "functions/reading-in/refuse-losing.sql",
    line: 19,
    sql: `-- Fail when page views no longer hold the date on which one of these sessions (NULL: all from the first to the last) began, and it is
-- not one of these. A session that is wrong differs from it: the entity has no row of that date.
create or replace function :schema.refuse_losing_sessions(
  p_first_id :session_id_type, p_last_id :session_id_type, p_ids :session_id_type[], p_start_date date, p_end_date date,
  p_time_zone text
) returns void
language plpgsql stable
:settings_of_writers
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  v_lost record;
begin
  select s.session_id, (s.first_seen_at at time zone p_time_zone)::date as date into v_lost
  from :schema.visitor_sessions s
  where s.session_id between p_first_id and p_last_id and (p_ids is null or s.session_id = any (p_ids)) and s.total_views > 0
    and (s.first_seen_at at time zone p_time_zone)::date not between p_start_date and p_end_date
    and (s.session_id, s.first_seen_at) not in (
      select pv.session_id:::session_id_type, pv.viewed_at
      from :page_view_rows pv
      where pv.session_id between p_first_id and p_last_id
    )
    and exists (
      select 1 from :schema.analytics_days d
      where d.entity_type = s.entry_entity_type and d.entity_id = s.entry_entity_id
        and d.date = (s.first_seen_at at time zone p_time_zone)::date and d.views > 0
    )
    and not exists (
      select 1 from :schema.page_views_of(
        s.entry_entity_type, s.entry_entity_id, (s.first_seen_at at time zone p_time_zone)::date,
        (s.first_seen_at at time zone p_time_zone)::date, p_time_zone
      ) pv
    )
    and not exists (
      select 1 from :schema.page_view_changes q
      where q.entity_type = s.entry_entity_type and q.entity_id = s.entry_entity_id and q.sign < 0
        and (q.viewed_at at time zone p_time_zone)::date = (s.first_seen_at at time zone p_time_zone)::date
    )
    and not exists (
      select 1 from :schema.set_aside_changes c
      where c.entity_type = s.entry_entity_type and c.entity_id = s.entry_entity_id and c.sign < 0
        and (c.viewed_at at time zone p_time_zone)::date = (s.first_seen_at at time zone p_time_zone)::date
    )
  limit 1;
  if found then
    perform :schema.refuse_losing(format('session %s', v_lost.session_id), v_lost.date);
  end if;
end
$$;`,
  },
  {
    name: "refuse_losing_dates",
    file: "functions/reading-in/refuse-losing.sql",
    line: 71,
    sql: `-- Fail when page views no longer hold what is stored of other dates than these: rebuilt whole, the entity would lose it.
create or replace function :schema.refuse_losing_dates(
  p_slice :schema.entity_slice, p_ids :entity_id_type[], p_start_date date, p_end_date date, p_time_zone text
) returns void
language plpgsql stable
:settings_of_writers
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  v_lost record;
begin
  select d.entity_id, d.date into v_lost
  from (
    select d.entity_id, d.date from :schema.analytics_days d
    where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
      and (p_ids is null or d.entity_id = any (p_ids)) and d.date not between p_start_date and p_end_date and d.views > 0
      -- what is sealed stays
      and d.date >= coalesce((select s.sealed_before from :schema.analytics_settings s), '-infinity')
    except
    select coalesce(pv.entity_id:::entity_id_type, :no_entity), (pv.viewed_at at time zone p_time_zone)::date
    from :page_view_rows pv
    where pv.entity_type = (p_slice).entity_type
      and (
        pv.entity_id between (p_slice).first_id and (p_slice).last_id
        or ((p_slice).first_id = :no_entity and pv.entity_id is null)
      )
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    except
    select g.entity_id, (g.viewed_at at time zone p_time_zone)::date
    from (select 1 where :schema.is_group_type((p_slice).entity_type)) o
    cross join lateral :schema.page_views_of_groups((p_slice).entity_type, (p_slice).first_id, (p_slice).last_id, p_ids) g
    except
    select q.entity_id, (q.viewed_at at time zone p_time_zone)::date
    from :schema.page_view_changes q
    where q.entity_type = (p_slice).entity_type and q.entity_id between (p_slice).first_id and (p_slice).last_id and q.sign < 0
    except
    select c.entity_id, (c.viewed_at at time zone p_time_zone)::date
    from :schema.set_aside_changes c
    where c.entity_type = (p_slice).entity_type and c.entity_id between (p_slice).first_id and (p_slice).last_id and c.sign < 0
  ) d
  order by d.date
  limit 1;
  if found then
    perform :schema.refuse_losing(concat_ws(' ', (p_slice).entity_type, nullif(v_lost.entity_id, :no_entity)), v_lost.date);
  end if;
end
$$;`,
  },
  {
    name: "recount_entries",
    file: "functions/reading-in/sessions.sql",
    line: 1,
    sql: `-- Reading sessions in: what they are by their page views, whatever is stored of them.

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
$$;`,
  },
  {
    name: "accounts_between",
    file: "functions/reading/accounts-by-attribute.sql",
    line: 1,
    sql: `-- How many accounts of each company, role or the like? By what the host's view of accounts says of them.

-- The views of each account on these dates, with all that is pending. Grouped by hashing: see all_visitors. An entity has few accounts: for the
-- thousand that the planner expects of any function, it would read all of the host's.
create or replace function :schema.accounts_between(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (visitor_id :visitor_id_type, views bigint, timed_views bigint, time_total numeric)
language plpgsql stable rows 20
:settings_of_readers
set work_mem = '64MB'
set enable_sort = off
as $$
declare
  -- not a subquery of the statement, in which the function would not be inlined, and would return everybody's days
  v_days :schema.visitor_day_delta[] := (select p.days from :schema.pending_visitor_days(p_entity_type, p_entity_id) p);
begin
  return query
  select d.visitor_id, sum(d.views), sum(d.timed_views), sum(d.time_total)
  from :schema.visitor_days_after(p_entity_type, p_entity_id, p_start_date, p_end_date, v_days) d
  where d.kind = 'a'
  group by d.visitor_id;
end
$$;`,
  },
  {
    name: "has_visibility",
    file: "functions/reading/visibility.sql",
    line: 13,
    sql: `-- Does the view say who may be seen? In PL/pgSQL, so that the statement of a list does not have to plan it.
create or replace function :schema.has_visibility() returns boolean
language plpgsql stable
:settings_of_readers
as $$
begin
  return exists (
    select 1 from pg_attribute a
    where a.attrelid = (:'schema' || '.analytics_accounts')::regclass and a.attname = 'visibility' and not a.attisdropped
  );
end
$$;`,
  },
  {
    name: "account_rows",
    file: "functions/reading/visibility.sql",
    line: 1,
    sql: `-- Who may be seen. The host's view of accounts may have a column visibility. An account that is 'named' there is listed; one that is
-- 'attributes' is listed without its name, its id and its times of day: its kind is 'n' then, instead of 'a'. Every other one is counted and
-- never listed, and so is an account that the view has no row of. Without the column everybody is listed.

-- The rows of the host's view, with all the columns it has by now. Its text is read anew for each use, because a column may be added to the
-- view at any time; and nothing in it but the view is looked for on a search_path.
create or replace function :schema.account_rows() returns table (account_id :account_id_type, account jsonb)
language sql stable
as $$
  select a.account_id, pg_catalog.to_jsonb(a) from :schema.analytics_accounts a
$$;`,
  },
  {
    name: "accounts_by_attribute",
    file: "functions/reading/accounts-by-attribute.sql",
    line: 25,
    sql: `-- How many accounts have each value of a column of the host's view? Who may not be seen, by name or by attributes, is counted apart, with no value. The
-- host's view may call functions of the host's: this is inlined where its search_path holds.
create or replace function :schema.accounts_by_attribute(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_attribute text
) returns table (value text, is_hidden boolean, visitors bigint, views numeric, timed_views numeric, time_total numeric)
language sql stable
begin atomic
  select
    case when v.is_hidden then null else v.value end, v.is_hidden, count(*), sum(v.views), sum(v.timed_views), sum(v.time_total)
  from (
    select
      s.views, s.timed_views, s.time_total,
      (select :schema.has_visibility()) and not bool_and(coalesce(a.account ->> 'visibility' in ('named', 'attributes'), false)) as is_hidden,
      -- a view may have several rows of an account: attributes_of_visitors takes the same one
      (array_agg(a.account ->> p_attribute order by a.account ->> 'username', a.account ->> 'display_name'))[1] as value
    from :schema.accounts_between(p_entity_type, p_entity_id, p_start_date, p_end_date) s
    left join :schema.account_rows() a on a.account_id = s.visitor_id:::account_id_type
    group by s.visitor_id, s.views, s.timed_views, s.time_total
  ) v
  group by 1, 2;
end;`,
  },
  {
    name: "all_visitors",
    file: "functions/reading/all-visitors.sql",
    line: 1,
    sql: `-- Everybody who viewed an entity: what is counted where no shorter way leads to the first of them.

-- The first p_limit of all who viewed the entity on these dates, or ever. p_days and p_touched: what is pending, by
-- visitor-days and by visitors over all time. p_is_account: only accounts, or only who has none; p_accounts: only these.
-- Grouped by hashing: the planner expects few visitor-days of an entity and would sort them, and to sort those of a big
-- one takes twice as long. Averages are left for the end, because most visitors are not on the page.
create or replace function :schema.all_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_sort text, p_after :schema.listed_visitor, p_limit bigint,
  p_days :schema.visitor_day_delta[], p_touched :schema.listed_visitor[]
) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
set enable_sort = off
as $$
declare
  v_is_all_time boolean := p_start_date = '-infinity' and p_end_date = 'infinity';
  -- is asked of each visitor before the rest of is_behind, which takes longer
  v_until timestamptz := coalesce(
    case p_sort when 'last_visit' then (p_after).last_visit when 'first_visit' then (p_after).first_visit end, 'infinity'
  );
begin
  return query
  select
    v.kind, v.visitor_id, v.visit_count, v.days_visited, v.first_visit, v.last_visit,
    coalesce(v.avg_time_on_page, round(v.time_total / nullif(v.timed_views, 0), 2))
  from (
    select v.*
    from (
      -- of all time, or of dates: the other is not run
      select
        e.kind, e.visitor_id, coalesce(e.visit_count, 1)::bigint as visit_count,
        coalesce(e.days_visited, 1)::bigint as days_visited, e.first_visit,
        coalesce(e.last_visit, e.first_visit) as last_visit,
        coalesce(e.time_total, 0)::numeric as time_total, e.timed_views::bigint as timed_views, null::numeric as avg_time_on_page
      from :schema.analytics_entity_visitors e
      where v_is_all_time and e.entity_type = p_entity_type and e.entity_id = p_entity_id
        and (e.visitor_id, e.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
      union all
      select
        t.kind, t.visitor_id, t.visit_count, t.days_visited, t.first_visit, t.last_visit, null, null, t.avg_time_on_page
      from unnest(p_touched) t
      where v_is_all_time and t.visit_count > 0
      union all
      select
        d.kind, d.visitor_id, sum(d.views), count(*), min(d.first_view), max(d.last_view),
        sum(d.time_total), sum(d.timed_views), null
      from :schema.visitor_days_after(p_entity_type, p_entity_id, p_start_date, p_end_date, p_days) d
      where not v_is_all_time
      group by d.kind, d.visitor_id
    ) v
    where (p_is_account is null or (v.kind = 'a') = p_is_account)
      and case when p_sort = 'first_visit' then v.first_visit else v.last_visit end <= v_until
      and (p_accounts is null or v.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
      and :schema.is_behind(
        p_sort, p_after, v.visit_count, case when p_sort = 'first_visit' then v.first_visit else v.last_visit end,
        v.kind, v.visitor_id
      )
    order by
      case when p_sort = 'visit_count' then v.visit_count end desc,
      case when p_sort = 'first_visit' then v.first_visit else v.last_visit end desc,
      v.visit_count desc, v.kind desc, v.visitor_id
    limit p_limit
  ) v;
end
$$;`,
  },
  {
    name: "is_fact",
    file: "functions/reading/breakdown.sql",
    line: 1,
    sql: `-- How many of each? The views and visitors of a range, by what is known of them.

-- Is this known of page views themselves, or of the account that viewed?
create or replace function :schema.is_fact(p_dimension text) returns boolean
language sql immutable
begin atomic
  select p_dimension not like 'viewer.%';
end;`,
  },
  {
    name: "views_by_fact",
    file: "functions/reading/views-by-fact.sql",
    line: 164,
    sql: `-- The same, from what is kept of this entity where that will do: see views_by_fact_of_dates. Runs with the rights of its owner and returns
-- numbers only: see pending_series.
create or replace function :schema.views_by_fact(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_dimension text,
  p_filter_dimension text, p_filter_value text, p_until timestamp
) returns table (
  value text, is_total boolean, visitors bigint, accounts bigint, views numeric, timed_views numeric, time_total numeric,
  recorded_views numeric, entries numeric, bounces numeric
)
language plpgsql stable
security definer
:settings_of_readers
as $$
declare
  v_breakdown_no integer;
  v_end_date date := least(p_end_date, p_until::date);
  v_dates date[];
begin
  perform :schema.refuse_hidden_page_views();
  if p_filter_dimension is null then
    select b.breakdown_no into v_breakdown_no
    from :schema.analytics_breakdowns b
    where b.entity_type = p_entity_type and b.entity_id = p_entity_id;
  end if;
  if v_breakdown_no is not null then
    v_dates := :schema.dates_not_kept(v_breakdown_no, p_start_date, v_end_date, p_until);
  end if;
  -- where there are many of these, all of the range is read as fast
  if 4 * cardinality(v_dates) <= v_end_date - p_start_date + 1 then
    return query
    select f.* from :schema.views_by_fact_of_dates(v_breakdown_no, p_start_date, v_end_date, v_dates, p_dimension, p_until) f;
  else
    return query
    select f.* from :schema.views_by_fact_of_page_views(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value, p_until
    ) f;
  end if;
end
$$;`,
  },
  {
    name: "breakdown_values",
    file: "functions/reading/breakdown.sql",
    line: 10,
    sql: `-- The views and visitors of each value of a dimension; is_hidden: of those who may not be seen. Views of which nothing is said here
-- have no value. is_total: see views_by_fact.
create or replace function :schema.breakdown_values(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_dimension text,
  p_filter_dimension text, p_filter_value text
) returns table (
  value text, is_total boolean, is_hidden boolean, visitors numeric, accounts numeric, views numeric, timed_views numeric,
  time_total numeric, recorded_views numeric, entries numeric, bounces numeric
)
language sql stable
begin atomic
  select
    a.value, false, a.is_hidden, a.visitors, a.visitors, a.views, a.timed_views, a.time_total, null::numeric, null::numeric,
    null::numeric
  from :schema.accounts_by_attribute(p_entity_type, p_entity_id, p_start_date, p_end_date, substr(p_dimension, 8)) a
  where not :schema.is_fact(p_dimension)
  union all
  select
    f.value, f.is_total, false, f.visitors, f.accounts, f.views, f.timed_views, f.time_total, f.recorded_views, f.entries, f.bounces
  from :schema.views_by_fact(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value, null
  ) f
  where :schema.is_fact(p_dimension);
end;`,
  },
  {
    name: "entity_totals_columns",
    file: "functions/reading/entity-totals.sql",
    line: 107,
    sql: `-- The totals of each of these entities, in their order: see counts_of_entities; from the first date there is to the last one, those of all
-- time. buckets and views are those of p_period, one of days or longer ones, or NULL for none. And when it was first and last viewed, ever.
create or replace function :schema.entity_totals_columns(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_period text
) returns table (
  counts text, buckets text, views text, first_view text, last_view text,
  live boolean, pending_changes integer, folded_through text
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_entity_ids :entity_id_type[] := array(
    select coalesce(i.id, :no_entity) from unnest(p_entity_ids) with ordinality i (id, nth) order by i.nth
  );
  v_is_all_time boolean := p_start_date = date '0001-01-01' and p_end_date = date '9999-12-31';
  v_pending record := :schema.pending_series(p_entity_types, v_entity_ids, null, null);
begin
  return query
  select
    case when v_is_all_time then a.counts else c.counts end::text, c.buckets::text, c.views::text,
    :schema.instant_text(a.first_view), :schema.instant_text(a.last_view),
    v_pending.is_live, v_pending.pending_changes, :schema.instant_text(v_pending.folded_through)
  from :schema.counts_of_all_time(p_entity_types, v_entity_ids, v_pending.entities) a
  left join :schema.counts_of_entities(
    case when v_is_all_time then '{}' else p_entity_types end, case when v_is_all_time then '{}' else v_entity_ids end,
    p_start_date, p_end_date,
    case when p_period is not null then :schema.period_unit(p_period) end, v_pending.days, v_pending.returns
  ) c on c.nth = a.nth
  order by a.nth;
end
$$;`,
  },
  {
    name: "breakdown_with_totals",
    file: "functions/reading/breakdown.sql",
    line: 35,
    sql: `-- The same, and one row that has nothing but the totals of the range, as entity_totals_columns has them: both as of one moment.
create or replace function :schema.breakdown_with_totals(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_dimension text,
  p_filter_dimension text, p_filter_value text
) returns table (
  counts text, live boolean, pending_changes integer, folded_through text,
  value text, is_total boolean, is_hidden boolean, visitors numeric, accounts numeric, views numeric, timed_views numeric,
  time_total numeric, recorded_views numeric, entries numeric, bounces numeric
)
language sql stable
begin atomic
  select
    t.counts, t.live, t.pending_changes, t.folded_through,
    null::text, null::boolean, null::boolean, null::numeric, null::numeric, null::numeric, null::numeric, null::numeric, null::numeric,
    null::numeric, null::numeric
  from :schema.entity_totals_columns(array[p_entity_type], array[p_entity_id], p_start_date, p_end_date, null) t
  union all
  select null, null, null, null, v.*
  from :schema.breakdown_values(
    p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value
  ) v;
end;`,
  },
  {
    name: "keeps_attribute",
    file: "functions/reading/viewer-attributes.sql",
    line: 1,
    sql: `-- What the host's view of accounts knows of viewers besides their names: the columns that the settings name.

-- Is this a column of the view that the settings name? In PL/pgSQL, so that a statement does not have to plan it.
create or replace function :schema.keeps_attribute(p_attribute text) returns boolean
language plpgsql stable
:settings_of_readers
as $$
begin
  return exists (
    select 1
    from :schema.analytics_settings s
    join pg_attribute a on a.attname = any (s.viewer_attributes)
    where a.attname = p_attribute and not a.attisdropped
      and a.attrelid = (:'schema' || '.analytics_accounts')::regclass
  );
end
$$;`,
  },
  {
    name: "columns_of_breakdown",
    file: "functions/reading/breakdown.sql",
    line: 58,
    sql: `-- The first p_limit values, most first, each column a JSON array; what is left, what is hidden, and
-- the totals of the range, as entity_totals_columns has them: with a filter, of the views that it lets through. Values with fewer
-- visitors than p_smallest_group are left, and as many more as it takes until at least two values and that many visitors are: then how
-- many values there are is NULL. Not kept, nothing else is read.
-- p_cuts: until which local times the range and the other one are compared, NULL for all of it; NULL without a comparison.
create or replace function :schema.columns_of_breakdown(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_dimension text, p_filter_dimension text, p_filter_value text, p_sort text, p_limit integer, p_smallest_group integer,
  p_compare_start date, p_compare_end date, p_cuts timestamp[]
) returns table (
  is_kept boolean, counts text, names text, counts_of_values text, compared text, compared_before text,
  other_values integer, other_views double precision, hidden_visitors double precision, hidden_views double precision,
  recorded_views double precision, live boolean, pending_changes integer, folded_through text
)
language sql stable
begin atomic
  with
  kept as (
    select :schema.is_fact(p_dimension) or :schema.keeps_attribute(substr(p_dimension, 8)) as is_kept
  ),
  found as materialized (
    select f.*
    from kept k
    cross join lateral :schema.breakdown_with_totals(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value
    ) f
    where k.is_kept
  ),
  totals as (
    select f.counts, f.counts::numeric[] as n, f.live, f.pending_changes, f.folded_through from found f where f.counts is not null
  ),
  complete as (
    select
      f.value, sum(f.visitors) as visitors, sum(f.accounts) as accounts, sum(f.views) as views,
      sum(f.timed_views) as timed_views, sum(f.time_total) as time_total, sum(f.entries) as entries, sum(f.bounces) as bounces
    from (
      select f.value, f.visitors, f.accounts, f.views, f.timed_views, f.time_total, f.entries, f.bounces
      from found f where not f.is_hidden and not f.is_total
      union all
      -- views and visitors of which nothing was said; of page views, all is said
      select
        null, t.n[4] - coalesce(sum(f.visitors), 0), t.n[5] - coalesce(sum(f.accounts), 0), t.n[1] - coalesce(sum(f.views), 0),
        t.n[2] - coalesce(sum(f.timed_views), 0), t.n[3] - coalesce(sum(f.time_total), 0), null, null
      from totals t
      left join found f on true
      group by t.n
      having not :schema.is_fact(p_dimension) and t.n[1] > coalesce(sum(f.views), 0)
    ) f
    group by f.value
  ),
  grown as (
    select
      c.*, min(c.visitors) filter (where c.value is not null) over () as fewest, row_number() over smallest_first as nth,
      coalesce(sum(c.visitors) over (smallest_first rows between unbounded preceding and 1 preceding), 0) as visitors_before
    from complete c
    window smallest_first as (order by c.value is null, c.visitors, c.views, c.value collate "C" desc)
  ),
  marked as (
    select
      g.*,
      coalesce(g.fewest < p_smallest_group, false) and (
        g.visitors < p_smallest_group and g.value is not null or g.nth <= 2 or g.visitors_before < p_smallest_group
      ) as is_small
    from grown g
  ),
  ranked as (
    select
      m.*,
      row_number() over (
        order by m.is_small, case p_sort when 'views' then m.views when 'entries' then m.entries else m.visitors end desc nulls last,
          m.visitors desc, m.views desc, m.value collate "C"
      ) as place
    from marked m
  ),
  shown as (
    select r.*, not r.is_small and r.place <= p_limit as is_shown from ranked r
  ),
  compared as materialized (
    select c.side, f.value, array[f.views, f.timed_views, f.time_total, f.visitors, f.accounts, f.entries, f.bounces] as n
    from unnest(p_cuts) with ordinality c (cut, side)
    cross join lateral :schema.views_by_fact(
      p_entity_type, coalesce(p_entity_id, :no_entity), case c.side when 1 then p_start_date else p_compare_start end,
      case c.side when 1 then p_end_date else p_compare_end end, p_dimension, p_filter_dimension, p_filter_value, c.cut
    ) f
    where not f.is_total and (c.side = 2 or c.cut is not null)
    union all
    select 1, f.value, array[f.views, f.timed_views, f.time_total, f.visitors, f.accounts, f.entries, f.bounces]
    from found f
    where not f.is_total and p_cuts is not null and p_cuts[1] is null
  )
  select
    k.is_kept,
    case
      when p_filter_dimension is null then t.counts
      else (
        select array[f.views, f.timed_views, f.time_total, f.visitors, f.accounts, 0, 0, f.entries, f.bounces]::text
        from found f where f.is_total
      )
    end,
    c.names, c.counts, w.now, w.before, c.other_values, c.other_views, h.visitors, h.views, h.recorded_views,
    t.live, t.pending_changes, t.folded_through
  from kept k
  left join totals t on true
  cross join (
    select
      json_agg(r.value order by r.place) filter (where r.is_shown)::text as names,
      json_agg(
        array[r.views, r.timed_views, r.time_total, r.visitors, r.accounts, r.entries, r.bounces] order by r.place
      ) filter (where r.is_shown)::text as counts,
      case when not bool_or(r.is_small) then (count(*) filter (where not r.is_shown))::integer end as other_values,
      (sum(r.views) filter (where not r.is_shown))::double precision as other_views
    from shown r
  ) c
  cross join (
    select json_agg(now.n order by r.place)::text as now, json_agg(before.n order by r.place)::text as before
    from shown r
    left join compared now on now.side = 1 and now.value is not distinct from r.value
    left join compared before on before.side = 2 and before.value is not distinct from r.value
    where r.is_shown and p_cuts is not null
  ) w
  cross join (
    select
      coalesce(sum(f.visitors) filter (where f.is_hidden), 0)::double precision as visitors,
      coalesce(sum(f.views) filter (where f.is_hidden), 0)::double precision as views,
      sum(f.recorded_views)::double precision as recorded_views
    from found f
  ) h;
end;`,
  },
  {
    name: "breakdown_columns",
    file: "functions/reading/breakdown.sql",
    line: 187,
    sql: `-- The one read of the client: see columns_of_breakdown. What is compared is cut as cut_of_ranges says. Page views of sealed months may be gone:
-- where these are asked for, visits_from says from which date on the range is answered, and nothing is compared. In PL/pgSQL, which keeps the plan, and
-- without a search_path of its own: see visitor_columns.
create or replace function :schema.breakdown_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_dimension text, p_filter_dimension text, p_filter_value text, p_sort text, p_limit integer, p_smallest_group integer,
  p_compare_start date default null, p_compare_end date default null, p_local_time timestamp default null
) returns table (
  is_kept boolean, counts text, names text, counts_of_values text, compared text, compared_before text,
  other_values integer, other_views double precision, hidden_visitors double precision, hidden_views double precision,
  recorded_views double precision, live boolean, pending_changes integer, folded_through text,
  cut_date text, cut_date_before text, cut_hour integer, visits_from text
)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_sealed_before date := (select s.sealed_before from :schema.analytics_settings s where :schema.is_fact(p_dimension));
  v_cut record;
  v_cuts timestamp[];
begin
  if least(p_start_date, p_compare_start) < v_sealed_before then
    visits_from := v_sealed_before::text;
    p_compare_start := null;
    p_start_date := greatest(p_start_date, v_sealed_before);
    if p_start_date > p_end_date then
      is_kept := true;
      return next;
      return;
    end if;
  end if;
  if p_compare_start is not null then
    v_cut := :schema.cut_of_ranges(p_start_date, p_end_date, p_compare_start, p_compare_end, p_local_time);
    cut_date := v_cut.dates[1];
    cut_date_before := v_cut.dates[2];
    cut_hour := v_cut.hour;
    if v_cut.is_comparable then
      v_cuts := array[
        v_cut.dates[1] + make_interval(hours => v_cut.hour), v_cut.dates[2] + make_interval(hours => v_cut.hour)
      ];
    end if;
  end if;
  return query
  select c.*, cut_date, cut_date_before, cut_hour, visits_from
  from :schema.columns_of_breakdown(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value, p_sort, p_limit,
    p_smallest_group, p_compare_start, p_compare_end, v_cuts
  ) c;
end
$$;`,
  },
  {
    name: "cut_of_ranges",
    file: "functions/reading/compared-series.sql",
    line: 1,
    sql: `-- The series of an entity beside that of another range, compared fairly: what is not over yet is compared with as much of the
-- other range.

-- Until when is each of two ranges compared? While the first is not over, until the last hour that is, and the other one until the same hour of the
-- day that stands where today stands; where there is no such day, dates has no date for it. dates is NULL where nothing is cut.
-- Nothing is comparable when nothing is over yet. p_local_time: the time in the reporting zone, which is now when it is NULL.
create or replace function :schema.cut_of_ranges(
  p_start_date date, p_end_date date, p_compare_start date, p_compare_end date, p_local_time timestamp,
  out local_time timestamp, out is_comparable boolean, out dates date[], out hour integer
)
language plpgsql stable
:settings_of_readers
as $$
declare
  v_today date;
  v_same_day date;
begin
  local_time := coalesce(
    p_local_time, (select current_timestamp at time zone z.time_zone from :schema.reporting_zone() z)
  );
  v_today := local_time::date;
  is_comparable := p_end_date < v_today or local_time >= p_start_date + interval '1 hour';
  if is_comparable and p_end_date >= v_today then
    v_same_day := p_compare_start + (v_today - p_start_date);
    dates := array[v_today, case when v_same_day <= p_compare_end then v_same_day end];
    hour := extract(hour from local_time);
  end if;
end
$$;`,
  },
  {
    name: "counted_too_often",
    file: "functions/reading/compared-series.sql",
    line: 31,
    sql: `-- The visitors of the hours of a date before p_hour, added up: how many of these are counted too often, when each is to
-- count once, and not at all who was there on an earlier date from the start on? Visitors, accounts, and both again when nobody is
-- to count who was ever there before. Of each of these entities (nth) and of each of several dates (side), each with its start.
-- Who viewed the entity once was seen in one hour and never before: only the others are read.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.counted_too_often(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_dates date[], p_dates date[], p_hour integer
) returns table (nth bigint, side bigint, counts bigint[])
language plpgsql stable
security definer
:settings_of_readers
as $$
declare
  v_mask integer := (1 << p_hour) - 1;
  v_changes :schema.page_view_changes[] := (:schema.pending_of(p_entity_types, p_entity_ids)).of_entities;
  v_days :schema.visitor_day_delta[] := (:schema.pending_deltas(v_changes)).days;
begin
  return query
  with
  targets as materialized (
    select e.nth, e.entity_type, e.entity_id, s.side, s.start_date, s.date
    from unnest(p_entity_types, p_entity_ids) with ordinality e (entity_type, entity_id, nth)
    cross join unnest(p_start_dates, p_dates) with ordinality s (start_date, date, side)
    where s.date is not null
  ),
  pending as materialized (
    select t.nth, t.side, t.start_date, d.kind, d.visitor_id, (d.after).views, (d.after).hours_seen, (d.after).prev_date
    from unnest(v_days) d
    join targets t on t.entity_id = d.entity_id and t.entity_type = d.entity_type and t.date = d.date
  )
  select
    v.nth, v.side,
    array[
      sum(v.hours - (v.prev_date is null or v.prev_date < v.start_date)::integer),
      coalesce(sum(v.hours - (v.prev_date is null or v.prev_date < v.start_date)::integer) filter (where v.kind = 'a'), 0),
      sum(v.hours - (v.prev_date is null)::integer),
      coalesce(sum(v.hours - (v.prev_date is null)::integer) filter (where v.kind = 'a'), 0)
    ]::bigint[]
  from (
    select s.nth, s.side, s.start_date, s.kind, s.prev_date, bit_count((s.hours_seen & v_mask)::bit(24)) as hours
    from (
      select t.nth, t.side, t.start_date, d.kind, d.visitor_id, d.hours_seen, d.prev_date
      from targets t
      cross join lateral (
        select d.kind, d.visitor_id, d.hours_seen, d.prev_date from :schema.analytics_visitor_days d
        where d.entity_type = t.entity_type and d.entity_id = t.entity_id and d.date = t.date and d.hours_seen & v_mask <> 0
        offset 0
      ) d
    ) s
    left join pending p on p.visitor_id = s.visitor_id and p.kind = s.kind and p.nth = s.nth and p.side = s.side
    where p.nth is null
    union all
    select p.nth, p.side, p.start_date, p.kind, p.prev_date, bit_count((p.hours_seen & v_mask)::bit(24))
    from pending p
    where p.views > 0 and p.hours_seen & v_mask <> 0
  ) v
  group by v.nth, v.side;
end
$$;`,
  },
  {
    name: "counted_after",
    file: "functions/reading/compared-series.sql",
    line: 91,
    sql: `-- What of the counts of each of these entities (nth: see counts_of_entities) comes after p_hour of a date? Of several ranges (side), each
-- with its date; of one without a date there is no row. Returns counted since then, less those of the range that the hours before
-- have already. p_days, p_returns: what pending changes add.
create or replace function :schema.counted_after(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_dates date[], p_end_dates date[], p_dates date[], p_hour integer,
  p_days :schema.day_delta[], p_returns :schema.return_delta[]
) returns table (nth bigint, side bigint, counts bigint[])
language plpgsql stable
:settings_of_readers
as $$
begin
  return query
  with
  pending_days as materialized (
    select p.entity_type, p.entity_id, array_agg(p) as days from unnest(p_days) p
    group by p.entity_type, p.entity_id
  )
  select
    e.nth, s.side,
    array[
      d.counts[1] - h.counts[1], d.counts[2] - h.counts[2], d.counts[3] - h.counts[3],
      d.counts[4] - r.visitors - p.visitors - h.counts[4] + coalesce(o.counts[1], 0),
      d.counts[5] - r.accounts - p.accounts - h.counts[5] + coalesce(o.counts[2], 0),
      d.counts[6] - h.counts[4] + coalesce(o.counts[3], 0), d.counts[7] - h.counts[5] + coalesce(o.counts[4], 0),
      d.counts[8] - h.counts[6], d.counts[9] - h.counts[7]
    ]::bigint[]
  from unnest(p_entity_types, p_entity_ids) with ordinality e (entity_type, entity_id, nth)
  cross join unnest(p_start_dates, p_end_dates, p_dates) with ordinality s (start_date, end_date, date, side)
  left join pending_days q on q.entity_id = e.entity_id and q.entity_type = e.entity_type
  cross join lateral (
    select array[
      coalesce(sum(d.views), 0), coalesce(sum(d.timed_views), 0), coalesce(sum(d.time_total), 0), coalesce(sum(d.visitors), 0),
      coalesce(sum(d.accounts), 0), coalesce(sum(d.visitors), 0) - coalesce(sum(d.again_ever), 0),
      coalesce(sum(d.accounts), 0) - coalesce(sum(d.accounts_again_ever), 0), coalesce(sum(d.entries), 0), coalesce(sum(d.bounces), 0)
    ] as counts
    from :schema.series_days(
      e.entity_type, e.entity_id, s.date, s.end_date, array(select u from unnest(q.days) u where u.date between s.date and s.end_date)
    ) d
  ) d
  cross join lateral (
    select coalesce(sum(f.visitors), 0) as visitors, coalesce(sum(f.accounts), 0) as accounts
    from :schema.analytics_visitor_returns f
    where f.entity_type = e.entity_type and f.entity_id = e.entity_id
      and f.date between s.date and s.end_date and f.prev_date >= s.start_date
  ) r
  cross join lateral (
    select coalesce(sum(u.visitors), 0) as visitors, coalesce(sum(u.accounts), 0) as accounts
    from unnest(p_returns) u
    where u.entity_id = e.entity_id and u.entity_type = e.entity_type
      and u.date between s.date and s.end_date and u.prev_date >= s.start_date
  ) p
  cross join lateral (
    select array[
      coalesce(sum(h.views), 0), coalesce(sum(h.timed_views), 0), coalesce(sum(h.time_total), 0), coalesce(sum(h.visitors), 0),
      coalesce(sum(h.accounts), 0), coalesce(sum(h.entries), 0), coalesce(sum(h.bounces), 0)
    ] as counts
    from :schema.series_hours(
      e.entity_type, e.entity_id, s.date, s.date, array(select u from unnest(q.days) u where u.date = s.date)
    ) h
    where h.hour < p_hour
  ) h
  left join :schema.counted_too_often(p_entity_types, p_entity_ids, p_start_dates, p_dates, p_hour) o
    on o.nth = e.nth and o.side = s.side
  where s.date is not null;
end
$$;`,
  },
  {
    name: "counts_less",
    file: "functions/reading/compared-series.sql",
    line: 158,
    sql: `-- These counts less others, each less that in its place; as they are where there are no others.
create or replace function :schema.counts_less(p_counts bigint[], p_others bigint[]) returns bigint[]
language sql immutable
begin atomic
  select case
    when p_others is null then p_counts
    else array(select u.count - u.other from unnest(p_counts, p_others) with ordinality u (count, other, nth) order by u.nth)
  end;
end;`,
  },
  {
    name: "compared_series_columns",
    file: "functions/reading/compared-series.sql",
    line: 168,
    sql: `-- The series of both ranges, a row each, as time_series_columns has them, and what of them is compared: views, timed_views,
-- time_total, unique_visitors, unique_accounts, new_visitors, new_accounts, entries and bounces.
--
-- Of a range with today in it, these are counted until the last hour that is over, and those of the other range until the
-- same hour of the day that stands where today stands; where there is no such day, to its end. cut_date and cut_hour say until
-- where, and are NULL where nothing is cut; compared is NULL when nothing is over yet. p_local_time: the time in the reporting
-- zone, which is now when it is NULL.
create or replace function :schema.compared_series_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text,
  p_compare_start date, p_compare_end date, p_local_time timestamp default null
) returns table (
  buckets text, total_views text, timed_views text, time_total text, unique_visitors text, unique_accounts text,
  new_visitors text, new_accounts text, entries text, bounces text,
  visitors_of_range double precision, accounts_of_range double precision,
  new_visitors_of_range double precision, new_accounts_of_range double precision, hours text, local_hour text,
  live boolean, pending_changes integer, folded_through text,
  compared text, cut_date text, cut_hour integer, before_first_view boolean
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_starts date[] := array[p_start_date, p_compare_start];
  v_ends date[] := array[p_end_date, p_compare_end];
  v_cut record := :schema.cut_of_ranges(p_start_date, p_end_date, p_compare_start, p_compare_end, p_local_time);
  v_pending record;
  -- of each range, what of it is not compared; nothing of a range that is whole
  v_after bigint[];
  v_after_of_other bigint[];
  v_days :schema.day_delta[];
  v_returns :schema.return_delta[];
  v_whole bigint[];
begin
  p_entity_id := coalesce(p_entity_id, :no_entity);
  v_pending := :schema.pending_series(
    array[p_entity_type], array[p_entity_id], least(p_start_date, p_compare_start), greatest(p_end_date, p_compare_end)
  );
  if v_cut.dates is not null then
    select min(a.counts) filter (where a.side = 1), min(a.counts) filter (where a.side = 2) into v_after, v_after_of_other
    from :schema.counted_after(
      array[p_entity_type], array[p_entity_id], v_starts, v_ends, v_cut.dates, v_cut.hour, v_pending.days, v_pending.returns
    ) a;
  end if;
  live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := :schema.instant_text(v_pending.folded_through);
  local_hour := to_char(v_cut.local_time, 'YYYY-MM-DD HH24');
  before_first_view := coalesce(
    p_compare_end < (select f.first_date from :schema.first_and_last_date(p_entity_type, p_entity_id) f), true
  );

  for v_side in 1..2 loop
    v_days := array(select d from unnest(v_pending.days) d where d.date between v_starts[v_side] and v_ends[v_side]);
    v_returns := array(
      select r from unnest(v_pending.returns) r where r.prev_date >= v_starts[v_side] and r.date <= v_ends[v_side]
    );
    select s.* into
      buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, new_visitors, new_accounts, entries, bounces,
      visitors_of_range, accounts_of_range, new_visitors_of_range, new_accounts_of_range
    from :schema.series_between(p_entity_type, p_entity_id, v_starts[v_side], v_ends[v_side], p_period, v_days, v_returns) s;
    if p_period = 'hourly' then
      hours := (
        select json_agg(json_build_array(h.date, h.hour) order by h.date, h.hour)
        from :schema.hours_of(v_starts[v_side], v_ends[v_side]) h
      );
    end if;

    cut_date := v_cut.dates[v_side];
    cut_hour := case when cut_date is not null then v_cut.hour end;
    compared := null;
    if v_cut.is_comparable then
      select array[
        coalesce(sum(u.views), 0), coalesce(sum(u.timed_views), 0), coalesce(sum(u.time_total), 0),
        visitors_of_range::bigint, accounts_of_range::bigint, new_visitors_of_range::bigint, new_accounts_of_range::bigint,
        coalesce(sum(u.entries), 0), coalesce(sum(u.bounces), 0)
      ] into v_whole
      from unnest(
        total_views::bigint[], timed_views::bigint[], time_total::bigint[], entries::bigint[], bounces::bigint[]
      ) u (views, timed_views, time_total, entries, bounces);
      compared := :schema.counts_less(v_whole, case v_side when 1 then v_after else v_after_of_other end);
    end if;
    return next;
  end loop;
end
$$;`,
  },
  {
    name: "milestones_between",
    file: "functions/reading/digest.sql",
    line: 1,
    sql: `-- What happened to a subject in a week or a month? All that a mail about it says.

-- Which of these milestones were reached between two instants, by entities of this subject? Of an owner, by those that it had in that time. The
-- latest p_limit.
create or replace function :schema.milestones_between(
  p_entity_type text, p_entity_id :entity_id_type, p_since timestamptz, p_until timestamptz, p_limit integer
) returns table (
  milestone_id bigint, entity_type text, entity_id text, measure text, threshold bigint, value bigint, reached_at timestamptz
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
begin
  if not exists (select 1 from :schema.analytics_milestones) then
    return;
  end if;
  return query
  select m.milestone_id, m.entity_type, nullif(m.entity_id, :no_entity)::text, m.measure, m.threshold, m.value, m.reached_at
  from (
    select m.* from :schema.analytics_milestones m
    where m.entity_type = p_entity_type and m.entity_id = p_entity_id and not :schema.is_group_type(p_entity_type)
    union all
    select m.* from :schema.analytics_milestones m
    where p_entity_type <> 'headcount:owner' and :schema.is_group_type(p_entity_type)
      and :schema.is_of_group(p_entity_type, p_entity_id, m.entity_type, null)
    union all
    select m.*
    from (select 1 where p_entity_type = 'headcount:owner') o
    cross join lateral :schema.entities_of_owner(p_entity_id, p_since::date - 1, p_until::date + 1) e
    join :schema.analytics_milestones m on m.entity_type = e.entity_type and m.entity_id = e.entity_id
    where exists (
      select 1 from :page_view_rows pv
      where pv.owner_id = p_entity_id and pv.viewed_at >= p_since and pv.viewed_at < p_until
        and pv.entity_type = m.entity_type and coalesce(pv.entity_id:::entity_id_type, :no_entity) = m.entity_id
    )
  ) m
  where m.reached_at >= p_since and m.reached_at < p_until and not :schema.is_group_type(m.entity_type)
  order by m.reached_at desc, m.milestone_id desc
  limit p_limit;
end
$$;`,
  },
  {
    name: "digest_parts",
    file: "functions/reading/digest.sql",
    line: 44,
    sql: `-- The parts of a digest, each the rows of the question that it is of, as JSON: the series of its days compared with other dates, the 5 entities that
-- were viewed most, the 3 sources that most came from, and up to 10 milestones. since and until: the instants between which its dates are.
create or replace function :schema.digest_parts(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_compare_start date, p_compare_end date,
  out series text, out top text, out sources text, out milestones text, out since timestamptz, out until timestamptz
)
language plpgsql stable
:settings_of_readers
as $$
begin
  select p_start_date::timestamp at time zone z.time_zone, (p_end_date + 1)::timestamp at time zone z.time_zone
  into since, until
  from :schema.reporting_zone() z;
  series := (
    select json_agg(s)
    from :schema.compared_series_columns(p_entity_type, p_entity_id, p_start_date, p_end_date, 'daily', p_compare_start, p_compare_end) s
  );
  if :schema.is_group_type(p_entity_type) then
    top := (
      select json_agg(t)
      from :schema.compared_top_entities_columns(
        case when p_entity_type like 'headcount:type:%' then substr(p_entity_type, 16) end, p_start_date, p_end_date, 'unique_visitors', 5,
        p_compare_start, p_compare_end, case when p_entity_type = 'headcount:owner' then p_entity_id end
      ) t
    );
  end if;
  sources := (
    select to_json(b)
    from :schema.breakdown_columns(
      p_entity_type, p_entity_id, p_start_date, p_end_date, 'source', null, null, 'unique_visitors', 3, 0
    ) b
  );
  milestones := (
    select json_agg(
      json_build_object(
        'milestone_id', m.milestone_id::text, 'entity_type', m.entity_type, 'entity_id', m.entity_id, 'measure', m.measure,
        'threshold', m.threshold, 'value', m.value, 'reached_at', :schema.instant_text(m.reached_at)
      )
      order by m.reached_at desc, m.milestone_id desc
    )
    from :schema.milestones_between(p_entity_type, coalesce(p_entity_id, :no_entity), since, until, 10) m
  );
end
$$;`,
  },
  {
    name: "instant_text",
    file: "functions/reading/instant-text.sql",
    line: 1,
    sql: `-- How do answers write this instant? ISO 8601 in UTC with milliseconds. Without a search_path of its own, so that it is inlined.
create or replace function :schema.instant_text(p_instant timestamptz) returns text
language sql stable parallel safe
begin atomic
  select to_char(p_instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
end;`,
  },
  {
    name: "visitor_columns",
    file: "functions/reading/visitor-columns.sql",
    line: 266,
    sql: `-- The one read of the client: see columns_of_page. In PL/pgSQL, which keeps the plan: planned for each call, as the client's
-- statements are, the page of an entity with few visitors would take longer to plan than to read. It has no search_path of its own, for
-- the host's view of accounts runs with that of the host; so it says nothing that could be found on another one.
create or replace function :schema.visitor_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_search text, p_sort text, p_after :schema.listed_visitor, p_after_ref text, p_limit integer,
  p_visits_limit integer, p_with_names boolean default true
) returns table (
  kinds text, account_ids text, refs text, end_ref text, usernames text, display_names text, viewers text, visit_counts text, days_visited text,
  first_visits text, last_visits text, avg_times_on_page text, visit_places text, visit_times text, visit_referrers text,
  visits_from text, entities text, visit_entity_types text, visit_entity_ids text,
  hidden_visitors double precision, hidden_views double precision, live boolean, pending_changes integer, folded_through text
)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  return query
  select c.*
  from :schema.columns_of_page(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_search, p_sort, p_after, p_after_ref, p_limit,
    p_visits_limit, p_with_names
  ) c;
end
$$;`,
  },
  {
    name: "digest_columns",
    file: "functions/reading/digest.sql",
    line: 89,
    sql: `-- The one read of the client: the parts, and accounts, the latest first, from the last that viewed the subject for the first time by then. See
-- visitor_columns for the search_path.
create or replace function :schema.digest_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_compare_start date, p_compare_end date,
  p_with_names boolean
) returns table (series text, top text, sources text, milestones text, accounts text, since text, until text)
language sql stable
begin atomic
  select p.series, p.top, p.sources, p.milestones, to_json(v)::text, :schema.instant_text(p.since), :schema.instant_text(p.until)
  from :schema.digest_parts(p_entity_type, p_entity_id, p_start_date, p_end_date, p_compare_start, p_compare_end) p
  cross join lateral :schema.visitor_columns(
    p_entity_type, p_entity_id, '-infinity', 'infinity', true, null, 'first_visit',
    row('a', null, null, null, p.until, null, null):::schema.listed_visitor, null, 5, 0, p_with_names
  ) v;
end;`,
  },
  {
    name: "counts_of_entities",
    file: "functions/reading/entity-totals.sql",
    line: 1,
    sql: `-- The totals of many entities, each as its series has them, and beside those of another range.

-- The counts of each of these entities on these dates: views, timed_views, time_total, unique_visitors, unique_accounts,
-- new_visitors, new_accounts, entries and bounces. Its views in each bucket that has some; buckets says how many days after
-- p_start_date each begins; one bucket when p_unit is NULL. p_days, p_returns: what pending changes add.
create or replace function :schema.counts_of_entities(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_unit text,
  p_days :schema.day_delta[], p_returns :schema.return_delta[]
) returns table (nth bigint, counts bigint[], buckets integer[], views bigint[])
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  -- of how many dates the returns are summed one by one: of more, by whole weeks
  c_few_dates constant integer := 100;
  -- asked of each day: see series_between
  v_by_days boolean := p_unit = 'day';
  v_by_weeks boolean := p_unit = 'week';
  v_week_day integer := p_start_date - :schema.week_of(p_start_date);
begin
  return query
  with
  day_deltas as materialized (
    select p.entity_type, p.entity_id, array_agg(p) as days from unnest(p_days) p
    where p.date between p_start_date and p_end_date
    group by p.entity_type, p.entity_id
  ),
  return_deltas as materialized (
    select p.entity_type, p.entity_id, sum(p.visitors) as visitors, sum(p.accounts) as accounts from unnest(p_returns) p
    where p.date <= p_end_date and p.prev_date >= p_start_date
    group by p.entity_type, p.entity_id
  )
  select
    e.nth,
    array[
      coalesce(d.views, 0), coalesce(d.timed_views, 0), coalesce(d.time_total, 0),
      coalesce(d.visitors, 0) - r.visitors - coalesce(rd.visitors, 0), coalesce(d.accounts, 0) - r.accounts - coalesce(rd.accounts, 0),
      coalesce(d.new_visitors, 0), coalesce(d.new_accounts, 0), coalesce(d.entries, 0), coalesce(d.bounces, 0)
    ]::bigint[],
    d.buckets, d.views_of_buckets::bigint[]
  from unnest(p_entity_types, p_entity_ids) with ordinality e (entity_type, entity_id, nth)
  left join day_deltas dd on dd.entity_id = e.entity_id and dd.entity_type = e.entity_type
  left join return_deltas rd on rd.entity_id = e.entity_id and rd.entity_type = e.entity_type
  cross join lateral (
    select
      array_agg(b.bucket order by b.bucket) as buckets, array_agg(b.views order by b.bucket) as views_of_buckets,
      sum(b.views) as views, sum(b.timed_views) as timed_views, sum(b.time_total) as time_total, sum(b.visitors) as visitors,
      sum(b.accounts) as accounts, sum(b.new_visitors) as new_visitors, sum(b.new_accounts) as new_accounts,
      sum(b.entries) as entries, sum(b.bounces) as bounces
    from (
      select
        case
          when p_unit is null then 0
          when v_by_days then s.date - p_start_date
          when v_by_weeks then (s.date - p_start_date + v_week_day) / 7 * 7 - v_week_day
          else date_trunc(p_unit, s.date::timestamp)::date - p_start_date
        end as bucket, sum(s.views) as views, sum(s.timed_views) as timed_views,
        sum(s.time_total) as time_total, coalesce(sum(s.visitors), 0) as visitors, coalesce(sum(s.accounts), 0) as accounts,
        coalesce(sum(s.visitors), 0) - coalesce(sum(s.again_ever), 0) as new_visitors,
        coalesce(sum(s.accounts), 0) - coalesce(sum(s.accounts_again_ever), 0) as new_accounts,
        sum(s.entries) as entries, sum(s.bounces) as bounces
      from :schema.series_days(e.entity_type, e.entity_id, p_start_date, p_end_date, dd.days) s
      group by 1
    ) b
  ) d
  cross join lateral (
    select coalesce(sum(a.visitors), 0) as visitors, coalesce(sum(a.accounts), 0) as accounts
    from (
      select f.visitors, f.accounts from :schema.analytics_visitor_returns f
      where p_end_date - p_start_date < c_few_dates and f.entity_type = e.entity_type and f.entity_id = e.entity_id
        and f.date between p_start_date and p_end_date and f.prev_date >= p_start_date
      union all
      select w.visitors, w.accounts
      from (select 1 where p_end_date - p_start_date >= c_few_dates) o
      cross join lateral :schema.returned_within(e.entity_type, e.entity_id, p_start_date, p_end_date, '{}') w
    ) a
  ) r;
end
$$;`,
  },
  {
    name: "counts_of_all_time",
    file: "functions/reading/entity-totals.sql",
    line: 82,
    sql: `-- The same of all time, in which everybody is new, with the first and the latest view. p_entities: what pending changes add.
create or replace function :schema.counts_of_all_time(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_entities :schema.entity_delta[]
) returns table (nth bigint, counts bigint[], first_view timestamptz, last_view timestamptz)
language sql stable
begin atomic
  select
    e.nth,
    array[
      c.views, c.timed_views, c.time_total, c.visitors, c.accounts, c.visitors, c.accounts, c.entries, c.bounces
    ],
    case when p.entity_type is null then s.first_view else p.first_view end,
    case when p.entity_type is null then s.last_view else p.last_view end
  from unnest(p_entity_types, p_entity_ids) with ordinality e (entity_type, entity_id, nth)
  left join lateral :schema.entity_at(e.entity_type, e.entity_id) s on true
  left join unnest(p_entities) p on p.entity_id = e.entity_id and p.entity_type = e.entity_type
  cross join lateral (
    select
      coalesce(s.views, 0) + coalesce(p.views, 0) as views, coalesce(s.timed_views, 0) + coalesce(p.timed_views, 0) as timed_views,
      coalesce(s.time_total, 0) + coalesce(p.time_total, 0) as time_total, coalesce(s.visitors, 0) + coalesce(p.visitors, 0) as visitors,
      coalesce(s.accounts, 0) + coalesce(p.accounts, 0) as accounts, coalesce(s.entries, 0) + coalesce(p.entries, 0) as entries,
      coalesce(s.bounces, 0) + coalesce(p.bounces, 0) as bounces
  ) c;
end;`,
  },
  {
    name: "compared_entity_totals_columns",
    file: "functions/reading/entity-totals.sql",
    line: 141,
    sql: `-- The same, and what of them is compared with the other range: see compared_series_columns, of which compared is that of the range asked for,
-- and compared_before that of the other one.
create or replace function :schema.compared_entity_totals_columns(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_period text,
  p_compare_start date, p_compare_end date, p_local_time timestamp default null
) returns table (
  counts text, buckets text, views text, first_view text, last_view text,
  live boolean, pending_changes integer, folded_through text,
  compared text, compared_before text, cut_date text, cut_date_before text, cut_hour integer
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_entity_ids :entity_id_type[] := array(
    select coalesce(i.id, :no_entity) from unnest(p_entity_ids) with ordinality i (id, nth) order by i.nth
  );
  v_unit text := case when p_period is not null then :schema.period_unit(p_period) end;
  v_cut record := :schema.cut_of_ranges(p_start_date, p_end_date, p_compare_start, p_compare_end, p_local_time);
  v_pending record := :schema.pending_series(p_entity_types, v_entity_ids, null, null);
begin
  return query
  with after_cut as materialized (
    select a.*
    from :schema.counted_after(
      p_entity_types, v_entity_ids, array[p_start_date, p_compare_start], array[p_end_date, p_compare_end], v_cut.dates, v_cut.hour,
      v_pending.days, v_pending.returns
    ) a
    where v_cut.dates is not null
  )
  select
    c.counts::text, c.buckets::text, c.views::text,
    :schema.instant_text(d.first_view), :schema.instant_text(d.last_view),
    v_pending.is_live, v_pending.pending_changes, :schema.instant_text(v_pending.folded_through),
    case when v_cut.is_comparable then :schema.counts_less(c.counts, a.counts)::text end,
    case when v_cut.is_comparable then :schema.counts_less(o.counts, b.counts)::text end,
    v_cut.dates[1]::text, v_cut.dates[2]::text, v_cut.hour
  from :schema.counts_of_entities(
    p_entity_types, v_entity_ids, p_start_date, p_end_date, v_unit, v_pending.days, v_pending.returns
  ) c
  join :schema.counts_of_all_time(p_entity_types, v_entity_ids, v_pending.entities) d on d.nth = c.nth
  join :schema.counts_of_entities(
    p_entity_types, v_entity_ids, p_compare_start, p_compare_end, v_unit, v_pending.days, v_pending.returns
  ) o on o.nth = c.nth
  left join after_cut a on a.nth = c.nth and a.side = 1
  left join after_cut b on b.nth = c.nth and b.side = 2
  order by c.nth;
end
$$;`,
  },
  {
    name: "first_and_last_date",
    file: "functions/reading/first-and-last-date.sql",
    line: 1,
    sql: `-- On which date was the first view of this entity, and on which the latest, with all that is pending? NULL when there was none.
-- Runs with the rights of its owner and returns dates only: see pending_series.
create or replace function :schema.first_and_last_date(
  p_entity_type text, p_entity_id :entity_id_type, out first_date date, out last_date date
)
language plpgsql stable
security definer
:settings_of_readers
as $$
declare
  v_pending record := :schema.pending_of(array[p_entity_type], array[coalesce(p_entity_id, :no_entity)]);
  -- on which dates is something pending?
  v_dates date[] := '{}';
  v_views bigint[];
  v_viewed date[];
begin
  p_entity_id := coalesce(p_entity_id, :no_entity);
  if v_pending.of_entities <> '{}' then
    select array_agg(c.date), array_agg(c.views) into v_dates, v_views
    from (
      select local.date, sum(p.sign) as views
      from :schema.reporting_zone() z
      cross join unnest(v_pending.of_entities) p
      cross join lateral (select (p.viewed_at at time zone z.time_zone)::date as date) local
      group by local.date
    ) c;
  end if;
  v_viewed := array(
    select c.date from unnest(v_dates, v_views) c (date, views)
    left join :schema.analytics_days d on d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date = c.date
    where c.views + coalesce(d.views, 0) > 0
  );
  first_date := least(
    (
      select d.date from :schema.analytics_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.views > 0 and d.date <> all (v_dates)
      order by d.date
      limit 1
    ),
    (select min(v.date) from unnest(v_viewed) v (date))
  );
  last_date := greatest(
    (
      select d.date from :schema.analytics_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.views > 0 and d.date <> all (v_dates)
      order by d.date desc
      limit 1
    ),
    (select max(v.date) from unnest(v_viewed) v (date))
  );
end
$$;`,
  },
  {
    name: "shown_visitors",
    file: "functions/reading/visibility.sql",
    line: 26,
    sql: `-- Which of these visitors may be listed? In their order. p_only_named: without those whose name may not be seen.
create or replace function :schema.shown_visitors(p_visitors :schema.listed_visitor[], p_only_named boolean)
returns :schema.listed_visitor[]
language sql stable
begin atomic
  select coalesce(
    array_agg(
      row(
        case when a.is_named then v.kind else 'n' end, v.visitor_id, v.visit_count, v.days_visited, v.first_visit, v.last_visit,
        v.avg_time_on_page
      ):::schema.listed_visitor
      order by v.ordinality
    ), '{}'
  )
  from unnest(p_visitors) with ordinality v
  cross join lateral (
    -- a view may have several rows of an account
    select
      v.kind <> 'a' or coalesce(bool_and(r.account ->> 'visibility' is not distinct from 'named'), false) as is_named,
      coalesce(bool_and(coalesce(r.account ->> 'visibility' in ('named', 'attributes'), false)), false) as is_shown
    from :schema.account_rows() r
    where v.kind = 'a' and r.account_id = case when v.kind = 'a' then v.visitor_id:::account_id_type end
  ) a
  where a.is_named or a.is_shown and not p_only_named;
end;`,
  },
  {
    name: "list_visitors_among",
    file: "functions/reading/list-visitors.sql",
    line: 1,
    sql: `-- The list of visitors: every page of it, in every order, of everybody or of some.

-- Who viewed this entity on these dates, or ever (from -infinity to infinity), with all that is pending? p_is_account: only accounts,
-- or only who has none; p_accounts: only these; NULL for all. For p_sort and p_after see is_behind; without p_limit
-- everybody. On dates that have no more than p_few visitors, each counted once a day, all of them are read.
create or replace function :schema.list_visitors_among(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_sort text, p_after :schema.listed_visitor, p_limit integer,
  p_few integer default 1000,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out visitors :schema.listed_visitor[]
)
language plpgsql stable
:settings_of_readers
as $$
declare
  -- a longer page is not found by looking its visitors up
  c_longest_page constant integer := 2000;
  -- to look a visitor up costs about as much as reading so many in a row
  c_read_in_a_row constant integer := 20;
  v_is_all_time boolean := p_start_date = '-infinity' and p_end_date = 'infinity';
  v_is_account boolean := case when p_accounts is null then p_is_account else true end;
  v_after :schema.listed_visitor := p_after;
  v_days :schema.visitor_day_delta[];
  v_touched :schema.listed_visitor[];
  -- how many visitors there are to be counted: of dates, each once a day
  v_many bigint;
  v_found :schema.listed_visitor[];
  v_once :schema.listed_visitor[];
begin
  select p.is_live, p.pending_changes, p.folded_through, p.days into is_live, pending_changes, folded_through, v_days
  from :schema.pending_visitor_days(p_entity_type, p_entity_id) p;
  visitors := '{}';
  if p_accounts = '{}' or not p_is_account and p_accounts is not null then
    return;
  end if;
  v_touched := case
    when v_days = '{}' then '{}'
    when v_is_all_time then array(select t from :schema.visitors_after(v_days) t)
    else array(
      select t from :schema.visitors_after_on_dates(p_entity_type, p_entity_id, p_start_date, p_end_date, v_days) t
    )
  end;
  -- over all time, indexes lead to the first of any number
  if not v_is_all_time or p_sort = 'last_visit' or p_accounts is not null then
    v_many := (
      select coalesce(sum(case when v_is_all_time then d.visitors - coalesce(d.again_ever, 0) else d.visitors end), 0)
      from :schema.analytics_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
    );
  end if;

  if cardinality(p_accounts) * c_read_in_a_row < v_many then
    v_found := array(
      select v
      from :schema.accounts_on_dates(p_entity_type, p_entity_id, p_start_date, p_end_date, p_accounts) v
      where (v.visitor_id, v.kind) not in (select t.visitor_id, t.kind from unnest(v_touched) t)
    );
    v_found := array(select f from :schema.first_visitors(v_found, p_sort, p_after, p_limit) f);
  elsif coalesce(v_many > p_few, true) and p_limit between 1 and c_longest_page then
    v_found := '{}';
    -- who came more than once is before who came once
    if p_sort = 'visit_count' and (p_after is null or (p_after).visit_count > 1) then
      v_found := :schema.returning_visitors(
        p_entity_type, p_entity_id, p_start_date, p_end_date, v_is_account, p_accounts, p_after, p_limit, v_touched, v_many
      );
      v_after := null;
    end if;
    if cardinality(v_found) < p_limit then
      v_once := :schema.visitors_by_time(
        p_entity_type, p_entity_id, p_start_date, p_end_date, v_is_account, p_accounts, p_sort, v_after,
        p_limit - cardinality(v_found), v_touched, v_many / c_read_in_a_row
      );
      v_found := case when v_once is not null then v_found || v_once end;
    end if;
  end if;

  if v_found is null then
    visitors := array(
      select v
      from :schema.all_visitors(
        p_entity_type, p_entity_id, p_start_date, p_end_date, v_is_account, p_accounts, p_sort, p_after, p_limit, v_days, v_touched
      ) v
    );
  elsif v_touched = '{}' then
    visitors := v_found;
  else
    v_found := v_found || array(
      select t from unnest(v_touched) t
      where (v_is_account is null or (t.kind = 'a') = v_is_account)
        and (p_accounts is null or t.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
    );
    visitors := array(select f from :schema.first_visitors(v_found, p_sort, p_after, p_limit) f);
  end if;
end
$$;`,
  },
  {
    name: "number_of_accounts",
    file: "functions/reading/list-visitors.sql",
    line: 97,
    sql: `-- About how many accounts are there in all? What ANALYZE counted in the largest table that the host's view reads.
create or replace function :schema.number_of_accounts() returns real
language sql stable
begin atomic
  select max(t.reltuples)
  from pg_class v
  join pg_rewrite r on r.ev_class = v.oid
  join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
  join pg_class t on t.oid = d.refobjid
  where v.relnamespace = :'schema'::regnamespace and v.relname = 'analytics_accounts';
end;`,
  },
  {
    name: "names_of",
    file: "functions/reading/list-visitors.sql",
    line: 109,
    sql: `-- What is this account called? Looked up one by one: the planner takes ILIKE for nearly free, and would read all accounts to find some.
create or replace function :schema.names_of(p_account_id :visitor_id_type) returns table (username text, display_name text)
language sql stable
begin atomic
  select a.username, a.display_name from :schema.analytics_accounts a
  where a.account_id = p_account_id:::account_id_type
  offset 0;
end;`,
  },
  {
    name: "accounts_named",
    file: "functions/reading/list-visitors.sql",
    line: 118,
    sql: `-- The accounts whose username or display name has this text in it, whatever its case. Anonymous visitors have neither, so
-- no search finds them. Where few accounts viewed the entity, only those are asked for their names: others are not listed anyway.
-- Where many did, the first of them behind p_after are asked: mostly they fill the page of p_limit. When they do not, all that viewed it
-- are, or all accounts there are: to look one up costs as much as reading four in a row.
-- The host's view may call functions of the host's, so this has no search_path of its own.
create or replace function :schema.accounts_named(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_search text, p_sort text, p_after :schema.listed_visitor, p_limit integer
) returns :visitor_id_type[]
language sql stable
begin atomic
  with
  search as (
    select
      '%' || regexp_replace(p_search, '([\\\\%_])', '\\\\\\1', 'g') || '%' as pattern, n.viewers <= 3000 as of_few,
      n.viewers * 4 <= :schema.number_of_accounts() as of_a_part
    from (
      select coalesce(sum(d.accounts - coalesce(d.accounts_again_ever, 0)), 0) as viewers from :schema.analytics_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id
    ) n
  ),
  viewers as materialized (
    select v.visitor_id
    from :schema.analytics_entity_visitors v
    where v.entity_type = p_entity_type and v.entity_id = p_entity_id and v.kind = 'a'
    union
    select q.account_id:::visitor_id_type
    from :schema.page_view_changes q
    where q.slot = :schema.entity_slot(p_entity_type, p_entity_id)
      and q.entity_type = p_entity_type and q.entity_id = p_entity_id and q.account_id is not null
  ),
  asked as materialized (
    select v.visitor_id from viewers v where (select s.of_few from search s)
    union all
    select u.visitor_id
    from search s
    cross join lateral :schema.list_visitors_among(
      p_entity_type, p_entity_id, p_start_date, p_end_date, true, null, p_sort, p_after, least(15 * p_limit, 1500)
    ) l
    cross join lateral unnest(l.visitors) u
    where not s.of_few and p_limit <= 1500
  ),
  named as materialized (
    select f.visitor_id
    from search s
    cross join asked f
    cross join lateral :schema.names_of(f.visitor_id) a
    where a.username ilike s.pattern or a.display_name ilike s.pattern
  )
  select case
    when s.of_few or (select count(distinct n.visitor_id) from named n) >= p_limit then array(select n.visitor_id from named n)
    when s.of_a_part then array(
      select v.visitor_id
      from viewers v
      cross join lateral :schema.names_of(v.visitor_id) a
      where a.username ilike s.pattern or a.display_name ilike s.pattern
    )
    else array(
      select a.account_id:::visitor_id_type from :schema.analytics_accounts a
      where a.username ilike s.pattern or a.display_name ilike s.pattern
    )
  end
  from search s;
end;`,
  },
  {
    name: "shown_page",
    file: "functions/reading/list-visitors.sql",
    line: 183,
    sql: `-- The first p_limit of them who may be seen, behind p_after. p_page: the first page of everybody; as many more are read as have to be.
-- Called where the host's view says who may be seen, and not planned elsewhere.
create or replace function :schema.shown_page(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_search text, p_sort text, p_limit integer, p_page :schema.listed_visitor[]
) returns :schema.listed_visitor[]
language sql stable
begin atomic
  with recursive pages as (
    select 1 as nth, p_limit as page_limit, p_page as found, :schema.shown_visitors(p_page, p_search is not null) as shown
    union all
    select p.nth + 1, least(2 * p.page_limit, 2000), l.visitors, p.shown || :schema.shown_visitors(l.visitors, p_search is not null)
    from pages p
    cross join lateral :schema.list_visitors_among(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account,
      case when p_search is not null then :schema.accounts_named(
        p_entity_type, p_entity_id, p_start_date, p_end_date, p_search, p_sort, p.found[cardinality(p.found)], least(2 * p.page_limit, 2000)
      ) end,
      p_sort, p.found[cardinality(p.found)],
      least(2 * p.page_limit, 2000)
    ) l
    where cardinality(p.shown) < p_limit and cardinality(p.found) = p.page_limit
  )
  select case when p_limit is null then p.shown else p.shown[:p_limit] end
  from pages p
  order by p.nth desc
  limit 1;
end;`,
  },
  {
    name: "list_visitors",
    file: "functions/reading/list-visitors.sql",
    line: 212,
    sql: `-- The same list, with accounts that are searched for by a part of their names, and without those who may not be seen: see shown_visitors.
-- p_entity_id is NULL for pages without an entity.
create or replace function :schema.list_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_search text, p_sort text, p_after :schema.listed_visitor, p_limit integer
) returns table (
  is_live boolean, pending_changes integer, folded_through timestamptz, visitors :schema.listed_visitor[]
)
language sql stable
begin atomic
  select
    l.is_live, l.pending_changes, l.folded_through,
    case
      when :schema.has_visibility() then :schema.shown_page(
        p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, p_is_account, p_search, p_sort, p_limit, l.visitors
      )
      else l.visitors
    end
  from :schema.list_visitors_among(
    p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, p_is_account,
    case when p_search is not null then :schema.accounts_named(
      p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, p_search, p_sort, p_after, p_limit
    ) end,
    p_sort, p_after, p_limit
  ) l
  -- inlined, the list would be made anew wherever it is used
  offset 0;
end;`,
  },
  {
    name: "named_visitors",
    file: "functions/reading/visitor-columns.sql",
    line: 107,
    sql: `-- What are these visitors called? place is that of the visitor. The host's view may call functions of the host's: this is
-- inlined where its search_path holds.
create or replace function :schema.named_visitors(p_visitors :schema.listed_visitor[])
returns table (place bigint, username text, display_name text)
language sql stable
begin atomic
  select distinct on (u.ordinality) u.ordinality, a.username, coalesce(a.display_name, a.username, 'Anonymous')
  from unnest(p_visitors) with ordinality u
  left join :schema.analytics_accounts a
    on a.account_id = case when u.kind = 'a' then u.visitor_id:::account_id_type end
  order by u.ordinality, a.username, a.display_name;
end;`,
  },
  {
    name: "refs_of_visitors",
    file: "functions/reading/refs.sql",
    line: 70,
    sql: `-- The refs of these visitors of the entity, each with its place; NULL for accounts that are shown: sixteen bytes of hash, then what is
-- encrypted. Of kind 'p', where a page of the list ended with an account that is not shown: its place in the list as well.
-- Runs with the rights of its owner, who alone reads the secret.
create or replace function :schema.refs_of_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.listed_visitor[]
) returns table (place bigint, ref text)
language plpgsql stable
security definer
:settings_of_readers
as $$
declare
  v_secret bytea := (select s.secret from :schema.analytics_secrets s where s.purpose = 'ref');
  v_entity bytea := :schema.entity_message(p_entity_type, p_entity_id);
begin
  return query
  select
    r.place,
    translate(encode(r.hash || case
      when length(r.plain) <= 32 then :schema.ciphered_block(r.stream, r.plain)
      else :schema.ciphered(v_secret, r.hash, r.plain)
    end, 'base64'), '+/=' || chr(10), '-_')
  from (
    -- what is used more than once is made once
    select h.*, :schema.cipher_stream(v_secret, h.hash, 0) as stream
    from (
      select v.place, v.plain, substr(:schema.keyed_hash(v_secret, v_entity || v.plain), 1, 16) as hash
      from (
        select
          u.ordinality as place,
          :schema.visitor_message(
            u.kind,
            case
              when u.kind = 'p' then jsonb_build_array(u.visitor_id, u.visit_count, u.first_visit, u.last_visit)::text
              else u.visitor_id::text
            end
          ) as plain
        from unnest(p_visitors) with ordinality u
        where u.kind <> 'a'
        offset 0
      ) v
      offset 0
    ) h
    offset 0
  ) r
  union all
  select u.ordinality, null from unnest(p_visitors) with ordinality u where u.kind = 'a';
end
$$;`,
  },
  {
    name: "get_entity_visitors",
    file: "functions/reading/get-entity-visitors.sql",
    line: 1,
    sql: `-- Who viewed this entity, and how often? Over all time, or on the dates given, of which either may be left out; most views
-- first. For SQL and RPC users: the same numbers as the client's. p_entity_id is NULL for pages without an entity, and
-- without p_limit everybody is listed who may be seen. Who has no account, or one that is listed by its attributes, has a ref.
create or replace function :schema.get_entity_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_date_from date default null, p_date_to date default null,
  p_limit integer default 100
) returns table (
  account_id :account_id_type, username text, display_name text, visit_count bigint, first_visit timestamptz,
  last_visit timestamptz, avg_time_on_page numeric, days_visited bigint, ref text
)
language sql stable
begin atomic
  select
    case when v.kind = 'a' then v.visitor_id:::account_id_type end, n.username, n.display_name, v.visit_count,
    case when v.kind = 'n' then date_trunc('day', v.first_visit, z.time_zone) else v.first_visit end,
    case when v.kind = 'n' then date_trunc('day', v.last_visit, z.time_zone) else v.last_visit end, v.avg_time_on_page, v.days_visited, r.ref
  from :schema.list_visitors(
    p_entity_type, p_entity_id, coalesce(p_date_from, '-infinity'), coalesce(p_date_to, 'infinity'),
    null, null, 'visit_count', null, p_limit
  ) l
  cross join lateral unnest(l.visitors) with ordinality v
  cross join :schema.reporting_zone() z
  join lateral :schema.named_visitors(l.visitors) n on n.place = v.ordinality
  join lateral :schema.refs_of_visitors(p_entity_type, coalesce(p_entity_id, :no_entity), l.visitors) r on r.place = v.ordinality
  order by v.ordinality;
end;`,
  },
  {
    name: "get_time_series_data",
    file: "functions/reading/get-time-series-data.sql",
    line: 1,
    sql: `-- How many viewed this entity, over time? One row per bucket, empty ones included.
create or replace function :schema.get_time_series_data(
  p_entity_type text, p_entity_id :entity_id_type, p_date_from date, p_date_to date, p_period text default 'daily'
) returns table (
  date date, views bigint, unique_visitors bigint, unique_accounts bigint, anonymous_visitors bigint,
  avg_time_on_page numeric, bounce_rate numeric, hour smallint, new_visitors bigint, new_accounts bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  v_unit text := :schema.period_unit(p_period);
  v_entity_id :entity_id_type := coalesce(p_entity_id, :no_entity);
  v_pending record;
begin
  if p_date_from is null or p_date_to is null then
    raise exception 'p_date_from and p_date_to must both be given' using errcode = 'invalid_parameter_value';
  end if;
  if p_date_from > p_date_to then
    raise exception 'p_date_from (%) is after p_date_to (%)', p_date_from, p_date_to
      using errcode = 'invalid_parameter_value';
  end if;

  v_pending := :schema.pending_series(array[p_entity_type], array[v_entity_id], p_date_from, p_date_to);
  return query
  select
    b.date, coalesce(s.total_views, 0), coalesce(s.unique_visitors, 0), coalesce(s.unique_accounts, 0),
    coalesce(s.unique_visitors - s.unique_accounts, 0),
    round(s.time_total::numeric / nullif(s.timed_views, 0), 2), round(100.0 * s.bounces / nullif(s.entries, 0), 2), b.hour,
    case when b.hour is null then coalesce(s.new_visitors, 0) end, case when b.hour is null then coalesce(s.new_accounts, 0) end
  from (
    select bucket::date as date, null::smallint as hour, bucket::date - p_date_from as bucket
    from generate_series(
      date_trunc(v_unit, p_date_from::timestamp), p_date_to::timestamp, :schema.unit_length(v_unit)
    ) bucket
    where v_unit <> 'hour'
    union all
    select h.date, h.hour, (h.date - p_date_from) * 24 + h.hour
    from :schema.hours_of(p_date_from, p_date_to) h
    where v_unit = 'hour'
  ) b
  left join (
    select u.*
    from :schema.series_between(
      p_entity_type, v_entity_id, p_date_from, p_date_to, p_period, v_pending.days, v_pending.returns
    ) e
    cross join lateral unnest(
      e.buckets, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts, e.new_visitors, e.new_accounts,
      e.entries, e.bounces
    ) u (
      bucket, total_views, timed_views, time_total, unique_visitors, unique_accounts, new_visitors, new_accounts, entries, bounces
    )
  ) s on s.bucket = b.bucket
  order by b.date, b.hour;
end
$$;`,
  },
  {
    name: "hours_of",
    file: "functions/reading/periods.sql",
    line: 29,
    sql: `-- Which hours did the clocks of the zone show on these dates? In most zones one is skipped and one comes twice each year:
-- a skipped one is not returned, and one that comes twice is returned once. A quarter of an hour is the finest step in which clocks are moved.
create or replace function :schema.hours_of(p_start_date date, p_end_date date) returns table (date date, hour smallint)
language sql stable
begin atomic
  select distinct local.time::date, extract(hour from local.time)::smallint
  from :schema.analytics_settings s
  cross join generate_series(
    p_start_date::timestamp at time zone s.time_zone - interval '1 day',
    p_end_date::timestamp at time zone s.time_zone + interval '2 days',
    interval '15 minutes'
  ) instant
  cross join lateral (select instant at time zone s.time_zone as time) local
  where local.time::date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "week_hours_between",
    file: "functions/reading/heat-map.sql",
    line: 1,
    sql: `-- When in the week do people come? For each hour of the week, from Monday on: its views, its visitors, each counted once in
-- each hour, and how often that hour was in the range and is over.

-- How often was each hour of the week shown by the clocks on these dates and is over? Days of 24 hours have them all; the
-- hours of others are looked at. p_local_time: the time in the reporting zone.
create or replace function :schema.week_hours_between(p_start_date date, p_end_date date, p_local_time timestamp)
returns table (weekday integer, hour integer, occurrences bigint)
language sql stable
begin atomic
  with dates as (
    select
      p_start_date + n as date,
      (p_start_date + n + 1)::timestamp at time zone z.time_zone - (p_start_date + n)::timestamp at time zone z.time_zone as length
    from :schema.reporting_zone() z
    cross join generate_series(0, least(p_end_date, p_local_time::date) - p_start_date) n
  )
  select h.weekday, h.hour, sum(h.occurrences)
  from (
    select d.weekday, hour, d.occurrences
    from (
      select extract(isodow from d.date)::integer as weekday, count(*) as occurrences from dates d
      where d.length = interval '24 hours' and d.date < p_local_time::date
      group by 1
    ) d
    cross join generate_series(0, 23) hour
    union all
    select extract(isodow from d.date)::integer, o.hour, 1 from dates d
    cross join lateral :schema.hours_of(d.date, d.date) o
    where d.date < p_local_time::date and d.length <> interval '24 hours'
    union all
    select extract(isodow from d.date)::integer, o.hour, 1 from dates d
    cross join lateral :schema.hours_of(d.date, d.date) o
    where d.date = p_local_time::date and o.hour < extract(hour from p_local_time)
  ) h
  group by h.weekday, h.hour;
end;`,
  },
  {
    name: "heat_map_columns",
    file: "functions/reading/heat-map.sql",
    line: 38,
    sql: `-- Each column has a value for each hour of the week. Nothing is counted before the first date with a view, and the hour that is not over is
-- left out. p_local_time: the time in the reporting zone, which is now when it is NULL.
create or replace function :schema.heat_map_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_local_time timestamp default null,
  out views text, out visitor_hours text, out occurrences text,
  out live boolean, out pending_changes integer, out folded_through text
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_now timestamp := coalesce(
    p_local_time, (select current_timestamp at time zone z.time_zone from :schema.reporting_zone() z)
  );
  v_today date := v_now::date;
  v_hour integer := extract(hour from v_now);
  v_last date := least(p_end_date, v_today);
  v_first date;
  v_pending record;
begin
  p_entity_id := coalesce(p_entity_id, :no_entity);
  v_pending := :schema.pending_series(array[p_entity_type], array[p_entity_id], p_start_date, p_end_date);
  live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := :schema.instant_text(v_pending.folded_through);
  v_first := greatest(
    p_start_date, (select coalesce(f.first_date, p_end_date + 1) from :schema.first_and_last_date(p_entity_type, p_entity_id) f)
  );

  select
    array_agg(coalesce(v.views, 0) order by w.weekday, w.hour), array_agg(coalesce(v.visitors, 0) order by w.weekday, w.hour),
    array_agg(coalesce(o.occurrences, 0) order by w.weekday, w.hour)
  into views, visitor_hours, occurrences
  from (select weekday, hour from generate_series(1, 7) weekday cross join generate_series(0, 23) hour) w
  left join (
    select h.week_hour, sum(h.views) as views, sum(h.visitors) as visitors
    from (
      select (d.date - date '0001-01-01') % 7 * 24 + d.hour as week_hour, d.views, coalesce(d.visitors, 0) as visitors
      from :schema.analytics_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and v_last
        and d.hour < case when d.date = v_today then v_hour else 24 end
      union all
      -- of a year there are nine thousand: what is asked of them all is asked of their days
      select s.midnight + u.hour, u.views, u.visitors
      from (
        select
          (p.date - date '0001-01-01') % 7 * 24 as midnight, case when p.date = v_today then v_hour else 24 end as first_unfinished, p.hours
        from (
          select a.date, a.hours from :schema.analytics_hours a
          where a.entity_type = p_entity_type and a.entity_id = p_entity_id and a.date between p_start_date and v_last
          union all
          select e.date, e.hours from unnest(v_pending.days) e
          where e.date <= v_last
        ) p
        offset 0
      ) s
      cross join lateral :schema.unpacked_hours(s.hours) u
      where u.hour < s.first_unfinished
    ) h
    group by h.week_hour
  ) v on v.week_hour = (w.weekday - 1) * 24 + w.hour
  left join :schema.week_hours_between(v_first, p_end_date, v_now) o on o.weekday = w.weekday and o.hour = w.hour;
end
$$;`,
  },
  {
    name: "hidden_visitors",
    file: "functions/reading/list-visitors.sql",
    line: 241,
    sql: `-- How many visitors of these dates may not be seen, and how many views do they have? Both in one array.
create or replace function :schema.hidden_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns double precision[]
language sql stable
begin atomic
  select array[count(*), coalesce(sum(u.visit_count), 0)]::double precision[]
  from :schema.list_visitors_among(
    p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, true, null, 'last_visit', null, null
  ) l
  cross join lateral unnest(l.visitors) u
  where u.visitor_id not in (select s.visitor_id from unnest(:schema.shown_visitors(l.visitors, false)) s);
end;`,
  },
  {
    name: "live_visitors",
    file: "functions/reading/live-visitors.sql",
    line: 1,
    sql: `-- How many views of each of these entities began in the last p_minutes, and by how many visitors? From committed page views
-- themselves. Until p_until, which is now when it is NULL.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.live_visitors(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_minutes integer, p_until timestamptz default null
) returns table (
  views integer, unique_visitors integer, unique_accounts integer, since timestamptz, until timestamptz
)
language plpgsql stable
security definer
:settings_of_readers
as $$
declare
  v_until timestamptz := coalesce(p_until, statement_timestamp());
  v_since timestamptz := v_until - make_interval(mins => p_minutes);
begin
  perform :schema.refuse_hidden_page_views();
  return query
  select
    v.views::integer, (v.accounts + v.visitors + v.sessions)::integer, v.accounts::integer, v_since, v_until
  from (
    select a.entity_type, coalesce(a.entity_id, :no_entity) as entity_id, a.nth
    from unnest(p_entity_types, p_entity_ids) with ordinality a (entity_type, entity_id, nth)
  ) e
  cross join lateral (
    select
      count(*) as views, count(distinct p.account_id) as accounts,
      count(distinct p.visitor_id) filter (where p.account_id is null) as visitors,
      count(distinct p.session_id) filter (where p.account_id is null and p.visitor_id is null) as sessions
    from (
      select pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at from :page_view_rows pv
      where not :schema.is_group_type(e.entity_type)
        and pv.entity_type = e.entity_type and pv.entity_id = e.entity_id and pv.viewed_at >= v_since and pv.viewed_at < v_until
      union all
      select pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at from :page_view_rows pv
      where e.entity_id = :no_entity and not :schema.is_group_type(e.entity_type) and pv.entity_type = e.entity_type and pv.entity_id is null
        and pv.viewed_at >= v_since and pv.viewed_at < v_until
      union all
      select g.account_id, g.session_id, g.visitor_id, g.viewed_at
      from (select 1 where :schema.is_group_type(e.entity_type)) o
      cross join lateral :schema.page_views_of_group_between(e.entity_type, e.entity_id, v_since, v_until) g
    ) p
    where :schema.is_group_type(e.entity_type)
      or :schema.why_left_out(e.entity_type, e.entity_id, p.account_id, p.session_id, p.visitor_id, p.viewed_at) is null
  ) v
  order by e.nth;
end
$$;`,
  },
  {
    name: "live_visitors_columns",
    file: "functions/reading/live-visitors.sql",
    line: 50,
    sql: `-- Live visitors as the client reads them, with instants as text.
create or replace function :schema.live_visitors_columns(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_minutes integer, p_until timestamptz default null
) returns table (views integer, unique_visitors integer, unique_accounts integer, since text, until text)
language sql stable
begin atomic
  select
    l.views, l.unique_visitors, l.unique_accounts, :schema.instant_text(l.since),
    :schema.instant_text(l.until)
  from :schema.live_visitors(p_entity_types, p_entity_ids, p_minutes, p_until) l;
end;`,
  },
  {
    name: "is_behind",
    file: "functions/reading/order-of-visitors.sql",
    line: 1,
    sql: `-- The order of a list of visitors. p_sort is what they are sorted by, each downwards:
--
--   visit_count   how often they came, then their last visit
--   last_visit    their last visit, then how often they came
--   first_visit   their first visit, then how often they came
--
-- Those who are equal follow by kind, visitor_ids, sessions, accounts, and by id.

-- Is this visitor behind that one, where the page before ended? NULL is before all. p_instant: the last visit, or the
-- first one where that is what they are sorted by.
create or replace function :schema.is_behind(
  p_sort text, p_after :schema.listed_visitor,
  p_visit_count bigint, p_instant timestamptz, p_kind "char", p_visitor_id :visitor_id_type
) returns boolean
language sql immutable parallel safe
begin atomic
  select case
    when p_after is null then true
    when p_sort = 'visit_count' then
      p_visit_count < (p_after).visit_count
      or p_visit_count = (p_after).visit_count and (
        p_instant < (p_after).last_visit
        or p_instant = (p_after).last_visit
          and (p_kind < (p_after).kind or p_kind = (p_after).kind and p_visitor_id > (p_after).visitor_id)
      )
    else
      p_instant < case when p_sort = 'first_visit' then (p_after).first_visit else (p_after).last_visit end
      or p_instant = case when p_sort = 'first_visit' then (p_after).first_visit else (p_after).last_visit end and (
        p_visit_count < (p_after).visit_count
        or p_visit_count = (p_after).visit_count
          and (p_kind < (p_after).kind or p_kind = (p_after).kind and p_visitor_id > (p_after).visitor_id)
      )
  end;
end;`,
  },
  {
    name: "first_visitors",
    file: "functions/reading/order-of-visitors.sql",
    line: 36,
    sql: `-- Which of these visitors are the first p_limit behind that one? Those who did not come are left out.
create or replace function :schema.first_visitors(
  p_visitors :schema.listed_visitor[], p_sort text, p_after :schema.listed_visitor, p_limit bigint
) returns setof :schema.listed_visitor
language sql stable
begin atomic
  select v.*
  from unnest(p_visitors) v
  where v.visit_count > 0 and :schema.is_behind(
    p_sort, p_after, v.visit_count, case when p_sort = 'first_visit' then v.first_visit else v.last_visit end,
    v.kind, v.visitor_id
  )
  order by
    case when p_sort = 'visit_count' then v.visit_count end desc,
    case when p_sort = 'first_visit' then v.first_visit else v.last_visit end desc,
    v.visit_count desc, v.kind desc, v.visitor_id
  limit p_limit;
end;`,
  },
  {
    name: "entities_of_owner",
    file: "functions/reading/owned-entities.sql",
    line: 1,
    sql: `-- Of one owner's entities: which are they, and how much of each is the owner's? Views keep the owner that they had, so an entity that was sold has
-- some of both. Where all views of these dates are the owner's, its rollups say everything; where they are not, page views do.

-- Which entities has this owner? Ever, where page views have the index that the level brings: from one entity to the next, however many views each
-- has. Without it, all that it had between two dates.
create or replace function :schema.entities_of_owner(p_owner_id :entity_id_type, p_start_date date, p_end_date date)
returns table (entity_type text, entity_id :entity_id_type)
language plpgsql stable
:settings_of_readers
-- the planner, which does not know how far it is to the next one, would read and sort all views of the owner for each
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
#variable_conflict use_column
begin
  if not exists (
    select 1
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    where i.indrelid = :'page_views'::regclass and c.relname = 'idx_page_views_owner_entity' and i.indisvalid and i.indnkeyatts = 3
  ) then
    return query
    select distinct pv.entity_type::text, coalesce(pv.entity_id:::entity_id_type, :no_entity)
    from :schema.reporting_zone() z
    cross join :page_view_rows pv
    where pv.owner_id = p_owner_id and not :schema.is_group_type(pv.entity_type)
      and pv.viewed_at >= p_start_date::timestamp at time zone z.time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone z.time_zone + interval '2 days';
    return;
  end if;
  return query
  with recursive
  types as (
    select (
      select pv.entity_type::text from :page_view_rows pv
      where pv.owner_id = p_owner_id
      order by pv.owner_id, pv.entity_type limit 1
    ) as entity_type
    union all
    select (
      select pv.entity_type::text from :page_view_rows pv
      where pv.owner_id = p_owner_id and pv.entity_type > t.entity_type
      order by pv.owner_id, pv.entity_type limit 1
    )
    from types t
    where t.entity_type is not null
  ),
  found as (
    select t.entity_type, (
      select pv.entity_id:::entity_id_type from :page_view_rows pv
      where pv.owner_id = p_owner_id and pv.entity_type = t.entity_type and pv.entity_id is not null
      order by pv.owner_id, pv.entity_type, pv.entity_id limit 1
    ) as entity_id
    from types t
    where t.entity_type is not null and not :schema.is_group_type(t.entity_type)
    union all
    select f.entity_type, (
      select pv.entity_id:::entity_id_type from :page_view_rows pv
      where pv.owner_id = p_owner_id and pv.entity_type = f.entity_type and pv.entity_id > f.entity_id
      order by pv.owner_id, pv.entity_type, pv.entity_id limit 1
    )
    from found f
    where f.entity_id is not null
  )
  select f.entity_type, f.entity_id from found f where f.entity_id is not null
  union
  select t.entity_type, :no_entity from types t
  where t.entity_type is not null and not :schema.is_group_type(t.entity_type) and exists (
    select 1 from :page_view_rows pv
    where pv.owner_id = p_owner_id and pv.entity_type = t.entity_type and pv.entity_id is null
  );
end
$$;`,
  },
  {
    name: "owned_entities",
    file: "functions/reading/owned-entities.sql",
    line: 76,
    sql: `-- The entities of this owner, from the most downwards of what bounds p_sort on these dates: see top_entities. is_shared: not all of their views on
-- these dates, or on those that they are compared with, are the owner's. They are when they add up to what is stored of the owner, and to what
-- is pending; when more is pending than a live read takes on, the rollups of both may be of different moments, and nothing is known.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.owned_entities(
  p_owner_id :entity_id_type, p_start_date date, p_end_date date, p_sort text, p_compare_start date, p_compare_end date,
  out entity_types text[], out entity_ids :entity_id_type[], out sums bigint[], out is_shared boolean
)
language plpgsql stable
security definer
:settings_of_readers
set work_mem = '64MB'
as $$
#variable_conflict use_column
declare
  -- asked of each day: see top_entities
  v_by_views boolean := p_sort = 'views';
  v_by_accounts boolean := p_sort = 'unique_accounts';
  v_is_live boolean := (:schema.pending_of(array['headcount:owner'], array[p_owner_id])).is_live;
  v_types text[];
  v_ids :entity_id_type[];
begin
  perform :schema.refuse_hidden_page_views();
  select array_agg(o.entity_type), array_agg(o.entity_id)
  into v_types, v_ids
  from :schema.entities_of_owner(p_owner_id, least(p_start_date, p_compare_start), greatest(p_end_date, p_compare_end)) o;

  with
  ranges as materialized (
    select r.start_date, r.end_date, r.side
    from unnest(array[p_start_date, p_compare_start], array[p_end_date, p_compare_end]) with ordinality r (start_date, end_date, side)
    where r.start_date is not null
  ),
  pending as materialized (
    select q.entity_type, q.entity_id, q.is_group, (q.viewed_at at time zone z.time_zone)::date as date, q.sign
    from :schema.page_view_changes q
    cross join :schema.reporting_zone() z
    where v_is_live and q.sign <> 0 and case
      when q.is_group then q.entity_type = 'headcount:owner' and q.entity_id = p_owner_id
      else (q.entity_type, q.entity_id) in (select e.entity_type, e.entity_id from unnest(v_types, v_ids) e (entity_type, entity_id))
    end
  ),
  added as materialized (
    select r.side, p.entity_type, p.entity_id, sum(p.sign) as views, sum(greatest(p.sign, 0)) as most
    from ranges r
    join pending p on p.date between r.start_date and r.end_date
    where p.is_group is null
    group by r.side, p.entity_type, p.entity_id
  ),
  -- the days of each entity are added up for themselves: to group all of them by entity takes as long as to read them
  counted as materialized (
    select
      r.side, e.entity_type, e.entity_id, coalesce(d.views, 0) + coalesce(p.views, 0) as views,
      coalesce(d.most, 0) + coalesce(p.most, 0) as most
    from ranges r
    cross join unnest(v_types, v_ids) e (entity_type, entity_id)
    cross join lateral (
      select
        sum(a.views) as views, sum(case when v_by_views then a.views when v_by_accounts then a.accounts else a.visitors end) as most
      from :schema.analytics_days a
      where a.entity_type = e.entity_type and a.entity_id = e.entity_id and a.date between r.start_date and r.end_date
    ) d
    left join added p on p.side = r.side and p.entity_id = e.entity_id and p.entity_type = e.entity_type
  )
  select
    array_agg(c.entity_type) filter (where c.side = 1 and c.most > 0), array_agg(c.entity_id) filter (where c.side = 1 and c.most > 0),
    array_agg(c.most) filter (where c.side = 1 and c.most > 0),
    -- of sealed dates page views no longer say which entities the owner had: others' views could add up to as many
    not v_is_live or exists (
      select 1
      from ranges r
      where r.start_date < (select a.sealed_before from :schema.analytics_settings a)
        or (select coalesce(sum(o.views), 0) from counted o where o.side = r.side) <> (
        select coalesce(sum(a.views), 0) from :schema.analytics_days a
        where a.entity_type = 'headcount:owner' and a.entity_id = p_owner_id and a.date between r.start_date and r.end_date
      ) + (select coalesce(sum(p.sign), 0) from pending p where p.is_group and p.date between r.start_date and r.end_date)
    )
  into entity_types, entity_ids, sums, is_shared
  from (select o.* from counted o order by o.most desc) c;
end
$$;`,
  },
  {
    name: "counts_of_owner",
    file: "functions/reading/owned-entities.sql",
    line: 158,
    sql: `-- What of each entity is this owner's, on these dates and until a local time, when it is given: see counts_of_entities. Of these entities, or, where they
-- are NULL, of all that it has (then nothing is said of who is new, nor of sessions). Of no owner, nothing. From committed page views themselves; those of sealed months may be gone.
-- Who viewed the entity before these dates is not new, also when it was of an owner before.
--
-- With enable_nestloop the planner, which expects a few views, would compare each with every session.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.counts_of_owner(
  p_owner_id :entity_id_type, p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_until timestamp
) returns table (entity_type text, entity_id :entity_id_type, counts bigint[])
language plpgsql stable
security definer
:settings_of_readers
set work_mem = '64MB'
set enable_nestloop = off
as $$
#variable_conflict use_column
declare
  v_settings :schema.analytics_settings := (select s from :schema.analytics_settings s);
  v_sealed_until timestamptz := v_settings.sealed_before::timestamp at time zone v_settings.time_zone;
begin
  if p_owner_id is null then
    return;
  end if;
  perform :schema.refuse_hidden_page_views();
  if p_start_date < v_settings.sealed_before then
    perform :schema.refuse_sealed('which entities this owner had on these dates is not known any more');
  end if;
  return query
  with
  views as materialized (
    select
      pv.entity_type::text as entity_type, coalesce(pv.entity_id:::entity_id_type, :no_entity) as entity_id,
      :schema.visitor_kind(pv.account_id, pv.session_id, pv.visitor_id) as kind,
      :schema.visitor_of(pv.account_id, pv.session_id, pv.visitor_id) as visitor_id,
      pv.session_id:::session_id_type as session_id, pv.viewed_at, :schema.counted_time(pv.time_on_page) as time_on_page
    from :page_view_rows pv
    where pv.owner_id = p_owner_id
      -- dates are not always one stretch of instants: see page_views_of_visitor
      and pv.viewed_at >= p_start_date::timestamp at time zone v_settings.time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone v_settings.time_zone + interval '2 days'
      and (pv.viewed_at at time zone v_settings.time_zone)::date between p_start_date and p_end_date
      and (p_until is null or pv.viewed_at at time zone v_settings.time_zone < p_until)
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
  ),
  visitors as materialized (
    select
      v.entity_type, v.entity_id, v.kind, v.visitor_id, count(*) as views, count(v.time_on_page) as timed_views,
      sum(v.time_on_page) as time_total
    from views v
    group by v.entity_type, v.entity_id, v.kind, v.visitor_id
  ),
  asked as materialized (
    select e.entity_type, e.entity_id from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
  ),
  newcomers as materialized (
    select v.entity_type, v.entity_id, count(*) as visitors, count(*) filter (where v.kind = 'a') as accounts
    from (
      -- asked of these only: it would be of all otherwise, and then compared
      select v.* from visitors v
      where p_entity_types is not null and v.visitor_id is not null
        and (v.entity_type, v.entity_id) in (select a.entity_type, a.entity_id from asked a)
      offset 0
    ) v
    where not exists (
      select 1
      from :schema.page_views_of_visitor(
        v.entity_type, v.entity_id, v.kind, v.visitor_id, '-infinity', p_start_date - 1, v_settings.time_zone
      )
    ) and not exists (
      select 1 from :schema.visitor_at(v.entity_type, v.entity_id, v.kind, v.visitor_id) s where s.first_visit < v_sealed_until
    )
    group by v.entity_type, v.entity_id
  ),
  -- of several views at the instant at which a session began, the first is its entry
  entered as materialized (
    select e.entity_type, e.entity_id, count(*) as entries, count(*) filter (where e.is_bounce) as bounces
    from (
      select distinct on (v.session_id) v.entity_type, v.entity_id, s.is_bounce
      from views v
      join :schema.sessions_entered('headcount:owner', p_owner_id, p_start_date, p_end_date) s
        on s.session_id = v.session_id and s.first_seen_at = v.viewed_at
      where p_entity_types is not null
      order by v.session_id, v.entity_type, v.entity_id
    ) e
    group by e.entity_type, e.entity_id
  )
  select
    c.entity_type, c.entity_id,
    array[
      c.views, c.timed_views, c.time_total, c.visitors, c.accounts, coalesce(n.visitors, 0), coalesce(n.accounts, 0), coalesce(e.entries, 0),
      coalesce(e.bounces, 0)
    ]::bigint[]
  from (
    select
      v.entity_type, v.entity_id, sum(v.views) as views, sum(v.timed_views) as timed_views, coalesce(sum(v.time_total), 0) as time_total,
      count(v.visitor_id) as visitors, count(v.visitor_id) filter (where v.kind = 'a') as accounts
    from visitors v
    where p_entity_types is null or (v.entity_type, v.entity_id) in (select a.entity_type, a.entity_id from asked a)
    group by v.entity_type, v.entity_id
  ) c
  left join newcomers n on n.entity_id = c.entity_id and n.entity_type = c.entity_type
  left join entered e on e.entity_id = c.entity_id and e.entity_type = c.entity_type;
end
$$;`,
  },
  {
    name: "pending_of",
    file: "functions/reading/pending.sql",
    line: 1,
    sql: `-- Live reads: what is pending of entities, as it would be folded, without storing it.
-- Every read asks the same few things of hardly any rows: they are planned once in a connection.
--
-- the queue, entries that were handed on --> the same deltas that folding stores
--
-- Where a queue is joined, a change is written row(q.*), which is formed of those that are found. A plain q is formed of each row that is read,
-- which takes twice as long as to read it.

-- How much is pending, since when, what of it is of these entities, and which is the earliest view of all? Reading stops one past what a live read
-- takes on (analytics_settings.max_pending_for_live); then no pending change is looked at, and answers are not live.
create or replace function :schema.pending_of(
  p_entity_types text[], p_entity_ids :entity_id_type[],
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out of_entities :schema.page_view_changes[],
  out earliest_view timestamptz
)
language plpgsql stable
:settings_of_readers
set enable_nestloop = off
as $$
declare
  v_max integer;
  v_slots smallint[];
begin
  is_live := true;
  pending_changes := 0;
  folded_through := now();
  of_entities := '{}';
  -- mostly nothing is, and that is known in less time than the rest takes to begin
  if not exists (select 1 from :schema.page_view_changes) then
    return;
  end if;

  v_max := (select s.max_pending_for_live from :schema.analytics_settings s);
  select count(*), coalesce(min(c.captured_at), now()), min(c.viewed_at)
  into pending_changes, folded_through, earliest_view
  from (select q.captured_at, q.viewed_at from :schema.page_view_changes q limit v_max + 1) c;
  is_live := pending_changes <= v_max;
  if is_live then
    v_slots := array(
      select distinct :schema.entity_slot(e.entity_type, e.entity_id) from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
    );
    of_entities := array(
      select row(q.*):::schema.page_view_changes
      from :schema.page_view_changes q
      where q.slot = any (v_slots) and q.sign <> 0 and (q.entity_id, q.entity_type) in (
        select e.entity_id, e.entity_type from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
      )
    );
  end if;
end
$$;`,
  },
  {
    name: "without_impossible",
    file: "functions/reading/pending.sql",
    line: 53,
    sql: `-- These pending changes without those that folding would set aside, because they take away what had never been counted. That is known
-- from all that is pending of a visitor of the entity, so the visitors that lose something are looked at whole.
create or replace function :schema.without_impossible(p_changes :schema.page_view_changes[]) returns :schema.page_view_changes[]
language plpgsql stable
:settings_of_readers
set enable_nestloop = off
as $$
declare
  v_changes :schema.page_view_changes[];
  v_impossible :schema.page_view_changes[];
begin
  if not exists (select 1 from unnest(p_changes) c where c.sign < 0) then
    return p_changes;
  end if;
  v_changes := array(
    select row(q.*):::schema.page_view_changes
    from :schema.page_view_changes q
    join (
      select distinct
        c.entity_type, c.entity_id, :schema.visitor_kind(c.account_id, c.session_id, c.visitor_id) as kind,
        :schema.visitor_of(c.account_id, c.session_id, c.visitor_id) as visitor_id
      from unnest(p_changes) c
      where c.sign < 0
    ) v
      on v.entity_id = q.entity_id and v.entity_type = q.entity_type
      and v.visitor_id = :schema.visitor_of(q.account_id, q.session_id, q.visitor_id)
      and v.kind = :schema.visitor_kind(q.account_id, q.session_id, q.visitor_id)
    where q.sign <> 0
  );
  v_impossible := :schema.impossible_changes(v_changes, array(select d from :schema.visitor_day_deltas(v_changes) d));
  if v_impossible = '{}' then
    return p_changes;
  end if;
  return array(
    select c from unnest(p_changes) c where c.change_id not in (select i.change_id from unnest(v_impossible) i)
  );
end
$$;`,
  },
  {
    name: "sessions_losing_views",
    file: "functions/reading/pending.sql",
    line: 92,
    sql: `-- Which sessions lose a view that is pending, and entered at one of these entities or viewed it too? p_here: those of which something is
-- pending there. The planner takes page views of a session for many, and would read the table from end to end for each of them.
create or replace function :schema.sessions_losing_views(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_has_groups boolean, p_here :session_id_type[]
) returns :session_id_type[]
language plpgsql stable
:settings_of_readers
set enable_bitmapscan = off
set enable_seqscan = off
as $$
begin
  return array(
    with
    pending as materialized (
      select
        q.session_id, q.entity_type, q.entity_id, case when p_has_groups then q.owner_id end as owner_id, q.viewed_at, q.sign
      from :schema.page_view_changes q
      where q.session_id is not null and q.is_group is null
    ),
    losing as (
      select l.session_id, min(l.viewed_at) as first_lost
      from (
        select p.session_id, p.viewed_at
        from pending p
        where p.viewed_at in (select r.viewed_at from pending r where r.sign < 0)
        group by p.session_id, p.viewed_at, p.entity_id, p.entity_type, p.owner_id
        -- what comes and goes at the same instant, as when a time on page becomes known, takes nothing away
        having sum(p.sign) < 0
      ) l
      group by l.session_id
    )
    select l.session_id
    from losing l
    left join lateral :schema.session_at(l.session_id) s on s.total_views > 0
    where l.session_id in (select h.session_id from unnest(p_here) h (session_id))
      or exists (
        select 1
        from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
        where e.entity_id = s.entry_entity_id and e.entity_type = s.entry_entity_type
          or :schema.is_of_group(e.entity_type, e.entity_id, s.entry_entity_type, s.entry_owner_id)
          -- of those that follow its first one, which is its first then?
          or l.first_lost <= s.first_seen_at and exists (
            select 1 from :schema.page_views_of_session_at(l.session_id, e.entity_type, e.entity_id)
          )
      )
  );
end
$$;`,
  },
  {
    name: "sessions_that_may_enter",
    file: "functions/reading/pending.sql",
    line: 141,
    sql: `-- Which sessions may something pending make enter at one of these entities, or bounce there or no longer, on these dates?
-- A view that is added after a session began moves no entry, and of a session with two views no bounce. So it is those with
-- something pending here that are not stored yet or began after the earliest pending view; those that entered here and have one
-- view or began after it; and, where views are taken away, those that lose one and entered here or viewed this too.
-- Who entered here is read where that is less work than to look up all sessions that something is pending of. To look one up costs as much as to
-- read four that follow each other in an index. Those that entered at a group are in no index.
create or replace function :schema.sessions_that_may_enter(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date,
  p_of_entities :schema.page_view_changes[], p_pending_changes integer, p_earliest_view timestamptz
) returns :session_id_type[]
language plpgsql stable
:settings_of_readers
set enable_bitmapscan = off
as $$
declare
  v_has_groups boolean := exists (select 1 from unnest(p_entity_types) t (entity_type) where :schema.is_group_type(t.entity_type));
  v_by_entity boolean := not v_has_groups and (
    select coalesce(sum(case when p_start_date = '-infinity' then e.entries else d.entries end), 0) <= 4::bigint * p_pending_changes
    from unnest(p_entity_types, p_entity_ids) k (entity_type, entity_id)
    cross join lateral :schema.entity_at(k.entity_type, k.entity_id) e
    cross join lateral (
      select sum(a.entries) as entries from :schema.analytics_days a
      where p_start_date > '-infinity' and a.entity_type = k.entity_type and a.entity_id = k.entity_id
        and a.date between p_start_date and p_end_date
    ) d
  );
  v_here :session_id_type[] := array(
    select c.session_id from unnest(p_of_entities) c where c.session_id is not null
    union all
    -- a group's change may be folded while that of the page, which moves the session, still waits
    select q.session_id from :schema.page_view_changes q
    where v_has_groups and q.is_group is null and q.session_id is not null and exists (
      select 1 from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
      where :schema.is_of_group(e.entity_type, e.entity_id, q.entity_type, q.owner_id)
    )
  );
  v_looked_up :session_id_type[];
  v_found :session_id_type[];
begin
  if v_by_entity then
    v_found := array(
      select h.session_id from unnest(v_here) h (session_id)
      where h.session_id not in (
        select s.session_id from :schema.visitor_sessions s
        where s.session_id = any (v_here) and s.total_views > 0 and s.first_seen_at < p_earliest_view
      )
      union all
      select s.session_id
      from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
      join :schema.visitor_sessions s
        on :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
          between :schema.entity_date_key(e.entity_type, e.entity_id, p_start_date - 1)
          and :schema.entity_date_key(e.entity_type, e.entity_id, p_end_date + 1)
        and s.entry_entity_id is not distinct from e.entity_id and s.entry_entity_type is not distinct from e.entity_type
      where s.total_views = 1 or (s.total_views > 0 and s.first_seen_at >= p_earliest_view)
    );
  else
    v_looked_up := array(select q.session_id from :schema.page_view_changes q where q.session_id is not null and q.is_group is null);
    v_found := array(
      -- most of those that are looked up are neither: they are left where they are read
      with stored as materialized (
        select s.session_id, s.goes_on, s.entered_here
        from (
          select
            s.session_id, s.first_seen_at < p_earliest_view as goes_on,
            (s.total_views = 1 or s.first_seen_at >= p_earliest_view) and (
              (s.entry_entity_id, s.entry_entity_type) in (
                select e.entity_id, e.entity_type from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
              )
              or v_has_groups and exists (
                select 1 from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
                where :schema.is_of_group(e.entity_type, e.entity_id, s.entry_entity_type, s.entry_owner_id)
              )
            ) as entered_here
          from :schema.visitor_sessions s
          where s.session_id = any (v_looked_up) and s.total_views > 0
          offset 0
        ) s
        where s.entered_here or s.goes_on and s.session_id in (select h.session_id from unnest(v_here) h (session_id))
      )
      select h.session_id from unnest(v_here) h (session_id) where h.session_id not in (select s.session_id from stored s where s.goes_on)
      union all
      select s.session_id from stored s where s.entered_here
    );
  end if;
  -- in order: then only those that are taken away are read, by their index
  if (select q.session_id from :schema.page_view_changes q where q.sign < 0 and q.session_id is not null order by q.session_id limit 1) is null then
    return v_found;
  end if;
  return v_found || :schema.sessions_losing_views(p_entity_types, p_entity_ids, v_has_groups, v_here);
end
$$;`,
  },
  {
    name: "pending_entries",
    file: "functions/reading/pending.sql",
    line: 234,
    sql: `-- What do pending changes add to the entries and bounces of these entities? p_session_ids: the sessions that may enter there. All
-- that is pending of a session is looked at: what it views elsewhere decides whether it bounced here.
create or replace function :schema.pending_entries(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_session_ids :session_id_type[]
) returns :schema.entry_delta[]
language plpgsql stable
:settings_of_readers
set enable_nestloop = off
as $$
declare
  v_changes :schema.page_view_changes[];
  v_sessions :schema.session_delta[];
  v_entries :schema.entry_delta[] := array(
    select row(q.entity_type, q.entity_id, q.date, q.hour, q.entries, q.bounces):::schema.entry_delta
    from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
    join :schema.entry_changes q on q.entity_id = e.entity_id and q.entity_type = e.entity_type
  );
begin
  if p_session_ids = '{}' then
    return v_entries;
  end if;
  v_changes := :schema.without_impossible(array(
    select row(q.*):::schema.page_view_changes from :schema.page_view_changes q
    where q.session_id in (select s.session_id from unnest(p_session_ids) s (session_id)) and q.sign <> 0 and q.is_group is null
  ));
  if v_changes = '{}' then
    return v_entries;
  end if;
  v_sessions := array(select s from :schema.session_deltas(v_changes) s);
  v_entries := v_entries || array(
    select d from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
    join :schema.entry_deltas(v_sessions) d on d.entity_id = e.entity_id and d.entity_type = e.entity_type
  );
  if exists (select 1 from unnest(p_entity_types) e (entity_type) where :schema.is_group_type(e.entity_type)) then
    v_entries := v_entries || array(
      select d from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
      join unnest(:schema.entries_of_groups(v_sessions)) d on d.entity_id = e.entity_id and d.entity_type = e.entity_type
    );
  end if;
  return v_entries;
end
$$;`,
  },
  {
    name: "pending_deltas",
    file: "functions/reading/pending.sql",
    line: 277,
    sql: `-- What do these pending changes of entities do to visitor-days, and which of them does folding count?
create or replace function :schema.pending_deltas(
  p_changes :schema.page_view_changes[], out changes :schema.page_view_changes[], out days :schema.visitor_day_delta[]
)
language plpgsql stable
:settings_of_readers
set enable_nestloop = off
as $$
begin
  changes := p_changes;
  days := '{}';
  if changes = '{}' then
    return;
  end if;
  days := array(select d from :schema.visitor_day_deltas(changes) d);
  if exists (select 1 from unnest(days) d where (d.after).views < 0) then
    changes := :schema.without_impossible(changes);
    days := array(select d from :schema.visitor_day_deltas(changes) d);
  end if;
end
$$;`,
  },
  {
    name: "pending_series",
    file: "functions/reading/pending.sql",
    line: 299,
    sql: `-- What do pending changes add to the series of these entities, on these dates? Without dates: on all of them, and to their totals of all time, of which
-- first_view and last_view are those after. No entries and bounces where they are not asked for: they cost the most.
-- Runs with the rights of its owner and returns numbers only: so a role that may not see visitors, nor page views, still
-- reads a live series. Only roles that were granted it may call it.
-- What is grouped is grouped by hashing: to sort the hours of some hundred changes took as long again.
create or replace function :schema.pending_series(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_with_entries boolean default true,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz,
  out days :schema.day_delta[], out returns :schema.return_delta[], out entities :schema.entity_delta[]
)
language plpgsql stable
security definer
:settings_of_readers
set enable_nestloop = off
set enable_sort = off
as $$
declare
  v_pending record := :schema.pending_of(p_entity_types, p_entity_ids);
  v_start_date date := coalesce(p_start_date, '-infinity');
  v_end_date date := coalesce(p_end_date, 'infinity');
  v_deltas record;
  v_entries :schema.entry_delta[] := '{}';
begin
  is_live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := v_pending.folded_through;
  days := '{}';
  returns := '{}';
  entities := '{}';
  if not is_live or pending_changes = 0 and not exists (select 1 from :schema.entry_changes) then
    return;
  end if;
  if p_with_entries then
    v_entries := :schema.pending_entries(
      p_entity_types, p_entity_ids,
      :schema.sessions_that_may_enter(
        p_entity_types, p_entity_ids, v_start_date, v_end_date, v_pending.of_entities, pending_changes, v_pending.earliest_view
      )
    );
  end if;
  if v_pending.of_entities = '{}' and v_entries = '{}' then
    return;
  end if;
  v_deltas := :schema.pending_deltas(v_pending.of_entities);
  returns := array(
    select r from :schema.return_deltas(v_deltas.days) r where r.prev_date >= v_start_date and r.date <= v_end_date
  );
  days := array(
    select d from :schema.day_deltas(v_deltas.changes, v_deltas.days, v_entries) d where d.date between v_start_date and v_end_date
  );
  if p_start_date is null then
    entities := array(select e from :schema.entity_deltas(v_deltas.changes, days) e);
  end if;
end
$$;`,
  },
  {
    name: "pending_visitor_days",
    file: "functions/reading/pending.sql",
    line: 355,
    sql: `-- What do pending changes do to the visitor-days of this entity?
create or replace function :schema.pending_visitor_days(
  p_entity_type text, p_entity_id :entity_id_type,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out days :schema.visitor_day_delta[]
)
language plpgsql stable
:settings_of_readers
set enable_nestloop = off
as $$
declare
  v_pending record := :schema.pending_of(array[p_entity_type], array[p_entity_id]);
begin
  is_live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := v_pending.folded_through;
  days := (:schema.pending_deltas(v_pending.of_entities)).days;
end
$$;`,
  },
  {
    name: "period_unit",
    file: "functions/reading/periods.sql",
    line: 1,
    sql: `-- Periods of time.

-- Which unit of Postgres is a period?
create or replace function :schema.period_unit(p_period text) returns text
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_unit text := case p_period
    when 'hourly' then 'hour' when 'daily' then 'day' when 'weekly' then 'week'
    when 'monthly' then 'month' when 'quarterly' then 'quarter' when 'yearly' then 'year'
  end;
begin
  if v_unit is null then
    raise exception 'p_period must be hourly, daily, weekly, monthly, quarterly or yearly, and is %', coalesce(p_period, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  return v_unit;
end
$$;`,
  },
  {
    name: "unit_length",
    file: "functions/reading/periods.sql",
    line: 22,
    sql: `-- How long is a unit of time?
create or replace function :schema.unit_length(p_unit text) returns interval
language sql immutable
begin atomic
  select case p_unit when 'quarter' then interval '3 months' else ('1 ' || p_unit)::interval end;
end;`,
  },
  {
    name: "ranked_visitors",
    file: "functions/reading/ranked-visitors.sql",
    line: 1,
    sql: `-- Who came most often, and more than once? Found without counting everybody: none of these functions reads those who came
-- once, who are most. Those of p_touched are left out, because it is known how they are, and they are added to the list later.

-- Who came most often ever, p_at_least times and behind p_after, from the p_skip'th on? In the order of the ranking index,
-- which is read from p_after on.
create or replace function :schema.ranked_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_is_account boolean, p_accounts :visitor_id_type[],
  p_at_least bigint, p_after :schema.listed_visitor, p_touched :schema.listed_visitor[], p_skip bigint, p_limit bigint
) returns setof :schema.analytics_entity_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_entity_visitors v
  where v.entity_type = p_entity_type and v.entity_id = p_entity_id
    and v.visit_count > 1 and v.visit_count >= p_at_least
    and (v.visit_count, v.last_visit)
      <= (coalesce((p_after).visit_count, 2147483647)::integer, coalesce((p_after).last_visit, 'infinity'))
    and :schema.is_behind('visit_count', p_after, v.visit_count, v.last_visit, v.kind, v.visitor_id)
    and (p_is_account is null or (v.kind = 'a') = p_is_account)
    and (p_accounts is null or v.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
    and (v.visitor_id, v.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
  order by v.visit_count desc, v.last_visit desc, v.kind desc, v.visitor_id
  offset p_skip limit p_limit;
end;`,
  },
  {
    name: "walk_ranking",
    file: "functions/reading/ranked-visitors.sql",
    line: 25,
    sql: `-- The first p_limit of these dates, found by walking the ranking of all time: a visitor cannot have come more often on
-- these dates than ever. So its visitors are counted on the dates, from the top, down to those who never came as often as
-- the last one found. NULL when the ranking is so flat that counting everybody would end sooner, p_furthest visitors down.
create or replace function :schema.walk_ranking(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_after :schema.listed_visitor, p_limit integer,
  p_touched :schema.listed_visitor[], p_furthest bigint
) returns :schema.listed_visitor[]
language plpgsql stable
:settings_of_readers
as $$
declare
  v_walked bigint := 0;
  v_step bigint := p_limit;
  v_ranked :schema.listed_visitor[];
  v_found :schema.listed_visitor[] := '{}';
  -- who came once is not in the ranking
  v_at_least bigint := 2;
begin
  loop
    v_ranked := array(
      select row(v.kind, v.visitor_id, null, null, null, null, null):::schema.listed_visitor
      from :schema.ranked_visitors(
        p_entity_type, p_entity_id, p_is_account, p_accounts, v_at_least, null, p_touched, v_walked, v_step
      ) v
    );
    v_found := v_found || array(
      select d from :schema.visitors_on_dates(p_entity_type, p_entity_id, p_start_date, p_end_date, v_ranked) d
      where d.visit_count > 1
    );
    v_found := array(select f from :schema.first_visitors(v_found, 'visit_count', p_after, p_limit) f);
    v_at_least := coalesce((v_found[p_limit]).visit_count, v_at_least);
    if cardinality(v_ranked) < v_step then
      return v_found;
    end if;
    v_walked := v_walked + v_step;
    -- where it would be given up, did they come as often as the last one found on these dates?
    if v_walked >= 4 * p_limit and exists (
      select 1
      from :schema.ranked_visitors(p_entity_type, p_entity_id, p_is_account, p_accounts, v_at_least, null, p_touched, p_furthest, 1) v
    ) then
      return null;
    end if;
    v_step := v_walked;
  end loop;
end
$$;`,
  },
  {
    name: "count_returning_visitors",
    file: "functions/reading/ranked-visitors.sql",
    line: 73,
    sql: `-- The first p_limit of these dates, found by counting all who came more than once on them.
-- Most visitor-days of a range are its visitor's first there and have one view. They are left out unread: who came again is
-- known by another day, which follows one of the range, and counts one more when the first was left out.
-- Grouped by hashing: see all_visitors.
create or replace function :schema.count_returning_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_after :schema.listed_visitor, p_limit integer,
  p_touched :schema.listed_visitor[]
) returns :schema.listed_visitor[]
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
set enable_sort = off
as $$
declare
  v_ranked :schema.listed_visitor[] := array(
    select row(v.kind, v.visitor_id, v.visit_count, null, null, v.last_visit, null):::schema.listed_visitor
    from (
      select
        d.kind, d.visitor_id,
        sum(d.views) + (not bool_or(coalesce(d.prev_date < p_start_date, true)))::integer as visit_count,
        max(d.last_view) as last_visit
      from :schema.analytics_visitor_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
        and (d.views > 1 or d.prev_date >= p_start_date)
        and (p_is_account is null or (d.kind = 'a') = p_is_account)
        and (p_accounts is null or d.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
        and (d.visitor_id, d.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
      group by d.kind, d.visitor_id
    ) v
    where :schema.is_behind('visit_count', p_after, v.visit_count, v.last_visit, v.kind, v.visitor_id)
    order by v.visit_count desc, v.last_visit desc, v.kind desc, v.visitor_id
    limit p_limit
  );
begin
  v_ranked := array(
    select d from :schema.visitors_on_dates(p_entity_type, p_entity_id, p_start_date, p_end_date, v_ranked) d
  );
  return array(select f from :schema.first_visitors(v_ranked, 'visit_count', p_after, p_limit) f);
end
$$;`,
  },
  {
    name: "returning_visitors",
    file: "functions/reading/ranked-visitors.sql",
    line: 115,
    sql: `-- Who came more than once on these dates, or ever (from -infinity to infinity)? The first p_limit by visit_count, behind
-- p_after. p_many: how many visitors the dates have, each counted once a day.
-- The ranking is read in its order: with enable_sort on, the planner, who expects few, reads and sorts all of it where the table is small.
create or replace function :schema.returning_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_after :schema.listed_visitor, p_limit integer,
  p_touched :schema.listed_visitor[], p_many bigint
) returns :schema.listed_visitor[]
language plpgsql stable
:settings_of_readers
set enable_sort = off
as $$
declare
  -- fewer are counted sooner than the ranking is walked
  c_many constant integer := 60000;
  -- to count a visitor by its days costs about as much as counting so many visitor-days
  c_days_of_one constant integer := 50;
  v_walked :schema.listed_visitor[];
begin
  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    return array(
      select :schema.listed(v)
      from :schema.ranked_visitors(p_entity_type, p_entity_id, p_is_account, p_accounts, 2, p_after, p_touched, 0, p_limit) v
    );
  end if;
  if p_many >= c_many then
    v_walked := :schema.walk_ranking(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_accounts, p_after, p_limit, p_touched,
      p_many / c_days_of_one
    );
  end if;
  return coalesce(v_walked, :schema.count_returning_visitors(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_accounts, p_after, p_limit, p_touched
  ));
end
$$;`,
  },
  {
    name: "keyed_hash",
    file: "functions/reading/refs.sql",
    line: 1,
    sql: `-- What a list calls somebody who has no account, or whose account it may not show: a ref, which is of one entity, stays the same, and shows
-- nobody the visitor_id, session or account that it stands for. Anybody who knows such a visitor_id or session could add views to it, or
-- claim its views.
--
-- The id is encrypted under a secret that only the owner of these functions reads, so that a list can go on behind a ref:
-- a keyed hash of entity and visitor, then the visitor, each byte with one of a stream that follows from that hash.

-- A hash that nobody without the secret can make.
create or replace function :schema.keyed_hash(p_secret bytea, p_message bytea) returns bytea
language sql immutable parallel safe
begin atomic
  select sha256(substr(p_secret, 33, 32) || sha256(substr(p_secret, 1, 32) || p_message));
end;`,
  },
  {
    name: "ciphered_block",
    file: "functions/reading/refs.sql",
    line: 15,
    sql: `-- Up to 32 bytes, eight at a time, each with one of a stream: twice is as before. Their number is a multiple of eight. In one
-- expression, because a list has a hundred visitors, and a statement for each would take longer than the rest of it.
create or replace function :schema.ciphered_block(p_stream bytea, p_bytes bytea) returns bytea
language sql immutable parallel safe
begin atomic
  select
    int8send(
      ('x' || encode(substr(p_bytes, 1, 8), 'hex'))::bit(64)::bigint # ('x' || encode(substr(p_stream, 1, 8), 'hex'))::bit(64)::bigint
    )
    || case when length(p_bytes) > 8 then int8send(
      ('x' || encode(substr(p_bytes, 9, 8), 'hex'))::bit(64)::bigint # ('x' || encode(substr(p_stream, 9, 8), 'hex'))::bit(64)::bigint
    ) else '' end
    || case when length(p_bytes) > 16 then int8send(
      ('x' || encode(substr(p_bytes, 17, 8), 'hex'))::bit(64)::bigint # ('x' || encode(substr(p_stream, 17, 8), 'hex'))::bit(64)::bigint
    ) else '' end
    || case when length(p_bytes) > 24 then int8send(
      ('x' || encode(substr(p_bytes, 25, 8), 'hex'))::bit(64)::bigint # ('x' || encode(substr(p_stream, 25, 8), 'hex'))::bit(64)::bigint
    ) else '' end;
end;`,
  },
  {
    name: "cipher_stream",
    file: "functions/reading/refs.sql",
    line: 35,
    sql: `-- The stream of a block that follows from the secret and the hash.
create or replace function :schema.cipher_stream(p_secret bytea, p_hash bytea, p_block integer) returns bytea
language sql immutable parallel safe
begin atomic
  select :schema.keyed_hash(p_secret, 'stream'::bytea || p_hash || int4send(p_block));
end;`,
  },
  {
    name: "ciphered",
    file: "functions/reading/refs.sql",
    line: 42,
    sql: `-- Any number of bytes, ciphered block by block.
create or replace function :schema.ciphered(p_secret bytea, p_hash bytea, p_bytes bytea) returns bytea
language sql immutable parallel safe
begin atomic
  select string_agg(
    :schema.ciphered_block(:schema.cipher_stream(p_secret, p_hash, n), substr(p_bytes, 32 * n + 1, 32)), ''::bytea order by n
  )
  from generate_series(0, (length(p_bytes) - 1) / 32) n;
end;`,
  },
  {
    name: "entity_message",
    file: "functions/reading/refs.sql",
    line: 52,
    sql: `-- What is hashed of an entity: no two are the same.
create or replace function :schema.entity_message(p_entity_type text, p_entity_id :entity_id_type) returns bytea
language sql stable parallel safe
begin atomic
  select convert_to('visitor' || jsonb_build_array(p_entity_type, p_entity_id)::text, 'UTF8');
end;`,
  },
  {
    name: "visitor_message",
    file: "functions/reading/refs.sql",
    line: 59,
    sql: `-- What is encrypted of a visitor: kind and id, filled up to whole eights. Accounts have ids of another type.
create or replace function :schema.visitor_message(p_kind "char", p_visitor_id text) returns bytea
language sql stable parallel safe
begin atomic
  select case
    when :'session_id_type' = 'uuid' and p_kind in ('s', 'v') then convert_to(p_kind::text, 'UTF8') || uuid_send(p_visitor_id::uuid) || '\\x00000000000000'::bytea
    else convert_to(p_kind::text || p_visitor_id, 'UTF8')
      || substr('\\x00000000000000'::bytea, 1, 7 - (octet_length(convert_to(p_visitor_id, 'UTF8')) % 8))
  end;
end;`,
  },
  {
    name: "visitor_of_ref",
    file: "functions/reading/refs.sql",
    line: 119,
    sql: `-- A visitor of a list like this one, with the id of the one that this ref stands for at the entity, and with its place when the ref has
-- that too. NULL when it stands for nobody.
create or replace function :schema.visitor_of_ref(
  p_entity_type text, p_entity_id :entity_id_type, p_ref text, p_visitor :schema.listed_visitor
) returns :schema.listed_visitor
language plpgsql stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_secret bytea := (select s.secret from :schema.analytics_secrets s where s.purpose = 'ref');
  v_sealed bytea;
  v_hash bytea;
  v_plain bytea;
  v_text text;
  v_position jsonb;
begin
  v_sealed := decode(translate(rpad(p_ref, (length(p_ref) + 3) / 4 * 4, '='), '-_', '+/'), 'base64');
  v_hash := substr(v_sealed, 1, 16);
  v_plain := :schema.ciphered(v_secret, v_hash, substr(v_sealed, 17));
  if substr(:schema.keyed_hash(v_secret, :schema.entity_message(p_entity_type, p_entity_id) || v_plain), 1, 16)
    is distinct from v_hash
  then
    return null;
  end if;
  p_visitor.kind := chr(get_byte(v_plain, 0))::"char";
  if :'session_id_type' = 'uuid' and p_visitor.kind in ('s', 'v') then
    p_visitor.visitor_id := encode(substr(v_plain, 2, 16), 'hex')::uuid::text;
    return p_visitor;
  end if;
  v_text := convert_from(rtrim(substr(v_plain, 2), '\\x00'::bytea), 'UTF8');
  if p_visitor.kind = 'p' then
    v_position := v_text::jsonb;
    v_text := v_position ->> 0;
    p_visitor.visit_count := v_position ->> 1;
    p_visitor.first_visit := v_position ->> 2;
    p_visitor.last_visit := v_position ->> 3;
  end if;
  p_visitor.visitor_id := v_text;
  if p_visitor.kind in ('n', 'p') then
    p_visitor.kind := 'a';
  end if;
  return p_visitor;
exception when data_exception then
  return null;
end
$$;`,
  },
  {
    name: "rolling_visitors_columns",
    file: "functions/reading/rolling-visitors.sql",
    line: 1,
    sql: `-- How many visitors had the last 1, 7 and 28 days, seen from each of these dates?
--
-- Visitors of a window are those of its days, less who was there on an earlier day of it. A day is in the windows that end on it and
-- later, until it leaves them. A return from one date to another is within those that end on its date and later, until its earlier
-- date leaves them. So both are added at their date and taken away where they leave, and all windows are one running sum.
create or replace function :schema.rolling_visitors_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  out visitors_1_day text, out visitors_7_days text, out visitors_28_days text,
  out accounts_1_day text, out accounts_7_days text, out accounts_28_days text, out first_date text, out local_hour text,
  out live boolean, out pending_changes integer, out folded_through text
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_first date := p_start_date - 27;
  v_pending record;
begin
  p_entity_id := coalesce(p_entity_id, :no_entity);
  v_pending := :schema.pending_series(array[p_entity_type], array[p_entity_id], v_first, p_end_date);
  live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := :schema.instant_text(v_pending.folded_through);
  local_hour := (
    select to_char(current_timestamp at time zone z.time_zone, 'YYYY-MM-DD HH24') from :schema.reporting_zone() z
  );
  first_date := (select f.first_date from :schema.first_and_last_date(p_entity_type, p_entity_id) f);

  with
  days as (
    select d.date, sum(d.visitors)::integer as visitors, sum(d.accounts)::integer as accounts
    from :schema.series_days(p_entity_type, p_entity_id, v_first, p_end_date, v_pending.days) d
    group by d.date
  ),
  returns as (
    select r.date, r.prev_date, r.visitors, r.accounts
    from :schema.analytics_days d
    -- those of a date from the latest ones before it: an index has them side by side
    cross join lateral (
      select f.date, f.prev_date, f.visitors, f.accounts from :schema.analytics_visitor_returns f
      where f.entity_type = p_entity_type and f.entity_id = p_entity_id and f.date = d.date and f.prev_date > d.date - 28
      offset 0
    ) r
    where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between v_first and p_end_date and d.again_ever > 0
    union all
    select e.date, e.prev_date, e.visitors, e.accounts from unnest(v_pending.returns) e
    where e.date - e.prev_date < 28
  ),
  -- as integers: running sums of larger ones are numeric, and take several times as long
  steps as (
    select
      s.date, sum(s.visitors)::integer as visitors, sum(s.accounts)::integer as accounts, sum(s.visitors_7)::integer as visitors_7,
      sum(s.accounts_7)::integer as accounts_7, sum(s.visitors_28)::integer as visitors_28, sum(s.accounts_28)::integer as accounts_28
    from (
      select d.date, d.visitors, d.accounts, d.visitors, d.accounts, d.visitors, d.accounts from days d
      union all
      select d.date + 7, null, null, -d.visitors, -d.accounts, null, null from days d
      union all
      select d.date + 28, null, null, null, null, -d.visitors, -d.accounts from days d
      union all
      select
        r.date, null, null, case when r.date - r.prev_date < 7 then -r.visitors end,
        case when r.date - r.prev_date < 7 then -r.accounts end, -r.visitors, -r.accounts
      from returns r
      union all
      select r.prev_date + 7, null, null, r.visitors, r.accounts, null, null from returns r where r.date - r.prev_date < 7
      union all
      select r.prev_date + 28, null, null, null, null, r.visitors, r.accounts from returns r
    ) s (date, visitors, accounts, visitors_7, accounts_7, visitors_28, accounts_28)
    group by s.date
  )
  select
    array_agg(t.visitors order by t.date), array_agg(t.visitors_7 order by t.date), array_agg(t.visitors_28 order by t.date),
    array_agg(t.accounts order by t.date), array_agg(t.accounts_7 order by t.date), array_agg(t.accounts_28 order by t.date)
  into visitors_1_day, visitors_7_days, visitors_28_days, accounts_1_day, accounts_7_days, accounts_28_days
  from (
    select
      d.date, coalesce(s.visitors, 0) as visitors, coalesce(s.accounts, 0) as accounts,
      coalesce(sum(s.visitors_7) over until, 0) as visitors_7, coalesce(sum(s.accounts_7) over until, 0) as accounts_7,
      coalesce(sum(s.visitors_28) over until, 0) as visitors_28, coalesce(sum(s.accounts_28) over until, 0) as accounts_28
    from (select v_first + n as date from generate_series(0, p_end_date - v_first) n) d
    left join steps s on s.date = d.date
    window until as (order by d.date)
  ) t
  where t.date >= p_start_date;
end
$$;`,
  },
  {
    name: "returned_within",
    file: "functions/reading/series.sql",
    line: 1,
    sql: `-- The series of an entity.

-- How many visitors of these dates were there on an earlier one of these dates as well? Unique visitors of a range are
-- the visitors of its days less these. p_returns: what pending changes add.
--
-- Read by whole weeks from the Monday next to p_start_date to the one next to the day after p_end_date. Then each end is
-- corrected by days, three at most: by the returns to those between p_start_date and its Monday, and by those on the days
-- between the other two. They are added where the weeks begin too late or end too early, else taken away.
create or replace function :schema.returned_within(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_returns :schema.return_delta[],
  out visitors bigint, out accounts bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_rest date := p_end_date + 1;
  v_first_monday date := :schema.week_of(p_start_date + 3);
  v_last_monday date := :schema.week_of(v_rest + 3);
  v_first_sign integer;
  v_last_sign integer;
begin
  if v_first_monday >= v_last_monday then
    v_first_monday := v_rest;
    v_last_monday := v_rest;
  end if;
  v_first_sign := sign(v_first_monday - p_start_date);
  v_last_sign := sign(v_rest - v_last_monday);

  -- summed where they are read
  select coalesce(sum(r.visitors), 0), coalesce(sum(r.accounts), 0)
  into visitors, accounts
  from (
    select sum(w.visitors), sum(w.accounts) from :schema.analytics_visitor_return_weeks w
    where w.entity_type = p_entity_type and w.entity_id = p_entity_id
      and w.week >= v_first_monday and w.week < v_last_monday and w.prev_week >= v_first_monday
    union all
    select v_first_sign * sum(f.visitors), v_first_sign * sum(f.accounts) from :schema.analytics_visitor_returns f
    where f.entity_type = p_entity_type and f.entity_id = p_entity_id and f.date <= p_end_date
      and f.prev_date >= least(p_start_date, v_first_monday) and f.prev_date < greatest(p_start_date, v_first_monday)
    union all
    select v_last_sign * sum(l.visitors), v_last_sign * sum(l.accounts) from :schema.analytics_visitor_returns l
    where l.entity_type = p_entity_type and l.entity_id = p_entity_id and l.prev_date >= v_first_monday
      and l.date >= least(v_rest, v_last_monday) and l.date < greatest(v_rest, v_last_monday)
    union all
    select sum(e.visitors), sum(e.accounts) from unnest(p_returns) e
    where e.prev_date >= p_start_date and e.date <= p_end_date
  ) r (visitors, accounts);
end
$$;`,
  },
  {
    name: "series_days",
    file: "functions/reading/series.sql",
    line: 52,
    sql: `-- The days of this entity on these dates, and what pending changes add to them.
create or replace function :schema.series_days(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_deltas :schema.day_delta[]
) returns table (
  date date, views integer, timed_views integer, time_total bigint, visitors integer, accounts integer,
  again_ever integer, accounts_again_ever integer,
  again_in_week integer, accounts_again_in_week integer, again_in_month integer, accounts_again_in_month integer,
  again_in_quarter integer, accounts_again_in_quarter integer, again_in_year integer, accounts_again_in_year integer,
  entries integer, bounces integer
)
language sql stable
begin atomic
  select
    d.date, d.views, d.timed_views, d.time_total, d.visitors, d.accounts,
    d.again_ever, d.accounts_again_ever,
    d.again_in_week, d.accounts_again_in_week, d.again_in_month, d.accounts_again_in_month,
    d.again_in_quarter, d.accounts_again_in_quarter, d.again_in_year, d.accounts_again_in_year, d.entries, d.bounces
  from :schema.analytics_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
  union all
  select
    e.date, e.views, e.timed_views, e.time_total, e.visitors, e.accounts,
    e.again_ever, e.accounts_again_ever,
    e.again_in_week, e.accounts_again_in_week, e.again_in_month, e.accounts_again_in_month,
    e.again_in_quarter, e.accounts_again_in_quarter, e.again_in_year, e.accounts_again_in_year, e.entries, e.bounces
  from unnest(p_deltas) e;
end;`,
  },
  {
    name: "series_hours",
    file: "functions/reading/series.sql",
    line: 80,
    sql: `-- The hours of this entity on these dates, and what pending changes add to them. An hour is known by how many labels it is
-- after the first midnight, and has one row.
create or replace function :schema.series_hours(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_deltas :schema.day_delta[]
) returns table (
  hour integer, views bigint, timed_views bigint, time_total bigint, visitors bigint, accounts bigint, entries bigint,
  bounces bigint
)
language sql stable
begin atomic
  select
    (h.date - p_start_date) * 24 + h.hour, sum(h.views), coalesce(sum(h.timed_views), 0), coalesce(sum(h.time_total), 0)::bigint,
    coalesce(sum(h.visitors), 0), coalesce(sum(h.accounts), 0), coalesce(sum(h.entries), 0), coalesce(sum(h.bounces), 0)
  from (
    select d.date, d.hour, d.views, d.timed_views, d.time_total, d.visitors, d.accounts, d.entries, d.bounces
    from :schema.analytics_days d
    where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
      and d.hour is not null
    union all
    select p.date, u.*
    from (
      select a.date, a.hours from :schema.analytics_hours a
      where a.entity_type = p_entity_type and a.entity_id = p_entity_id and a.date between p_start_date and p_end_date
      union all
      select e.date, e.hours from unnest(p_deltas) e
    ) p
    cross join lateral :schema.unpacked_hours(p.hours) u
  ) h
  group by 1
  -- packed hours may hold records that add up to nothing
  having sum(h.views) <> 0 or sum(h.entries) <> 0 or sum(h.visitors) <> 0;
end;`,
  },
  {
    name: "series_between",
    file: "functions/reading/series.sql",
    line: 113,
    sql: `-- How many viewed this entity in each bucket that has views, and how many visitors had all dates together? p_days, p_returns:
-- what pending changes add on these dates.
-- The series in one row: a column has one value per bucket, in the order of buckets, which says how many days (or hours)
-- after p_start_date each begins. New visitors, who had never been there before, are not known by hours.
-- Days are grouped by hashing: to sort those of a year takes longer.
create or replace function :schema.series_between(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text,
  p_days :schema.day_delta[], p_returns :schema.return_delta[],
  out buckets integer[], out total_views bigint[], out timed_views bigint[], out time_total bigint[],
  out unique_visitors bigint[], out unique_accounts bigint[], out new_visitors bigint[], out new_accounts bigint[],
  out entries bigint[], out bounces bigint[],
  out visitors_of_range bigint, out accounts_of_range bigint, out new_visitors_of_range bigint, out new_accounts_of_range bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_sort = off
as $$
#variable_conflict use_column
declare
  v_unit text := :schema.period_unit(p_period);
  -- asked of each day: a comparison of texts would cost as much as what it decides
  v_by_weeks boolean := v_unit = 'week';
  v_by_months boolean := v_unit = 'month';
  v_by_quarters boolean := v_unit = 'quarter';
  v_by_years boolean := v_unit = 'year';
  v_first_bucket date;
  v_first_end date;
  v_returned record;
  v_returned_first record;
  v_again bigint;
  v_accounts_again bigint;
begin
  v_returned := :schema.returned_within(p_entity_type, p_entity_id, p_start_date, p_end_date, p_returns);

  if v_unit = 'day' and p_days = '{}' then
    -- a day has one row
    select
      array_agg(d.date - p_start_date), array_agg(d.views::bigint), array_agg(coalesce(d.timed_views, 0)::bigint),
      array_agg(coalesce(d.time_total, 0)), array_agg(coalesce(d.visitors, 0)::bigint), array_agg(coalesce(d.accounts, 0)::bigint),
      array_agg((coalesce(d.visitors, 0) - coalesce(d.again_ever, 0))::bigint),
      array_agg((coalesce(d.accounts, 0) - coalesce(d.accounts_again_ever, 0))::bigint),
      array_agg(coalesce(d.entries, 0)::bigint), array_agg(coalesce(d.bounces, 0)::bigint), sum(d.visitors), sum(d.accounts), sum(d.again_ever), sum(d.accounts_again_ever)
    into
      buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, new_visitors, new_accounts,
      entries, bounces, visitors_of_range, accounts_of_range, v_again, v_accounts_again
    from :schema.analytics_days d
    where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date;
  elsif v_unit = 'hour' then
    select sum(d.visitors), sum(d.accounts), sum(d.again_ever), sum(d.accounts_again_ever)
    into visitors_of_range, accounts_of_range, v_again, v_accounts_again
    from :schema.series_days(p_entity_type, p_entity_id, p_start_date, p_end_date, p_days) d;

    select
      array_agg(h.hour), array_agg(h.views), array_agg(h.timed_views), array_agg(h.time_total),
      array_agg(h.visitors), array_agg(h.accounts), array_agg(h.entries), array_agg(h.bounces)
    into buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces
    from :schema.series_hours(p_entity_type, p_entity_id, p_start_date, p_end_date, p_days) h;
  else
    -- of the first bucket, where the range cuts it: often that is all
    v_first_bucket := date_trunc(v_unit, p_start_date::timestamp);
    v_first_end := v_first_bucket + :schema.unit_length(v_unit) - interval '1 day';
    v_returned_first := v_returned;
    if v_first_bucket < p_start_date and v_first_end < p_end_date then
      v_returned_first := :schema.returned_within(p_entity_type, p_entity_id, p_start_date, v_first_end, p_returns);
    end if;

    select
      array_agg(b.bucket), array_agg(b.views), array_agg(b.timed_views), array_agg(b.time_total::bigint),
      array_agg(b.visitors - case when b.bucket < 0 then v_returned_first.visitors else b.again end),
      array_agg(b.accounts - case when b.bucket < 0 then v_returned_first.accounts else b.accounts_again end),
      array_agg(b.visitors - b.again_ever), array_agg(b.accounts - b.accounts_again_ever),
      array_agg(b.entries), array_agg(b.bounces), sum(b.visitors), sum(b.accounts), sum(b.again_ever), sum(b.accounts_again_ever)
    into
      buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, new_visitors, new_accounts,
      entries, bounces, visitors_of_range, accounts_of_range, v_again, v_accounts_again
    from (
      select
        case
          when v_first_end >= p_end_date then v_first_bucket - p_start_date
          when v_by_weeks then (d.date - v_first_bucket) / 7 * 7 + v_first_bucket - p_start_date
          else date_trunc(v_unit, d.date::timestamp)::date - p_start_date
        end as bucket,
        sum(d.views) as views, coalesce(sum(d.timed_views), 0) as timed_views, coalesce(sum(d.time_total), 0) as time_total,
        coalesce(sum(d.visitors), 0) as visitors, coalesce(sum(d.accounts), 0) as accounts,
        coalesce(sum(d.again_ever), 0) as again_ever, coalesce(sum(d.accounts_again_ever), 0) as accounts_again_ever,
        coalesce(sum(
          case
            when v_by_weeks then d.again_in_week when v_by_months then d.again_in_month
            when v_by_quarters then d.again_in_quarter when v_by_years then d.again_in_year
          end
        ), 0) as again,
        coalesce(sum(
          case
            when v_by_weeks then d.accounts_again_in_week when v_by_months then d.accounts_again_in_month
            when v_by_quarters then d.accounts_again_in_quarter when v_by_years then d.accounts_again_in_year
          end
        ), 0) as accounts_again,
        coalesce(sum(d.entries), 0) as entries, coalesce(sum(d.bounces), 0) as bounces
      from :schema.series_days(p_entity_type, p_entity_id, p_start_date, p_end_date, p_days) d
      group by 1
    ) b;
  end if;
  new_visitors_of_range := coalesce(visitors_of_range, 0) - coalesce(v_again, 0);
  new_accounts_of_range := coalesce(accounts_of_range, 0) - coalesce(v_accounts_again, 0);
  visitors_of_range := coalesce(visitors_of_range, 0) - v_returned.visitors;
  accounts_of_range := coalesce(accounts_of_range, 0) - v_returned.accounts;
end
$$;`,
  },
  {
    name: "time_series_columns",
    file: "functions/reading/series.sql",
    line: 223,
    sql: `-- The series with all that is pending, as the client reads it: columns as text, which no driver has to take apart, and with what
-- its hours and its unfinished buckets are known from. It also says how many changes are pending, and whether they are in the answer.
-- A function, so that a call has a statement to be planned that says next to nothing.
create or replace function :schema.time_series_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text,
  out buckets text, out total_views text, out timed_views text, out time_total text,
  out unique_visitors text, out unique_accounts text, out new_visitors text, out new_accounts text,
  out entries text, out bounces text, out visitors_of_range double precision, out accounts_of_range double precision,
  out new_visitors_of_range double precision, out new_accounts_of_range double precision, out hours text, out local_hour text,
  out live boolean, out pending_changes integer, out folded_through text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  v_entity_id :entity_id_type := coalesce(p_entity_id, :no_entity);
  v_pending record := :schema.pending_series(array[p_entity_type], array[v_entity_id], p_start_date, p_end_date);
begin
  select
    s.*, v_pending.is_live, v_pending.pending_changes, :schema.instant_text(v_pending.folded_through),
    (select to_char(current_timestamp at time zone i.time_zone, 'YYYY-MM-DD HH24') from :schema.analytics_settings i)
  into
    buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, new_visitors, new_accounts, entries, bounces,
    visitors_of_range, accounts_of_range, new_visitors_of_range, new_accounts_of_range, live, pending_changes, folded_through, local_hour
  from :schema.series_between(
    p_entity_type, v_entity_id, p_start_date, p_end_date, p_period, v_pending.days, v_pending.returns
  ) s;

  if p_period = 'hourly' then
    hours := (
      select json_agg(json_build_array(h.date, h.hour) order by h.date, h.hour)
      from :schema.hours_of(p_start_date, p_end_date) h
    );
  end if;
end
$$;`,
  },
  {
    name: "sessions_entered",
    file: "functions/reading/sessions-entered.sql",
    line: 1,
    sql: `-- Which sessions entered at this entity about these dates, when, and did they bounce? Of those of which something is pending, page
-- views say so; when more is pending than a live read takes on, all are as they are stored.
-- Who calls it does without nested loops, and without them each look-up here would read whole tables.
create or replace function :schema.sessions_entered(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (session_id :session_id_type, first_seen_at timestamptz, has_several_views boolean, is_bounce boolean)
language plpgsql stable
:settings_of_readers
set enable_nestloop = on
set enable_sort = on
as $$
#variable_conflict use_column
declare
  v_max integer := (select s.max_pending_for_live from :schema.analytics_settings s);
  v_pending :session_id_type[] := array(
    select q.session_id from :schema.page_view_changes q where q.session_id is not null limit v_max + 1
  );
  -- late page views of sealed months may be pruned before they are folded
  v_begun_before :session_id_type[] := array(
    select c.session_id
    from :schema.page_view_changes c
    where (select s.sealed_before from :schema.analytics_settings s) is not null and c.session_id is not null and c.is_group is null
      and :schema.is_sealed(c.viewed_at)
    group by c.session_id, c.viewed_at
    having sum(c.sign) > (select count(*) from :schema.page_views_of_session(c.session_id) v where v.viewed_at = c.viewed_at)
  );
begin
  if cardinality(v_pending) > v_max then
    v_pending := '{}';
  end if;
  return query
  select s.session_id, s.first_seen_at, s.total_views > 1, :schema.is_bounce(s.total_views, s.time_total)
  from :schema.visitor_sessions s
  where :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
      between :schema.entity_date_key(p_entity_type, p_entity_id, p_start_date - 1)
      and :schema.entity_date_key(p_entity_type, p_entity_id, p_end_date + 1)
    and s.entry_entity_id is not distinct from p_entity_id and s.entry_entity_type is not distinct from p_entity_type
    and s.total_views > 0 and s.session_id not in (select p.session_id from unnest(v_pending) p (session_id));
  -- one or the other, not two arms of a statement: for the one that reads a whole table, workers would be started though its condition is false
  if p_entity_type = 'headcount:owner' then
    return query
    select s.session_id, s.first_seen_at, s.total_views > 1, :schema.is_bounce(s.total_views, s.time_total)
    from :schema.visitor_sessions s
    where s.entry_owner_id = p_entity_id
      and s.first_seen_at >= (p_start_date - 1)::timestamp at time zone 'UTC'
      and s.first_seen_at < (p_end_date + 2)::timestamp at time zone 'UTC'
      and s.total_views > 0 and s.session_id not in (select p.session_id from unnest(v_pending) p (session_id));
  elsif :schema.is_group_type(p_entity_type) then
    return query
    select s.session_id, s.first_seen_at, s.total_views > 1, :schema.is_bounce(s.total_views, s.time_total)
    from :schema.visitor_sessions s
    where :schema.is_of_group(p_entity_type, p_entity_id, s.entry_entity_type, s.entry_owner_id)
      and s.first_seen_at >= (p_start_date - 1)::timestamp at time zone 'UTC'
      and s.first_seen_at < (p_end_date + 2)::timestamp at time zone 'UTC'
      and s.total_views > 0 and s.session_id not in (select p.session_id from unnest(v_pending) p (session_id));
  end if;
  return query
  select
    p.session_id, min(v.viewed_at), count(*) > 1, :schema.is_bounce(count(*)::integer, coalesce(sum(v.time_on_page), 0)::bigint)
  from (select distinct u.session_id from unnest(v_pending) u (session_id)) p
  cross join lateral :schema.page_views_of_session(p.session_id) v
  where exists (select 1 from :schema.page_views_of_session_at(p.session_id, p_entity_type, p_entity_id))
    -- one that began in a sealed month began with a page view that may be gone
    and not exists (
      select 1 from :schema.session_at(p.session_id) s where s.total_views > 0 and :schema.is_sealed(s.first_seen_at)
    )
    and p.session_id <> all (v_begun_before)
  group by p.session_id
  having case
    when :schema.is_group_type(p_entity_type) then (
      select :schema.is_of_group(p_entity_type, p_entity_id, e.entity_type, e.owner_id)
      from unnest((
        array_agg(
          row(v.entity_type, v.entity_id, v.owner_id):::schema.session_entry
          order by v.viewed_at, v.entity_type, v.entity_id, v.owner_id nulls first
        )
      )[:1]) e
    )
    else (
      array_agg(row(v.entity_type, v.entity_id):::schema.entity_key order by v.viewed_at, v.entity_type, v.entity_id)
    )[1] = row(p_entity_type, p_entity_id):::schema.entity_key
  end;
end
$$;`,
  },
  {
    name: "pending_views_by_entity",
    file: "functions/reading/top-entities.sql",
    line: 1,
    sql: `-- Which entities are viewed most?

-- How many views are pending of each entity, at least one of them added? Nothing when more is pending than a live read takes on.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.pending_views_by_entity(p_entity_type text) returns table (
  entity_type text, entity_id :entity_id_type, date date, views bigint
)
language plpgsql stable
security definer
:settings_of_readers
as $$
begin
  if (
    select count(*) <= (select s.max_pending_for_live from :schema.analytics_settings s)
    from (select from :schema.page_view_changes limit (select s.max_pending_for_live + 1 from :schema.analytics_settings s)) c
  ) then
    return query
    select q.entity_type, q.entity_id, (q.viewed_at at time zone z.time_zone)::date, count(*)
    from :schema.page_view_changes q
    cross join :schema.reporting_zone() z
    where q.sign > 0 and q.is_group is null and (p_entity_type is null or q.entity_type = p_entity_type)
    group by 1, 2, 3;
  end if;
end
$$;`,
  },
  {
    name: "top_entities",
    file: "functions/reading/top-entities.sql",
    line: 27,
    sql: `-- The p_limit entities of a type, or of all types where it is NULL, that have the most of these dates: views, unique_visitors or
-- unique_accounts; of equals those that were viewed first. Entities without any are left out. For "trending", those of the last of these
-- dates that is over: see trending_entities.
--
-- No entity has more than its days add up to, and each pending view adds one at most. So entities are counted exactly from the
-- greatest sum downwards, and when the next sum is below what the last of p_limit has, no other can be among them.
--
-- p_owner_id: only those of an owner, and what of them is the owner's. is_shared: they have views of others too, on these dates or on those that they
-- are compared with, so that it is to be counted from page views: see counts_of_owner. What trends is compared with itself, also with what was of an owner before.
create or replace function :schema.top_entities(
  p_entity_type text, p_start_date date, p_end_date date, p_sort text, p_limit integer,
  p_owner_id :entity_id_type default null, p_compare_start date default null, p_compare_end date default null,
  out entity_types text[], out entity_ids :entity_id_type[], out score_date date, out scores numeric[], out is_shared boolean
)
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
-- days are grouped by hashing: to sort those of all entities takes longer
set enable_sort = off
as $$
#variable_conflict use_column
declare
  -- asked of each day: a comparison of texts would cost as much as what it decides
  v_by_views boolean := p_sort = 'views';
  v_by_accounts boolean := p_sort = 'unique_accounts';
  -- where it is among the counts of entity_totals_columns
  v_place integer := case p_sort when 'views' then 1 when 'unique_accounts' then 5 else 4 end;
  v_most integer := 0;
  v_owned record;
  v_types text[];
  v_ids :entity_id_type[];
  v_sums bigint[];
  v_values bigint[];
  v_first_views text[];
  v_least bigint;
  v_counted integer;
begin
  if p_owner_id is not null then
    v_owned := :schema.owned_entities(p_owner_id, p_start_date, p_end_date, p_sort, p_compare_start, p_compare_end);
    is_shared := v_owned.is_shared;
  end if;

  if p_sort = 'trending' then
    select least(p_end_date, (now() at time zone z.time_zone)::date - 1) into score_date from :schema.reporting_zone() z;
    if score_date < p_start_date then
      score_date := null;
    end if;
    if p_owner_id is null then
      select t.entity_types, t.entity_ids, t.scores into entity_types, entity_ids, scores
      from :schema.trending_entities(p_entity_type, score_date, p_limit) t;
      return;
    end if;
    select array_agg(c.entity_type), array_agg(c.entity_id) into v_types, v_ids
    from :schema.counts_of_owner(p_owner_id, null, null, score_date, score_date, null) c;
    select t.entity_types, t.entity_ids, t.scores into entity_types, entity_ids, scores
    from :schema.trending_entities(p_entity_type, score_date, p_limit, 5, coalesce(v_types, '{}'), coalesce(v_ids, '{}')) t;
    return;
  end if;

  if is_shared then
    select array_agg(c.entity_type), array_agg(c.entity_id), array_agg(c.value) into v_types, v_ids, v_values
    from (
      select c.entity_type, c.entity_id, c.counts[v_place] as value
      from :schema.counts_of_owner(p_owner_id, null, null, p_start_date, p_end_date, null) c
      where c.counts[v_place] > 0
      order by c.counts[v_place] desc
      fetch first p_limit rows with ties
    ) c;
    v_types := coalesce(v_types, '{}');
    v_first_views := array(
      select t.first_view
      from :schema.entity_totals_columns(v_types, v_ids, p_start_date, p_end_date, null) with ordinality t (
        counts, buckets, views, first_view, last_view, live, pending_changes, folded_through, nth
      )
      order by t.nth
    );
  end if;

  while not coalesce(is_shared, false) loop
    -- seldom more than these are to be counted; then it is begun again with ten times as many
    v_most := case v_most when 0 then 10 * p_limit else 10 * v_most end;
    if p_owner_id is not null then
      -- an owner's are all known
      v_types := v_owned.entity_types;
      v_ids := v_owned.entity_ids;
      v_sums := v_owned.sums;
      v_most := cardinality(v_types) + 1;
    else
      select array_agg(c.entity_type order by c.place), array_agg(c.entity_id order by c.place), array_agg(c.most order by c.place)
      into v_types, v_ids, v_sums
      from (
        select s.entity_type, s.entity_id, s.most, row_number() over (order by s.most desc) as place
        from (
          select d.entity_type, d.entity_id, sum(d.most) as most
          from (
            select
              a.entity_type, a.entity_id,
              case when v_by_views then a.views when v_by_accounts then a.accounts else a.visitors end as most
            from :schema.analytics_days a
            where (p_entity_type is null and not :schema.is_group_type(a.entity_type) or a.entity_type = p_entity_type) and a.date between p_start_date and p_end_date
            union all
            -- as an integer: sums of larger ones are numeric, and take several times as long
            select p.entity_type, p.entity_id, p.views::integer from :schema.pending_views_by_entity(p_entity_type) p
            where p.date between p_start_date and p_end_date
          ) d
          group by d.entity_id, d.entity_type
          having sum(d.most) > 0
          order by sum(d.most) desc
          limit v_most
        ) s
      ) c;
    end if;
    exit when v_types is null;

    v_values := '{}';
    v_first_views := '{}';
    loop
      v_counted := cardinality(v_values);
      v_least := case when v_counted >= p_limit then (
        select v.value from unnest(v_values) v (value) order by v.value desc offset p_limit - 1 limit 1
      ) end;
      exit when v_counted >= cardinality(v_types) or v_sums[v_counted + 1] < v_least;
      select v_values || array_agg(t.value order by t.nth), v_first_views || array_agg(t.first_view order by t.nth)
      into v_values, v_first_views
      from (
        select (t.counts::bigint[])[v_place] as value, t.first_view, t.nth
        from :schema.entity_totals_columns(
          v_types[v_counted + 1:v_counted + p_limit], v_ids[v_counted + 1:v_counted + p_limit], p_start_date, p_end_date, null
        ) with ordinality t (counts, buckets, views, first_view, last_view, live, pending_changes, folded_through, nth)
      ) t;
    end loop;
    exit when cardinality(v_types) < v_most or v_sums[cardinality(v_sums)] < v_least;
  end loop;

  select array_agg(c.entity_type order by c.place), array_agg(c.entity_id order by c.place)
  into entity_types, entity_ids
  from (
    select
      c.entity_type, c.entity_id,
      row_number() over (order by c.value desc, c.first_view, c.entity_type collate "C", c.entity_id) as place
    from unnest(v_types[:cardinality(v_values)], v_ids[:cardinality(v_values)], v_values, v_first_views) c (
      entity_type, entity_id, value, first_view
    )
    where c.value > 0
  ) c
  where c.place <= p_limit;
  entity_types := coalesce(entity_types, '{}');
  entity_ids := coalesce(entity_ids, '{}');
end
$$;`,
  },
  {
    name: "top_entities_columns",
    file: "functions/reading/top-entities.sql",
    line: 178,
    sql: `-- The totals of these entities, a row each from the most downwards: see entity_totals_columns. Without any, one row without an entity
-- says how fresh that is.
create or replace function :schema.top_entities_columns(
  p_entity_type text, p_start_date date, p_end_date date, p_sort text, p_limit integer, p_owner_id :entity_id_type default null
) returns table (
  entity_type text, entity_id text, counts text, buckets text, views text, first_view text, last_view text,
  live boolean, pending_changes integer, folded_through text, score_date text, score text
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_top record := :schema.top_entities(p_entity_type, p_start_date, p_end_date, p_sort, p_limit, p_owner_id);
  v_types text[] := v_top.entity_types;
  v_ids :entity_id_type[] := v_top.entity_ids;
  v_scores numeric[] := v_top.scores;
begin
  return query
  select
    v_types[t.nth], nullif(v_ids[t.nth], :no_entity)::text, coalesce(o.counts::text, t.counts), t.buckets, t.views, t.first_view,
    t.last_view, t.live, t.pending_changes, t.folded_through, v_top.score_date::text, v_scores[t.nth]::text
  from :schema.entity_totals_columns(
    case when v_types = '{}' then array[''] else v_types end, case when v_types = '{}' then array[:no_entity] else v_ids end,
    p_start_date, p_end_date, null
  ) with ordinality t (counts, buckets, views, first_view, last_view, live, pending_changes, folded_through, nth)
  left join :schema.counts_of_owner(
    case when v_top.is_shared then p_owner_id end, v_types, v_ids, p_start_date, p_end_date, null
  ) o on o.entity_type = v_types[t.nth] and o.entity_id = v_ids[t.nth]
  order by t.nth;
end
$$;`,
  },
  {
    name: "compared_top_entities_columns",
    file: "functions/reading/top-entities.sql",
    line: 211,
    sql: `-- The same, and what of them is compared with the other range: see compared_entity_totals_columns.
create or replace function :schema.compared_top_entities_columns(
  p_entity_type text, p_start_date date, p_end_date date, p_sort text, p_limit integer, p_compare_start date, p_compare_end date,
  p_owner_id :entity_id_type default null
) returns table (
  entity_type text, entity_id text, counts text, buckets text, views text, first_view text, last_view text,
  live boolean, pending_changes integer, folded_through text, score_date text, score text,
  compared text, compared_before text, cut_date text, cut_date_before text, cut_hour integer
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_top record := :schema.top_entities(
    p_entity_type, p_start_date, p_end_date, p_sort, p_limit, p_owner_id, p_compare_start, p_compare_end
  );
  v_types text[] := v_top.entity_types;
  v_ids :entity_id_type[] := v_top.entity_ids;
  v_scores numeric[] := v_top.scores;
  v_cut record := :schema.cut_of_ranges(p_start_date, p_end_date, p_compare_start, p_compare_end, null);
  v_none bigint[] := array_fill(0, array[9]);
  v_sharing_owner :entity_id_type := case when v_top.is_shared then p_owner_id end;
begin
  return query
  select
    v_types[t.nth], nullif(v_ids[t.nth], :no_entity)::text, coalesce(o.counts::text, t.counts), t.buckets, t.views, t.first_view,
    t.last_view, t.live, t.pending_changes, t.folded_through, v_top.score_date::text, v_scores[t.nth]::text,
    case when v_top.is_shared and t.compared is not null then coalesce(o.compared, v_none)::text else t.compared end,
    case when v_top.is_shared and t.compared is not null then coalesce(o.compared_before, v_none)::text else t.compared_before end,
    t.cut_date, t.cut_date_before, t.cut_hour
  from :schema.compared_entity_totals_columns(
    case when v_types = '{}' then array[''] else v_types end, case when v_types = '{}' then array[:no_entity] else v_ids end,
    p_start_date, p_end_date, null, p_compare_start, p_compare_end
  ) with ordinality t (
    counts, buckets, views, first_view, last_view, live, pending_changes, folded_through, compared, compared_before, cut_date,
    cut_date_before, cut_hour, nth
  )
  left join (
    select e.entity_type, e.entity_id, c.counts, n.counts as compared, b.counts as compared_before
    from unnest(v_types, v_ids) e (entity_type, entity_id)
    left join :schema.counts_of_owner(v_sharing_owner, v_types, v_ids, p_start_date, p_end_date, null) c
      on c.entity_type = e.entity_type and c.entity_id = e.entity_id
    left join :schema.counts_of_owner(
      v_sharing_owner, v_types, v_ids, p_start_date, p_end_date, v_cut.dates[1] + make_interval(hours => v_cut.hour)
    ) n on n.entity_type = e.entity_type and n.entity_id = e.entity_id
    left join :schema.counts_of_owner(
      v_sharing_owner, v_types, v_ids, p_compare_start, p_compare_end, v_cut.dates[2] + make_interval(hours => v_cut.hour)
    ) b on b.entity_type = e.entity_type and b.entity_id = e.entity_id
  ) o on o.entity_type = v_types[t.nth] and o.entity_id = v_ids[t.nth]
  order by t.nth;
end
$$;`,
  },
  {
    name: "trending_entities",
    file: "functions/reading/trending-entities.sql",
    line: 1,
    sql: `-- Which entities are viewed by more visitors than usual?

-- The p_limit entities of a type, or of all types where it is NULL, or of these, when they are given, that more visitors viewed on p_date than usually on that day of the
-- week, and after them those that there is nothing to compare with, most visitors first; of equals those that were viewed first. The usual number is the mean of the same day in the four weeks before, of
-- those since the first view only. Of both the square roots are compared, which vary by chance as much for a small page as for a big one:
-- see Anscombe (1948). Fewer than p_least_visitors say nothing.
--
-- visitors and first_views: by what else they are in this order.
--
-- Visitors of single dates are in the days, so this is exact without returns. Where something is pending, the days are as it will make them.
create or replace function :schema.trending_entities(
  p_entity_type text, p_date date, p_limit integer, p_least_visitors integer default 5,
  p_entity_types text[] default null, p_entity_ids :entity_id_type[] default null,
  out entity_types text[], out entity_ids :entity_id_type[], out scores numeric[], out visitors bigint[], out first_views timestamptz[]
)
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
as $$
#variable_conflict use_column
declare
  c_weeks constant integer := 4;
  v_dates date[] := array(select p_date - 7 * w.week from generate_series(0, c_weeks) w (week));
  v_types text[];
  v_ids :entity_id_type[];
  v_pending record;
begin
  -- a pending view brings one visitor at most
  select array_agg(c.entity_type), array_agg(c.entity_id)
  into v_types, v_ids
  from (
    select d.entity_type, d.entity_id
    from (
      select a.entity_type, a.entity_id, a.visitors as most
      from :schema.analytics_days a
      where p_entity_types is null and (p_entity_type is null and not :schema.is_group_type(a.entity_type) or a.entity_type = p_entity_type) and a.date = p_date
      union all
      select p.entity_type, p.entity_id, p.views from :schema.pending_views_by_entity(p_entity_type) p
      where p_entity_types is null and p.date = p_date
      union all
      select e.entity_type, e.entity_id, p_least_visitors from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
    ) d
    group by d.entity_type, d.entity_id
    having sum(d.most) >= p_least_visitors
  ) c;
  v_types := coalesce(v_types, '{}');
  v_ids := coalesce(v_ids, '{}');
  -- entries are not looked at
  v_pending := :schema.pending_series(v_types, v_ids, null, null, false);

  with
  stored as materialized (
    select a.entity_type, a.entity_id, a.date, a.visitors from :schema.analytics_days a
    where p_entity_types is null
      and (p_entity_type is null and not :schema.is_group_type(a.entity_type) or a.entity_type = p_entity_type) and a.date = any (v_dates)
    union all
    select a.entity_type, a.entity_id, a.date, a.visitors
    from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
    join :schema.analytics_days a on a.entity_type = e.entity_type and a.entity_id = e.entity_id and a.date = any (v_dates)
  ),
  days as materialized (
    select s.entity_type, s.entity_id, s.date, s.visitors from stored s
    union all
    select p.entity_type, p.entity_id, p.date, p.visitors from unnest(v_pending.days) p
    where p.date = any (v_dates)
  ),
  counted as materialized (
    select
      c.entity_type, c.entity_id, f.first_view, least(c_weeks, (p_date - f.first_date) / 7) as weeks,
      coalesce(sum(d.visitors) filter (where d.date = p_date), 0) as visitors,
      coalesce(sum(d.visitors) filter (where d.date < p_date), 0) as visitors_before
    from unnest(v_types, v_ids) with ordinality c (entity_type, entity_id, nth)
    join (
      select a.nth, a.first_view, (a.first_view at time zone z.time_zone)::date as first_date
      from :schema.reporting_zone() z
      cross join :schema.counts_of_all_time(v_types, v_ids, v_pending.entities) a
    ) f on f.nth = c.nth
    join days d on d.entity_id = c.entity_id and d.entity_type = c.entity_type
    group by c.entity_type, c.entity_id, f.first_view, f.first_date
  ),
  scored as (
    select
      t.*, round(
        (2 * (sqrt(t.visitors + 0.375::double precision) - sqrt(t.visitors_before / nullif(t.weeks, 0)::double precision + 0.375)))::numeric, 2
      ) as score
    from counted t
    where t.visitors >= p_least_visitors
  ),
  ranked as (
    select
      s.entity_type, s.entity_id, s.score, s.visitors, s.first_view,
      row_number() over (
        order by
          s.score desc nulls last, case when s.score is null then s.visitors end desc nulls last, s.first_view, s.entity_type collate "C",
          s.entity_id
      ) as place
    from scored s
    where s.score is null or s.score > 0
  )
  select
    array_agg(r.entity_type order by r.place), array_agg(r.entity_id order by r.place), array_agg(r.score order by r.place),
    array_agg(r.visitors order by r.place), array_agg(r.first_view order by r.place)
  into entity_types, entity_ids, scores, visitors, first_views
  from ranked r
  where r.place <= p_limit;
  entity_types := coalesce(entity_types, '{}');
  entity_ids := coalesce(entity_ids, '{}');
  scores := coalesce(scores, '{}');
end
$$;`,
  },
  {
    name: "attributes_of_visitors",
    file: "functions/reading/viewer-attributes.sql",
    line: 19,
    sql: `-- The attributes of these visitors, an object each, as one JSON array in their order: {} of who has no account.
create or replace function :schema.attributes_of_visitors(p_visitors :schema.listed_visitor[], p_attributes text[]) returns text
language sql stable
begin atomic
  select json_agg(v.viewer order by v.nth)::text
  from (
    -- a view may have several rows of an account: named_visitors takes the same one
    select distinct on (u.ordinality)
      u.ordinality as nth,
      case
        when u.kind in ('a', 'n') then (select json_object_agg(n.name, a.account ->> n.name order by n.nth) from unnest(p_attributes) with ordinality n (name, nth))
        else '{}'
      end as viewer
    from unnest(p_visitors) with ordinality u
    left join :schema.account_rows() a on a.account_id = case when u.kind in ('a', 'n') then u.visitor_id:::account_id_type end
    order by u.ordinality, a.account ->> 'username', a.account ->> 'display_name'
  ) v;
end;`,
  },
  {
    name: "is_of_source",
    file: "functions/reading/views-by-fact.sql",
    line: 1,
    sql: `-- How many views and visitors from each source, with each device? By what is stored with page views.

-- Is this of where a view came from, or
create or replace function :schema.is_of_source(p_dimension text) returns boolean
language sql immutable
begin atomic
  select p_dimension in ('channel', 'source', 'referrer_host', 'surface', 'utm_source', 'utm_medium', 'utm_campaign');
end;`,
  },
  {
    name: "is_of_device",
    file: "functions/reading/views-by-fact.sql",
    line: 10,
    sql: `-- of what it was viewed with?
create or replace function :schema.is_of_device(p_dimension text) returns boolean
language sql immutable
begin atomic
  select p_dimension in ('device', 'browser', 'os', 'country');
end;`,
  },
  {
    name: "fact_of_view",
    file: "functions/reading/views-by-fact.sql",
    line: 17,
    sql: `-- What is this of a view from such a source, with such a device, by such a visitor?
create or replace function :schema.fact_of_view(
  p_dimension text, p_source :schema.analytics_sources, p_device :schema.analytics_devices, p_kind "char"
) returns text
language sql immutable
begin atomic
  select case p_dimension
    when 'channel' then (p_source).channel
    when 'source' then (p_source).source
    when 'referrer_host' then (p_source).referrer_host
    when 'surface' then (p_source).surface
    when 'utm_source' then (p_source).utm_source
    when 'utm_medium' then (p_source).utm_medium
    when 'utm_campaign' then (p_source).utm_campaign
    when 'device' then (p_device).device
    when 'browser' then (p_device).browser
    when 'os' then (p_device).os
    when 'country' then (p_device).country
    when 'visitor_kind' then case when p_kind = 'a' then 'account' when p_kind is not null then 'anonymous' end
  end;
end;`,
  },
  {
    name: "views_by_fact_of_page_views",
    file: "functions/reading/views-by-fact.sql",
    line: 39,
    sql: `-- How many views and visitors have each value of what is known of page views, and how many sessions began with one? Of those only of
-- which p_filter_dimension is p_filter_value, when it is given: then one more row has what all of them have together. Until a local
-- time, when it is given. recorded_views: of those that say where they came from, or with what they were viewed.
--
-- From committed page views themselves, without what is never counted. They are grouped by their numbers, by hashing (see
-- all_visitors), before it is looked up what these say: to join each view with the dictionaries took as long as to read it. With
-- enable_nestloop the planner, which expects a few views, would compare each of many groups with every number. Sums of bigint are
-- numeric, which takes several times as long to add: so counts of one visitor are integer, and times, whole numbers, double precision.
-- Of several views at the instant at which a session began, one with a lower number is its entry.
create or replace function :schema.views_by_fact_of_page_views(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_dimension text,
  p_filter_dimension text, p_filter_value text, p_until timestamp
) returns table (
  value text, is_total boolean, visitors bigint, accounts bigint, views numeric, timed_views numeric, time_total numeric,
  recorded_views numeric, entries numeric, bounces numeric
)
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
set enable_sort = off
set enable_nestloop = off
as $$
#variable_conflict use_column
declare
  v_needs_source boolean := :schema.is_of_source(p_dimension) or coalesce(:schema.is_of_source(p_filter_dimension), false);
  v_needs_device boolean := :schema.is_of_device(p_dimension) or coalesce(:schema.is_of_device(p_filter_dimension), false);
  v_time_zone text := (select z.time_zone from :schema.reporting_zone() z);
  -- dates are not always one stretch of instants: see page_views_of_visitor
  v_earliest timestamptz := p_start_date::timestamp at time zone v_time_zone - interval '1 day';
  v_until timestamptz := p_end_date::timestamp at time zone v_time_zone + interval '2 days';
  -- what is a day away from both ends needs no calendar
  v_surely_from timestamptz := v_earliest + interval '2 days';
  v_surely_until timestamptz := v_until - interval '3 days';
begin
  return query
  with
  grouped as materialized (
    select
      case when v_needs_source or s.has_several_views then coalesce(p.source_no, 0) else 0 end as source_no,
      case when v_needs_device or s.has_several_views then coalesce(p.device_no, 0) else 0 end as device_no,
      :schema.visitor_kind(p.account_id, p.session_id, p.visitor_id) as kind,
      :schema.visitor_of(p.account_id, p.session_id, p.visitor_id) as visitor_id,
      case when s.has_several_views then s.session_id end as began_session,
      count(*)::integer as views, count(:schema.counted_time(p.time_on_page))::integer as timed_views,
      coalesce(sum(:schema.counted_time(p.time_on_page)), 0)::double precision as time_total,
      (count(*) filter (where not s.has_several_views))::integer as entries, (count(*) filter (where s.is_bounce))::integer as bounces
    from :schema.page_views_between(p_entity_type, p_entity_id, v_earliest, v_until) p
    left join :schema.sessions_entered(p_entity_type, p_entity_id, p_start_date, p_end_date) s
      on s.session_id = p.session_id and s.first_seen_at = p.viewed_at
    where (
        p.viewed_at >= v_surely_from and p.viewed_at < v_surely_until
        or (p.viewed_at at time zone v_time_zone)::date between p_start_date and p_end_date
      )
      and (p_until is null or p.viewed_at at time zone v_time_zone < p_until)
      and (
        :schema.is_group_type(p_entity_type)
        or :schema.why_left_out(p_entity_type, p_entity_id, p.account_id, p.session_id, p.visitor_id, p.viewed_at) is null
      )
    group by 1, 2, 3, 4, 5
  ),
  facts as materialized (
    select
      g.source_no, g.device_no, coalesce(g.kind, '-') as kind, f.value, dense_rank() over (order by f.value) as value_no,
      case when :schema.is_of_device(p_dimension) then (g.device).device_no else (g.source).source_no end is not null as is_recorded,
      p_filter_dimension is null
        or :schema.fact_of_view(p_filter_dimension, g.source, g.device, g.kind) is not distinct from p_filter_value as is_asked
    from (
      select
        n.source_no, n.device_no, n.kind,
        (select s from :schema.analytics_sources s where s.source_no = n.source_no) as source,
        (select d from :schema.analytics_devices d where d.device_no = n.device_no) as device
      from (select distinct g.source_no, g.device_no, g.kind from grouped g) n
      -- with a subquery for an argument a function is not inlined, and would be called for each source and device
      offset 0
    ) g
    cross join lateral (select :schema.fact_of_view(p_dimension, g.source, g.device, g.kind) as value) f
  ),
  summed as materialized (
    select
      f.value_no, g.kind, g.visitor_id, sum(g.views)::integer as views, sum(g.timed_views)::integer as timed_views,
      sum(g.time_total) as time_total, coalesce(sum(g.views) filter (where f.is_recorded), 0)::integer as recorded_views,
      sum(g.entries)::integer as entries, sum(g.bounces)::integer as bounces
    from (
      select g.source_no, g.device_no, g.kind, g.visitor_id, g.views, g.timed_views, g.time_total, g.entries, g.bounces from grouped g
      union all
      (
        select distinct on (g.began_session) g.source_no, g.device_no, g.kind, g.visitor_id, 0, 0, 0, 1, 0
        from grouped g
        where g.began_session is not null
        order by g.began_session, g.source_no = 0, g.source_no, g.device_no = 0, g.device_no, g.kind
      )
    ) g
    join facts f on f.source_no = g.source_no and f.device_no = g.device_no and f.kind = coalesce(g.kind, '-')
    where f.is_asked
    group by f.value_no, g.kind, g.visitor_id
  )
  select
    f.value, false, v.visitors, v.accounts, v.views::numeric, v.timed_views::numeric, v.time_total::numeric,
    case when p_dimension <> 'visitor_kind' then v.recorded_views::numeric end, v.entries::numeric, v.bounces::numeric
  from (
    select
      v.value_no, count(v.visitor_id) as visitors, count(v.visitor_id) filter (where v.kind = 'a') as accounts, sum(v.views) as views,
      sum(v.timed_views) as timed_views, sum(v.time_total) as time_total, sum(v.recorded_views) as recorded_views,
      sum(v.entries) as entries, sum(v.bounces) as bounces
    from summed v
    group by v.value_no
  ) v
  join (select distinct f.value_no, f.value from facts f) f on f.value_no = v.value_no
  union all
  select
    null, true, count(v.visitor_id), count(v.visitor_id) filter (where v.kind = 'a'), coalesce(sum(v.views), 0),
    coalesce(sum(v.timed_views), 0), coalesce(sum(v.time_total), 0)::numeric, null, coalesce(sum(v.entries), 0),
    coalesce(sum(v.bounces), 0)
  from (
    select
      v.kind, v.visitor_id, sum(v.views) as views, sum(v.timed_views) as timed_views, sum(v.time_total) as time_total,
      sum(v.entries) as entries, sum(v.bounces) as bounces
    from summed v
    where p_filter_dimension is not null
    group by v.kind, v.visitor_id
  ) v
  having p_filter_dimension is not null;
end
$$;`,
  },
  {
    name: "visitors_without_names",
    file: "functions/reading/visibility.sql",
    line: 52,
    sql: `-- These visitors with no account's name: see shown_visitors.
create or replace function :schema.visitors_without_names(p_visitors :schema.listed_visitor[]) returns :schema.listed_visitor[]
language sql stable
begin atomic
  select array(
    select row(
      case v.kind when 'a' then 'n' else v.kind end, v.visitor_id, v.visit_count, v.days_visited, v.first_visit, v.last_visit,
      v.avg_time_on_page
    ):::schema.listed_visitor
    from unnest(p_visitors) with ordinality v
    order by v.ordinality
  );
end;`,
  },
  {
    name: "visits_to_group",
    file: "functions/reading/visits-to-group.sql",
    line: 1,
    sql: `-- What visitors viewed of a group: an owner's pages, those of a type, all.

-- Which page views of a group has this visitor between two instants, and on these dates of a time zone, which is NULL when that is all time?
create or replace function :schema.visits_to_group(
  p_group_type text, p_group_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type, p_from timestamptz, p_until timestamptz,
  p_time_zone text, p_start_date date, p_end_date date
) returns table (viewed_at timestamptz, referrer_url text, entity_type text, entity_id :entity_id_type)
language plpgsql stable
:settings_of_readers
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  return query
  select v.viewed_at, v.referrer_url::text, v.entity_type::text, coalesce(v.entity_id:::entity_id_type, :no_entity)
  from (
    select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where p_kind = 'a' and pv.account_id = p_visitor_id:::account_id_type
    union all
    select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where p_kind = 's' and pv.session_id = p_visitor_id:::session_id_type and pv.account_id is null and pv.visitor_id is null
    union all
    select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where p_kind = 'v' and pv.visitor_id = p_visitor_id:::session_id_type and pv.account_id is null
  ) v
  where v.viewed_at >= p_from and v.viewed_at < p_until and not :schema.is_group_type(v.entity_type)
    and (p_time_zone is null or (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    and :schema.is_of_group(p_group_type, p_group_id, v.entity_type, v.owner_id);
end
$$;`,
  },
  {
    name: "latest_visits",
    file: "functions/reading/visitor-columns.sql",
    line: 1,
    sql: `-- What the client is answered about visitors, in one row: a column each as a JSON array.

-- Which are the latest page views of each of these visitors? place is that of the visitor. They are between two instants,
-- and on these dates of a time zone, which is NULL when that is all time. Who has an account is found by it, who has none
-- by the visitor_id or the session. A page view without an entity has NULL, or the value that stands for no entity in our tables: of each
-- p_limit are found, and those that share the last one's instant. What was viewed is said where it is not this entity, but of this group.
--
-- The columns of the visitor's index are compared as rows, and "is null" is hidden. By "=", the planner takes the index by
-- entity and time for as good, because it does not know which entity it will be, and reads all page views of a big one for each
-- visitor, who may have come last a year ago: seconds for a page of a hundred.
create or replace function :schema.latest_visits(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.listed_visitor[], p_from timestamptz,
  p_until timestamptz, p_time_zone text, p_start_date date, p_end_date date, p_limit integer
) returns table (place bigint, viewed_at timestamptz, referrer_url text, entity_type text, entity_id :entity_id_type)
language sql stable
begin atomic
  select u.ordinality, v.viewed_at, v.referrer_url, null::text, null:::entity_id_type
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.account_id is not null
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (case when u.kind = 'a' then u.visitor_id:::account_id_type end, p_entity_type, p_entity_id, p_from)
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (case when u.kind = 'a' then u.visitor_id:::account_id_type end, p_entity_type, p_entity_id, p_until)
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.account_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 'a'
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, null, null
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.account_id is not null
      and (pv.account_id, pv.entity_type) >= (case when u.kind = 'a' then u.visitor_id:::account_id_type end, p_entity_type) and (pv.account_id, pv.entity_type) <= (case when u.kind = 'a' then u.visitor_id:::account_id_type end, p_entity_type)
      and (pv.entity_id is null) is true and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.account_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 'a' and p_entity_id = :no_entity
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, null, null
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (case when u.kind = 's' then u.visitor_id:::session_id_type end, p_entity_type, p_entity_id, p_from)
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (case when u.kind = 's' then u.visitor_id:::session_id_type end, p_entity_type, p_entity_id, p_until)
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.session_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 's'
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, null, null
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.session_id, pv.entity_type) >= (case when u.kind = 's' then u.visitor_id:::session_id_type end, p_entity_type) and (pv.session_id, pv.entity_type) <= (case when u.kind = 's' then u.visitor_id:::session_id_type end, p_entity_type)
      and (pv.entity_id is null) is true and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.session_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 's' and p_entity_id = :no_entity
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, null, null
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.visitor_id is not null and pv.account_id is null
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (case when u.kind = 'v' then u.visitor_id:::session_id_type end, p_entity_type, p_entity_id, p_from)
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (case when u.kind = 'v' then u.visitor_id:::session_id_type end, p_entity_type, p_entity_id, p_until)
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.visitor_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 'v'
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, null, null
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.visitor_id is not null and pv.account_id is null
      and (pv.visitor_id, pv.entity_type) >= (case when u.kind = 'v' then u.visitor_id:::session_id_type end, p_entity_type) and (pv.visitor_id, pv.entity_type) <= (case when u.kind = 'v' then u.visitor_id:::session_id_type end, p_entity_type)
      and (pv.entity_id is null) is true and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.visitor_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 'v' and p_entity_id = :no_entity
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, v.entity_type, v.entity_id
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select g.* from :schema.visits_to_group(
      p_entity_type, p_entity_id, u.kind, u.visitor_id, p_from, p_until, p_time_zone, p_start_date, p_end_date
    ) g
    order by g.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where :schema.is_group_type(p_entity_type);
end;`,
  },
  {
    name: "columns_of_visitors",
    file: "functions/reading/visitor-columns.sql",
    line: 120,
    sql: `-- A column each as a JSON array, in the order of the visitors; instants in UTC with all their digits. Of the latest visits
-- as well, which visit_places gives to their visitors; without page views there are none. Those of sealed months may be gone: visits_from says
-- from which date on all are there. NULL where there is nothing. entities: of a group, how many of its entities each viewed, unless page views
-- of these dates may be gone.
create or replace function :schema.columns_of_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.listed_visitor[],
  p_start_date date, p_end_date date, p_visits_limit integer,
  out kinds text, out account_ids text, out refs text, out visit_counts text, out days_visited text, out first_visits text,
  out last_visits text, out avg_times_on_page text, out visit_places text, out visit_times text, out visit_referrers text,
  out visits_from text, out entities text, out visit_entity_types text, out visit_entity_ids text
)
language plpgsql stable
:settings_of_readers
set timezone = 'UTC'
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_sealed_before date := (select s.sealed_before from :schema.analytics_settings s);
  -- the index gets a day's margin; outside the years 1 to 9999 nothing is counted
  v_from timestamptz := greatest(
    p_start_date::timestamp at time zone v_time_zone - interval '1 day', timestamptz '0001-01-02 00:00:00+00'
  );
  v_until timestamptz := least(
    p_end_date::timestamp at time zone v_time_zone + interval '2 days', timestamptz '9999-12-31 00:00:00+00'
  );
begin
  if p_start_date < v_sealed_before then
    visits_from := v_sealed_before::text;
    p_start_date := v_sealed_before;
    v_from := greatest(v_from, v_sealed_before::timestamp at time zone v_time_zone - interval '1 day');
  end if;
  select
    json_agg(v.kind), json_agg(case when v.kind = 'a' then v.visitor_id::text end),
    json_agg(v.ref), json_agg(v.visit_count), json_agg(v.days_visited),
    json_agg(v.first_visit::timestamp), json_agg(v.last_visit::timestamp), json_agg(v.avg_time_on_page)
  into kinds, account_ids, refs, visit_counts, days_visited, first_visits, last_visits, avg_times_on_page
  from (
    select
      u.kind, u.visitor_id, u.visit_count, u.days_visited, u.avg_time_on_page, r.ref,
      case when u.kind = 'n' then date_trunc('day', u.first_visit, v_time_zone) else u.first_visit end as first_visit,
      case when u.kind = 'n' then date_trunc('day', u.last_visit, v_time_zone) else u.last_visit end as last_visit
    from unnest(p_visitors) with ordinality u
    join :schema.refs_of_visitors(p_entity_type, p_entity_id, p_visitors) r on r.place = u.ordinality
    order by u.ordinality
  ) v;

  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    v_time_zone := null;
  end if;
  if :schema.is_group_type(p_entity_type) then
    entities := case
      when visits_from is null then :schema.entities_of_visitors(
        p_entity_type, p_entity_id, p_visitors, v_from, v_until, v_time_zone, p_start_date, p_end_date
      )
      else (select json_agg(null::integer)::text from unnest(p_visitors))
    end;
  end if;
  select
    json_agg(v.place), json_agg(v.viewed_at::timestamp), json_agg(v.referrer_url),
    json_agg(v.entity_type) filter (where v.entity_type is not null),
    json_agg(nullif(v.entity_id, :no_entity)::text) filter (where v.entity_type is not null)
  into visit_places, visit_times, visit_referrers, visit_entity_types, visit_entity_ids
  from (
    select
      l.*,
      row_number() over (partition by l.place order by l.viewed_at desc, l.referrer_url, l.entity_type collate "C", l.entity_id) as nth
    from :schema.latest_visits(
      p_entity_type, p_entity_id, p_visitors, v_from, v_until, v_time_zone, p_start_date, p_end_date, p_visits_limit
    ) l
    order by l.place, l.viewed_at desc, l.referrer_url, l.entity_type collate "C", l.entity_id
  ) v
  where v.nth <= p_visits_limit;
end
$$;`,
  },
  {
    name: "columns_of_page",
    file: "functions/reading/visitor-columns.sql",
    line: 195,
    sql: `-- A page of the list with the latest p_visits_limit page views of each visitor; without p_with_names no account has a name or an id. For
-- the other arguments see list_visitors; p_after_ref: who p_after is, where that is nobody with an account;
-- when nobody has it, there is no row; end_ref: what to go on behind, where the page ends with somebody without a name. Of the first page it says how many may not be seen. In SQL, so that the host's view of accounts
-- runs with the search_path of the host.
create or replace function :schema.columns_of_page(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_search text, p_sort text, p_after :schema.listed_visitor, p_after_ref text, p_limit integer,
  p_visits_limit integer, p_with_names boolean default true
) returns table (
  kinds text, account_ids text, refs text, end_ref text, usernames text, display_names text, viewers text, visit_counts text, days_visited text,
  first_visits text, last_visits text, avg_times_on_page text, visit_places text, visit_times text, visit_referrers text,
  visits_from text, entities text, visit_entity_types text, visit_entity_ids text,
  hidden_visitors double precision, hidden_views double precision, live boolean, pending_changes integer, folded_through text
)
language sql stable
begin atomic
  select
    c.kinds, c.account_ids, c.refs,
    -- a page ends one before the last, which says that there is a next one
    case
      when (v.visitors[p_limit - 1]).kind = 'n' then (
        select r.ref
        from :schema.refs_of_visitors(
          p_entity_type, coalesce(p_entity_id, :no_entity),
          array[
            row(
              'p', (v.visitors[p_limit - 1]).visitor_id, (v.visitors[p_limit - 1]).visit_count, null,
              (v.visitors[p_limit - 1]).first_visit, (v.visitors[p_limit - 1]).last_visit, null
            ):::schema.listed_visitor
          ]
        ) r
      )
    end,
    n.usernames, n.display_names,
    case when s.viewer_attributes <> '{}' then :schema.attributes_of_visitors(v.visitors, s.viewer_attributes) end,
    c.visit_counts, c.days_visited, c.first_visits, c.last_visits, c.avg_times_on_page, c.visit_places, c.visit_times, c.visit_referrers,
    c.visits_from, c.entities, c.visit_entity_types, c.visit_entity_ids, h.hidden[1], h.hidden[2], l.is_live, l.pending_changes, :schema.instant_text(l.folded_through)
  from (
    select case
      when p_after_ref is null then p_after
      else :schema.visitor_of_ref(p_entity_type, coalesce(p_entity_id, :no_entity), p_after_ref, p_after)
    end as visitor
  ) a
  cross join lateral :schema.list_visitors(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_search, p_sort, a.visitor, p_limit
  ) l
  cross join lateral (
    select case when p_with_names then l.visitors else :schema.visitors_without_names(l.visitors) end as visitors
    offset 0
  ) v
  cross join lateral :schema.columns_of_visitors(
    p_entity_type, coalesce(p_entity_id, :no_entity), v.visitors, p_start_date, p_end_date, p_visits_limit
  ) c
  cross join lateral (
    select json_agg(a.username)::text as usernames, json_agg(a.display_name)::text as display_names
    from :schema.named_visitors(v.visitors) a
  ) n
  cross join :schema.analytics_settings s
  -- of the first page only: it is the same for all
  cross join lateral (
    select
      case
        -- a row with a NULL in it is neither null nor not null
        when not (p_after is null) or p_after_ref is not null then null
        when :schema.has_visibility() then :schema.hidden_visitors(p_entity_type, p_entity_id, p_start_date, p_end_date)
        else '{0,0}'
      end as hidden
  ) h
  where p_after_ref is null or not a.visitor is null;
end;`,
  },
  {
    name: "visitors_after",
    file: "functions/reading/visitors-after.sql",
    line: 1,
    sql: `-- Visitors as they are when what is pending is added to what is stored of them, without storing it. p_days: what pending
-- changes do to the visitor-days that they touch, and to the stored neighbours of those.

-- How are the visitors of these days afterwards, over all time? visit_count is 0 for those of whom nothing is left.
create or replace function :schema.visitors_after(p_days :schema.visitor_day_delta[]) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
as $$
begin
  if p_days = '{}' then
    return;
  end if;
  return query
  select
    t.kind, t.visitor_id,
    case when v.kind is null then 0 else coalesce(v.visit_count, 1) end + coalesce(c.views, 0)::bigint,
    case when v.kind is null then 0 else coalesce(v.days_visited, 1) end + coalesce(c.days, 0)::bigint,
    coalesce(c.first_visit, v.first_visit), coalesce(c.last_visit, v.last_visit, v.first_visit),
    round(
      (coalesce(v.time_total, 0) + coalesce(c.time_total, 0))::numeric
        / nullif(coalesce(v.timed_views, 0) + coalesce(c.timed_views, 0), 0),
      2
    )
  from (select distinct d.entity_type, d.entity_id, d.kind, d.visitor_id from unnest(p_days) d) t
  -- without a change when what is pending cancels out
  left join :schema.visitor_changes(p_days) c
    on c.visitor_id = t.visitor_id and c.kind = t.kind and c.entity_id = t.entity_id and c.entity_type = t.entity_type
  left join lateral :schema.visitor_at(t.entity_type, t.entity_id, t.kind, t.visitor_id) v on true;
end
$$;`,
  },
  {
    name: "visitor_days_after",
    file: "functions/reading/visitors-after.sql",
    line: 32,
    sql: `-- Which visitor-days of these dates has the entity afterwards? Who came once has no row of a day: it is that of the visit.
create or replace function :schema.visitor_days_after(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_days :schema.visitor_day_delta[]
) returns table (
  kind "char", visitor_id :visitor_id_type, views integer, timed_views integer, time_total bigint,
  first_view timestamptz, last_view timestamptz
)
language sql stable
begin atomic
  select d.kind, d.visitor_id, d.views, coalesce(d.timed_views, 0), coalesce(d.time_total, 0), d.first_view, d.last_view
  from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
    and (d.visitor_id, d.kind, d.date) not in (select e.visitor_id, e.kind, e.date from unnest(p_days) e)
  union all
  select v.kind, v.visitor_id, 1, coalesce(v.timed_views, 0), coalesce(v.time_total, 0), v.first_visit, v.first_visit
  from :schema.singles_of(p_entity_type, p_entity_id, p_start_date, p_end_date) v
  where (v.visitor_id, v.kind) not in (select e.visitor_id, e.kind from unnest(p_days) e)
  union all
  select
    e.kind, e.visitor_id, (e.after).views, (e.after).timed_views, (e.after).time_total, (e.after).first_view, (e.after).last_view
  from unnest(p_days) e
  where (e.after).views > 0 and e.date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "visitors_after_on_dates",
    file: "functions/reading/visitors-after.sql",
    line: 56,
    sql: `-- How are the visitors of these days afterwards, on these dates? visit_count is 0 for those who have no view then.
create or replace function :schema.visitors_after_on_dates(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_days :schema.visitor_day_delta[]
) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
as $$
begin
  if p_days = '{}' then
    return;
  end if;
  return query
  select
    d.kind, d.visitor_id, sum(d.views), count(*) filter (where d.views > 0), min(d.first_view), max(d.last_view),
    round(sum(d.time_total) / nullif(sum(d.timed_views), 0), 2)
  from (
    select e.kind, e.visitor_id, 0 as views, 0 as timed_views, 0::bigint as time_total, null::timestamptz as first_view, null::timestamptz as last_view
    from unnest(p_days) e
    union all
    select e.kind, e.visitor_id, (e.after).views, (e.after).timed_views, (e.after).time_total, (e.after).first_view, (e.after).last_view
    from unnest(p_days) e
    where (e.after).views > 0 and e.date between p_start_date and p_end_date
    union all
    select s.kind, s.visitor_id, s.views, coalesce(s.timed_views, 0), coalesce(s.time_total, 0), s.first_view, s.last_view
    from (select distinct e.kind, e.visitor_id from unnest(p_days) e) t
    cross join lateral :schema.visitor_days_between(
      p_entity_type, p_entity_id, t.kind, t.visitor_id, p_start_date, p_end_date
    ) s
    where (s.visitor_id, s.kind, s.date) not in (select e.visitor_id, e.kind, e.date from unnest(p_days) e)
  ) d
  group by d.kind, d.visitor_id;
end
$$;`,
  },
  {
    name: "latest_newcomers",
    file: "functions/reading/visitors-by-time.sql",
    line: 1,
    sql: `-- Who came last, or for the first time last? Found from the end of the dates backwards, and read no further than needed.
--
-- Both indexes have dates, of which all is read and sorted by instants. With enable_sort on, the planner, who expects few
-- visitors of an entity, would read and sort all that it ever had, however few are asked for: 300 ms of a big one in the
-- place of 2. Only an incremental sort is left to it.

-- Who viewed the entity for the first time on these dates, not before p_since, and comes behind p_after? The latest
-- p_limit. p_once: only who never came back.
create or replace function :schema.latest_newcomers(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_since timestamptz, p_once boolean,
  p_is_account boolean, p_accounts :visitor_id_type[], p_sort text, p_after :schema.listed_visitor, p_limit integer,
  p_touched :schema.listed_visitor[]
) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_is_all_time boolean := p_start_date = '-infinity' and p_end_date = 'infinity';
  -- the index has dates of UTC: those of the time zone are a day off, at most
  v_first_key bigint := greatest(
    :schema.entity_date_key(p_entity_type, p_entity_id, p_start_date - 1),
    :schema.entity_date_key(p_entity_type, p_entity_id, (p_since at time zone 'UTC')::date)
  );
  v_last_key bigint := least(
    :schema.entity_date_key(p_entity_type, p_entity_id, p_end_date + 1),
    :schema.entity_day_key(
      p_entity_type, p_entity_id, case when p_sort = 'first_visit' then (p_after).first_visit else (p_after).last_visit end
    )
  );
begin
  return query
  select (:schema.listed(v)).*
  from (
    select v.* from :schema.analytics_entity_visitors v
    where :schema.entity_day_key(v.entity_type, v.entity_id, v.first_visit) between v_first_key and v_last_key
      and v.entity_id is not distinct from p_entity_id and v.entity_type is not distinct from p_entity_type
      and (not p_once or v.visit_count is null)
      and v.first_visit >= p_since
      and (v_is_all_time or (v.first_visit at time zone v_time_zone)::date between p_start_date and p_end_date)
      and :schema.is_behind(p_sort, p_after, coalesce(v.visit_count, 1), v.first_visit, v.kind, v.visitor_id)
      and (p_is_account is null or (v.kind = 'a') = p_is_account)
      and (p_accounts is null or v.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
      and (v.visitor_id, v.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
    order by
      :schema.entity_day_key(v.entity_type, v.entity_id, v.first_visit) desc, v.first_visit desc,
      coalesce(v.visit_count, 1) desc, v.kind desc, v.visitor_id
    limit p_limit
  ) v;
end
$$;`,
  },
  {
    name: "latest_visitor_days",
    file: "functions/reading/visitors-by-time.sql",
    line: 56,
    sql: `-- Of those with more than one view ever: which of their days may be the last of these dates, or the first where they are
-- sorted by first_visit, or with visit_count the only one and one view? From its last or first view, not after p_until,
-- the latest p_limit, date by date, and those who share the last one's instant.
create or replace function :schema.latest_visitor_days(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_sort text, p_until timestamptz, p_limit integer,
  p_touched :schema.listed_visitor[]
) returns setof :schema.analytics_visitor_days
language plpgsql stable
:settings_of_readers
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  -- a day more, for dates are labels of local time: where clocks are set back, the next one may have begun earlier
  v_end_date date := least(p_end_date, (p_until at time zone v_time_zone)::date + 1);
begin
  if p_sort = 'first_visit' then
    return query
    select d.*
    from :schema.analytics_visitor_days d
    where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and v_end_date
      and d.first_view <= p_until and coalesce(d.prev_date < p_start_date, true)
      and (p_is_account is null or (d.kind = 'a') = p_is_account)
      and (p_accounts is null or d.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
      and (d.visitor_id, d.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
    order by d.date desc, d.first_view desc
    fetch first p_limit rows with ties;
    return;
  end if;

  -- from the index alone, so that first_view is not known
  return query
  select
    d.last_view, d.last_view, null::bigint, d.date, d.prev_date, d.views, null::integer, null::integer, d.kind, d.visitor_id,
    d.entity_id, d.entity_type
  from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and v_end_date
    and d.last_view <= p_until
    and (p_sort = 'last_visit' or d.views = 1 and coalesce(d.prev_date < p_start_date, true))
    and (p_is_account is null or (d.kind = 'a') = p_is_account)
    and (p_accounts is null or d.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
    and (d.visitor_id, d.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
  order by d.date desc, d.last_view desc
  fetch first p_limit rows with ties;
end
$$;`,
  },
  {
    name: "visitors_by_time",
    file: "functions/reading/visitors-by-time.sql",
    line: 106,
    sql: `-- Who came last on these dates, behind p_after? The latest p_limit: by last_visit or by first_visit, or by visit_count,
-- of those who came once on these dates. Visitors of p_touched are left out. NULL when they are so scattered
-- that counting everybody would end sooner, p_furthest visitor-days back.
create or replace function :schema.visitors_by_time(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_sort text, p_after :schema.listed_visitor, p_limit integer,
  p_touched :schema.listed_visitor[], p_furthest bigint
) returns :schema.listed_visitor[]
language plpgsql stable
:settings_of_readers
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_until timestamptz := coalesce(
    case when p_sort = 'first_visit' then (p_after).first_visit else (p_after).last_visit end, 'infinity'
  );
  v_limit integer := p_limit;
  v_needed bigint;
  v_days :schema.analytics_visitor_days[];
  v_last timestamptz;
  v_since timestamptz;
  v_once :schema.listed_visitor[];
  v_returning :schema.listed_visitor[];
  v_found :schema.listed_visitor[];
begin
  -- over all time, nobody who came back came once, and a visitor's first visit is in the row
  if p_start_date = '-infinity' and p_end_date = 'infinity' and p_sort <> 'last_visit' then
    return array(
      select n
      from :schema.latest_newcomers(
        p_entity_type, p_entity_id, p_start_date, p_end_date, '-infinity', p_sort = 'visit_count',
        p_is_account, p_accounts, p_sort, p_after, p_limit, p_touched
      ) n
    );
  end if;

  loop
    v_days := array(
      select d
      from :schema.latest_visitor_days(
        p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_accounts, p_sort, v_until, v_limit, p_touched
      ) d
    );
    -- all are known since the last of them, and where clocks were set back since the last view of the date before
    v_since := '-infinity';
    if cardinality(v_days) >= v_limit then
      v_last := case when p_sort = 'first_visit' then (v_days[v_limit]).first_view else (v_days[v_limit]).last_view end;
      v_since := greatest(v_last, (
        select max(d.last_view) + interval '1 microsecond' from :schema.analytics_visitor_days d
        where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date = (v_days[v_limit]).date - 1
      ));
    end if;
    v_once := array(
      select n
      from :schema.latest_newcomers(
        p_entity_type, p_entity_id, p_start_date, p_end_date, v_since, true,
        p_is_account, p_accounts, p_sort, p_after, v_limit, p_touched
      ) n
    );
    v_since := greatest(v_since, (v_once[v_limit]).first_visit);
    v_returning := array(
      select row(d.kind, d.visitor_id, null, null, null, null, null):::schema.listed_visitor
      from unnest(v_days) d
      where case when p_sort = 'first_visit' then d.first_view >= v_since else d.last_view >= v_since end
        and (p_sort = 'first_visit' or d.date = p_end_date or not exists (
          select 1 from :schema.visitor_day_after(p_entity_type, p_entity_id, d.kind, d.visitor_id, d.date) n
          where n.date <= p_end_date
        ))
    );
    v_found := v_once || array(
      select v
      from :schema.visitors_on_dates(p_entity_type, p_entity_id, p_start_date, p_end_date, v_returning) v
    );
    v_found := array(select f from :schema.first_visitors(v_found, p_sort, p_after, p_limit) f);
    if cardinality(v_found) = p_limit or v_since = '-infinity' then
      return v_found;
    end if;
    -- as many as it takes when it goes on like this, and half as many again
    v_needed := 1.5 * v_limit * p_limit / greatest(cardinality(v_found), 1);
    if v_needed > p_furthest then
      return null;
    end if;
    v_limit := v_needed;
  end loop;
end
$$;`,
  },
  {
    name: "visitors_new_since",
    file: "functions/reading/visitors-new-since.sql",
    line: 1,
    sql: `-- Before which date had visitors come last who were forgotten, and are new when they come back? NULL where nobody was forgotten, or a range
-- that ends on p_end_date ends before it.
create or replace function :schema.visitors_new_since(p_end_date date) returns date
language plpgsql stable
:settings_of_readers
as $$
begin
  return (select s.forgotten_before from :schema.analytics_settings s where s.forgotten_before <= p_end_date);
end
$$;`,
  },
  {
    name: "listed",
    file: "functions/reading/visitors-on-dates.sql",
    line: 1,
    sql: `-- Visitors as a list shows them, of all time or of some dates. From -infinity to infinity it is all time.

-- What a list shows of a stored visitor, over all time. Written as (listed(v)).*, it is inlined; in FROM, it would be called for
-- each row, which takes longer than to read one.
create or replace function :schema.listed(p_visitor :schema.analytics_entity_visitors) returns :schema.listed_visitor
language sql immutable parallel safe
begin atomic
  select row(
    (p_visitor).kind, (p_visitor).visitor_id, coalesce((p_visitor).visit_count, 1), coalesce((p_visitor).days_visited, 1),
    (p_visitor).first_visit, coalesce((p_visitor).last_visit, (p_visitor).first_visit),
    round(coalesce((p_visitor).time_total, 0)::numeric / nullif((p_visitor).timed_views, 0), 2)
  ):::schema.listed_visitor;
end;`,
  },
  {
    name: "visitors_on_dates",
    file: "functions/reading/visitors-on-dates.sql",
    line: 15,
    sql: `-- How often was each of these visitors there on these dates, when first, when last, and how long on average? They have more
-- than one view of the entity, ever.
create or replace function :schema.visitors_on_dates(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_visitors :schema.listed_visitor[]
) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
as $$
begin
  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    return query
    select (:schema.listed(v)).*
    from unnest(p_visitors) u
    cross join lateral :schema.visitor_at(p_entity_type, p_entity_id, u.kind, u.visitor_id) v;
    return;
  end if;
  return query
  select u.kind, u.visitor_id, d.visit_count, d.days_visited, d.first_visit, d.last_visit, d.avg_time_on_page
  from unnest(p_visitors) u
  cross join lateral (
    select
      sum(d.views) as visit_count, count(*) as days_visited, min(d.first_view) as first_visit, max(d.last_view) as last_visit,
      round(coalesce(sum(d.time_total), 0) / nullif(sum(d.timed_views), 0), 2) as avg_time_on_page
    from :schema.visitor_days_between(p_entity_type, p_entity_id, u.kind, u.visitor_id, p_start_date, p_end_date) d
  ) d
  where d.visit_count > 0;
end
$$;`,
  },
  {
    name: "accounts_on_dates",
    file: "functions/reading/visitors-on-dates.sql",
    line: 44,
    sql: `-- Which of these accounts viewed the entity on these dates? Each is looked up.
create or replace function :schema.accounts_on_dates(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_accounts :visitor_id_type[]
) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_found :schema.listed_visitor[] := array(
    select :schema.listed(v)
    from (select distinct a.visitor_id from unnest(p_accounts) a (visitor_id)) a
    cross join lateral :schema.visitor_at(p_entity_type, p_entity_id, 'a', a.visitor_id) v
  );
begin
  return query
  select f.* from unnest(v_found) f
  where f.visit_count = 1 and (f.first_visit at time zone v_time_zone)::date between p_start_date and p_end_date
  union all
  select d.*
  from :schema.visitors_on_dates(
    p_entity_type, p_entity_id, p_start_date, p_end_date, array(select f from unnest(v_found) f where f.visit_count > 1)
  ) d;
end
$$;`,
  },
  {
    name: "dates_of_visitors",
    file: "functions/reading/visitors-together.sql",
    line: 1,
    sql: `-- How many visitors several entities have together, each counted once.

-- On which dates up to this one was each visitor at these entities? With all that is pending: p_days is what it does to visitor-days.
create or replace function :schema.dates_of_visitors(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_end_date date, p_days :schema.visitor_day_delta[]
) returns table (kind "char", visitor_id :visitor_id_type, date date)
language sql stable
begin atomic
  select v.kind, v.visitor_id, v.date
  from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
  cross join lateral (
    select d.kind, d.visitor_id, d.date
    from :schema.analytics_visitor_days d
    where d.entity_type = e.entity_type and d.entity_id = e.entity_id and d.date <= p_end_date
    union all
    select s.kind, s.visitor_id, (s.first_visit at time zone z.time_zone)::date
    from :schema.reporting_zone() z
    cross join :schema.singles_of(e.entity_type, e.entity_id, '-infinity', p_end_date) s
  ) v
  where (v.visitor_id, v.date, v.kind, e.entity_id, e.entity_type) not in (
    select t.visitor_id, t.date, t.kind, t.entity_id, t.entity_type from unnest(p_days) t
  )
  union all
  select t.kind, t.visitor_id, t.date from unnest(p_days) t where (t.after).views > 0 and t.date <= p_end_date;
end;`,
  },
  {
    name: "visitors_together",
    file: "functions/reading/visitors-together.sql",
    line: 27,
    sql: `-- How many visitors and accounts viewed at least one of these entities on these dates, and how many of them none before? That is counted from
-- all of their visitors up to the last date: known_visitors says how many these entities have had, each for itself, and when it is more than
-- p_max, nothing else is. Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.visitors_together(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_max integer,
  out known_visitors bigint, out visitors bigint, out accounts bigint, out new_visitors bigint, out new_accounts bigint
)
language plpgsql stable
security definer
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_entity_ids :entity_id_type[] := array(
    select coalesce(i.id, :no_entity) from unnest(p_entity_ids) with ordinality i (id, nth) order by i.nth
  );
  v_days :schema.visitor_day_delta[];
begin
  known_visitors := (
    select coalesce(sum(d.visitors - coalesce(d.again_ever, 0)), 0)
    from unnest(p_entity_types, v_entity_ids) e (entity_type, entity_id)
    join :schema.analytics_days d on d.entity_type = e.entity_type and d.entity_id = e.entity_id and d.date <= p_end_date
  );
  if known_visitors > p_max then
    return;
  end if;
  v_days := (:schema.pending_deltas((:schema.pending_of(p_entity_types, v_entity_ids)).of_entities)).days;
  select
    count(*), count(*) filter (where v.kind = 'a'),
    count(*) filter (where v.first_date >= p_start_date), count(*) filter (where v.kind = 'a' and v.first_date >= p_start_date)
  into visitors, accounts, new_visitors, new_accounts
  from (
    select d.kind, min(d.date) as first_date
    from :schema.dates_of_visitors(p_entity_types, v_entity_ids, p_end_date, v_days) d
    group by d.kind, d.visitor_id
    having max(d.date) >= p_start_date
  ) v;
end
$$;`,
  },
  {
    name: "entities_of_visitors",
    file: "functions/reading/visits-to-group.sql",
    line: 32,
    sql: `-- How many entities of a group has each of these visitors seen? One statement for all: of a hundred visitors, calls took longer than what they read.
create or replace function :schema.entities_of_visitors(
  p_group_type text, p_group_id :entity_id_type, p_visitors :schema.listed_visitor[], p_from timestamptz, p_until timestamptz,
  p_time_zone text, p_start_date date, p_end_date date
) returns text
language plpgsql stable
:settings_of_readers
set enable_seqscan = off
as $$
begin
  return (
    select json_agg(e.entities order by u.ordinality)::text
    from unnest(p_visitors) with ordinality u
    cross join lateral (
      select count(distinct row(v.entity_type::text, coalesce(v.entity_id:::entity_id_type, :no_entity))) as entities
      from (
        select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at from :page_view_rows pv
        where u.kind in ('a', 'n') and pv.account_id = u.visitor_id:::account_id_type
        union all
        select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at from :page_view_rows pv
        where u.kind = 's' and pv.session_id = u.visitor_id:::session_id_type and pv.account_id is null and pv.visitor_id is null
        union all
        select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at from :page_view_rows pv
        where u.kind = 'v' and pv.visitor_id = u.visitor_id:::session_id_type and pv.account_id is null
      ) v
      where v.viewed_at >= p_from and v.viewed_at < p_until and not :schema.is_group_type(v.entity_type)
        and (p_time_zone is null or (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
        and :schema.is_of_group(p_group_type, p_group_id, v.entity_type, v.owner_id)
    ) e
  );
end
$$;`,
  },
  {
    name: "detachable_partitions",
    file: "functions/retention/detach.sql",
    line: 1,
    sql: `-- Pruning whole partitions: they are detached, and no row of them is deleted. CONCURRENTLY would wait for writers beside them, but Postgres
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
        case when a.attnum > 0 then coalesce(substring(x.bound from $re$ FROM \\('([^']+)'\\)$re$)::timestamptz, '-infinity') end as viewed_from,
        case when a.attnum > 0 then substring(x.bound from $re$ TO \\('([^']+)'\\)$$re$)::timestamptz end as viewed_until
      from (select pg_get_expr(c.relpartbound, c.oid) as bound) x
    ) b
    where not t.is_old
  )
  select t.parent::regclass, t.relid::regclass, t.viewed_from, t.viewed_until
  from tables t
  where t.is_old
  order by t.viewed_until, t.relid;
end;`,
  },
  {
    name: "has_partitions_by_time",
    file: "functions/retention/detach.sql",
    line: 48,
    sql: `-- Are page views partitioned by ranges of time, at any depth?
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
end;`,
  },
  {
    name: "count_detachable",
    file: "functions/retention/detach.sql",
    line: 63,
    sql: `-- How many page views do these partitions have, and what do they weigh with their indexes?
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
end;`,
  },
  {
    name: "remember_page_views",
    file: "functions/retention/detach.sql",
    line: 79,
    sql: `-- Remember whose sessions and browsers the page views of these instants were, all of them sealed, and when nobody viewed what: see
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
$$;`,
  },
  {
    name: "detach_partition",
    file: "functions/retention/detach.sql",
    line: 136,
    sql: `-- Detach this partition, of which all dates are sealed: it is a table of the host's then, without our triggers, and its page views stay
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
$$;`,
  },
  {
    name: "visitors_last_seen_before",
    file: "functions/retention/forget.sql",
    line: 1,
    sql: `-- Forgetting: who was not seen for long is made anonymous. Views and visitors stay as many, and who comes back is new.

-- Which accounts ('a') or visitor_ids ('v') were seen last before an instant? In the order of their ids, those that follow p_after (NULL: from
-- the first one), about p_limit views of them. Everybody's rows are read: those of one visitor are found by entity only.
create or replace function :schema.visitors_last_seen_before(
  p_kind "char", p_before timestamptz, p_after :visitor_id_type, p_limit integer
) returns :visitor_id_type[]
language plpgsql stable
:settings_of_writers
set enable_seqscan = on
as $$
begin
  return array(
    select c.visitor_id
    from (
      select
        g.visitor_id,
        sum(g.views) over (order by g.visitor_id rows between unbounded preceding and 1 preceding) as views_before
      from (
        select v.visitor_id, coalesce(sum(coalesce(v.visit_count, 1)) filter (where not :schema.is_group_type(v.entity_type)), 0) as views
        from :schema.analytics_entity_visitors v
        where v.kind = p_kind and (p_after is null or v.visitor_id > p_after)
          -- an account's id need not be one of a session
          and case when v.kind = 'v' then not :schema.is_random_id(v.visitor_id:::session_id_type) else true end
        group by v.visitor_id
        having max(coalesce(v.last_visit, v.first_visit)) < p_before
        order by v.visitor_id
        limit p_limit
      ) g
    ) c
    where coalesce(c.views_before, 0) < p_limit
    order by c.visitor_id
  );
end
$$;`,
  },
  {
    name: "visitors_seen_since",
    file: "functions/retention/forget.sql",
    line: 37,
    sql: `-- Which of these visitor_ids were seen at an instant or later?
create or replace function :schema.visitors_seen_since(p_visitor_ids :session_id_type[], p_since timestamptz)
returns :session_id_type[]
language plpgsql stable
:settings_of_writers
set enable_seqscan = on
as $$
begin
  return array(
    select distinct k.id
    from unnest(p_visitor_ids) k (id)
    join :schema.analytics_entity_visitors v on v.kind = 'v' and v.visitor_id = k.id:::visitor_id_type
    where coalesce(v.last_visit, v.first_visit) >= p_since
  );
end
$$;`,
  },
  {
    name: "sessions_last_seen_before",
    file: "functions/retention/forget.sql",
    line: 54,
    sql: `-- Which sessions of no account were seen last before an instant? In the order of their ids: see visitors_last_seen_before.
create or replace function :schema.sessions_last_seen_before(p_before timestamptz, p_after :session_id_type, p_limit integer)
returns :session_id_type[]
language plpgsql stable
:settings_of_writers
as $$
begin
  return array(
    select c.session_id
    from (
      select
        g.session_id, sum(g.total_views) over (order by g.session_id rows between unbounded preceding and 1 preceding) as views_before
      from (
        select s.session_id, s.total_views
        from :schema.visitor_sessions s
        where (p_after is null or s.session_id > p_after)
          and s.last_seen_at < p_before and s.account_id is null and s.total_views > 0 and not :schema.is_random_id(s.session_id)
        order by s.session_id
        limit p_limit
      ) g
    ) c
    where coalesce(c.views_before, 0) < p_limit
    order by c.session_id
  );
end
$$;`,
  },
  {
    name: "forgettable_people",
    file: "functions/retention/forget.sql",
    line: 81,
    sql: `-- Who was not seen since p_before, about p_limit views of them, behind a position (NULL: from the beginning)? next_position is NULL behind the
-- last one. p_kind: 'account', with the sessions and browsers that are linked to no other account; 'anonymous', those that are linked to none; or
-- 'all'.
--
-- Sessions and browsers that anonymous views have together go together: of one that stays, nothing is to change.
create or replace function :schema.forgettable_people(
  p_kind text, p_before date, p_position jsonb, p_limit integer,
  out account_ids :account_id_type[], out session_ids :session_id_type[], out visitor_ids :session_id_type[], out next_position jsonb
)
language plpgsql stable
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_before timestamptz := p_before::timestamp at time zone (select z.time_zone from :schema.reporting_zone() z);
  v_phase text := coalesce(p_position ->> 'phase', case p_kind when 'anonymous' then 'visitors' else 'accounts' end);
  v_after text := p_position ->> 'after';
  v_last text;
  v_found_ids :session_id_type[] := '{}';
  v_new_session_ids :session_id_type[];
  v_new_visitor_ids :session_id_type[];
  v_paired_session_ids :session_id_type[];
  v_paired_visitor_ids :session_id_type[];
  v_staying_session_ids :session_id_type[];
  v_staying_visitor_ids :session_id_type[];
begin
  if p_kind is null or p_kind not in ('anonymous', 'account', 'all') then
    raise exception 'p_kind must be anonymous, account or all, and is %', coalesce(p_kind, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  account_ids := '{}';
  session_ids := '{}';
  visitor_ids := '{}';
  if v_phase = 'accounts' then
    account_ids := :schema.visitors_last_seen_before('a', v_before, v_after:::visitor_id_type, p_limit):::account_id_type[];
    v_last := account_ids[cardinality(account_ids)]::text;
    -- what is pending is in page views
    account_ids := array(
      select k.id from unnest(account_ids) k (id)
      where k.id not in (
        select pv.account_id:::account_id_type from :page_view_rows pv
        where pv.account_id = any (account_ids) and pv.viewed_at >= v_before and pv.viewed_at < 'infinity'
      )
      order by k.id
    );
    if account_ids <> '{}' then
      select l.p_session_ids, l.p_visitor_ids into session_ids, visitor_ids from :schema.linked_ids(account_ids, '{}', '{}') l;
    end if;
  elsif v_phase = 'visitors' then
    v_found_ids := :schema.visitors_last_seen_before('v', v_before, v_after:::visitor_id_type, p_limit):::session_id_type[];
    visitor_ids := v_found_ids;
    v_last := visitor_ids[cardinality(visitor_ids)]::text;
  else
    session_ids := :schema.sessions_last_seen_before(v_before, v_after:::session_id_type, p_limit);
    v_last := session_ids[cardinality(session_ids)]::text;
  end if;
  next_position := case
    when v_last is not null then jsonb_build_object('phase', v_phase, 'after', v_last)
    when v_phase = 'accounts' and p_kind = 'all' then '{"phase": "visitors"}'
    when v_phase = 'visitors' then '{"phase": "sessions"}'
  end;

  v_new_session_ids := session_ids;
  v_new_visitor_ids := visitor_ids;
  while v_new_session_ids <> '{}' or v_new_visitor_ids <> '{}' loop
    v_paired_session_ids := array(
      select pv.session_id:::session_id_type from :page_view_rows pv
      where pv.visitor_id = any (v_new_visitor_ids) and pv.account_id is null and pv.session_id is not null
      except
      select k.id from unnest(session_ids) k (id)
    );
    v_paired_visitor_ids := array(
      select pv.visitor_id:::session_id_type from :page_view_rows pv
      where pv.session_id = any (v_new_session_ids) and pv.account_id is null and pv.visitor_id is not null
      except
      select k.id from unnest(visitor_ids) k (id)
    );
    v_new_session_ids := v_paired_session_ids;
    v_new_visitor_ids := v_paired_visitor_ids;
    session_ids := session_ids || v_new_session_ids;
    visitor_ids := visitor_ids || v_new_visitor_ids;
  end loop;

  v_staying_session_ids := array(
    select pv.session_id:::session_id_type from :page_view_rows pv
    where pv.session_id = any (session_ids)
      and (
        (pv.viewed_at >= v_before and pv.viewed_at < 'infinity')
        or (pv.account_id is not null and pv.account_id not in (select k.id from unnest(account_ids) k (id)))
      )
    union
    select s.session_id from :schema.visitor_sessions s
    where s.session_id = any (session_ids)
      and (
        s.last_seen_at >= v_before
        or (s.account_id is not null and s.account_id not in (select k.id from unnest(account_ids) k (id)))
      )
    union
    select l.session_id from :schema.analytics_links l
    where l.session_id = any (session_ids) and l.account_id not in (select k.id from unnest(account_ids) k (id))
  );
  v_staying_visitor_ids := array(
    select pv.visitor_id:::session_id_type from :page_view_rows pv
    where pv.visitor_id = any (visitor_ids)
      and (
        (pv.viewed_at >= v_before and pv.viewed_at < 'infinity')
        or (pv.account_id is not null and pv.account_id not in (select k.id from unnest(account_ids) k (id)))
      )
    union
    select l.visitor_id from :schema.analytics_links l
    where l.visitor_id = any (visitor_ids) and l.account_id not in (select k.id from unnest(account_ids) k (id))
    union
    -- it was decided in an earlier step: they are gone through in the order of all visitors' ids, which is not that of a number
    select k.id from unnest(visitor_ids) k (id)
    where not :schema.is_random_id(k.id)
      and (v_phase = 'sessions' or (v_phase = 'visitors' and k.id:::visitor_id_type <= v_after:::visitor_id_type))
  );
  v_new_visitor_ids := array(
    select k.id from unnest(visitor_ids) k (id) except select k.id from unnest(v_found_ids || v_staying_visitor_ids) k (id)
  );
  if v_new_visitor_ids <> '{}' then
    v_staying_visitor_ids := v_staying_visitor_ids || :schema.visitors_seen_since(v_new_visitor_ids, v_before);
  end if;

  select coalesce(array_agg(p.session_id), '{}'), coalesce(array_agg(p.visitor_id), '{}')
  into v_paired_session_ids, v_paired_visitor_ids
  from (
    select distinct pv.session_id:::session_id_type as session_id, pv.visitor_id:::session_id_type as visitor_id
    from :page_view_rows pv
    where pv.session_id = any (session_ids) and pv.account_id is null and pv.visitor_id is not null
  ) p;
  loop
    v_new_visitor_ids := array(
      select p.visitor_id from unnest(v_paired_session_ids, v_paired_visitor_ids) p (session_id, visitor_id)
      where p.session_id in (select k.id from unnest(v_staying_session_ids) k (id))
      except
      select k.id from unnest(v_staying_visitor_ids) k (id)
    );
    v_staying_visitor_ids := v_staying_visitor_ids || v_new_visitor_ids;
    v_new_session_ids := array(
      select p.session_id from unnest(v_paired_session_ids, v_paired_visitor_ids) p (session_id, visitor_id)
      where p.visitor_id in (select k.id from unnest(v_staying_visitor_ids) k (id))
      except
      select k.id from unnest(v_staying_session_ids) k (id)
    );
    v_staying_session_ids := v_staying_session_ids || v_new_session_ids;
    exit when v_new_session_ids = '{}';
  end loop;
  session_ids := array(
    select k.id from unnest(session_ids) k (id) except select k.id from unnest(v_staying_session_ids) k (id) order by id
  );
  visitor_ids := array(
    select k.id from unnest(visitor_ids) k (id) except select k.id from unnest(v_staying_visitor_ids) k (id) order by id
  );
end
$$;`,
  },
  {
    name: "count_forgettable_step",
    file: "functions/retention/forget.sql",
    line: 238,
    sql: `-- How many would a step of forgetting forget, and how many views of theirs are counted?
create or replace function :schema.count_forgettable_step(
  p_kind text, p_before date, p_position jsonb, p_limit integer,
  out accounts bigint, out visitor_ids bigint, out sessions bigint, out views bigint, out next_position jsonb
)
language plpgsql stable
:settings_of_writers
as $$
declare
  v_people record := :schema.forgettable_people(p_kind, p_before, p_position, p_limit);
begin
  accounts := cardinality(v_people.account_ids);
  visitor_ids := cardinality(v_people.visitor_ids);
  sessions := cardinality(v_people.session_ids);
  next_position := v_people.next_position;
  select coalesce(sum(coalesce(v.visit_count, 1)), 0) into views
  from :schema.stored_visitors_of_people(v_people.account_ids, v_people.session_ids, v_people.visitor_ids) v
  where not :schema.is_group_type(v.entity_type);
end
$$;`,
  },
  {
    name: "forget_visitors_step",
    file: "functions/retention/forget.sql",
    line: 259,
    sql: `-- Forget who was not seen since p_before: see forgettable_people. Says how many accounts, visitor_ids and sessions these were, how many views of theirs
-- stay counted, and where to go on.
create or replace function :schema.forget_visitors_step(
  p_kind text, p_before date, p_position jsonb, p_limit integer, p_receipt uuid, p_actor text,
  out accounts bigint, out visitor_ids bigint, out sessions bigint, out views bigint, out next_position jsonb
)
language plpgsql
:settings_of_writers
as $$
declare
  v_people record;
begin
  perform :schema.begin_erasing();
  v_people := :schema.forgettable_people(p_kind, p_before, p_position, p_limit);
  accounts := cardinality(v_people.account_ids);
  visitor_ids := cardinality(v_people.visitor_ids);
  sessions := cardinality(v_people.session_ids);
  next_position := v_people.next_position;
  views := 0;
  if accounts + visitor_ids + sessions = 0 then
    return;
  end if;
  views := :schema.anonymise_people(v_people.account_ids, v_people.session_ids, v_people.visitor_ids);
  update :schema.analytics_settings s set forgotten_before = p_before where p_before > coalesce(s.forgotten_before, '-infinity');
  perform :schema.note_audit(
    'forget_visitors', jsonb_build_object('kind', p_kind, 'last_seen_before', p_before), views, p_receipt, p_actor
  );
end
$$;`,
  },
  {
    name: "refuse_sealed",
    file: "functions/retention/prune.sql",
    line: 1,
    sql: `-- Pruning: page views of old months are deleted, and what the rollups have of them stays and is sealed.

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
$$;`,
  },
  {
    name: "seal_months",
    file: "functions/retention/prune.sql",
    line: 16,
    sql: `-- Seal all months before this date, which is the first of one: whatever is pending of them is folded before. Nobody folds in the meantime.
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
$$;`,
  },
  {
    name: "begin_pruning",
    file: "functions/retention/prune.sql",
    line: 75,
    sql: `-- Let this transaction delete page views of sealed months, which stay counted, until
create or replace function :schema.begin_pruning() returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.analytics_pruning (transaction_id, before)
  select pg_current_xact_id(), s.sealed_before
  from :schema.analytics_settings s
  where s.sealed_before is not null;
end;`,
  },
  {
    name: "end_pruning",
    file: "functions/retention/prune.sql",
    line: 86,
    sql: `-- it does not any more.
create or replace function :schema.end_pruning() returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  delete from :schema.analytics_pruning p where p.transaction_id = pg_current_xact_id();
end;`,
  },
  {
    name: "page_view_blocks",
    file: "functions/retention/prune.sql",
    line: 94,
    sql: `-- How many blocks has the largest of the tables that page views are in?
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
end;`,
  },
  {
    name: "remember_bounds",
    file: "functions/retention/prune.sql",
    line: 109,
    sql: `-- Remember from when to when nobody viewed these entities and groups, in page views that are going. In their order, so that of two who prune
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
end;`,
  },
  {
    name: "prune_page_views_step",
    file: "functions/retention/prune.sql",
    line: 125,
    sql: `-- Delete about p_limit page views of sealed months, those from a block of the table on. Says how many were deleted, and in which block to go on:
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
$$;`,
  },
  {
    name: "prune_people",
    file: "functions/retention/prune.sql",
    line: 207,
    sql: `-- Delete what came late to sealed months of these people: what is stored of it is made anonymous with all that is older. Its caller
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
$$;`,
  },
  {
    name: "stored_bytes",
    file: "functions/retention/prune.sql",
    line: 236,
    sql: `-- What do page views weigh, with their partitions, and what do all rollups and sessions? In bytes, with their indexes.
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
end;`,
  },
  {
    name: "count_prunable",
    file: "functions/retention/prune.sql",
    line: 263,
    sql: `-- What would pruning to this date free? page_views: how many would be gone, of how many. Sizes as in stored_bytes.
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
end;`,
  },
  {
    name: "is_sealed",
    file: "functions/retention/seals.sql",
    line: 1,
    sql: `-- Sealing months: what is stored of dates whose page views may be gone adds up to a number that every later change keeps up to date. A row
-- that was changed past us makes it another one.

-- Is this instant on a date of a sealed month?
create or replace function :schema.is_sealed(p_viewed_at timestamptz) returns boolean
language sql stable
begin atomic
  select coalesce((p_viewed_at at time zone s.time_zone)::date < s.sealed_before, false) from :schema.analytics_settings s;
end;`,
  },
  {
    name: "digest_of_day",
    file: "functions/retention/seals.sql",
    line: 11,
    sql: `-- Which number stands for an entity's date? When it was written does not count.
create or replace function :schema.digest_of_day(p_day :schema.analytics_days) returns bigint
language sql immutable
begin atomic
  select hash_record_extended(
    row(
      (p_day).entity_type, (p_day).entity_id, (p_day).date, (p_day).hour, (p_day).views, (p_day).visitors, (p_day).accounts,
      (p_day).timed_views, (p_day).time_total, (p_day).entries, (p_day).bounces,
      (p_day).again_ever, (p_day).accounts_again_ever, (p_day).again_in_week, (p_day).accounts_again_in_week,
      (p_day).again_in_month, (p_day).accounts_again_in_month, (p_day).again_in_quarter, (p_day).accounts_again_in_quarter,
      (p_day).again_in_year, (p_day).accounts_again_in_year
    ), 0
  );
end;`,
  },
  {
    name: "digests_of_hours",
    file: "functions/retention/seals.sql",
    line: 26,
    sql: `-- Which numbers stand for the hours of a date that had several? In how many records an hour is does not count.
create or replace function :schema.digests_of_hours(p_row :schema.analytics_hours) returns setof bigint
language sql immutable
begin atomic
  select hash_record_extended(row((p_row).entity_type, (p_row).entity_id, (p_row).date, h.hour, h.sums), 0)
  from (
    select
      (p_row).hours[n][1] as hour,
      array[
        sum((p_row).hours[n][2]), sum((p_row).hours[n][3]), sum((p_row).hours[n][4]::bigint * 1073741824 + (p_row).hours[n][5])::bigint,
        sum((p_row).hours[n][6]), sum((p_row).hours[n][7]), sum((p_row).hours[n][8]), sum((p_row).hours[n][9])
      ] as sums
    from generate_subscripts((p_row).hours, 1) n
    group by 1
  ) h
  where h.sums <> '{0,0,0,0,0,0,0}';
end;`,
  },
  {
    name: "digest_of_visitor_day",
    file: "functions/retention/seals.sql",
    line: 44,
    sql: `-- Which number stands for a visitor's day? The same whether the day has a row of its own or the visitor's row tells it.
create or replace function :schema.digest_of_visitor_day(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type, p_date date,
  p_state :schema.day_state
) returns bigint
language sql immutable
begin atomic
  select hash_record_extended(
    row(
      p_entity_type, p_entity_id, p_kind, p_visitor_id, p_date, (p_state).views, (p_state).timed_views, (p_state).time_total,
      (p_state).hours_seen, (p_state).first_view, (p_state).last_view, (p_state).prev_date
    ), 0
  );
end;`,
  },
  {
    name: "digest_of_session",
    file: "functions/retention/seals.sql",
    line: 59,
    sql: `-- Which number stands for a session? Whose it was does not count: that may be erased.
create or replace function :schema.digest_of_session(p_session_id :session_id_type, p_state :schema.session_state) returns bigint
language sql immutable
begin atomic
  select hash_record_extended(
    row(
      p_session_id, (p_state).views, (p_state).time_total, (p_state).unique_pages, (p_state).first_seen, (p_state).last_seen,
      (p_state).entry_entity_type, (p_state).entry_entity_id
    ), 0
  );
end;`,
  },
  {
    name: "sealed_views",
    file: "functions/retention/seals.sql",
    line: 71,
    sql: `-- How many views of an entity's date are sealed? Those of groups are of entities, and counted there.
create or replace function :schema.sealed_views(p_day :schema.analytics_days) returns integer
language sql immutable
begin atomic
  select case when (p_day).entity_type like 'headcount:%' then 0 else (p_day).views end;
end;`,
  },
  {
    name: "stored_seals",
    file: "functions/retention/seals.sql",
    line: 78,
    sql: `-- What do the rows that are stored of these dates add up to, the second one excluded, by month and slot?
create or replace function :schema.stored_seals(p_from date, p_before date) returns setof :schema.analytics_seals
language sql stable
begin atomic
  select date_trunc('month', r.date::timestamp)::date, r.slot, count(*), sum(r.views)::bigint, sum(r.digest), now()
  from (
    select
      :schema.entity_slot(d.entity_type, d.entity_id) as slot, d.date, :schema.sealed_views(d) as views,
      :schema.digest_of_day(d) as digest
    from :schema.analytics_days d
    where d.date >= p_from and d.date < p_before
    union all
    select :schema.entity_slot(h.entity_type, h.entity_id), h.date, 0, x.digest
    from :schema.analytics_hours h
    cross join lateral :schema.digests_of_hours(h) x (digest)
    where h.date >= p_from and h.date < p_before
    union all
    select
      :schema.entity_slot(d.entity_type, d.entity_id), d.date, 0,
      :schema.digest_of_visitor_day(
        d.entity_type, d.entity_id, d.kind, d.visitor_id, d.date,
        row(
          d.views, coalesce(d.timed_views, 0), coalesce(d.time_total, 0), d.hours_seen, d.first_view, d.last_view, d.prev_date
        ):::schema.day_state
      )
    from :schema.analytics_visitor_days d
    where d.date >= p_from and d.date < p_before
    union all
    select
      :schema.entity_slot(v.entity_type, v.entity_id), local.time::date, 0,
      :schema.digest_of_visitor_day(
        v.entity_type, v.entity_id, v.kind, v.visitor_id, local.time::date,
        row(
          1, coalesce(v.timed_views, 0), coalesce(v.time_total, 0), 1 << date_part('hour', local.time)::integer, v.first_visit,
          v.first_visit, null
        ):::schema.day_state
      )
    from :schema.reporting_zone() z
    cross join :schema.analytics_entity_visitors v
    cross join lateral (select v.first_visit at time zone z.time_zone as time) local
    where v.visit_count is null and local.time >= p_from and local.time < p_before
    union all
    select
      8::smallint, local.time::date, 0,
      :schema.digest_of_session(
        s.session_id,
        row(
          s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at, null, null, s.entry_entity_type,
          s.entry_entity_id, s.entry_owner_id
        ):::schema.session_state
      )
    from :schema.reporting_zone() z
    cross join :schema.visitor_sessions s
    cross join lateral (select s.first_seen_at at time zone z.time_zone as time) local
    where s.total_views > 0 and local.time >= p_from and local.time < p_before
  ) r
  group by 1, 2;
end;`,
  },
  {
    name: "add_to_seals",
    file: "functions/retention/seals.sql",
    line: 137,
    sql: `-- Add to the seals of months. Their slots are held.
create or replace function :schema.add_to_seals(p_seals :schema.analytics_seals[]) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.analytics_seals as s (month, slot, rows, views, digest)
  select a.month, a.slot, sum(a.rows)::bigint, sum(a.views)::bigint, sum(a.digest)
  from unnest(p_seals) a
  group by a.month, a.slot
  order by a.month, a.slot
  on conflict (month, slot) do update set
    rows = s.rows + excluded.rows, views = s.views + excluded.views, digest = s.digest + excluded.digest;
end;`,
  },
  {
    name: "seal_days",
    file: "functions/retention/seals.sql",
    line: 151,
    sql: `-- Take the rows of these dates of entities, as they are stored now, out of the seals (-1), or put them in (+1).
create or replace function :schema.seal_days(p_dates :schema.entry_delta[], p_sign integer) returns void
language plpgsql
:settings_of_writers
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
begin
  perform :schema.add_to_seals(array(
    select row(
      date_trunc('month', k.date::timestamp)::date, :schema.entity_slot(k.entity_type, k.entity_id), p_sign, p_sign * x.views,
      p_sign * x.digest::numeric, now()
    ):::schema.analytics_seals
    from (
      select distinct k.entity_type, k.entity_id, k.date from unnest(p_dates) k
      where k.date < (select s.sealed_before from :schema.analytics_settings s)
    ) k
    cross join lateral (
      select :schema.sealed_views(d) as views, :schema.digest_of_day(d) as digest from :schema.day_at(k.entity_type, k.entity_id, k.date) d
      union all
      select 0, :schema.digests_of_hours(h) from :schema.analytics_hours h
      where h.entity_type = k.entity_type and h.entity_id = k.entity_id and h.date = k.date
    ) x
  ));
end
$$;`,
  },
  {
    name: "seal_visitor_days",
    file: "functions/retention/seals.sql",
    line: 179,
    sql: `-- Renew the seals by what happens to these days of visitors.
create or replace function :schema.seal_visitor_days(p_days :schema.visitor_day_delta[]) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select :schema.add_to_seals(array(
    select row(
      date_trunc('month', d.date::timestamp)::date, :schema.entity_slot(d.entity_type, d.entity_id), x.sign, 0,
      x.sign * :schema.digest_of_visitor_day(d.entity_type, d.entity_id, d.kind, d.visitor_id, d.date, x.state)::numeric, now()
    ):::schema.analytics_seals
    from unnest(p_days) d
    cross join lateral (values (d.before, -1), (d.after, 1)) x (state, sign)
    where d.date < (select s.sealed_before from :schema.analytics_settings s) and d.before is distinct from d.after
      and (x.state).views > 0
  ));
end;`,
  },
  {
    name: "seal_sessions",
    file: "functions/retention/seals.sql",
    line: 196,
    sql: `-- Renew the seals by what happens to these sessions.
create or replace function :schema.seal_sessions(p_sessions :schema.session_delta[]) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select :schema.add_to_seals(array(
    select row(
      date_trunc('month', local.date::timestamp)::date, 8::smallint, x.sign, 0,
      x.sign * :schema.digest_of_session(d.session_id, x.state)::numeric, now()
    ):::schema.analytics_seals
    from :schema.analytics_settings s
    cross join unnest(p_sessions) d
    cross join lateral (values (d.before, -1), (d.after, 1)) x (state, sign)
    cross join lateral (select ((x.state).first_seen at time zone s.time_zone)::date as date) local
    where local.date < s.sealed_before and d.before is distinct from d.after and (x.state).views > 0
  ));
end;`,
  },
  {
    name: "unseal_entity",
    file: "functions/retention/seals.sql",
    line: 214,
    sql: `-- Take all that is stored of an entity out of the seals: it is about to be emptied.
create or replace function :schema.unseal_entity(p_entity_type text, p_entity_id :entity_id_type) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select
    :schema.seal_days(array(
      select row(d.entity_type, d.entity_id, d.date, null, null, null):::schema.entry_delta
      from :schema.analytics_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id
    ), -1),
    :schema.seal_visitor_days(array(
      select row(
        v.entity_type, v.entity_id, v.kind, v.visitor_id, d.date, d.state, null, false, false, false, 0, null, null
      ):::schema.visitor_day_delta
      from :schema.analytics_entity_visitors v
      cross join lateral :schema.days_of_visitor(v) d
      where v.entity_type = p_entity_type and v.entity_id = p_entity_id
    ));
end;`,
  },
  {
    name: "seal_stored_sessions",
    file: "functions/retention/seals.sql",
    line: 235,
    sql: `-- Take these sessions, as they are stored now, out of the seals (-1), or put them in (+1).
create or replace function :schema.seal_stored_sessions(p_ids :session_id_type[], p_sign integer) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select :schema.seal_sessions(array(
    select row(
      s.session_id, case when p_sign < 0 then n.state end, case when p_sign > 0 then n.state end, null
    ):::schema.session_delta
    from :schema.visitor_sessions s
    cross join lateral (
      select row(
        s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at, null, null, s.entry_entity_type,
        s.entry_entity_id, s.entry_owner_id
      ):::schema.session_state as state
    ) n
    where s.session_id = any (p_ids) and s.total_views > 0
  ));
end;`,
  },
  {
    name: "seal_differences",
    file: "functions/retention/seals.sql",
    line: 255,
    sql: `-- Which months are not as they were sealed? One snapshot: what is folded in the meantime renews both.
create or replace function :schema.seal_differences() returns table (month date, stored jsonb, expected jsonb)
language sql stable
begin atomic
  select
    coalesce(n.month, s.month), jsonb_build_object('rows', sum(coalesce(n.rows, 0)), 'views', sum(coalesce(n.views, 0))),
    jsonb_build_object('rows', sum(coalesce(s.rows, 0)), 'views', sum(coalesce(s.views, 0)))
  from :schema.stored_seals('-infinity', (select a.sealed_before from :schema.analytics_settings a)) n
  full join :schema.analytics_seals s on s.month = n.month and s.slot = n.slot
  where (coalesce(n.rows, 0), coalesce(n.views, 0), coalesce(n.digest, 0))
    <> (coalesce(s.rows, 0), coalesce(s.views, 0), coalesce(s.digest, 0))
  group by 1
  order by 1;
end;`,
  },
  {
    name: "capture_faults",
    file: "functions/status/status.sql",
    line: 1,
    sql: `-- How things stand, for operators: psql, the command line and every client ask here.

-- Does anything keep changes of page views from being captured, or count them twice? Each fault with the statement that fixes it.
-- What was missed stays missed until it is read again, so every statement ends with a rebuild where something may have been.
create or replace function :schema.capture_faults() returns table (problem text, fix text)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select f.problem, f.fix
  from (
    select
      expected.nth,
      format(
        case
          when t.tgenabled is null then 'The trigger %s is missing: what %s page views is not counted.'
          when t.tgenabled = 'R' then 'The trigger %s fires in replica sessions only: what %s page views elsewhere is not counted.'
          else 'The trigger %s is disabled: what %s page views is not counted.'
        end,
        expected.name, expected.happens
      ) as problem,
      format(
        case
          when t.tgenabled is null then 'CREATE OR REPLACE TRIGGER %1$I AFTER %2$s ON %3$s %4$sFOR EACH STATEMENT EXECUTE FUNCTION %5$s.%6$I(%7$s);'
          else 'ALTER TABLE %3$s ENABLE TRIGGER %1$I;'
        end || ' SELECT %5$s.aggregate_page_views(NULL, NULL);',
        expected.name, expected.event, s.page_views, expected.referencing, :'schema', expected.function,
        case when expected.event <> 'TRUNCATE' then :schema.quoted_levels(:schema.captured_levels()) end
      ) as fix
    from :schema.analytics_settings s
    cross join (
      values
        (1, 'headcount_capture_insert', 'is added to', 'INSERT', 'REFERENCING NEW TABLE AS added ', 'capture_added_page_views'),
        (2, 'headcount_capture_update', 'is edited in', 'UPDATE',
          'REFERENCING OLD TABLE AS removed NEW TABLE AS added ', 'capture_edited_page_views'),
        (3, 'headcount_capture_delete', 'is deleted from', 'DELETE', 'REFERENCING OLD TABLE AS removed ', 'capture_removed_page_views'),
        (4, 'headcount_capture_truncate', 'is truncated from', 'TRUNCATE', '', 'capture_truncated_page_views')
    ) expected (nth, name, happens, event, referencing, function)
    left join pg_trigger t on t.tgrelid = s.page_views and t.tgname = expected.name
    where t.tgenabled is null or t.tgenabled not in ('O', 'A')
    union all
    select
      5,
      format('Data were put into the rollups at %s by hand, as restoring a dump does: page views that came with them count twice.', s.restored_at),
      format(
        'UPDATE %1$s.analytics_settings SET restored_at = NULL; SELECT %1$s.aggregate_page_views(NULL, NULL);', :'schema'
      )
    from :schema.analytics_settings s
    where s.restored_at is not null
    union all
    select
      6,
      format(
        'Partitions of %s, or tables that inherit from it, lack triggers (%s): what is written to them by their own names is not counted.',
        s.page_views, string_agg(p.partition::text, ', ' order by p.partition::text)
      ),
      format('SELECT %s.capture_partitions();', :'schema')
        || case when bool_or(p.may_have_rows) then format(' SELECT %s.aggregate_page_views(NULL, NULL);', :'schema') else '' end
    from :schema.analytics_settings s
    cross join :schema.partitions_of_page_views() p
    where p.lacks <> '{}'
    group by s.page_views
    union all
    select
      7, 'The trigger headcount_capture_facts is missing or disabled: what is edited of where page views came from is not in breakdowns that are kept.',
      format(
        'SELECT %1$s.capture_facts(); SELECT %1$s.count_entities_again(b.entity_type, b.entity_id, b.entity_id, NULL) FROM %1$s.analytics_breakdowns b;',
        :'schema'
      )
    from :schema.analytics_settings s
    left join pg_trigger t on t.tgrelid = s.page_views and t.tgname = 'headcount_capture_facts'
    where (t.tgenabled is null or t.tgenabled not in ('O', 'A')) and exists (select 1 from :schema.analytics_breakdowns)
  ) f
  order by f.nth;
end;`,
  },
  {
    name: "visitor_shares",
    file: "functions/status/status.sql",
    line: 76,
    sql: `-- By what do page views of the last thirty days say who it was? In some hundred blocks of the table, the same ones all day: the
-- table has no index by time alone, and reading all of it takes too long.
create or replace function :schema.visitor_shares() returns table (
  sample bigint, by_account bigint, by_visitor_id bigint, by_session bigint, nobody bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_percent double precision := (
    select least(
      100,
      -- an ordinary table is in no tree
      10000.0 * current_setting('block_size')::bigint
        / greatest(coalesce(sum(pg_relation_size(t.relid)), pg_relation_size(:'page_views'::regclass)), 1)
    )
    from pg_partition_tree(:'page_views'::regclass) t
    where t.isleaf
  );
begin
  return query
  select
    count(*), count(:account_id_column),
    count(:visitor_id_column) filter (where :account_id_column is null),
    count(:session_id_column) filter (where :account_id_column is null and :visitor_id_column is null),
    count(*) filter (where :account_id_column is null and :visitor_id_column is null and :session_id_column is null)
  from :page_views tablesample system (v_percent) repeatable (extract(doy from now()))
  where :viewed_at_value > now() - interval '30 days';
end
$$;`,
  },
  {
    name: "fact_combinations",
    file: "functions/status/status.sql",
    line: 107,
    sql: `-- How many combinations are there of what page views came from and were viewed with, and is there no room for new ones at present?
create or replace function :schema.fact_combinations() returns table (combinations bigint, bounded boolean)
language sql stable
begin atomic
  select
    (select count(*) from :schema.analytics_sources) + (select count(*) from :schema.analytics_devices),
    not :schema.has_room_for_fact('source', false) or not :schema.has_room_for_fact('device', false);
end;`,
  },
  {
    name: "changes_on_their_way",
    file: "functions/status/status.sql",
    line: 116,
    sql: `-- How many changes were folded and are on their way to other rollups?
create or replace function :schema.changes_on_their_way() returns bigint
language sql stable
begin atomic
  select count(*) from :schema.entry_changes;
end;`,
  },
  {
    name: "analytics_status",
    file: "functions/status/status.sql",
    line: 123,
    sql: `-- How much is waiting to be folded, since when, and what did the latest fold do? What could not be applied, and what cannot be
-- counted at all?
create or replace function :schema.analytics_status() returns table (
  time_zone text,
  pending_changes bigint,
  oldest_pending_seconds double precision,
  finished_at timestamptz,
  folded_changes integer,
  duration_ms double precision,
  set_aside_changes bigint,
  left_out_page_views bigint
)
language sql volatile
begin atomic
  select
    z.time_zone,
    c.pending_changes + :schema.changes_on_their_way(),
    extract(epoch from clock_timestamp() - c.oldest),
    f.finished_at, f.folded_changes, f.duration_ms,
    (select count(*) from :schema.set_aside_changes),
    c.left_out + (select coalesce(sum(l.page_views), 0)::bigint from :schema.left_out_page_views l)
  from :schema.reporting_zone() z
  cross join (
    select count(*) as pending_changes, min(q.captured_at) as oldest, count(q.left_out) as left_out
    from :schema.page_view_changes q
  ) c
  left join lateral (
    select s.finished_at, s.folded_changes, s.duration_ms from :schema.analytics_slots s
    where s.finished_at is not null
    order by s.finished_at desc limit 1
  ) f on true;
end;`,
  },
  {
    name: "set_aside_entities",
    file: "functions/status/status.sql",
    line: 156,
    sql: `-- Of which entities were changes set aside, how many, and why the latest? Those with the most first.
create or replace function :schema.set_aside_entities(p_limit integer default 100) returns table (
  entity_type text, entity_id :entity_id_type, changes bigint, reason text
)
language sql stable
begin atomic
  select
    c.entity_type, nullif(c.entity_id, :no_entity), count(*), (array_agg(c.reason order by c.set_aside_at desc, c.reason))[1]
  from :schema.set_aside_changes c
  group by c.entity_type, c.entity_id
  order by count(*) desc, c.entity_type, c.entity_id
  limit p_limit;
end;`,
  },
  {
    name: "left_out_reasons",
    file: "functions/status/status.sql",
    line: 170,
    sql: `-- Why could how many page views not be counted?
create or replace function :schema.left_out_reasons() returns table (reason text, page_views bigint)
language sql stable
begin atomic
  select
    case l.left_out when 'i' then 'ids_too_long' when 't' then 'instant_out_of_range' when 'r' then 'reserved_entity_type'
      else 'no_entity_type'
    end,
    sum(l.page_views)::bigint
  from (
    select o.left_out, o.page_views from :schema.left_out_page_views o
    union all
    select q.left_out, 1 from :schema.page_view_changes q where q.left_out is not null
  ) l
  group by l.left_out
  order by sum(l.page_views) desc, l.left_out;
end;`,
  },
  {
    name: "page_views_of_breakdowns",
    file: "functions/verifying/breakdown-differences.sql",
    line: 1,
    sql: `-- Verifying the breakdowns that are kept of some entities: what is stored against what page views say. Not of dates that are to be counted again, or
-- would be if all that is pending were folded; and of none while more is pending than a live read takes on.

-- The counted page views of these entities, and of which of them a session began with that view. By itself, because the statement that compares them
-- does without nested loops: for the few rows that the planner expects it would compare each view with each combination of values.
create or replace function :schema.page_views_of_breakdowns(p_breakdown_nos integer[], p_time_zone text) returns table (
  breakdown_no integer, entity_id :entity_id_type, session_id :session_id_type, viewed_at timestamptz, date date, source_no integer,
  device_no integer, time_on_page bigint, is_account boolean, visitor text, began_session :session_id_type, is_bounce boolean
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select v.*, s.session_id, s.total_views = 1 and s.time_total < 10
  from (
    select
      b.breakdown_no, b.entity_id, pv.session_id:::session_id_type as session_id, pv.viewed_at,
      cast(pv.viewed_at at time zone p_time_zone as date) as date, coalesce(pv.source_no, 0) as source_no,
      coalesce(pv.device_no, 0) as device_no,
      case when pv.time_on_page >= 0 and pv.time_on_page < 2147483648 then pv.time_on_page::bigint end as time_on_page,
      pv.account_id is not null as is_account,
      case
        when pv.account_id is not null then 'a' || pv.account_id::text
        when pv.visitor_id is not null then 'v' || pv.visitor_id::text
        else 's' || pv.session_id::text
      end as visitor
    from :schema.analytics_breakdowns b
    join :page_view_rows pv
      on pv.entity_type = b.entity_type and (pv.entity_id = b.entity_id or (pv.entity_id is null and b.entity_id = :no_entity))
    where b.breakdown_no = any (p_breakdown_nos)
      and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
      and octet_length(pv.entity_type)
        + case :'entity_id_type' when 'text' then coalesce(octet_length(pv.entity_id::text), 0) else 0 end
        + case :'account_id_type' when 'text' then coalesce(octet_length(pv.account_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.session_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.visitor_id::text), 0) else 0 end <= :max_id_bytes
  ) v
  join :schema.analytics_breakdowns b on b.breakdown_no = v.breakdown_no
  left join :schema.visitor_sessions s
    on s.session_id = v.session_id and s.first_seen_at = v.viewed_at and s.total_views > 0
    and s.entry_entity_type = b.entity_type and s.entry_entity_id = v.entity_id;
end
$$;`,
  },
  {
    name: "breakdown_differences",
    file: "functions/verifying/breakdown-differences.sql",
    line: 47,
    sql: `-- Which rows differ? As rollup_differences has it. What has no value is '' in the key, which no value is.
create or replace function :schema.breakdown_differences(p_slice :schema.entity_slice, p_time_zone text) returns table (
  rollup text, entity_id :entity_id_type, key jsonb, stored jsonb, expected jsonb
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
as $$
#variable_conflict use_column
begin
  return query
  with
  kept as materialized (
    select b.breakdown_no, b.entity_id, d.dates
    from :schema.analytics_breakdowns b
    cross join lateral (select :schema.dates_not_kept(b.breakdown_no, '-infinity', 'infinity', null) as dates) d
    where b.entity_type = (p_slice).entity_type and b.entity_id between (p_slice).first_id and (p_slice).last_id and d.dates is not null
  ),
  skipped as materialized (
    select k.breakdown_no, u.date from kept k cross join unnest(k.dates) u (date)
  ),
  views as materialized (
    select
      v.*, dense_rank() over (order by v.visitor) as visitor_no,
      v.began_session is not null and row_number() over (
        partition by v.breakdown_no, v.began_session
        order by v.source_no = 0, v.source_no, v.device_no = 0, v.device_no, v.is_account desc
      ) = 1 as is_entry
    from :schema.page_views_of_breakdowns(array(select k.breakdown_no from kept k), p_time_zone) v
  ),
  -- what do their numbers stand for? Numbered, as there are twelve of each view
  names as materialized (
    select
      c.source_no, c.device_no, c.is_account, c.is_nobody, d.dimension, coalesce(d.value, '') as value, d.is_recorded,
      dense_rank() over (order by d.dimension, d.value) as name_no
    from (select distinct v.source_no, v.device_no, v.is_account, v.visitor is null as is_nobody from views v) c
    left join :schema.analytics_sources s on s.source_no = c.source_no
    left join :schema.analytics_devices e on e.device_no = c.device_no
    cross join lateral (
      values
        ('channel', s.channel, s.source_no is not null), ('source', s.source, s.source_no is not null),
        ('referrer_host', s.referrer_host, s.source_no is not null), ('surface', s.surface, s.source_no is not null),
        ('utm_source', s.utm_source, s.source_no is not null), ('utm_medium', s.utm_medium, s.source_no is not null),
        ('utm_campaign', s.utm_campaign, s.source_no is not null), ('device', e.device, e.device_no is not null),
        ('browser', e.browser, e.device_no is not null), ('os', e.os, e.device_no is not null),
        ('country', e.country, e.device_no is not null),
        ('visitor_kind', case when c.is_account then 'account' when not c.is_nobody then 'anonymous' end, s.source_no is not null)
    ) d (dimension, value, is_recorded)
  ),
  -- how often, and how long, had whom which value on which date?
  had as (
    select
      h.*, case when not h.is_nobody then lag(h.date) over (
        partition by h.breakdown_no, h.name_no, h.visitor_no order by h.date
      ) end as prev_date
    from (
      select
        v.breakdown_no, v.date, v.visitor_no, v.is_account, n.is_nobody, n.name_no, count(*) as views, count(v.time_on_page) as timed_views,
        coalesce(sum(v.time_on_page), 0) as time_total, count(*) filter (where n.is_recorded) as recorded_views,
        count(*) filter (where v.is_entry) as entries, count(*) filter (where v.is_entry and v.is_bounce) as bounces
      from views v
      join names n
        on n.source_no = v.source_no and n.device_no = v.device_no and n.is_account = v.is_account and n.is_nobody = (v.visitor is null)
      group by v.breakdown_no, v.date, v.visitor_no, v.is_account, n.is_nobody, n.name_no
    ) h
  ),
  numbers as materialized (
    select
      h.breakdown_no, h.date, h.name_no, h.prev_date, sum(h.views) as views, count(*) filter (where not h.is_nobody) as visitors,
      count(*) filter (where h.is_account) as accounts, sum(h.timed_views) as timed_views, sum(h.time_total) as time_total,
      sum(h.recorded_views) as recorded_views, sum(h.entries) as entries, sum(h.bounces) as bounces
    from had h
    group by h.breakdown_no, h.date, h.name_no, h.prev_date
  ),
  counted as (
    select
      c.rollup, c.breakdown_no, k.entity_id, c.date, n.dimension, n.value, c.prev_date, c.columns
    from (
      select
        'analytics_breakdown_days' as rollup, h.breakdown_no, h.date, h.name_no, null::date as prev_date,
        jsonb_build_object(
          'views', sum(h.views), 'visitors', sum(h.visitors), 'accounts', sum(h.accounts), 'timed_views', sum(h.timed_views),
          'time_total', sum(h.time_total), 'recorded_views', sum(h.recorded_views), 'entries', sum(h.entries), 'bounces', sum(h.bounces)
        ) as columns
      from numbers h
      group by h.breakdown_no, h.date, h.name_no
      union all
      select
        'prev_dates', h.breakdown_no, h.date, h.name_no, h.prev_date, jsonb_build_object('visitors', h.visitors, 'accounts', h.accounts)
      from numbers h
      where h.prev_date is not null
    ) c
    join kept k on k.breakdown_no = c.breakdown_no
    join (select distinct n.name_no, n.dimension, n.value from names n) n on n.name_no = c.name_no
  ),
  rows as materialized (
    select
      'analytics_breakdown_days' as rollup, d.breakdown_no, k.entity_id, d.date, d.dimension, null::date as prev_date, d.value_no, d.views,
      d.visitors, d.accounts, d.timed_views, d.time_total, d.recorded_views, d.entries, d.bounces
    from kept k
    join :schema.analytics_breakdown_days d on d.breakdown_no = k.breakdown_no
    union all
    select
      'prev_dates', d.breakdown_no, k.entity_id, d.date, d.dimension, d.prev_dates[n], d.value_no, null,
      d.again_since[n] - coalesce(d.again_since[n + 1], 0), d.accounts_again_since[n] - coalesce(d.accounts_again_since[n + 1], 0),
      null, null, null, null, null
    from kept k
    join :schema.analytics_breakdown_days d on d.breakdown_no = k.breakdown_no
    cross join lateral generate_subscripts(d.prev_dates, 1) n
  ),
  -- 0 is no value
  values_of as materialized (
    select
      u.dimension, u.value_no,
      case u.dimension
        when 'visitor_kind' then (array['account', 'anonymous'])[u.value_no]
        else coalesce(to_jsonb(s), to_jsonb(e)) ->> u.dimension
      end as value
    from (select distinct r.dimension, r.value_no from rows r) u
    left join :schema.analytics_sources s
      on s.source_no = u.value_no and u.dimension not in ('device', 'browser', 'os', 'country', 'visitor_kind')
    left join :schema.analytics_devices e on e.device_no = u.value_no and u.dimension in ('device', 'browser', 'os', 'country')
  ),
  stored as (
    select
      r.rollup, r.breakdown_no, r.entity_id, r.date, r.dimension, coalesce(n.value, '') as value, r.prev_date,
      case
        when r.rollup = 'prev_dates' then jsonb_build_object('visitors', sum(r.visitors), 'accounts', sum(coalesce(r.accounts, 0)))
        else jsonb_build_object(
          'views', sum(r.views), 'visitors', sum(r.visitors), 'accounts', sum(coalesce(r.accounts, 0)),
          'timed_views', sum(coalesce(r.timed_views, 0)), 'time_total', sum(coalesce(r.time_total, 0)),
          'recorded_views', sum(coalesce(r.recorded_views, 0)), 'entries', sum(coalesce(r.entries, 0)), 'bounces', sum(coalesce(r.bounces, 0))
        )
      end as columns
    from rows r
    join values_of n on n.dimension = r.dimension and n.value_no = r.value_no
    group by r.rollup, r.breakdown_no, r.entity_id, r.date, r.dimension, n.value, r.prev_date
  )
  select
    'analytics_breakdown_days', coalesce(c.entity_id, s.entity_id),
    jsonb_strip_nulls(jsonb_build_object(
      'date', coalesce(c.date, s.date), 'prev_date', coalesce(c.prev_date, s.prev_date), 'dimension', coalesce(c.dimension, s.dimension),
      'value', coalesce(c.value, s.value)
    )),
    s.columns, c.columns
  from counted c
  full join stored s
    on s.rollup = c.rollup and s.breakdown_no = c.breakdown_no and s.date = c.date and s.dimension = c.dimension and s.value = c.value
    and coalesce(s.prev_date, 'infinity') = coalesce(c.prev_date, 'infinity')
  where s.columns is distinct from c.columns
    and not exists (
      select 1 from skipped k where k.breakdown_no = coalesce(c.breakdown_no, s.breakdown_no) and k.date = coalesce(c.date, s.date)
    )
    -- earlier page views may be gone
    and least(coalesce(c.date, s.date), coalesce(c.prev_date, s.prev_date))
      >= (select coalesce(a.sealed_before, '-infinity') from :schema.analytics_settings a);
end
$$;`,
  },
  {
    name: "stored_hours",
    file: "functions/verifying/rollup-differences.sql",
    line: 1,
    sql: `-- Verifying the rollups of entities: what is stored against what page views say.

-- Which hours of which dates are packed into the rows of these entities, each put together and none that is empty?
create or replace function :schema.stored_hours(p_slice :schema.entity_slice) returns table (
  entity_id :entity_id_type, date date, hour smallint, views bigint, timed_views bigint, time_total bigint, visitors bigint,
  accounts bigint, entries bigint, bounces bigint
)
language sql stable
begin atomic
  select
    h.entity_id, h.date, h.hours[n][1]::smallint, sum(h.hours[n][2]), sum(h.hours[n][3]),
    sum(h.hours[n][4]) * 1073741824 + sum(h.hours[n][5]), sum(h.hours[n][6]), sum(h.hours[n][7]), sum(h.hours[n][8]),
    sum(h.hours[n][9])
  from :schema.analytics_hours h
  cross join lateral generate_subscripts(h.hours, 1) n
  where h.entity_type = (p_slice).entity_type and h.entity_id between (p_slice).first_id and (p_slice).last_id
  group by h.entity_id, h.date, h.hours[n][1]
  having
    sum(h.hours[n][2]) <> 0 or sum(h.hours[n][3]) <> 0 or sum(h.hours[n][4]) * 1073741824 + sum(h.hours[n][5]) <> 0
    or sum(h.hours[n][6]) <> 0 or sum(h.hours[n][7]) <> 0 or sum(h.hours[n][8]) <> 0 or sum(h.hours[n][9]) <> 0;
end;`,
  },
  {
    name: "sessions_of_groups",
    file: "functions/verifying/rollup-differences.sql",
    line: 23,
    sql: `-- The sessions that entered at what belongs to these groups.
create or replace function :schema.sessions_of_groups(p_slice :schema.entity_slice) returns table (
  entity_id :entity_id_type, first_seen_at timestamptz, total_views integer, time_total bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_of_owners boolean := p_slice.entity_type = 'headcount:owner';
begin
  return query
  select case when v_of_owners then s.entry_owner_id else :no_entity end, s.first_seen_at, s.total_views, s.time_total
  from :schema.visitor_sessions s
  where s.total_views > 0 and (
    (v_of_owners and s.entry_owner_id between p_slice.first_id and p_slice.last_id)
    or p_slice.entity_type = 'headcount:site'
    or p_slice.entity_type = 'headcount:type:' || s.entry_entity_type
  );
end
$$;`,
  },
  {
    name: "entries_to_be_counted",
    file: "functions/verifying/rollup-differences.sql",
    line: 45,
    sql: `-- How many sessions entered at these entities, at which hours, and how many of them bounced?
create or replace function :schema.entries_to_be_counted(p_entity_type text, p_entity_ids :entity_id_type[], p_time_zone text) returns table (
  entity_id :entity_id_type, date date, hour smallint, entries bigint, bounces bigint
)
language sql stable
begin atomic
  select
    k.entity_id, local.time::date, extract(hour from local.time)::smallint, count(*),
    count(*) filter (where s.total_views = 1 and s.time_total < 10)
  from unnest(p_entity_ids) k (entity_id)
  cross join lateral (
    select s.first_seen_at, s.total_views, s.time_total
    from :schema.visitor_sessions s
    -- as its index has it: the upper half is the entity's number
    where (
      (:entity_id_hash(s.entry_entity_id, hashtextextended(s.entry_entity_type, 0)) << 32)
        | ((s.first_seen_at at time zone 'UTC')::date - date '0001-01-01')::bigint
    ) between :entity_id_hash(k.entity_id, hashtextextended(p_entity_type, 0)) << 32
      and :entity_id_hash(k.entity_id, hashtextextended(p_entity_type, 0)) << 32 | 4294967295
      and s.total_views > 0
      and s.entry_entity_id is not distinct from k.entity_id and s.entry_entity_type is not distinct from p_entity_type
    offset 0
  ) s
  cross join lateral (select s.first_seen_at at time zone p_time_zone as time) local
  group by 1, 2, 3;
end;`,
  },
  {
    name: "entries_to_be_added",
    file: "functions/verifying/rollup-differences.sql",
    line: 72,
    sql: `-- What sessions have done to entries of these entities, and is on its way to them.
create or replace function :schema.entries_to_be_added(p_slice :schema.entity_slice) returns table (
  entity_id :entity_id_type, date date, hour smallint, entries integer, bounces integer
)
language sql stable
begin atomic
  select q.entity_id, q.date, q.hour, q.entries, q.bounces
  from :schema.entry_changes q
  where q.entity_type = (p_slice).entity_type and q.entity_id between (p_slice).first_id and (p_slice).last_id;
end;`,
  },
  {
    name: "views_of_groups_to_be_counted",
    file: "functions/verifying/views-to-be-counted.sql",
    line: 1,
    sql: `-- Verifying: what do the rollups of some entities say, and what do page views say?
--
-- Nothing here is shared with what writes rollups: a definition that both had wrong would be found by nobody. What is
-- compared is one snapshot of everything, so that views may come and folding may go on: the rollups must hold the page
-- views less what is pending. What does not fit into memory is spilled to disk.

-- The page views of these groups: of an owner, of a type, or all.
create or replace function :schema.views_of_groups_to_be_counted(p_slice :schema.entity_slice) returns table (
  entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, browser_id :session_id_type,
  viewed_at timestamptz, time_on_page bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_of_owners boolean := p_slice.entity_type = 'headcount:owner';
begin
  return query
  select
    case when v_of_owners then pv.owner_id else :no_entity end,
    pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
    case when pv.time_on_page >= 0 and pv.time_on_page < 2147483648 then pv.time_on_page::bigint end
  from :page_view_rows pv
  where (
      (v_of_owners and pv.owner_id between p_slice.first_id and p_slice.last_id)
      or p_slice.entity_type = 'headcount:site'
      or p_slice.entity_type = 'headcount:type:' || pv.entity_type
    )
    and pv.entity_type not like 'headcount:%'
    and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
    and octet_length(pv.entity_type)
      + case :'entity_id_type' when 'text' then coalesce(octet_length(pv.entity_id::text), 0) else 0 end
      + case :'account_id_type' when 'text' then coalesce(octet_length(pv.account_id::text), 0) else 0 end
      + case :'session_id_type' when 'text' then coalesce(octet_length(pv.session_id::text), 0) else 0 end
      + case :'session_id_type' when 'text' then coalesce(octet_length(pv.visitor_id::text), 0) else 0 end <= :max_id_bytes;
end
$$;`,
  },
  {
    name: "views_to_be_counted",
    file: "functions/verifying/views-to-be-counted.sql",
    line: 40,
    sql: `-- The page views of these entities, or groups, less what is pending, each as often as the rollups should have counted it. Less than
-- never when more is pending than there is. From p_start_date on: of earlier dates page views may be gone.
create or replace function :schema.views_to_be_counted(
  p_slice :schema.entity_slice, p_time_zone text, p_start_date date
) returns table (
  entity_id :entity_id_type, kind "char", visitor_id :visitor_id_type, session_id :session_id_type,
  viewed_at timestamptz, local_time timestamp, time_on_page bigint, views bigint
)
language sql stable
begin atomic
  select
    s.entity_id,
    case
      when s.account_id is not null then 'a'::"char"
      when s.browser_id is not null then 'v'::"char"
      when s.session_id is not null then 's'::"char"
    end,
    case
      when s.account_id is not null then s.account_id:::visitor_id_type
      when s.browser_id is not null then s.browser_id:::visitor_id_type
      else s.session_id:::visitor_id_type
    end,
    s.session_id, s.viewed_at, s.viewed_at at time zone p_time_zone, s.time_on_page, sum(s.views)
  from (
    select
      case when pv.entity_id is null then :no_entity else pv.entity_id:::entity_id_type end as entity_id,
      pv.account_id:::account_id_type as account_id, pv.session_id:::session_id_type as session_id,
      pv.visitor_id:::session_id_type as browser_id, pv.viewed_at,
      case when pv.time_on_page >= 0 and pv.time_on_page < 2147483648 then pv.time_on_page::bigint end as time_on_page, 1 as views
    from :page_view_rows pv
    where pv.entity_type = (p_slice).entity_type and pv.entity_type not like 'headcount:%'
      and (
        pv.entity_id between (p_slice).first_id and (p_slice).last_id
        or ((p_slice).first_id = :no_entity and pv.entity_id is null)
      )
      -- what is not counted: instants that no calendar has a place for, and ids that no key has room for
      and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
      and octet_length(pv.entity_type)
        + case :'entity_id_type' when 'text' then coalesce(octet_length(pv.entity_id::text), 0) else 0 end
        + case :'account_id_type' when 'text' then coalesce(octet_length(pv.account_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.session_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.visitor_id::text), 0) else 0 end <= :max_id_bytes
    union all
    select g.entity_id, g.account_id, g.session_id, g.browser_id, g.viewed_at, g.time_on_page, 1
    from (select 1 where (p_slice).entity_type like 'headcount:%') o
    cross join lateral :schema.views_of_groups_to_be_counted(p_slice) g
    union all
    select q.entity_id, q.account_id, q.session_id, q.visitor_id, q.viewed_at, q.time_on_page, -q.sign
    from :schema.page_view_changes q
    where q.entity_type = (p_slice).entity_type and q.entity_id between (p_slice).first_id and (p_slice).last_id
  ) s
  where p_start_date = '-infinity' or (s.viewed_at at time zone p_time_zone)::date >= p_start_date
  group by s.entity_id, s.account_id, s.session_id, s.browser_id, s.viewed_at, s.time_on_page
  having sum(s.views) <> 0;
end;`,
  },
  {
    name: "rollup_differences",
    file: "functions/verifying/rollup-differences.sql",
    line: 83,
    sql: `-- Which rows of which rollup differ? stored is NULL for a row that is missing, expected for one too many; else both hold
-- the columns that differ. rollup is NULL in the one line that says how much was compared.
create or replace function :schema.rollup_differences(p_slice :schema.entity_slice, p_time_zone text) returns table (
  rollup text, entity_id :entity_id_type, key jsonb, stored jsonb, expected jsonb
)
language sql stable
begin atomic
  with
  -- of earlier dates page views may be gone: what is stored of visitors there is taken for true, and compared with its seal elsewhere
  boundary as materialized (
    select coalesce(s.sealed_before, '-infinity') as date from :schema.analytics_settings s
  ),
  views as materialized (
    select v.* from :schema.views_to_be_counted(p_slice, p_time_zone, (select b.date from boundary b)) v
  ),
  visitor_hours as materialized (
    select
      v.entity_id, v.kind, v.visitor_id, v.local_time::date as date, extract(hour from v.local_time)::smallint as hour,
      sum(v.views) as views,
      coalesce(sum(v.views) filter (where v.time_on_page is not null), 0) as timed_views,
      coalesce(sum(v.views * v.time_on_page), 0) as time_total,
      min(v.viewed_at) as first_view, max(v.viewed_at) as last_view
    from views v
    where v.views > 0
    group by 1, 2, 3, 4, 5
  ),
  known_days as (
    select
      h.entity_id, h.kind, h.visitor_id, h.date, sum(h.views) as views, sum(h.timed_views) as timed_views,
      sum(1 << h.hour) as hours_seen, sum(h.time_total) as time_total, min(h.first_view) as first_view, max(h.last_view) as last_view
    from visitor_hours h
    where h.visitor_id is not null
    group by h.entity_id, h.kind, h.visitor_id, h.date
    union all
    select
      d.entity_id, d.kind, d.visitor_id, d.date, d.views, coalesce(d.timed_views, 0), d.hours_seen, coalesce(d.time_total, 0),
      d.first_view, d.last_view
    from boundary b
    join :schema.analytics_visitor_days d on d.date < b.date
    where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
    union all
    select
      v.entity_id, v.kind, v.visitor_id, local.time::date, 1, coalesce(v.timed_views, 0),
      1 << extract(hour from local.time)::integer, coalesce(v.time_total, 0), v.first_visit, v.first_visit
    from boundary b
    cross join :schema.analytics_entity_visitors v
    cross join lateral (select v.first_visit at time zone p_time_zone as time) local
    where v.entity_type = (p_slice).entity_type and v.entity_id between (p_slice).first_id and (p_slice).last_id
      and b.date <> '-infinity' and v.visit_count is null and local.time < b.date
  ),
  visitor_days as materialized (
    select
      d.*, lag(d.date) over visitor as prev_date,
      sum(d.views) over (partition by d.entity_id, d.kind, d.visitor_id) as views_ever
    from known_days d
    window visitor as (partition by d.entity_id, d.kind, d.visitor_id order by d.date)
  ),
  -- sessions are compared with raw by themselves: here entries are compared with sessions, less what is on its way to entities
  on_their_way as materialized (
    select a.* from :schema.entries_to_be_added(p_slice) a
  ),
  entries as (
    select e.entity_id, e.date, e.hour, sum(e.entries) as entries, sum(e.bounces) as bounces
    from (
      select s.entity_id, s.date, s.hour, s.entries, s.bounces
      from :schema.entries_to_be_counted(
        (p_slice).entity_type,
        array(
          select v.entity_id from views v
          union
          select d.entity_id from :schema.analytics_days d
          where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
          union
          select w.entity_id from on_their_way w
        ),
        p_time_zone
      ) s
      union all
      select
        s.entity_id, (s.first_seen_at at time zone p_time_zone)::date, extract(hour from s.first_seen_at at time zone p_time_zone)::smallint,
        1, (s.total_views = 1 and s.time_total < 10)::integer
      from (select 1 where (p_slice).entity_type like 'headcount:%') o
      cross join lateral :schema.sessions_of_groups(p_slice) s
      union all
      select w.entity_id, w.date, w.hour, -w.entries, -w.bounces from on_their_way w
    ) e
    where e.date >= (select b.date from boundary b)
    group by e.entity_id, e.date, e.hour
  ),
  hours as materialized (
    select
      u.entity_id, u.date, u.hour, sum(u.views) as views, sum(u.timed_views) as timed_views, sum(u.time_total) as time_total,
      sum(u.visitors) as visitors, sum(u.accounts) as accounts, sum(u.entries) as entries, sum(u.bounces) as bounces,
      count(*) over (partition by u.entity_id, u.date) as hours_of_date
    from (
      select
        h.entity_id, h.date, h.hour, h.views, h.timed_views, h.time_total, count(h.visitor_id) as visitors,
        count(h.visitor_id) filter (where h.kind = 'a') as accounts, 0 as entries, 0 as bounces
      from visitor_hours h
      group by h.entity_id, h.kind, h.visitor_id, h.date, h.hour, h.views, h.timed_views, h.time_total
      union all
      select e.entity_id, e.date, e.hour, 0, 0, 0, 0, 0, e.entries, e.bounces from entries e
    ) u
    group by u.entity_id, u.date, u.hour
    having sum(u.views) <> 0 or sum(u.entries) <> 0 or sum(u.bounces) <> 0
  ),
  stored_hours as materialized (
    select s.* from :schema.stored_hours(p_slice) s where s.date >= (select b.date from boundary b)
  ),
  -- a date's hour is that of its row, or else the only one that is packed
  days as (
    select
      1 as side, u.entity_id, u.date, max(u.hour) as hour, sum(u.views)::bigint as views, sum(u.visitors)::bigint as visitors,
      sum(u.accounts)::bigint as accounts, sum(u.timed_views)::bigint as timed_views, sum(u.time_total)::bigint as time_total,
      sum(u.entries)::bigint as entries, sum(u.bounces)::bigint as bounces,
      sum(u.ever)::bigint as again_ever, sum(u.ever * u.account)::bigint as accounts_again_ever,
      sum(u.week)::bigint as again_in_week, sum(u.week * u.account)::bigint as accounts_again_in_week,
      sum(u.month)::bigint as again_in_month, sum(u.month * u.account)::bigint as accounts_again_in_month,
      sum(u.quarter)::bigint as again_in_quarter, sum(u.quarter * u.account)::bigint as accounts_again_in_quarter,
      sum(u.year)::bigint as again_in_year, sum(u.year * u.account)::bigint as accounts_again_in_year
    from (
      select
        h.entity_id, h.date, case when h.hours_of_date = 1 then h.hour end as hour, h.views, 0 as visitors, 0 as accounts,
        h.timed_views, h.time_total, h.entries, h.bounces, 0 as account, 0 as ever, 0 as week, 0 as month, 0 as quarter, 0 as year
      from hours h
      union all
      select
        d.entity_id, d.date, null, 0, 1, (d.kind = 'a')::integer, 0, 0, 0, 0, (d.kind = 'a')::integer,
        (d.prev_date is not null)::integer,
        coalesce(date_trunc('week', d.prev_date::timestamp) = date_trunc('week', d.date::timestamp), false)::integer,
        coalesce(date_trunc('month', d.prev_date::timestamp) = date_trunc('month', d.date::timestamp), false)::integer,
        coalesce(date_trunc('quarter', d.prev_date::timestamp) = date_trunc('quarter', d.date::timestamp), false)::integer,
        coalesce(extract(year from d.prev_date) = extract(year from d.date), false)::integer
      from visitor_days d
      where d.date >= (select b.date from boundary b)
    ) u
    group by u.entity_id, u.date
    union all
    select
      -1, u.entity_id, u.date, coalesce(max(u.hour), case when count(u.packed) = 1 then max(u.packed) end),
      max(u.views), max(u.visitors), max(u.accounts), max(u.timed_views), max(u.time_total), max(u.entries), max(u.bounces),
      max(u.again_ever), max(u.accounts_again_ever), max(u.again_in_week), max(u.accounts_again_in_week),
      max(u.again_in_month), max(u.accounts_again_in_month), max(u.again_in_quarter), max(u.accounts_again_in_quarter),
      max(u.again_in_year), max(u.accounts_again_in_year)
    from (
      select
        d.entity_id, d.date, d.hour, null::smallint as packed, d.views, coalesce(d.visitors, 0) as visitors,
        coalesce(d.accounts, 0) as accounts, coalesce(d.timed_views, 0) as timed_views, coalesce(d.time_total, 0) as time_total,
        coalesce(d.entries, 0) as entries, coalesce(d.bounces, 0) as bounces, coalesce(d.again_ever, 0) as again_ever,
        coalesce(d.accounts_again_ever, 0) as accounts_again_ever, coalesce(d.again_in_week, 0) as again_in_week,
        coalesce(d.accounts_again_in_week, 0) as accounts_again_in_week, coalesce(d.again_in_month, 0) as again_in_month,
        coalesce(d.accounts_again_in_month, 0) as accounts_again_in_month, coalesce(d.again_in_quarter, 0) as again_in_quarter,
        coalesce(d.accounts_again_in_quarter, 0) as accounts_again_in_quarter, coalesce(d.again_in_year, 0) as again_in_year,
        coalesce(d.accounts_again_in_year, 0) as accounts_again_in_year
      from :schema.analytics_days d
      where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
        and d.date >= (select b.date from boundary b)
      union all
      select
        s.entity_id, s.date, null, s.hour, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null, null
      from stored_hours s
    ) u
    group by u.entity_id, u.date
    having count(u.views) > 0
  ),
  -- The hours of a date with one hour are packed only when its row does not name it.
  hours_of_dates as (
    select c.*
    from (
      select
        u.*, bool_or(u.side < 0) over date as is_packed, bool_or(u.side = 0 and u.hour is not null) over date as has_one_hour
      from (
        select
          1 as side, h.entity_id, h.date, h.hour, h.views::bigint as views, h.timed_views::bigint as timed_views,
          h.time_total::bigint as time_total, h.visitors::bigint as visitors, h.accounts::bigint as accounts,
          h.entries::bigint as entries, h.bounces::bigint as bounces, h.hours_of_date
        from hours h
        union all
        select
          -1, s.entity_id, s.date, s.hour, s.views, s.timed_views, s.time_total, s.visitors, s.accounts, s.entries, s.bounces, null
        from stored_hours s
        union all
        select 0, d.entity_id, d.date, d.hour, 0, 0, 0, 0, 0, 0, 0, null
        from :schema.analytics_days d
        where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
          and d.date >= (select b.date from boundary b)
      ) u
      window date as (partition by u.entity_id, u.date)
    ) c
    where c.side < 0 or (c.side > 0 and (c.hours_of_date > 1 or (c.is_packed and not c.has_one_hour)))
  ),
  -- what is expected counts up and what is stored counts down: what is equal is gone
  net as (
    select
      'analytics_days' as rollup, c.entity_id, jsonb_build_object('date', c.date) as key,
      jsonb_build_object(
        'views', c.views, 'timed_views', c.timed_views, 'time_total', c.time_total, 'entries', c.entries, 'bounces', c.bounces,
        'visitors', c.visitors, 'accounts', c.accounts, 'again_ever', c.again_ever, 'accounts_again_ever', c.accounts_again_ever,
        'again_in_week', c.again_in_week, 'accounts_again_in_week', c.accounts_again_in_week,
        'again_in_month', c.again_in_month, 'accounts_again_in_month', c.accounts_again_in_month,
        'again_in_quarter', c.again_in_quarter, 'accounts_again_in_quarter', c.accounts_again_in_quarter,
        'again_in_year', c.again_in_year, 'accounts_again_in_year', c.accounts_again_in_year, 'hour', c.hour
      ) as columns,
      sum(c.side) as net
    from days c
    group by
      c.entity_id, c.date, c.hour, c.views, c.timed_views, c.time_total, c.entries, c.bounces, c.visitors, c.accounts,
      c.again_ever, c.accounts_again_ever, c.again_in_week, c.accounts_again_in_week, c.again_in_month,
      c.accounts_again_in_month, c.again_in_quarter, c.accounts_again_in_quarter, c.again_in_year, c.accounts_again_in_year
    having sum(c.side) <> 0
    union all
    select
      'analytics_hours', c.entity_id, jsonb_build_object('date', c.date, 'hour', c.hour),
      jsonb_build_object(
        'views', c.views, 'timed_views', c.timed_views, 'time_total', c.time_total, 'visitors', c.visitors,
        'accounts', c.accounts, 'entries', c.entries, 'bounces', c.bounces
      ),
      sum(c.side)
    from hours_of_dates c
    group by
      c.entity_id, c.date, c.hour, c.views, c.timed_views, c.time_total, c.visitors, c.accounts, c.entries, c.bounces
    having sum(c.side) <> 0
    union all
    select
      'analytics_visitor_days', c.entity_id,
      jsonb_build_object('date', c.date, 'kind', c.kind::text, 'visitor_id', c.visitor_id::text),
      jsonb_build_object(
        'prev_date', c.prev_date, 'views', c.views, 'timed_views', c.timed_views, 'hours_seen', c.hours_seen,
        'time_total', c.time_total, 'first_view', c.first_view, 'last_view', c.last_view
      ),
      sum(c.side)
    from (
      select
        d.entity_id, d.kind, d.visitor_id, d.date, d.prev_date, d.views::bigint as views, d.timed_views::bigint as timed_views,
        d.hours_seen::bigint as hours_seen, d.time_total::bigint as time_total, d.first_view, d.last_view, 1 as side
      from visitor_days d
      where d.views_ever > 1
      union all
      select
        d.entity_id, d.kind, d.visitor_id, d.date, d.prev_date, d.views, coalesce(d.timed_views, 0), d.hours_seen,
        coalesce(d.time_total, 0), d.first_view, d.last_view, -1
      from :schema.analytics_visitor_days d
      where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
    ) c
    group by
      c.entity_id, c.kind, c.visitor_id, c.date, c.prev_date, c.views, c.timed_views, c.hours_seen, c.time_total,
      c.first_view, c.last_view
    having sum(c.side) <> 0
    union all
    select
      'analytics_entity_visitors', c.entity_id,
      jsonb_build_object('kind', c.kind::text, 'visitor_id', c.visitor_id::text),
      jsonb_build_object(
        'visit_count', c.visit_count, 'days_visited', c.days_visited, 'timed_views', c.timed_views, 'time_total', c.time_total,
        'first_visit', c.first_visit, 'last_visit', c.last_visit
      ),
      sum(c.side)
    from (
      select
        d.entity_id, d.kind, d.visitor_id, sum(d.views)::bigint as visit_count, count(*) as days_visited,
        sum(d.timed_views)::bigint as timed_views, sum(d.time_total)::bigint as time_total,
        min(d.first_view) as first_visit, max(d.last_view) as last_visit, 1 as side
      from visitor_days d
      group by d.entity_id, d.kind, d.visitor_id
      union all
      select
        v.entity_id, v.kind, v.visitor_id, coalesce(v.visit_count, 1), coalesce(v.days_visited, 1), coalesce(v.timed_views, 0),
        coalesce(v.time_total, 0), v.first_visit,
        -- who came more than once is ranked by it, so that it must be there
        case when v.last_visit is not null or v.visit_count is null then coalesce(v.last_visit, v.first_visit) end, -1
      from :schema.analytics_entity_visitors v
      where v.entity_type = (p_slice).entity_type and v.entity_id between (p_slice).first_id and (p_slice).last_id
    ) c
    group by
      c.entity_id, c.kind, c.visitor_id, c.visit_count, c.days_visited, c.timed_views, c.time_total, c.first_visit, c.last_visit
    having sum(c.side) <> 0
    union all
    select
      'analytics_visitor_returns', c.entity_id,
      jsonb_build_object('date', c.date, 'prev_date', c.prev_date),
      jsonb_build_object('visitors', c.visitors, 'accounts', c.accounts),
      sum(c.side)
    from (
      select
        d.entity_id, d.date, d.prev_date, count(*) as visitors, count(*) filter (where d.kind = 'a') as accounts, 1 as side
      from visitor_days d
      where d.prev_date is not null
      group by d.entity_id, d.date, d.prev_date
      union all
      select r.entity_id, r.date, r.prev_date, r.visitors, r.accounts, -1
      from :schema.analytics_visitor_returns r
      where r.entity_type = (p_slice).entity_type and r.entity_id between (p_slice).first_id and (p_slice).last_id
    ) c
    group by c.entity_id, c.date, c.prev_date, c.visitors, c.accounts
    having sum(c.side) <> 0
    union all
    select
      'analytics_visitor_return_weeks', c.entity_id,
      jsonb_build_object('week', c.week, 'prev_week', c.prev_week),
      jsonb_build_object('visitors', c.visitors, 'accounts', c.accounts),
      sum(c.side)
    from (
      select
        d.entity_id, d.date - extract(isodow from d.date)::integer + 1 as week,
        d.prev_date - extract(isodow from d.prev_date)::integer + 1 as prev_week,
        count(*) as visitors, count(*) filter (where d.kind = 'a') as accounts, 1 as side
      from visitor_days d
      where d.prev_date is not null
      group by 1, 2, 3
      union all
      select w.entity_id, w.week, w.prev_week, w.visitors, w.accounts, -1
      from :schema.analytics_visitor_return_weeks w
      where w.entity_type = (p_slice).entity_type and w.entity_id between (p_slice).first_id and (p_slice).last_id
    ) c
    group by c.entity_id, c.week, c.prev_week, c.visitors, c.accounts
    having sum(c.side) <> 0
    union all
    select
      'analytics_entities', c.entity_id, '{}'::jsonb,
      jsonb_build_object(
        'views', c.views, 'timed_views', c.timed_views, 'time_total', c.time_total, 'visitors', c.visitors, 'accounts', c.accounts,
        'entries', c.entries, 'bounces', c.bounces, 'first_view', c.first_view, 'last_view', c.last_view
      ),
      sum(c.side)
    from (
      select
        u.entity_id, sum(u.views)::bigint as views, sum(u.timed_views)::bigint as timed_views, sum(u.time_total)::bigint as time_total,
        sum(u.visitors)::bigint as visitors, sum(u.accounts)::bigint as accounts, sum(u.entries)::bigint as entries,
        sum(u.bounces)::bigint as bounces, min(u.first_view) as first_view, max(u.last_view) as last_view, 1 as side
      from (
        select
          v.entity_id, v.views, case when v.time_on_page is not null then v.views else 0 end as timed_views,
          v.views * coalesce(v.time_on_page, 0) as time_total, 0 as visitors, 0 as accounts, 0 as entries, 0 as bounces,
          v.viewed_at as first_view, v.viewed_at as last_view
        from views v
        where v.views > 0
        union all
        select d.entity_id, 0, 0, 0, 1, (d.kind = 'a')::integer, 0, 0, null, null from visitor_days d where d.prev_date is null
        union all
        select e.entity_id, 0, 0, 0, 0, 0, e.entries, e.bounces, null, null from entries e
        union all
        select
          d.entity_id, d.views, coalesce(d.timed_views, 0), coalesce(d.time_total, 0), 0, 0, coalesce(d.entries, 0),
          coalesce(d.bounces, 0), null, null
        from boundary b
        join :schema.analytics_days d on d.date < b.date
        where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
        union all
        select
          t.entity_id, 0, 0, 0, 0, 0, 0, 0,
          case when (t.first_view at time zone p_time_zone)::date < b.date then t.first_view end,
          case when (t.last_view at time zone p_time_zone)::date < b.date then t.last_view end
        from boundary b
        cross join :schema.analytics_entities t
        where t.entity_type = (p_slice).entity_type and t.entity_id between (p_slice).first_id and (p_slice).last_id
      ) u
      group by u.entity_id
      having sum(u.views) <> 0 or sum(u.entries) <> 0 or sum(u.bounces) <> 0
      union all
      select
        e.entity_id, e.views, e.timed_views, e.time_total, e.visitors, e.accounts, e.entries, e.bounces, e.first_view, e.last_view, -1
      from :schema.analytics_entities e
      where e.entity_type = (p_slice).entity_type and e.entity_id between (p_slice).first_id and (p_slice).last_id
    ) c
    group by
      c.entity_id, c.views, c.timed_views, c.time_total, c.visitors, c.accounts, c.entries, c.bounces, c.first_view, c.last_view
    having sum(c.side) <> 0
    union all
    -- a view that is to be added and is not there, or was taken away and is
    select
      'page_view_changes', v.entity_id,
      jsonb_build_object(
        'kind', v.kind::text, 'visitor_id', v.visitor_id::text, 'viewed_at', v.viewed_at, 'time_on_page', v.time_on_page
      ),
      jsonb_build_object('views', -v.views), -1
    from views v
    where v.views < 0
  ),
  pairs as (
    select
      n.rollup, n.entity_id, n.key,
      (array_agg(n.columns) filter (where n.net < 0))[1] as stored,
      (array_agg(n.columns) filter (where n.net > 0))[1] as expected
    from net n
    group by n.rollup, n.entity_id, n.key
  )
  select
    p.rollup, p.entity_id, p.key,
    case when p.expected is null then p.stored else d.stored end,
    case when p.stored is null or p.expected is null then p.expected else d.expected end
  from pairs p
  cross join lateral (
    select jsonb_object_agg(s.key, s.value) as stored, jsonb_object_agg(s.key, p.expected -> s.key) as expected
    from jsonb_each(p.stored) s
    where s.value is distinct from p.expected -> s.key
  ) d
  union all
  select
    null, null, jsonb_build_object('page_views', coalesce(sum(v.views), 0), 'entities', count(distinct v.entity_id)), null, null
  from views v;
end;`,
  },
  {
    name: "views_of_sessions_to_be_counted",
    file: "functions/verifying/session-differences.sql",
    line: 1,
    sql: `-- Verifying sessions, which belong to no one entity: compared with page views in the order of their ids.

-- The page views of these sessions less what is pending, which counts down.
create or replace function :schema.views_of_sessions_to_be_counted(
  p_first_id :session_id_type, p_last_id :session_id_type, p_with_owners boolean
) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, account_id :account_id_type,
  identified boolean, viewed_at timestamptz, time_on_page bigint, views integer
)
language sql stable
begin atomic
  select
    pv.session_id:::session_id_type as session_id, pv.entity_type::text as entity_type,
    case when pv.entity_id is null then :no_entity else pv.entity_id:::entity_id_type end as entity_id,
    case when p_with_owners then pv.owner_id end as owner_id, pv.account_id:::account_id_type as account_id,
    pv.account_id is not null or pv.visitor_id is not null as identified, pv.viewed_at,
    case when pv.time_on_page >= 0 and pv.time_on_page < 2147483648 then pv.time_on_page::bigint end as time_on_page, 1 as views
  from :page_view_rows pv
  where pv.session_id between p_first_id and p_last_id and pv.entity_type not like 'headcount:%'
    and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
    and octet_length(pv.entity_type)
      + case :'entity_id_type' when 'text' then coalesce(octet_length(pv.entity_id::text), 0) else 0 end
      + case :'account_id_type' when 'text' then coalesce(octet_length(pv.account_id::text), 0) else 0 end
      + case :'session_id_type' when 'text' then octet_length(pv.session_id::text) else 0 end
      + case :'session_id_type' when 'text' then coalesce(octet_length(pv.visitor_id::text), 0) else 0 end <= :max_id_bytes
  union all
  select
    q.session_id, q.entity_type, q.entity_id, case when p_with_owners then q.owner_id end, q.account_id,
    q.account_id is not null or q.visitor_id is not null, q.viewed_at, q.time_on_page, -q.sign
  from :schema.page_view_changes q
  where q.session_id between p_first_id and p_last_id and q.is_group is null;
end;`,
  },
  {
    name: "sessions_not_compared",
    file: "functions/verifying/session-differences.sql",
    line: 34,
    sql: `-- Which of these sessions are not compared? Some of the page views of those that began on a sealed date may be gone: they are compared with their
-- seal elsewhere.
create or replace function :schema.sessions_not_compared(p_first_id :session_id_type, p_last_id :session_id_type, p_time_zone text)
returns table (session_id :session_id_type)
language sql stable
begin atomic
  select s.session_id
  from :schema.analytics_settings a
  cross join :schema.visitor_sessions s
  where s.session_id between p_first_id and p_last_id and s.total_views > 0
    and (s.first_seen_at at time zone p_time_zone)::date < a.sealed_before;
end;`,
  },
  {
    name: "sessions_to_compare",
    file: "functions/verifying/session-differences.sql",
    line: 47,
    sql: `-- Which sessions come after this one, with about so many page views? NULL when none does.
create or replace function :schema.sessions_to_compare(
  p_after :session_id_type, p_limit integer, out first_id :session_id_type, out last_id :session_id_type
)
language sql stable
begin atomic
  select n.first_id, n.last_id from :schema.next_sessions(p_after, p_limit) n;
end;`,
  },
  {
    name: "session_differences",
    file: "functions/verifying/session-differences.sql",
    line: 56,
    sql: `-- Which sessions from the first id to the last differ? stored is NULL for one that is missing, expected for one too many;
-- else both hold the columns that differ. p_with_owners: whether the rollups hold the owners at which all sessions entered. The entity is the one it entered, and dates are those of its first view.
create or replace function :schema.session_differences(
  p_first_id :session_id_type, p_last_id :session_id_type, p_time_zone text, p_with_owners boolean
) returns table (
  session_id :session_id_type, entity_type text, entity_id text, date_from date, date_to date, stored jsonb, expected jsonb
)
language sql stable
begin atomic
  with
  -- of earlier dates page views may be gone
  boundary as materialized (
    select coalesce(s.sealed_before, '-infinity') as date from :schema.analytics_settings s
  ),
  views as materialized (
    select
      s.session_id, s.entity_type, s.entity_id, s.owner_id, s.account_id, s.identified, s.viewed_at,
      sum(s.views) as views, coalesce(sum(s.views * s.time_on_page), 0) as time_total,
      row_number() over (
        partition by s.session_id order by s.viewed_at, s.entity_type, s.entity_id, s.owner_id nulls first
      ) as nth
    from (
      select v.* from :schema.views_of_sessions_to_be_counted(p_first_id, p_last_id, p_with_owners) v
    ) s
    cross join boundary b
    where b.date = '-infinity' or (s.viewed_at at time zone p_time_zone)::date >= b.date
    group by s.session_id, s.entity_type, s.entity_id, s.owner_id, s.account_id, s.identified, s.viewed_at
    having sum(s.views) > 0
  ),
  -- one that is not identified any more may still be taken for identified, and not the other way round
  not_identified as materialized (
    select distinct v.session_id
    from views v
    join :schema.visitor_sessions s on s.session_id = v.session_id
    where v.identified and s.identified is not true
  ),
  sides as (
    select
      v.session_id, 1 as side, sum(v.views)::bigint as total_views, sum(v.time_total)::bigint as time_total,
      count(distinct (v.entity_type, v.entity_id)) as unique_pages, min(v.viewed_at) as first_seen_at,
      max(v.viewed_at) as last_seen_at,
      max(v.entity_type) filter (where v.nth = 1) as entry_entity_type,
      max(v.entity_id::text) filter (where v.nth = 1) as entry_entity_id,
      max(v.owner_id::text) filter (where v.nth = 1) as entry_owner_id,
      (array_agg(v.account_id::text order by v.viewed_at desc, v.account_id desc) filter (where v.account_id is not null))[1]
        as account_id,
      max(v.viewed_at) filter (where v.account_id is not null) as account_seen_at,
      case when v.session_id in (select i.session_id from not_identified i) then true end as identified
    from views v
    group by v.session_id
    union all
    select
      s.session_id, -1, s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at,
      s.entry_entity_type, s.entry_entity_id::text, case when p_with_owners then s.entry_owner_id::text end, s.account_id::text,
      s.account_seen_at, case when s.session_id in (select i.session_id from not_identified i) then false end
    from :schema.visitor_sessions s
    -- collection may have stored a session of which no view is counted yet
    where s.session_id between p_first_id and p_last_id and (s.total_views <> 0 or s.first_seen_at is not null)
  ),
  -- what is expected counts up and what is stored counts down: what is equal is gone
  net as (
    select
      s.session_id, s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at, s.entry_entity_type,
      s.entry_entity_id, s.entry_owner_id, s.account_id, s.account_seen_at, s.identified, sum(s.side) as net
    from sides s
    where s.session_id not in (select o.session_id from :schema.sessions_not_compared(p_first_id, p_last_id, p_time_zone) o)
    group by
      s.session_id, s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at, s.entry_entity_type,
      s.entry_entity_id, s.entry_owner_id, s.account_id, s.account_seen_at, s.identified
    having sum(s.side) <> 0
  ),
  pairs as (
    select
      s.session_id,
      (array_agg(s.entry_entity_type order by s.net desc))[1] as entity_type,
      (array_agg(s.entry_entity_id order by s.net desc))[1] as entity_id,
      min(s.first_seen_at) as earliest, max(s.first_seen_at) as latest,
      (array_agg(to_jsonb(s) - '{session_id, net}'::text[]) filter (where s.net < 0))[1] as stored,
      (array_agg(to_jsonb(s) - '{session_id, net}'::text[]) filter (where s.net > 0))[1] as expected
    from net s
    group by s.session_id
  )
  select
    p.session_id, coalesce(p.entity_type, ''), nullif(p.entity_id, (:no_entity)::text),
    cast(p.earliest at time zone p_time_zone as date), cast(p.latest at time zone p_time_zone as date),
    case when p.expected is null then p.stored else d.stored end,
    case when p.stored is null or p.expected is null then p.expected else d.expected end
  from pairs p
  cross join lateral (
    select jsonb_object_agg(c.key, c.value) as stored, jsonb_object_agg(c.key, p.expected -> c.key) as expected
    from jsonb_each(p.stored) c
    where c.value is distinct from p.expected -> c.key
  ) d;
end;`,
  },
  {
    name: "verify_sessions",
    file: "functions/verifying/session-differences.sql",
    line: 151,
    sql: `-- Compare the sessions that follow p_after, as many as have about p_limit page views: how many differ, the first p_most of
-- them, the dates whose rebuild repairs them, and the last id that was compared: NULL when none was left.
create or replace function :schema.verify_sessions(
  p_after :session_id_type, p_limit integer, p_most integer,
  out differences bigint, out listed jsonb, out date_from date, out date_to date, out last_id :session_id_type
)
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set plan_cache_mode = auto
set jit = off
set work_mem = '32MB'
as $$
declare
  v_time_zone text;
  v_with_owners boolean;
  v_first_id :session_id_type;
begin
  -- Before the snapshot: else a TRUNCATE could empty page views between it and the first look at them.
  lock table :page_views in access share mode;
  perform :schema.refuse_hidden_rows();
  select s.time_zone, 'owner' = any (s.levels) into strict v_time_zone, v_with_owners from :schema.analytics_settings s;

  select n.first_id, n.last_id into v_first_id, last_id from :schema.sessions_to_compare(p_after, p_limit) n;

  with found as materialized (
    select d.* from :schema.session_differences(v_first_id, last_id, v_time_zone, v_with_owners) d
  )
  select
    count(*),
    coalesce(
      (
        select jsonb_agg(to_jsonb(l))
        from (
          select
            'visitor_sessions' as rollup, f.entity_type, f.entity_id,
            jsonb_build_object('session_id', f.session_id::text) as key, f.stored, f.expected
          from found f
          limit p_most
        ) l
      ),
      '[]'
    ),
    min(f.date_from), max(f.date_to)
  into differences, listed, date_from, date_to
  from found f;
end
$$;`,
  },
  {
    name: "chance_of_entity",
    file: "functions/verifying/verify.sql",
    line: 1,
    sql: `-- Verifying goes through all entities in the order of their index, a bounded number of page views in each step, or
-- through a sample of them. It writes nothing: any role that may read everything may do it, on a replica as well.

-- Where does this entity stand between 0 and 1, by chance? The same seed puts it in the same place.
create or replace function :schema.chance_of_entity(p_entity_type text, p_entity_id :entity_id_type, p_seed bigint) returns double precision
language sql immutable
begin atomic
  select (hashtextextended(p_entity_id::text, hashtextextended(p_entity_type, p_seed)) & 9007199254740991)
    / 9007199254740992.0;
end;`,
  },
  {
    name: "entities_after",
    file: "functions/verifying/verify.sql",
    line: 12,
    sql: `-- Which entities follow this one, p_limit at most?
create or replace function :schema.entities_after(p_after :schema.entity_key, p_limit integer)
returns table (nth integer, entity_type text, entity_id :entity_id_type)
language sql stable
begin atomic
  with recursive listed as (
    (
      select 1 as nth, f.entity_type, f.entity_id from :schema.first_entity() f where (p_after).entity_type is null
      union all
      select 1, n.entity_type, n.entity_id
      from :schema.next_entity((p_after).entity_type, (p_after).entity_id) n
      where (p_after).entity_type is not null
    )
    union all
    select l.nth + 1, n.entity_type, n.entity_id
    from listed l
    cross join lateral :schema.next_entity(l.entity_type, l.entity_id) n
    where l.nth < p_limit
  )
  select l.nth, l.entity_type, l.entity_id from listed l where p_limit > 0;
end;`,
  },
  {
    name: "share_of_entities",
    file: "functions/verifying/verify.sql",
    line: 34,
    sql: `-- Up to which place between 0 and 1 stand so many entities?
create or replace function :schema.share_of_entities(p_entities integer, p_seed bigint) returns double precision
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(
    (
      select :schema.chance_of_entity(e.entity_type, e.entity_id, p_seed)
      from :schema.entities_after(null, 2147483647) e
      order by 1 offset p_entities - 1 limit 1
    ),
    1
  );
end;`,
  },
  {
    name: "verify_entity_slice",
    file: "functions/verifying/verify.sql",
    line: 49,
    sql: `-- Compare the rollups of these entities with page views: what was compared, how many rows differ, the first p_most of
-- them, and the dates whose rebuild repairs them: all dates of the entities that differ, because a visitor's row is about all.
create or replace function :schema.verify_entity_slice(p_slice :schema.entity_slice, p_most integer)
returns table (page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date)
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set plan_cache_mode = auto
set jit = off
set work_mem = '32MB'
as $$
declare
  v_time_zone text;
  v_entity_ids :entity_id_type[];
begin
  -- Before the snapshot: else a TRUNCATE could empty page views between it and the first look at them.
  lock table :page_views in access share mode;
  perform :schema.refuse_hidden_rows();
  select s.time_zone into strict v_time_zone from :schema.analytics_settings s;

  with found as materialized (
    select d.* from :schema.rollup_differences(p_slice, v_time_zone) d
    union all
    select d.* from :schema.breakdown_differences(p_slice, v_time_zone) d
  )
  select
    (select (f.key ->> 'page_views')::bigint from found f where f.rollup is null),
    (select (f.key ->> 'entities')::bigint from found f where f.rollup is null),
    (select count(*) from found f where f.rollup is not null),
    (
      select coalesce(jsonb_agg(to_jsonb(l)), '[]')
      from (
        select f.rollup, p_slice.entity_type, nullif(f.entity_id, :no_entity)::text as entity_id, f.key, f.stored, f.expected
        from found f
        where f.rollup is not null
        -- dates first: where page views are gone, they name which
        order by f.rollup, f.entity_id, f.key ->> 'date'
        limit p_most
      ) l
    ),
    array(select distinct f.entity_id from found f where f.rollup is not null)
  into page_views, entities, differences, listed, v_entity_ids;

  if differences > 0 then
    select min(d.date), max(d.date) into date_from, date_to
    from (
      select a.date from :schema.analytics_days a
      where a.entity_type = p_slice.entity_type and a.entity_id = any (v_entity_ids)
      union all
      select h.date from :schema.analytics_hours h
      where h.entity_type = p_slice.entity_type and h.entity_id = any (v_entity_ids)
      union all
      select d.date from :schema.analytics_visitor_days d
      where d.entity_type = p_slice.entity_type and d.entity_id = any (v_entity_ids)
      union all
      select r.date from :schema.analytics_visitor_returns r
      where r.entity_type = p_slice.entity_type and r.entity_id = any (v_entity_ids)
      union all
      select w.week from :schema.analytics_visitor_return_weeks w
      where w.entity_type = p_slice.entity_type and w.entity_id = any (v_entity_ids)
      union all
      select cast(e.visit at time zone v_time_zone as date)
      from :schema.analytics_entity_visitors v
      cross join lateral (values (v.first_visit), (v.last_visit)) e (visit)
      where v.entity_type = p_slice.entity_type and v.entity_id = any (v_entity_ids) and isfinite(e.visit)
      union all
      select cast(b.viewed_at at time zone v_time_zone as date)
      from :schema.analytics_entities e
      cross join lateral (values (e.first_view), (e.last_view)) b (viewed_at)
      where e.entity_type = p_slice.entity_type and e.entity_id = any (v_entity_ids) and isfinite(b.viewed_at)
      union all
      select cast(pv.viewed_at at time zone v_time_zone as date)
      from :page_view_rows pv
      where (
          :schema.is_group_type(p_slice.entity_type) or pv.entity_type = p_slice.entity_type
        )
        and (:schema.is_group_type(p_slice.entity_type) or pv.entity_id = any (v_entity_ids) or (:no_entity = any (v_entity_ids) and pv.entity_id is null))
        and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
    ) d
    -- what is sealed cannot be rebuilt
    where d.date >= (select coalesce(s.sealed_before, '-infinity') from :schema.analytics_settings s);
  end if;
  return next;
end
$$;`,
  },
  {
    name: "verify_seals",
    file: "functions/verifying/verify.sql",
    line: 135,
    sql: `-- Compare what is stored of sealed months with their seals: how many months differ, and the first p_most of them.
create or replace function :schema.verify_seals(p_most integer, out differences bigint, out listed jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set jit = off
set work_mem = '32MB'
as $$
begin
  perform :schema.refuse_hidden_rows();
  with found as materialized (
    select d.* from :schema.seal_differences() d
  )
  select
    count(*),
    coalesce(
      (
        select jsonb_agg(to_jsonb(l))
        from (
          select
            'analytics_seals' as rollup, '' as entity_type, null as entity_id, jsonb_build_object('month', f.month) as key, f.stored,
            f.expected
          from found f
          limit p_most
        ) l
      ),
      '[]'
    )
  into differences, listed
  from found f;
end
$$;`,
  },
  {
    name: "verify_rollups_step",
    file: "functions/verifying/verify.sql",
    line: 168,
    sql: `-- One step of verifying: the entities, and behind the last one the groups, after p_after with about p_limit page views, or, given a share,
-- those of the next p_limit / 100 entities that chance puts below it, and no groups. Behind the last group come sessions, and behind those
-- the seals of months whose page views may be gone, when all are compared. Says where to go on; done when nothing was left.
create or replace function :schema.verify_rollups_step(
  p_after jsonb default null, p_limit integer default 100000, p_most integer default 100,
  p_share double precision default null, p_seed bigint default 0
) returns table (
  page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date, done boolean, after jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = auto
as $$
declare
  v_after :schema.entity_key := row(
    p_after ->> 'entity_type', coalesce((p_after ->> 'entity_id'):::entity_id_type, :no_entity)
  ):::schema.entity_key;
  v_slices :schema.entity_slice[];
  v_slice :schema.entity_slice;
  v_part record;
  v_session_id :session_id_type;
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;

  page_views := 0;
  entities := 0;
  differences := 0;
  listed := '[]';
  if p_share is null and not coalesce(p_after ? 'session_id', false) then
    v_slice := :schema.next_slice(v_after, p_limit, (select s.levels from :schema.analytics_settings s));
    v_slices := array[v_slice];
    done := v_slice.entity_type is null;
    after := jsonb_build_object('entity_type', v_slice.entity_type, 'entity_id', nullif(v_slice.last_id, :no_entity)::text);
  elsif p_share is null then
    done := true;
  else
    select
      array_agg(row(e.entity_type, e.entity_id, e.entity_id):::schema.entity_slice order by e.nth)
        filter (where :schema.chance_of_entity(e.entity_type, e.entity_id, p_seed) <= p_share),
      count(*) = 0,
      (array_agg(jsonb_build_object('entity_type', e.entity_type, 'entity_id', nullif(e.entity_id, :no_entity)::text) order by e.nth desc))[1]
    into v_slices, done, after
    from :schema.entities_after(v_after, greatest(p_limit / 100, 1)) e;
  end if;

  if p_after ? 'seals' then
    done := true;
    after := p_after;
  elsif done and p_share is null then
    select v.differences, v.listed, v.date_from, v.date_to, v.last_id
    into differences, listed, date_from, date_to, v_session_id
    from :schema.verify_sessions((p_after ->> 'session_id'):::session_id_type, p_limit, p_most) v;
    done := v_session_id is null;
    after := coalesce(p_after, '{"entity_type": "", "entity_id": null}') || jsonb_build_object('session_id', v_session_id);
    if done and exists (select 1 from :schema.analytics_settings s where s.sealed_before is not null) then
      select v.differences, v.listed into differences, listed from :schema.verify_seals(p_most) v;
      done := false;
      after := after || '{"seals": true}';
    end if;
  elsif not done then
    foreach v_slice in array coalesce(v_slices, '{}') loop
      select v.* into v_part
      from :schema.verify_entity_slice(v_slice, greatest(p_most - jsonb_array_length(listed), 0)) v;
      -- those of groups are these once more
      if not :schema.is_group_type(v_slice.entity_type) then
        page_views := page_views + v_part.page_views;
        entities := entities + v_part.entities;
      end if;
      differences := differences + v_part.differences;
      listed := listed || v_part.listed;
      date_from := least(date_from, v_part.date_from);
      date_to := greatest(date_to, v_part.date_to);
    end loop;
  end if;
  return next;
end
$$;`,
  },
];
