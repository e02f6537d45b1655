import { MigrationError } from "../migration-error.ts";
import { sqlState } from "../running/sql-state.ts";
import { throwIfAborted } from "../session/aborted.ts";
import type { Connection } from "../session/connection.ts";
import type { OwnObject } from "./find-own-objects.ts";

interface ObjectsToDrop {
  schema: string;
  objects: readonly OwnObject[];
  signal: AbortSignal | undefined;
}

/** @throws {MigrationError} `migration_failed` when something of the host's depends on one of them */
export async function dropObjects(
  connection: Connection,
  { schema, objects, signal }: ObjectsToDrop,
): Promise<void> {
  for (const { name, statement } of objects) {
    throwIfAborted(signal);
    try {
      await connection.query(statement);
    } catch (cause) {
      if (sqlState(cause) !== dependentObjects) throw cause;
      const { detail } = cause as { detail?: unknown };
      throw new MigrationError(
        "migration_failed",
        `The schema "${schema}" cannot be taken out while something of yours depends on the ${name}: ${String(detail)}. Nothing was taken out; drop that first.`,
        { cause },
      );
    }
  }
}

const dependentObjects = "2BP01";
