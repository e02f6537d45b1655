import { sql } from "kysely";
import type { Freshness } from "../contract/freshness.ts";
import type { HeatMap } from "../contract/heat-map.ts";
import { type HeatMapQuery, heatMapQuery } from "../contract/heat-map-query.ts";
import { parseInput } from "../contract/parse-input.ts";
import { checkSubject } from "../database/check-subject.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";
import { withText } from "../database/with-text.ts";
import { AnalyticsError } from "../errors.ts";
import { checkDayCount, resolveDateRange } from "./date-range.ts";
import { quotient, readColumn } from "./read-series.ts";

/** The default length of a range: twelve weeks. */
export const heatMapDays = 84;

interface HeatMapCall {
  connection: Connection;
  query: HeatMapQuery;
  signal?: AbortSignal | undefined;
}

interface HeatMapRow extends Pick<Freshness, "live" | "folded_through"> {
  pending_changes: string;
  views: string;
  visitor_hours: string;
  occurrences: string;
}

/** When in the week do people come? */
export async function getHeatMap({
  connection,
  query: input,
  signal,
}: HeatMapCall): Promise<HeatMap> {
  const asked = parseInput({ schema: heatMapQuery, input });
  const { db, schema } = connection;
  const installation = await connection.installation({ signal });
  const { time_zone } = installation;
  const { entity, subject } = await checkSubject({ ...asked, connection, signal });
  const range = await resolveDateRange({
    ...asked,
    db,
    time_zone,
    signal,
    defaultDays: heatMapDays,
  });
  checkDayCount(range);

  const query = sql<HeatMapRow>`
    select ${withText(["pending_changes"])}
    from ${sql.id(schema, "heat_map_columns")}(
      ${entity.entity_type}, ${entity.entity_id}, ${range.date_from}::text::date, ${range.date_to}::text::date
    ) c
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  if (row === undefined) throw new AnalyticsError("database", "The database gave no heat map.");
  const visitorHours = readColumn(row.visitor_hours);
  const occurrences = readColumn(row.occurrences);
  const data = readColumn(row.views).map((views, nth) => {
    const visitor_hours = visitorHours[nth] ?? 0;
    const often = occurrences[nth] ?? 0;
    return {
      weekday: Math.floor(nth / 24) + 1,
      hour: nth % 24,
      views,
      visitor_hours,
      occurrences: often,
      views_per_hour: quotient(views, often),
      visitors_per_hour: quotient(visitor_hours, often),
    };
  });
  const { live, pending_changes, folded_through } = row;
  return {
    ...subject,
    time_zone,
    ...range,
    data,
    freshness: { live, pending_changes: Number(pending_changes), folded_through },
  };
}
