import type { Pool } from "pg";

/** One bucket, or a whole range, counted from raw page views. */
export interface RawCount {
  bucket: string;
  views: number;
  unique_visitors: number;
}

export interface RawSeriesQuestion {
  entity_type: string;
  entity_id: string;
  date_from: string;
  date_to: string;
  /** `range` counts the whole range as one bucket. */
  unit: "day" | "week" | "month" | "range";
}

/**
 * What the same question costs without rollups: exact unique visitors by `count(distinct)`, with the index on
 * (entity_type, entity_id, viewed_at) and a predicate on instants that it serves. Dates are those of UTC.
 */
export async function countRaw(pool: Pool, question: RawSeriesQuestion): Promise<RawCount[]> {
  const bucket =
    question.unit === "range"
      ? "$3::date"
      : `date_trunc('${question.unit}', pv.viewed_at at time zone 'UTC')::date`;
  const result = await pool.query<RawCount>(
    `select
       to_char(${bucket}, 'YYYY-MM-DD') as bucket,
       count(*)::float8 as views,
       count(distinct coalesce(pv.account_id, pv.session_id))::float8 as unique_visitors
     from page_views pv
     where pv.entity_type = $1 and pv.entity_id = $2
       and pv.viewed_at >= $3::date::timestamp at time zone 'UTC'
       and pv.viewed_at < ($4::date + 1)::timestamp at time zone 'UTC'
     group by 1
     order by 1`,
    [question.entity_type, question.entity_id, question.date_from, question.date_to],
  );
  return result.rows;
}
