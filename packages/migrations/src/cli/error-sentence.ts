import { isAnalyticsError, toAnalyticsError } from "@headcount/core";
import { isMigrationError } from "../migration-error.ts";
import { sqlState } from "../running/sql-state.ts";
import { aborted } from "../session/aborted.ts";
import { describeAddress } from "./database-address.ts";

interface ErrorToSay {
  error: unknown;
  /** Where the connection went. */
  connectionString: string;
}

const insufficientPrivilege = "42501";

// What the server refuses before there is a connection: roles, passwords, and a database that is not there.
const refusedConnection = /^(28...|3D000)$/;

/** An error as a person wants to read it: no stack, the options as they are typed, and never a password. */
export function errorSentence({ error, connectionString }: ErrorToSay): string {
  if (isMigrationError(error)) return asTyped(error.message);
  const { code, message } = toAnalyticsError({ error });
  if (code === "aborted") return aborted(undefined).message;
  if (code !== "database") return asTyped(message);
  const state = sqlState(error);
  if (state === insufficientPrivilege && !isAnalyticsError(error)) {
    return `${message} Grant the role that connects what it lacks: docs/installing.md lists the grants of every role.`;
  }
  if (state !== undefined && !refusedConnection.test(state)) return message;
  const address = describeAddress(connectionString);
  return address === undefined ? message : `${message} The address is that of ${address}.`;
}

const flags: Readonly<Record<string, string>> = {
  schema: "--schema",
  pageViews: "--page-views",
  accounts: "--accounts",
  columns: "--column",
  entityType: "--entity-type",
  partition: "--partition",
  timeZone: "--time-zone",
  account_id: "--account-id",
  session_ids: "--session-ids",
  visitor_ids: "--visitor-ids",
  actor: "--actor",
  concurrency: "--concurrency",
  date_from: "--date-from",
  date_to: "--date-to",
  sample: "--sample",
  seed: "--seed",
};
const optionName = new RegExp(`(?<=^|\\. |leave |after )(${Object.keys(flags).join("|")})\\b`, "g");

/** The packages name their options, and a person typed flags. */
function asTyped(message: string): string {
  return message.replace(optionName, (name) => flags[name] ?? name);
}
