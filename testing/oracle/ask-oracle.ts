import type { Pool } from "pg";
import type { EntityQuestion } from "./entity-question.ts";

export interface OracleMeasures {
  views: number;
  unique_visitors: number;
  unique_accounts: number;
  anonymous_visitors: number;
  new_visitors: number | null;
  returning_visitors: number | null;
  new_accounts: number | null;
  avg_time_on_page: number | null;
  bounce_rate: number | null;
}

export interface OracleBucket extends OracleMeasures {
  date: string;
  hour: number | null;
  partial: boolean;
}

/** Instants are as Postgres writes them in JSON, with microseconds. */
export interface OracleVisitor {
  /** Where the visitor stands among those who are otherwise equal. */
  place: number;
  /** An account, a visitor_id or a session. */
  kind: "a" | "v" | "s";
  visitor_id: string;
  /** What a list calls it; null for an account. */
  ref: string | null;
  visit_count: number;
  days_visited: number;
  first_visit: string;
  last_visit: string;
  avg_time_on_page: number | null;
  /** How many entities of a group; null of an entity, and where page views may be gone. */
  entities: number | null;
  /** Three at most, newest first. */
  latest_visits: string[];
}

/** Visitors are in no order: see rankVisitors. */
export interface OracleAnswer {
  series: OracleBucket[];
  totals: OracleMeasures;
  visitors: OracleVisitor[];
  visitors_of_all_time: OracleVisitor[];
  /** The other range, when there is one. */
  compared?: { series: OracleBucket[]; totals: OracleMeasures; before_first_view: boolean };
}

/** Has the raw page views answer. */
export async function askOracle(
  pool: Pick<Pool, "query">,
  question: EntityQuestion,
): Promise<OracleAnswer> {
  const { entity_type, entity_id, date_from, date_to, period } = question;
  const { rows } = await pool.query<OracleAnswer>(
    `select
       (select coalesce(jsonb_agg(s order by s.date, s.hour), '[]')
        from oracle.time_series($1, $2, $3, $4, $5) s) as series,
       (select to_jsonb(t) from oracle.totals($1, $2, $3, $4) t) as totals,
       (select coalesce(jsonb_agg(v), '[]')
        from oracle.visitors_between($1, $2, $3, $4) v) as visitors,
       (select coalesce(jsonb_agg(v), '[]')
        from oracle.visitors_between($1, $2) v) as visitors_of_all_time`,
    [entity_type, entity_id, date_from, date_to, period],
  );
  const [answer] = rows;
  if (answer === undefined) throw new Error("The oracle is silent.");
  const { compared } = question;
  if (compared === undefined) return answer;
  const other = await pool.query<NonNullable<OracleAnswer["compared"]>>(
    `select
       (select coalesce(jsonb_agg(s order by s.date, s.hour), '[]')
        from oracle.time_series($1, $2, $3, $4, $5) s) as series,
       (select to_jsonb(t) from oracle.totals($1, $2, $3, $4) t) as totals,
       coalesce((select f.first_date from oracle.first_and_last_date($1, $2) f) > $4, true) as before_first_view`,
    [entity_type, entity_id, compared.date_from, compared.date_to, period],
  );
  return { ...answer, ...(other.rows[0] && { compared: other.rows[0] }) };
}
