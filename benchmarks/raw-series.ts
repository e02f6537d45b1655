import type { Pool } from "pg";

/** One bucket, or the whole range. */
export interface Count {
  /** First day of the bucket, or `total`. */
  bucket: string;
  views: number;
  unique_visitors: number;
}

export interface RawSeriesQuestion {
  entity_type: string;
  entity_id: string;
  date_from: string;
  date_to: string;
  unit: "day" | "week" | "month";
}

/**
 * What a series with its totals costs without rollups: exact unique visitors by `count(distinct)`, with the index on
 * (entity_type, entity_id, viewed_at) and a predicate on instants that it serves. Dates are those of UTC.
 */
export async function countRaw(pool: Pool, question: RawSeriesQuestion): Promise<Count[]> {
  const result = await pool.query<Count>(
    `select
       coalesce(to_char(v.bucket, 'YYYY-MM-DD'), 'total') as bucket,
       count(*)::float8 as views,
       count(distinct coalesce(v.account_id, v.session_id))::float8 as unique_visitors
     from (
       select date_trunc('${question.unit}', pv.viewed_at at time zone 'UTC')::date as bucket, pv.account_id, pv.session_id
       from page_views pv
       where pv.entity_type = $1 and pv.entity_id = $2
         and pv.viewed_at >= $3::date::timestamp at time zone 'UTC'
         and pv.viewed_at < ($4::date + 1)::timestamp at time zone 'UTC'
     ) v
     group by grouping sets ((v.bucket), ())
     order by v.bucket`,
    [question.entity_type, question.entity_id, question.date_from, question.date_to],
  );
  return result.rows;
}

/** The same, of the whole range only. */
export async function countRawRange(
  pool: Pool,
  question: Omit<RawSeriesQuestion, "unit">,
): Promise<Count[]> {
  const result = await pool.query<Count>(
    `select
       'total' as bucket,
       count(*)::float8 as views,
       count(distinct coalesce(pv.account_id, pv.session_id))::float8 as unique_visitors
     from page_views pv
     where pv.entity_type = $1 and pv.entity_id = $2
       and pv.viewed_at >= $3::date::timestamp at time zone 'UTC'
       and pv.viewed_at < ($4::date + 1)::timestamp at time zone 'UTC'`,
    [question.entity_type, question.entity_id, question.date_from, question.date_to],
  );
  return result.rows;
}
