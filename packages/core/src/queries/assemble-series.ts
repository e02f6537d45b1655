import type { Measures } from "../contract/measures.ts";
import type { Period } from "../contract/period.ts";
import type { TimeSeriesBucket } from "../contract/time-series.ts";
import { type Bucket, bucketsOf, daysBetween } from "./buckets.ts";
import type { DateRange } from "./date-range.ts";
import { type CountedSeries, noMeasures, noMeasuresOfHour } from "./read-series.ts";

interface CountsToAssemble {
  /** What is counted of the buckets that have views, and of the whole range. */
  counted: CountedSeries;
  range: DateRange;
}

interface AssembledSeries {
  data: TimeSeriesBucket[];
  totals: Measures;
}

/** A complete series, of hours or of days and longer periods. */
export function assembleSeries({
  counted,
  range,
  period,
}: CountsToAssemble & { period: Period }): AssembledSeries {
  return period === "hourly"
    ? assembleHours({ counted, range })
    : assembleDays({ counted, range, buckets: bucketsOf({ ...range, period }) });
}

// An empty bucket has 0 for counts and null for averages.
function assembleDays({
  counted: { measures, totals, local_hour },
  range,
  buckets,
}: CountsToAssemble & { buckets: readonly Bucket[] }): AssembledSeries {
  const today = local_hour.slice(0, "YYYY-MM-DD".length);
  const data = buckets.map(({ first_day, last_day, begins_after }) => ({
    date: first_day,
    ...(measures.get(begins_after) ?? noMeasures),
    partial: first_day < range.date_from || last_day > range.date_to || last_day >= today,
  }));
  return { data, totals };
}

function assembleHours({
  counted: { measures, totals, hours, local_hour },
  range,
}: CountsToAssemble): AssembledSeries {
  const data = hours.map(([date, hour]) => ({
    date,
    hour,
    ...(measures.get(24 * daysBetween(range.date_from, date) + hour) ?? noMeasuresOfHour),
    partial: `${date} ${String(hour).padStart(2, "0")}` >= local_hour,
  }));
  return { data, totals };
}
