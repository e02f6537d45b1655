import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AnalyticsClient, type PageView } from "@headcount/core";
import { Pool } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Bench } from "../bench.ts";
import type { ContenderName } from "../results/contender-names.ts";
import { showProgress } from "../show-progress.ts";
import { ratesOf } from "../timing/spread.ts";
import { takeTurns } from "../timing/take-turns.ts";
import { forgetViews } from "./forget-views.ts";

const perRound = 1_000;
const columns = [
  "id",
  "entity_type",
  "entity_id",
  "account_id",
  "session_id",
  "viewed_at",
  "referrer_url",
] as const;

type View = Record<(typeof columns)[number], string | null>;

interface Way {
  name: ContenderName;
  /** Stores views that are not there yet. */
  store: (views: readonly View[]) => Promise<unknown>;
}

interface Collecting {
  question: string;
  /** Views in one statement. */
  perStatement: number;
  ways: readonly Way[];
}

/** How many views a second are collected: validated and stored by the client, and by bare INSERT and COPY of the same rows. */
export async function collecting(bench: Bench): Promise<void> {
  await bench.client.aggregate();
  const entities = await entityIds(bench.pool);
  const uncaptured = new Pool({
    ...bench.pool.options,
    options: "-c session_replication_role=replica",
  });
  uncaptured.on("error", () => undefined);
  try {
    for (const way of collectings(bench.pool, uncaptured)) await measure(bench, way, entities);
    const { installation } = bench;
    await forgetViews({
      uncaptured,
      installation,
      where: "v.entity_type = $1",
      value: entityType,
    });
  } finally {
    await uncaptured.end();
  }
  showProgress("collecting: done\n");
}

function collectings(captured: Pool, uncaptured: Pool): Collecting[] {
  const batches = { perStatement: 100, question: "views collected, batches of 100" };
  return [
    { ...batches, ways: [direct(captured), ...bare(captured)] },
    {
      ...batches,
      question: `${batches.question}, triggers off`,
      ways: [direct(uncaptured), ...bare(uncaptured)],
    },
    {
      question: "views collected, one by one through a buffer of 500",
      perStatement: 500,
      ways: [buffered(captured), ...bare(captured)],
    },
  ];
}

function direct(pool: Pool): Way {
  const client = clientOn(pool);
  return { name: "headcount", store: (views) => client.trackPageViews(views as PageView[]) };
}

function buffered(pool: Pool): Way {
  const buffer = clientOn(pool).createPageViewBuffer({ maxRows: 500 });
  return {
    name: "headcount",
    store: async (views) => {
      await Promise.all((views as PageView[]).map((view) => buffer.trackPageViews([view])));
      await buffer.flush();
    },
  };
}

// The same visitors come again and again, faster than people do.
function clientOn(pool: Pool): AnalyticsClient {
  return new AnalyticsClient({ pool, collection: { maxViewsPerMinute: 1_000_000 } });
}

function bare(pool: Pool): Way[] {
  return [
    { name: "raw", store: (views) => insert(pool, views) },
    { name: "limit", store: (views) => copy(pool, views) },
  ];
}

async function insert(pool: Pool, views: readonly View[]): Promise<void> {
  const values: (string | null)[] = [];
  const rows = views.map(
    (view) => `(${columns.map((column) => `$${values.push(view[column])}`).join(", ")})`,
  );
  const into = `insert into page_views (${columns.join(", ")})`;
  await pool.query(`${into} values ${rows.join(", ")}`, values);
}

async function copy(pool: Pool, views: readonly View[]): Promise<void> {
  const lines = views.map((view) => columns.map((column) => view[column] ?? "\\N").join("\t"));
  const connection = await pool.connect();
  try {
    const into = copyFrom(`copy page_views (${columns.join(", ")}) from stdin`);
    await pipeline(Readable.from([`${lines.join("\n")}\n`]), connection.query(into));
  } finally {
    connection.release();
  }
}

async function measure(
  bench: Bench,
  { question, perStatement, ways }: Collecting,
  entities: readonly string[],
): Promise<void> {
  showProgress(question);
  const runners = ways.map(({ name, store }) => ({
    name,
    run: async () => {
      for (let stored = 0; stored < perRound; stored += perStatement) {
        await store(makeViews(perStatement, entities));
      }
    },
  }));
  for (const [contender, spread] of await takeTurns({ runners, rounds: 4 * bench.runs })) {
    bench.record({
      part: "collecting",
      question,
      entity: null,
      contender,
      unit: "per s",
      spread: ratesOf(spread, perRound),
    });
  }
}

/** Four in ten are of accounts, and half of them came from somewhere. */
function makeViews(count: number, entities: readonly string[]): View[] {
  return Array.from({ length: count }, (_, nth) => ({
    id: randomUUID(),
    entity_type: entityType,
    entity_id: entities[Math.floor(Math.random() * entities.length)] ?? null,
    account_id: nth % 10 < 4 ? randomUUID() : null,
    session_id: randomUUID(),
    viewed_at: new Date().toISOString(),
    referrer_url: nth % 2 === 0 ? "https://www.example.com/search/results?q=listing" : null,
  }));
}

const entityType = "collected";

async function entityIds(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ entity_id: string }>(
    "select v.entity_id from page_views v where v.entity_id is not null limit 1000",
  );
  return rows.map(({ entity_id }) => entity_id);
}
