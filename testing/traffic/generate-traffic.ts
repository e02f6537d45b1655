import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import { type TrafficAccount, trafficAccounts } from "./traffic-accounts.ts";
import {
  arrivalWithin,
  directArrival,
  type TrafficArrival,
  trafficArrivals,
} from "./traffic-arrivals.ts";
import { trafficHeaders } from "./traffic-browsers.ts";
import { type TrafficEntity, trafficEntities } from "./traffic-entities.ts";
import { startOfVisit, visitsOfDay } from "./traffic-rhythm.ts";

/** A page view as the tracker tells of it, and the headers of its request. */
export interface TrafficPageView extends TrafficArrival {
  entity_type: string;
  entity_id: string;
  account_id: string | null;
  session_id: string;
  /** Of most strangers; some have not agreed to one, and accounts need none. */
  visitor_id: string | null;
  viewed_at: Date;
  /** Seconds. */
  time_on_page: number | null;
  headers: Record<string, string>;
}

export interface Traffic {
  entities: readonly TrafficEntity[];
  accounts: TrafficAccount[];
  /** Oldest first. */
  pageViews: TrafficPageView[];
}

export interface GenerateTrafficOptions {
  /** The last day, `YYYY-MM-DD` in UTC. */
  endDate: string;
  /** @default 30 */
  days?: number;
  /** About how many. @default 25_000 */
  pageViews?: number;
  /** At most 676. @default 240 */
  accounts?: number;
  /** @default 1 */
  seed?: number;
}

interface Visitor {
  account_id: string | null;
  visitor_id: string | null;
  favourite: TrafficEntity;
  arrival: TrafficArrival;
  headers: Record<string, string>;
}

const viewsPerVisit = 1.75;
const shareThatAgrees = 0.8;
const day = 24 * 60 * 60 * 1000;

/**
 * Makes up some weeks of believable traffic: busy evenings and quiet weekends, a day on which a newsletter went
 * out, loyal accounts, anonymous visitors of whom some come back, links from elsewhere and campaigns. Each visit is a
 * session of its own, as the tracker's are. The same options give the same traffic.
 *
 * @example
 * generateTraffic({ endDate: "2026-03-31" }).pageViews.length //=> about 25,000
 */
export function generateTraffic(options: GenerateTrafficOptions): Traffic {
  const { endDate, days = 30, pageViews = 25_000, seed = 1 } = options;
  const random = seededRandom(seed);
  const accounts = trafficAccounts(random, options.accounts ?? 240);
  const members = accounts.map(({ id }) => newVisitor(random, id));
  const strangers: Visitor[] = [];
  const end = Date.parse(`${endDate}T00:00:00Z`) + day;
  const views: TrafficPageView[] = [];

  for (let index = 0; index < days; index++) {
    const midnight = end - (days - index) * day;
    const average = pageViews / days / viewsPerVisit;
    for (
      let visits = visitsOfDay({ random, midnight, index, days, average });
      visits > 0;
      visits--
    ) {
      const visitor = nextVisitor({ random, members, strangers });
      views.push(...visit({ random, visitor, start: startOfVisit(random, midnight) }));
    }
  }
  const inRange = views.filter(({ viewed_at }) => viewed_at.getTime() < end);
  inRange.sort((a, b) => a.viewed_at.getTime() - b.viewed_at.getTime());
  return { entities: trafficEntities, accounts, pageViews: inRange };
}

function newVisitor(random: SeededRandom, account_id: string | null): Visitor {
  return {
    account_id,
    visitor_id: account_id === null && random.chance(shareThatAgrees) ? random.uuid() : null,
    favourite: random.pickWeighted(trafficEntities),
    arrival: random.pickWeighted(trafficArrivals).arrival,
    headers: trafficHeaders(random),
  };
}

interface Audience {
  random: SeededRandom;
  members: readonly Visitor[];
  strangers: Visitor[];
}

// A few members come most often; strangers that come back do so mostly soon.
function nextVisitor({ random, members, strangers }: Audience): Visitor {
  const kind = random.fraction();
  const member = members[Math.floor(members.length * random.fraction() ** 2.2)];
  if (kind < 0.24 && member !== undefined) return member;

  const sinceThen = Math.floor(strangers.length * random.fraction() ** 2.5);
  const stranger = strangers[strangers.length - 1 - sinceThen];
  if (kind < 0.52 && stranger !== undefined) return { ...stranger, arrival: directArrival };

  const newcomer = newVisitor(random, null);
  strangers.push(newcomer);
  return newcomer;
}

interface Visit {
  random: SeededRandom;
  visitor: Visitor;
  start: number;
}

function visit({ random, visitor, start }: Visit): TrafficPageView[] {
  const { account_id, visitor_id, favourite, headers } = visitor;
  const session_id = random.uuid();
  const views: TrafficPageView[] = [];
  let entity = random.chance(0.65) ? favourite : random.pickWeighted(trafficEntities);
  let viewedAt = start;
  for (;;) {
    const seconds = Math.round(Math.min(Math.max(Math.exp(3.9 + random.normal()), 2), 1200));
    const last = random.chance(1 / viewsPerVisit);
    views.push({
      entity_type: entity.entity_type,
      entity_id: entity.entity_id,
      account_id,
      session_id,
      visitor_id,
      viewed_at: new Date(viewedAt),
      ...(views.length === 0 ? visitor.arrival : arrivalWithin(random)),
      // it is not known how long the last page was looked at, unless it reports back
      time_on_page: last && random.chance(0.4) ? null : seconds,
      headers,
    });
    if (last) return views;
    viewedAt += seconds * 1000;
    entity = random.pickWeighted(trafficEntities);
  }
}
