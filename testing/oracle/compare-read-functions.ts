import type { VisitorSort } from "@headcount/core/contract";
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
          s (date, views, unique_visitors, unique_accounts, anonymous_visitors, avg_time_on_page, bounce_rate, hour, new_visitors, new_accounts, nth)
       ) as series,
       ${visitorList("get_entity_visitors($1, $2, $3, $4, 1000)")} as visitors,
       ${visitorList("get_entity_visitors($1, $2)")} as visitors_of_all_time,
       ${visitorList("get_entity_visitors($1, $2, $3, $4, $6)")} as first_visitors`,
    [entity_type, entity_id, date_from, date_to, period, limit],
  );
  const visitors = ranked(oracle.visitors, "visit_count");
  const compared = await expectedComparison(pool, question);
  return wrongAnswers(
    question,
    {
      series: oracle.series.map(
        ({ partial: _partial, returning_visitors: _returning, ...bucket }) => bucket,
      ),
      visitors,
      visitors_of_all_time: ranked(oracle.visitors_of_all_time, "visit_count"),
      first_visitors: visitors.slice(0, limit),
      pages_of_many: expectedPages(question, oracle.visitors),
      pages_of_many_of_all_time: expectedPages(question, oracle.visitors_of_all_time),
      compared,
      compared_totals: compared,
    },
    {
      ...rows[0],
      compared: await comparison(pool, question),
      compared_totals: await comparisonAmongMany(pool, question),
      pages_of_many: await pagesOfMany(pool, question, [date_from, date_to]),
      pages_of_many_of_all_time: await pagesOfMany(pool, question, ["-infinity", "infinity"]),
    },
  );
}

type ListedVisitor = Omit<OracleVisitor, "place" | "entities" | "latest_visits">;

function expectedPages({ kind, sort }: EntityQuestion, visitors: OracleVisitor[]): ListedVisitor[] {
  const listed = visitors.filter(
    (visitor) => kind === undefined || (kind === "account") === (visitor.kind === "a"),
  );
  return ranked(listed, sort);
}

// As the list is found where an entity has many visitors, page after page, each behind the one before.
async function pagesOfMany(
  pool: Pick<Pool, "query">,
  { entity_type, entity_id, kind, sort, limit }: EntityQuestion,
  [date_from, date_to]: [from: string, to: string],
): Promise<ListedVisitor[]> {
  const visitors: ListedVisitor[] = [];
  let last: string | null = null;
  do {
    const isAccount = kind === undefined ? null : kind === "account";
    const page: { rows: { visitors: ListedVisitor[]; last: string | null }[] } = await pool.query(
      `select
         (select coalesce(
           jsonb_agg(
             to_jsonb(v) || jsonb_build_object(
               'visitor_id', v.visitor_id::text, 'ref', (
                 select r.ref from refs_of_visitors($1, coalesce($2, oracle.no_entity()), array[v]) r
               )
             )
           ), '[]') from unnest(l.visitors) v) as visitors,
         l.visitors[$8]::text as last
       from list_visitors_among(
         $1, coalesce($2, oracle.no_entity()), $3, $4, $5, null, $6, $7::listed_visitor, $8, 0
       ) l`,
      [entity_type, entity_id, date_from, date_to, isAccount, sort, last, limit],
    );
    visitors.push(...(page.rows[0]?.visitors ?? []));
    last = page.rows[0]?.last ?? null;
  } while (last !== null);
  return visitors;
}

interface Compared {
  counts: number[] | null;
  cut: string | null;
}

// What is not over yet is compared with as much of the other range.
async function expectedComparison(
  pool: Pick<Pool, "query">,
  { entity_type, entity_id, date_from, date_to, compared }: EntityQuestion,
): Promise<Compared[] | undefined> {
  if (compared === undefined) return undefined;
  const { today, hour } = compared;
  const isOver = date_to < today;
  const nothing = !isOver && (date_from > today || (date_from === today && hour === 0));
  const { rows } = await pool.query<Compared>(
    `select
       case when not $8 then
         array_to_json(oracle.counts_until($1, $2, r.date_from, r.date_to, case when not $7 then c.date end, $6))
       end as counts,
       case when not $7 and not $8 and c.date <= r.date_to then c.date::text || ' ' || $6::integer end as cut
     from (values (1, $3::date, $4::date), (2, $9::date, $10::date)) r (nth, date_from, date_to)
     cross join lateral (select r.date_from + ($5::date - $3::date) as date) c
     order by r.nth`,
    [
      entity_type,
      entity_id,
      date_from,
      date_to,
      today,
      hour,
      isOver,
      nothing,
      compared.date_from,
      compared.date_to,
    ],
  );
  return rows;
}

async function comparison(
  pool: Pick<Pool, "query">,
  { entity_type, entity_id, date_from, date_to, period, compared }: EntityQuestion,
): Promise<Compared[] | undefined> {
  if (compared === undefined) return undefined;
  const { rows } = await pool.query<Compared>(
    `select array_to_json(compared::bigint[]) as counts, cut_date || ' ' || cut_hour as cut
     from compared_series_columns($1, $2, $3, $4, $5, $6, $7, $8::date + make_interval(hours => $9, mins => 20))`,
    [
      entity_type,
      entity_id,
      date_from,
      date_to,
      period,
      compared.date_from,
      compared.date_to,
      compared.today,
      compared.hour,
    ],
  );
  return rows;
}

// Beside an entity that has nothing, with which it is not to be mixed up.
async function comparisonAmongMany(
  pool: Pick<Pool, "query">,
  { entity_type, entity_id, date_from, date_to, compared }: EntityQuestion,
): Promise<Compared[] | undefined> {
  if (compared === undefined) return undefined;
  const { rows } = await pool.query<Compared>(
    `select array_to_json(s.counts::bigint[]) as counts, s.cut_date || ' ' || c.cut_hour as cut
     from compared_entity_totals_columns(
       array['nothing', $1::text], array_fill($2::oracle.entity_id_type, '{2}'), $3, $4, 'weekly', $5, $6,
       $7::date + make_interval(hours => $8, mins => 20)
     ) with ordinality c
     cross join lateral (values (1, c.compared, c.cut_date), (2, c.compared_before, c.cut_date_before)) s (side, counts, cut_date)
     where c.ordinality = 2
     order by s.side`,
    [
      entity_type,
      entity_id,
      date_from,
      date_to,
      compared.date_from,
      compared.date_to,
      compared.today,
      compared.hour,
    ],
  );
  return rows;
}

function ranked(visitors: OracleVisitor[], sort: VisitorSort): ListedVisitor[] {
  return rankVisitors(visitors, sort).map(
    ({ place: _place, entities: _entities, latest_visits: _latestVisits, ...visitor }) => visitor,
  );
}

function visitorList(call: string): string {
  return `(
    select coalesce(
      jsonb_agg(
        to_jsonb(v) - 'nth' - 'ordinality' - 'account_id' - 'username' - 'display_name'
          || jsonb_build_object('kind', coalesce(w.kind, 'a'), 'visitor_id', coalesce(v.account_id::text, w.visitor_id::text))
        order by v.nth
      ), '[]')
    from ${call} with ordinality as
      v (account_id, username, display_name, visit_count, first_visit, last_visit, avg_time_on_page, days_visited, ref, nth)
    left join lateral visitor_of_ref($1, coalesce($2, oracle.no_entity()), v.ref, null) w on v.ref is not null
  )`;
}
