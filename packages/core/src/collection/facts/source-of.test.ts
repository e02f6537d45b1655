import { expect, test } from "vitest";
import { type SaidOfSource, sourceOf, type ViewSource } from "./source-of.ts";

const policy = { storeFacts: ["surface" as const, "referrer" as const, "utm" as const] };
const isOwnHost = (host: string) => host === "shop.example";

function derive(view: SaidOfSource, storeFacts: typeof policy.storeFacts = policy.storeFacts) {
  return sourceOf({ view, isOwnHost, policy: { storeFacts } });
}

test.each<
  [referrer_url: string, referrer_host: string | null, source: string | null, channel: string]
>([
  ["https://www.google.com/", "google.com", "Google", "organic_search"],
  ["https://www.google.co.uk/", "google.co.uk", "Google", "organic_search"],
  ["https://docs.google.com/x", "docs.google.com", "google.com", "referral"],
  ["https://mail.google.com/", "mail.google.com", "Gmail", "email"],
  ["android-app://com.google.android.gm/", "com.google.android.gm", "Gmail", "email"],
  ["https://l.facebook.com/l.php", "facebook.com", "Facebook", "organic_social"],
  ["https://t.co/abc", "t.co", "X", "organic_social"],
  ["https://m.youtube.com:443/watch", "youtube.com", "YouTube", "video"],
  ["https://chatgpt.com/", "chatgpt.com", "ChatGPT", "ai_assistant"],
  ["https://de.pinterest.com/", "de.pinterest.com", "Pinterest", "organic_social"],
  ["https://notgoogle.com/", "notgoogle.com", "notgoogle.com", "referral"],
  ["https://blog.news.co.uk/post", "blog.news.co.uk", "news.co.uk", "referral"],
  ["https://a.b.example.org:8080/", "a.b.example.org", "example.org", "referral"],
  ["http://192.0.2.7/", "192.0.2.7", "192.0.2.7", "referral"],
  ["https://shop.example/listings", null, null, "internal"],
  ["about:blank", null, null, "direct"],
  ["not a url", null, null, "direct"],
  ["", null, null, "direct"],
])("of the referrer %s", (referrer_url, referrer_host, source, channel) => {
  expect(derive({ referrer_url })).toMatchObject({ referrer_host, source, channel });
});

test.each<[said: SaidOfSource, derived: Partial<ViewSource>]>([
  [
    { utm_source: " FB ", utm_medium: "CPC", utm_campaign: "Spring\u0000Sale" },
    { source: "Facebook", channel: "paid_social", utm_source: "fb", utm_campaign: "spring sale" },
  ],
  [
    { utm_source: "ig-7", referrer_url: "https://instagram.com/" },
    { source: "Instagram", utm_source: "ig-7" },
  ],
  [
    { utm_source: "google", referrer_url: "https://news.example/" },
    { source: "Google", referrer_host: "news.example" },
  ],
  [{ utm_source: "flyer" }, { source: "flyer", channel: "campaign" }],
  [
    { utm_source: "  ", utm_campaign: "" },
    { utm_source: null, channel: "direct" },
  ],
  [{ utm_campaign: "\u{1F600}".repeat(300) }, { utm_campaign: "\u{1F600}".repeat(50) }],
  [{ surface: "search" }, { surface: "search", channel: "internal", source: null }],
])("of what the address says: %j", (said, derived) => {
  expect(derive(said)).toMatchObject(derived);
});

test("what the host does not store is as if it was not said", () => {
  const view = {
    surface: "search",
    utm_source: "google",
    utm_medium: "cpc",
    ad_click: "gclid",
    referrer_url: "https://bing.com/",
  };
  const none = { channel: null, source: null, referrer_host: null, surface: null };
  const noTags = { utm_source: null, utm_medium: null, utm_campaign: null };
  expect(derive(view, ["surface"])).toEqual({ ...none, ...noTags, surface: "search" });
  expect(derive(view, ["referrer"])).toMatchObject({ source: "Bing", channel: "organic_search" });
  expect(derive(view, ["utm"])).toMatchObject({ source: "Google", channel: null });
  expect(derive(view, [])).toBeNull();
});

test("where nothing is said, nothing is known: that is not a direct visit", () => {
  expect(derive({})).toBeNull();
  expect(derive({ referrer_url: null })).toMatchObject({ channel: "direct" });
});
