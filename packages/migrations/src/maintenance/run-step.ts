import { MigrationError } from "../migration-error.ts";
import { sqlState } from "../running/sql-state.ts";
import { throwIfAborted } from "../session/aborted.ts";
import { pause } from "../session/pause.ts";
import type { InstallationWork } from "./with-installation.ts";

const mostAttempts = 5;
const pauseMs = 200;
// serialization_failure, deadlock_detected, lock_not_available
const passing: ReadonlySet<string | undefined> = new Set(["40001", "40P01", "55P03"]);

interface StepToRun extends Pick<InstallationWork, "connection" | "signal"> {
  text: string;
  values: readonly unknown[];
}

/** The row of one statement in a transaction of its own, repeated when another transaction made it fail. */
export async function runStep<Row>({ connection, signal, text, values }: StepToRun): Promise<Row> {
  for (let attempt = 1; ; attempt += 1) {
    throwIfAborted(signal);
    try {
      await connection.query("begin isolation level read committed");
      const [row] = await connection.query<Row>(text, values);
      await connection.query("commit");
      if (row === undefined) throw new Error(`The server answered without a row to: ${text}`);
      return row;
    } catch (error) {
      await connection.query("rollback").catch(() => undefined);
      if (sqlState(error) === "55000" && error instanceof Error) {
        throw new MigrationError("schema_out_of_date", `${error.message}.`, { cause: error });
      }
      if (attempt === mostAttempts || !passing.has(sqlState(error))) throw error;
      await pause(pauseMs * attempt, signal);
    }
  }
}
