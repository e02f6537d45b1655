import { createHmac, randomBytes } from "node:crypto";
import type { IdType } from "../../database/installation.ts";
import type { PageViewRow } from "../storage/page-view-row.ts";
import type { VisitorSecrets } from "../storage/visitor-secrets.ts";
import { idFrom } from "./id-from.ts";

interface StrangerToMake {
  view: Pick<PageViewRow, "session_id" | "viewed_at">;
  secrets: VisitorSecrets;
  type: IdType;
  signal?: AbortSignal | undefined;
}

/** What of a view says whose it is. */
type Stranger = Pick<
  PageViewRow,
  "account_id" | "session_id" | "visitor_id" | "ip_address" | "user_agent"
>;

/**
 * Somebody of whom nothing is known but that the views of one session on one date are of the same person. Its session is a hash
 * under the secret of the date, which is deleted soon after.
 */
export async function strangerOf({
  view,
  secrets,
  type,
  signal,
}: StrangerToMake): Promise<Stranger> {
  const secret = await secrets({ instant: view.viewed_at, signal });
  const isAlone = secret === null || view.session_id === null;
  const hash = isAlone
    ? randomBytes(32)
    : createHmac("sha256", secret).update(`private session ${view.session_id}`).digest();
  return {
    account_id: null,
    session_id: idFrom(hash, type),
    visitor_id: null,
    ip_address: null,
    user_agent: null,
  };
}
