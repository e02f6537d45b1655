import type { Channel } from "../../contract/channel.ts";
import type { SourceKind } from "./known-sources.ts";

/** What is known of how a view came about. */
export interface Arrival {
  utm_source: string | null;
  utm_medium: string | null;
  utm_campaign: string | null;
  /** The parameter by which an advertising network has marked the address that was opened. */
  ad_click: string | null;
  surface: string | null;
  /** The kind of the site that is named by `utm_source`, or else linked to the page. */
  kind: SourceKind | undefined;
  /** Whose page linked to this one. */
  from: "own" | "other" | "nowhere";
}

// What they are called, with a "_" for runs of spaces, hyphens and underscores.
const paidMediums: ReadonlySet<string> = new Set([
  "cpc",
  "ppc",
  "sem",
  "paid",
  "paid_search",
  "paidsearch",
  "paid_social",
  "paidsocial",
  "retargeting",
  "cpv",
  "cpm",
  "cpa",
]);

const mediums: ReadonlyMap<string, Channel> = new Map([
  ["display", "display"],
  ["banner", "display"],
  ["email", "email"],
  ["e_mail", "email"],
  ["newsletter", "email"],
  ["mail", "email"],
  ["sms", "messaging"],
  ["push", "messaging"],
  ["notification", "messaging"],
  ["affiliate", "affiliate"],
  ["affiliates", "affiliate"],
  ["partner", "affiliate"],
  ["social", "organic_social"],
  ["social_media", "organic_social"],
  ["organic", "organic_search"],
  ["referral", "referral"],
  ["link", "referral"],
  ["qr", "offline"],
  ["print", "offline"],
  ["offline", "offline"],
]);

// Facebook adds its own to whatever is shared there, advertisement or not.
const clickChannels: ReadonlyMap<string, Channel> = new Map([
  ["gclid", "paid_search"],
  ["gbraid", "paid_search"],
  ["wbraid", "paid_search"],
  ["msclkid", "paid_search"],
  ["yclid", "paid_search"],
  ["dclid", "display"],
  ["ttclid", "paid_social"],
  ["twclid", "paid_social"],
  ["li_fat_id", "paid_social"],
]);

const kindChannels = {
  search: "organic_search",
  social: "organic_social",
  video: "video",
  email: "email",
  ai: "ai_assistant",
} as const;

/**
 * The channel of a view, by the first rule that fits: what the link says of its medium, that an advertisement was clicked, which site the link
 * names, where on the host's own site it was, and which site has linked to the page. Words are compared whole.
 */
export function channelOf({
  utm_source,
  utm_medium,
  utm_campaign,
  ad_click,
  surface,
  kind,
  from,
}: Arrival): Channel {
  const medium = utm_medium?.replaceAll(/[\s_-]+/g, "_") ?? "";
  if (paidMediums.has(medium)) return paidChannel(kind);
  const named = mediums.get(medium);
  if (named !== undefined) return named;
  const paid = clickChannels.get(ad_click ?? "");
  if (paid !== undefined) return paid;
  if ((utm_medium ?? utm_source ?? utm_campaign) !== null) {
    return kind ? kindChannels[kind] : "campaign";
  }
  if (surface !== null || from === "own") return "internal";
  if (kind !== undefined) return kindChannels[kind];
  return from === "other" ? "referral" : "direct";
}

function paidChannel(kind: SourceKind | undefined): Channel {
  if (kind === "search") return "paid_search";
  return kind === "social" ? "paid_social" : "display";
}
