import { deepStrictEqual } from "node:assert";
import type { Entity } from "../questions/question.ts";
import { showProgress } from "../show-progress.ts";
import { spreadOf } from "../timing/spread.ts";
import type { Cluster } from "./cluster.ts";
import type { Side } from "./sides.ts";

const entityKey = "entity_type, entity_id";
const utc = (column: string): string => `${column} at time zone 'UTC'`;
const visitor = `${entityKey}, kind, visitor_id`;

// What is stored of each rollup, as rows that are the same wherever and in whichever order they were folded: when that was is left out, and an hour
// may be packed in several records.
const stored = {
  days: `select ${entityKey}, date, hour, views, timed_views, time_total, visitors, accounts, entries, bounces, again_ever, accounts_again_ever,
      again_in_week, accounts_again_in_week, again_in_month, accounts_again_in_month, again_in_quarter, accounts_again_in_quarter,
      again_in_year, accounts_again_in_year
    from headcount.analytics_days`,
  hours: `select ${entityKey}, date, hours[n][1] as hour, sum(hours[n][2]) as views, sum(hours[n][3]) as timed_views,
      sum(hours[n][4]::bigint * 1073741824 + hours[n][5]) as time_total, sum(hours[n][6]) as visitors, sum(hours[n][7]) as accounts,
      sum(hours[n][8]) as entries, sum(hours[n][9]) as bounces
    from headcount.analytics_hours cross join lateral generate_series(1, array_length(hours, 1)) n
    group by ${entityKey}, date, hours[n][1]
    having sum(hours[n][2]) <> 0 or sum(hours[n][6]) <> 0 or sum(hours[n][8]) <> 0`,
  visitors: `select ${visitor}, ${utc("first_visit")}, ${utc("last_visit")}, visit_count, days_visited, timed_views, time_total
    from headcount.analytics_entity_visitors`,
  "visitor-days": `select ${visitor}, date, prev_date, ${utc("first_view")}, ${utc("last_view")}, views, timed_views, time_total, hours_seen
    from headcount.analytics_visitor_days`,
  returns: `select ${entityKey}, date, prev_date, visitors, accounts from headcount.analytics_visitor_returns`,
  "return weeks": `select ${entityKey}, week, prev_week, visitors, accounts from headcount.analytics_visitor_return_weeks`,
  totals: `select ${entityKey}, ${utc("first_view")}, ${utc("last_view")}, views, timed_views, time_total, visitors, accounts, entries, bounces
    from headcount.analytics_entities`,
  sessions: `select session_id, ${utc("first_seen_at")}, ${utc("last_seen_at")}, ${utc("account_seen_at")}, total_views, time_total,
      unique_pages, account_id, entry_entity_type, entry_entity_id
    from headcount.visitor_sessions`,
} as const;

const askedEntities = 300;

/** Compares all that is stored, and what the client answers, and records how much that is. */
export async function equality(cluster: Cluster): Promise<void> {
  const record = (question: string, unit: "rows" | "answers", compared: number): void => {
    const cell = { part: "equality", question, entity: null, unit, note: "the same" } as const;
    for (const { name } of cluster.sides) {
      cluster.record({ ...cell, contender: name, spread: spreadOf([compared]) });
    }
  };
  for (const [table, rows] of await compareStored(cluster)) record(table, "rows", rows);
  record("series of entities, 365 daily points", "answers", await compareAnswers(cluster));
  showProgress("equality: done\n");
}

/**
 * Compares the rows of every rollup, by their number and a digest. Returns how many each has.
 *
 * @throws {Error} when one differs
 */
export async function compareStored({
  sides,
}: Pick<Cluster, "sides">): Promise<Map<string, number>> {
  const compared = new Map<string, number>();
  for (const [table, rows] of Object.entries(stored)) {
    showProgress(`equality: ${table}`);
    const [expected, ...others] = await Promise.all(
      sides.map(async (side) => ({ side: side.name, ...(await digestOf(side, rows)) })),
    );
    for (const { side, ...found } of others) {
      if (found.rows === expected?.rows && found.digest === expected.digest) continue;
      throw new Error(
        `The ${table} of ${side} differ from those of one Postgres: ${JSON.stringify({ found, expected })}`,
      );
    }
    compared.set(table, Number(expected?.rows));
  }
  return compared;
}

async function digestOf({ pool }: Side, rows: string): Promise<{ rows: string; digest: string }> {
  const found = await pool.query<{ rows: string; digest: string }>(
    `select count(*) as rows, sum(hashtextextended(r::text, 0)::numeric) as digest from (${rows}) r`,
  );
  return found.rows[0] ?? { rows: "0", digest: "" };
}

// From those with the most views to those with the fewest.
async function compareAnswers({ sides, loaded }: Cluster): Promise<number> {
  const { rows: entities } = await sides[0].pool.query<Entity>(
    `select e.entity_type, e.entity_id::text as entity_id
     from (
       select entity_type, entity_id, row_number() over (order by views desc, entity_id) - 1 as nth, count(*) over () as count
       from headcount.analytics_entities
     ) e
     where e.nth % greatest(1, e.count / $1) = 0
     order by e.nth
     limit $1`,
    [askedEntities],
  );
  for (const [nth, entity] of entities.entries()) {
    showProgress(`equality: series of entities, ${nth + 1} of ${entities.length}`);
    const [expected, ...others] = await Promise.all(
      sides.map(async ({ client }) => {
        const series = await client.getTimeSeries({
          ...entity,
          date_from: yearBefore(loaded.date_to),
          date_to: loaded.date_to,
          period: "daily",
        });
        // how far was folded is each one's own
        return { ...series, freshness: { ...series.freshness, folded_through: null } };
      }),
    );
    for (const found of others) {
      deepStrictEqual(found, expected, `The series of ${JSON.stringify(entity)} differs.`);
    }
  }
  return entities.length;
}

/** The first of the 365 dates that end with this one. */
export function yearBefore(date: string): string {
  return new Date(Date.parse(date) - 364 * 86_400_000).toISOString().slice(0, 10);
}
