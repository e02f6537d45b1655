import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { refusalSentence } from "../contract/collect-refusal.ts";
import { canonicalId } from "../database/canonical-id.ts";
import type { Installation } from "../database/installation.ts";
import { cleanReferrer } from "./clean-referrer.ts";
import type { CollectionPolicy } from "./collection-options.ts";
import { type PageView, type PageViewRow, pageView } from "./page-view.ts";
import type { SessionRate } from "./session-rate.ts";
import type { Refusal, VisitorTraits } from "./visitor-request.ts";
import { wholeSeconds } from "./whole-seconds.ts";

/** What decides about the page views of one call. */
export interface Admission {
  policy: CollectionPolicy;
  installation: Installation;
  traits: VisitorTraits;
  rate: SessionRate;
  referrerLimit: number | undefined;
  now: number;
}

interface PageViewToAdmit {
  view: PageView;
  admission: Admission;
}

/** The row that is stored for a view, or why there is none. */
export function admitPageView({ view, admission }: PageViewToAdmit): PageViewRow | Refusal {
  const { policy, traits, now } = admission;
  if (traits.refusal !== undefined) return traits.refusal;
  const { success, data, error } = z.safeParse(pageView, view);
  if (!success) {
    return invalid(refusalSentence({ issues: error.issues, input: view, name: "page view" }));
  }
  const { installation } = admission;
  const ids = canonicalIds({ view: data, installation });
  if ("code" in ids) return ids;
  if (policy.refuseOwnViews && ids.account_id !== null && ids.account_id === ids.owner_account_id) {
    return { code: "own_view", message: "The entity belongs to the account that viewed it." };
  }
  const viewed_at = viewTime({ viewedAt: data.viewed_at, policy, now });
  if (viewed_at === undefined) return invalid("viewed_at is outside the years 1 to 9999.");
  const visitor = ids.session_id ?? ids.account_id;
  if (visitor !== null && admission.rate(visitor, now)) {
    return { code: "too_many_views", message: "The session has too many views in a minute." };
  }
  const { time_on_page: time } = data;
  return {
    id: (data.id ?? randomUUID()).toLowerCase(),
    entity_type: data.entity_type,
    entity_id: ids.entity_id,
    account_id: ids.account_id,
    session_id: ids.session_id,
    viewed_at,
    referrer_url: referrerOf(data.referrer_url, admission),
    time_on_page: typeof time === "number" ? wholeSeconds(time, policy) : null,
    ip_address: traits.ip_address,
    user_agent: traits.user_agent,
  };
}

function invalid(message: string): Refusal {
  return { code: "invalid_input", message };
}

type ViewIds = Record<
  "entity_id" | "account_id" | "session_id" | "owner_account_id",
  string | null
>;

interface IdsToWrite {
  view: z.output<typeof pageView>;
  installation: Installation;
}

function canonicalIds({ view, installation }: IdsToWrite): ViewIds | Refusal {
  const types = {
    entity_id: installation.entity_id_type,
    account_id: installation.account_id_type,
    session_id: installation.session_id_type,
    owner_account_id: installation.account_id_type,
  };
  const ids: ViewIds = {
    entity_id: null,
    account_id: null,
    session_id: null,
    owner_account_id: null,
  };
  for (const name of ["entity_id", "account_id", "session_id", "owner_account_id"] as const) {
    const given = view[name];
    if (given === null || given === undefined) continue;
    const id = canonicalId({ type: types[name], id: given });
    if (id === undefined) {
      return invalid(`${name} is no ${types[name]}: give one, for such are the ids here.`);
    }
    ids[name] = id;
  }
  return ids;
}

interface TimeToBelieve {
  viewedAt: Date | string | undefined;
  policy: CollectionPolicy;
  now: number;
}

// A clock may be wrong and a sender may lie: what is too old or ahead is given the time of arrival.
function viewTime({ viewedAt, policy, now }: TimeToBelieve): string | undefined {
  const given = viewedAt === undefined ? now : new Date(viewedAt).getTime();
  const { maxAgeMs, maxAheadMs } = policy;
  const isBelieved = given <= now + maxAheadMs && (maxAgeMs === false || given >= now - maxAgeMs);
  const time = new Date(isBelieved ? given : now);
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999 ? time.toISOString() : undefined;
}

function referrerOf(
  referrer: string | null | undefined,
  { policy, traits, referrerLimit }: Admission,
): string | null {
  if (!referrer) return null;
  return cleanReferrer({
    referrer,
    isOwnHost: traits.isOwnHost,
    keepQuery: policy.keepReferrerQuery,
    limit: referrerLimit,
  });
}
