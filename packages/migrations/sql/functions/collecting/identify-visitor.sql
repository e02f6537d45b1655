-- Whose a browser turned out to be.

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
end;
