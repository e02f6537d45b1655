import { type SkipToken, skipToken } from "@tanstack/react-query";

/** What a hook is asked: null, or TanStack Query's `skipToken`, as long as there is nothing to ask. */
export type Asked<Query> = Query | null | SkipToken;

/** Whether there is something to ask. */
export function isAsked<Query>(query: Asked<Query>): query is Query {
  return query !== null && query !== skipToken;
}

/** Stands where nothing is asked: of no entity, so that it has a key which no question has. It is never sent. */
export const nothing: { entity_type: ""; entity_id: null; date_to?: never } = {
  entity_type: "",
  entity_id: null,
};

/** The same where several entities would be asked about. */
export const nothingOfMany: { entities: []; date_to?: never } = { entities: [] };

/** The same where those of a type or of the site would be asked about. */
export const nothingOfSite: { level: never; date_to?: never } = { level: "" as never };

/** The option of TanStack Query that keeps a hook from asking. */
export const notAsked: { queryFn: SkipToken } = { queryFn: skipToken };
