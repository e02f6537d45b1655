import { MigrationError } from "../migration-error.ts";

export const unusableAddress =
  "The database's address is no URL of Postgres: write postgres://user:password@host:5432/database, with special characters percent-encoded.";

/** An error as a person wants to read it: no stack, and never the address that has a password in it. */
export function errorSentence(error: unknown): string {
  if (error instanceof MigrationError) return error.message;
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(errorSentence))].join("\n");
  }
  if (!(error instanceof Error)) return `The database could not be used: ${String(error)}`;
  if ("code" in error && error.code === "ERR_INVALID_URL") {
    return unusableAddress;
  }
  return `The database could not be used: ${error.message}`;
}
