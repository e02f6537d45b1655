import type { SeededRandom } from "./seeded-random.ts";

const hour = 60 * 60 * 1000;
const weekdays = [0.78, 1.02, 1.06, 1.1, 1.04, 0.95, 0.7];
const hours = [
  2, 1, 1, 1, 1, 2, 4, 7, 9, 11, 12, 13, 15, 13, 11, 11, 12, 14, 16, 19, 22, 20, 13, 6,
].map((weight, hourOfDay) => ({ hourOfDay, weight }));
// where in the range the newsletter goes out, and how many more visits it brings on that day and after it
const newsletter = { at: 0.6, echo: [0.75, 0.3, 0.12] };

export interface TrafficDay {
  random: SeededRandom;
  midnight: number;
  index: number;
  days: number;
  /** Visits of an average day. */
  average: number;
}

/** How many visits a day has: more on weekdays, a little more each day, and a jump when the newsletter is out. */
export function visitsOfDay({ random, midnight, index, days, average }: TrafficDay): number {
  const weekday = weekdays[new Date(midnight).getUTCDay()] ?? 1;
  const growth = 0.85 + (0.25 * index) / days;
  const jump = 1 + (newsletter.echo[index - Math.floor(days * newsletter.at)] ?? 0);
  const chance = 1 + 0.06 * random.normal();
  return Math.round(average * weekday * growth * jump * chance);
}

/** When a visit on a day begins: mostly at noon and in the evening. */
export function startOfVisit(random: SeededRandom, midnight: number): number {
  const { hourOfDay } = random.pickWeighted(hours);
  return midnight + Math.floor((hourOfDay + random.fraction()) * hour);
}
