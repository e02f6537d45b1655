import * as z from "zod/mini";
import { hostId } from "./host-id.ts";

const maxIds = 1000;
const idsError = `give up to ${maxIds} ids`;
const ids = z._default(
  z.array(hostId, { error: idsError }).check(z.maxLength(maxIds, { error: idsError })),
  [],
);

export const personQuery = z
  .strictObject({
    account_id: z._default(z.nullable(hostId), null),
    session_ids: ids,
    visitor_ids: ids,
  })
  .check(
    z.refine(
      ({ account_id, session_ids, visitor_ids }) =>
        account_id !== null || session_ids.length > 0 || visitor_ids.length > 0,
      { error: "give it, session_ids or visitor_ids", path: ["account_id"] },
    ),
  );

/** Somebody, by the ids that page views have of them; at least one is needed. */
export interface PersonQuery {
  /** An account: all of its page views. */
  account_id?: string | number | null | undefined;
  /** Sessions, up to 1000: their page views without an account. */
  session_ids?: readonly (string | number)[] | undefined;
  /** Browsers, up to 1000: their page views without an account. */
  visitor_ids?: readonly (string | number)[] | undefined;
}

export const erasedPerson = z.object({
  erased_views: z.int(),
  anonymised_views: z.int(),
  entities: z.int(),
  sessions: z.int(),
  receipt: z.nullable(z.uuid()),
  duration_ms: z.int(),
});

/** What was erased of somebody, or would be. */
export interface ErasedPerson {
  /** How many page views are gone, and counted no more. */
  erased_views: number;
  /** How many stay counted, of visitors who are nobody: all with `keepCounts`, else those that page views no longer held. */
  anonymised_views: number;
  /** Of how many entities these views were, when it was looked. */
  entities: number;
  /** How many sessions these views were in, when it was looked. */
  sessions: number;
  /** What `analytics_audit` has of this call: keep it with the request. Null for a dry run. */
  receipt: string | null;
  /** Whole milliseconds. */
  duration_ms: number;
}

export const erasedEntity = z.object({
  erased_views: z.int(),
  receipt: z.nullable(z.uuid()),
  duration_ms: z.int(),
});

/** What was erased of an entity, or would be. */
export interface ErasedEntity {
  /** How many page views are gone, or would be. */
  erased_views: number;
  /** What `analytics_audit` has of this call. Null for a dry run. */
  receipt: string | null;
  /** Whole milliseconds. */
  duration_ms: number;
}

export const movedEntity = z.object({
  moved_views: z.int(),
  receipt: z.nullable(z.uuid()),
  duration_ms: z.int(),
});

/** What was given to another entity, or would be. */
export interface MovedEntity {
  /** How many page views are the other entity's, or would be. */
  moved_views: number;
  /** What `analytics_audit` has of this call. Null for a dry run. */
  receipt: string | null;
  /** Whole milliseconds. */
  duration_ms: number;
}
