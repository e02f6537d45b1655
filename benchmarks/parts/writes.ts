import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Pool, type PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Bench } from "../bench.ts";
import type { ContenderName } from "../results/contender-names.ts";
import { showProgress } from "../show-progress.ts";
import { ratesOf } from "../timing/spread.ts";
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

/** A connection that page views are written on. */
export interface Writer {
  contender: ContenderName;
  connection: PoolClient;
  /** What its rows are called after what is written. */
  how?: string;
}

/** How many views a second can be written in one connection, with capture and with its triggers off. */
export async function writes(bench: Bench): Promise<void> {
  await bench.client.aggregate();
  const since = await clock(bench.pool);
  await using captured = await openWriter(bench.pool, { contender: "headcount" });
  await using uncaptured = await openWriter(bench.pool, { contender: "raw", triggers: false });
  await measureWritings(bench, { part: "writes", writers: [captured, uncaptured] });
  await forgetViews({
    uncaptured: uncaptured.connection,
    installation: bench.installation,
    where: "v.viewed_at >= $1::timestamptz",
    value: since,
  });
  showProgress("writing: done\n");
}

/** A connection to the pool's database. @param options.triggers - whether they fire there */
export async function openWriter(
  { options }: Pool,
  { triggers = true, ...named }: Omit<Writer, "connection"> & { triggers?: boolean },
): Promise<Writer & AsyncDisposable> {
  const role = `-c session_replication_role=${triggers ? "origin" : "replica"}`;
  const pool = new Pool({ ...options, options: role, max: 1 });
  pool.on("error", () => undefined);
  const connection = await pool.connect();
  return {
    ...named,
    connection,
    async [Symbol.asyncDispose]() {
      connection.release();
      await pool.end();
    },
  };
}

/** Lets all writers write the same in turns. */
export async function measureWritings(
  { runs, record }: Pick<Bench, "runs" | "record">,
  { part, writers }: { part: "writes" | "capture"; writers: readonly Writer[] },
): Promise<void> {
  const [first] = writers;
  if (first === undefined) return;
  const views = await sampleViews(first.connection);
  for (const { name, perStatement, write, ...writing } of writings) {
    showProgress(`writing ${name}`);
    const perRound = Math.min(writing.perRound, views.length);
    const runners = writers.map(({ connection }, index) => ({
      name: String(index),
      run: async () => {
        for (let start = 0; start < perRound; start += perStatement) {
          await write(connection, views.slice(start, start + perStatement));
        }
      },
    }));
    const spreads = await takeTurns({ runners, rounds: 4 * runs });
    for (const [index, { contender, how = "" }] of writers.entries()) {
      const spread = spreads.get(String(index));
      if (spread === undefined) continue;
      const question = `views written, ${name}${how}`;
      const cell = { part, question, entity: null, contender, unit: "per s" } as const;
      record({ ...cell, spread: ratesOf(spread, perRound) });
    }
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
async function sampleViews(connection: PoolClient): Promise<View[]> {
  const { rows } = await connection.query<View>(
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
