import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import { type EntityQuery, entityFields } from "../../contract/entity.ts";
import type { RemovedBreakdowns } from "../../contract/kept-breakdowns.ts";
import { parseInput } from "../../contract/parse-input.ts";
import { checkEntity } from "../../database/check-entity.ts";
import type { Connection } from "../../database/connect.ts";
import { entityArguments } from "../people/entity-arguments.ts";
import { refuseTransaction } from "../refuse-transaction.ts";
import { runStep } from "../run-step.ts";

const removeBreakdownsOptions = z.strictObject({ signal: signalOption });
const entityQuery = z.strictObject(entityFields);

interface RemoveBreakdownsCall {
  connection: Connection;
  entity: EntityQuery;
  options: CallOptions;
}

/** Keeps the breakdowns of an entity no longer, and deletes what was kept of it. */
export async function removeBreakdowns({
  connection,
  entity,
  options,
}: RemoveBreakdownsCall): Promise<RemovedBreakdowns> {
  const startedAt = performance.now();
  const asked = parseInput({ schema: entityQuery, input: entity });
  const { signal } = parseInput({
    schema: removeBreakdownsOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  const installation = await connection.installation({ signal });
  const checked = checkEntity({ ...asked, installation });
  const { db, schema } = connection;
  const remove = sql<{ removed: boolean }>`
    select ${sql.id(schema, "remove_breakdowns")}(${entityArguments({ entity: checked, installation })}) as removed
  `.compile(db);
  // in a transaction of its own, so that writing page views does not wait for it; also what a call before left behind
  const clear = sql`select ${sql.id(schema, "delete_removed_breakdowns")}()`.compile(db);
  const { removed } = await runStep({ db, query: remove, signal });
  await runStep({ db, query: clear, signal });
  return { ...checked, removed, duration_ms: Math.round(performance.now() - startedAt) };
}
