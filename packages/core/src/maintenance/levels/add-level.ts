import { CompiledQuery, sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import {
  type AddedLevel,
  type AddLevelProgress,
  type KeptLevel,
  keptLevel,
} from "../../contract/level.ts";
import { parseInput } from "../../contract/parse-input.ts";
import { levelsOnCitus } from "../../database/check-level-kept.ts";
import type { Connection } from "../../database/connect.ts";
import { refuseOnCitus } from "../../database/refuse-on-citus.ts";
import { runQuery } from "../../database/run-query.ts";
import { AnalyticsError } from "../../errors.ts";
import { fold } from "../fold.ts";
import { refuseTransaction } from "../refuse-transaction.ts";
import { runStep } from "../run-step.ts";

/** How a level is added. */
export interface AddLevelOptions extends CallOptions {
  /** Called after each step. */
  onProgress?: ((progress: AddLevelProgress) => void) | undefined;
}

const addLevelOptions = z.strictObject({
  onProgress: z.optional(
    z.custom<AddLevelOptions["onProgress"]>((value) => typeof value === "function", {
      error: "give a function",
    }),
  ),
  signal: signalOption,
});

interface AddLevelCall {
  connection: Connection;
  level: KeptLevel;
  options: AddLevelOptions;
}

interface LevelToAdd extends CallOptions {
  connection: Connection;
  level: KeptLevel;
}

/** Counts a level from now on, and reads what was there before in, in steps that each leave the rollups exact. */
export async function addLevel({
  connection,
  level: asked,
  options,
}: AddLevelCall): Promise<AddedLevel> {
  const startedAt = performance.now();
  const { level } = parseInput({
    schema: z.strictObject({ level: keptLevel }),
    input: { level: asked },
  });
  const { onProgress, signal } = parseInput({
    schema: addLevelOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  refuseOnCitus(await connection.installation({ signal }), levelsOnCitus);
  const added = { connection, level, signal };
  await refuseUnfitOwners(added);
  await createIndex(added);
  await begin(added);

  const { db, schema } = connection;
  const query = sql<{ phase: AddLevelProgress["phase"] | null; page_views: string; done: boolean }>`
    select s.phase, s.page_views::text as page_views, s.done from ${sql.id(schema, "add_level_step")}(${level}) s
  `.compile(db);
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  const read = { sessions: 0, groups: 0 };
  let steps = 0;
  for (let done = false; !done; ) {
    const { phase, page_views, ...step } = await runStep({ db, query, signal });
    done = step.done;
    if (phase === null) continue;
    read[phase] += Number(page_views);
    steps += 1;
    onProgress?.({ phase, page_views: read[phase], elapsed_ms: elapsed() });
  }
  return { level, read_page_views: read.groups, steps, duration_ms: elapsed() };
}

async function refuseUnfitOwners({ connection, level, signal }: LevelToAdd): Promise<void> {
  const { owner_id_type: owner, entity_id_type: entity } = await connection.installation({
    signal,
  });
  const fits = owner === entity || entity === "text" || (entity === "uuid" && owner === "bigint");
  if (level !== "owner" || fits) return;
  throw new AnalyticsError(
    "invalid_input",
    `level is "owner", and owner ids are ${owner}, which cannot be counted beside entity ids that are ${entity}: give page views a column of the type ${entity} that says whose they are, and install with it (--column owner_id=NAME).`,
    { field: "level" },
  );
}

async function createIndex({
  connection: { db, schema },
  level,
  signal,
}: LevelToAdd): Promise<void> {
  const query = sql<{ statement: string }>`
    select s.statement from ${sql.id(schema, "level_index_statements")}(${level}) s (statement)
  `.compile(db);
  for (const { statement } of await runQuery({ db, query, signal })) {
    await runQuery({ db, query: CompiledQuery.raw(statement), signal });
  }
}

// What is pending does not know its owner, so it is folded first.
async function begin({ connection, level, signal }: LevelToAdd): Promise<void> {
  const { db, schema } = connection;
  const query = sql<{ begun: boolean }>`
    select ${sql.id(schema, "begin_adding_level")}(${level}) as begun
  `.compile(db);
  while (!(await runStep({ db, query, signal })).begun) await fold({ connection, signal });
}
