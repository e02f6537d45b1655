import { argumentsOf } from "./delegated-functions.ts";
import type { SqlFunction } from "./sql-source.ts";

// One clock for all slices: that of the coordinator.
const clocks = new Map([
  ["p_local_time", "(select now() at time zone z.time_zone from :schema.reporting_zone() z)"],
  ["p_until", "statement_timestamp()"],
]);

/**
 * The same function of a cluster, whose rows another one puts together from what slices answer, asked with its arguments by name: with the rights of
 * its owner, who alone may ask slices.
 */
export function gatheredFunction(
  { name, file, line, sql }: SqlFunction,
  gather: (asked: string) => string,
): SqlFunction {
  const [head = "", columns = ""] =
    /^create or replace function [^]*?\breturns table \(([^)]*)\)\n/m.exec(sql) ?? [];
  const values = argumentsOf(head).map((input) => {
    const clock = clocks.get(input.name);
    const value = input.type.endsWith("[]") ? `${input.name}::text` : input.name;
    return `'${input.name}', ${clock === undefined ? value : `coalesce(${value}, ${clock})`}`;
  });
  return {
    name,
    file,
    line,
    sql: `${head}language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select r.*
  from ${gather(`jsonb_build_object(${values.join(", ")})`)} with ordinality a (answer, nth)
  cross join lateral jsonb_to_record(a.answer) r (${columns})
  order by a.nth;
end
$$;`,
  };
}
