import { AnalyticsError } from "../errors.ts";
import { requiredFunctions } from "../generated/required-functions.ts";
import { defaultSchema } from "./default-schema.ts";

/** The functions that are installed, as the migrations' ledger has them. */
export interface InstalledFunctions {
  /** Which release of the migrations they are of, counted from 1; a number as text. */
  release: string;
  library_version: string;
  checksum: string;
}

interface InstalledSchema {
  schema: string;
  /** Null when there are none. */
  functions: InstalledFunctions | null;
  history_complete: boolean;
}

/** @throws {AnalyticsError} `schema_out_of_date` */
export function checkSchemaVersion({ schema, functions, history_complete }: InstalledSchema): void {
  if (functions === null || !isEnough(functions)) {
    throw new AnalyticsError(
      "schema_out_of_date",
      `Schema ${JSON.stringify(schema)} is at version ${functions?.library_version ?? "(none)"}, and this client needs ${requiredFunctions.library_version}. Run: ${upCommand(schema)}`,
    );
  }
  if (!history_complete) {
    throw new AnalyticsError(
      "schema_out_of_date",
      `The page views from before the installation are not yet all in the rollups of schema ${JSON.stringify(schema)}. Let the migrations finish, or run again: ${upCommand(schema)}`,
    );
  }
}

/** A newer database is fine, and an older one too when the functions are the same. */
function isEnough({ release, checksum }: InstalledFunctions): boolean {
  return Number(release) >= requiredFunctions.release || checksum === requiredFunctions.checksum;
}

export function schemaMissing(schema: string): AnalyticsError {
  return new AnalyticsError(
    "schema_missing",
    `Headcount is not installed in schema ${JSON.stringify(schema)} of this database. Run: ${upCommand(schema)}`,
  );
}

export function schemaOfOldLayout(schema: string): AnalyticsError {
  return new AnalyticsError(
    "schema_out_of_date",
    `Schema ${JSON.stringify(schema)} has an installation from before the first release, which cannot be brought up to date. Take it out as the docs/installing.md of that version says, and install anew: ${upCommand(schema)}`,
  );
}

export function pageViewsMissing(schema: string): AnalyticsError {
  return new AnalyticsError(
    "schema_missing",
    `The table of page views that schema ${JSON.stringify(schema)} was installed for was dropped. Take Headcount out as docs/installing.md says and install it again, or install it into another schema.`,
  );
}

export function rowsHidden(schema: string): AnalyticsError {
  return new AnalyticsError(
    "database",
    `Row level security hides the tables of schema ${JSON.stringify(schema)} from the role that connects. Connect as their owner, or run what this lists: ${command("check", schema)}`,
  );
}

/** What ends it where page views have another name by now, or a column of theirs. */
export function followNames(schema: string): string {
  return `If page views or a column of theirs were renamed, run: ${upCommand(schema)}`;
}

function upCommand(schema: string): string {
  return command("up", schema);
}

function command(verb: "up" | "check", schema: string): string {
  const option = schema === defaultSchema ? "" : ` --schema '${schema.replaceAll("'", "'\\''")}'`;
  return `npx @headcount/migrations ${verb}${option}`;
}
