import { type RawBuilder, sql } from "kysely";
import type { IdType } from "../../database/installation.ts";
import type { PageViewRow } from "./page-view-row.ts";

interface SessionsToDescribe {
  schema: string;
  rows: readonly PageViewRow[];
  type: IdType;
  /** Where they are spread over servers: by a statement of its own, which may lock rows of sessions that are described already. */
  distributed?: boolean;
}

/**
 * Keep the address and user agent by which sessions of these views came, unless something is kept of them already.
 * Folding may not have met the session yet, and keeps all other columns. It locks rows of sessions for as long as it
 * takes, so a session that is described is not touched.
 */
export function sessionDetails({
  schema,
  rows,
  type,
  distributed = false,
}: SessionsToDescribe): RawBuilder<unknown> | undefined {
  const sessions = new Map<string, PageViewRow>();
  for (const row of rows) {
    const isDescribed = row.ip_address !== null || row.user_agent !== null;
    if (row.session_id !== null && isDescribed && !sessions.has(row.session_id)) {
      sessions.set(row.session_id, row);
    }
  }
  if (sessions.size === 0) return undefined;
  const described = [...sessions.values()];
  const table = sql.id(schema, "visitor_sessions");
  const notDescribed = sql`not exists (
    select from ${table} k
    where k.session_id = v.session_id and (k.ip_address is not null or k.user_agent is not null)
  )`;
  const sliceOfSession = sql.id(schema, "slice_of_session");
  const sliceKey = distributed
    ? [sql`${sql.id(schema, "key_of_slice")}(${sliceOfSession}(v.session_id)) as slice_key`]
    : [];
  const key = sql.join(
    ["session_id", ...(distributed ? ["slice_key"] : [])].map((name) => sql.id(name)),
  );
  return sql`
    insert into ${table} as s (${key}, ip_address, user_agent)
    select ${sql.join([sql`v.session_id`, ...sliceKey])}, network(v.ip_address)::inet, v.user_agent
    from unnest(
      ${described.map((row) => row.session_id)}::text[]::${sql.raw(type)}[],
      ${described.map((row) => row.ip_address)}::text[]::inet[],
      ${described.map((row) => row.user_agent)}::text[]
    ) v (session_id, ip_address, user_agent)
    ${distributed ? sql`` : sql`where ${notDescribed}`}
    order by v.session_id
    on conflict (${key}) do update set ip_address = excluded.ip_address, user_agent = excluded.user_agent
    where s.ip_address is null and s.user_agent is null
  `;
}
