import { parseInput } from "../contract/parse-input.ts";
import type { TimeSeries } from "../contract/time-series.ts";
import { type TimeSeriesQuery, timeSeriesQuery } from "../contract/time-series-query.ts";
import { checkSubject } from "../database/check-subject.ts";
import type { Connection } from "../database/connect.ts";
import { assembleSeries } from "./assemble-series.ts";
import { compareSeries } from "./compare-series.ts";
import { comparedRange } from "./compared-range.ts";
import { checkBucketCount, resolveDateRange } from "./date-range.ts";
import { readComparedSeries } from "./read-compared-series.ts";
import { readSeries } from "./read-series.ts";

interface TimeSeriesCall {
  connection: Connection;
  query: TimeSeriesQuery;
  signal?: AbortSignal | undefined;
}

/** How many viewed this entity, over time? */
export async function getTimeSeries({
  connection,
  query,
  signal,
}: TimeSeriesCall): Promise<TimeSeries> {
  const asked = parseInput({ schema: timeSeriesQuery, input: query });
  checkBucketCount(asked);

  const { period } = asked;
  const installation = await connection.installation({ signal });
  const { time_zone } = installation;
  const { entity, subject } = await checkSubject({ ...asked, connection, signal });
  const range = await resolveDateRange({ ...asked, db: connection.db, time_zone, signal });
  const compared = comparedRange({ ...asked, range });
  checkBucketCount({ ...range, period, compared });

  const read = { connection, entity, range, period, signal };
  const echoed = { ...subject, period, time_zone, ...range };
  if (compared === undefined) {
    const counted = await readSeries(read);
    const series = assembleSeries({ counted, range, period });
    const { new_since, freshness } = counted;
    return { ...echoed, ...series, elapsed: null, compare: null, new_since, freshness };
  }
  const [current, previous] = await readComparedSeries({ ...read, compared });
  const series = assembleSeries({ counted: current, range, period });
  return {
    ...echoed,
    ...series,
    elapsed: current.cut,
    compare: compareSeries({ current, previous, data: series.data, range, compared, period }),
    new_since: current.new_since,
    freshness: current.freshness,
  };
}
