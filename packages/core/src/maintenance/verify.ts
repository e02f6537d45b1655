import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../call-options.ts";
import type { RebuildQuery } from "../contract/aggregation.ts";
import type { Entity } from "../contract/entity.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { SetAsideEntity } from "../contract/status.ts";
import type { Verification, VerificationProgress } from "../contract/verification.ts";
import { wholeNumber } from "../contract/whole-number.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";
import { estimatePageViews } from "./estimate-page-views.ts";
import { refuseTransaction } from "./refuse-transaction.ts";
import { sampledShare } from "./sampled-share.ts";
import { setAsideEntities } from "./set-aside-entities.ts";
import { type VerifiedStep, verifyStep } from "./verify-step.ts";

/** How much is compared, and how progress is reported. */
export interface VerifyOptions extends CallOptions {
  /**
   * Compare a sample: a share of the entities below 1, or so many of them.
   * @default all entities
   */
  sample?: number | undefined;
  /**
   * The number that a sample was made with, to compare the same entities again.
   * @default a random one
   */
  seed?: number | undefined;
  /** Called after each step. */
  onProgress?: ((progress: VerificationProgress) => void) | undefined;
}

const maxSeed = 2 ** 31 - 1;
const maxListed = 100;
const allDates = { date_from: "0001-01-02", date_to: "9999-12-30" };

const sampleError = "give a share above 0 and below 1, or a whole number of entities";
const verifyOptions = z.strictObject({
  sample: z.optional(
    z.number({ error: sampleError }).check(
      z.refine((sample) => sample > 0 && (sample < 1 || Number.isInteger(sample)), {
        error: sampleError,
      }),
      z.lte(maxSeed, { error: "give at most 2147483647 entities" }),
    ),
  ),
  seed: z.optional(wholeNumber({ from: 0, to: maxSeed })),
  onProgress: z.optional(
    z.custom<VerifyOptions["onProgress"]>((value) => typeof value === "function", {
      error: "give a function",
    }),
  ),
  signal: signalOption,
});

interface VerifyCall {
  connection: Connection;
  options: VerifyOptions;
}

/** Compares every rollup with raw page views, entity by entity, each step at one snapshot. */
export async function verify({ connection, options }: VerifyCall): Promise<Verification> {
  const { sample, seed, onProgress, signal } = parseInput({
    schema: verifyOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  const startedAt = performance.now();
  const installation = await connection.installation({ signal });
  const usedSeed = sample === undefined ? null : (seed ?? Math.trunc(Math.random() * maxSeed));
  const estimated_page_views =
    onProgress === undefined || sample !== undefined
      ? null
      : await estimatePageViews({ db: connection.db, installation, range: allDates, signal });
  const share = await sampledShare({ connection, sample, seed: usedSeed ?? 0, signal });

  const found = { page_views: 0, entities: 0, differences: 0 };
  const listed: Verification["listed"] = [];
  let rebuild_range: RebuildQuery | null = null;
  for (let after: string | null = null, done = false; !done; ) {
    const most = maxListed - listed.length;
    const step: VerifiedStep = await verifyStep({
      connection,
      after,
      most,
      share,
      seed: usedSeed ?? 0,
      signal,
    });
    ({ after, done } = step);
    if (done) break;
    found.page_views += step.page_views;
    found.entities += step.entities;
    found.differences += step.differences;
    listed.push(...step.listed);
    rebuild_range = widened(rebuild_range, step);
    const { entity_type, entity_id } = JSON.parse(step.after) as Entity;
    onProgress?.({
      ...found,
      estimated_page_views,
      elapsed_ms: Math.round(performance.now() - startedAt),
      entity_type,
      entity_id,
    });
  }
  return {
    ...found,
    listed,
    ...(await readSetAside({ connection, signal })),
    rebuild_range,
    seed: usedSeed,
    duration_ms: Math.round(performance.now() - startedAt),
  };
}

interface SetAsideRow {
  changes: string;
  entities: string;
}

// How many changes could not be applied, and of which entities are they?
async function readSetAside({
  connection,
  signal,
}: {
  connection: Connection;
  signal: AbortSignal | undefined;
}): Promise<Pick<Verification, "set_aside_changes" | "set_aside_entities">> {
  const { db, schema } = connection;
  const query = sql<SetAsideRow>`
    select
      (select count(*) from ${sql.id(schema, "set_aside_changes")})::text as changes,
      ${setAsideEntities({ schema })} as entities
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return {
    set_aside_changes: Number(row?.changes ?? 0),
    set_aside_entities: JSON.parse(row?.entities ?? "[]") as SetAsideEntity[],
  };
}

function widened(
  range: RebuildQuery | null,
  { date_from, date_to }: VerifiedStep,
): RebuildQuery | null {
  if (date_from === null || date_to === null) return range;
  return {
    date_from: range !== null && range.date_from < date_from ? range.date_from : date_from,
    date_to: range !== null && range.date_to > date_to ? range.date_to : date_to,
  };
}
