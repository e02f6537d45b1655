import * as z from "zod/mini";
import type { Digest } from "../contract/digest.ts";
import {
  type DigestChoice,
  type DigestQuery,
  type DigestsQuery,
  digestChoiceFields,
} from "../contract/digest-query.ts";
import { parseInput } from "../contract/parse-input.ts";

const digestsQuery = z.strictObject({
  owners: z.custom<DigestsQuery["owners"]>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      (Symbol.iterator in value || Symbol.asyncIterator in value),
    { error: "give a list of ids, or what can be iterated over" },
  ),
  ...digestChoiceFields,
});

interface DigestsCall {
  query: DigestsQuery;
  ask: (query: DigestQuery) => Promise<Digest>;
}

/** The digest of each of these owners, one after the other, all of the same dates. */
export async function* digests({
  query,
  ask,
}: DigestsCall): AsyncGenerator<Digest, void, undefined> {
  const { owners, ...asked } = parseInput({ schema: digestsQuery, input: query });
  let choice: DigestChoice = asked;
  for await (const owner_id of owners) {
    const digest = await ask({ level: "owner", owner_id, ...choice });
    choice = { ...asked, date: digest.date_from };
    yield digest;
  }
}
