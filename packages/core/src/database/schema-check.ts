import { AnalyticsError } from "../errors.ts";

/** The oldest migration that this client can work with; a newer database is fine. */
export const REQUIRED_SCHEMA_VERSION = 22;

interface InstalledSchema {
  schema: string;
  schema_version: number;
  history_complete: boolean;
}

/** @throws {AnalyticsError} `schema_out_of_date` */
export function checkSchemaVersion({
  schema,
  schema_version,
  history_complete,
}: InstalledSchema): void {
  if (schema_version < REQUIRED_SCHEMA_VERSION) {
    throw new AnalyticsError(
      "schema_out_of_date",
      `Schema ${JSON.stringify(schema)} is at version ${schema_version}, and this client needs ${REQUIRED_SCHEMA_VERSION}. Run: ${upCommand(schema)}`,
    );
  }
  if (!history_complete) {
    throw new AnalyticsError(
      "schema_out_of_date",
      `The page views from before the installation are not yet all in the rollups of schema ${JSON.stringify(schema)}. Let the migrations finish, or run again: ${upCommand(schema)}`,
    );
  }
}

export function schemaMissing(schema: string): AnalyticsError {
  return new AnalyticsError(
    "schema_missing",
    `Headcount is not installed in schema ${JSON.stringify(schema)} of this database. Run: ${upCommand(schema)}`,
  );
}

export function pageViewsMissing(schema: string): AnalyticsError {
  return new AnalyticsError(
    "schema_missing",
    `The table of page views that schema ${JSON.stringify(schema)} was installed for was dropped. Take Headcount out as docs/installing.md says and install it again, or install it into another schema.`,
  );
}

function upCommand(schema: string): string {
  const option = schema === "public" ? "" : ` --schema '${schema.replaceAll("'", "'\\''")}'`;
  return `npx @headcount/migrations up${option}`;
}
