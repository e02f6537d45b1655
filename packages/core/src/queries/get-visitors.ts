import { parseInput } from "../contract/parse-input.ts";
import type { VisitorList } from "../contract/visitors.ts";
import {
  type VisitorsQuery,
  visitorsQuery as visitorsQuerySchema,
} from "../contract/visitors-query.ts";
import type { Connection } from "../database/connect.ts";
import { visitorIdType } from "../database/installation.ts";
import { runQuery } from "../database/run-query.ts";
import { AnalyticsError } from "../errors.ts";
import { checkEntity } from "./check-entity.ts";
import { readVisitors } from "./read-visitors.ts";
import { readCursor, writeCursor } from "./visitor-cursor.ts";
import { rankings } from "./visitor-position.ts";
import { visitorsQuery } from "./visitors-query.ts";

interface VisitorsCall {
  connection: Connection;
  query: VisitorsQuery;
  signal?: AbortSignal | undefined;
}

/** Who viewed this entity? */
export async function getVisitors({
  connection,
  query: input,
  signal,
}: VisitorsCall): Promise<VisitorList> {
  const asked = parseInput({ schema: visitorsQuerySchema, input });

  const { db, schema } = connection;
  const installation = await connection.installation({ signal });
  const entity = checkEntity({ ...asked, installation });
  const query = { ...asked, ...entity };
  const position = readCursor({ query, visitorType: visitorIdType(installation) });

  const [row] = await runQuery({
    db,
    query: visitorsQuery({ db, schema, query, position }),
    signal,
  });
  if (row === undefined) throw new AnalyticsError("database", "The database gave no visitors.");
  const { live, pending_changes, folded_through } = row;
  const { visitors, exactText } = readVisitors(row);
  const data = visitors.slice(0, query.limit);
  const last = visitors.length > data.length ? data.at(-1) : undefined;
  const [first, second] = rankings[query.sort];
  const nextPosition = last && {
    values: [exactText(data.length - 1, first), exactText(data.length - 1, second)] as const,
    is_account: last.account_id !== null,
    visitor_id: last.account_id ?? last.session_id ?? "",
  };
  return {
    ...entity,
    date_from: query.date_from ?? null,
    date_to: query.date_to ?? null,
    next_cursor: nextPosition ? writeCursor({ query, position: nextPosition }) : null,
    data,
    freshness: { live, pending_changes, folded_through },
  };
}
