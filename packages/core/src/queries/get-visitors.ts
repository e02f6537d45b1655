import { parseInput } from "../contract/parse-input.ts";
import type { Visit, Visitor, VisitorList } from "../contract/visitors.ts";
import {
  type VisitorsQuery,
  visitorsQuery as visitorsQuerySchema,
} from "../contract/visitors-query.ts";
import type { Connection } from "../database/connect.ts";
import { visitorIdType } from "../database/installation.ts";
import { runQuery } from "../database/run-query.ts";
import { checkEntity } from "./check-entity.ts";
import { readFreshness } from "./read-freshness.ts";
import { readCursor, writeCursor } from "./visitor-cursor.ts";
import { type VisitorRow, visitorsQuery } from "./visitors-query.ts";

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

  const rows = await runQuery({
    db,
    query: visitorsQuery({ db, schema, query, installation, position }),
    signal,
  });
  const page = rows.slice(0, query.limit);
  const last = rows.length > page.length ? page.at(-1) : undefined;
  return {
    ...entity,
    date_from: query.date_from ?? null,
    date_to: query.date_to ?? null,
    next_cursor: last === undefined ? null : writeCursor({ query, position: positionOf(last) }),
    data: page.map(visitorOf),
    freshness: await readFreshness({ connection, signal }),
  };
}

function positionOf({ first_value, second_value, account_id, session_id }: VisitorRow) {
  return {
    values: [first_value, second_value] as const,
    is_account: account_id !== null,
    visitor_id: account_id ?? session_id ?? "",
  };
}

function visitorOf({ visits, ...row }: VisitorRow): Visitor {
  const { first_value: _first, second_value: _second, ...visitor } = row;
  return { ...visitor, visits: JSON.parse(visits) as Visit[] };
}
