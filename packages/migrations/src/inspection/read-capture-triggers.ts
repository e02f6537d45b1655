import { expectedObjects } from "../generated/expected-objects.ts";
import type { Connection } from "../session/connection.ts";
import type { TableName } from "../sql-text/table-name.ts";

export interface CaptureTrigger {
  name: string;
  /** "disabled" also when it only fires in replica sessions: page views written elsewhere are missed. */
  state: "enabled" | "disabled" | "missing";
}

/** The triggers that write down changes of page views, as they should be there. */
export async function readCaptureTriggers(
  connection: Connection,
  pageViews: TableName,
): Promise<CaptureTrigger[]> {
  const names = expectedObjects.filter(({ kind }) => kind === "trigger").map(({ name }) => name);
  return connection.query<CaptureTrigger>(
    `select expected.name, case
       when t.oid is null then 'missing'
       when t.tgenabled in ('O', 'A') then 'enabled'
       else 'disabled'
     end as state
     from unnest($3::text[]) with ordinality expected (name, nth)
     left join pg_namespace n on n.nspname = $1
     left join pg_class c on c.relnamespace = n.oid and c.relname = $2
     left join pg_trigger t on t.tgrelid = c.oid and t.tgname = expected.name
     order by expected.nth`,
    [pageViews.schema, pageViews.name, names],
  );
}
