import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../call-options.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import type { Installation } from "../database/installation.ts";
import { runQuery } from "../database/run-query.ts";
import { withRetries } from "../database/with-retries.ts";
import { AnalyticsError } from "../errors.ts";
import { type FactNumbers, openFactNumbers } from "./facts/fact-numbers.ts";
import { factsOfSaid, type SaidFacts, type SayableFact, sayableFacts } from "./facts/said-facts.ts";
import type { CollectionPolicy } from "./validation/collection-policy.ts";
import { withoutWww } from "./validation/visitor-request.ts";

/** What recording facts did. */
export interface RecordedFacts {
  /** Of how many page views it is recorded now where they came from, or with what they were viewed. */
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

/** How facts of earlier page views are recorded. */
export interface RecordFactsOptions extends CallOptions {
  /**
   * Columns of page views that say more than the referrer does, by what they say: `{ utm_source: "campaign_source", country: "geo" }`.
   * `user_agent` stands for what can be read of it.
   * @default {}
   */
  columns?: Partial<Record<SayableFact, string>> | undefined;
  /** Called after each step. */
  onProgress?: ((progress: RecordingProgress) => void) | undefined;
}

const columnName = z.optional(
  z.string({ error: "give the name of a column of page views" }).check(z.minLength(1)),
);
const recordOptions = z.strictObject({
  columns: z._default(
    z.strictObject(
      Object.fromEntries(sayableFacts.map((fact) => [fact, columnName])) as Record<
        SayableFact,
        typeof columnName
      >,
      { error: `give an object with any of ${sayableFacts.join(", ")}` },
    ),
    {},
  ),
  onProgress: z.optional(
    z.custom<RecordFactsOptions["onProgress"]>((value) => typeof value === "function", {
      error: "give a function",
    }),
  ),
  signal: signalOption,
});

interface RecordFactsCall {
  connection: Connection;
  policy: CollectionPolicy;
  options: RecordFactsOptions;
}

// some ten thousand page views
const pagesPerStep = 500;

/** Records of earlier page views what their columns say of where they came from, a part of the table at a time, by one statement each. */
export async function recordFacts({
  connection,
  policy,
  options,
}: RecordFactsCall): Promise<RecordedFacts> {
  const { columns, onProgress, signal } = parseInput({
    schema: recordOptions,
    input: options,
    name: "options object",
  });
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  const installation = await connection.installation({ signal });
  await refuseMissingColumns({ connection, installation, columns, signal });
  const saying = sayingColumns({ installation, policy, columns });
  const numberFacts = openFactNumbers(connection);
  const ownHosts = new Set(policy.ownHosts.map(withoutWww));
  const isOwnHost = (host: string): boolean => ownHosts.has(withoutWww(host));
  const steps = saying.size > 0 ? await stepsThrough({ connection, installation, signal }) : [];
  let recorded_page_views = 0;
  for (const [nth, step] of steps.entries()) {
    const read = { connection, installation, saying, step, signal };
    const said = await saidIn(read);
    const views = said.map((text) => factsOfSaid({ said: saidFacts(text, saying), isOwnHost }));
    const numbers = await numberFacts({ views, signal });
    if (said.length > 0) recorded_page_views += await recordIn({ ...read, said, numbers });
    onProgress?.({
      recorded_page_views,
      share: (nth + 1) / steps.length,
      elapsed_ms: elapsed(),
    });
  }
  return { recorded_page_views, steps: steps.length, duration_ms: elapsed() };
}

interface ColumnsToFind extends CallOptions {
  connection: Connection;
  installation: Installation;
  columns: Partial<Record<SayableFact, string | undefined>>;
}

async function refuseMissingColumns({
  connection: { db },
  installation: { page_views_schema, page_views_table },
  columns,
  signal,
}: ColumnsToFind): Promise<void> {
  const named = Object.values(columns);
  if (named.length === 0) return;
  const query = sql<{ name: string }>`
    select c.column_name::text as name from information_schema.columns c
    where c.table_schema = ${page_views_schema} and c.table_name = ${page_views_table} and c.column_name = any (${named}::text[])
  `.compile(db);
  const found = new Set((await runQuery({ db, query, signal })).map(({ name }) => name));
  for (const [fact, name] of Object.entries(columns)) {
    if (name === undefined || found.has(name)) continue;
    throw new AnalyticsError(
      "invalid_input",
      `columns.${fact} is ${JSON.stringify(name)}: give the name of a column of ${page_views_table} that this role may read.`,
      { field: "columns" },
    );
  }
}

/** Which column says what. */
type SayingColumns = ReadonlyMap<keyof SaidFacts, string>;

interface ColumnsToRead extends Pick<ColumnsToFind, "installation" | "columns"> {
  policy: CollectionPolicy;
}

function sayingColumns({ installation, policy, columns }: ColumnsToRead): SayingColumns {
  const referrer = installation.columns["referrer_url"] ?? "referrer_url";
  const named = sayableFacts.flatMap((fact) => {
    const name = columns[fact];
    return name === undefined ? [] : [[fact, name] as const];
  });
  const isStored = policy.storeFacts.includes("referrer");
  return new Map([...(isStored ? [["referrer_url", referrer] as const] : []), ...named]);
}

/** What a view says, as it was read: the texts of these columns, in their order, as JSON. */
function saidFacts(text: string, saying: SayingColumns): SaidFacts {
  const texts = JSON.parse(text) as (string | null)[];
  return Object.fromEntries([...saying.keys()].map((fact, nth) => [fact, texts[nth] ?? null]));
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
  saying: SayingColumns;
  step: Step;
}

const ofDevice: ReadonlySet<keyof SaidFacts> = new Set([
  "device",
  "browser",
  "os",
  "user_agent",
  "country",
]);

// Of the page views in this part that say something that is not recorded.
function unrecorded({ installation: { columns }, saying, step }: StepToDo) {
  const column = (name: string) => sql.id("v", name);
  const numbers = {
    source_no: columns["source_no"] ?? "source_no",
    device_no: columns["device_no"] ?? "device_no",
  };
  const isUnrecorded = (number: keyof typeof numbers) => {
    const names = [...saying].filter(([fact]) => ofDevice.has(fact) === (number === "device_no"));
    return sql`(
      ${column(numbers[number])} is null
      and coalesce(${sql.join([sql`null`, ...names.map(([, name]) => sql`${column(name)}::text`)])}) is not null
    )`;
  };
  return {
    numbers,
    said: sql`to_json(array[${sql.join([...saying.values()].map((name) => sql`${column(name)}::text`))}])::text`,
    where: sql`v.ctid >= ${step.first}::text::tid and v.ctid < ${step.until}::text::tid
      and (${isUnrecorded("source_no")} or ${isUnrecorded("device_no")})`,
  };
}

// What do the page views in this part of the table say, each of it once?
async function saidIn(call: StepToDo): Promise<string[]> {
  const {
    connection: { db },
    step,
    signal,
  } = call;
  const { said, where } = unrecorded(call);
  const query = sql<{ said: string }>`
    select distinct ${said} as said from ${sql.id(step.schema, step.table)} v where ${where}
  `.compile(db);
  return (await runQuery({ db, query, signal })).map((row) => row.said);
}

interface FactsToRecord extends StepToDo {
  said: readonly string[];
  /** Of what each says. */
  numbers: readonly FactNumbers[];
}

// Give the page views in this part of the table the numbers of what they say; what is recorded stays.
async function recordIn({ said, numbers, ...call }: FactsToRecord): Promise<number> {
  const {
    connection: { db },
    step,
    signal,
  } = call;
  const { numbers: names, said: saidOfView, where } = unrecorded(call);
  const [source, device] = [sql.id(names.source_no), sql.id(names.device_no)];
  const query = sql<{ recorded: string }>`
    with recorded as (
      update ${sql.id(step.schema, step.table)} v
      set ${source} = coalesce(v.${source}, n.source_no), ${device} = coalesce(v.${device}, n.device_no)
      from unnest(
        ${said}::text[], ${numbers.map(({ source_no }) => source_no)}::text[]::int4[],
        ${numbers.map(({ device_no }) => device_no)}::text[]::int4[]
      ) n (said, source_no, device_no)
      where ${where} and n.said = ${saidOfView}
        and ((v.${source} is null and n.source_no is not null) or (v.${device} is null and n.device_no is not null))
      returning 1
    )
    select count(*)::text as recorded from recorded
  `.compile(db);
  const [row] = await withRetries({ work: () => runQuery({ db, query, signal }), signal });
  return Number(row?.recorded ?? 0);
}
