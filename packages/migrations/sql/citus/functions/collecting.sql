-- Whose sessions and browsers turned out to be, in all shards: each shard has its own transaction's part of it.

create or replace function :schema.identify_session(
  p_session_id :session_id_type, p_account_id :account_id_type, p_since timestamptz default '-infinity'
) returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_identified bigint;
begin
  update :page_views set :account_id_column = p_account_id:::written_account_id
  where :session_id_value = p_session_id and :account_id_column is null and :viewed_at_value >= p_since and :ids_fit;
  get diagnostics v_identified = row_count;
  return v_identified;
end
$$;

create or replace function :schema.identify_visitor(
  p_visitor_id :session_id_type, p_account_id :account_id_type, p_since timestamptz default '-infinity'
) returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_identified bigint;
begin
  update :page_views set :account_id_column = p_account_id:::written_account_id
  where :visitor_id_value = p_visitor_id and :account_id_column is null and :viewed_at_value >= p_since and :ids_fit;
  get diagnostics v_identified = row_count;
  return v_identified;
end
$$;
