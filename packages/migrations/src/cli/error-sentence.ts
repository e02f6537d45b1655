import { MigrationError } from "../migration-error.ts";
import { sqlState } from "../running/sql-state.ts";

export const unusableAddress =
  "The database's address is no URL of Postgres: write postgres://user:password@host:5432/database, with special characters percent-encoded.";

const insufficientPrivilege = "42501";

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
  // Behind an @ and before a / of a password that is not encoded, the host is a piece of the password.
  if ("code" in error && (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN")) {
    return `The host in the database's address is not found (${error.code}): look at its name, and whether special characters of the password are percent-encoded.`;
  }
  // So the driver says that it has no password, and gives it no code.
  if (/client password must be a (non-empty )?string$/.test(error.message)) {
    return "The server asks for a password, and the address has none: write postgres://user:password@host:5432/database, or set PGPASSWORD.";
  }
  const sentence = `The database could not be used: ${error.message}`;
  if (sqlState(error) !== insufficientPrivilege) return sentence;
  return `${sentence}. Grant the role that connects what it lacks: docs/installing.md lists the grants of every role.`;
}
