import * as z from "zod/mini";
import { type Freshness, freshness } from "./freshness.ts";
import { instant } from "./instant.ts";
import { type SubjectResult, subjectResultFields } from "./subject.ts";

const visit = z.object({
  viewed_at: instant,
  referrer_url: z.nullable(z.string()),
  entity_type: z.optional(z.string()),
  entity_id: z.optional(z.nullable(z.string())),
});

/** One page view of a visitor. */
export interface Visit {
  /** ISO 8601, UTC. */
  viewed_at: string;
  /** Where the visitor came from; null when that is not known. */
  referrer_url: string | null;
  /** What was viewed, where the list is of a wider level than `"entity"`; left out of that of an entity. */
  entity_type?: string | undefined;
  /** Null for pages without an entity. */
  entity_id?: string | null | undefined;
}

interface VisitorFields {
  /**
   * What the columns of `analytics_accounts` that `viewer_attributes` names say of the account, null where they say nothing; empty
   * for who has no account.
   */
  viewer: Record<string, string | null>;
  /** First and last name, else the username, else `"Anonymous"`. */
  display_name: string;
  /** How many page views of this visitor are in the range. */
  visit_count: number;
  /** On how many different dates they are. */
  days_visited: number;
  /**
   * How many entities they are of, where the list is of a wider level than `"entity"`; null where page views of the range were pruned. Left
   * out of the list of an entity.
   */
  entities?: number | null | undefined;
  /** The first of them in the range: ISO 8601, UTC. */
  first_visit: string;
  /** The latest of them in the range: ISO 8601, UTC. */
  last_visit: string;
  /** Seconds, over the views whose time is known; null when none is. */
  avg_time_on_page: number | null;
  /** The latest page views, newest first, as many as `visits_limit` allows. */
  visits: Visit[];
}

/** A visitor with an account, with all of its sessions. */
export interface AccountVisitor extends VisitorFields {
  kind: "account";
  account_id: string;
  ref: null;
  /** Null when the account has none, or is no longer there. */
  username: string | null;
}

/** A visitor without an account: a browser that page views name (`visitor_id`), else one session. */
export interface AnonymousVisitor extends VisitorFields {
  kind: "anonymous";
  account_id: null;
  /**
   * What to call it: of this entity, and the same on every page and at every time. It hides the `visitor_id` or `session_id`
   * that it stands for, with which anybody could add views to it or claim them.
   */
  ref: string;
  username: null;
}

/**
 * A visitor with an account whose name may not be seen, only its `viewer` attributes: `visibility` of the host's accounts is
 * `"attributes"`. Its first and last visit are the beginnings of their dates, and single visits are not listed.
 */
export interface AttributesVisitor extends VisitorFields {
  kind: "attributes";
  account_id: null;
  /** What to call it: of this entity, and the same while it is listed so. */
  ref: string;
  username: null;
}

/** One visitor in the range asked for: an account, by its name or by its attributes, or somebody without one. */
export type Visitor = AccountVisitor | AttributesVisitor | AnonymousVisitor;

// One object for all kinds: a union would weigh half a kB in every page that lists visitors.
export const visitor = z.object({
  kind: z.enum(["account", "attributes", "anonymous"]),
  account_id: z.nullable(z.string()),
  ref: z.nullable(z.string()),
  username: z.nullable(z.string()),
  display_name: z.string(),
  viewer: z.record(z.string(), z.nullable(z.string())),
  visit_count: z.int(),
  days_visited: z.int(),
  entities: z.optional(z.nullable(z.int())),
  first_visit: instant,
  last_visit: instant,
  avg_time_on_page: z.nullable(z.number()),
  visits: z.array(visit),
}) as z.ZodMiniType<Visitor>;

/** The answer: one page of visitors. */
export const visitorList = z.object({
  ...subjectResultFields,
  date_from: z.nullable(z.iso.date()),
  date_to: z.nullable(z.iso.date()),
  next_cursor: z.nullable(z.string()),
  data: z.array(visitor),
  visits_from: z.nullable(z.iso.date()),
  hidden: z.nullable(z.object({ visitors: z.int(), views: z.int() })),
  freshness,
});

/** What {@link AnalyticsClient.getVisitors} answers. */
export interface VisitorList extends SubjectResult {
  /** The first day asked for, `YYYY-MM-DD`; null when the list begins with the first view ever. */
  date_from: string | null;
  /** The last day asked for, which belongs to the range; null when it is left open. */
  date_to: string | null;
  /** The `cursor` of the next page; null on the last one. */
  next_cursor: string | null;
  /** The visitors of this page, in the order asked for. */
  data: Visitor[];
  /**
   * From which date on single `visits` are listed, `YYYY-MM-DD`, where the range begins before it: older page views were pruned. Null
   * where all are there. All else of the list is of the whole range.
   */
  visits_from: string | null;
  /**
   * How many visitors of these dates may not be seen, whatever kind or search is asked for, and their views: they are in
   * every number and in no list. Null on every page but the first.
   */
  hidden: { visitors: number; views: number } | null;
  freshness: Freshness;
}
