-- Folding what was fetched into the sessions of a slice.

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
    insert into :schema.outgoing_entries (for_slice, entity_type, entity_id, date, hour, entries, bounces)
    select :all_slices.slice_of_entity(e.entity_id), e.entity_type, e.entity_id, e.date, e.hour, e.entries, e.bounces
    from :schema.entry_deltas(v_sessions) e;
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

-- Fold at most p_limit of the changes that were fetched into the sessions of this slice. Returns how many.
create or replace function :schema.fold_session_changes(p_limit integer default 20000) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_changes :schema.session_changes[];
begin
  perform :schema.begin_fold(p_limit, 1);
  perform :schema.hold_sessions();
  v_changes := array(select q from :schema.session_changes q order by q.change_id limit p_limit);
  if v_changes <> '{}' then
    perform :schema.apply_session_changes(v_changes);
  end if;
  return cardinality(v_changes);
end
$$;
