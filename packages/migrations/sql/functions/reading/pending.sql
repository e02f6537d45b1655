-- Live reads: what is pending of entities, as it would be folded, without storing it.
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
$$;

-- These pending changes without those that folding would set aside, because they take away what had never been counted. That is known
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
$$;

-- Which sessions lose a view that is pending, and entered at one of these entities or viewed it too? p_here: those of which something is
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
$$;

-- Which sessions may something pending make enter at one of these entities, or bounce there or no longer, on these dates?
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
$$;

-- What do pending changes add to the entries and bounces of these entities? p_session_ids: the sessions that may enter there. All
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
$$;

-- What do these pending changes of entities do to visitor-days, and which of them does folding count?
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
$$;

-- What do pending changes add to the series of these entities, on these dates? Without dates: on all of them, and to their totals of all time, of which
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
$$;

-- What do pending changes do to the visitor-days of this entity?
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
$$;
