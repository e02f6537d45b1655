import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import { parseInput } from "../../contract/parse-input.ts";
import {
  type ForgetProgress,
  type ForgettableKind,
  type ForgottenVisitors,
  forgettableKinds,
} from "../../contract/retention.ts";
import { wholeNumber } from "../../contract/whole-number.ts";
import type { Connection } from "../../database/connect.ts";
import { runQuery } from "../../database/run-query.ts";
import { AnalyticsError } from "../../errors.ts";
import { aggregate } from "../aggregate.ts";
import { auditOptions, type ErasureOptions, viewsPerStep } from "../people/erasure-options.ts";
import { forgetInSlices } from "../people/forget-in-slices.ts";
import { refuseTransaction } from "../refuse-transaction.ts";
import { runStep } from "../run-step.ts";

/** Who is forgotten. */
export interface ForgetVisitorsOptions extends ErasureOptions, CallOptions {
  /** Those who did not come for so many days: at least 7. */
  inactiveDays: number;
  /**
   * `"anonymous"`: browsers and sessions that are linked to no account; `"account"`: accounts, with what is linked to them; or `"all"`.
   * @default "anonymous"
   */
  kind?: ForgettableKind | undefined;
  /** Called after each step. */
  onProgress?: ((progress: ForgetProgress) => void) | undefined;
}

/** Somebody who was here this week may be in the middle of a session, or be claimed by a login. */
const fewestDays = 7;
const mostDays = 36_500;

const forgetVisitorsOptions = z.strictObject({
  ...auditOptions,
  inactiveDays: wholeNumber({ from: fewestDays, to: mostDays }),
  kind: z._default(
    z.enum(forgettableKinds, { error: `give one of ${forgettableKinds.join(", ")}` }),
    "anonymous",
  ),
  onProgress: z.optional(
    z.custom<ForgetVisitorsOptions["onProgress"]>((value) => typeof value === "function", {
      error: "give a function",
    }),
  ),
  signal: signalOption,
});

interface ForgetVisitorsCall {
  connection: Connection;
  options: ForgetVisitorsOptions;
}

const counted = ["accounts", "visitor_ids", "sessions", "views"] as const;

type StepRow = Record<(typeof counted)[number], string> & {
  next_position: string | null;
  people: string | null;
};

/** Makes visitors who did not come for long anonymous, in steps that each leave the rollups exact. */
export async function forgetVisitors({
  connection,
  options,
}: ForgetVisitorsCall): Promise<ForgottenVisitors> {
  const startedAt = performance.now();
  const { inactiveDays, kind, dryRun, actor, onProgress, signal } = parseInput({
    schema: forgetVisitorsOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  const { distributed } = await connection.installation({ signal });
  const { db, schema } = connection;
  const new_since = await dateBefore({ connection, inactiveDays, signal });
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  const receipt = dryRun ? null : crypto.randomUUID();
  const inSlices = distributed && !dryRun;
  const forgetting = inSlices ? "rename_visitors_step" : "forget_visitors_step";
  const name = dryRun ? "count_forgettable_step" : forgetting;
  const audit = sql`${receipt}::text::uuid, ${actor}::text`;
  if (!dryRun) await aggregate({ connection, options: { signal } });

  const forgotten = { accounts: 0, visitor_ids: 0, sessions: 0, anonymised_views: 0 };
  for (let position: string | null = null, done = false; !done; done = position === null) {
    const query = sql<StepRow>`
      select
        s.accounts::text as accounts, s.visitor_ids::text as visitor_ids, s.sessions::text as sessions, s.views::text as views,
        s.next_position::text as next_position, ${inSlices ? sql`s.people::text` : sql`null::text`} as people
      from ${sql.id(schema, name)}(
        ${kind}::text, ${new_since}::text::date, ${position}::text::jsonb, ${viewsPerStep}::int4${dryRun ? sql`` : sql`, ${audit}`}
      ) s
    `.compile(db);
    const step: StepRow = await runStep({ db, query, signal });
    forgotten.accounts += Number(step.accounts);
    forgotten.visitor_ids += Number(step.visitor_ids);
    forgotten.sessions += Number(step.sessions);
    forgotten.anonymised_views += Number(step.views);
    if (step.people !== null) {
      const work = {
        connection,
        people: step.people,
        action: "forget_visitors",
        audit,
        signal,
      } as const;
      forgotten.anonymised_views += await forgetInSlices(work);
    }
    position = step.next_position;
    onProgress?.({ ...forgotten, elapsed_ms: elapsed() });
  }
  return { new_since, ...forgotten, receipt, duration_ms: elapsed() };
}

// Which date is so many days ago in the reporting zone?
async function dateBefore({
  connection: { db, schema },
  inactiveDays,
  signal,
}: Pick<ForgetVisitorsOptions, "inactiveDays"> & {
  connection: Connection;
  signal: AbortSignal | undefined;
}): Promise<string> {
  const query = sql<{ date: string }>`
    select (${sql.id(schema, "reporting_date")}() - ${inactiveDays}::int4)::text as date
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  if (row === undefined) throw new AnalyticsError("database", "The database did not answer.");
  return row.date;
}
