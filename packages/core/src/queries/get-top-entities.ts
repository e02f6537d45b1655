import { parseInput } from "../contract/parse-input.ts";
import type { TopEntities } from "../contract/top-entities.ts";
import { type TopEntitiesQuery, topEntitiesQuery } from "../contract/top-entities-query.ts";
import { checkSubject } from "../database/check-subject.ts";
import type { Connection } from "../database/connect.ts";
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
  const owner =
    level === "owner" ? await checkSubject({ ...asked, connection, signal }) : undefined;
  const range = await resolveDateRange({ ...asked, db: connection.db, time_zone, signal });
  checkDayCount(range);
  const compared = comparedRange({ ...asked, range, period: "daily" });
  if (compared !== undefined) checkDayCount(compared);

  const entity_type = asked.entity_type ?? null;
  const owner_entity_id = owner?.entity.entity_id ?? null;
  const read = { connection, entity_type, owner_entity_id, range, sort, limit, compared, signal };
  const { entities, score_date, elapsed, through, new_since, freshness } =
    await readTopEntities(read);
  return {
    level,
    entity_type,
    owner_id: owner?.subject.owner_id ?? null,
    time_zone,
    ...range,
    data: entities,
    score_date,
    elapsed,
    compare: compared ? { ...compared, through } : null,
    new_since,
    freshness,
  };
}
