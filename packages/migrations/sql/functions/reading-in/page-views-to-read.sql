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
  v_is_owner boolean;
begin
  if not row_security_active(:'page_views'::regclass) then
    return;
  end if;
  select string_agg(quote_ident(p.polname), ', ' order by p.polname) into v_policies
  from pg_policy p
  where p.polrelid = :'page_views'::regclass;
  select pg_has_role(c.relowner, 'usage') into v_is_owner from pg_class c where c.oid = :'page_views'::regclass;
  raise exception 'row level security of % hides page views from role %: %',
    :'page_views'::regclass, quote_ident(current_user),
    case when v_policies is null then 'it has no policy' else 'its policies are ' || v_policies end
    using errcode = 'insufficient_privilege',
      hint = format(
        case
          when v_is_owner then 'It is forced upon the owner of the table: alter table %1$s no force row level security'
          else 'Run this as the owner of the table, or let the role see all rows: alter role %2$s bypassrls'
        end,
        :'page_views'::regclass, quote_ident(current_user)
      );
end
$$;

-- Fail when row level security hides page views, or rows of what is ours, from this role: rollups that it does not see would be
-- written again, and changes that it does not see would never be. Owners see all of ours, by its policies.
create or replace function :schema.refuse_hidden_rows() returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_table regclass;
begin
  perform :schema.refuse_hidden_page_views();
  select c.oid into v_table
  from pg_policy p join pg_class c on c.oid = p.polrelid
  where p.polname = 'headcount_owner' and c.relnamespace = :'schema'::regnamespace
    and row_security_active(c.oid) and not pg_has_role(c.relowner, 'usage')
  order by c.relname
  limit 1;
  if found then
    raise exception 'row level security of % hides rows from role %', v_table, quote_ident(current_user)
      using errcode = 'insufficient_privilege',
        hint = 'Run this as its owner, or end it: npx @headcount/migrations check says how';
  end if;
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
  perform 1 from :schema.analytics_slots s order by s.slot for no key update;
  -- nor does anybody in a snapshot from before: see note_fold
  update :schema.analytics_slots set finished_at = finished_at;
  perform :schema.refuse_hidden_rows();
end
$$;
