import type { Channel } from "../../contract/channel.ts";
import { channelOf } from "./channel-of.ts";
import type { FactPolicy } from "./fact-policy.ts";
import { type KnownSource, knownHost, knownWord } from "./known-sources.ts";

/** Where a page view came from; null in it is what is not known, or not stored. */
export interface ViewSource {
  channel: Channel | null;
  /** The name of a well-known site, else its domain, else what the link says. */
  source: string | null;
  referrer_host: string | null;
  surface: string | null;
  utm_source: string | null;
  utm_medium: string | null;
  utm_campaign: string | null;
}

/** What is said of where a view came from. */
export interface SaidOfSource {
  surface?: string | null | undefined;
  utm_source?: string | null | undefined;
  utm_medium?: string | null | undefined;
  utm_campaign?: string | null | undefined;
  ad_click?: string | null | undefined;
  referrer_url?: string | null | undefined;
}

interface SourceToDerive {
  view: SaidOfSource;
  isOwnHost: (host: string) => boolean;
  policy: Pick<FactPolicy, "storeFacts">;
}

/** Where a view came from, of what the host stores; null when nothing was said, or nothing is to be stored. */
export function sourceOf({ view, isOwnHost, policy }: SourceToDerive): ViewSource | null {
  const stores = (fact: "surface" | "referrer" | "utm") => policy.storeFacts.includes(fact);
  const isSilent = saidFields.every((field) => view[field] === undefined);
  if (isSilent || !policy.storeFacts.some((fact) => fact !== "device")) return null;
  const tags = stores("utm") ? tagsOf(view) : noTags;
  const surface = (stores("surface") && view.surface) || null;
  // without the referrer, somebody who came from elsewhere would seem to have come directly
  const referrer = stores("referrer") ? referrerOf(view.referrer_url, isOwnHost) : null;
  const referrer_host = referrer?.host ?? null;
  const { ad_click: _, ...stored } = tags;
  const known = siteOf(tags.utm_source, referrer_host);
  const channel =
    referrer && channelOf({ ...tags, surface, kind: known?.kind, from: referrer.from });
  const source = known?.name ?? (referrer_host && domainOf(referrer_host)) ?? tags.utm_source;
  return { channel, source, referrer_host, surface, ...stored };
}

const saidFields = [
  "referrer_url",
  "surface",
  "utm_source",
  "utm_medium",
  "utm_campaign",
  "ad_click",
] as const;

const noTags = { utm_source: null, utm_medium: null, utm_campaign: null, ad_click: null };

function tagsOf({ utm_source, utm_medium, utm_campaign, ad_click }: SaidOfSource) {
  return {
    utm_source: tag(utm_source),
    utm_medium: tag(utm_medium),
    utm_campaign: tag(utm_campaign),
    ad_click: ad_click ?? null,
  };
}

const maxTagLength = 100;

// As people mean it: Spring-Sale and "spring-sale " are one campaign.
function tag(value: string | null | undefined): string | null {
  return plainText(value?.toLowerCase());
}

/** A name that somebody wrote, without what cannot be read, up to 100 characters; null where nothing is left of it. */
export function plainText(value: string | null | undefined): string | null {
  const text = value
    ?.toWellFormed()
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim();
  // not half of a character
  return text?.slice(0, maxTagLength).replace(/[\uD800-\uDBFF]$/, "") || null;
}

// The site that the link names, or that has linked.
function siteOf(utm_source: string | null, referrer_host: string | null): KnownSource | undefined {
  const named = utm_source === null ? undefined : knownWord(utm_source);
  return named ?? (referrer_host === null ? undefined : knownHost(referrer_host));
}

interface Referrer {
  from: "own" | "other" | "nowhere";
  /** Of another site's. */
  host: string | null;
}

const maxHostLength = 253;

// Which host linked to the page? Its versions for telephones and the pages by which it leads out are the same site.
function referrerOf(
  referrer: string | null | undefined,
  isOwnHost: (host: string) => boolean,
): Referrer {
  const url = referrer ? URL.parse(referrer) : null;
  if (url === null || !/^(https?|android-app):$/.test(url.protocol) || url.host === "") {
    return { from: "nowhere", host: null };
  }
  if (isOwnHost(url.host)) return { from: "own", host: null };
  const host = url.hostname.toLowerCase().replace(/^(?:www|m|l|lm|out)\.(?=.+\..)/, "");
  return { from: "other", host: host.length <= maxHostLength ? host : null };
}

const secondLevel = /\.(?:ac|co|com|edu|gob|gov|ne|net|or|org)\.[a-z]{2}$/;

// The part that its owner has registered, as it looks: sites of one owner are one source.
function domainOf(host: string): string {
  if (/^[\d.]+$|^\[/.test(host)) return host;
  return host
    .split(".")
    .slice(secondLevel.test(host) ? -3 : -2)
    .join(".");
}
