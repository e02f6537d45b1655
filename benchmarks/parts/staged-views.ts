import { loadPageViews, pageViewId } from "../../testing/traffic/load-page-views.ts";
import type { Bench } from "../bench.ts";

/** A table of page views that did not happen yet: what the next parts add, in portions. */
export interface StagedViews {
  /** The last date in UTC that they have, `YYYY-MM-DD`. */
  date_to: string;
  /** Adds a portion, counted from 0, to the host's page views, or to another table that begins with their columns, in one statement. */
  add: (portion: number, pageViews?: string) => Promise<void>;
}

interface StagedOptions {
  portions: number;
  /** How many in each. */
  views: number;
  /** New ones come after all that there are; late ones are spread over the last 90 days. */
  kind: "new" | "late";
}

/** Makes page views ready, so that making them does not count when they are added. */
export async function stageViews(
  { pool, size, shape, takeRows }: Pick<Bench, "pool" | "size" | "shape" | "takeRows">,
  { portions, views, kind }: StagedOptions,
): Promise<StagedViews> {
  const table = `staged_views_${kind}`;
  const first = takeRows(portions * views);
  await pool.query(`drop table if exists ${table}`);
  await pool.query(`create table ${table} (like page_views including defaults, primary key (id))`);
  const connection = await pool.connect();
  try {
    const rows = { first, last: first + portions * views - 1 };
    await loadPageViews(connection, { size, shape, pageViews: table, rows });
  } finally {
    connection.release();
  }
  if (kind === "late") {
    const { rows: last } = await pool.query<{ instant: string }>(
      "select max(v.viewed_at)::text as instant from page_views v",
    );
    await pool.query(spreadOverLastDays(table), [last[0]?.instant]);
  }
  await pool.query(`vacuum analyze ${table}`);

  const insertInto = (pageViews: string): string =>
    `insert into ${pageViews} select s.* from ${table} s where s.id >= $1 and s.id < $2 order by s.id`;
  const { rows: dates } = await pool.query<{ date_to: string }>(
    `select (max(s.viewed_at) at time zone 'UTC')::date::text as date_to from ${table} s`,
  );
  return {
    date_to: dates[0]?.date_to ?? "",
    add: async (portion, pageViews = "page_views") => {
      const start = first + portion * views;
      await pool.query(insertInto(pageViews), [pageViewId(start), pageViewId(start + views)]);
    },
  };
}

// The seconds are drawn from the row's id, so that they are the same each time.
const spreadOverLastDays = (table: string): string => `
  update ${table} s set
    viewed_at = $1::timestamptz - interval '1 millisecond' * (((hashtextextended(s.id::text, 0) >> 1) & 9007199254740991) % (90 * 86400000::bigint))`;
