import { parseInput } from "../contract/parse-input.ts";
import type { TimeSeries } from "../contract/time-series.ts";
import { type TimeSeriesQuery, timeSeriesQuery } from "../contract/time-series-query.ts";
import type { Connection } from "../database/connect.ts";
import { assembleDays, assembleHours } from "./assemble-series.ts";
import { bucketsOf } from "./buckets.ts";
import { checkEntity } from "./check-entity.ts";
import { checkBucketCount, resolveDateRange } from "./date-range.ts";
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
  const entity = checkEntity({ ...asked, installation });
  const range = await resolveDateRange({ ...asked, db: connection.db, time_zone, signal });
  checkBucketCount({ ...range, period });

  const counted = await readSeries({ connection, entity, range, period, signal });
  const series =
    period === "hourly"
      ? assembleHours({ counted, range })
      : assembleDays({ counted, range, buckets: bucketsOf({ ...range, period }) });
  return { ...entity, period, time_zone, ...range, ...series, freshness: counted.freshness };
}
