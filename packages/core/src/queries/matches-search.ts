import { type RawBuilder, sql } from "kysely";
import { type Installation, visitorIdType } from "../database/installation.ts";

interface Search {
  alias: string;
  schema: string;
  search: string;
  installation: Installation;
}

/**
 * Is this visitor an account whose username or display name has the text in it, whatever its case? Anonymous
 * visitors have neither, so no search finds them.
 */
export function matchesSearch({
  alias,
  schema,
  search,
  installation,
}: Search): RawBuilder<boolean> {
  const visitor = sql.ref(`${alias}.visitor_id`);
  const isAccount = sql.ref(`${alias}.is_account`);
  const visitorType = sql.raw(visitorIdType(installation));
  const pattern = `%${search.replaceAll(/[\\%_]/g, "\\$&")}%`;
  return sql`${isAccount} and ${visitor} in (
    select s.account_id::${visitorType}
    from ${sql.id(schema, "analytics_accounts")} s
    where s.username ilike ${pattern} or s.display_name ilike ${pattern}
  )`;
}
