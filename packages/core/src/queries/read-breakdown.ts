import { sql } from "kysely";
import type { Breakdown, BreakdownValue, ValueMeasures } from "../contract/breakdown.ts";
import type { Cut } from "../contract/change.ts";
import type { Freshness } from "../contract/freshness.ts";
import { runQuery } from "../database/run-query.ts";
import { withText } from "../database/with-text.ts";
import { AnalyticsError } from "../errors.ts";
import { changeOf } from "./change-of.ts";
import type { DateRange } from "./date-range.ts";
import { newSince } from "./new-since.ts";
import { measuresIn } from "./read-compared-series.ts";
import { newUnknown, quotient, type SeriesToRead } from "./read-series.ts";

interface BreakdownToRead
  extends Omit<SeriesToRead, "period">,
    Pick<Breakdown, "dimension" | "filter_dimension" | "filter_value" | "smallest_group"> {
  compared: DateRange | undefined;
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
  "cut_hour",
] as const;

/** Columns of values are JSON arrays, null without values; what is counted of a value is an array in it. */
export interface BreakdownRow
  extends Record<(typeof numbers)[number], string | null>,
    Pick<Freshness, "live" | "folded_through"> {
  is_kept: boolean;
  counts: string;
  names: string | null;
  counts_of_values: string | null;
  /** The same as far as it is compared, of the values that are listed; null when nothing is. */
  compared: string | null;
  compared_before: string | null;
  cut_date: string | null;
  cut_date_before: string | null;
  visits_from: string | null;
  new_since: string | null;
}

/**
 * How many of each? One statement, so one snapshot.
 *
 * @throws {AnalyticsError} `sealed` when all page views of the range may be gone, `dimension_not_kept` when the settings or the host's view lack the attribute
 */
export async function readBreakdown({
  connection: { db, schema },
  entity: { entity_type, entity_id },
  range: { date_from, date_to },
  compared,
  dimension,
  filter_dimension,
  filter_value,
  sort,
  limit,
  smallest_group,
  signal,
}: BreakdownToRead): Promise<
  Pick<
    Breakdown,
    | "data"
    | "visits_from"
    | "other"
    | "hidden"
    | "recorded_views"
    | "totals"
    | "elapsed"
    | "compare"
    | "new_since"
    | "freshness"
  >
> {
  const query = sql<BreakdownRow>`
    select ${withText(numbers)}, ${newSince({ schema, date_to })}
    from ${sql.id(schema, "breakdown_columns")}(
      ${entity_type}, ${entity_id}, ${date_from}::text::date, ${date_to}::text::date,
      ${dimension}, ${filter_dimension}, ${filter_value}, ${sort}, ${limit}, ${smallest_group},
      ${compared?.date_from ?? null}::text::date, ${compared?.date_to ?? null}::text::date
    ) c
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  if (row === undefined) throw new AnalyticsError("database", "The database gave no breakdown.");
  if (!row.is_kept) throw notKept(dimension, schema);
  const { visits_from } = row;
  if (visits_from !== null && visits_from > date_to) throw pruned(date_to, visits_from);
  const counted = measuresIn(row.counts);
  const totals = filter_dimension === null ? counted : { ...counted, ...newUnknown };
  const { other_values, other_views, hidden_visitors, hidden_views } = row;
  const { recorded_views, new_since, live, pending_changes, folded_through } = row;
  return {
    data: valuesOf(row, totals.unique_visitors),
    visits_from,
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
    elapsed: cutOf(row.cut_date, row.cut_hour),
    compare:
      compared && visits_from === null
        ? { ...compared, through: cutOf(row.cut_date_before, row.cut_hour) }
        : null,
    new_since,
    freshness: { live, pending_changes: Number(pending_changes), folded_through },
  };
}

function cutOf(date: string | null, hour: string | null): Cut | null {
  return date === null || hour === null ? null : { date, hour: Number(hour) };
}

/** Views, those with a time, their time, visitors, accounts, and of sessions entries and bounces. */
type ValueCounts = readonly (number | null)[];

/** The values of a row. */
export function valuesOf(row: BreakdownRow, allVisitors: number): BreakdownValue[] {
  const counts = read<ValueCounts>(row.counts_of_values);
  const compared = read<ValueCounts | null>(row.compared);
  const before = read<ValueCounts | null>(row.compared_before);
  return read<string | null>(row.names).map((value, nth): BreakdownValue => {
    const measures = measuresOfValue(counts[nth]);
    return {
      value,
      ...measures,
      share_of_visitors: quotient(100 * measures.unique_visitors, allVisitors),
      change:
        row.compared === null
          ? null
          : changeOf(measuresOfValue(compared[nth]), measuresOfValue(before[nth])),
    };
  });
}

// Of a value that was not there, everything is zero.
function measuresOfValue(counts: ValueCounts | null | undefined): ValueMeasures {
  const [views, timed_views, time_total, visitors, accounts, entries, bounces] = counts ?? [
    0, 0, 0, 0, 0, 0, 0,
  ];
  const [unique_visitors, unique_accounts] = [visitors ?? 0, accounts ?? 0];
  return {
    views: views ?? 0,
    unique_visitors,
    unique_accounts,
    anonymous_visitors: unique_visitors - unique_accounts,
    avg_time_on_page: quotient(time_total ?? 0, timed_views ?? 0),
    entries: entries ?? null,
    bounce_rate: quotient(100 * (bounces ?? 0), entries ?? 0),
  };
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

function pruned(date_to: string, visits_from: string): AnalyticsError {
  return new AnalyticsError(
    "sealed",
    `date_to is "${date_to}", and page views before ${visits_from} were pruned: ask for dates from then on.`,
    { field: "date_to" },
  );
}
