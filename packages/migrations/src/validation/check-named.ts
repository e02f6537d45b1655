import { suggestion } from "../advice/suggestion.ts";
import { findHostColumn } from "../inspection/host-columns.ts";
import type { Installation } from "../inspection/installation.ts";
import { schemaNames } from "../inspection/schema-names.ts";
import { MigrationError } from "../migration-error.ts";
import { type Connection, queryOne } from "../session/connection.ts";
import { namedColumns } from "../sql-text/page-view-columns.ts";
import { quoteTableName } from "../sql-text/quote.ts";

/**
 * A name that was given and is not there is a slip of the pen, and would install something else for good: only what has
 * its default name is created.
 *
 * @throws {MigrationError} `invalid_input`, with the nearest name that is there
 */
export async function checkNamed(
  connection: Connection,
  installation: Installation,
): Promise<void> {
  await checkSchemaOf({ connection, field: "pageViews", installation });
  await checkSchemaOf({ connection, field: "accounts", installation });
  await checkTable({ connection, field: "pageViews", installation });
  await checkTable({ connection, field: "accounts", installation });
  checkColumns(installation);
}

const defaultNames = { pageViews: "page_views", accounts: "accounts" } as const;

interface NamedTable {
  connection: Connection;
  field: keyof typeof defaultNames;
  installation: Installation;
}

/** Only the installation's own schema is created. */
async function checkSchemaOf({ connection, field, installation }: NamedTable): Promise<void> {
  const { table, schemaExists } = installation[field];
  if (schemaExists || table.schema === installation.target.schema) return;
  const names = await schemaNames(connection);
  throw new MigrationError(
    "invalid_input",
    `${field} names the schema "${table.schema}", which does not exist.${suggestion(table.schema, names)} Create it, or give another one.`,
    { field },
  );
}

async function checkTable({ connection, field, installation }: NamedTable): Promise<void> {
  const { table, exists } = installation[field];
  const isNamed = field === "accounts" && installation.target.accounts.schema !== undefined;
  if (exists || (table.name === defaultNames[field] && !isNamed)) return;
  const { names } = await queryOne<{ names: string[] }>(
    connection,
    `select coalesce(json_agg(distinct case when n.nspname = $1 then c.relname::text else n.nspname || '.' || c.relname end), '[]') as names
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname <> 'information_schema' and not starts_with(n.nspname, 'pg_')`,
    [table.schema],
  );
  throw new MigrationError(
    "invalid_input",
    `${field} names ${quoteTableName(table)}, which does not exist.${suggestion(table.name, names)}`,
    { field },
  );
}

function checkColumns({ target, settings, pageViews, columnNames, pending }: Installation): void {
  const { details, table } = pageViews;
  const given = namedColumns.find((name) => columnNames[name] !== undefined);
  if (details === undefined && (given !== undefined || target.entityType !== undefined)) {
    const field = given === undefined ? "entityType" : "columns";
    throw new MigrationError(
      "invalid_input",
      `${field} is for a table of page views that is there, and ${quoteTableName(table)} does not exist.`,
      { field },
    );
  }
  const missing = namedColumns.find(
    (name) =>
      columnNames[name] !== undefined &&
      findHostColumn({ details, columnNames, name }) === undefined,
  );
  if (missing !== undefined) {
    const name = columnNames[missing] ?? "";
    const names = details?.columns.map((column) => column.name) ?? [];
    throw new MigrationError(
      "invalid_input",
      `columns has ${name} for ${missing}, which ${quoteTableName(table)} does not have.${suggestion(name, names)}`,
      { field: "columns" },
    );
  }
  const isFirst = settings === undefined && pending.changes.some(({ version }) => version === 1);
  const says = findHostColumn({ details, columnNames, name: "entity_type" });
  if (target.entityType !== undefined && isFirst && says !== undefined) {
    throw new MigrationError(
      "invalid_input",
      `entityType is "${target.entityType}", and ${quoteTableName(table)} says it in its column ${says.name}: leave entityType out.`,
      { field: "entityType" },
    );
  }
}
