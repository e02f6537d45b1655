import * as z from "zod/mini";
import { instant } from "./instant.ts";

const text = z.nullable(z.string());
const entityFields = { entity_type: z.string(), entity_id: text };

export const exportedRecord = z.discriminatedUnion("record", [
  z.object({
    record: z.literal("page_view"),
    id: text,
    viewed_at: z.nullable(instant),
    ...entityFields,
    account_id: text,
    session_id: text,
    visitor_id: text,
    referrer_url: text,
    time_on_page: z.nullable(z.number()),
    source: z.nullable(z.record(z.string(), text)),
    device: z.nullable(z.record(z.string(), text)),
  }),
  z.object({
    record: z.literal("day"),
    date: z.iso.date(),
    ...entityFields,
    views: z.int(),
    timed_views: z.int(),
    time_on_page: z.int(),
  }),
  z.object({
    record: z.literal("session"),
    session_id: z.string(),
    first_seen_at: z.nullable(instant),
    last_seen_at: z.nullable(instant),
    views: z.int(),
    ip_address: text,
    user_agent: text,
  }),
]);

/** A page view of somebody, as it is stored. */
export interface ExportedPageView {
  record: "page_view";
  id: string | null;
  /** ISO 8601, UTC; null when it has none. */
  viewed_at: string | null;
  entity_type: string;
  /** Null for pages without an entity. */
  entity_id: string | null;
  account_id: string | null;
  session_id: string | null;
  visitor_id: string | null;
  referrer_url: string | null;
  /** Seconds; null when it is not known. */
  time_on_page: number | null;
  /** Where it came from: `channel`, `source` and the like. Null when not recorded. */
  source: Record<string, string | null> | null;
  /** With what it was viewed. Null when not recorded. */
  device: Record<string, string | null> | null;
}

/** A day of somebody at an entity, of which page views are gone and only the count is kept. */
export interface ExportedDay {
  record: "day";
  /** `YYYY-MM-DD` in the reporting time zone. */
  date: string;
  entity_type: string;
  /** Null for pages without an entity. */
  entity_id: string | null;
  views: number;
  /** How many of these views have a known time. */
  timed_views: number;
  /** Seconds, of these together. */
  time_on_page: number;
}

/** A session of somebody, with what was kept of the connection. */
export interface ExportedSession {
  record: "session";
  session_id: string;
  /** ISO 8601, UTC; null while no view of it is counted. */
  first_seen_at: string | null;
  last_seen_at: string | null;
  views: number;
  /** Null unless the host keeps addresses. */
  ip_address: string | null;
  /** Null unless the host keeps them. */
  user_agent: string | null;
}

/** One line of what is stored about somebody. */
export type ExportedRecord = ExportedPageView | ExportedDay | ExportedSession;
