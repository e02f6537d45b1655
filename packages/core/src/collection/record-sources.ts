import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../call-options.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import type { Installation } from "../database/installation.ts";
import { runQuery } from "../database/run-query.ts";
import { withRetries } from "../database/with-retries.ts";
import { openFactNumbers } from "./facts/fact-numbers.ts";
import { sourceOf } from "./facts/source-of.ts";
import type { CollectionPolicy } from "./validation/collection-policy.ts";
import { withoutWww } from "./validation/visitor-request.ts";

/** What recording sources did. */
export interface RecordedSources {
  /** Of how many page views it is recorded now where they came from. */
  recorded_page_views: number;
  /** In how many steps the table was read. */
  steps: number;
  /** Whole milliseconds. */
  duration_ms: number;
}

/** How far it is. */
export interface RecordingProgress {
  recorded_page_views: number;
  /** How much of the table was read, 0 to 1. */
  share: number;
  /** Whole milliseconds. */
  elapsed_ms: number;
}

/** How sources of earlier page views are recorded. */
export interface RecordSourcesOptions extends CallOptions {
  /** Called after each step. */
  onProgress?: ((progress: RecordingProgress) => void) | undefined;
}

const recordOptions = z.strictObject({
  onProgress: z.optional(
    z.custom<RecordSourcesOptions["onProgress"]>((value) => typeof value === "function", {
      error: "give a function",
    }),
  ),
  signal: signalOption,
});

interface RecordSourcesCall {
  connection: Connection;
  policy: CollectionPolicy;
  options: RecordSourcesOptions;
}

// some ten thousand page views
const pagesPerStep = 500;

/** Records of earlier page views with a referrer where they came from, a part of the table at a time, by one statement each. */
export async function recordSources({
  connection,
  policy,
  options,
}: RecordSourcesCall): Promise<RecordedSources> {
  const { onProgress, signal } = parseInput({
    schema: recordOptions,
    input: options,
    name: "options object",
  });
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  const installation = await connection.installation({ signal });
  const numberFacts = openFactNumbers(connection);
  const ownHosts = new Set(policy.ownHosts.map(withoutWww));
  const isOwnHost = (host: string): boolean => ownHosts.has(withoutWww(host));
  const steps = policy.storeFacts.includes("referrer")
    ? await stepsThrough({ connection, installation, signal })
    : [];
  let recorded_page_views = 0;
  for (const [nth, step] of steps.entries()) {
    const read = { connection, installation, step, signal };
    const referrers = await referrersIn(read);
    const views = referrers.map((referrer_url) => ({
      source: sourceOf({ view: { referrer_url }, isOwnHost, policy }),
      device: null,
    }));
    const numbers = await numberFacts({ views, signal });
    if (referrers.length > 0) {
      const source_nos = numbers.map(({ source_no }) => source_no);
      recorded_page_views += await recordIn({ ...read, referrers, source_nos });
    }
    onProgress?.({
      recorded_page_views,
      share: (nth + 1) / steps.length,
      elapsed_ms: elapsed(),
    });
  }
  return { recorded_page_views, steps: steps.length, duration_ms: elapsed() };
}

/** Pages of a table, or of a partition of it, as positions of rows. */
interface Step {
  schema: string;
  table: string;
  first: string;
  until: string;
}

interface StepsToPlan extends CallOptions {
  connection: Connection;
  installation: Installation;
}

// What is written from now on comes with its source, or behind what there is now.
async function stepsThrough({
  connection: { db },
  installation: { page_views_schema, page_views_table },
  signal,
}: StepsToPlan): Promise<Step[]> {
  const query = sql<{ schema: string; table: string; pages: string }>`
    select
      n.nspname::text as schema, c.relname::text as "table",
      (pg_relation_size(c.oid) / current_setting('block_size')::bigint)::text as pages
    from pg_catalog.pg_class p
    join pg_catalog.pg_namespace s on s.oid = p.relnamespace
    cross join lateral pg_catalog.pg_partition_tree(p.oid) t
    join pg_catalog.pg_class c on c.oid = t.relid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where s.nspname = ${page_views_schema} and p.relname = ${page_views_table} and t.isleaf
    order by c.oid
  `.compile(db);
  const tables = await runQuery({ db, query, signal });
  return tables.flatMap(({ schema, table, pages }) =>
    Array.from({ length: Math.ceil(Number(pages) / pagesPerStep) }, (_, nth) => ({
      schema,
      table,
      first: `(${nth * pagesPerStep},0)`,
      until: `(${(nth + 1) * pagesPerStep},0)`,
    })),
  );
}

interface StepToDo extends StepsToPlan {
  step: Step;
}

// Of the page views in this part whose source is not recorded.
function unrecorded({ installation: { columns }, step }: StepToDo) {
  const column = (name: string) => sql.id("v", columns[name] ?? name);
  return {
    referrer: sql`${column("referrer_url")}::text`,
    source: columns["source_no"] ?? "source_no",
    where: sql`v.ctid >= ${step.first}::text::tid and v.ctid < ${step.until}::text::tid
      and ${column("source_no")} is null and ${column("referrer_url")} is not null`,
  };
}

// Which referrers have the page views in this part of the table?
async function referrersIn(call: StepToDo): Promise<string[]> {
  const {
    connection: { db },
    step,
    signal,
  } = call;
  const { referrer, where } = unrecorded(call);
  const query = sql<{ referrer_url: string }>`
    select distinct ${referrer} as referrer_url from ${sql.id(step.schema, step.table)} v where ${where}
  `.compile(db);
  return (await runQuery({ db, query, signal })).map(({ referrer_url }) => referrer_url);
}

interface SourcesToRecord extends StepToDo {
  referrers: readonly string[];
  source_nos: readonly (number | null)[];
}

// Give the page views in this part of the table the numbers of their sources.
async function recordIn({ referrers, source_nos, ...call }: SourcesToRecord): Promise<number> {
  const {
    connection: { db },
    step,
    signal,
  } = call;
  const { referrer, source, where } = unrecorded(call);
  const query = sql<{ recorded: string }>`
    with recorded as (
      update ${sql.id(step.schema, step.table)} v set ${sql.id(source)} = n.source_no
      from unnest(${referrers}::text[], ${source_nos}::text[]::int4[]) n (referrer_url, source_no)
      where ${where} and n.referrer_url = ${referrer} and n.source_no is not null
      returning 1
    )
    select count(*)::text as recorded from recorded
  `.compile(db);
  const [row] = await withRetries({ work: () => runQuery({ db, query, signal }), signal });
  return Number(row?.recorded ?? 0);
}
