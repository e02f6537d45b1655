import type { SeededRandom } from "./seeded-random.ts";

const apple = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5";
const chromium = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";
const agents = [
  {
    agent: `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${apple} Mobile/15E148 Safari/604.1`,
    weight: 26,
  },
  { agent: `Mozilla/5.0 (Linux; Android 10; K) ${chromium} Mobile Safari/537.36`, weight: 25 },
  { agent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chromium} Safari/537.36`, weight: 19 },
  {
    agent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chromium} Safari/537.36 Edg/140.0.0.0`,
    weight: 8,
  },
  { agent: `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${apple} Safari/605.1.15`, weight: 9 },
  {
    agent: `Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) ${apple} Mobile/15E148 Safari/604.1`,
    weight: 6,
  },
  { agent: "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", weight: 7 },
];
const countries = [
  { country: "PT", weight: 44 },
  { country: "ES", weight: 17 },
  { country: "FR", weight: 13 },
  { country: "DE", weight: 11 },
  { country: "SE", weight: 8 },
  { country: "GB", weight: 7 },
];

/** The header in which the made-up site's proxy says from which country a request is. */
export const trafficCountryHeader = "cf-ipcountry";

/** With what somebody views pages, as the headers of their requests. */
export function trafficHeaders(random: SeededRandom): Record<string, string> {
  return {
    "user-agent": random.pickWeighted(agents).agent,
    [trafficCountryHeader]: random.pickWeighted(countries).country,
  };
}
