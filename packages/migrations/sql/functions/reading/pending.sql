-- Live reads: what is pending of one entity, as it would be folded, without storing it.
-- Every read asks the same few things of hardly any rows: they are planned once in a connection.
--
-- the three queues --> pending_of --> the same deltas that folding stores

-- How much is pending, since when, what of it is of this entity, and which is the earliest view of all? Reading stops one past what a live read takes on
-- (analytics_settings.max_pending_for_live); then no pending change is looked at, and answers are not live.
create or replace function :schema.pending_of(
  p_entity_type text, p_entity_id :entity_id_type,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out of_entity :schema.page_view_changes[],
  out earliest_view timestamptz
)
language plpgsql stable
:settings_of_readers
as $$
declare
  v_max integer;
begin
  is_live := true;
  pending_changes := 0;
  folded_through := now();
  of_entity := '{}';
  -- mostly nothing is, and that is known in less time than the rest takes to begin
  if not exists (select 1 from :schema.page_view_changes) and not exists (select 1 from :schema.session_changes) then
    return;
  end if;

  v_max := (select s.max_pending_for_live from :schema.analytics_settings s);
  select count(*), coalesce(min(c.captured_at), now()), min(c.viewed_at)
  into pending_changes, folded_through, earliest_view
  from (
    select q.captured_at, q.viewed_at from :schema.page_view_changes q
    union all
    select null, q.viewed_at from :schema.session_changes q
    limit v_max + 1
  ) c;
  is_live := pending_changes <= v_max;
  if is_live then
    of_entity := array(
      select q from :schema.page_view_changes q
      where q.slot = :schema.entity_slot(p_entity_type, p_entity_id) and q.entity_type = p_entity_type
        and q.entity_id = p_entity_id and q.sign <> 0
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
    select q
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

-- Which sessions may something pending make enter at this entity, or bounce here or no longer, on these dates?
-- A view that is added after a session began moves no entry, and of a session with two views no bounce. So it is those that
-- are not stored yet, those that began after the earliest pending view, those that are stored with one view here, and, where
-- views are taken away, those that lose one and viewed this entity.
create or replace function :schema.sessions_that_may_enter(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_of_entity :schema.page_view_changes[], p_earliest_view timestamptz
) returns :session_id_type[]
language plpgsql stable
:settings_of_readers
as $$
declare
  -- of how many sessions that entered here the queues are asked, before the rollup is asked of those in the queues
  c_few constant integer := 200;
  v_is_group boolean := :schema.is_group_type(p_entity_type);
  v_from bigint := :schema.entity_day_key(
    p_entity_type, p_entity_id, (greatest(p_start_date, date '0001-01-03') - 2)::timestamp at time zone 'UTC'
  );
  v_until bigint := :schema.entity_day_key(
    p_entity_type, p_entity_id, (least(p_end_date, date '9999-12-29') + 2)::timestamp at time zone 'UTC'
  );
  v_pending :session_id_type[] := array(
    select c.session_id from unnest(p_of_entity) c where c.session_id is not null
    union all
    select q.session_id from :schema.session_changes q where q.entity_type = p_entity_type and q.entity_id = p_entity_id
    union all
    select q.session_id from :schema.session_changes q
    where v_is_group and :schema.is_of_group(p_entity_type, p_entity_id, q.entity_type, q.owner_id)
  );
  v_found :session_id_type[] := array(
    select p.session_id
    from unnest(v_pending) p (session_id)
    left join lateral :schema.session_at(p.session_id) s on true
    where s.session_id is null or s.total_views = 0 or s.first_seen_at >= p_earliest_view
  );
  v_entered :session_id_type[] := array(
    select s.session_id from :schema.visitor_sessions s
    where :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at) between v_from and v_until
      and (s.total_views = 1 or (s.total_views > 0 and s.first_seen_at >= p_earliest_view))
      and s.entry_entity_type = p_entity_type and s.entry_entity_id = p_entity_id
    limit c_few + 1
  );
