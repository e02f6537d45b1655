import { describe, expect, test } from "vitest";
import { generateTraffic, type TrafficPageView } from "./generate-traffic.ts";

const { accounts, entities, pageViews } = generateTraffic({ endDate: "2026-03-31" });

function countBy<K>(keyOf: (view: TrafficPageView) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const view of pageViews) counts.set(keyOf(view), (counts.get(keyOf(view)) ?? 0) + 1);
  return counts;
}

test("is the same for the same options, and another for another seed", () => {
  expect(generateTraffic({ endDate: "2026-03-31" }).pageViews).toEqual(pageViews);
  expect(generateTraffic({ endDate: "2026-03-31", seed: 2 }).pageViews).not.toEqual(pageViews);
});

test("is about as much as was asked for", () => {
  expect(pageViews.length).toBeGreaterThan(22_000);
  expect(pageViews.length).toBeLessThan(28_000);
  const few = generateTraffic({ endDate: "2026-03-31", days: 7, pageViews: 1_000 }).pageViews;
  expect(few.length).toBeGreaterThan(800);
  expect(few.length).toBeLessThan(1_300);
});

test("is in order of time and has views on each of its days, and on no other", () => {
  const days = [...countBy(({ viewed_at }) => viewed_at.toISOString().slice(0, 10)).keys()];
  expect(days).toHaveLength(30);
  expect(days).toEqual(days.toSorted());
  expect([days.at(0), days.at(-1)]).toEqual(["2026-03-02", "2026-03-31"]);
});

describe("is believable", () => {
  test("weekends are quieter than weekdays, nights than evenings", () => {
    const weekdays = countBy(({ viewed_at }) => viewed_at.getUTCDay());
    const hours = countBy(({ viewed_at }) => viewed_at.getUTCHours());
    expect(weekdays.get(6)).toBeLessThan(weekdays.get(3) ?? 0);
    expect(hours.get(3)).toBeLessThan((hours.get(20) ?? 0) / 5);
  });

  test("the first entity has the most views, and every entity has some", () => {
    const views = countBy(({ entity_id }) => entity_id);
    expect(views.size).toBe(entities.length);
    expect(Math.max(...views.values())).toBe(views.get(entities[0]?.entity_id ?? ""));
  });

  test("a fifth to a third of the views are of accounts, all of them known", () => {
    const known = new Set<string | null>(accounts.map(({ id }) => id));
    const ofAccounts = pageViews.filter(({ account_id }) => account_id !== null);
    expect(ofAccounts.length / pageViews.length).toBeGreaterThan(0.2);
    expect(ofAccounts.length / pageViews.length).toBeLessThan(0.33);
    expect(ofAccounts.every(({ account_id }) => known.has(account_id))).toBe(true);
  });

  test("four fifths of the anonymous views have a visitor_id, and those of accounts none", () => {
    const anonymous = pageViews.filter(({ account_id }) => account_id === null);
    const known = anonymous.filter(({ visitor_id }) => visitor_id !== null);
    expect(known.length / anonymous.length).toBeGreaterThan(0.75);
    expect(known.length / anonymous.length).toBeLessThan(0.85);
    expect(pageViews.some((view) => view.account_id !== null && view.visitor_id !== null)).toBe(
      false,
    );
  });

  test("a session is one visit, and ends within a day", () => {
    const began = new Map<string, number>();
    for (const { session_id, viewed_at } of pageViews) {
      const first = began.get(session_id) ?? viewed_at.getTime();
      began.set(session_id, first);
      expect(viewed_at.getTime() - first).toBeLessThan(86_400_000);
    }
  });

  test("many anonymous visitors come back on another day", () => {
    const days = new Map<string, Set<string>>();
    for (const { visitor_id, viewed_at } of pageViews) {
      if (visitor_id === null) continue;
      const seen = days.get(visitor_id) ?? new Set();
      days.set(visitor_id, seen.add(viewed_at.toISOString().slice(0, 10)));
    }
    const returning = [...days.values()].filter((seen) => seen.size > 1).length;
    expect(returning / days.size).toBeGreaterThan(0.15);
  });

  test("visits begin elsewhere or at a campaign, and go on within the site, in one browser", () => {
    const visits = [...Map.groupBy(pageViews, ({ session_id }) => session_id).values()];
    const begun = visits.flatMap(([first]) => (first === undefined ? [] : [first]));
    expect(begun.filter(({ utm_medium }) => utm_medium !== null).length).toBeGreaterThan(100);
    expect(begun.some(({ referrer_url }) => referrer_url === "https://homes.example/")).toBe(false);
    const later = visits.flatMap(([, ...rest]) => rest);
    expect(new Set(later.map(({ referrer_url }) => referrer_url))).toEqual(
      new Set(["https://homes.example/"]),
    );
    for (const visit of visits) expect(new Set(visit.map(({ headers }) => headers)).size).toBe(1);
  });

  test("some times on page are unknown, the others are seconds", () => {
    const known = pageViews.flatMap(({ time_on_page }) => time_on_page ?? []);
    expect(known.length).toBeLessThan(pageViews.length);
    expect(known.every((seconds) => Number.isInteger(seconds) && seconds > 0)).toBe(true);
  });
});

test("refuses more accounts than there are names for", () => {
  expect(() => generateTraffic({ endDate: "2026-03-31", accounts: 677 })).toThrow(
    "accounts must be at most 676, and is 677.",
  );
});
