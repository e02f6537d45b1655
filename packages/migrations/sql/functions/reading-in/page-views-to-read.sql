-- Which page views may be read, and by whom.

-- Is this page view counted? The planner takes "why_left_out() is null" for true once in 200 times, and nearly all are counted:
-- it would plan for a handful of them. It takes this for true 199 times in 200.
create or replace function :schema.is_counted(
  p_entity_type text, p_entity_id :entity_id_type, p_account_id :account_id_type, p_session_id :session_id_type,
  p_visitor_id :session_id_type, p_viewed_at timestamptz
) returns boolean
language sql immutable parallel safe
begin atomic
  select case
    when :schema.why_left_out(p_entity_type, p_entity_id, p_account_id, p_session_id, p_visitor_id, p_viewed_at) is null then 0
  end <> 1;
end;

-- Fail when row level security hides page views from this role: what it does not see would be taken for gone.
create or replace function :schema.refuse_hidden_page_views() returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policies text;
begin
  if not row_security_active(:'page_views'::regclass) then
    return;
  end if;
  select string_agg(quote_ident(p.polname), ', ' order by p.polname) into v_policies
  from pg_policy p
  where p.polrelid = :'page_views'::regclass;
  raise exception 'row level security of % hides page views from role %: %',
    :'page_views'::regclass, quote_ident(current_user),
    case when v_policies is null then 'it has no policy' else 'its policies are ' || v_policies end
    using errcode = 'insufficient_privilege',
      hint = format(
        'Run this as the owner of the table, or let the role see all rows: alter role %s bypassrls', quote_ident(current_user)
      );
end
$$;

-- Nobody folds until the end of this transaction, nobody truncates page views, and all rows of them are seen. Page views less
-- the queue are the same rows then, whenever one looks.
create or replace function :schema.begin_reading() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  lock table :page_views in access share mode;
  perform 1 from :schema.analytics_slots s order by s.pass, s.slot for no key update;
  -- nor does anybody in a snapshot from before: see note_fold
  update :schema.analytics_slots set finished_at = finished_at;
  perform :schema.refuse_hidden_page_views();
end
$$;
