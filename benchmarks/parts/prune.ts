import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import { daysBefore } from "../questions/read-questions.ts";
import type { Measurement } from "../results/measurement.ts";
import { showProgress } from "../show-progress.ts";
import { spreadOf } from "../timing/spread.ts";
import { millisecondsOf, takeTurns } from "../timing/take-turns.ts";

const paceOfPruning = 20_000;
const msBetweenInserts = 5;
const account = "00000000-0000-4000-8000-0000000e7a5e";

type Note = (cell: Pick<Measurement, "question" | "unit"> & { values: readonly number[] }) => void;

/**
 * Erasing somebody; then pruning nine tenths of all page views, first as fast as it goes, then paced, while others write: how fast it is, what
 * inserts and reads take before, during it and afterwards, and what is left on disk.
 */
export async function prune(bench: Bench): Promise<void> {
  const { client, pool, runs } = bench;
  const note: Note = ({ values, ...cell }) =>
    bench.record({
      part: "prune",
      contender: "headcount",
      entity: null,
      ...cell,
      spread: spreadOf(values),
    });
  await client.aggregate();
  await eraseSomebody(bench, note);

  const months = await monthsToPrune(bench);
  await pool.query("vacuum analyze");
  await read(bench, "before pruning");
  const idle = await insertMeanwhile(bench, () => sleep(Math.min(3000, 600 * runs)));
  note({ question: "an INSERT, nobody prunes", unit: "ms", values: idle.inserts });

  const before = await storedBytes(bench);
  for (const [keepDays, rowsPerSecond] of [
    [months.half, undefined],
    [months.most, paceOfPruning],
  ] as const) {
    const pace =
      rowsPerSecond === undefined
        ? "as fast as it goes"
        : `${rowsPerSecond.toLocaleString("en-US")} a second at most`;
    showProgress(`pruning, ${pace}`);
    const { inserts, done } = await insertMeanwhile(bench, () =>
      client.pruneRaw({ keepDays, rowsPerSecond }),
    );
    if (done.pruned_views === 0) continue;
    note({
      question: `page views pruned, ${pace}`,
      unit: "per s",
      values: [(1000 * done.pruned_views) / done.duration_ms],
    });
    note({ question: `an INSERT while pruning, ${pace}`, unit: "ms", values: inserts });
  }

  await client.aggregate();
  await pool.query("vacuum full page_views");
  const after = await storedBytes(bench);
  const size = { unit: "bytes per view" } as const;
  note({
    ...size,
    question: "page views and rollups, before pruning",
    values: [before / bench.size],
  });
  note({
    ...size,
    question: "page views and rollups, pruned and vacuumed",
    values: [after / bench.size],
  });
  await pool.query("vacuum analyze");
  await read(bench, "after pruning");
  const { differences } = await client.verify();
  if (differences > 0)
    throw new Error(`After pruning, ${differences} rows of the rollups are wrong.`);
  showProgress("pruning: done\n");
}

// Somebody with a hundredth of the data set's page views, 10,000 at most: five at each of a fifth as many entities.
async function eraseSomebody({ pool, client, size, runs }: Bench, note: Note): Promise<void> {
  const views = Math.min(10_000, Math.ceil(size / 10));
  const entities = Math.ceil(views / 5);
  const times: number[] = [];
  for (let nth = 0; nth < Math.min(runs, 3); nth += 1) {
    showProgress(`erasing: ${nth + 1}`);
    await pool.query(
      `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
       select 'erased', md5('entity ' || n % $2)::uuid, $3, md5('erased session ' || n / 20)::uuid, now() - n * interval '10 minutes'
       from generate_series(1, $1::integer) n`,
      [views, entities, account],
    );
    await client.aggregate();
    await pool.query("analyze");
    times.push(await millisecondsOf(() => client.erasePerson({ account_id: account })));
  }
  const many = (count: number): string => count.toLocaleString("en-US");
  note({
    question: `somebody with ${many(views)} views of ${many(entities)} entities, erased`,
    unit: "ms",
    values: times,
  });
}

/** Which days to keep so that about half of all page views go, and about nine tenths: from the first of a month on. */
async function monthsToPrune({ pool }: Bench): Promise<{ half: number; most: number }> {
  const { rows } = await pool.query<{ half: number; most: number }>(
    `select current_date - date_trunc('month', d.dates[1]::timestamp)::date as half, current_date - date_trunc('month', d.dates[2]::timestamp)::date as most
     from (select percentile_disc('{0.5,0.95}'::float8[]) within group (order by viewed_at::date) as dates from page_views) d`,
  );
  const [days] = rows;
  if (days === undefined) throw new Error("There are no page views.");
  return { half: Math.max(days.half, 35), most: Math.max(days.most, 35) };
}

async function storedBytes({ client }: Bench): Promise<number> {
  const { page_view_bytes, rollup_bytes } = (await client.getStatus()).retention;
  return page_view_bytes + rollup_bytes;
}

/** How many milliseconds each INSERT of one view takes on a connection of its own, steadily until the work is done. */
async function insertMeanwhile<Result>(
  { pool, entities: { typical } }: Bench,
  work: () => Promise<Result>,
): Promise<{ inserts: number[]; done: Result }> {
  const inserts: number[] = [];
  const connection = await pool.connect();
  const insert = (): Promise<unknown> =>
    connection.query(
      "insert into page_views (entity_type, entity_id, session_id, viewed_at) values ($1, $2, gen_random_uuid(), now())",
      [typical.entity_type, typical.entity_id],
    );
  try {
    for (let nth = 0; nth < 50; nth += 1) await insert();
    const state = { ended: false };
    const working = work().finally(() => {
      state.ended = true;
    });
    do {
      inserts.push(await millisecondsOf(insert));
      await sleep(msBetweenInserts);
    } while (!state.ended);
    return { inserts, done: await working };
  } finally {
    connection.release();
  }
}

async function read(
  { client, entities, loaded: { date_to }, runs, record }: Bench,
  when: string,
): Promise<void> {
  for (const entity of ["big", "typical"] as const) {
    const asked = { ...entities[entity], date_from: daysBefore(date_to, 364), date_to };
    const run = async (): Promise<void> => {
      await client.getTimeSeries({ ...asked, period: "daily" });
      await client.getRollingVisitors(asked);
      await client.getVisitors({ ...asked, limit: 20, visits_limit: 0 });
    };
    const turns = await takeTurns({ runners: [{ name: when, run }], rounds: 4 * runs, warm: true });
    for (const spread of turns.values()) {
      record({
        part: "prune",
        question: `a year's series, rolling and top 20 visitors, ${when}`,
        entity,
        contender: "headcount",
        unit: "ms",
        spread,
      });
    }
  }
}
