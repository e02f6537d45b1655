import * as z from "zod/mini";
import type { Entity } from "../../contract/entity.ts";
import { parseInput } from "../../contract/parse-input.ts";
import { checkId } from "../../database/check-id.ts";
import type { IdType } from "../../database/installation.ts";
import { type AccountId, type IdByEntity, idOrNull } from "./collect-options.ts";

interface IdsToFind {
  field: string;
  /** As the host gave it; undefined where it says nothing. */
  given: IdByEntity | undefined;
  type: IdType;
}

/**
 * Finds what the host says of these entities, in their order. A function is called once for each of them, also when it is given twice.
 * A wrong id is the host's mistake: it is thrown, and not answered to the browser.
 */
export function idsByEntity(
  entities: readonly Entity[],
): (call: IdsToFind) => Promise<(string | null | undefined)[]> {
  const asked = new Map<IdByEntity, Map<string, Promise<AccountId>>>();

  function ask(find: Exclude<IdByEntity, AccountId>): Promise<AccountId[]> {
    const answers = asked.get(find) ?? new Map<string, Promise<AccountId>>();
    asked.set(find, answers);
    return Promise.all(
      entities.map(({ entity_type, entity_id }) => {
        const key = JSON.stringify([entity_type, entity_id]);
        const answer = answers.get(key) ?? Promise.resolve(find({ entity_type, entity_id }));
        answers.set(key, answer);
        return answer;
      }),
    );
  }

  return async ({ field, given, type }) => {
    if (given === undefined) return entities.map(() => undefined);
    const ids = typeof given === "function" ? await ask(given) : entities.map(() => given);
    return ids.map((id) => checkGivenId({ field, id, type }));
  };
}

interface IdToCheck {
  field: string;
  id: AccountId;
  type: IdType;
}

/** An id that the host gave, as the database writes it. What a function does not know is nobody's. */
export function checkGivenId({ field, id: given, type }: IdToCheck): string | null {
  const schema = z.object({ [field]: z.nullish(idOrNull) });
  const { [field]: id = null } = parseInput({ schema, input: { [field]: given } });
  return id === null ? null : checkId({ field, id: String(id), type });
}
