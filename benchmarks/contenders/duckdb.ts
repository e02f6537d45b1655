import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Pool } from "pg";
import { to as copyTo } from "pg-copy-streams";
import {
  type Answer,
  type Count,
  isOwnerQuestion,
  type OwnerQuestion,
  type Question,
  type RankedVisitor,
  type VisitorsQuestion,
} from "../questions/question.ts";
import type { Contender } from "./contender.ts";
import { duckdbOwner } from "./duckdb-owner.ts";
import { visitorOfView } from "./visitor-of-view.ts";

/** A copy of the page views in DuckDB's own columnar file. */
export interface DuckDB extends AsyncDisposable {
  contender: Contender;
  version: string;
}

/**
 * The columnar yardstick: page views exported to a file of DuckDB's, in the order that suits these questions best, by
 * entity and time. It is a copy: what was viewed since is not in it.
 */
export async function exportToDuckDB(pool: Pool, threads: number): Promise<DuckDB> {
  const { DuckDBInstance, version } = await import("@duckdb/node-api");
  const folder = await mkdtemp(join(tmpdir(), "headcount-duckdb-"));
  const file = join(folder, "page-views.duckdb");
  const rows = join(folder, "page-views.csv");
  await exportRows(pool, rows);
  const instance = await DuckDBInstance.create(file, { threads: String(threads) });
  const connection = await instance.connect();
  await connection.run(importRows(rows));
  await connection.run("checkpoint");
  await rm(rows);
  return {
    contender: {
      name: "duckdb",
      asks: (question) =>
        isOwnerQuestion(question)
          ? duckdbOwner(connection, question)
          : () => answer(connection, question),
    },
    version: version(),
    async [Symbol.asyncDispose]() {
      close(connection, instance);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function close(connection: DuckDBConnection, instance: DuckDBInstance): void {
  connection.closeSync();
  instance.closeSync();
}

async function exportRows(pool: Pool, file: string): Promise<void> {
  const connection = await pool.connect();
  try {
    const rows = connection.query(
      copyTo(`copy (
        select v.entity_type, v.entity_id, v.account_id, v.visitor_id, v.session_id, v.viewed_at at time zone 'UTC', v.source_no
        from page_views v
      ) to stdout (format csv)`),
    );
    await pipeline(rows, createWriteStream(file));
  } finally {
    connection.release();
  }
}

const importRows = (file: string): string => `
  create table page_views as
  select *
  from read_csv('${file.replaceAll("'", "''")}', header = false, columns = {
    entity_type: 'VARCHAR', entity_id: 'UUID', account_id: 'UUID', visitor_id: 'UUID', session_id: 'UUID', viewed_at: 'TIMESTAMP',
    source_no: 'INTEGER'
  })
  order by entity_type, entity_id, viewed_at`;

const inRange = `v.entity_type = $1 and v.entity_id = $2::uuid
  and v.viewed_at >= $3::date and v.viewed_at < $4::date + interval 1 day`;

// How many views and visitors in each bucket, and in all?
const countBuckets = (unit: string, sets: string): string => `
  select
    coalesce(strftime(v.bucket, '%Y-%m-%d'), 'total') as bucket,
    count(*)::double as views,
    count(distinct ${visitorOfView})::double as unique_visitors
  from (
    select date_trunc('${unit}', v.viewed_at) as bucket, v.account_id, v.visitor_id, v.session_id
    from page_views v
    where ${inRange}
  ) v
  group by grouping sets (${sets})
  order by v.bucket nulls last`;

// How many views and visitors in all?
const countRange = `
  select
    'total' as bucket,
    count(*)::double as views,
    count(distinct ${visitorOfView})::double as unique_visitors
  from page_views v
  where ${inRange}`;

// Who came most often, and when lately?
const rankVisitors = `
  with views as (
    select ${visitorOfView} as visitor, v.account_id is not null as is_account, v.viewed_at
    from page_views v
    where ${inRange}
  ), ranked as (
    select v.visitor, v.is_account, count(*) as visit_count, max(v.viewed_at) as last_visit
    from views v
    group by all
    order by visit_count desc, last_visit desc, is_account, visitor
    limit $5::bigint
  )
  select
    case when r.is_account then r.visitor::varchar end as visitor, r.visit_count::double as visit_count,
    strftime(r.last_visit, '%Y-%m-%dT%H:%M:%S.%gZ') as last_visit,
    list(strftime(v.viewed_at, '%Y-%m-%dT%H:%M:%S.%gZ') order by v.viewed_at desc)[1:$6::bigint] as visits
  from ranked r
  join views v using (visitor, is_account)
  group by r.visitor, r.is_account, r.visit_count, r.last_visit
  order by r.visit_count desc, r.last_visit desc, r.is_account, r.visitor`;

async function answer(
  connection: DuckDBConnection,
  question: Exclude<Question, OwnerQuestion>,
): Promise<Answer> {
  const { entity_type, entity_id } = question.entity;
  if (question.kind === "visitors") return rank(connection, question);
  const { date_from, date_to } = question;
  const sql =
    question.kind === "range"
      ? countRange
      : countBuckets(question.unit, question.with_totals ? "(v.bucket), ()" : "(v.bucket)");
  const values = [entity_type, entity_id, date_from, date_to];
  return (await connection.runAndReadAll(sql, values)).getRowObjectsJson() as unknown as Count[];
}

async function rank(
  connection: DuckDBConnection,
  { entity, dates, limit, visits_limit }: VisitorsQuestion,
): Promise<RankedVisitor[]> {
  const { date_from, date_to } = dates ?? { date_from: "1970-01-01", date_to: "9999-12-30" };
  const values = [entity.entity_type, entity.entity_id, date_from, date_to, limit, visits_limit];
  const rows = await connection.runAndReadAll(rankVisitors, values);
  return rows.getRowObjectsJson() as unknown as RankedVisitor[];
}
