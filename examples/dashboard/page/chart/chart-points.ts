import type { TimeSeriesBucket } from "@headcount/core/contract";
import type { Measure } from "../../format/format-measure.ts";

/** A bucket as lines are drawn through it. */
export interface ChartPoint {
  /** Where it is on the axis: names the bucket within its series. */
  key: string;
  bucket: TimeSeriesBucket;
  /** What the solid line goes through: buckets that are whole. */
  whole: Partial<Record<Measure, number | null>>;
  /** What the dashed line goes through: buckets that are cut or not over yet, and their neighbours. */
  open: Partial<Record<Measure, number | null>>;
  /** Measures that are known here and in neither neighbour: a line shows nothing of them. */
  lone: readonly Measure[];
}

/** Prepares buckets for drawing: what is not known stays a gap, what is not over is told apart. */
export function chartPoints(
  data: readonly TimeSeriesBucket[],
  measures: readonly Measure[],
): ChartPoint[] {
  return data.map((bucket, index) => {
    const before = data[index - 1];
    const after = data[index + 1];
    const touchesOpen = [before, bucket, after].some((near) => near?.partial);
    const pick = (drawn: boolean): ChartPoint["whole"] =>
      Object.fromEntries(measures.map((measure) => [measure, drawn ? bucket[measure] : null]));
    return {
      key: bucket.hour === undefined ? bucket.date : `${bucket.date} ${bucket.hour}`,
      bucket,
      whole: pick(!bucket.partial),
      open: pick(touchesOpen),
      lone: measures.filter(
        (measure) =>
          bucket[measure] !== null &&
          (before?.[measure] ?? null) === null &&
          (after?.[measure] ?? null) === null,
      ),
    };
  });
}
