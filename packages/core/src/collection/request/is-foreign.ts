import {
  hostIn,
  type RequestHeaders,
  readHeader,
  withoutWww,
} from "../validation/visitor-request.ts";

/** Which pages may send views, besides those of the origin that they send them to. */
export interface AllowedSenders {
  /**
   * Whether pages of the same site may send views, like one of `www.example.com` to `api.example.com`. Browsers from
   * before 2023 may not say what is the same site: for them it is `ownHosts`.
   * @default false
   */
  allowSameSite?: boolean | undefined;
  /**
   * Whether pages of any site may send views. A browser sends the cookies of the account that is signed in along when
   * they allow it (`SameSite=None`), and any site could then make that account view something.
   * @default false
   */
  allowCrossSite?: boolean | undefined;
}

/** Why nothing is stored of what a foreign page sent. */
export const foreignOrigin = {
  code: "foreign_origin",
  message:
    "A page of another origin sent this: only pages of the origin that it is sent to may, unless the host allows more.",
} as const;

interface SenderToCheck {
  headers: RequestHeaders | undefined;
  /** Where it was sent to, when more is known than the headers. */
  url?: string | undefined;
  allowed: AllowedSenders;
  ownHosts: readonly string[];
}

/**
 * Whether a page sent this that may not.
 *
 * Browsers say where a request is from by Sec-Fetch-Site; older ones send the page's Origin with every POST, and the
 * oldest its Referer. What has none of the three was not sent by a page.
 */
export function isForeign({ headers = {}, url = "", allowed, ownHosts }: SenderToCheck): boolean {
  const { allowSameSite, allowCrossSite } = allowed;
  if (allowCrossSite) return false;
  const header = (name: string): string => readHeader(headers, name);
  const site = header("sec-fetch-site").toLowerCase();
  if (site === "same-origin" || site === "none") return false;
  if (site === "same-site") return !allowSameSite;
  if (site === "cross-site") return true;
  const page = header("origin") || header("referer");
  if (page === "") return false;
  const host = hostIn(page);
  if (host === undefined) return true;
  // A proxy may know this server by another name, and a page of another site cannot set the proxy's header.
  const names = [hostIn(url) ?? "", header("host"), ...header("x-forwarded-host").split(",")];
  const hosts = names.map(withoutDefaultPort);
  return allowSameSite
    ? ![...hosts, ...ownHosts].map(withoutWww).includes(withoutWww(host))
    : !hosts.includes(host);
}

function withoutDefaultPort(host: string): string {
  return host
    .trim()
    .toLowerCase()
    .replace(/:(80|443)$/, "");
}
