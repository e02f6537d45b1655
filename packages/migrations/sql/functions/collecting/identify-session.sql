-- Whose a session turned out to be.

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
end;
