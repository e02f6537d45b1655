import { MigrationError } from "../migration-error.ts";
import { sqlState } from "../running/sql-state.ts";
import { describeAddress, unusableAddress } from "./database-address.ts";

interface ErrorToSay {
  error: unknown;
  /** Where the connection went. */
  connectionString: string;
}

const insufficientPrivilege = "42501";

// What the server refuses before there is a connection: the class of passwords and roles, and a database that is not there.
const refusedConnection = /^(28...|3D000)$/;

/** An error as a person wants to read it: no stack, the options as they are typed, and never a password. */
export function errorSentence({ error, connectionString }: ErrorToSay): string {
  if (error instanceof MigrationError) return asTyped(error);
  const sentence = driverSentence(error);
  const state = sqlState(error);
  if (state !== undefined && !refusedConnection.test(state)) return sentence;
  const address = describeAddress(connectionString);
  return address === undefined || sentence === unusableAddress
    ? sentence
    : `${sentence} The address is that of ${address}.`;
}

const flags: Readonly<Record<string, string>> = {
  schema: "--schema",
  pageViews: "--page-views",
  accounts: "--accounts",
  timeZone: "--time-zone",
};

/** The library names its options, and a person typed flags. */
function asTyped({ message, field = "" }: MigrationError): string {
  const flag = flags[field];
  if (flag === undefined) return message;
  return message.replaceAll(new RegExp(`(^|leave )${field}\\b`, "g"), `$1${flag}`);
}

function driverSentence(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(driverSentence))].join("\n");
  }
  if (!(error instanceof Error)) return `The database could not be used: ${String(error)}.`;
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
  const sentence = `The database could not be used: ${error.message}.`;
  if (sqlState(error) !== insufficientPrivilege) return sentence;
  return `${sentence} Grant the role that connects what it lacks: docs/installing.md lists the grants of every role.`;
}
