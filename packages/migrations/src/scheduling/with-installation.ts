import { upCommand } from "../advice/up-command.ts";
import { findSource } from "../inspection/find-source.ts";
import { inspectInstallation } from "../inspection/inspect-installation.ts";
import { isNothing, pendingReport, pendingSentence } from "../inspection/pending-work.ts";
import { MigrationError } from "../migration-error.ts";
import type { InstallationOptions } from "../migration-options.ts";
import { parseTarget } from "../parse-target.ts";
import type { Connection } from "../session/connection.ts";
import { withPoolClient } from "../session/with-pool-client.ts";

/** Work on an installation that is up to date. */
interface InstallationWork {
  connection: Connection;
  schema: string;
}

/** @throws {MigrationError} `schema_out_of_date` when something is pending */
export async function withInstallation<Result>(
  options: InstallationOptions,
  work: (work: InstallationWork) => Promise<Result>,
): Promise<Result> {
  const target = parseTarget(options);
  const { schema } = target;
  return withPoolClient(options.pool, async (connection) => {
    const { pending } = await inspectInstallation({
      connection,
      target,
      source: await findSource(connection, target.schema),
    });
    if (!isNothing(pending)) {
      throw new MigrationError(
        "schema_out_of_date",
        `The schema "${schema}" is not up to date. Pending: ${pendingSentence(pendingReport(pending))}. Run: ${upCommand(schema)}`,
      );
    }
    return work({ connection, schema });
  });
}
