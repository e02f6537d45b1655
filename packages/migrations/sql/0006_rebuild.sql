-- Rebuilding: recompute the rollups of a range of dates from raw page views, while views arrive.
--
-- It goes entity by entity in the order of their index, a bounded number of views in each step. A step reads one
-- snapshot and in that same snapshot takes the pending changes that it covers out of the queue.

create type :schema.entity_key as (entity_type text, entity_id :entity_id_type);

-- A visitor's views of an entity in one hour. visitor_id is NULL for views by nobody.
create type :schema.visitor_hour as (
  entity_type text,
  entity_id :entity_id_type,
  is_account boolean,
  visitor_id :visitor_id_type,
  date date,
  hour smallint,
  views integer,
  timed_views integer,
  time_total bigint,
  first_view timestamptz,
  last_view timestamptz
);

-- Which page views has this entity on these dates? The index gets a day's margin and the label decides.
create function :schema.page_views_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_time_zone text
) returns table (
  account_id :account_id_type, session_id :session_id_type, viewed_at timestamptz, local_time timestamp, time_on_page bigint
)
language sql stable
begin atomic
  select v.account_id, v.session_id, v.viewed_at, v.viewed_at at time zone p_time_zone, v.time_on_page
  from (
    select pv.account_id, pv.session_id, pv.viewed_at, pv.time_on_page
    from :page_views pv
    where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
    union all
    select pv.account_id, pv.session_id, pv.viewed_at, pv.time_on_page
    from :page_views pv
    where p_entity_id is null and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
  ) v
  where :schema.is_counted(p_entity_type, v.viewed_at)
    and (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date;
end;

-- Which visitor-days are stored for this entity on these dates?
create function :schema.visitor_days_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_visitor_days
language sql stable
begin atomic
  select d.* from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
  union all
  select d.* from :schema.analytics_visitor_days d
  where p_entity_id is null and d.entity_type = p_entity_type and d.entity_id is null
    and d.date between p_start_date and p_end_date;
end;

-- Which visitors are stored for this entity?
create function :schema.visitors_of(p_entity_type text, p_entity_id :entity_id_type)
returns setof :schema.analytics_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_visitors v
  where v.entity_type = p_entity_type and v.entity_id = p_entity_id
  union all
  select v.* from :schema.analytics_visitors v
  where p_entity_id is null and v.entity_type = p_entity_type and v.entity_id is null;
end;

-- Which entities have rows in the rollups? As often as they have rows.
create function :schema.rolled_up_entities() returns setof :schema.entity_key
language sql stable
begin atomic
  select a.entity_type, a.entity_id from :schema.analytics_aggregates a
  union all
  select d.entity_type, d.entity_id from :schema.analytics_visitor_days d
  union all
  select v.entity_type, v.entity_id from :schema.analytics_visitors v
  union all
  select r.entity_type, r.entity_id from :schema.analytics_visitor_returns r;
end;

-- Which entity comes next, in page views or in rollups? An entity_type's views without entity come last.
create function :schema.next_entity(p_entity_type text, p_entity_id :entity_id_type) returns setof :schema.entity_key
language sql stable
begin atomic
  select c.entity_type::text, c.entity_id:::entity_id_type
  from (
    (select pv.entity_type, pv.entity_id from :page_views pv
      where pv.entity_type = p_entity_type and pv.entity_id > p_entity_id
      order by pv.entity_id limit 1)
    union all
    (select pv.entity_type, pv.entity_id from :page_views pv
      where p_entity_id is not null and pv.entity_type = p_entity_type and pv.entity_id is null limit 1)
    union all
    (select pv.entity_type, pv.entity_id from :page_views pv
      where pv.entity_type > p_entity_type
      order by pv.entity_type, pv.entity_id limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type = p_entity_type and r.entity_id > p_entity_id
      order by r.entity_type, r.entity_id limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where p_entity_id is not null and r.entity_type = p_entity_type and r.entity_id is null limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type > p_entity_type
      order by r.entity_type, r.entity_id limit 1)
  ) c
  order by c.entity_type, c.entity_id nulls last
  limit 1;
end;

-- Which is the first?
create function :schema.first_entity() returns setof :schema.entity_key
language sql stable
begin atomic
  select c.entity_type::text, c.entity_id:::entity_id_type
  from (
    (select pv.entity_type, pv.entity_id from :page_views pv order by pv.entity_type, pv.entity_id limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r order by r.entity_type, r.entity_id limit 1)
  ) c
  where c.entity_type is not null
  order by c.entity_type, c.entity_id nulls last
  limit 1;
end;

-- Which entities, from this one on, have together about p_limit page views on these dates, and each how many?
-- Counting stops at p_limit + 1: more than a step may take is as good as any number. An entity without any counts
-- for one, so that a step is bounded in entities as well.
create function :schema.entities_from(
  p_from :schema.entity_key, p_start_date date, p_end_date date, p_time_zone text, p_limit integer
) returns table (nth integer, entity :schema.entity_key, page_views bigint, sum_of_page_views bigint)
language sql stable
begin atomic
  with recursive listed as (
    select 1 as nth, p_from as entity, c.page_views, greatest(c.page_views, 1) as sum_of_page_views
    from (
      select count(*) as page_views from (
        select from :schema.page_views_of((p_from).entity_type, (p_from).entity_id, p_start_date, p_end_date, p_time_zone)
        limit p_limit + 1
      ) v
    ) c
    union all
    select l.nth + 1, row(n.entity_type, n.entity_id):::schema.entity_key, c.page_views, l.sum_of_page_views + greatest(c.page_views, 1)
    from listed l
    cross join lateral :schema.next_entity((l.entity).entity_type, (l.entity).entity_id) n
    cross join lateral (
      select count(*) as page_views from (
        select from :schema.page_views_of(n.entity_type, n.entity_id, p_start_date, p_end_date, p_time_zone)
        limit p_limit + 1
      ) v
    ) c
    where l.sum_of_page_views < p_limit and l.nth < 10000
  )
  select l.nth, l.entity, l.page_views, l.sum_of_page_views from listed l;
end;

-- For the visitors of these days: what is their nearest stored day before p_start_date, and after p_end_date?
-- Looked for among all that is stored for the entity, for a rebuild trusts no link.
create function :schema.nearest_visitor_days(
  p_days :schema.visitor_day_effect[], p_entities :schema.entity_key[], p_start_date date, p_end_date date
) returns :schema.visitor_day_effect[]
language sql stable
begin atomic
  select array(
    select row(
      n.entity_type, n.entity_id, n.is_account, n.visitor_id, n.date,
      n.views, n.timed_views, n.hours_seen, n.time_total, n.first_view, n.last_view, n.prev_date,
      n.views, n.timed_views, n.hours_seen, n.time_total, n.first_view, n.last_view, n.prev_date,
      null::timestamptz, null::timestamptz
    ):::schema.visitor_day_effect
    from (
      select
        d.entity_type, d.entity_id, d.is_account, d.visitor_id,
        max(d.date) filter (where d.date < p_start_date) as before_date,
        min(d.date) filter (where d.date > p_end_date) as after_date
      from (
        select d.entity_type, d.entity_id, d.is_account, d.visitor_id, null::date as date
        from unnest(p_days) d
        union all
        select d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date
        from unnest(p_entities) e
        cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, '-infinity', p_start_date - 1) d
        union all
        select d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date
        from unnest(p_entities) e
        cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, p_end_date + 1, 'infinity') d
      ) d
      group by d.entity_type, d.entity_id, d.is_account, d.visitor_id
      having bool_or(d.date is null)
    ) v
    cross join lateral (values (v.before_date), (v.after_date)) nearest (date)
    cross join lateral :schema.visitor_day_at(v.entity_type, v.entity_id, v.is_account, v.visitor_id, nearest.date) n
  );
