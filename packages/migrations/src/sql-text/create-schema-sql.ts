import { quoteIdentifier, quoteLiteral } from "./quote.ts";

/**
 * CREATE SCHEMA IF NOT EXISTS would ask for the right to create schemas even when it is there. Who may create functions in it, as a
 * host's default privileges may let roles, could have the owner of ours run them.
 */
export function createSchemaSql(schema: string): string {
  return `do $$
declare
  v_grantee text;
begin
  if not exists (select 1 from pg_namespace where nspname = ${quoteLiteral(schema)}) then
    create schema ${quoteIdentifier(schema)};
    for v_grantee in
      select distinct case when a.grantee = 0 then 'public' else a.grantee::regrole::text end
      from pg_namespace n cross join lateral aclexplode(n.nspacl) a
      where n.nspname = ${quoteLiteral(schema)} and a.grantee <> n.nspowner
    loop
      execute format('revoke all on schema %I from %s', ${quoteLiteral(schema)}, v_grantee);
    end loop;
  end if;
end
$$`;
}
