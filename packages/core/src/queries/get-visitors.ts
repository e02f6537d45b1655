import { parseInput } from "../contract/parse-input.ts";
import type { Visitor, VisitorList } from "../contract/visitors.ts";
import { type VisitorsQuery, visitorsQuery } from "../contract/visitors-query.ts";
import { checkSubject } from "../database/check-subject.ts";
import type { Connection } from "../database/connect.ts";
import { readVisitors } from "./read-visitors.ts";
import { readCursor, writeCursor } from "./visitor-cursor.ts";

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
  const asked = parseInput({ schema: visitorsQuery, input });
  const installation = await connection.installation({ signal });
  const { entity, subject } = await checkSubject({ ...asked, connection, signal });
  const { level: _level, owner_id: _owner, ...choice } = asked;
  const query = { ...choice, ...entity };
  const position = readCursor({ query, accountType: installation.account_id_type });

  const { data, end, visits_from, hidden, freshness } = await readVisitors({
    connection,
    query,
    position,
    signal,
  });
  // the latest are first: who came before is at the end, and so is everybody on the next page
  const { seen_since } = query;
  const unseen = seen_since === undefined ? -1 : data.findIndex((one) => !isSeen(one, seen_since));
  const seen = unseen === -1 ? data : data.slice(0, unseen);
  return {
    ...subject,
    date_from: query.date_from ?? null,
    date_to: query.date_to ?? null,
    next_cursor: end && seen.length === data.length ? writeCursor({ query, position: end }) : null,
    data: seen,
    visits_from,
    hidden,
    freshness,
  };
}

// Of somebody who is listed without a name it is known on which date that was.
function isSeen({ kind, last_visit }: Visitor, since: string): boolean {
  if (kind !== "attributes") return last_visit >= since;
  return Date.parse(last_visit) + dayMs > Date.parse(since);
}

const dayMs = 86_400_000;
