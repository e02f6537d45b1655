import { parseInput } from "../contract/parse-input.ts";
import type { TopEntities } from "../contract/top-entities.ts";
import { type TopEntitiesQuery, topEntitiesQuery } from "../contract/top-entities-query.ts";
import type { Connection } from "../database/connect.ts";
import { changeOf } from "./change-of.ts";
import { comparedRange } from "./compared-range.ts";
import { checkDayCount, resolveDateRange } from "./date-range.ts";
import { readTopEntities } from "./read-top-entities.ts";

interface TopEntitiesCall {
  connection: Connection;
  query: TopEntitiesQuery;
  signal?: AbortSignal | undefined;
}

/** Which entities are viewed most? */
export async function getTopEntities({
  connection,
  query,
  signal,
}: TopEntitiesCall): Promise<TopEntities> {
  const asked = parseInput({ schema: topEntitiesQuery, input: query });
  const { level, sort, limit } = asked;
  const { time_zone } = await connection.installation({ signal });
  const range = await resolveDateRange({ ...asked, db: connection.db, time_zone, signal });
  checkDayCount(range);
  const compared = comparedRange({ ...asked, range, period: "daily" });
  if (compared !== undefined) checkDayCount(compared);

  const entity_type = asked.entity_type ?? null;
  const read = { connection, entity_type, range, sort, limit, compared, signal };
  const { entities, score_date, elapsed, through, freshness } = await readTopEntities(read);
  return {
    level,
    entity_type,
    time_zone,
    ...range,
    data: entities.map(({ entity, counted, score }, nth) => {
      const { totals, first_view, last_view, current, previous } = counted;
      return {
        rank: nth + 1,
        ...entity,
        ...totals,
        first_view,
        last_view,
        change:
          current?.compared && previous?.compared
            ? changeOf(current.compared, previous.compared)
            : null,
        score,
        is_new: sort === "trending" && score === null,
      };
    }),
    score_date,
    elapsed,
    compare: compared ? { ...compared, through } : null,
    freshness,
  };
}
