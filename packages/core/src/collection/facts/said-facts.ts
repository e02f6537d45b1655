import { countryIn, deviceKinds, readAgent, type ViewDevice } from "./device-of.ts";
import type { StorableFact } from "./fact-policy.ts";
import { plainText, sourceOf, type ViewSource } from "./source-of.ts";

/** What columns of a host's own may say of a page view, besides its referrer. */
export const sayableFacts = [
  "surface",
  "utm_source",
  "utm_medium",
  "utm_campaign",
  "device",
  "browser",
  "os",
  "user_agent",
  "country",
] as const;

export type SayableFact = (typeof sayableFacts)[number];

/** What a page view says; undefined where no column says it. */
export type SaidFacts = Partial<Record<SayableFact | "referrer_url", string | null>>;

interface FactsToDerive {
  said: SaidFacts;
  isOwnHost: (host: string) => boolean;
}

/** Where a view came from and with what it was viewed, as its columns say it; null where they say nothing. */
export function factsOfSaid({ said, isOwnHost }: FactsToDerive): {
  source: ViewSource | null;
  device: ViewDevice | null;
} {
  const { referrer_url, utm_source, utm_medium, utm_campaign } = said;
  const view = { referrer_url, utm_source, utm_medium, utm_campaign, surface: surfaceIn(said) };
  const saysNothing = Object.values(view).every((value) => !value);
  const stores: StorableFact[] = ["surface", "utm", "referrer"];
  const storeFacts = stores.filter((fact) => fact !== "referrer" || referrer_url !== undefined);
  return {
    source: saysNothing ? null : sourceOf({ view, isOwnHost, policy: { storeFacts } }),
    device: deviceIn(said),
  };
}

function surfaceIn({ surface }: SaidFacts): string | null {
  const text = surface?.trim().toLowerCase() ?? "";
  return /^[a-z0-9_-]{1,40}$/.test(text) ? text : null;
}

function deviceIn(said: SaidFacts): ViewDevice | null {
  const agent = readAgent({ header: () => "", userAgent: said.user_agent ?? "" });
  const device = said.device?.trim().toLowerCase();
  const found: ViewDevice = {
    device: deviceKinds.find((kind) => kind === device) ?? agent.device,
    browser: plainText(said.browser) ?? agent.browser,
    os: plainText(said.os) ?? agent.os,
    country: countryIn(said.country ?? ""),
  };
  return Object.values(found).every((value) => value === null) ? null : found;
}
