import { AnalyticsClient } from "@headcount/core";
import { expect, test } from "vitest";
import { describeInChromium } from "../browser/describe-in-chromium.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import type { TestDatabase } from "../test-database.ts";
import { letDaysPass } from "./let-days-pass.ts";
import { serveTrackerSite } from "./serve-tracker-site.ts";

const flat = "00000000-0000-4000-8000-0000000000f1";
const house = "00000000-0000-4000-8000-0000000000f2";

/** By how many milliseconds a reading time may be off on the wire. */
const tolerance = 300;

interface StoredView {
  id: string;
  entity_id: string;
  session_id: string;
  time_on_page: number | null;
}

async function storedViews({ pool }: TestDatabase): Promise<StoredView[]> {
  const { rows } = await pool.query<StoredView>(
    "select id, entity_id, session_id, time_on_page from page_views order by viewed_at",
  );
  return rows;
}

/** For how long a page was looked at between two instants, from the instants when that began and ended in turn. */
function attendedMs(attention: number[], from: number, to: number): number {
  return attention.reduce(
    (sum, instant, index) => {
      const clamped = Math.min(Math.max(instant, from), to);
      return index % 2 === 0 ? sum - clamped : sum + clamped;
    },
    attention.length % 2 === 0 ? 0 : to,
  );
}

describeInChromium("A visit", (chromium) => {
  test("is stored with its views, its reading times and its bounces, exactly", async () => {
    await using database = await createInstalledDatabase("visit", { pageViewId: "uuid" });
    const analytics = new AnalyticsClient({ pool: database.pool });
    await using site = await serveTrackerSite();
    site.answerWith((request) => analytics.collectRequest(request));

    // reads for 3 seconds, looks at another tab for 2, comes back, goes on within the page, goes back, closes
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/${flat}`);
    await tab.waitForTimeout(3000);
    const other = await chromium().window.newPage();
    await other.waitForTimeout(2000);
    await tab.bringToFront();
    await tab.waitForTimeout(700);
    await tab.evaluate((path) => window.go(path), `/listing/${house}`);
    await tab.waitForTimeout(1200);
    await tab.evaluate(() => history.back());
    await tab.waitForTimeout(600);
    const { shown, attention } = await tab.evaluate(() => ({
      shown: window.shown,
      attention: window.attention,
    }));
    const closing = Date.now();
    await tab.close({ runBeforeUnload: true });
    await expect.poll(async () => (await storedViews(database)).at(-1)?.time_on_page).toBe(0);

    expect(shown).toHaveLength(3);
    const [left = 0, returned = 0] = attention.slice(1);
    expect(returned - left).toBeGreaterThanOrEqual(2000);
    const views = site.views();
    const closed = site.posts.at(-1)?.arrived ?? 0;
    for (const [index, { seconds = 0 }] of views.entries()) {
      const [from = 0, to] = shown.slice(index);
      const ms = seconds * 1000;
      expect(ms).toBeGreaterThan(attendedMs(attention, from, to ?? closing) - tolerance);
      expect(ms).toBeLessThan(attendedMs(attention, from, to ?? closed) + tolerance);
    }
    expect(views[0]?.seconds).toBeGreaterThanOrEqual(3.7);
    const session_id = views[0]?.session_id;
    expect(await storedViews(database)).toEqual(
      [flat, house, flat].map((entity_id, index) => ({
        id: views[index]?.id,
        entity_id,
        session_id,
        time_on_page: Math.floor(views[index]?.seconds ?? 0),
      })),
    );

    // another visitor looks at the house only, and not for long
    const privateWindow = await chromium().browser.newContext();
    const glance = await privateWindow.newPage();
    await glance.goto(`${site.origin}/listing/${house}`);
    await expect.poll(() => storedViews(database)).toHaveLength(4);
    await privateWindow.close();

    const totalsOf = async (entity_id: string) =>
      (await analytics.getTimeSeries({ entity_type: "listing", entity_id })).totals;
    const expectTotals = async (): Promise<void> => {
      const ofFlat = { views: 2, unique_visitors: 1, anonymous_visitors: 1, bounce_rate: 0 };
      const ofHouse = { views: 2, unique_visitors: 2, anonymous_visitors: 2, bounce_rate: 100 };
      expect(await totalsOf(flat)).toMatchObject(ofFlat);
      expect(await totalsOf(house)).toMatchObject(ofHouse);
    };
    await expectTotals();
    await analytics.aggregate();
    await expectTotals();
    await other.close();
  });

  test("and another one days later are of one visitor where the tracker keeps an id, and of two where it keeps none", async () => {
    await using database = await createInstalledDatabase("two visits", { pageViewId: "uuid" });
    const analytics = new AnalyticsClient({ pool: database.pool });
    const countVisits = async (entity_id: string, visitorDays: number): Promise<number[]> => {
      await using site = await serveTrackerSite({ visitorDays });
      site.answerWith((request) => analytics.collectRequest(request));
      const tab = await chromium().window.newPage();
      for (const days of [0, 2]) {
        await tab.goto(`${site.origin}/elsewhere`);
        await letDaysPass(tab, days);
        await tab.goto(`${site.origin}/listing/${entity_id}`);
        await tab.evaluate(() => window.tracker.flush());
      }
      await tab.close();
      const { totals } = await analytics.getTimeSeries({ entity_type: "listing", entity_id });
      return [totals.views, totals.unique_visitors];
    };
    expect(await countVisits(flat, 30)).toEqual([2, 1]);
    expect(await countVisits(house, 0)).toEqual([2, 2]);
  });
});
