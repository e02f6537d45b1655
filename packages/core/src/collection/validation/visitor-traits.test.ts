import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { type CollectionOptions, collectionOptions } from "./collection-policy.ts";
import type { VisitorRequest } from "./visitor-request.ts";
import { readVisitorTraits } from "./visitor-traits.ts";

const browser =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

function traits(request: VisitorRequest, options: CollectionOptions = {}) {
  return readVisitorTraits(request, z.parse(collectionOptions, options));
}

function refusalOf(headers: Record<string, string>, options?: CollectionOptions) {
  return traits({ headers }, options).refusal?.code;
}

test("a browser is not refused, and neither is a call without a request", () => {
  expect(refusalOf({ "user-agent": browser, "sec-purpose": "", dnt: "0" })).toBeUndefined();
  expect(traits({})).toEqual({
    refusal: undefined,
    device: null,
    isOwnHost: expect.any(Function),
    ip_address: null,
    user_agent: null,
    request: {},
  });
});

describe("a filter refuses, and can be turned off", () => {
  test.each<[headers: Record<string, string>, code: string, off: CollectionOptions]>([
    [{ "user-agent": googlebot }, "bot", { refuseBots: false }],
    [{ "user-agent": "curl/8.9.1" }, "bot", { refuseBots: false }],
    [{ "sec-purpose": "prefetch" }, "prefetch", { refusePrefetches: false }],
    [{ "sec-purpose": "prefetch;prerender" }, "prefetch", { refusePrefetches: false }],
    [{ purpose: "prefetch" }, "prefetch", { refusePrefetches: false }],
    [{ "x-moz": "prefetch" }, "prefetch", { refusePrefetches: false }],
  ])("%j", (headers, code, off) => {
    expect(refusalOf(headers)).toBe(code);
    expect(refusalOf(headers, off)).toBeUndefined();
  });

  test.each([{ dnt: "1" }, { "sec-gpc": "1" }])("%j, when it is turned on", (headers) => {
    expect(refusalOf(headers)).toBeUndefined();
    expect(refusalOf(headers, { obeyPrivacySignals: true })).toBe("privacy_signal");
  });
});

test("headers may be of the web or of Node", () => {
  const fields = { "user-agent": browser, origin: "https://shop.example:8443" };
  const options = { storeUserAgent: true };
  for (const headers of [new Headers(fields), fields]) {
    const { user_agent, isOwnHost } = traits({ headers }, options);
    expect(user_agent).toBe(browser);
    expect(["www.shop.example:8443", "shop.example"].map(isOwnHost)).toEqual([true, false]);
  }
  const ahead = { ...fields, purpose: ["preview", "prefetch"] };
  expect(traits({ headers: ahead }).refusal?.code).toBe("prefetch");
});

test("hosts of one's own are the requested one and those that are listed", () => {
  const { isOwnHost } = traits({ headers: { host: "www.A.example" } }, { ownHosts: ["b.example"] });
  const hosts = ["a.example", "www.a.example", "www.b.example", "c.example", ""];
  expect(hosts.map(isOwnHost)).toEqual([true, true, true, false, false]);
});

test("a user agent is kept when asked for, and no more than 512 characters of it", () => {
  const headers = { "user-agent": `Browser\0\ud83d ${"x".repeat(10_000)}` };
  const { user_agent } = traits({ headers }, { storeUserAgent: true });
  expect(user_agent).toMatch(/^Browser\ufffd x+$/);
  expect(user_agent?.length).toBeLessThanOrEqual(512);
});

test.each<[address: string, truncated: string | null, full: string | null]>([
  ["192.0.2.77", "192.0.2.77/24", "192.0.2.77"],
  ["::ffff:192.0.2.77", "192.0.2.77/24", "192.0.2.77"],
  ["2001:db8:1:2::3", "2001:db8:1:2::3/48", "2001:db8:1:2::3"],
  ["fe80::1%eth0", "fe80::1/48", "fe80::1"],
  ["unknown", null, null],
  ["192.0.2.77, 10.0.0.1", null, null],
  ["", null, null],
])("the address %j is kept as %j, or as %j", (ip_address, truncated, full) => {
  expect(traits({ ip_address }).ip_address).toBeNull();
  expect(traits({ ip_address }, { storeIpAddress: "truncated" }).ip_address).toBe(truncated);
  expect(traits({ ip_address }, { storeIpAddress: "full" }).ip_address).toBe(full);
});
