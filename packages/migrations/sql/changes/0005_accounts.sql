-- The host's accounts, under the three names that we use: those that the role that asks may see. Replace it with a definition of
-- your own (CREATE OR REPLACE VIEW) when your accounts look different.
do $$
declare
  v_id_type regtype;
  v_id text;
  v_grantee text;
begin
  if to_regclass(:'accounts') is not null and (
    select count(*) = 4 from pg_attribute
    where attrelid = to_regclass(:'accounts') and not attisdropped
      and attname in ('id', 'username', 'first_name', 'last_name')
  ) then
    select atttypid into v_id_type from pg_attribute where attrelid = to_regclass(:'accounts') and attname = 'id';
    -- left as it is where it can be compared as it is: a cast would keep its index from being used. An id that cannot be one of
    -- page views names nobody.
    v_id := case
      when v_id_type::text = :'account_id_type' then 'id'
      when v_id_type::text in ('smallint', 'integer') and :'account_id_type' = 'bigint' then 'id'
      when :'account_id_type' = 'text' then 'id::text'
      when :'account_id_type' = 'bigint' then
        'case when id::text ~ ''^-?[0-9]{1,19}$'' then
          case when id::text::numeric between -9223372036854775808 and 9223372036854775807 then id::text::bigint end
        end'
      else 'case when id::text ~ ''^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'' then id::text::uuid end'
    end;
    execute format(
      $view$
        create view :schema.analytics_accounts with (security_invoker) as
        select
          %s as account_id,
          username::text as username,
          coalesce(nullif(trim(concat_ws(' ', first_name::text, last_name::text)), ''), nullif(trim(username::text), '')) as display_name
        from :accounts
      $view$,
      v_id
    );
  else
    create view :schema.analytics_accounts as
    select null:::account_id_type as account_id, null::text as username, null::text as display_name
    where false;
  end if;

  -- the role that a host's default privileges let read it, may not
  for v_grantee in
    select case when a.grantee = 0 then 'public' else quote_ident(r.rolname) end
    from pg_class c
    cross join lateral aclexplode(c.relacl) a
    left join pg_roles r on r.oid = a.grantee
    where c.relnamespace = :'schema'::regnamespace and c.relname = 'analytics_accounts' and a.grantee <> c.relowner
    group by 1
  loop
    execute format('revoke all on %s.analytics_accounts from %s', :'schema', v_grantee);
  end loop;
end
$$;
comment on view :schema.analytics_accounts is 'The one place that knows the host''s accounts: account_id, username, display_name.';
