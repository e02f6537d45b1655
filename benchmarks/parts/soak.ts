import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import type { Bench } from "../bench.ts";
import type { Load } from "../load.ts";
import type { Entity } from "../questions/question.ts";
import { daysBefore } from "../questions/read-questions.ts";
import type { ContenderName } from "../results/contender-names.ts";
import type { Measurement } from "../results/measurement.ts";
import { readServerMemory } from "../server/server-process.ts";
import { showProgress } from "../show-progress.ts";
import { spreadOf } from "../timing/spread.ts";
import { millisecondsOf } from "../timing/take-turns.ts";
import { type StagedViews, stageViews } from "./staged-views.ts";

/** An installation under load, as a host uses it. */
export interface Soaked {
  contender: ContenderName;
  pool: Pool;
  staged: StagedViews;
  /** Asks for the big entity's series and its top 20 visitors, and returns how many milliseconds that took. */
  read: () => Promise<number>;
  countPending: () => Promise<number>;
  /** Folds in the background, looking every 2 seconds. */
  startFolding: () => Promise<{ stop: () => Promise<unknown> }>;
}

/** What was seen in a slice of the time. */
interface Slice {
  reads: number[];
  pending: number[];
  memory: number[];
  /** Views a second. */
  written: number;
}

const statementsPerSecond = 10;
const slices = 6;
const warmUps = 20;
const idleReads = 50;
const reading = "series and 20 visitors";

/** Writes steadily while it folds and reads: how long reads take, how long the queue is, and how much memory the server holds. */
export async function soak(bench: Bench): Promise<void> {
  const { pool, client, load, entities } = bench;
  await client.aggregate();
  const staged = await stageViews(bench, stagingOf(load));
  const { series, visitors } = readsUnderLoad(entities.big, staged);
  const soaked: Soaked = {
    contender: "headcount",
    pool,
    staged,
    read: () =>
      millisecondsOf(async () => {
        await client.getTimeSeries(series);
        await client.getVisitors(visitors);
      }),
    countPending: async () => (await client.getStatus()).pending_changes,
    startFolding: async () => client.startAggregating({ onError: () => undefined }),
  };
  await soakInTurns([soaked], bench);
  await client.aggregate();
}

/** What is asked under load: a year up to the views that come, and who came most often. */
export function readsUnderLoad(entity: Entity, { date_to }: StagedViews) {
  const range = { date_from: daysBefore(date_to, 364), date_to, period: "daily" } as const;
  return { series: { ...entity, ...range }, visitors: { ...entity, limit: 20 } };
}

/** The page views that a load needs. */
export function stagingOf({ viewsPerSecond, minutes }: Load) {
  const views = Math.ceil(viewsPerSecond / statementsPerSecond);
  const portions = Math.max(slices, Math.ceil(minutes * 60 * statementsPerSecond));
  return { kind: "new", views, portions } as const;
}

/** Puts each under the load for a slice of the time, in turns, after measuring all of them idle. */
export async function soakInTurns(
  all: readonly Soaked[],
  { load, record }: Pick<Bench, "load" | "record">,
): Promise<void> {
  const idle = all.map((): number[] => []);
  for (let nth = -warmUps; nth < idleReads; nth += 1) {
    for (const [index, { read }] of all.entries()) {
      const ms = await read();
      if (nth >= 0) idle[index]?.push(ms);
    }
  }
  const seen = all.map((): Slice[] => []);
  for (let nth = 0; nth < slices; nth += 1) {
    for (const [index, soaked] of all.entries()) {
      showProgress(`soak: slice ${nth + 1} of ${slices}, ${soaked.contender}`);
      seen[index]?.push(await soakSlice(soaked, { load, nth }));
    }
  }
  for (const [index, { contender }] of all.entries()) {
    const cell = { part: "soak", entity: null, contender } as const;
    for (const [question, unit, values] of rowsOf(load, {
      idle: idle[index] ?? [],
      seen: seen[index] ?? [],
    })) {
      if (values.length > 0) record({ ...cell, question, unit, spread: spreadOf(values) });
    }
  }
  showProgress("soak: done\n");
}

type Row = readonly [question: string, unit: Measurement["unit"], values: readonly number[]];

function rowsOf(
  { viewsPerSecond, minutes }: Load,
  { idle, seen }: { idle: readonly number[]; seen: readonly Slice[] },
): Row[] {
  const reads = seen.flatMap((slice) => slice.reads);
  const loaded = `${reading}, at ${viewsPerSecond.toLocaleString("en-US")} views/s`;
  const clock = (nth: number): string => {
    const seconds = Math.round((minutes * 60 * nth) / slices);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  return [
    [`${reading}, idle`, "ms", idle],
    [`${reading}, idle: p95`, "ms", [spreadOf(idle).p95]],
    [loaded, "ms", reads],
    [`${loaded}: p95`, "ms", [spreadOf(reads).p95]],
    ["views written", "per s", seen.map(({ written }) => written)],
    ...seen.flatMap((slice, nth): Row[] => {
      const when = `${clock(nth)} to ${clock(nth + 1)}`;
      return [
        [`${when}: ${reading}`, "ms", slice.reads],
        [`${when}: pending`, "changes", slice.pending],
        [`${when}: memory of the server, without what is shared`, "MB", slice.memory],
      ];
    }),
  ];
}

async function soakSlice(
  { pool, staged, read, countPending, startFolding }: Soaked,
  { load, nth }: { load: Load; nth: number },
): Promise<Slice> {
  const slice: Slice = { reads: [], pending: [], memory: [], written: 0 };
  const { portions, views } = stagingOf(load);
  const first = Math.floor((portions * nth) / slices);
  const last = Math.floor((portions * (nth + 1)) / slices);
  const over = new AbortController();

  const writing = async (): Promise<void> => {
    const start = performance.now();
    try {
      for (let portion = first; portion < last; portion += 1) {
        const due = start + (1000 * (portion - first)) / statementsPerSecond;
        await sleep(Math.max(0, due - performance.now()));
        await staged.add(portion);
      }
    } finally {
      over.abort();
    }
    slice.written = (1000 * views * (last - first)) / (performance.now() - start);
  };
  const untilOver = async (pauseMs: number, look: () => Promise<unknown>): Promise<void> => {
    while (!over.signal.aborted) {
      await look();
      await sleep(pauseMs);
    }
  };
  const folding = await startFolding();
  await Promise.all([
    writing(),
    untilOver(100, async () => slice.reads.push(await read())),
    untilOver(500, async () => {
      slice.pending.push(await countPending());
      slice.memory.push(...(await readServerMemory(pool)));
    }),
  ]);
  await folding.stop();
  return slice;
}
