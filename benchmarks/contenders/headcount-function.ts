import type { Pool } from "pg";
import type { Count, SeriesQuestion } from "../questions/question.ts";
import type { Installation } from "../server/installation.ts";
import type { Contender } from "./contender.ts";

const periods = { day: "daily", week: "weekly", month: "monthly" } as const;

/** The part of a series that is the database's: the SQL function, without totals and without the client. */
export function headcountFunction(pool: Pool, { schema }: Installation): Contender {
  return {
    name: "headcount_function",
    asks: (question) =>
      question.kind === "series" && !question.with_totals
        ? () => series(pool, schema, question)
        : undefined,
  };
}

async function series(
  pool: Pool,
  schema: string,
  { entity, date_from, date_to, unit }: SeriesQuestion,
): Promise<Count[]> {
  const { rows } = await pool.query<Count>(
    `select to_char(s.date, 'YYYY-MM-DD') as bucket, s.views::float8 as views, s.unique_visitors::float8 as unique_visitors
     from ${schema}.get_time_series_data($1, $2, $3, $4, $5) s
     where s.views > 0
     order by s.date`,
    [entity.entity_type, entity.entity_id, date_from, date_to, periods[unit]],
  );
  return rows;
}
