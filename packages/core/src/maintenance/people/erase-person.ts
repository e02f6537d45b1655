import { type RawBuilder, sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import { parseInput } from "../../contract/parse-input.ts";
import type { ErasedPerson, PersonQuery } from "../../contract/person.ts";
import type { Connection } from "../../database/connect.ts";
import { runQuery } from "../../database/run-query.ts";
import { refuseTransaction } from "../refuse-transaction.ts";
import { runStep } from "../run-step.ts";
import { auditOptions, type ErasureOptions, viewsPerStep } from "./erasure-options.ts";
import { findPerson, parsePerson } from "./find-person.ts";
import { forgetInSlices } from "./forget-in-slices.ts";

/** How somebody is erased. */
export interface ErasePersonOptions extends ErasureOptions, CallOptions {
  /**
   * Keep the views, of visitors and sessions with random ids: numbers stay, and who it was cannot be found out.
   * @default false
   */
  keepCounts?: boolean | undefined;
  /**
   * Take the account's sessions and browsers as well, with their views without an account. On a device of several people these
   * are everybody's.
   * @default true
   */
  linked?: boolean | undefined;
}

const flag = z._default(z.boolean({ error: "give true or false" }), false);
const erasePersonOptions = z.strictObject({
  ...auditOptions,
  keepCounts: flag,
  linked: z._default(z.boolean({ error: "give true or false" }), true),
  signal: signalOption,
});

interface ErasePersonCall {
  connection: Connection;
  person: PersonQuery;
  options: ErasePersonOptions;
}

interface Erasure {
  connection: Connection;
  /** The ids of the person, as functions take them. */
  person: RawBuilder<unknown>;
  /** Receipt and actor, likewise. */
  audit: RawBuilder<unknown>;
  signal: AbortSignal | undefined;
}

/** Erases somebody: in steps that each leave the rollups exact, or, with `keepCounts`, in one transaction. */
export async function erasePerson({
  connection,
  person: asked,
  options,
}: ErasePersonCall): Promise<ErasedPerson> {
  const startedAt = performance.now();
  const given = parsePerson(asked);
  const { dryRun, keepCounts, linked, actor, signal } = parseInput({
    schema: erasePersonOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  const person = await findPerson({ connection, person: given, linked, signal });
  const { page_views, stored_views, ...counts } = await countPerson({ connection, person, signal });
  const receipt = dryRun ? null : crypto.randomUUID();
  const audit = sql`${receipt}::text::uuid, ${actor}::text`;
  const work = { connection, person, audit, signal };
  const found = keepCounts
    ? { erased_views: 0, anonymised_views: page_views + stored_views }
    : { erased_views: page_views, anonymised_views: stored_views };
  const done = dryRun ? found : keepCounts ? await anonymise(work) : await erase(work);
  return {
    ...done,
    ...counts,
    receipt,
    duration_ms: Math.round(performance.now() - startedAt),
  };
}

type Views = Pick<ErasedPerson, "erased_views" | "anonymised_views">;

async function erase({ connection, person, audit, signal }: Erasure): Promise<Views> {
  const { db, schema } = connection;
  const query = sql<{ erased: string; anonymised: string; done: boolean }>`
    select s.erased::text as erased, s.anonymised::text as anonymised, s.done
    from ${sql.id(schema, "erase_person_step")}(${person}, ${viewsPerStep}::int4, ${audit}) s
  `.compile(db);
  const views: Views = { erased_views: 0, anonymised_views: 0 };
  for (let done = false; !done; ) {
    const step = await runStep({ db, query, signal });
    views.erased_views += Number(step.erased);
    views.anonymised_views += Number(step.anonymised);
    done = step.done;
  }
  if ((await connection.installation({ signal })).distributed) {
    const people = await peopleToForget({ connection, person, signal });
    const action = "erase_person";
    views.anonymised_views += await forgetInSlices({ connection, people, action, audit, signal });
  }
  return views;
}

async function anonymise(work: Erasure): Promise<Views> {
  const { connection, person, audit, signal } = work;
  const { db, schema } = connection;
  if ((await connection.installation({ signal })).distributed) return anonymiseInSlices(work);
  const query = sql<{ views: string }>`
    select ${sql.id(schema, "anonymise_person")}(${person}, ${audit})::text as views
  `.compile(db);
  const { views } = await runStep({ db, query, signal });
  return { erased_views: 0, anonymised_views: Number(views) };
}

async function anonymiseInSlices({ connection, person, audit, signal }: Erasure): Promise<Views> {
  const { db, schema } = connection;
  const query = sql<{ views: string; people: string }>`
    select r.views::text as views, r.people::text as people from ${sql.id(schema, "rename_person")}(${person}, ${audit}) r
  `.compile(db);
  const { views, people } = await runStep({ db, query, signal });
  const action = "anonymise_person";
  const kept = await forgetInSlices({ connection, people, action, audit, signal });
  return { erased_views: 0, anonymised_views: Number(views) + kept };
}

async function peopleToForget({
  connection: { db, schema },
  person,
  signal,
}: Omit<Erasure, "audit">): Promise<string> {
  const query = sql<{ people: string }>`
    select ${sql.id(schema, "person_to_forget")}(${person})::text as people
  `.compile(db);
  const { people } = await runStep({ db, query, signal });
  return people;
}

const counted = ["page_views", "entities", "sessions", "stored_views"] as const;

// How much is there of this person?
async function countPerson({
  connection: { db, schema },
  person,
  signal,
}: Omit<Erasure, "audit">): Promise<Record<(typeof counted)[number], number>> {
  const query = sql<Record<(typeof counted)[number], string>>`
    select
      c.page_views::text as page_views, c.entities::text as entities, c.sessions::text as sessions,
      c.stored_views::text as stored_views
    from ${sql.id(schema, "count_person")}(${person}) c
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  const number = (name: (typeof counted)[number]): number => Number(row?.[name] ?? 0);
  return {
    page_views: number("page_views"),
    entities: number("entities"),
    sessions: number("sessions"),
    stored_views: number("stored_views"),
  };
}
