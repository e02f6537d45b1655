import type { ViewDevice } from "../facts/device-of.ts";
import type { ViewSource } from "../facts/source-of.ts";

/** A page view that may be stored, with ids as the database writes them. */
export interface PageViewRow {
  id: string;
  entity_type: string;
  entity_id: string | null;
  account_id: string | null;
  session_id: string | null;
  visitor_id: string | null;
  /** Undefined where nobody says whose it is. */
  owner_id: string | null | undefined;
  viewed_at: string;
  referrer_url: string | null;
  time_on_page: number | null;
  source: ViewSource | null;
  device: ViewDevice | null;
  ip_address: string | null;
  user_agent: string | null;
}
