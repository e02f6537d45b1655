import type { Pool } from "pg";
import {
  type Count,
  isOwnerQuestion,
  type RankedVisitor,
  type SeriesQuestion,
  type VisitorsQuestion,
} from "../questions/question.ts";
import type { Contender } from "./contender.ts";
import { planObjects } from "./plan-objects.ts";
import { instantText, latestVisits } from "./raw-sql.ts";

interface PlanOptions {
  pool: Pool;
  date_from: string;
  date_to: string;
}

/** Creates the daily table, the materialized view and the functions, and fills them. */
export async function planSql({ pool, date_from, date_to }: PlanOptions): Promise<Contender> {
  await pool.query(planObjects);
  await pool.query("select plan.aggregate_page_views($1, $2)", [date_from, date_to]);
  await pool.query("vacuum analyze plan.analytics_aggregates, plan.analytics_visitors");
  return {
    name: "plan",
    asks: (question) => {
      if (question.kind === "visitors") return () => visitors(pool, question);
      if (isOwnerQuestion(question)) return undefined;
      // unique visitors of a range cannot be had from those of its days
      if (question.kind === "range" || question.with_totals) return undefined;
      return () => series(pool, question);
    },
    // and those of a week are summed from its days all the same
    isInexact: (question) => question.kind === "series" && question.unit !== "day",
  };
}

// How many in each bucket, by adding up days?
const sumDays = (unit: string): string => `
  select
    to_char(date_trunc('${unit}', s.date), 'YYYY-MM-DD') as bucket,
    sum(s.total_views)::float8 as views,
    sum(s.unique_visitors)::float8 as unique_visitors
  from plan.get_time_series_data($1, $2, $3, $4, 'daily') s
  group by 1
  order by 1`;

async function series(
  pool: Pool,
  { entity, date_from, date_to, unit }: SeriesQuestion,
): Promise<Count[]> {
  const values = [entity.entity_type, entity.entity_id, date_from, date_to];
  return (await pool.query<Count>(sumDays(unit), values)).rows;
}

// Who came most often? All time from the view, dates from raw page views.
const ranked = {
  allTime: `
    select v.visitor_id as visitor, v.is_account, v.visit_count, v.last_visit
    from plan.analytics_visitors v
    where v.entity_type = $1 and v.entity_id = $2
    order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
    limit $5`,
  inRange: "select * from plan.get_entity_visitors($1, $2, $3, $4, $5)",
};

const withVisits = (ranking: string): string => `
  select
    case when t.is_account then t.visitor::text end as visitor, t.visit_count::float8 as visit_count, ${instantText("t.last_visit")} as last_visit,
    l.visits
  from (${ranking}) t
  ${latestVisits("t.visitor", "t.is_account")}
  order by t.visit_count desc, t.last_visit desc, t.is_account, t.visitor`;

async function visitors(
  pool: Pool,
  { entity, dates, limit, visits_limit }: VisitorsQuestion,
): Promise<RankedVisitor[]> {
  const { rows } = await pool.query<RankedVisitor>(
    withVisits(dates === null ? ranked.allTime : ranked.inRange),
    [
      entity.entity_type,
      entity.entity_id,
      dates?.date_from ?? null,
      dates?.date_to ?? null,
      limit,
      visits_limit,
    ],
  );
  return rows;
}
