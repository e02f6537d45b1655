import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import { type KeptLevel, keptLevel, type RemovedLevel } from "../../contract/level.ts";
import { parseInput } from "../../contract/parse-input.ts";
import type { Connection } from "../../database/connect.ts";
import { refuseTransaction } from "../refuse-transaction.ts";
import { runStep } from "../run-step.ts";

const removeLevelOptions = z.strictObject({ signal: signalOption });

interface RemoveLevelCall {
  connection: Connection;
  level: KeptLevel;
  options: CallOptions;
}

/** Counts a level no longer, and takes what is stored of it away, in steps. */
export async function removeLevel({
  connection,
  level: asked,
  options,
}: RemoveLevelCall): Promise<RemovedLevel> {
  const startedAt = performance.now();
  const { level } = parseInput({
    schema: z.strictObject({ level: keptLevel }),
    input: { level: asked },
  });
  const { signal } = parseInput({
    schema: removeLevelOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  await connection.installation({ signal });
  const { db, schema } = connection;
  const begin = sql<{ begun: boolean }>`
    select ${sql.id(schema, "begin_removing_level")}(${level}) as begun
  `.compile(db);
  const query = sql<{ done: boolean }>`
    select s.done from ${sql.id(schema, "remove_level_step")}(${level}) s
  `.compile(db);
  let steps = 0;
  for (let done = !(await runStep({ db, query: begin, signal })).begun; !done; steps += 1) {
    ({ done } = await runStep({ db, query, signal }));
  }
  return { level, steps, duration_ms: Math.round(performance.now() - startedAt) };
}
