import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import { showProgress } from "../show-progress.ts";
import { spreadOf } from "../timing/spread.ts";
import { assertRight } from "./assert-right.ts";
import { stageViews } from "./staged-views.ts";

const viewsPerSecond = 2_000;
const views = 100;
const secondsPerRun = 2;
const probe = { entity_type: "probe", entity_id: "00000000-0000-4000-8000-00000000beef" };

/**
 * How old a view is when an answer has it, while views are written steadily and folded every second: in the rollups,
 * and in the client's answer, which has what is pending too.
 */
export async function freshness(bench: Bench): Promise<void> {
  await bench.client.aggregate();
  const write = await steadyViews(bench);
  const { promise: failed, reject: onError } = Promise.withResolvers<never>();
  await using folding = bench.client.startAggregating({ intervalMs: 1000, onError });
  const writing = new AbortController();
  const background = write(writing.signal);
  const written: number[] = [];
  const folded = watchRollup(bench, { written, ended: writing.signal });

  const live = await Promise.race([followViews(bench, written), failed]);
  writing.abort();
  const ages = await Promise.race([folded, failed]);
  await Promise.all([folding.stop(), background]);

  const cell = { part: "freshness", entity: null, contender: "headcount", unit: "ms" } as const;
  const load = `at ${viewsPerSecond.toLocaleString("en-US")} views/s`;
  bench.record({
    ...cell,
    question: `until in the client's answer, ${load}`,
    spread: spreadOf(live),
  });
  bench.record({
    ...cell,
    question: `until in the rollups, ${load}`,
    spread: spreadOf(ages),
  });
  await bench.client.aggregate();
  await assertRight(bench);
  showProgress("freshness: done\n");
}

/** Writes one view after the other, and returns after how many milliseconds the client's answer had each. */
async function followViews(bench: Bench, written: number[]): Promise<number[]> {
  const ages: number[] = [];
  const until = performance.now() + bench.runs * secondsPerRun * 1000;
  while (performance.now() < until) {
    showProgress(`freshness: ${written.length} views followed`);
    await bench.pool.query(
      "insert into page_views (entity_type, entity_id, session_id, viewed_at) values ($1, $2, gen_random_uuid(), now())",
      [probe.entity_type, probe.entity_id],
    );
    const start = performance.now();
    written.push(start);
    await untilAnswered(bench, written.length);
    ages.push(performance.now() - start);
    await sleep(150);
  }
  return ages;
}

async function steadyViews(bench: Bench): Promise<(signal: AbortSignal) => Promise<void>> {
  const portions = (viewsPerSecond / views) * (bench.runs * secondsPerRun + 3);
  const staged = await stageViews(bench, { portions, views, kind: "new" });
  return async (signal) => {
    const start = performance.now();
    for (let portion = 0; portion < portions && !signal.aborted; portion += 1) {
      const due = start + (1000 * views * portion) / viewsPerSecond;
      await sleep(Math.max(0, due - performance.now()));
      await staged.add(portion);
    }
  };
}

async function untilAnswered({ client }: Bench, count: number): Promise<void> {
  for (;;) {
    const today = new Date().toISOString().slice(0, 10);
    const query = { ...probe, date_from: "2020-01-01", date_to: today, period: "yearly" } as const;
    const { totals } = await client.getTimeSeries(query);
    if (totals.views >= count) return;
    await sleep(10);
  }
}

interface Watched {
  /** When each view was written; grows until the end. */
  written: readonly number[];
  ended: AbortSignal;
}

/** How many milliseconds after it was written each of the views was in the rollups first. */
async function watchRollup(
  { pool, installation }: Bench,
  { written, ended }: Watched,
): Promise<number[]> {
  const ages: number[] = [];
  while (!ended.aborted || ages.length < written.length) {
    const { rows } = await pool.query<{ views: number }>(
      `select coalesce(sum(a.total_views), 0)::float8 as views
       from ${installation.schema}.analytics_aggregates a
       where a.entity_type = $1 and a.entity_id = $2 and a.hour is null`,
      [probe.entity_type, probe.entity_id],
    );
    const now = performance.now();
    for (const moment of written.slice(ages.length, rows[0]?.views ?? 0)) ages.push(now - moment);
    await sleep(20);
  }
  return ages;
}
