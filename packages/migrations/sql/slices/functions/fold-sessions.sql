-- Folding what was fetched into the sessions of a slice.

-- Hand on what this does to the entries of entities.
create or replace function :schema.hand_on_entries(p_sessions :schema.session_delta[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.outgoing_entries (for_slice, entity_type, entity_id, date, hour, entries, bounces)
  select :all_slices.slice_of_entity(e.entity_id), e.entity_type, e.entity_id, e.date, e.hour, e.entries, e.bounces
  from :schema.entry_deltas(p_sessions) e
  -- a session that somebody wrote may lack them
  where e.entity_type is not null and e.entity_id is not null and e.date is not null;
end
$$;

-- Apply these changes to their sessions, and hand on what that does to entries; what cannot be applied is set aside. When they cannot be applied
-- together they are divided, as apply_changes does.
create or replace function :schema.apply_session_changes(p_changes :schema.session_changes[]) returns void
language plpgsql
:settings_of_folds
set enable_bitmapscan = off
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_changes :schema.page_view_changes[];
  v_pages :schema.session_page[];
  v_sessions :schema.session_delta[];
  v_reason text;
  v_state text;
  v_half integer := cardinality(p_changes) / 2;
begin
  begin
    delete from :schema.session_changes q where (q.change_id in (select c.change_id from unnest(p_changes) c)) is true;
    v_changes := array(
      select row(
        c.change_id, c.viewed_at, null, c.time_on_page, 8, c.sign, null, null, null, c.entity_type, c.entity_id, c.account_id, c.session_id,
        c.visitor_id, c.owner_id
      ):::schema.page_view_changes
      from unnest(p_changes) c
    );
    v_pages := array(
      select row(c.session_id, sum(c.sign), sum(c.pages)):::schema.session_page
      from unnest(p_changes) c
      group by c.session_id, c.entity_type, c.entity_id
    );
    v_sessions := array(select s from :schema.session_deltas(v_changes, v_pages) s);
    perform :schema.store_sessions(v_sessions);
    perform :schema.hand_on_entries(v_sessions);
    return;
  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    get stacked diagnostics v_reason = message_text, v_state = returned_sqlstate;
  end;
  if v_half = 0 then
    perform :schema.set_aside(v_changes, format('not counted in its session: %s (%s)', v_reason, v_state));
    delete from :schema.session_changes q where q.change_id = (p_changes[1]).change_id;
    return;
  end if;
  p_changes := array(select c from unnest(p_changes) c order by c.sign, c.change_id);
  perform :schema.apply_session_changes(p_changes[:v_half]);
  perform :schema.apply_session_changes(p_changes[v_half + 1:]);
end
$$;

-- Make these sessions what all slices have handed on of them and was folded, whatever is stored, and hand on what that does to entries.
create or replace function :schema.read_sessions_again(p_session_ids :session_id_type[]) returns void
language plpgsql
:settings_of_folds
set enable_bitmapscan = off
set enable_nestloop = off
set enable_seqscan = off
as $$
declare
  v_sessions :schema.session_delta[] := array(
    select row(
      k.session_id,
      case when s.total_views > 0 then row(
        s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at, s.account_id, s.account_seen_at,
        s.entry_entity_type, s.entry_entity_id, s.entry_owner_id
      ):::schema.session_state end,
      row(
        coalesce(r.views, 0), r.time_total, r.unique_pages, r.first_seen, r.last_seen, r.account_id, r.account_seen,
        (r.entry).entity_type, (r.entry).entity_id, (r.entry).owner_id
      ):::schema.session_state,
      null
    ):::schema.session_delta
    from unnest(p_session_ids) k (session_id)
    left join lateral :schema.session_at(k.session_id) s on true
    left join (
      select
        r.session_id, sum(r.views)::integer as views, sum(r.time_total)::bigint as time_total,
        count(distinct (r.entity_type, r.entity_id))::integer as unique_pages, min(r.viewed_at) as first_seen, max(r.viewed_at) as last_seen,
        (array_agg(
          row(r.entity_type, r.entity_id, r.owner_id):::schema.session_entry order by r.viewed_at, r.entity_type, r.entity_id
        ))[1] as entry,
        (array_agg(r.account_id order by r.viewed_at desc, r.account_id desc) filter (where r.account_id is not null))[1] as account_id,
        max(r.viewed_at) filter (where r.account_id is not null) as account_seen
      from :schema.remaining_of_sessions(p_session_ids, '{}') r
      group by r.session_id
    ) r on r.session_id = k.session_id
  );
begin
  perform :schema.store_sessions(v_sessions);
  perform :schema.hand_on_entries(v_sessions);
end
$$;

-- Fold at most p_limit of the changes that were fetched into the sessions of this slice. Returns how many.
create or replace function :schema.fold_session_changes(p_limit integer default 20000) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_changes :schema.session_changes[];
  v_again :session_id_type[];
  v_views :schema.session_changes[];
begin
  perform :schema.begin_fold(p_limit, 1);
  perform :schema.hold_sessions();
  v_changes := array(select q from :schema.session_changes q order by q.change_id limit p_limit);
  -- first, and less all that is still to be folded: what follows may take away views that are not in the session yet
  v_again := array(select distinct c.session_id from unnest(v_changes) c where c.sign = 0);
  if v_again <> '{}' then
    perform :schema.read_sessions_again(v_again);
    delete from :schema.session_changes q where q.sign = 0 and (q.change_id in (select c.change_id from unnest(v_changes) c)) is true;
  end if;
  v_views := array(select c from unnest(v_changes) c where c.sign <> 0);
  if v_views <> '{}' then
    perform :schema.apply_session_changes(v_views);
  end if;
  return cardinality(v_changes);
end
$$;