begin
  -- those that entered at a group are in no index
  if cardinality(v_entered) <= c_few and not v_is_group then
    v_found := v_found || v_entered;
  else
    v_pending := array(
      select q.session_id from :schema.page_view_changes q where q.session_id is not null
      union all
      select q.session_id from :schema.session_changes q
    );
    v_found := v_found || array(
      select s.session_id from :schema.visitor_sessions s
      where s.session_id = any (v_pending)
        and case
          when v_is_group then :schema.is_of_group(p_entity_type, p_entity_id, s.entry_entity_type, s.entry_owner_id)
          else s.entry_entity_type = p_entity_type and s.entry_entity_id = p_entity_id
        end
        and (s.total_views = 1 or s.first_seen_at >= p_earliest_view)
    );
  end if;

  v_pending := array(
    select q.session_id from :schema.page_view_changes q where q.sign < 0 and q.session_id is not null
    union
    select q.session_id from :schema.session_changes q where q.sign < 0
  );
  if v_pending <> '{}' then
    v_found := v_found || array(
      select p.session_id from unnest(v_pending) p (session_id)
      where exists (select 1 from :schema.page_views_of_session_at(p.session_id, p_entity_type, p_entity_id))
    ) || array(
      select q.session_id from unnest(p_of_entity) q where q.session_id = any (v_pending)
    );
  end if;
  return v_found;
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
    select q from :schema.page_view_changes q
    where q.session_id in (select s.session_id from unnest(p_session_ids) s (session_id)) and q.sign <> 0 and q.is_group is null
  )) || array(
    select row(
      q.change_id, q.viewed_at, null, q.time_on_page, q.slot, q.sign, null, null, null, q.entity_type, q.entity_id, q.account_id,
      q.session_id, q.visitor_id, q.owner_id
    ):::schema.page_view_changes
    from :schema.session_changes q
    where q.session_id in (select s.session_id from unnest(p_session_ids) s (session_id))
  );
  if v_changes = '{}' then
    return v_entries;
  end if;
  v_sessions := array(select s from :schema.session_deltas(v_changes, false) s);
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

-- What do pending changes add to the series of this entity, on these dates?
-- Runs with the rights of its owner and returns numbers only: so a role that may not see visitors, nor page views, still
-- reads a live series. Only roles that were granted it may call it.
create or replace function :schema.pending_series(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz,
  out days :schema.day_delta[], out returns :schema.return_delta[]
)
language plpgsql stable
security definer
:settings_of_readers
set enable_nestloop = off
as $$
declare
  v_pending record := :schema.pending_of(p_entity_type, p_entity_id);
  v_deltas record;
  v_entries :schema.entry_delta[] := '{}';
begin
  is_live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := v_pending.folded_through;
  days := '{}';
  returns := '{}';
  if not is_live then
    return;
  end if;
  if pending_changes > 0 or exists (select 1 from :schema.entry_changes) then
    v_entries := :schema.pending_entries(
      array[p_entity_type], array[p_entity_id],
      :schema.sessions_that_may_enter(
        p_entity_type, p_entity_id, p_start_date, p_end_date, v_pending.of_entity, v_pending.earliest_view
      )
    );
  end if;
  if v_pending.of_entity <> '{}' or v_entries <> '{}' then
    v_deltas := :schema.pending_deltas(v_pending.of_entity);
    returns := array(
      select r from :schema.return_deltas(v_deltas.days) r where r.prev_date >= p_start_date and r.date <= p_end_date
    );
    days := array(
      select d from :schema.day_deltas(v_deltas.changes, v_deltas.days, v_entries) d
      where d.date between p_start_date and p_end_date
    );
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
  v_pending record := :schema.pending_of(p_entity_type, p_entity_id);
begin
  is_live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := v_pending.folded_through;
  days := (:schema.pending_deltas(v_pending.of_entity)).days;
end
$$;
