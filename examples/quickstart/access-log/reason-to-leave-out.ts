import { isbot } from "isbot";
import type { LoggedRequest } from "./parse-combined-line.ts";

/** Why a request is not a page view, as the summary says it and in its order. */
export const reasonsToLeaveOut = {
  method: "not GET (HEAD, POST, OPTIONS …)",
  error: "error (status 4xx or 5xx)",
  redirect: "redirect (status 3xx but 304)",
  partial: "part of a file (status 1xx or 2xx but 200)",
  asset: "asset or download (image, style, script, archive …)",
  feed: "feed (RSS, Atom)",
  crawler: "declared crawler, feed reader or tool",
} as const;

export type ReasonToLeaveOut = keyof typeof reasonsToLeaveOut;

const assetExtension = new RegExp(
  String.raw`\.(?:${[
    "png|jpe?g|gif|svg|ico|webp|avif|bmp|tiff?|psd|css|less|scss|m?js|map|wasm|jsx?|tsx?",
    "ttf|otf|woff2?|eot|swf|mp[34]|m4[av]|ogg|og[av]|wav|flac|webm|avi|mov|mkv",
    "zip|gz|tgz|bz2|xz|zst|7z|rar|tar|jar|war|deb|rpm|dmg|iso|exe|msi|apk|gem|whl|bin|pyc?|class",
    "pdf|docx?|xlsx?|pptx?|od[tsp]|epub|tex|txt|log|conf|csv|json|xml|xsl|webmanifest|pcap|patch",
    "c|cc|cpp|h|java|lua|rb|sh|spec|m4|mk",
  ].join("|")})$`,
  "i",
);
const feedPath = /(?:\.(?:rss|atom|rdf)|\/(?:feed|rss)\/?|\/(?:feed|rss|atom)\.xml)$/i;
const feedQuery = /[?&](?:feed|flav|format|output|type)=(?:rss|atom)[\d.]*(?:&|$)/i;

/**
 * Says why a request is left out, or `undefined` when it is a page view.
 *
 * A page that the browser had already (304) was viewed like any other. A client that sends no user agent is
 * no browser, so it counts as a declared tool.
 */
export function reasonToLeaveOut(request: LoggedRequest): ReasonToLeaveOut | undefined {
  const { method, status, target, userAgent } = request;
  const path = target.replace(/[?#].*$/s, "");
  if (method !== "GET") return "method";
  if (status >= 400) return "error";
  if (status >= 300 && status !== 304) return "redirect";
  if (status !== 200 && status !== 304) return "partial";
  if (feedPath.test(path) || feedQuery.test(target)) return "feed";
  if (assetExtension.test(path)) return "asset";
  if (isbot(userAgent)) return "crawler";
  return undefined;
}
