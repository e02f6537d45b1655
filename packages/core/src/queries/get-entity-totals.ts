import { firstDate } from "../contract/calendar-date.ts";
import type { EntityTotals, TotalsOfEntity } from "../contract/entity-totals.ts";
import { type EntityTotalsQuery, entityTotalsQuery } from "../contract/entity-totals-query.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import { AnalyticsError } from "../errors.ts";
import { bucketsOf, countBuckets, type DayPeriod } from "./buckets.ts";
import { changeOf } from "./change-of.ts";
import { checkEntities } from "./check-entities.ts";
import { comparedRange } from "./compared-range.ts";
import { type DateRange, resolveDateRange } from "./date-range.ts";
import {
  type ComparedEntity,
  type CountedEntities,
  type CountedEntity,
  readComparedEntityTotals,
  readEntityTotals,
} from "./read-entity-totals.ts";

const maxPoints = 92;
const allDates: DateRange = { date_from: firstDate, date_to: "9999-12-31" };

interface EntityTotalsCall {
  connection: Connection;
  query: EntityTotalsQuery;
  signal?: AbortSignal | undefined;
}

/** How many viewed each of these entities? */
export async function getEntityTotals({
  connection,
  query,
  signal,
}: EntityTotalsCall): Promise<EntityTotals> {
  const asked = parseInput({ schema: entityTotalsQuery, input: query });
  const installation = await connection.installation({ signal });
  const { time_zone } = installation;
  const entities = checkEntities({ ...asked, installation });
  const range = asked.all_time
    ? allDates
    : await resolveDateRange({ ...asked, db: connection.db, time_zone, signal });
  if (asked.sparkline !== undefined) checkPointCount({ ...range, period: asked.sparkline });
  const compared = comparedRange({ ...asked, range, period: asked.sparkline ?? "daily" });

  const { sparkline: period = null, together: isTogether } = asked;
  const read = { connection, entities, range, period, together: isTogether, signal };
  const { counted, together }: CountedEntities<CountedEntity & Partial<ComparedEntity>> = compared
    ? await readComparedEntityTotals({ ...read, compared })
    : await readEntityTotals(read);
  const [first] = counted;
  if (first === undefined) throw new AnalyticsError("database", "The database gave no totals.");
  const buckets = asked.sparkline && bucketsOf({ ...range, period: asked.sparkline });
  const data = entities.map((entity, nth): TotalsOfEntity => {
    const { totals, views, first_view, last_view, current, previous } = counted[nth] ?? first;
    return {
      ...entity,
      ...totals,
      first_view,
      last_view,
      sparkline: buckets?.map(({ begins_after }) => views.get(begins_after) ?? 0) ?? null,
      change:
        current?.compared && previous?.compared
          ? changeOf(current.compared, previous.compared)
          : null,
    };
  });
  return {
    time_zone,
    date_from: asked.all_time ? null : range.date_from,
    date_to: asked.all_time ? null : range.date_to,
    data,
    together,
    elapsed: first.current?.cut ?? null,
    compare: compared ? { ...compared, through: first.previous?.cut ?? null } : null,
    new_since: first.new_since,
    freshness: first.freshness,
  };
}

function checkPointCount(range: DateRange & { period: DayPeriod }): void {
  const count = countBuckets(range);
  if (count <= maxPoints) return;
  throw new AnalyticsError(
    "range_too_long",
    `From ${range.date_from} to ${range.date_to} a sparkline has ${count} points, and at most ${maxPoints} are allowed: ask for a shorter range, a weekly one, or none.`,
  );
}
