import { type RawBuilder, sql } from "kysely";
import { instantText } from "../database/instant-text.ts";
import { ofEntity } from "../database/of-entity.ts";
import type { VisitorsToList } from "./visitor-page.ts";

interface VisitsOfVisitor extends Pick<VisitorsToList, "query" | "installation"> {
  /** The visitor's account, or NULL. */
  account: RawBuilder<unknown>;
  /** The visitor's session when it has no account, or NULL. */
  session: RawBuilder<unknown>;
}

/**
 * The latest page views of one visitor as a JSON array. Either its account or its session is NULL, so only one of
 * the two index scans finds anything.
 */
export function latestVisits({ account, session, ...visits }: VisitsOfVisitor): RawBuilder<string> {
  return sql`(
    select coalesce(
      json_agg(
        json_build_object(
          'viewed_at', ${instantText(sql.ref("v.viewed_at"))},
          'referrer_url', v.referrer_url
        )
        order by v.viewed_at desc, v.referrer_url
      ),
      '[]'
    )::text
    from (
      ${latest({ ...visits, visitor: sql`pv.account_id = ${account}` })}
      union all
      ${latest({ ...visits, visitor: sql`pv.account_id is null and pv.session_id = ${session}` })}
    ) v
  )`;
}

function latest({
  query,
  installation,
  visitor,
}: Omit<VisitsOfVisitor, "account" | "session"> & {
  visitor: RawBuilder<unknown>;
}): RawBuilder<unknown> {
  const { page_views_schema, page_views_table, time_zone } = installation;
  const conditions = [visitor, ofEntity("pv", query), ...onDates({ ...query, time_zone })];
  return sql`(
    select pv.viewed_at, pv.referrer_url
    from ${sql.id(page_views_schema, page_views_table)} pv
    where ${sql.join(conditions, sql` and `)}
    order by pv.viewed_at desc, pv.referrer_url
    limit ${query.visits_limit}
  )`;
}

interface Dates {
  date_from?: string | undefined;
  date_to?: string | undefined;
  time_zone: string;
}

// Dates are labels of local time and not always one stretch of it: the index gets a day's margin, the label decides.
function onDates({ date_from, date_to, time_zone }: Dates): RawBuilder<unknown>[] {
  const label = sql`(pv.viewed_at at time zone ${time_zone})::date`;
  const conditions: RawBuilder<unknown>[] = [];
  if (date_from !== undefined) {
    const start = sql`${date_from}::date::timestamp at time zone ${time_zone}`;
    conditions.push(sql`pv.viewed_at >= ${start} - interval '1 day'`);
    conditions.push(sql`${label} >= ${date_from}::date`);
  }
  if (date_to !== undefined) {
    const start = sql`${date_to}::date::timestamp at time zone ${time_zone}`;
    conditions.push(sql`pv.viewed_at < ${start} + interval '2 days'`);
    conditions.push(sql`${label} <= ${date_to}::date`);
  }
  return conditions;
}
