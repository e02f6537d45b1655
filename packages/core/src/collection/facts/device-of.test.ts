import { expect, test } from "vitest";
import { deviceOf } from "./device-of.ts";

const policy = { storeFacts: ["device" as const], countryHeader: "cf-ipcountry" };

function derive(
  headers: Record<string, string>,
  given: Parameters<typeof deviceOf>[0]["policy"] = policy,
) {
  const header = (name: string) => headers[name] ?? "";
  return deviceOf({ header, userAgent: header("user-agent"), policy: given });
}

const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const android =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0";

test.each<
  [
    headers: Record<string, string>,
    device: string | null,
    browser: string | null,
    os: string | null,
  ]
>([
  [
    { "user-agent": `${mac} AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15` },
    "desktop",
    "Safari",
    "macOS",
  ],
  [
    { "user-agent": `${mac} AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0` },
    "desktop",
    "Microsoft Edge",
    "macOS",
  ],
  [
    {
      "user-agent": `${android} Mobile Safari/537.36`,
      "sec-ch-ua-mobile": "?1",
      "sec-ch-ua-platform": '"Android"',
    },
    "mobile",
    "Chrome",
    "Android",
  ],
  [
    {
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0.0.0 Safari/537.36",
      "sec-ch-ua-platform": '"Chrome OS"',
    },
    "desktop",
    "Chrome",
    "Chrome OS",
  ],
  [
    {
      "user-agent":
        "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
    },
    "tablet",
    "Safari",
    "iOS",
  ],
  [{ "user-agent": "curious" }, null, null, null],
])("of %j", (headers, device, browser, os) => {
  expect(derive({ ...headers, "cf-ipcountry": "de" })).toEqual({
    device,
    browser,
    os,
    country: "DE",
  });
});

test.each(["XX", "T1", "", "Germany", "D'"])("%j is no country", (country) => {
  expect(derive({ "cf-ipcountry": country })).toBeNull();
});

test("nothing is read of a request unless the host wants it stored", () => {
  const headers = { "user-agent": `${android} Mobile Safari/537.36`, "cf-ipcountry": "DE" };
  expect(derive(headers, { storeFacts: [] })).toBeNull();
});
