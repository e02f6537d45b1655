import { createHmac } from "node:crypto";
import { checkId } from "../../database/check-id.ts";
import type { IdType } from "../../database/installation.ts";
import type { PageViewRow } from "../storage/page-view-row.ts";
import type { VisitorSecrets } from "../storage/visitor-secrets.ts";
import type { CollectionPolicy } from "./collection-policy.ts";
import { idFrom } from "./id-from.ts";
import { plainAddress, readHeader, type VisitorRequest } from "./visitor-request.ts";

interface VisitorToDerive {
  view: Pick<PageViewRow, "account_id" | "viewed_at">;
  request: VisitorRequest;
  policy: CollectionPolicy;
  secrets: VisitorSecrets;
  type: IdType;
  signal?: AbortSignal | undefined;
}

/** The `visitor_id` of a view that names none, by the host's policy; null when its session is all that is known. */
export async function deriveVisitor(call: VisitorToDerive): Promise<string | null> {
  const { policy, request, type } = call;
  if (typeof policy.visitor !== "function") return policy.visitor === "daily" ? daily(call) : null;
  const id = policy.visitor(request);
  return id === null ? null : checkId({ field: "visitor", id: String(id), type });
}

// Of somebody who is signed in nothing is hashed: the account says who it is.
async function daily({
  view,
  request,
  secrets,
  type,
  signal,
}: VisitorToDerive): Promise<string | null> {
  const address = plainAddress(request.ip_address);
  if (view.account_id !== null || address === null) return null;
  const secret = await secrets({ instant: view.viewed_at, signal });
  if (secret === null) return null;
  const browser = `${address}\n${readHeader(request.headers ?? {}, "user-agent")}`;
  return idFrom(createHmac("sha256", secret).update(browser).digest(), type);
}
