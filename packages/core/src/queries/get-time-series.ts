import { parseInput } from "../contract/parse-input.ts";
import type { TimeSeries } from "../contract/time-series.ts";
import { type TimeSeriesQuery, timeSeriesQuery } from "../contract/time-series-query.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";
import { AnalyticsError } from "../errors.ts";
import { assembleDays, assembleHours } from "./assemble-series.ts";
import { bucketsOf } from "./buckets.ts";
import { checkEntity } from "./check-entity.ts";
import { checkBucketCount, resolveDateRange } from "./date-range.ts";
import { readSeries } from "./read-series.ts";
import { readHours, seriesQuery } from "./series-query.ts";

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

  const { db, schema } = connection;
  const { period } = asked;
  const installation = await connection.installation({ signal });
  const { time_zone } = installation;
  const entity = checkEntity({ ...asked, installation });
  const range = await resolveDateRange({ ...asked, db, time_zone, signal });
  checkBucketCount({ ...range, period });

  const [row] = await runQuery({
    db,
    query: seriesQuery({ db, schema, entity, range, period }),
    signal,
  });
  if (row === undefined) throw new AnalyticsError("database", "The database gave no series.");
  const { local_hour, live, pending_changes, folded_through } = row;
  const counted = readSeries(row);
  const series =
    period === "hourly"
      ? assembleHours({ counted, local_hour, range, hours: readHours(row) })
      : assembleDays({ counted, local_hour, range, buckets: bucketsOf({ ...range, period }) });
  const freshness = { live, pending_changes, folded_through };
  return { ...entity, period, time_zone, ...range, ...series, freshness };
}
