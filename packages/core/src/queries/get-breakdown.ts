import type { Breakdown } from "../contract/breakdown.ts";
import { type BreakdownQuery, breakdownQuery } from "../contract/breakdown-query.ts";
import { parseInput } from "../contract/parse-input.ts";
import { checkSubject } from "../database/check-subject.ts";
import type { Connection } from "../database/connect.ts";
import { breakdownRange } from "./breakdown-range.ts";
import { comparedRange } from "./compared-range.ts";
import { checkDayCount } from "./date-range.ts";
import { readBreakdown } from "./read-breakdown.ts";

// Smaller groups of viewers may be somebody whom one knows.
const defaultSmallestGroup = 5;

interface BreakdownCall {
  connection: Connection;
  query: BreakdownQuery;
  signal?: AbortSignal | undefined;
}

/** How many of each? */
export async function getBreakdown({
  connection,
  query: input,
  signal,
}: BreakdownCall): Promise<Breakdown> {
  const asked = parseInput({ schema: breakdownQuery, input });
  const { dimension, sort, limit } = asked;
  const smallest_group = smallestGroup(asked);
  const installation = await connection.installation({ signal });
  const { time_zone } = installation;
  const { entity, subject } = await checkSubject({ ...asked, connection, signal });
  const { db } = connection;
  const range = await breakdownRange({ ...asked, smallest_group, db, time_zone, signal });
  checkDayCount(range);
  const compared = comparedRange({ ...asked, range, period: "daily" });
  if (compared !== undefined) checkDayCount(compared);
  const filter_dimension = asked.filter_dimension ?? null;
  const filter_value = asked.filter_value ?? null;
  const filter = { filter_dimension, filter_value };
  const values = { dimension, ...filter, sort, limit, smallest_group };
  return {
    ...subject,
    dimension,
    ...filter,
    time_zone,
    ...range,
    smallest_group,
    ...(await readBreakdown({ connection, entity, range, compared, ...values, signal })),
  };
}

/** Of how many visitors a value must be at least to be listed. */
export function smallestGroup({
  smallest_group,
  dimension,
}: Pick<BreakdownQuery, "smallest_group" | "dimension">): number {
  return smallest_group ?? (dimension.startsWith("viewer.") ? defaultSmallestGroup : 0);
}
