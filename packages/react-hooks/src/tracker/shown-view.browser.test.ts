import { expect, test } from "vitest";
import { describeInChromium } from "../../../../testing/browser/describe-in-chromium.ts";
import { followLink } from "../../../../testing/browser/follow-link.ts";
import { goBack } from "../../../../testing/browser/go-back.ts";
import { serveTrackerSite } from "../../../../testing/tracker-site/serve-tracker-site.ts";

describeInChromium("A view", (chromium) => {
  test("of an address opened is one view, with where the visitor came from", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/elsewhere?from=news`);
    await followLink(tab, "/listing/1?utm_source=Autumn&utm_medium=mail&page=2&gclid=x");
    await expect.poll(site.views).toHaveLength(1);
    const id = await tab.evaluate(() => window.view.page_view_id);
    expect(site.views()).toEqual([
      {
        id,
        entity_id: "1",
        session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        referrer_url: `${site.origin}/elsewhere?from=news`,
        facts: { utm_source: "Autumn", utm_medium: "mail", ad_click: "gclid" },
        seconds: undefined,
      },
    ]);
    await tab.close();
  });

  test("of each entity that a page shows one after the other is one view, a return to one is another", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/elsewhere`);
    await followLink(tab, "/listing/1?utm_campaign=spring");
    await tab.waitForFunction(() => "view" in window);
    await tab.evaluate(() => window.go("/listing/2?utm_campaign=spring", "similar"));
    await tab.evaluate(() => history.back());
    await expect
      .poll(() => site.views().map(({ entity_id }) => entity_id))
      .toEqual(["1", "2", "1"]);
    expect(new Set(site.views().map(({ session_id }) => session_id)).size).toBe(1);
    const arrivals = site.views().map(({ referrer_url, facts }) => [referrer_url, facts]);
    expect(arrivals).toEqual([
      [`${site.origin}/elsewhere`, { utm_campaign: "spring" }],
      [site.origin, { surface: "similar" }],
      [site.origin, {}],
    ]);
    await tab.close();
  });

  test("is not doubled when its end is taken back at once", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    const ids = await tab.evaluate(() => {
      const entity = { entity_type: "listing", entity_id: "7" };
      const first = window.tracker.trackPageView(entity);
      first.end();
      const second = window.tracker.trackPageView(entity);
      return [first.page_view_id, second.page_view_id];
    });
    expect(ids[0]).toBe(ids[1]);
    await tab.evaluate(() => window.tracker.flush());
    expect(site.views().filter(({ entity_id }) => entity_id === "7")).toHaveLength(1);
    await tab.close();
  });

  test("lasts until the last of those who show its entity has ended", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    const entity = { entity_type: "listing", entity_id: "1" };
    const ids = await tab.evaluate(async (same) => {
      const other = window.tracker.trackPageView(same);
      window.view.end();
      window.view.end();
      await new Promise((resolve) => setTimeout(resolve, 10));
      const third = window.tracker.trackPageView(same);
      other.end();
      third.end();
      await new Promise((resolve) => setTimeout(resolve, 10));
      const again = window.tracker.trackPageView(same);
      return [other.page_view_id, third.page_view_id, again.page_view_id];
    }, entity);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[1]);
    await tab.close();
  });

  test("of a page taken from the back/forward cache is another view, and only one", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    const first = await tab.evaluate(() => {
      document.title = "Kept";
      return window.view.page_view_id;
    });
    await followLink(tab, "/elsewhere");
    await goBack(tab, "/listing/1");
    await expect.poll(site.views).toHaveLength(2);
    expect(await tab.title()).toBe("Kept");
    const second = await tab.evaluate(() => window.view.page_view_id);
    expect(site.views().map(({ id }) => id)).toEqual([first, second]);
    await tab.evaluate(() => window.tracker.flush());
    expect(site.views()).toHaveLength(2);
    await tab.close();
  });

  test("begins when somebody sees the page, not when a tab opens behind another", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/elsewhere`);
    const session = await chromium().browser.newBrowserCDPSession();
    const opened = chromium().window.waitForEvent("page");
    await session.send("Target.createTarget", {
      url: `${site.origin}/listing/1`,
      background: true,
    });
    const behind = await opened;
    await behind.waitForFunction(() => "view" in window);
    expect(await behind.evaluate(() => window.view.page_view_id)).toBeNull();
    await behind.bringToFront();
    await expect.poll(site.views).toHaveLength(1);
    await behind.close();
    await tab.close();
  });
});
