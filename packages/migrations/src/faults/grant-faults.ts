import { expectedObjects } from "../generated/expected-objects.ts";
import type { Connection } from "../session/connection.ts";
import type { SqlSource } from "../sql-source/sql-source.ts";
import type { InstallationFault } from "./installation-fault.ts";

interface UndocumentedGrant {
  grantee: string;
  privileges: string;
  object: string;
  statement: string;
}

/** What roles were granted on our objects beyond the grants of docs/installing.md, each with the statement that takes it back. */
export async function grantFaults(
  connection: Connection,
  schema: string,
  { functions, isDistributed = false }: SqlSource,
): Promise<InstallationFault[]> {
  const relations = expectedObjects.filter(({ kind }) => kind === "table" || kind === "view");
  const grants = await connection.query<UndocumentedGrant>(undocumentedGrants, [
    schema,
    [...relations.map(({ name }) => name), "headcount_migrations"],
    functions.map(({ name }) => name),
    isDistributed,
  ]);
  return grants.map(({ grantee, privileges, object, statement }) => {
    return {
      problem: `${grantee} has ${privileges} on ${object}, which docs/installing.md grants to no such role.`,
      fix: statement,
    };
  });
}

// Who may write what folding writes follows from the slots, which only folding updates. Nobody needs to execute a capturing
// function, because triggers fire for any role that writes; what else runs with the rights of its owner is not for everybody. On
// Citus who collects may write all columns of sessions: those of a grant do not reach the shards.
const undocumentedGrants = `
with
home as (select n.oid from pg_namespace n where n.nspname = $1),
folders as (
  select a.grantee
  from home h join pg_class c on c.relnamespace = h.oid and c.relname = 'analytics_slots'
  cross join lateral aclexplode(c.relacl) a
  where a.privilege_type = 'UPDATE' and a.grantee <> 0
),
granted as (
  select 1 as nth, '' as kind, c.oid::regclass::text as object, a.grantee, a.privilege_type
  from home h join pg_class c on c.relnamespace = h.oid
  cross join lateral aclexplode(c.relacl) a
  where c.relname = any ($2::text[]) and c.relkind in ('r', 'p', 'v') and a.grantee <> c.relowner
    and case
      when a.grantee = 0 then true
      when a.privilege_type = 'SELECT' then false
      when a.privilege_type not in ('INSERT', 'UPDATE', 'DELETE') or c.relkind = 'v' then true
      when $4 and c.relname = 'visitor_sessions' and a.privilege_type <> 'DELETE' then false
      when c.relname = 'headcount_migrations' then true
      when c.relname in ('analytics_settings', 'analytics_slots') and a.privilege_type <> 'UPDATE' then true
      else a.grantee not in (select f.grantee from folders f)
    end
  union all
  select 2, 'FUNCTION ', p.oid::regprocedure::text, a.grantee, a.privilege_type
  from home h join pg_proc p on p.pronamespace = h.oid
  cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
  where a.grantee <> p.proowner and p.prosecdef and p.proname = any ($3::text[])
    and (p.proname like 'capture\\_%\\_page\\_views' or a.grantee = 0)
  union all
  -- a function that fits better than ours would be run with the rights of the owner of those that call it
  select 3, 'SCHEMA ', n.oid::regnamespace::text, a.grantee, a.privilege_type
  from home h join pg_namespace n on n.oid = h.oid
  join pg_class ledger on ledger.relnamespace = h.oid and ledger.relname = 'headcount_migrations'
  cross join lateral aclexplode(n.nspacl) a
  where a.privilege_type = 'CREATE' and a.grantee not in (n.nspowner, ledger.relowner)
),
roles as (
  select g.nth, g.kind, g.object, case when g.grantee = 0 then 'PUBLIC' else coalesce(quote_ident(r.rolname), g.grantee::text) end as grantee,
    string_agg(g.privilege_type, ', ' order by g.privilege_type) as privileges
  from granted g left join pg_roles r on r.oid = g.grantee
  group by g.nth, g.kind, g.object, g.grantee, r.rolname
)
select r.grantee, r.privileges, r.object, format('REVOKE %s ON %s%s FROM %s;', r.privileges, r.kind, r.object, r.grantee) as statement
from roles r
order by r.nth, r.object, r.grantee`;
