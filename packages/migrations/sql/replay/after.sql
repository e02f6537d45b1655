-- After all functions and attachments are there: what hosts were granted on those that were made anew.

do $$
declare
  v_kept record;
begin
  for v_kept in
    select
      found.kind, found.object, k.column_name, a.privilege_type, a.is_grantable,
      case when a.grantee = 0 then 'public' else quote_ident(r.rolname) end as grantee,
      row_number() over (partition by found.oid) as nth
    from :schema.headcount_kept_grants k
    cross join lateral (
      select 'routine' as kind, p.oid, p.oid::regprocedure::text as object
      from pg_proc p
      where k.kind = 'function' and p.pronamespace = :'schema'::regnamespace and p.proname = k.name
      union all
      select 'table', c.oid, c.oid::regclass::text
      from pg_class c
      where k.kind = 'view' and c.relnamespace = :'schema'::regnamespace and c.relname = k.name and c.relkind = 'v'
        and (k.column_name is null or exists (
          select 1 from pg_attribute t where t.attrelid = c.oid and t.attname = k.column_name and not t.attisdropped
        ))
    ) found
    cross join lateral aclexplode(k.grants) a
    left join pg_roles r on r.oid = a.grantee
    where found.oid <> k.oid
    order by found.oid, nth
  loop
    if v_kept.nth = 1 then
      execute format('revoke all on %s %s from public', v_kept.kind, v_kept.object);
    end if;
    execute format(
      'grant %s%s on %s %s to %s%s',
      v_kept.privilege_type, ' (' || quote_ident(v_kept.column_name) || ')', v_kept.kind, v_kept.object, v_kept.grantee,
      case when v_kept.is_grantable then ' with grant option' end
    );
  end loop;
end
$$;

drop table :schema.headcount_kept_grants;

-- Columns of page views that were renamed since: clients name them when they write.
update :schema.analytics_settings set columns = :'column_names' where columns <> :'column_names';
