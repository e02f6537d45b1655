import { sql } from "kysely";
import type { KeptLevel } from "../contract/level.ts";
import { AnalyticsError } from "../errors.ts";
import type { Connection } from "./connect.ts";
import { refuseOnCitus } from "./refuse-on-citus.ts";
import { runQuery } from "./run-query.ts";

/** Why there are no levels where page views are spread over servers, and what to ask. */
export const levelsOnCitus =
  "No level is counted there: getEntityTotals with together counts everybody who viewed any of several entities once.";

interface LevelToCheck {
  connection: Connection;
  level: KeptLevel;
  signal?: AbortSignal | undefined;
}

/**
 * Nothing, where a level is counted. It is looked up each time: levels are switched on and off while clients run.
 *
 * @throws {AnalyticsError} `not_on_citus`, `level_not_kept`, or `level_not_ready` while it is being added
 */
export async function checkLevelKept({ connection, level, signal }: LevelToCheck): Promise<void> {
  const { db, schema } = connection;
  refuseOnCitus(await connection.installation({ signal }), levelsOnCitus);
  const query = sql<{ is_kept: boolean; is_coming: boolean | null }>`
    select
      ${level}::text operator(pg_catalog.=) any (s.levels) as is_kept,
      s.level_positions operator(pg_catalog.->) ${level}::text operator(pg_catalog.->>) 'phase'
        operator(pg_catalog.<>) 'removing' as is_coming
    from ${sql.id(schema, "analytics_settings")} s
  `.compile(db);
  const [settings] = await runQuery({ db, query, signal });
  if (settings?.is_kept === true) return;
  const command = `npx @headcount/migrations levels add ${level}`;
  if (settings?.is_coming === true) {
    throw new AnalyticsError(
      "level_not_ready",
      `level is "${level}", which is still being read in: ask again later, or go on with "${command}".`,
      { field: "level" },
    );
  }
  throw new AnalyticsError(
    "level_not_kept",
    `level is "${level}", which is not counted here: switch it on with "${command}".`,
    { field: "level" },
  );
}
