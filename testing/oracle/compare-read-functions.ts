import type { Pool } from "pg";
import type { OracleAnswer, OracleVisitor } from "./ask-oracle.ts";
import type { EntityQuestion } from "./entity-question.ts";
import { rankVisitors } from "./rank-visitors.ts";
import { type WrongAnswer, wrongAnswers } from "./wrong-answer.ts";

/** Compares `get_time_series_data` and `get_entity_visitors` with the oracle: an empty list when all is well. */
export async function compareReadFunctions(
  pool: Pick<Pool, "query">,
  question: EntityQuestion,
  oracle: OracleAnswer,
): Promise<WrongAnswer[]> {
  const { entity_type, entity_id, date_from, date_to, period, limit } = question;
  const { rows } = await pool.query<Record<string, unknown>>(
    `select
       (select coalesce(jsonb_agg(to_jsonb(s) - 'nth' order by nth), '[]')
        from get_time_series_data($1, $2, $3, $4, $5) with ordinality as
          s (date, views, unique_visitors, unique_accounts, anonymous_visitors, avg_time_on_page, bounce_rate, hour, nth)
       ) as series,
       ${visitorList("get_entity_visitors($1, $2, $3, $4, 1000)")} as visitors,
       ${visitorList("get_entity_visitors($1, $2)")} as visitors_of_all_time,
       ${visitorList("get_entity_visitors($1, $2, $3, $4, $6)")} as first_visitors,
       -- as on dates that have many visitors
       ${visitorList(
         "list_visitors_among($1, coalesce($2, oracle.no_entity()), $3, $4, null, null, 'visit_count', null, $6, 0) l cross join lateral named_visitors(l.visitors)",
       )}
         as first_visitors_of_many_days`,
    [entity_type, entity_id, date_from, date_to, period, limit],
  );
  const visitors = ranked(oracle.visitors);
  return wrongAnswers(
    question,
    {
      series: oracle.series.map(({ partial: _partial, ...bucket }) => bucket),
      visitors,
      visitors_of_all_time: ranked(oracle.visitors_of_all_time),
      first_visitors: visitors.slice(0, limit),
      first_visitors_of_many_days: visitors.slice(0, limit),
    },
    rows[0] ?? {},
  );
}

function ranked(visitors: OracleVisitor[]): Omit<OracleVisitor, "place" | "latest_visits">[] {
  return rankVisitors(visitors, "visit_count").map(
    ({ place: _place, latest_visits: _latestVisits, ...visitor }) => visitor,
  );
}

function visitorList(call: string): string {
  return `(
    select coalesce(
      jsonb_agg(
        to_jsonb(v) - 'nth' - 'ordinality' - 'username' - 'display_name'
          || jsonb_build_object('account_id', v.account_id::text, 'session_id', v.session_id::text)
        order by v.nth
      ), '[]')
    from ${call} with ordinality as
      v (account_id, session_id, username, display_name, visit_count, days_visited, first_visit, last_visit, avg_time_on_page, nth)
  )`;
}
