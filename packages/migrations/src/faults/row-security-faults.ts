import type { Connection } from "../session/connection.ts";
import type { InstallationFault } from "./installation-fault.ts";

/** From whom row level security hides rows of ours, where no policy of the host's says that it should. */
export async function rowSecurityFaults(
  connection: Connection,
  schema: string,
): Promise<InstallationFault[]> {
  const tables = await connection.query<{ name: string; roles: string | null }>(hiddenTables, [
    schema,
  ]);
  return tables.map(({ name, roles }) => {
    return {
      problem: `Row level security of ${name} hides its rows from ${roles ?? "roles that read them through a view"}: numbers are smaller than they are.`,
      fix: `ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;`,
    };
  });
}

// A role that was granted a table sees no row of it, and no error, where no policy lets it. Views read with the rights of their owner:
// where it is forced upon owners, our own policy asks for the role that reads, and lets it see nothing either.
const hiddenTables = `
select t.name, t.roles
from (
  select
    c.oid::regclass::text as name,
    (
      select string_agg(distinct quote_ident(r.rolname), ', ')
      from aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
      where a.privilege_type = 'SELECT' and not r.rolsuper and not r.rolbypassrls and not pg_has_role(r.oid, c.relowner, 'usage')
        and not exists (
          select from pg_policy p cross join unnest(p.polroles) granted (role)
          where p.polrelid = c.oid and p.polname <> 'headcount_owner'
            and case when granted.role = 0 then true else pg_has_role(r.oid, granted.role, 'usage') end
        )
    ) as roles,
    c.relforcerowsecurity and not o.rolsuper and not o.rolbypassrls and exists (
      select from pg_depend d where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
    ) as hides_in_views
  from pg_policy ours
  join pg_class c on c.oid = ours.polrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_roles o on o.oid = c.relowner
  where ours.polname = 'headcount_owner' and n.nspname = $1 and c.relrowsecurity
) t
where t.roles is not null or t.hides_in_views
order by t.name`;
