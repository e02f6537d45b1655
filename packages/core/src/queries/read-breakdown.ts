import { sql } from "kysely";
import type { Breakdown, BreakdownValue } from "../contract/breakdown.ts";
import type { Freshness } from "../contract/freshness.ts";
import { runQuery } from "../database/run-query.ts";
import { withText } from "../database/with-text.ts";
import { AnalyticsError } from "../errors.ts";
import { measuresIn } from "./read-compared-series.ts";
import { quotient, type SeriesToRead } from "./read-series.ts";

interface BreakdownToRead
  extends Omit<SeriesToRead, "period">,
    Pick<Breakdown, "dimension" | "smallest_group"> {
  sort: string;
  limit: number;
}

const numbers = [
  "other_values",
  "other_views",
  "hidden_visitors",
  "hidden_views",
  "recorded_views",
  "pending_changes",
] as const;

/** Columns of values are JSON arrays, null when there is none. */
interface BreakdownRow
  extends Record<(typeof numbers)[number], string | null>,
    Pick<Freshness, "live" | "folded_through"> {
  is_kept: boolean;
  counts: string;
  names: string | null;
  visitors: string | null;
  accounts: string | null;
  views: string | null;
  timed_views: string | null;
  time_total: string | null;
}

/**
 * How many of each? One statement, so one snapshot.
 *
 * @throws {AnalyticsError} `dimension_not_kept` when the settings or the host's view lack the attribute
 */
export async function readBreakdown({
  connection: { db, schema },
  entity: { entity_type, entity_id },
  range: { date_from, date_to },
  dimension,
  sort,
  limit,
  smallest_group,
  signal,
}: BreakdownToRead): Promise<
  Pick<Breakdown, "data" | "other" | "hidden" | "recorded_views" | "totals" | "freshness">
> {
  const query = sql<BreakdownRow>`
    select ${withText(numbers)}
    from ${sql.id(schema, "breakdown_columns")}(
      ${entity_type}, ${entity_id}, ${date_from}::text::date, ${date_to}::text::date,
      ${dimension}, ${sort}, ${limit}, ${smallest_group}
    ) c
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  if (row === undefined) throw new AnalyticsError("database", "The database gave no breakdown.");
  if (!row.is_kept) throw notKept(dimension, schema);
  const totals = measuresIn(row.counts);
  const { other_values, other_views, hidden_visitors, hidden_views } = row;
  const { recorded_views, live, pending_changes, folded_through } = row;
  return {
    data: valuesOf(row, totals.unique_visitors),
    other:
      other_views === null
        ? null
        : {
            values: other_values === null ? null : Number(other_values),
            views: Number(other_views),
          },
    hidden: { visitors: Number(hidden_visitors), views: Number(hidden_views) },
    recorded_views: recorded_views === null ? null : Number(recorded_views),
    totals,
    freshness: { live, pending_changes: Number(pending_changes), folded_through },
  };
}

function valuesOf(row: BreakdownRow, allVisitors: number): BreakdownValue[] {
  const visitors = read<number>(row.visitors);
  const accounts = read<number>(row.accounts);
  const views = read<number>(row.views);
  const timedViews = read<number>(row.timed_views);
  const timeTotal = read<number>(row.time_total);
  return read<string | null>(row.names).map((value, nth): BreakdownValue => {
    const unique_visitors = visitors[nth] ?? 0;
    const unique_accounts = accounts[nth] ?? 0;
    return {
      value,
      views: views[nth] ?? 0,
      unique_visitors,
      unique_accounts,
      anonymous_visitors: unique_visitors - unique_accounts,
      avg_time_on_page: quotient(timeTotal[nth] ?? 0, timedViews[nth] ?? 0),
      share_of_visitors: quotient(100 * unique_visitors, allVisitors),
    };
  });
}

function read<Value>(array: string | null): Value[] {
  return array === null ? [] : (JSON.parse(array) as Value[]);
}

function notKept(dimension: string, schema: string): AnalyticsError {
  const attribute = dimension.slice("viewer.".length);
  return new AnalyticsError(
    "dimension_not_kept",
    `dimension is "${dimension}", and ${JSON.stringify(attribute)} is not kept here: give the view ${schema}.analytics_accounts a column of this name, and name it in viewer_attributes of ${schema}.analytics_settings.`,
    { field: "dimension" },
  );
}
