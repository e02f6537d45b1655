import { expect, test } from "vitest";
import { type Arrival, channelOf } from "./channel-of.ts";

const nothing: Arrival = {
  utm_source: null,
  utm_medium: null,
  utm_campaign: null,
  ad_click: null,
  surface: null,
  kind: undefined,
  from: "nowhere",
};

test.each<[channel: string, arrival: Partial<Arrival>]>([
  ["direct", {}],
  // what the link says of its medium, whole words only, comes before all else
  ["paid_search", { utm_medium: "cpc", kind: "search" }],
  ["paid_social", { utm_medium: "Paid - Social".toLowerCase(), kind: "social" }],
  ["display", { utm_medium: "cpm" }],
  ["display", { utm_medium: "cpc", kind: "email" }],
  ["display", { utm_medium: "banner", kind: "search" }],
  ["email", { utm_medium: "e-mail", kind: "search", ad_click: "gclid" }],
  ["email", { utm_medium: "newsletter", surface: "search" }],
  ["messaging", { utm_medium: "push" }],
  ["affiliate", { utm_medium: "partner", from: "other" }],
  ["organic_social", { utm_medium: "social__media" }],
  ["organic_search", { utm_medium: "organic" }],
  ["referral", { utm_medium: "link" }],
  ["offline", { utm_medium: "qr" }],
  // of other words, and of none, an advertisement's mark
  ["paid_search", { utm_source: "google", kind: "search", ad_click: "gclid" }],
  ["paid_social", { utm_medium: "spring", ad_click: "ttclid" }],
  ["display", { ad_click: "dclid", from: "other" }],
  ["organic_social", { ad_click: "fbclid", kind: "social", from: "other" }],
  // then the site that the link names
  ["organic_social", { utm_source: "facebook", kind: "social" }],
  ["campaign", { utm_source: "flyer", surface: "search" }],
  ["campaign", { utm_medium: "paid-for", from: "other" }],
  ["campaign", { utm_campaign: "spring" }],
  ["video", { utm_medium: "pinned", kind: "video", from: "other" }],
  // then the host's own site, and the one that has linked
  ["internal", { surface: "similar", from: "other", kind: "search" }],
  ["internal", { from: "own" }],
  ["organic_search", { kind: "search", from: "other" }],
  ["email", { kind: "email", from: "other" }],
  ["ai_assistant", { kind: "ai", from: "other" }],
  ["referral", { from: "other" }],
])("%s: %j", (channel, arrival) => {
  expect(channelOf({ ...nothing, ...arrival })).toBe(channel);
});
