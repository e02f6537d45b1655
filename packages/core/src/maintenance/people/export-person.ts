import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import type {
  ExportedDay,
  ExportedPageView,
  ExportedRecord,
  ExportedSession,
} from "../../contract/exported-record.ts";
import { parseInput } from "../../contract/parse-input.ts";
import type { PersonQuery } from "../../contract/person.ts";
import type { Connection } from "../../database/connect.ts";
import { instantText } from "../../database/instant-text.ts";
import { runQuery } from "../../database/run-query.ts";
import { findPerson, parsePerson } from "./find-person.ts";

/** What an export takes besides whose it is. */
export interface ExportPersonOptions extends CallOptions {
  /**
   * Take the account's sessions and browsers as well, with their views without an account.
   * @default true
   */
  linked?: boolean | undefined;
}

const exportPersonOptions = z.strictObject({
  linked: z._default(z.boolean({ error: "give true or false" }), true),
  signal: signalOption,
});

interface ExportPersonCall {
  connection: Connection;
  person: PersonQuery;
  options: ExportPersonOptions;
}

const viewsPerPart = 10_000;

/** All that is stored about somebody: page views by time, then days that only rollups have, then sessions. */
export async function* exportPerson({
  connection,
  person: asked,
  options,
}: ExportPersonCall): AsyncGenerator<ExportedRecord, void, undefined> {
  const given = parsePerson(asked);
  const { linked, signal } = parseInput({
    schema: exportPersonOptions,
    input: options,
    name: "options object",
  });
  const person = await findPerson({ connection, person: given, linked, signal });
  const { db, schema } = connection;

  for (let after: string | null = null, done = false; !done; ) {
    // Which page views follow?
    const query = sql<PageViewRow>`
      select
        v.viewed_at::text as after, v.id, ${instantText(sql`nullif(nullif(v.viewed_at, 'infinity'), '-infinity')`)} as viewed_at,
        v.entity_type, v.entity_id::text as entity_id, v.account_id::text as account_id,
        v.session_id::text as session_id, v.visitor_id::text as visitor_id, v.referrer_url,
        v.time_on_page::text as time_on_page, v.source::text as source, v.device::text as device
      from ${sql.id(schema, "export_page_views")}(${person}, ${after}::text::timestamptz, ${viewsPerPart}::int4) v
    `.compile(db);
    const rows: PageViewRow[] = await runQuery({ db, query, signal });
    yield* rows.map(pageViewOf);
    after = rows.at(-1)?.after ?? null;
    done = rows.length < viewsPerPart;
  }

  // Which days have only the rollups?
  const days = sql<Omit<ExportedDay, "record" | "time_on_page"> & { time_on_page: string }>`
    select
      d.date::text as date, d.entity_type, d.entity_id::text as entity_id, d.views, d.timed_views,
      d.time_total::text as time_on_page
    from ${sql.id(schema, "export_stored_days")}(${person}) d
  `.compile(db);
  for (const row of await runQuery({ db, query: days, signal }))
    yield { record: "day", ...row, time_on_page: Number(row.time_on_page) };

  // Which sessions?
  const sessions = sql<Omit<ExportedSession, "record">>`
    select
      s.session_id::text as session_id, ${instantText(sql`s.first_seen_at`)} as first_seen_at,
      ${instantText(sql`s.last_seen_at`)} as last_seen_at, s.total_views as views, host(s.ip_address) as ip_address, s.user_agent
    from ${sql.id(schema, "sessions_of_person")}(${person}) s
  `.compile(db);
  for (const row of await runQuery({ db, query: sessions, signal }))
    yield { record: "session", ...row };
}

interface PageViewRow
  extends Omit<ExportedPageView, "record" | "time_on_page" | "source" | "device"> {
  after: string;
  time_on_page: string | null;
  source: string | null;
  device: string | null;
}

function pageViewOf({
  after: _after,
  time_on_page,
  source,
  device,
  ...row
}: PageViewRow): ExportedPageView {
  return {
    record: "page_view",
    ...row,
    time_on_page: time_on_page === null ? null : Number(time_on_page),
    source: source === null ? null : (JSON.parse(source) as ExportedPageView["source"]),
    device: device === null ? null : (JSON.parse(device) as ExportedPageView["device"]),
  };
}
