import type { CollectMessage } from "@headcount/core/contract";

type PageViewMessage = Extract<CollectMessage, { type: "page_view" }>;

/** What a view's message says of how the visitor came to it. */
type ArrivalFacts = Pick<
  PageViewMessage,
  "referrer_url" | "utm_source" | "utm_medium" | "utm_campaign" | "ad_click"
>;

/** How the visitor came to what the page shows. */
export interface Arrival {
  /** As long as the page shows what was loaded, from elsewhere; later views came from within the page. */
  facts(): ArrivalFacts;
  /** The visitor has been away since: nothing is known of how they came back. */
  forget(): void;
}

const maxLength = 1000;
const tags = /^utm_(source|medium|campaign)$/;
// The names of what advertising networks add to an address: gclid, msclkid, gbraid, li_fat_id and the like. The server knows which.
const clicks = /(clk?|bra|fat_)id$/;

export function createArrival(): Arrival {
  // as it was loaded: many hosts take parameters out of the address afterwards
  const [loaded] = performance.getEntriesByType("navigation");
  const address = new URL(loaded?.name ?? location.href);
  let path = address.pathname;
  let facts: ArrivalFacts = { referrer_url: document.referrer.slice(0, maxLength) };
  address.searchParams.forEach((value, name) => {
    if (tags.test(name)) facts[name as "utm_source"] = value.slice(0, maxLength);
    if (clicks.test(name)) facts.ad_click = name;
  });
  return {
    facts() {
      // a path only, for the same reason
      if (location.pathname !== path) {
        path = "";
        facts = { referrer_url: location.origin };
      }
      return facts;
    },
    forget() {
      path = location.pathname;
      facts = {};
    },
  };
}
