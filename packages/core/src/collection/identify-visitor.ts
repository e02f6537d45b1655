import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, checkCallOptions } from "../call-options.ts";
import { hostId } from "../contract/host-id.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Connection } from "../database/connect.ts";
import { type IdentifiedViews, identifyViews } from "./identify-views.ts";

const sinceRule = {
  error: 'give a Date, an instant like "2026-01-31T09:30:00.000Z", or "all"',
};

const visitorIdentity = z.strictObject({
  visitor_id: hostId,
  account_id: hostId,
  since: z.union(
    [
      z.date(sinceRule),
      z.iso.datetime({ offset: true, ...sinceRule }),
      z.literal("all", sinceRule),
    ],
    sinceRule,
  ),
});

/**
 * A browser, and whose it turned out to be: earlier views of it become the account's, from an instant on. `since` is the
 * earliest of them, or `"all"`, for a device of one person only: on a shared one, others' views would be the account's too.
 */
export type VisitorIdentity = z.input<typeof visitorIdentity>;

interface VisitorToIdentify {
  connection: Connection;
  identity: VisitorIdentity;
  options: CallOptions;
}

/** Gives the anonymous views of a browser to an account; those that have an account keep it. */
export async function identifyVisitor({
  connection,
  identity,
  options,
}: VisitorToIdentify): Promise<IdentifiedViews> {
  const given = parseInput({ schema: visitorIdentity, input: identity, name: "options object" });
  const { signal } = checkCallOptions(options);
  const { visitor_id: id, account_id, since } = given;
  const instant = since === "all" ? "-infinity" : new Date(since).toISOString();
  return identifyViews({
    connection,
    of: "visitor",
    id,
    account_id,
    since: sql`${instant}::timestamptz`,
    signal,
  });
}
