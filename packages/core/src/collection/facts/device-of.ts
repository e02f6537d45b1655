import { getParser } from "bowser";
import type { FactPolicy } from "./fact-policy.ts";

/** With what a page was viewed, and in which country; null in it is what is not known, or not stored. */
export interface ViewDevice {
  device: (typeof deviceKinds)[number] | null;
  /** Without a version. */
  browser: string | null;
  os: string | null;
  /** Two letters of ISO 3166. */
  country: string | null;
}

interface DeviceToDerive {
  header: (name: string) => string;
  userAgent: string;
  policy: FactPolicy;
}

/** With what a request was sent, of what the host stores; null when nothing is to be stored, or known. */
export function deviceOf({ header, userAgent, policy }: DeviceToDerive): ViewDevice | null {
  const found = {
    ...(policy.storeFacts.includes("device") ? readAgent({ header, userAgent }) : unknown),
    country: policy.countryHeader === undefined ? null : countryIn(header(policy.countryHeader)),
  };
  return Object.values(found).every((value) => value === null) ? null : found;
}

const unknown = { device: null, browser: null, os: null };

/** What a page can be viewed with. */
export const deviceKinds = ["mobile", "tablet", "desktop", "tv"] as const;

/** What the browser says of itself in headers of their own, else what its user agent says. */
export function readAgent({
  header,
  userAgent,
}: Pick<DeviceToDerive, "header" | "userAgent">): Omit<ViewDevice, "country"> {
  if (userAgent === "") return unknown;
  const mobile = header("sec-ch-ua-mobile");
  const platform = /^"(\w[\w ]{0,30})"$/.exec(header("sec-ch-ua-platform"))?.[1];
  const agent = getParser(userAgent).getResult();
  const device = deviceKinds.find((type) => type === agent.platform.type) ?? null;
  return {
    device: mobile === "?1" && device !== "tablet" ? "mobile" : device,
    browser: agent.browser.name || null,
    os: (platform !== "Unknown" && platform) || agent.os.name || null,
  };
}

/** The two letters of a country, or null: XX is what proxies call an unknown one, and T1 the Tor network. */
export function countryIn(value: string): string | null {
  const country = value.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(country) && country !== "XX" ? country : null;
}
