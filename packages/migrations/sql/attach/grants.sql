-- The triggers run as whoever writes page views: the roles that may do so now may also write down changes.
-- Roles that are given page views later need the same: GRANT INSERT ON page_view_changes.
do $$
declare
  v_role text;
begin
  for v_role in
    select distinct coalesce(quote_ident(r.rolname), 'public')
    from pg_class c
    cross join lateral (
      select a.grantee, a.privilege_type from aclexplode(c.relacl) a
      union all
      select a.grantee, a.privilege_type
      from pg_attribute t cross join lateral aclexplode(t.attacl) a
      where t.attrelid = c.oid
      union all
      select c.relowner, 'INSERT'
    ) g
    left join pg_roles r on r.oid = g.grantee
    where c.oid = :'page_views'::regclass
      and g.privilege_type in ('INSERT', 'UPDATE', 'DELETE')
      and r.rolname is distinct from current_user
  loop
    execute format('grant usage on schema %s to %s', :'schema', v_role);
    execute format('grant insert on %s.page_view_changes to %s', :'schema', v_role);
  end loop;
end
$$;

-- It answers for all rows, whatever its caller may see: hosts grant it to roles of their own.
revoke execute on function :schema.pending_series_effects(text, :entity_id_type, date, date) from public;
