-- Forgetting in a slice: people's page views are in all slices, and so is what is stored of them.

-- Which of these sessions have none of the views that slices have handed on to this one?
create or replace function :schema.sessions_without_page_views(p_ids :session_id_type[]) returns table (session_id :session_id_type)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select k.id from unnest(p_ids) k (id)
  except
  select r.session_id from :schema.remaining_of_sessions(p_ids, '{}') r;
end
$$;

-- Hand on to entities, which are in all slices, what happens to the entries of these sessions.
create or replace function :schema.store_entries_of_sessions(p_sessions :schema.session_delta[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.hand_on_entries(p_sessions);
end
$$;

-- Take address and agent off those of these sessions that are in this slice.
create or replace function :schema.clear_sessions_here(p_session_ids :session_id_type[]) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.hold_sessions();
  perform :schema.clear_sessions('{}', p_session_ids);
  return true;
end
$$;

-- Let nothing of this slice name these people any more: see forget_people. {"account_ids": ["7"], "session_ids": [], "visitor_ids": []}, and new_account_ids,
-- new_session_ids and new_visitor_ids.
create or replace function :schema.forget_people_here(p_people jsonb) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.begin_erasing();
  return :schema.forget_people(
    array(select i.id:::account_id_type from jsonb_array_elements_text(p_people -> 'account_ids') i (id)),
    array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'session_ids') i (id)),
    array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'visitor_ids') i (id)),
    array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'new_account_ids') i (id)),
    array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'new_session_ids') i (id)),
    array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'new_visitor_ids') i (id))
  );
end
$$;
