import { type RawBuilder, sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../call-options.ts";
import { hostId } from "../contract/host-id.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import { type IdentifiedViews, identifyViews } from "./identify-views.ts";

const sessionIdentity = z.strictObject({ session_id: hostId, account_id: hostId });

/** A session, and whose it turned out to be. */
export type SessionIdentity = z.input<typeof sessionIdentity>;

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
}: SessionToIdentify): Promise<IdentifiedViews> {
  const given = parseInput({ schema: sessionIdentity, input: identity, name: "options object" });
  const { maxAgeHours, signal } = parseInput({
    schema: identifyOptions,
    input: options,
    name: "options object",
  });
  const { session_id: id, account_id } = given;
  return identifyViews({
    connection,
    of: "session",
    id,
    account_id,
    since: since(maxAgeHours),
    signal,
  });
}

// By the age of each view, not of the session: anybody who knows the id of an old session can add a new view to it.
function since(maxAgeHours: number | "all"): RawBuilder<Date> {
  return maxAgeHours === "all"
    ? sql`'-infinity'::timestamptz`
    : sql`now() - ${maxAgeHours}::float8 * interval '1 hour'`;
}
