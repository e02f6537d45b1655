import { type RawBuilder, sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../call-options.ts";
import { isId } from "../contract/entity.ts";
import { parseInput } from "../contract/parse-input.ts";
import { checkId } from "../database/check-id.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";

const id = z.pipe(
  z.custom<string | number>(isId, { error: "give an id of 1 to 255 characters" }),
  z.transform(String),
);

const sessionIdentity = z.strictObject({ session_id: id, account_id: id });

/** A session, and whose it turned out to be. */
export type SessionIdentity = z.input<typeof sessionIdentity>;

/** How many views became the account's. */
export interface IdentifiedSession {
  identified_views: number;
}

/** Which views of a session become an account's. */
export interface IdentifyOptions extends CallOptions {
  /**
   * How old the views may be, in hours; older ones stay anonymous. `"all"` takes every view of the session.
   *
   * A session's id is in exports and logs. With a bound, a copy of it soon claims nothing.
   * @default 24
   */
  maxAgeHours?: number | "all" | undefined;
}

const maxHours = 1_000_000;
const hoursRule = { error: `give hours, more than 0 and up to ${maxHours}, or "all"` };

const identifyOptions = z.strictObject({
  maxAgeHours: z._default(
    z.union(
      [z.number(hoursRule).check(z.gt(0, hoursRule), z.lte(maxHours, hoursRule)), z.literal("all")],
      hoursRule,
    ),
    24,
  ),
  signal: signalOption,
});

interface SessionToIdentify {
  connection: Connection;
  identity: SessionIdentity;
  options: IdentifyOptions;
}

/** Gives the anonymous views of a session to an account; those that have an account keep it. */
export async function identifySession({
  connection,
  identity,
  options,
}: SessionToIdentify): Promise<IdentifiedSession> {
  const given = parseInput({ schema: sessionIdentity, input: identity, name: "options object" });
  const { maxAgeHours, signal } = parseInput({
    schema: identifyOptions,
    input: options,
    name: "options object",
  });
  const installation = await connection.installation({ signal });
  const session_id = checkId({
    field: "session_id",
    id: given.session_id,
    type: installation.session_id_type,
  });
  const account_id = checkId({
    field: "account_id",
    id: given.account_id,
    type: installation.account_id_type,
  });
  const { db, schema } = connection;
  // Which views of this session are anonymous? They become the account's.
  const query = sql<{ identified_views: number }>`
    select ${sql.id(schema, "identify_session")}(${session_id}, ${account_id}, ${since(maxAgeHours)})::float8 as identified_views
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return { identified_views: row?.identified_views ?? 0 };
}

// By the age of each view, not of the session: anybody who knows the id of an old session can add a new view to it.
function since(maxAgeHours: number | "all"): RawBuilder<Date> {
  return maxAgeHours === "all"
    ? sql`'-infinity'::timestamptz`
    : sql`now() - ${maxAgeHours}::float8 * interval '1 hour'`;
}
