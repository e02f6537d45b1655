import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Pool, type PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Bench } from "../bench.ts";
import type { ContenderName } from "../contenders/contender.ts";
import { showProgress } from "../show-progress.ts";
import { takeTurns } from "../timing/take-turns.ts";
import { forgetViews } from "./forget-views.ts";

interface View {
  entity_type: string;
  entity_id: string;
  account_id: string | null;
  session_id: string | null;
}

interface Writing {
  name: string;
  /** Views in one round of measuring, and in one statement of it. */
  perRound: number;
  perStatement: number;
  write: (connection: PoolClient, views: readonly View[]) => Promise<unknown>;
}

const writings: readonly Writing[] = [
  { name: "one at a time", perRound: 100, perStatement: 1, write: insert },
  { name: "batches of 100", perRound: 2_000, perStatement: 100, write: insert },
  { name: "COPY", perRound: 10_000, perStatement: 10_000, write: copy },
];

/** How many views a second can be written in one connection, with capture and with its triggers off. */
export async function writes(bench: Bench): Promise<void> {
  await bench.client.aggregate();
  const views = await sampleViews(bench.pool);
  const uncaptured = new Pool({
    ...bench.pool.options,
    options: "-c session_replication_role=replica",
    max: 1,
  });
  uncaptured.on("error", () => undefined);
  const since = await clock(bench.pool);
  const connections = [
    { name: "headcount", connection: await bench.pool.connect() },
    { name: "raw", connection: await uncaptured.connect() },
  ] as const;
  try {
    for (const writing of writings) await measure(bench, { writing, views, connections });
    const { connection: uncapturing } = connections[1];
    await forgetViews({
      uncaptured: uncapturing,
      installation: bench.installation,
      where: "v.viewed_at >= $1::timestamptz",
      value: since,
    });
  } finally {
    for (const { connection } of connections) connection.release();
    await uncaptured.end();
  }
  showProgress("writing: done\n");
}

interface ToMeasure {
  writing: Writing;
  views: readonly View[];
  connections: readonly { name: ContenderName; connection: PoolClient }[];
}

async function measure(bench: Bench, { writing, views, connections }: ToMeasure): Promise<void> {
  const { name, perStatement, write } = writing;
  const perRound = Math.min(writing.perRound, views.length);
  showProgress(`writing ${name}`);
  const runners = connections.map(({ name: contender, connection }) => ({
    name: contender,
    run: async () => {
      for (let start = 0; start < perRound; start += perStatement) {
        await write(connection, views.slice(start, start + perStatement));
      }
    },
  }));
  const spreads = await takeTurns({ runners, rounds: 4 * bench.runs });
  for (const [contender, { median, p95, lowest, highest, runs }] of spreads) {
    const rate = (ms: number): number => (1000 * perRound) / ms;
    bench.record({
      part: "writes",
      question: `views written, ${name}`,
      entity: null,
      contender,
      unit: "per s",
      // the longest round is the lowest rate
      spread: {
        median: rate(median),
        p95: rate(p95),
        lowest: rate(highest),
        highest: rate(lowest),
        runs,
      },
    });
  }
}

function insert(connection: PoolClient, views: readonly View[]): Promise<unknown> {
  const column = (name: keyof View): (string | null)[] => views.map((view) => view[name]);
  return connection.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
     select v.*, now() from unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[]) v`,
    [column("entity_type"), column("entity_id"), column("account_id"), column("session_id")],
  );
}

async function copy(connection: PoolClient, views: readonly View[]): Promise<void> {
  const viewed_at = new Date().toISOString();
  const lines = views.map(({ entity_type, entity_id, account_id, session_id }) =>
    [
      randomUUID(),
      entity_type,
      entity_id,
      account_id ?? "\\N",
      session_id ?? "\\N",
      viewed_at,
    ].join("\t"),
  );
  const into = connection.query(
    copyFrom(
      "copy page_views (id, entity_type, entity_id, account_id, session_id, viewed_at) from stdin",
    ),
  );
  await pipeline(Readable.from([`${lines.join("\n")}\n`]), into);
}

// Views of the data set, picked all over it: what is written anew is of entities as popular, by visitors as loyal.
async function sampleViews(pool: Pool): Promise<View[]> {
  const { rows } = await pool.query<View>(
    `select v.entity_type, v.entity_id, v.account_id, v.session_id
     from page_views v
     order by hashtextextended(v.id::text, 1)
     limit $1`,
    [Math.max(...writings.map(({ perRound }) => perRound))],
  );
  return rows;
}

async function clock(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ now: string }>("select now()::text as now");
  return rows[0]?.now ?? "";
}
