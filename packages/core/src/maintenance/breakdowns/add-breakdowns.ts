import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import { type EntityQuery, entityFields } from "../../contract/entity.ts";
import type { AddBreakdownsProgress, AddedBreakdowns } from "../../contract/kept-breakdowns.ts";
import { parseInput } from "../../contract/parse-input.ts";
import { checkEntity } from "../../database/check-entity.ts";
import type { Connection } from "../../database/connect.ts";
import { refuseOnCitus } from "../../database/refuse-on-citus.ts";
import { entityArguments } from "../people/entity-arguments.ts";
import { refuseTransaction } from "../refuse-transaction.ts";
import { runStep } from "../run-step.ts";
import { countBreakdowns } from "./count-breakdowns.ts";

/** How the breakdowns of an entity are kept. */
export interface AddBreakdownsOptions extends CallOptions {
  /** Called after each step. */
  onProgress?: ((progress: AddBreakdownsProgress) => void) | undefined;
}

const addBreakdownsOptions = z.strictObject({
  onProgress: z.optional(
    z.custom<AddBreakdownsOptions["onProgress"]>((value) => typeof value === "function", {
      error: "give a function",
    }),
  ),
  signal: signalOption,
});
const entityQuery = z.strictObject(entityFields);

interface AddBreakdownsCall {
  connection: Connection;
  entity: EntityQuery;
  options: AddBreakdownsOptions;
}

/** Keeps the breakdowns of an entity from now on, and counts what is there, in steps. */
export async function addBreakdowns({
  connection,
  entity,
  options,
}: AddBreakdownsCall): Promise<AddedBreakdowns> {
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  const asked = parseInput({ schema: entityQuery, input: entity });
  const { onProgress, signal } = parseInput({
    schema: addBreakdownsOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  const installation = await connection.installation({ signal });
  refuseOnCitus(
    installation,
    "Breakdowns are read from page views there each time: ask getBreakdown.",
  );
  const checked = checkEntity({ ...asked, installation });
  const { db, schema } = connection;
  const query = sql<{ added: boolean }>`
    select ${sql.id(schema, "add_breakdowns")}(${entityArguments({ entity: checked, installation })}) as added
  `.compile(db);
  const { added } = await runStep({ db, query, signal });
  let done = { counted_dates: 0, steps: 0 };
  await countBreakdowns({
    connection,
    signal,
    onStep: ({ counted_dates, dates, steps }) => {
      done = { counted_dates, steps };
      onProgress?.({ counted_dates, dates, elapsed_ms: elapsed() });
    },
  });
  return { ...checked, added, ...done, duration_ms: elapsed() };
}
