import { AnalyticsError, isAnalyticsError } from "../errors.ts";
import type { Connection } from "./connect.ts";
import { sqlState } from "./database-error.ts";
import { type ConnectingRole, missingGrant } from "./missing-grant.ts";
import { followNames } from "./schema-check.ts";

interface CallToExplain<Result> {
  work: Promise<Result>;
  connection: Connection;
  role: ConnectingRole;
}

const insufficientPrivilege = "42501";
// what functions of ours refuse
const notInPrerequisiteState = "55000";
// undefined_table, undefined_column, invalid_schema_name
const moved: ReadonlySet<string | undefined> = new Set(["42P01", "42703", "3F000"]);

// undefined_function, feature_not_supported: of what is not there so far, a cluster has no function
const onlyOnOnePostgres: ReadonlySet<string | undefined> = new Set(["42883", "0A000"]);

/** What begins the message of an error `not_on_citus`. */
export const onlyOnOnePostgresSentence =
  "This does not work where Citus spreads page views over servers.";

/** What a call answers; its failure with what ends it, and with what was known about moved tables forgotten. */
export async function explainFailure<Result>({
  work,
  connection,
  role,
}: CallToExplain<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    // What the host's own onProgress throws is the host's.
    if (!isAnalyticsError(error)) throw error;
    const state = sqlState(error);
    if (moved.has(state)) {
      connection.forgetInstallation();
      const message = `${error.message} ${followNames(connection.schema)}`;
      throw new AnalyticsError("database", message, { cause: error.cause });
    }
    if (onlyOnOnePostgres.has(state) && (await isDistributed(connection))) {
      const message = `${onlyOnOnePostgresSentence} ${error.message}`;
      throw new AnalyticsError("not_on_citus", message, { cause: error.cause });
    }
    const hint = hintOf(error.cause);
    if (state !== insufficientPrivilege && (state !== notInPrerequisiteState || hint === undefined))
      throw error;
    const message = error.cause instanceof Error ? error.cause.message : "";
    const advice = hint ?? (await missingGrant({ message, connection, role }));
    throw new AnalyticsError("database", `${error.message} ${advice}`, { cause: error.cause });
  }
}

async function isDistributed(connection: Connection): Promise<boolean> {
  const installation = await connection.installation().catch(() => undefined);
  return installation?.distributed ?? false;
}

// Our functions say themselves what ends it, where no grant would.
function hintOf(cause: unknown): string | undefined {
  const hint = (cause as { hint?: unknown } | undefined)?.hint;
  return typeof hint === "string" && hint !== "" ? hint.replace(/\.?$/, ".") : undefined;
}
