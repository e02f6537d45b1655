import { sql } from "kysely";
import type { Freshness } from "../contract/freshness.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { RollingVisitors, RollingVisitorsOnDate } from "../contract/rolling-visitors.ts";
import {
  type RollingVisitorsQuery,
  rollingVisitorsQuery,
} from "../contract/rolling-visitors-query.ts";
import { checkSubject } from "../database/check-subject.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";
import { withText } from "../database/with-text.ts";
import { AnalyticsError } from "../errors.ts";
import { bucketsOf, daysBetween } from "./buckets.ts";
import { checkDayCount, resolveDateRange } from "./date-range.ts";
import { quotient, readColumn } from "./read-series.ts";

interface RollingVisitorsCall {
  connection: Connection;
  query: RollingVisitorsQuery;
  signal?: AbortSignal | undefined;
}

type Window = Exclude<keyof RollingVisitorsOnDate, "date" | "stickiness" | "partial">;

interface RollingRow extends Record<Window, string>, Pick<Freshness, "live" | "folded_through"> {
  pending_changes: string;
  first_date: string | null;
  local_hour: string;
}

/** How many were there in the last 1, 7 and 28 days, seen from each date? */
export async function getRollingVisitors({
  connection,
  query: input,
  signal,
}: RollingVisitorsCall): Promise<RollingVisitors> {
  const asked = parseInput({ schema: rollingVisitorsQuery, input });
  const { db, schema } = connection;
  const installation = await connection.installation({ signal });
  const { time_zone } = installation;
  const { entity, subject } = await checkSubject({ ...asked, connection, signal });
  const range = await resolveDateRange({ ...asked, db, time_zone, signal });
  checkDayCount(range);

  const query = sql<RollingRow>`
    select ${withText(["pending_changes"])}
    from ${sql.id(schema, "rolling_visitors_columns")}(
      ${entity.entity_type}, ${entity.entity_id}, ${range.date_from}::text::date, ${range.date_to}::text::date
    ) c
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  if (row === undefined) throw new AnalyticsError("database", "The database gave no visitors.");
  const today = row.local_hour.slice(0, "YYYY-MM-DD".length);
  const data = datesOf(row, { ...range, today });
  const over = data.filter(({ date }) => date < today);
  const { live, pending_changes, folded_through } = row;
  return {
    ...subject,
    time_zone,
    ...range,
    data,
    totals: {
      stickiness: quotient(
        100 * sumOf(over.map(({ visitors_1_day }) => visitors_1_day)),
        sumOf(over.map(({ visitors_28_days }) => visitors_28_days)),
      ),
    },
    freshness: { live, pending_changes: Number(pending_changes), folded_through },
  };
}

function datesOf(
  row: RollingRow,
  { today, ...range }: { date_from: string; date_to: string; today: string },
): RollingVisitorsOnDate[] {
  const columns = {
    visitors_1_day: readColumn(row.visitors_1_day),
    visitors_7_days: readColumn(row.visitors_7_days),
    visitors_28_days: readColumn(row.visitors_28_days),
    accounts_1_day: readColumn(row.accounts_1_day),
    accounts_7_days: readColumn(row.accounts_7_days),
    accounts_28_days: readColumn(row.accounts_28_days),
  };
  return bucketsOf({ ...range, period: "daily" }).map(({ first_day: date }, nth) => {
    const of = (window: Window): number => columns[window][nth] ?? 0;
    const isBeforeAll = row.first_date === null || daysBetween(row.first_date, date) < 27;
    return {
      date,
      visitors_1_day: of("visitors_1_day"),
      visitors_7_days: of("visitors_7_days"),
      visitors_28_days: of("visitors_28_days"),
      accounts_1_day: of("accounts_1_day"),
      accounts_7_days: of("accounts_7_days"),
      accounts_28_days: of("accounts_28_days"),
      stickiness: quotient(100 * of("visitors_1_day"), of("visitors_28_days")),
      partial: date >= today || isBeforeAll,
    };
  });
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
