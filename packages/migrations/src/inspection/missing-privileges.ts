import { MigrationError } from "../migration-error.ts";
import type { Connection } from "../session/connection.ts";
import type { Installation } from "./installation.ts";

/** GRANT statements that this role lacks to read what is installed in the schema. */
export async function missingReadPrivileges(
  connection: Connection,
  schema: string,
): Promise<string[]> {
  return missingGrants(
    connection,
    `select format('GRANT USAGE ON SCHEMA %I TO %I;', n.nspname, current_user) as missing
     from pg_namespace n
     where n.nspname = $1 and not has_schema_privilege(n.oid, 'USAGE')
     union all
     select format('GRANT SELECT ON %I.%I TO %I;', n.nspname, c.relname, current_user)
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname in ('headcount_migrations', 'analytics_settings')
       and not has_table_privilege(c.oid, 'SELECT')`,
    [schema],
  );
}

/** GRANT statements that this role lacks to apply the pending files. */
export async function missingWritePrivileges(
  connection: Connection,
  { target, ledger, pageViews, accounts }: Installation,
): Promise<string[]> {
  const schemas = [...new Set([target.schema, pageViews.table.schema])];
  const grants = [
    ...(await missingGrants(connection, missingOnSchemas, [schemas])),
    ...(ledger.length === 0
      ? []
      : await missingGrants(connection, missingOwnership, [target.schema, "headcount_migrations"])),
    ...(await missingGrants(connection, missingOnPageViews, [
      pageViews.table.schema,
      pageViews.table.name,
    ])),
    ...(await missingGrants(connection, missingOnAccounts, [
      accounts.table.schema,
      accounts.table.name,
    ])),
  ];
  return [...new Set(grants)];
}

/** @throws {MigrationError} `missing_privilege` when there is one */
export function throwMissingPrivileges(grants: string[]): void {
  if (grants.length === 0) return;
  throw new MigrationError(
    "missing_privilege",
    `The role that connects lacks privileges. Let an owner or a superuser run:\n${grants.map((grant) => `  ${grant}`).join("\n")}`,
    { grants },
  );
}

async function missingGrants(
  connection: Connection,
  query: string,
  values: readonly unknown[],
): Promise<string[]> {
  const rows = await connection.query<{ missing: string }>(query, values);
  return rows.map((row) => row.missing);
}

const missingOnSchemas = `
select case
  when n.oid is null then format('GRANT CREATE ON DATABASE %I TO %I;', current_database(), current_user)
  else format('GRANT %s ON SCHEMA %I TO %I;', p.privilege, n.nspname, current_user)
end as missing
from unnest($1::text[]) with ordinality s (name, nth)
left join pg_namespace n on n.nspname = s.name
cross join (values (1, 'USAGE'), (2, 'CREATE')) p (nth, privilege)
where case
  when n.oid is null then p.privilege = 'CREATE' and not has_database_privilege(current_database(), 'CREATE')
  else not has_schema_privilege(n.oid, p.privilege)
end
order by s.nth, p.nth`;

const missingOwnership = `
select format('GRANT %I TO %I;', pg_get_userbyid(c.relowner), current_user) as missing
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and not pg_has_role(c.relowner, 'USAGE')`;

// Indexes and columns need the owner. An owner may have been denied the rest, which members of it then lack too.
const missingOnPageViews = `${missingOwnership}
union all
select format('GRANT %s ON %I.%I TO %I;', p.privilege, n.nspname, c.relname, current_user)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
cross join (values ('SELECT'), ('TRIGGER')) p (privilege)
where n.nspname = $1 and c.relname = $2 and not has_table_privilege(c.oid, p.privilege)`;

// The view over accounts reads these columns with the privileges of the role that creates it.
const missingOnAccounts = `
select format('GRANT USAGE ON SCHEMA %I TO %I;', n.nspname, current_user) as missing
from pg_namespace n
where n.nspname = $1 and not has_schema_privilege(n.oid, 'USAGE')
union all
select format('GRANT SELECT ON %I.%I TO %I;', n.nspname, c.relname, current_user)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and (
  select count(*) = 4 and not bool_and(has_column_privilege(c.oid, a.attnum, 'SELECT'))
  from pg_attribute a
  where a.attrelid = c.oid and not a.attisdropped and a.attname in ('id', 'username', 'first_name', 'last_name')
)`;