end;

-- Recompute these entities on these dates. Returns how many page views were read.
create function :schema.rebuild_entities(
  p_entities :schema.entity_key[], p_start_date date, p_end_date date, p_time_zone text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
as $$
declare
  v_hours :schema.visitor_hour[];
  v_days :schema.visitor_day_effect[];
  v_counts :schema.view_count_effect[];
begin
  -- What is there, and which pending changes does that cover? One statement, for it must be one snapshot.
  with covered as (
    delete from :schema.page_view_changes q
    using unnest(p_entities) e
    where q.entity_type = e.entity_type
      and coalesce(q.entity_id::text, '') = coalesce(e.entity_id::text, '')
      and q.entity_id is not distinct from e.entity_id
      and (q.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
  )
  select array_agg(h.visitor_hour) into v_hours
  from (
    select row(
      e.entity_type, e.entity_id, v.account_id is not null,
      coalesce(v.account_id:::visitor_id_type, v.session_id:::visitor_id_type),
      v.local_time::date, extract(hour from v.local_time)::smallint,
      count(*)::integer, count(v.time_on_page)::integer, coalesce(sum(v.time_on_page), 0)::bigint,
      min(v.viewed_at), max(v.viewed_at)
    ):::schema.visitor_hour as visitor_hour
    from unnest(p_entities) e
    cross join lateral :schema.page_views_of(e.entity_type, e.entity_id, p_start_date, p_end_date, p_time_zone) v
    group by
      e.entity_type, e.entity_id, v.account_id is not null,
      coalesce(v.account_id:::visitor_id_type, v.session_id:::visitor_id_type),
      v.local_time::date, extract(hour from v.local_time)
  ) h;

  v_counts := array(
    select row(
      h.entity_type, h.entity_id, h.date, h.hour, sum(h.views)::integer, sum(h.timed_views)::integer, sum(h.time_total)::bigint
    ):::schema.view_count_effect
    from unnest(v_hours) h
    group by h.entity_type, h.entity_id, h.date, h.hour
  );

  -- Every visitor-day of these dates, as stored and as it is.
  v_days := array(
    select row(
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date,
      coalesce(max(d.before_views), 0), coalesce(max(d.before_timed_views), 0), coalesce(max(d.before_hours_seen), 0),
      coalesce(max(d.before_time_total), 0), max(d.before_first_view), max(d.before_last_view), max(d.before_prev_date),
      coalesce(sum(d.views), 0)::integer, coalesce(sum(d.timed_views), 0)::integer,
      coalesce(bit_or(1 << d.hour), 0)::integer, coalesce(sum(d.time_total), 0)::bigint,
      min(d.first_view), max(d.last_view), null::date, null::timestamptz, null::timestamptz
    ):::schema.visitor_day_effect
    from (
      select
        h.entity_type, h.entity_id, h.is_account, h.visitor_id, h.date, h.hour,
        h.views, h.timed_views, h.time_total, h.first_view, h.last_view,
        null::integer as before_views, null::integer as before_timed_views, null::integer as before_hours_seen,
        null::bigint as before_time_total, null::timestamptz as before_first_view,
        null::timestamptz as before_last_view, null::date as before_prev_date
      from unnest(v_hours) h
      where h.visitor_id is not null
      union all
      select
        s.entity_type, s.entity_id, s.is_account, s.visitor_id, s.date, null, null, null, null, null, null,
        s.views, s.timed_views, s.hours_seen, s.time_total, s.first_view, s.last_view, s.prev_date
      from unnest(p_entities) e
      cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, p_start_date, p_end_date) s
    ) d
    group by d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date
  );
  v_days := v_days || :schema.nearest_visitor_days(v_days, p_entities, p_start_date, p_end_date);
  v_days := array(select d from :schema.link_visitor_days(v_days, p_start_date) d);

  delete from :schema.analytics_aggregates a
  using unnest(p_entities) e
  where a.entity_type = e.entity_type and a.entity_id = e.entity_id and a.date between p_start_date and p_end_date;
  delete from :schema.analytics_aggregates a
  using unnest(p_entities) e
  where e.entity_id is null and a.entity_type = e.entity_type and a.entity_id is null
    and a.date between p_start_date and p_end_date;

  delete from :schema.analytics_visitor_returns r
  using unnest(p_entities) e
  where r.entity_type = e.entity_type and r.entity_id = e.entity_id and r.date between p_start_date and p_end_date;
  delete from :schema.analytics_visitor_returns r
  using unnest(p_entities) e
  where e.entity_id is null and r.entity_type = e.entity_type and r.entity_id is null
    and r.date between p_start_date and p_end_date;

  perform :schema.apply_effects(v_counts, v_days, daterange(p_start_date, p_end_date, '[]'));
  return (select coalesce(sum(c.views), 0) from unnest(v_counts) c);
end
$$;

-- Make the visitors of these entities what their visitor-days say. After a rebuild of all their dates that is
-- already so, unless somebody changed the table by hand.
create function :schema.rebuild_visitors(p_entities :schema.entity_key[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
as $$
declare
  v_emptied tid[];
begin
  with
  compared as (
    select
      v.entity_type, v.entity_id, v.is_account, v.visitor_id, true as is_stored,
      v.visit_count, v.days_visited, v.timed_views, v.time_total, v.first_visit, v.last_visit
    from unnest(p_entities) e
    cross join lateral :schema.visitors_of(e.entity_type, e.entity_id) v
    union all
    select
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, false,
      sum(d.views)::integer, count(*)::integer, sum(d.timed_views)::integer, sum(d.time_total)::bigint,
      min(d.first_view), max(d.last_view)
    from unnest(p_entities) e
    cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, '-infinity', 'infinity') d
    group by d.entity_type, d.entity_id, d.is_account, d.visitor_id
  ),
  written as (
    insert into :schema.analytics_visitors as v (
      entity_type, entity_id, is_account, visitor_id, visit_count, days_visited, timed_views, time_total,
      first_visit, last_visit
    )
    select
      c.entity_type, c.entity_id, c.is_account, c.visitor_id,
      coalesce(max(c.visit_count) filter (where not c.is_stored), 0),
      coalesce(max(c.days_visited) filter (where not c.is_stored), 0),
      coalesce(max(c.timed_views) filter (where not c.is_stored), 0),
      coalesce(max(c.time_total) filter (where not c.is_stored), 0),
      coalesce(max(c.first_visit) filter (where not c.is_stored), '-infinity'),
      coalesce(max(c.last_visit) filter (where not c.is_stored), '-infinity')
    from compared c
    group by c.entity_type, c.entity_id, c.is_account, c.visitor_id
    having count(distinct (c.visit_count, c.days_visited, c.timed_views, c.time_total, c.first_visit, c.last_visit)) > 1
      or count(*) = 1
    on conflict (entity_type, entity_id, visitor_id, is_account) do update set
      visit_count = excluded.visit_count, days_visited = excluded.days_visited,
      timed_views = excluded.timed_views, time_total = excluded.time_total,
      first_visit = excluded.first_visit, last_visit = excluded.last_visit
    returning v.ctid as place, v.visit_count
  )
  select array_agg(w.place) into v_emptied from written w where w.visit_count = 0;
  delete from :schema.analytics_visitors where ctid = any (v_emptied);
end
$$;

-- One step of a rebuild: entities that follow p_after with together about p_limit page views, or the next dates
-- of one that has more. Returns the views read and where to go on; done when there is nothing after it.
create function :schema.rebuild_page_views_step(
  p_start_date date, p_end_date date, p_after jsonb default null, p_limit integer default 100000
) returns table (page_views bigint, done boolean, after jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
as $$
declare
  v_time_zone text;
  v_entities :schema.entity_key[];
  v_entity :schema.entity_key;
  v_first date := coalesce(p_start_date, '-infinity');
  v_last date := coalesce(p_end_date, 'infinity');
  v_from date := v_first;
  v_to date := v_last;
  v_views bigint;
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;

  lock table :page_views in access share mode;
  select s.time_zone into strict v_time_zone from :schema.analytics_settings s for no key update;

  if p_after is null then
    select f.entity_type, f.entity_id into v_entity from :schema.first_entity() f;
  else
    v_entity := row(p_after ->> 'entity_type', p_after ->> 'entity_id'):::schema.entity_key;
    if p_after ->> 'date' is null then
      select n.entity_type, n.entity_id into v_entity from :schema.next_entity(v_entity.entity_type, v_entity.entity_id) n;
    else
      v_from := (p_after ->> 'date')::date + 1;
    end if;
  end if;

  if v_entity.entity_type is null then
    return query select 0::bigint, true, null::jsonb;
    return;
  end if;

  -- The first entity in any case; those after it as long as the step stays within its limit.
  select array_agg(l.entity order by l.nth), max(l.page_views) into v_entities, v_views
  from :schema.entities_from(v_entity, v_from, v_to, v_time_zone, p_limit) l
  where l.nth = 1 or (v_from = v_first and l.sum_of_page_views <= p_limit);

  if v_views > p_limit then
    select greatest(v_from, max(v.local_time)::date - 1) into v_to
    from (
      select v.local_time
      from :schema.page_views_of(v_entity.entity_type, v_entity.entity_id, v_from, v_to, v_time_zone) v
      order by v.viewed_at limit p_limit
    ) v;
  end if;

  v_views := :schema.rebuild_entities(v_entities, v_from, v_to, v_time_zone);
  v_entity := v_entities[cardinality(v_entities)];

  if v_to = v_last and not exists (
    select from unnest(v_entities) e
    where exists (select from :schema.visitor_days_of(e.entity_type, e.entity_id, '-infinity', v_first - 1))
      or exists (select from :schema.visitor_days_of(e.entity_type, e.entity_id, v_last + 1, 'infinity'))
  ) then
    perform :schema.rebuild_visitors(v_entities);
  end if;

  return query select v_views, false, jsonb_build_object(
    'entity_type', v_entity.entity_type,
    'entity_id', v_entity.entity_id,
    'date', case when v_to < v_last then v_to end
  );
end
$$;

-- Recompute the rollups of these dates (NULL: no bound) from raw page views, in one transaction.
-- Returns how many page views were read. On a large table prefer the client or the CLI: they commit every step.
create function :schema.aggregate_page_views(p_start_date date, p_end_date date) returns bigint
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
    v_views := v_views + v_step.page_views;
    exit when v_step.done;
    v_after := v_step.after;
  end loop;
  return v_views;
end
$$;
