import * as z from "zod/mini";
import { instant } from "./instant.ts";

const lastFold = z.object({
  finished_at: instant,
  folded_changes: z.int(),
  duration_ms: z.int(),
  changes_per_second: z.nullable(z.number()),
});

const captureFault = z.object({ problem: z.string(), fix: z.string() });

/** What keeps changes of page views from being captured, or partitions from being made. */
export interface CaptureFault {
  /** A sentence. */
  problem: string;
  /** The statement that repairs it. */
  fix: string;
}

const share = z.nullable(z.number());
const visitorShares = z.object({
  sample: z.int(),
  by_account: share,
  by_visitor_id: share,
  by_session: share,
  nobody: share,
  new_since: z.nullable(z.iso.date()),
});

export const setAsideEntity = z.object({
  entity_type: z.string(),
  entity_id: z.nullable(z.string()),
  changes: z.int(),
  reason: z.string(),
});

/** An entity of which changes could not be applied. */
export interface SetAsideEntity {
  entity_type: string;
  entity_id: string | null;
  /** How many. */
  changes: number;
  /** Why the latest could not: a sentence. */
  reason: string;
}

const leftOutReason = z.object({ reason: z.string(), page_views: z.int() });

/** Why page views cannot be counted. */
export interface LeftOutReason {
  /**
   * `ids_too_long`: more than 2,000 bytes together; `instant_out_of_range`: outside the years 1 to 9999; `no_entity_type`; or
   * `reserved_entity_type`: one that begins with `headcount:`.
   */
  reason: string;
  /** How many. */
  page_views: number;
}

export const analyticsStatus = z.object({
  schema_version: z.int(),
  time_zone: z.string(),
  pending_changes: z.int(),
  oldest_pending_seconds: z.nullable(z.number()),
  set_aside_changes: z.int(),
  set_aside_entities: z.array(setAsideEntity),
  left_out_page_views: z.int(),
  left_out_reasons: z.array(leftOutReason),
  last_fold: z.nullable(lastFold),
  visitors: visitorShares,
  facts: z.object({ combinations: z.int(), bounded: z.boolean() }),
  retention: z.object({
    sealed_before: z.nullable(z.iso.date()),
    sealed_months: z.int(),
    sealed_views: z.int(),
    new_since: z.nullable(z.iso.date()),
    page_view_bytes: z.int(),
    rollup_bytes: z.int(),
  }),
  capture: z.object({ on: z.boolean(), faults: z.array(captureFault) }),
  partitions: z.nullable(
    z.object({ ready_until: z.nullable(z.iso.date()), faults: z.array(captureFault) }),
  ),
});

/** How things stand. */
export interface AnalyticsStatus {
  /** The newest migration that is installed. */
  schema_version: number;
  /** The reporting time zone: an IANA name. */
  time_zone: string;
  /** How many views were added or taken away and are not yet in the rollups; each level that is counted has a change more of each. */
  pending_changes: number;
  /** How long ago the oldest of them was captured; null when none is pending. */
  oldest_pending_seconds: number | null;
  /** How many changes could not be applied and are kept out of the way: `repair` puts them right. */
  set_aside_changes: number;
  /** Of which entities they are, the first hundred. */
  set_aside_entities: SetAsideEntity[];
  /** How many views cannot be counted. */
  left_out_page_views: number;
  /** By reason. */
  left_out_reasons: LeftOutReason[];
  /** The latest fold that had something to do; null before the first. */
  last_fold: {
    /** ISO 8601, UTC. */
    finished_at: string;
    folded_changes: number;
    /** Whole milliseconds. */
    duration_ms: number;
    /** Null when it took no time that could be measured. */
    changes_per_second: number | null;
  } | null;
  /**
   * What visitors are, in percent of a sample of the last thirty days' page views; null when there are none. Somebody without an
   * account who comes back is the same visitor by `visitor_id`, and another one by session.
   */
  visitors: {
    /** How many page views were looked at. */
    sample: number;
    by_account: number | null;
    by_visitor_id: number | null;
    by_session: number | null;
    /** Counted as views, and as no visitor. */
    nobody: number | null;
    /**
     * The date of the first page view with a `visitor_id`, `YYYY-MM-DD`: who had come before without an account is a new visitor
     * from then on. Null while no view has one.
     */
    new_since: string | null;
  };
  /** What is stored of where page views came from, and what they were viewed with. */
  facts: {
    /** How many different ones there are: 100,000 sources and as many devices at most. */
    combinations: number;
    /** Whether there were 900 new ones within a day, or 90,000 in all: what is new is stored as `(other)` from then on. */
    bounded: boolean;
  };
  /** What is kept. */
  retention: {
    /** The first of a month, `YYYY-MM-DD`: page views of earlier dates were pruned, and are still counted. Null while all are kept. */
    sealed_before: string | null;
    /** How many earlier months have views, */
    sealed_months: number;
    /** and how many: `verify` says whether all is as it was sealed. */
    sealed_views: number;
    /** Who had come last before this date, `YYYY-MM-DD`, was forgotten, and is new when coming back. Null while nobody was. */
    new_since: string | null;
    /** How much page views weigh, with their partitions and indexes. */
    page_view_bytes: number;
    /** How much everything else that is stored weighs: rollups, sessions and what is pending, with their indexes. */
    rollup_bytes: number;
  };
  /** Whether changes of page views are captured. */
  capture: {
    /** Whether there are no faults. */
    on: boolean;
    faults: CaptureFault[];
  };
  /** The partitions of page views that are made ahead; null where none are. */
  partitions: {
    /** The first date that has none, `YYYY-MM-DD`; null when no date has. */
    ready_until: string | null;
    /** What is missing, each with the statement that ends it. */
    faults: CaptureFault[];
  } | null;
}
