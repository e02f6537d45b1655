import type { Freshness } from "../contract/freshness.ts";
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
import { readCursor, writeCursor } from "./visitor-cursor.ts";
import { type CountedVisitor, type VisitorRow, visitorsQuery } from "./visitors-query.ts";

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
  const [{ live, pending_changes, folded_through }] = rows as [VisitorRow];
  const visitors = rows.filter(
    (row): row is CountedVisitor & Freshness => row.display_name !== null,
  );
  const page = visitors.slice(0, query.limit);
  const last = visitors.length > page.length ? page.at(-1) : undefined;
  return {
    ...entity,
    date_from: query.date_from ?? null,
    date_to: query.date_to ?? null,
    next_cursor: last === undefined ? null : writeCursor({ query, position: positionOf(last) }),
    data: page.map(visitorOf),
    freshness: { live, pending_changes, folded_through },
  };
}

function positionOf({ first_value, second_value, account_id, session_id }: CountedVisitor) {
  return {
    values: [first_value, second_value] as const,
    is_account: account_id !== null,
    visitor_id: account_id ?? session_id ?? "",
  };
}

function visitorOf({
  live: _live,
  pending_changes: _pending,
  folded_through: _through,
  first_value: _first,
  second_value: _second,
  visits,
  ...visitor
}: CountedVisitor & Freshness): Visitor {
  return { ...visitor, visits: JSON.parse(visits) as Visit[] };
}
