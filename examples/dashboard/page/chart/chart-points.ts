import type { TimeSeriesBucket } from "@headcount/core/contract";
import type { Measure } from "../../format/format-measure.ts";

/** What is drawn of each measure; null is a gap. */
type Drawn = Partial<Record<Measure, number | null>>;

/** A bucket as lines are drawn through it. */
export interface ChartPoint {
  /** Where it is on the axis: names the bucket within its series. */
  key: string;
  bucket: TimeSeriesBucket;
  /** How high the area below the first measure is. */
  area: number | null;
  /** What the solid line goes through: buckets that are whole. */
  whole: Drawn;
  /** What the dashed line goes through: buckets that are cut or not over yet, and their neighbours. */
  open: Drawn;
  /** Measures that are known here and in neither neighbour: a line shows nothing of them. */
  lone: readonly Measure[];
}

export interface ChartPointsOptions {
  data: readonly TimeSeriesBucket[];
  measures: readonly Measure[];
  hasBegun: (bucket: TimeSeriesBucket) => boolean;
}

/** Prepares buckets for drawing: what is not known stays a gap, what is not over is told apart. */
export function chartPoints({ data, measures, hasBegun }: ChartPointsOptions): ChartPoint[] {
  const known = (index: number, measure: Measure): number | null => {
    const bucket = data[index];
    return bucket !== undefined && hasBegun(bucket) ? bucket[measure] : null;
  };
  return data.map((bucket, index) => {
    const drawn = (isDrawn: boolean): Drawn =>
      Object.fromEntries(
        measures.map((measure) => [measure, isDrawn ? known(index, measure) : null]),
      );
    const near = [data[index - 1], bucket, data[index + 1]];
    const [first] = measures;
    return {
      key: bucket.hour === undefined ? bucket.date : `${bucket.date} ${bucket.hour}`,
      bucket,
      area: first === undefined ? null : known(index, first),
      whole: drawn(!bucket.partial),
      open: drawn(near.some((neighbour) => neighbour?.partial)),
      lone: measures.filter(
        (measure) =>
          known(index, measure) !== null &&
          known(index - 1, measure) === null &&
          known(index + 1, measure) === null,
      ),
    };
  });
}
