// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { SqlPart } from "../sql-source/sql-source.ts";

export const attachments: readonly SqlPart[] = [
  {
    file: "attach/grants.sql",
    line: 1,
    sql: `-- The triggers run as whoever writes page views: the roles that may do so now may also write down changes.
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
`,
  },
  {
    file: "attach/triggers.sql",
    line: 1,
    sql: `-- Capture begins here.

create or replace trigger headcount_capture_insert
  after insert on :page_views
  referencing new table as added
  for each statement execute function :schema.capture_added_page_views();

create or replace trigger headcount_capture_update
  after update on :page_views
  referencing old table as removed new table as added
  for each statement execute function :schema.capture_edited_page_views();

create or replace trigger headcount_capture_delete
  after delete on :page_views
  referencing old table as removed
  for each statement execute function :schema.capture_removed_page_views();

create or replace trigger headcount_capture_truncate
  after truncate on :page_views
  for each statement execute function :schema.capture_truncated_page_views();
`,
  },
];
