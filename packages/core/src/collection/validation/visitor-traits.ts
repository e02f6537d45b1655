import { isIP } from "node:net";
import { isbot } from "isbot";
import type { RefusalCode } from "../../contract/collect-refusal.ts";
import { deviceOf, type ViewDevice } from "../facts/device-of.ts";
import type { CollectionPolicy } from "./collection-policy.ts";
import {
  hostIn,
  plainAddress,
  readHeader,
  type VisitorRequest,
  withoutWww,
} from "./visitor-request.ts";

/** What is taken from a visitor's request, for all views that came with it. */
export interface VisitorTraits {
  refusal: Refusal | undefined;
  isOwnHost: (host: string) => boolean;
  ip_address: string | null;
  user_agent: string | null;
  device: ViewDevice | null;
  /** The request itself: which browser is it from? */
  request: VisitorRequest;
}

export interface Refusal {
  code: RefusalCode;
  message: string;
}

const maxUserAgentLength = 512;

/** What the request says about its views, and whether a filter leaves all of them out. */
export function readVisitorTraits(
  request: VisitorRequest,
  policy: CollectionPolicy,
): VisitorTraits {
  const { headers = {}, ip_address } = request;
  const header = (name: string): string => readHeader(headers, name);
  const userAgent = header("user-agent").slice(0, maxUserAgentLength);
  const requested = hostIn(header("origin")) ?? header("host");
  const ownHosts = new Set([...policy.ownHosts, requested].map(withoutWww));
  return {
    refusal: filterRequest({ header, userAgent, policy }),
    isOwnHost: (host) => ownHosts.has(withoutWww(host)),
    ip_address: storedAddress(ip_address, policy),
    user_agent: policy.storeUserAgent && userAgent !== "" ? wellFormed(userAgent) : null,
    device: deviceOf({ header, userAgent, policy }),
    request,
  };
}

interface RequestToFilter {
  header: (name: string) => string;
  userAgent: string;
  policy: CollectionPolicy;
}

function filterRequest({ header, userAgent, policy }: RequestToFilter): Refusal | undefined {
  if (policy.refuseBots && isbot(userAgent)) {
    return { code: "bot", message: "The user agent is that of a declared bot." };
  }
  const purpose = `${header("sec-purpose")} ${header("purpose")} ${header("x-moz")}`;
  if (policy.refusePrefetches && /prefetch|prerender/i.test(purpose)) {
    return { code: "prefetch", message: "The page is loaded ahead, before anybody sees it." };
  }
  if (policy.obeyPrivacySignals && (header("dnt") === "1" || header("sec-gpc") === "1")) {
    return { code: "privacy_signal", message: "The browser asks not to be tracked." };
  }
  return undefined;
}

function wellFormed(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

// The network that is kept, as Postgres reads it.
function storedAddress(address: string | undefined, policy: CollectionPolicy): string | null {
  const ip = policy.storeIpAddress === false ? null : plainAddress(address);
  if (ip === null || policy.storeIpAddress === "full") return ip;
  return isIP(ip) === 4 ? `${ip}/24` : `${ip}/48`;
}
