import { type RawBuilder, sql } from "kysely";
import type * as z from "zod/mini";
import { parseInput } from "../../contract/parse-input.ts";
import { type PersonQuery, personQuery } from "../../contract/person.ts";
import { checkId } from "../../database/check-id.ts";
import type { Connection } from "../../database/connect.ts";
import type { Installation } from "../../database/installation.ts";
import { runQuery } from "../../database/run-query.ts";
import { idOf } from "./id-types.ts";

interface PersonToFind {
  connection: Connection;
  /** As `parsePerson` gives it. */
  person: z.output<typeof personQuery>;
  /** Whether sessions and visitor_ids that belong to these are found, too. */
  linked: boolean;
  signal?: AbortSignal | undefined;
}

/** @throws {AnalyticsError} `invalid_input` */
export function parsePerson(person: PersonQuery): z.output<typeof personQuery> {
  return parseInput({ schema: personQuery, input: person });
}

/**
 * The ids of somebody, as the first three arguments of the functions about people.
 *
 * @throws {AnalyticsError} `invalid_input` when an id is not of the type that this installation has
 */
export async function findPerson({
  connection,
  person,
  linked,
  signal,
}: PersonToFind): Promise<RawBuilder<unknown>> {
  const { account_id_type, session_id_type } = await connection.installation({ signal });
  const type = session_id_type;
  const ids = (field: "session_ids" | "visitor_ids"): string[] =>
    person[field].map((id) => checkId({ field, id, type }));
  const known = {
    account_id:
      person.account_id === null
        ? null
        : checkId({ field: "account_id", id: person.account_id, type: account_id_type }),
    session_ids: ids("session_ids"),
    visitor_ids: ids("visitor_ids"),
  };
  const types = { account_id_type, session_id_type };
  if (!linked) return personArguments(known, types);
  const { db, schema } = connection;
  // Which other sessions and browsers are this person's?
  const query = sql<Record<"session_ids" | "visitor_ids", string>>`
    select
      array_to_json(l.p_session_ids::text[])::text as session_ids,
      array_to_json(l.p_visitor_ids::text[])::text as visitor_ids
    from ${sql.id(schema, "linked_ids")}(array[${accountArgument(known, types)}], ${linkArguments(known, types)}) l
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  const found = {
    ...known,
    session_ids: JSON.parse(row?.session_ids ?? "[]") as string[],
    visitor_ids: JSON.parse(row?.visitor_ids ?? "[]") as string[],
  };
  return personArguments(found, types);
}

interface PersonIds {
  account_id: string | null;
  session_ids: string[];
  visitor_ids: string[];
}

type IdTypes = Pick<Installation, "account_id_type" | "session_id_type">;

function personArguments(ids: PersonIds, types: IdTypes): RawBuilder<unknown> {
  return sql`${accountArgument(ids, types)}, ${linkArguments(ids, types)}`;
}

function accountArgument({ account_id }: PersonIds, { account_id_type }: IdTypes) {
  return sql`${account_id}::text::${idOf[account_id_type]}`;
}

function linkArguments({ session_ids, visitor_ids }: PersonIds, { session_id_type }: IdTypes) {
  const type = idOf[session_id_type];
  return sql`${session_ids}::text[]::${type}[], ${visitor_ids}::text[]::${type}[]`;
}
