import { sql } from "kysely";
import { type LiveQuery, readLiveQuery } from "../contract/live-query.ts";
import type { LiveVisitors } from "../contract/live-visitors.ts";
import { checkSubject } from "../database/check-subject.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";
import { withText } from "../database/with-text.ts";
import { AnalyticsError } from "../errors.ts";
import { checkEntities } from "./check-entities.ts";

interface LiveCall {
  connection: Connection;
  query: LiveQuery;
  signal?: AbortSignal | undefined;
}

interface LiveRow {
  views: string;
  unique_visitors: string;
  unique_accounts: string;
  since: string;
  until: string;
}

/** How many are looking at each of these entities, or at a wider level, now? */
export async function getLive({
  connection,
  query: input,
  signal,
}: LiveCall): Promise<LiveVisitors> {
  const asked = readLiveQuery(input);
  const { db, schema } = connection;
  const installation = await connection.installation({ signal });
  const subjects =
    "entities" in asked
      ? checkEntities({ entities: asked.entities, installation }).map((entity) => ({
          entity,
          subject: { level: "entity" as const, ...entity, owner_id: null },
        }))
      : [await checkSubject({ ...asked, connection, signal })];

  const types = subjects.map(({ entity }) => entity.entity_type);
  const ids = subjects.map(({ entity }) => entity.entity_id);
  const query = sql<LiveRow>`
    select ${withText(["views", "unique_visitors", "unique_accounts"])}
    from ${sql.id(schema, "live_visitors_columns")}(${types}, ${ids}, ${asked.minutes}) c
  `.compile(db);
  const rows = await runQuery({ db, query, signal });
  const [first] = rows;
  if (first === undefined) throw new AnalyticsError("database", "The database gave no visitors.");
  const data = subjects.map(({ subject }, nth) => {
    const row = rows[nth] ?? first;
    const [views, unique_visitors, unique_accounts] = [
      Number(row.views),
      Number(row.unique_visitors),
      Number(row.unique_accounts),
    ];
    const anonymous_visitors = unique_visitors - unique_accounts;
    return { ...subject, views, unique_visitors, unique_accounts, anonymous_visitors };
  });
  return { data, minutes: asked.minutes, since: first.since, until: first.until };
}
