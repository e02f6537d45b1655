import { expect, test } from "vitest";
import { describeInChromium } from "../../../../testing/browser/describe-in-chromium.ts";
import { serveTrackerSite } from "../../../../testing/tracker-site/serve-tracker-site.ts";

describeInChromium("A tracker", (chromium) => {
  test("that is paused stores and sends nothing, and counts what is shown once it may", async () => {
    await using site = await serveTrackerSite({ paused: true });
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    const before = await tab.evaluate(async () => {
      window.go("/listing/2");
      await window.tracker.flush();
      return [window.view.page_view_id, window.tracker.session_id, localStorage.length];
    });
    expect(before).toEqual([null, null, 0]);
    expect(site.posts).toEqual([]);

    await tab.evaluate(() => window.tracker.resume());
    await expect.poll(() => site.views().map(({ entity_id }) => entity_id)).toEqual(["2"]);
    await tab.close();
  });

  test("does not measure while it is paused", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    const measured = await tab.evaluate(async () => {
      const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      window.go("/listing/2");
      const began = performance.now();
      await wait(400);
      const paused = performance.now();
      window.tracker.pause();
      await wait(1500);
      window.tracker.resume();
      const resumed = performance.now();
      await wait(400);
      const ended = performance.now();
      await window.tracker.flush();
      return paused - began + (ended - resumed);
    });
    const [, view] = site.views();
    expect(Math.abs((view?.seconds ?? 0) * 1000 - measured)).toBeLessThan(50);
    await tab.close();
  });

  test("that forgets erases the session and what is unsent, and begins anew when it is resumed", async () => {
    await using site = await serveTrackerSite();
    site.answerWith(() => new Response(null, { status: 503 }));
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await expect.poll(site.views).toHaveLength(1);
    const stored = await tab.evaluate(async () => {
      dispatchEvent(new Event("pagehide"));
      dispatchEvent(new Event("pageshow"));
      const before = Object.keys(localStorage).toSorted();
      window.tracker.forget();
      await window.tracker.flush();
      return [before, Object.keys(localStorage), window.view.page_view_id];
    });
    expect(stored).toEqual([["headcount:outbox:/collect", "headcount:session"], [], null]);

    site.answerWith(() => new Response(null, { status: 202 }));
    const old = site.views();
    site.posts.length = 0;
    await tab.evaluate(() => window.tracker.resume());
    await expect.poll(site.views).toHaveLength(1);
    const [view] = site.views();
    expect(view?.entity_id).toBe("1");
    expect(old.map(({ id }) => id)).not.toContain(view?.id);
    expect(old.map(({ session_id }) => session_id)).not.toContain(view?.session_id);
    await tab.close();
  });
});
