import { MigrationError } from "../migration-error.ts";
import type { Connection } from "../session/connection.ts";
import { findSource } from "./find-source.ts";

interface WorkToRefuse {
  schema: string;
  /** What does not work on a cluster, and what does instead. */
  message: string;
}

/** @throws {MigrationError} `invalid_input` where Citus spreads page views over servers, or will */
export async function refuseCluster(
  connection: Connection,
  { schema, message }: WorkToRefuse,
): Promise<void> {
  const { isDistributed = false } = await findSource(connection, schema);
  if (isDistributed) throw new MigrationError("invalid_input", message);
}
