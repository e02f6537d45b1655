import { defaultSchema } from "../default-schema.ts";
import type { InstallationOptions } from "../migration-options.ts";
import type { MigrationPlan } from "../plan-migrations.ts";
import { queryOne } from "../session/connection.ts";
import { withPoolClient } from "../session/with-pool-client.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import { accountsLine } from "./plan.ts";
import { count } from "./progress-lines.ts";

interface FirstInstallation extends Pick<MigrationPlan, "page_views" | "accounts"> {
  read_in: number;
  named_accounts: number;
}

/** What the first installation did, as it was planned. */
export function firstLines({
  page_views,
  accounts,
  read_in,
  named_accounts,
}: FirstInstallation): string[] {
  const table = asWritten(page_views.table);
  const added =
    page_views.adds_columns.length === 0 ? "" : `, and added ${page_views.adds_columns.join(", ")}`;
  return [
    page_views.exists
      ? `Adopted ${table}: ${count(read_in)} page views read in${added}.`
      : `Created ${table}.`,
    accounts.exists && accounts.lacks_columns.length === 0
      ? `Accounts with a name in ${asWritten(accounts.table)}: ${count(named_accounts)}.`
      : accountsLine(accounts),
  ];
}

export async function countNamedAccounts({
  pool,
  schema = defaultSchema,
}: InstallationOptions): Promise<number> {
  return withPoolClient(pool, async (connection) => {
    const { named } = await queryOne<{ named: number }>(
      connection,
      `select count(a.display_name)::float8 as named from ${quoteIdentifier(schema)}.analytics_accounts a where a.account_id is not null`,
    );
    return named;
  });
}

/** Without the quotes that a name does not need. */
function asWritten(table: string): string {
  return table.replaceAll(/"([a-z_][a-z0-9_]*)"/g, "$1");
}
