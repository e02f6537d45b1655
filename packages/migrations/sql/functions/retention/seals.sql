-- Sealing months: what is stored of dates whose page views may be gone adds up to a number that every later change keeps up to date. A row
-- that was changed past us makes it another one.

-- Is this instant on a date of a sealed month?
create or replace function :schema.is_sealed(p_viewed_at timestamptz) returns boolean
language sql stable
begin atomic
  select coalesce((p_viewed_at at time zone s.time_zone)::date < s.sealed_before, false) from :schema.analytics_settings s;
end;

-- Which number stands for an entity's date? When it was written does not count.
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
end;

-- Which numbers stand for the hours of a date that had several? In how many records an hour is does not count.
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
end;

-- Which number stands for a visitor's day? The same whether the day has a row of its own or the visitor's row tells it.
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
end;

-- Which number stands for a session? Whose it was does not count: that may be erased.
create or replace function :schema.digest_of_session(p_session_id :session_id_type, p_state :schema.session_state) returns bigint
language sql immutable
begin atomic
  select hash_record_extended(
    row(
      p_session_id, (p_state).views, (p_state).time_total, (p_state).unique_pages, (p_state).first_seen, (p_state).last_seen,
      (p_state).entry_entity_type, (p_state).entry_entity_id
    ), 0
  );
end;

-- How many views of an entity's date are sealed? Those of groups are of entities, and counted there.
create or replace function :schema.sealed_views(p_day :schema.analytics_days) returns integer
language sql immutable
begin atomic
  select case when (p_day).entity_type like 'headcount:%' then 0 else (p_day).views end;
end;

-- What do the rows that are stored of these dates add up to, the second one excluded, by month and slot?
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
end;

-- Add to the seals of months. Their slots are held.
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
end;

-- Take the rows of these dates of entities, as they are stored now, out of the seals (-1), or put them in (+1).
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
$$;

-- Renew the seals by what happens to these days of visitors.
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
end;

-- Renew the seals by what happens to these sessions.
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
end;

-- Take all that is stored of an entity out of the seals: it is about to be emptied.
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
end;

-- Take these sessions, as they are stored now, out of the seals (-1), or put them in (+1).
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
end;

-- Which months are not as they were sealed? One snapshot: what is folded in the meantime renews both.
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
end;
