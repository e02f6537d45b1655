export type MigrationErrorCode =
  | "invalid_input"
  | "unknown_time_zone"
  | "server_too_old"
  | "schema_newer_than_library"
  | "checksum_mismatch"
  | "page_views_not_adoptable"
  | "name_taken"
  | "missing_privilege"
  | "settings_differ"
  | "schema_out_of_date"
  | "pg_cron_missing"
  | "session_needed"
  | "lock_timeout"
  | "aborted"
  | "migration_failed";

/** What a {@link MigrationError} knows besides its sentence; which fields are there depends on the code. */
export interface MigrationErrorDetails {
  /** The SQL file it is about (`checksum_mismatch`, `migration_failed`). */
  file?: string;
  /** What could not be applied (`lock_timeout`). */
  step?: string;
  /** Where in that file: the first line of the statement that failed, counted from 1. */
  line?: number;
  /** Everything that is wrong, each with what fixes it (`page_views_not_adoptable`). */
  faults?: string[];
  /** What has the names that Headcount needs, as `table headcount.analytics_visitors` (`name_taken`). */
  taken?: string[];
  /** The GRANT statements that are missing (`missing_privilege`). */
  grants?: string[];
  /** The version of this package that the database was brought up to date by, and this one (`schema_newer_than_library`). */
  installed_version?: string;
  library_version?: string;
}

export interface MigrationErrorOptions extends MigrationErrorDetails {
  /** The option that is wrong (`invalid_input`, `unknown_time_zone`, `settings_differ`). */
  field?: string | undefined;
  cause?: unknown;
}

/**
 * The one error of this package: `code` says what kind, `field` which option, `details` which file or statement.
 *
 * @example
 * try {
 *   await migrate({ pool });
 * } catch (error) {
 *   if (isMigrationError(error) && error.code === "missing_privilege") {
 *     console.error(error.details.grants); //=> ['GRANT CREATE ON SCHEMA "public" TO "app";']
 *   }
 * }
 */
export class MigrationError extends Error {
  override readonly name = "MigrationError" as const;
  readonly code: MigrationErrorCode;
  readonly field: string | undefined;
  readonly details: Readonly<MigrationErrorDetails>;

  constructor(code: MigrationErrorCode, message: string, options: MigrationErrorOptions = {}) {
    const { cause, field, ...details } = options;
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.field = field;
    this.details = details;
  }
}

/** Whether this is a {@link MigrationError}, also one made by another copy of the package. */
export function isMigrationError(error: unknown): error is MigrationError {
  return error instanceof Error && error.name === "MigrationError" && "details" in error;
}
