// What pages that show numbers have in common: ranges, labels, ticks and points, for any chart and without React.

export { bestPeriod, periodsOf } from "./best-period.ts";
export { type BucketTick, type BucketTicksOptions, bucketTicks } from "./bucket-ticks.ts";
export { addDays, countDays, type DateRange } from "./calendar.ts";
export { type ChartPoint, chartPoints, type Incomplete } from "./chart-points.ts";
export {
  changeOf,
  formatChange,
  formatMeasureChange,
  type MeasureChangeFormatOptions,
} from "./format-change.ts";
export {
  formatBucket,
  formatInstant,
  formatRange,
  formatTimeZone,
  type LocaleOptions,
} from "./format-date.ts";
export { formatHourOfWeek, weekNames } from "./format-hour-of-week.ts";
export {
  formatMeasure,
  type Measure,
  type MeasureFormatOptions,
  measures,
} from "./format-measure.ts";
export { type LineRun, lineRuns } from "./line-runs.ts";
export { type PreviousRangeOptions, previousRange } from "./previous-range.ts";
export { presetRange, type RangePreset, rangePresets } from "./range-presets.ts";
export { valueTicks } from "./value-ticks.ts";
export { todayIn } from "./wall-clock.ts";
