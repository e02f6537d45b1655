import { expect, test } from "vitest";
import { describeInChromium } from "../../../../testing/browser/describe-in-chromium.ts";
import { letDaysPass } from "../../../../testing/tracker-site/let-days-pass.ts";
import {
  serveTrackerSite,
  type TrackerSite,
} from "../../../../testing/tracker-site/serve-tracker-site.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function idsOf(
  site: TrackerSite,
): Pick<ReturnType<TrackerSite["views"]>[number], "session_id" | "visitor_id">[] {
  return site.views().map(({ session_id, visitor_id }) => ({ session_id, visitor_id }));
}

describeInChromium("A browser", (chromium) => {
  test("is known over sessions for as many days as the host wants, from when its id was made", async () => {
    await using site = await serveTrackerSite({ visitorDays: 30 });
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await tab.evaluate(() => window.tracker.flush());
    for (const [days, path] of [
      [20, "/listing/2"],
      [9, "/listing/3"],
      [2, "/listing/4"],
    ] as const) {
      await tab.goto(`${site.origin}/elsewhere`);
      await letDaysPass(tab, days);
      await tab.goto(`${site.origin}${path}`);
      await tab.evaluate(() => window.tracker.flush());
    }
    const [first, second, third, fourth] = idsOf(site);
    expect(new Set(site.views().map(({ session_id }) => session_id)).size).toBe(4);
    expect(first?.visitor_id).toMatch(uuid);
    expect(second?.visitor_id).toBe(first?.visitor_id);
    expect(third?.visitor_id).toBe(first?.visitor_id);
    expect(fourth?.visitor_id).toMatch(uuid);
    expect(fourth?.visitor_id).not.toBe(first?.visitor_id);
    expect(await tab.evaluate(() => window.tracker.visitor_id)).toBe(fourth?.visitor_id);
    await tab.close();
  });

  test("is known for 395 days at most", async () => {
    await using site = await serveTrackerSite({ visitorDays: 100_000 });
    const tab = await chromium().window.newPage();
    for (const days of [0, 394, 2]) {
      await tab.goto(`${site.origin}/elsewhere`);
      await letDaysPass(tab, days);
      await tab.goto(`${site.origin}/listing/1`);
      await tab.evaluate(() => window.tracker.flush());
    }
    const [first, second, third] = idsOf(site);
    expect(second?.visitor_id).toBe(first?.visitor_id);
    expect(third?.visitor_id).not.toBe(first?.visitor_id);
    await tab.close();
  });

  test.each([
    ["by default", {}],
    ["with visitorDays: 0", { visitorDays: 0 }],
    ["with visitorDays below 0", { visitorDays: -1 }],
    ["with visitorDays that is not a number", { visitorDays: "x" as unknown as number }],
    ["with persist: false", { visitorDays: 30, persist: false }],
  ])("is not known %s, and nothing is stored for it", async (_when, options) => {
    await using site = await serveTrackerSite(options);
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await tab.evaluate(() => window.tracker.flush());
    expect(idsOf(site)).toEqual([
      { session_id: expect.stringMatching(uuid), visitor_id: undefined },
    ]);
    const stored = await tab.evaluate(() => [
      window.tracker.visitor_id,
      localStorage.getItem("headcount:visitor"),
    ]);
    expect(stored).toEqual([null, null]);
    await tab.close();
  });

  test("is not known while tracking is paused, and another one after it was forgotten, in every tab", async () => {
    await using site = await serveTrackerSite({ visitorDays: 30, paused: true });
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await tab.evaluate(() => window.tracker.flush());
    const paused = await tab.evaluate(() => [window.tracker.visitor_id, localStorage.length]);
    expect(paused).toEqual([null, 0]);
    await tab.evaluate(() => window.tracker.resume());
    await expect.poll(site.views).toHaveLength(1);
    const other = await chromium().window.newPage();
    await other.goto(`${site.origin}/listing/2`);
    await other.evaluate(() => window.tracker.resume());
    await expect.poll(site.views).toHaveLength(2);

    await tab.evaluate(() => window.tracker.forget());
    await expect.poll(() => other.evaluate(() => window.view.page_view_id)).toBeNull();
    expect(await tab.evaluate(() => Object.keys(localStorage))).toEqual([]);
    await other.evaluate(() => window.tracker.resume());
    await expect.poll(site.views).toHaveLength(3);
    const [first, second, third] = idsOf(site);
    expect(second?.visitor_id).toBe(first?.visitor_id);
    expect(third?.visitor_id).toMatch(uuid);
    expect(third?.visitor_id).not.toBe(first?.visitor_id);
    await Promise.all([tab.close(), other.close()]);
  });
});
