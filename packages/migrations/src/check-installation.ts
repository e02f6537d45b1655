import { findFaults } from "./faults/find-faults.ts";
import type { InstallationFault } from "./faults/installation-fault.ts";
import { findSource } from "./inspection/find-source.ts";
import { inspectInstallation } from "./inspection/inspect-installation.ts";
import type { InstallationOptions } from "./migration-options.ts";
import { parseTarget } from "./parse-target.ts";
import { withPoolClient } from "./session/with-pool-client.ts";

export interface InstallationCheck {
  schema: string;
  schema_version: number;
  /** Empty when everything is as it was applied. */
  faults: InstallationFault[];
}

/**
 * Compares the installation with what was applied: checksums, objects, indexes, triggers, grants. Writes nothing.
 *
 * @throws {MigrationError} when the input is wrong, or the installation may not be read
 * @example
 * const { faults } = await checkInstallation({ pool });
 * //=> [{ problem: "The trigger headcount_capture_insert is disabled: ...", fix: "ALTER TABLE ..." }]
 */
export async function checkInstallation(options: InstallationOptions): Promise<InstallationCheck> {
  const target = parseTarget(options);
  return withPoolClient(options.pool, async (connection) => {
    const installation = await inspectInstallation({
      connection,
      target,
      source: await findSource(connection, target.schema),
    });
    return {
      schema: target.schema,
      schema_version: installation.schemaVersion,
      faults: await findFaults(connection, installation),
    };
  });
}
