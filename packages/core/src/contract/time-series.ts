import * as z from "zod/mini";
import { type Change, type Cut, change, nullableCut } from "./change.ts";
import { type Freshness, freshness } from "./freshness.ts";
import { type Measures, measureFields, measures } from "./measures.ts";
import { type Period, period } from "./period.ts";
import { type SubjectResult, subjectResultFields } from "./subject.ts";

const timeSeriesBucket = z.object({
  date: z.iso.date(),
  hour: z.optional(z.int().check(z.gte(0), z.lte(23))),
  ...measureFields,
  partial: z.boolean(),
});

/** One point of a series of any period. */
export interface TimeSeriesBucket extends Measures {
  /** The first day of the bucket, `YYYY-MM-DD` in the reporting time zone. */
  date: string;
  /** The hour on the clocks, 0 to 23; only buckets of hourly series have one. */
  hour?: number | undefined;
  /** Whether the range cuts the bucket, or it is not over yet. */
  partial: boolean;
}

/** One point of an hourly series. */
export interface HourBucket extends TimeSeriesBucket {
  /** The hour on the clocks, 0 to 23. Where the clocks are put back, one hour stands for both of its name. */
  hour: number;
}

/** One point of a series of days or longer periods. */
export interface DayBucket extends TimeSeriesBucket {
  /** None: the bucket is a whole period. */
  hour?: undefined;
}

/** One point of the series that another one is compared with. */
export interface ComparedBucket extends TimeSeriesBucket {
  /**
   * Which bucket of the series stands where this one does, counted from 0: the same day of the range and the same hour
   * on the clocks, and of longer buckets as many after the first one; null when there is none.
   */
  pairs_with: number | null;
}

/** The series that another one is compared with. */
export interface ComparedSeries {
  /** The first day of its range, `YYYY-MM-DD`. */
  date_from: string;
  /** The last day of its range, which belongs to it. */
  date_to: string;
  /** Until where it is compared, when the range asked for is not over yet; null when that is the whole of it. */
  through: Cut | null;
  /** Whether the first view ever came after it: then there is nothing to compare with. */
  before_first_view: boolean;
  /** Every bucket of its range, whole ones as well. */
  data: ComparedBucket[];
  /** The measures of its whole range. */
  totals: Measures;
  /** How the measures of the range asked for differ from as much of this one; null when nothing is over yet. */
  change: Change | null;
}

const comparedSeries = z.object({
  date_from: z.iso.date(),
  date_to: z.iso.date(),
  through: nullableCut,
  before_first_view: z.boolean(),
  data: z.array(z.extend(timeSeriesBucket, { pairs_with: z.nullable(z.int()) })),
  totals: measures,
  change: z.nullable(change),
});

/** The answer: a complete series, and the same measures over the whole range. */
export const timeSeries = z.object({
  ...subjectResultFields,
  period,
  time_zone: z.string(),
  date_from: z.iso.date(),
  date_to: z.iso.date(),
  data: z.array(timeSeriesBucket),
  totals: measures,
  elapsed: nullableCut,
  compare: z.nullable(comparedSeries),
  new_since: z.nullable(z.iso.date()),
  freshness,
});

/** What {@link AnalyticsClient.getTimeSeries} answers. */
export interface TimeSeries extends SubjectResult {
  period: Period;
  /** The reporting time zone, which all dates and hours are of: an IANA name. */
  time_zone: string;
  /** The first day of the range, `YYYY-MM-DD`. */
  date_from: string;
  /** The last day of the range, which belongs to it. */
  date_to: string;
  /** Every bucket of the range, oldest first: an empty one has 0 for counts and null for averages and rates. */
  data: TimeSeriesBucket[];
  /** The measures of the whole range: exact, and never the sum of the buckets. */
  totals: Measures;
  /** Until where the range is compared, when it is not over yet: the hours of today that are; null when it is whole. */
  elapsed: Cut | null;
  /** The series of another range, when that was asked for. */
  compare: ComparedSeries | null;
  /**
   * Who had come last before this date, `YYYY-MM-DD`, was forgotten and is new when coming back. Null where nobody was, or the range
   * ends before it.
   */
  new_since: string | null;
  freshness: Freshness;
}

/** A series of hours. */
export interface HourSeries extends TimeSeries {
  period: "hourly";
  data: HourBucket[];
}

/** A series of days or longer periods. */
export interface DaySeries<Asked extends Period = Exclude<Period, "hourly">> extends TimeSeries {
  period: Asked;
  data: DayBucket[];
}

/** The series of a period: of hours, of days, or of either when it is not known before. */
export type TimeSeriesOf<Asked extends Period> = [Asked] extends ["hourly"]
  ? HourSeries
  : "hourly" extends Asked
    ? TimeSeries
    : DaySeries<Asked>;
