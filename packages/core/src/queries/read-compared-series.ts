import { sql } from "kysely";
import type { Cut } from "../contract/change.ts";
import type { Measures } from "../contract/measures.ts";
import { runQuery } from "../database/run-query.ts";
import { withText } from "../database/with-text.ts";
import { AnalyticsError } from "../errors.ts";
import type { DateRange } from "./date-range.ts";
import { newSince } from "./new-since.ts";
import {
  type Count,
  type CountedSeries,
  measuresOf,
  numbersOfSeries,
  readColumn,
  type SeriesRow,
  type SeriesToRead,
  seriesOf,
} from "./read-series.ts";

/** What of one of two ranges is compared. */
export interface ComparedTotals {
  /** Null when nothing is over yet. */
  compared: Measures | null;
  /** Until where that is; null when it is the whole range. */
  cut: Cut | null;
}

/** One of two series that are compared. */
export interface ComparedCounts extends CountedSeries, ComparedTotals {
  /** Whether the first view of the entity came after the other range. */
  before_first_view: boolean;
}

/** The series of two ranges, and what of them is compared. One statement, so one snapshot. */
export async function readComparedSeries({
  connection: { db, schema },
  entity: { entity_type, entity_id },
  range,
  compared,
  period,
  signal,
}: SeriesToRead & { compared: DateRange }): Promise<readonly [ComparedCounts, ComparedCounts]> {
  const columns = sql.id(schema, "compared_series_columns");
  const query = sql<ComparedSeriesRow>`
    select ${withText([...numbersOfSeries, "cut_hour"])}, ${newSince({ schema, ...range })}
    from ${columns}(
      ${entity_type}, ${entity_id}, ${range.date_from}::text::date, ${range.date_to}::text::date, ${period},
      ${compared.date_from}::text::date, ${compared.date_to}::text::date
    ) c
  `.compile(db);
  const [current, previous] = await runQuery({ db, query, signal });
  if (current === undefined || previous === undefined) {
    throw new AnalyticsError("database", "The database gave no two series.");
  }
  return [comparedOf(current), comparedOf(previous)];
}

/** The columns that say what is compared. */
interface ComparedColumns {
  compared: string | null;
  cut_date: string | null;
  cut_hour: string | null;
}

/** The series of one of two ranges, as the database writes it. */
export interface ComparedSeriesRow extends SeriesRow, ComparedColumns {
  before_first_view: boolean;
}

// in the order of the column `compared`
const comparedCounts = [
  "total_views",
  "timed_views",
  "time_total",
  "unique_visitors",
  "unique_accounts",
  "new_visitors",
  "new_accounts",
  "entries",
  "bounces",
] as const satisfies readonly Count[];

/** What a row of the database says. */
export function comparedOf(row: ComparedSeriesRow): ComparedCounts {
  return { ...seriesOf(row), ...comparedTotals(row), before_first_view: row.before_first_view };
}

/** Takes the columns apart. */
export function comparedTotals({ compared, cut_date, cut_hour }: ComparedColumns): ComparedTotals {
  return {
    compared: compared === null ? null : measuresIn(compared),
    cut: cut_date === null || cut_hour === null ? null : { date: cut_date, hour: Number(cut_hour) },
  };
}

/** The measures in a column of counts. */
export function measuresIn(compared: string): Measures {
  const counts = readColumn(compared);
  const named = comparedCounts.map((name, place) => [name, counts[place] ?? 0]);
  return measuresOf(Object.fromEntries(named) as Record<Count, number>);
}
