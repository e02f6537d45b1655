import { describe, expect, test } from "vitest";
import { type AllowedSenders, isForeign } from "./is-foreign.ts";

const url = "https://app.example/collect";

function check(headers: Record<string, string>, allowed: AllowedSenders = {}): boolean[] {
  const sender = { allowed, ownHosts: ["shop.test"] };
  const host = new URL(url).host;
  return [
    isForeign({ ...sender, url, headers: new Headers(headers) }),
    // as Node has them, when a framework has read the body
    isForeign({ ...sender, headers: { host, ...headers } }),
  ];
}

const own = [false, false];
const foreign = [true, true];

describe("What a browser says about the site of a request decides", () => {
  test.each([
    ["same-origin", own, own, own],
    ["none", own, own, own],
    ["same-site", foreign, own, own],
    ["cross-site", foreign, foreign, own],
    ["Cross-Site", foreign, foreign, own],
  ])("%s", (site, byDefault, sameSite, crossSite) => {
    const headers = { "sec-fetch-site": site, origin: "https://elsewhere.example" };
    expect(check(headers)).toEqual(byDefault);
    expect(check(headers, { allowSameSite: true })).toEqual(sameSite);
    expect(check(headers, { allowCrossSite: true })).toEqual(crossSite);
  });
});

describe("The origin of the page decides where a browser does not say more", () => {
  test.each([
    "https://evil.example",
    "https://app.example.evil.example",
    "https://app.example:8443",
    "https://other.app.example",
    "https://www.app.example",
    "https://shop.test",
    "null",
    "app.example",
    "https://app.example https://evil.example",
    "file:///app.example",
  ])("%s is another one", (origin) => {
    expect(check({ origin })).toEqual(foreign);
    expect(check({ origin, "sec-fetch-site": "unheard-of" })).toEqual(foreign);
    expect(check({ origin }, { allowCrossSite: true })).toEqual(own);
  });

  test.each(["https://app.example", "http://APP.example", "https://app.example:443"])(
    "%s is the same",
    (origin) => {
      expect(check({ origin })).toEqual(own);
    },
  );

  test.each(["https://www.app.example", "https://shop.test", "https://www.shop.test"])(
    "%s is of the same site, by what the host says is its own",
    (origin) => {
      expect(check({ origin }, { allowSameSite: true })).toEqual(own);
    },
  );

  test.each(["https://evil.example", "null", "https://other.app.example"])(
    "%s is of another site, for all that is known",
    (origin) => {
      expect(check({ origin }, { allowSameSite: true })).toEqual(foreign);
    },
  );

  test("behind a proxy it is compared with the name that the visitor asked for", () => {
    const origin = "https://public.example";
    expect(check({ origin, "x-forwarded-host": "public.example:443, inner.example" })).toEqual(own);
    expect(check({ origin, host: "public.example" })).toEqual(own);
    expect(check({ origin, "x-forwarded-host": "other.example" })).toEqual(foreign);
  });

  test("and where it is unknown where a page was sent to, it is another one", () => {
    const headers = { origin: "https://app.example" };
    expect(isForeign({ headers, allowed: {}, ownHosts: [] })).toBe(true);
  });
});

test("The referrer decides for the oldest browsers, and what has none was not sent by a page", () => {
  expect(check({ referer: "https://evil.example/page" })).toEqual(foreign);
  expect(check({ referer: "https://app.example/page?from=https://evil.example" })).toEqual(own);
  expect(check({ origin: "https://app.example", referer: "https://evil.example/" })).toEqual(own);
  expect(check({})).toEqual(own);
  expect(check({ "user-agent": "curl/8.9.1" })).toEqual(own);
});
