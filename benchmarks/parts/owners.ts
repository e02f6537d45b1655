import { deepStrictEqual } from "node:assert";
import { AnalyticsClient } from "@headcount/core";
import { migrate } from "@headcount/migrations";
import type { Pool } from "pg";
import type { Bench } from "../bench.ts";
import { instantText } from "../contenders/raw-sql.ts";
import { visitorOfView } from "../contenders/visitor-of-view.ts";
import { sourceNames } from "../install.ts";
import { type Answer, countOf } from "../questions/question.ts";
import { daysBefore } from "../questions/read-questions.ts";
import { showProgress } from "../show-progress.ts";
import { takeTurns } from "../timing/take-turns.ts";

const maxViews = 1_000_000;
const entitiesOfOwner = 12;
const schema = "of_owners";
const pageViews = `${schema}_views.page_views`;

interface OwnerRead {
  name: string;
  /** How many days until the last one. */
  days: number;
  headcount: (asked: Asked) => Promise<Answer>;
  raw: string;
  /** What raw SQL is given besides the owner and the dates. */
  limit?: number;
}

interface Asked {
  client: AnalyticsClient;
  owner: { level: "owner"; owner_id: string };
  range: { date_from: string; date_to: string };
}

const counted = `count(*)::float8 as views, count(distinct ${visitorOfView})::float8 as unique_visitors`;
const ofOwner = `v.owner_id = $1 and v.viewed_at >= $2::date::timestamp at time zone 'UTC'
  and v.viewed_at < ($3::date + 1)::timestamp at time zone 'UTC'`;

const ownerReads: readonly OwnerRead[] = [
  {
    name: "365 daily points with totals",
    days: 365,
    headcount: async ({ client, owner, range }) => {
      const { data, totals } = await client.getTimeSeries({ ...owner, ...range, period: "daily" });
      const buckets = data.filter(({ views }) => views > 0);
      return [...buckets.map((bucket) => countOf(bucket.date, bucket)), countOf("total", totals)];
    },
    raw: `
      select coalesce(to_char(v.bucket, 'YYYY-MM-DD'), 'total') as bucket, ${counted}
      from (
        select date_trunc('day', v.viewed_at at time zone 'UTC') as bucket, v.account_id, v.visitor_id, v.session_id
        from ${pageViews} v
        where ${ofOwner}
      ) v
      group by grouping sets ((v.bucket), ())
      order by v.bucket`,
  },
  ...[30, 365].map(
    (days): OwnerRead => ({
      name: `top 100 visitors, ${days} days`,
      days,
      headcount: async ({ client, owner, range }) => {
        const { data } = await client.getVisitors({
          ...owner,
          ...range,
          limit: 100,
          visits_limit: 0,
        });
        return data.map(({ account_id, visit_count, last_visit }) => {
          return { visitor: account_id, visit_count, last_visit, visits: [] };
        });
      },
      raw: `
        select
          case when t.is_account then t.visitor::text end as visitor, t.visit_count, ${instantText("t.last_visit")} as last_visit,
          array[]::text[] as visits
        from (
          select
            ${visitorOfView} as visitor, v.account_id is not null as is_account,
            count(*)::float8 as visit_count, max(v.viewed_at) as last_visit
          from ${pageViews} v
          where ${ofOwner}
          group by 1, 2
        ) t
        order by t.visit_count desc, t.last_visit desc, t.is_account, t.visitor
        limit $4`,
      limit: 100,
    }),
  ),
  ...[30, 365].map(
    (days): OwnerRead => ({
      name: `top 20 sources, ${days} days`,
      days,
      headcount: async ({ client, owner, range }) => {
        const { data } = await client.getBreakdown({ ...owner, ...range, dimension: "source" });
        return data.map((source) => countOf(source.value ?? "", source));
      },
      raw: `
        select v.source_no::text as bucket, ${counted}
        from ${pageViews} v
        where ${ofOwner}
        group by v.source_no
        order by unique_visitors desc, views desc, v.source_no::text collate "C"
        limit $4`,
      limit: 20,
    }),
  ),
  {
    name: "digest of a month",
    days: 31,
    headcount: async ({ client, owner, range }) => {
      const month = { period: "monthly", date: range.date_to } as const;
      const { totals } = await client.getDigest({ ...owner, ...month });
      return [countOf("total", totals)];
    },
    // of all that a digest says, its totals
    raw: `
      select 'total' as bucket, ${counted}
      from ${pageViews} v
      where ${ofOwner} and v.viewed_at >= date_trunc('month', $3::date::timestamp) at time zone 'UTC'`,
  },
];

/** What is asked about all that an owner has, everybody counted once: the owner of the big entity, and that of a typical one. */
export async function owners(bench: Bench): Promise<void> {
  const { pool, loaded, runs, record } = bench;
  await installBeside(bench);
  await using client = new AnalyticsClient({ pool, schema });
  for (const entity of ["big", "typical"] as const) {
    const owner = {
      level: "owner",
      owner_id: await ownerOf(pool, bench.entities[entity].entity_id),
    } as const;
    for (const { name, days, headcount, raw, limit } of ownerReads) {
      const question = `${name}, of all that its owner has`;
      showProgress(`owners, ${entity} entity: ${name}`);
      const { date_to } = loaded;
      const range = { date_from: daysBefore(date_to, days - 1), date_to };
      const values = [
        owner.owner_id,
        range.date_from,
        date_to,
        ...(limit === undefined ? [] : [limit]),
      ];
      const runners = [
        { name: "headcount", run: () => headcount({ client, owner, range }) },
        {
          name: "raw",
          run: async () => (await pool.query<Record<string, unknown>>(raw, values)).rows,
        },
      ] as const;
      const [ours, theirs] = [await runners[0].run(), await runners[1].run()];
      deepStrictEqual(ours, theirs, `raw SQL gives another answer: ${question}, ${entity}`);
      const cell = { part: "owners", question, entity, unit: "ms" } as const;
      for (const [contender, spread] of await takeTurns({ runners, rounds: runs, warm: true })) {
        record({ ...cell, contender, spread });
      }
    }
  }
  showProgress("owners: done\n");
}

// The latest page views, with owners of twelve entities each, and an installation for them.
async function installBeside({ pool, size }: Bench): Promise<void> {
  showProgress("owners: installing");
  const number = Math.ceil(size / 200 / entitiesOfOwner);
  await pool.query(`
    create schema ${schema}_views;
    create table ${pageViews} (like page_views including defaults, primary key (id));
    insert into ${pageViews}
    select owned.*
    from page_views v
    cross join lateral jsonb_populate_record(
      v, jsonb_build_object('owner_id', md5(abs(hashtextextended(v.entity_id::text, 0) % ${number})::text)::uuid)
    ) owned
    order by v.viewed_at desc
    limit ${maxViews};
    create index on ${pageViews} (owner_id, viewed_at)`);
  await migrate({ pool, schema, pageViews });
  await pool.query(sourceNames(schema));
  await using client = new AnalyticsClient({ pool, schema });
  await client.addLevel("owner");
  await pool.query("vacuum analyze");
}

async function ownerOf(pool: Pool, entity_id: string): Promise<string> {
  const { rows } = await pool.query<{ owner_id: string }>(
    `select v.owner_id::text as owner_id from ${pageViews} v where v.entity_id = $1 limit 1`,
    [entity_id],
  );
  if (rows[0] === undefined) throw new Error(`Nobody owns ${entity_id}: it has no page view.`);
  return rows[0].owner_id;
}
