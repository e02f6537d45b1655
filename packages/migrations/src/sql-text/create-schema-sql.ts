import { quoteIdentifier, quoteLiteral } from "./quote.ts";

/** CREATE SCHEMA IF NOT EXISTS would ask for the right to create schemas even when it is there. */
export function createSchemaSql(schema: string): string {
  return `do $$
begin
  if not exists (select 1 from pg_namespace where nspname = ${quoteLiteral(schema)}) then
    create schema ${quoteIdentifier(schema)};
  end if;
end
$$`;
}
