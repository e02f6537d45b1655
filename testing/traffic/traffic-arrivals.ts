import type { SeededRandom } from "./seeded-random.ts";

/** How a visitor came to a page: what the tracker says of it. */
export interface TrafficArrival {
  referrer_url: string | null;
  /** The part of the site that led there. */
  surface: string | null;
  utm_source: string | null;
  utm_medium: string | null;
  utm_campaign: string | null;
  /** The parameter by which an advertising network marked the address. */
  ad_click: string | null;
}

/** The host of the made-up site. */
export const trafficHost = "homes.example";

/** Of somebody who typed the address, or kept it. */
export const directArrival: TrafficArrival = {
  referrer_url: null,
  surface: null,
  utm_source: null,
  utm_medium: null,
  utm_campaign: null,
  ad_click: null,
};

const campaign = (utm_source: string, utm_medium: string, utm_campaign: string) => ({
  ...directArrival,
  utm_source,
  utm_medium,
  utm_campaign,
});

/** From where visitors come to the site. */
export const trafficArrivals: readonly { arrival: TrafficArrival; weight: number }[] = [
  { arrival: directArrival, weight: 24 },
  from("https://www.google.com/", 27),
  {
    arrival: {
      ...campaign("google", "cpc", "city-lofts"),
      referrer_url: "https://www.google.com/",
      ad_click: "gclid",
    },
    weight: 6,
  },
  from("https://duckduckgo.com/", 5),
  from("https://www.bing.com/", 4),
  from("https://www.reddit.com/r/architecture/", 7),
  from("https://l.instagram.com/", 4),
  {
    arrival: {
      ...campaign("instagram", "social", "open-house-stories"),
      referrer_url: "https://www.instagram.com/",
    },
    weight: 4,
  },
  from("https://news.ycombinator.com/item", 4),
  from("https://chatgpt.com/", 3),
  from("https://living.example.org/ten-lofts", 3),
  { arrival: campaign("newsletter", "email", "autumn"), weight: 9 },
];

function from(referrer_url: string, weight: number): { arrival: TrafficArrival; weight: number } {
  return { arrival: { ...directArrival, referrer_url }, weight };
}

const surfaces = [
  { surface: "search", weight: 40 },
  { surface: "similar", weight: 30 },
  { surface: "map", weight: 12 },
  { surface: null, weight: 18 },
];

/** How somebody comes from one page of the site to another. */
export function arrivalWithin(random: SeededRandom): TrafficArrival {
  const { surface } = random.pickWeighted(surfaces);
  return { ...directArrival, referrer_url: `https://${trafficHost}/`, surface };
}
