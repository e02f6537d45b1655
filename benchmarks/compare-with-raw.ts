import { AnalyticsClient } from "@headcount/core";
import { migrate } from "@headcount/migrations";
import type { Pool } from "pg";
import { loadPageViews } from "../testing/traffic/load-page-views.ts";
import { measure, type Timing } from "./measure.ts";
import { assertSameAnswer, questionsAbout } from "./questions.ts";
import { showProgress } from "./show-progress.ts";
import { tableHeader, tableRow, tableRule } from "./table-row.ts";

export interface ComparisonOptions {
  /** On an empty database. */
  pool: Pool;
  /** How many page views. */
  size: number;
  /** How often each question is asked, after once to warm up. */
  runs: number;
}

/** Loads page views, installs Headcount beside them, and prints how long the same answers take from both. */
export async function compareWithRaw({ pool, size, runs }: ComparisonOptions): Promise<void> {
  const loaded = await load(pool, size);

  const start = performance.now();
  await migrate({ pool });
  showProgress(`installed, and read them into the rollups, in ${seconds(start)}\n\n`);
  await pool.query("vacuum analyze");

  await using client = new AnalyticsClient({ pool });
  const { bigEntity, typicalEntity, date_to } = loaded;
  for (const [title, entity] of [
    ["the biggest entity", bigEntity],
    ["a typical entity", typicalEntity],
  ] as const) {
    printLine(tableRow([title, ...tableHeader]));
    printLine(tableRule());
    for (const question of questionsAbout({ client, pool, entity, date_to })) {
      await assertSameAnswer(question);
      const rollups = await measure(runs, question.fromRollups);
      const raw = await measure(runs, question.fromRaw);
      const ratio = `${(raw.median / rollups.median).toFixed(1)} x`;
      printLine(tableRow([question.name, ...cells(rollups), ...cells(raw), ratio]));
    }
    printLine("");
  }
}

async function load(pool: Pool, size: number) {
  await pool.query(`create table page_views (
    id uuid primary key default gen_random_uuid(), entity_type text not null, entity_id uuid, account_id uuid,
    session_id uuid, viewed_at timestamptz not null, referrer_url text, time_on_page integer
  )`);
  const start = performance.now();
  const connection = await pool.connect();
  try {
    const loaded = await loadPageViews(connection, {
      size,
      onProgress: (written) =>
        showProgress(`loading: ${count(written)} of ${count(size)} page views`),
    });
    showProgress(`loaded ${count(size)} page views in ${seconds(start)}\n`);
    return loaded;
  } finally {
    connection.release();
  }
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function cells({ median, fastest, slowest }: Timing): [string, string] {
  return [median.toFixed(1), `(${fastest.toFixed(1)}–${slowest.toFixed(1)})`];
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
