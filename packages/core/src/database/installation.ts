import { type Kysely, sql } from "kysely";
import { AnalyticsError } from "../errors.ts";
import { sqlState } from "./database-error.ts";
import { runQuery } from "./run-query.ts";
import {
  checkSchemaVersion,
  type InstalledFunctions,
  pageViewsMissing,
  rowsHidden,
  schemaMissing,
  schemaOfOldLayout,
} from "./schema-check.ts";

export type IdType = "uuid" | "bigint" | "text";

/** What the SQL and every client must agree on; it stands in the database and is never configured twice. */
export interface Installation {
  time_zone: string;
  entity_id_type: IdType;
  account_id_type: IdType;
  session_id_type: IdType;
  owner_id_type: IdType;
  /** Which columns of page views hold ours, where their names are others. */
  columns: Readonly<Record<string, string>>;
  page_views_schema: string;
  page_views_table: string;
  /** Whether page views are spread over the servers of a cluster. */
  distributed: boolean;
}

interface InstalledSettings
  extends Omit<Installation, "columns" | "page_views_schema" | "page_views_table"> {
  columns: string;
  page_views_schema: string | null;
  page_views_table: string | null;
  history_complete: boolean;
}

type NoFunctions = { [column in keyof InstalledFunctions]: null };

interface Place {
  db: Kysely<unknown>;
  schema: string;
}

/** @throws {AnalyticsError} `schema_missing`, `schema_out_of_date`, `unknown_time_zone` or `database` */
export async function readInstallation({ db, schema }: Place): Promise<Installation> {
  try {
    const [row] = await runQuery({ db, query: installationQuery({ db, schema }) });
    if (row === undefined) throw await missingSettings({ db, schema });
    const { release, library_version, checksum, history_complete, ...installation } = row;
    const functions = release === null ? null : { release, library_version, checksum };
    checkSchemaVersion({ schema, functions, history_complete });
    const { page_views_schema, page_views_table } = installation;
    if (page_views_schema === null || page_views_table === null) throw pageViewsMissing(schema);
    const columns = JSON.parse(installation.columns) as Installation["columns"];
    return { ...installation, columns, page_views_schema, page_views_table };
  } catch (error) {
    throw await explain({ db, schema, error });
  }
}

// Which zone, which id types, which table of page views? The local time is there to try the zone out.
function installationQuery({ db, schema }: Place) {
  return sql<InstalledSettings & (InstalledFunctions | NoFunctions)>`
    select
      s.time_zone, s.entity_id_type, s.account_id_type, s.session_id_type, s.owner_id_type, s.distributed, s.history_complete, s.columns::text as columns,
      n.nspname::text as page_views_schema, c.relname::text as page_views_table,
      f.version::text as release, f.library_version, f.checksum
    from ${sql.id(schema, "analytics_settings")} s
    left join ${sql.id(schema, "headcount_migrations")} f on f.kind operator(pg_catalog.=) 'functions'
    left join pg_catalog.pg_class c on c.oid = s.page_views
    left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where current_timestamp at time zone s.time_zone is not null
  `.compile(db);
}

// Settings have one row: somebody took it away, or row level security hides it, and all else, from the role that connects.
async function missingSettings({ db, schema }: Place): Promise<AnalyticsError> {
  const query = sql<{ hidden: boolean }>`
    select coalesce(pg_catalog.bool_or(pg_catalog.row_security_active(c.oid)), false) as hidden
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) c.relnamespace
    where n.nspname operator(pg_catalog.=) ${schema} and c.relname operator(pg_catalog.=) 'analytics_settings'
  `.compile(db);
  const [settings] = await runQuery({ db, query });
  return settings?.hidden === true ? rowsHidden(schema) : schemaMissing(schema);
}

const undefinedTable = "42P01";
const undefinedColumn = "42703";
const invalidParameterValue = "22023";

async function explain({ db, schema, error }: Place & { error: unknown }): Promise<unknown> {
  const state = sqlState(error);
  if (state === undefinedTable || state === undefinedColumn) {
    return explainMissingTable({ db, schema });
  }
  if (state !== invalidParameterValue) return error;
  return new AnalyticsError(
    "unknown_time_zone",
    "The server does not know the reporting time zone in analytics_settings: update its time zone data.",
    { cause: error },
  );
}

// A table or column is not there: was nothing ever installed, or is what is installed older?
async function explainMissingTable({ db, schema }: Place): Promise<unknown> {
  try {
    const query = sql<InstalledFunctions>`
      select version::text as release, library_version, checksum
      from ${sql.id(schema, "headcount_migrations")}
      where kind operator(pg_catalog.=) 'functions'
    `.compile(db);
    const [functions] = await runQuery({ db, query });
    checkSchemaVersion({ schema, functions: functions ?? null, history_complete: true });
    return schemaMissing(schema);
  } catch (error) {
    const state = sqlState(error);
    if (state === undefinedColumn) return schemaOfOldLayout(schema);
    return state === undefinedTable ? schemaMissing(schema) : error;
  }
}
