import { expect, test } from "vitest";
import { describeInChromium } from "../../../../testing/browser/describe-in-chromium.ts";
import { keepVisible } from "../../../../testing/browser/keep-visible.ts";
import { serveTrackerSite } from "../../../../testing/tracker-site/serve-tracker-site.ts";

describeInChromium("Reading time", (chromium) => {
  test("leaves out the time in which another window has the focus", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await keepVisible(tab);
    const other = await chromium().window.newPage();
    await other.bringToFront();
    await expect.poll(() => tab.evaluate(() => document.hasFocus())).toBe(false);
    const visible = await tab.evaluate(() => document.visibilityState);
    expect(visible).toBe("visible");
    await other.waitForTimeout(1000);
    await tab.bringToFront();
    await expect.poll(() => tab.evaluate(() => document.hasFocus())).toBe(true);
    const { attention, now } = await tab.evaluate(async () => {
      const reporting = Date.now();
      await window.tracker.flush();
      return { attention: window.attention, now: reporting };
    });
    const [began = 0, left = 0, returned = 0] = attention;
    expect(returned - left).toBeGreaterThan(900);
    const attended = left - began + (now - returned);
    expect(Math.abs((site.views()[0]?.seconds ?? 0) * 1000 - attended)).toBeLessThan(900);
    await Promise.all([other.close(), tab.close()]);
  });

  test("goes on while the focus is in a frame of the page", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    const began = await tab.evaluate(() => {
      const frame = document.createElement("iframe");
      frame.srcdoc = "<input autofocus>";
      document.body.append(frame);
      return window.shown[0] ?? 0;
    });
    await tab.frameLocator("iframe").locator("input").click();
    const isInFrame = await tab.evaluate(() => document.activeElement?.tagName);
    expect(isInFrame).toBe("IFRAME");
    await tab.waitForTimeout(1000);
    const now = await tab.evaluate(async () => {
      const before = Date.now();
      await window.tracker.flush();
      return before;
    });
    expect(Math.abs((site.views()[0]?.seconds ?? 0) * 1000 - (now - began))).toBeLessThan(900);
    await tab.close();
  });

  test("goes on for as long as somebody reads, but not while the machine sleeps", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.clock.install();
    await tab.goto(`${site.origin}/listing/1`);
    await tab.clock.runFor(120_000);
    await tab.evaluate(() => window.tracker.flush());
    const [first] = site.views();
    expect(first?.seconds).toBeGreaterThanOrEqual(120);
    expect(first?.seconds).toBeLessThan(160);

    // the timers that were due fire once, hours later
    await tab.clock.fastForward(8 * 3_600_000);
    await expect.poll(() => site.views().length).toBe(2);
    const [before, after] = site.views();
    expect(before?.seconds).toBeLessThan(200);
    expect(after?.session_id).not.toBe(before?.session_id);
    await tab.close();
  });
});
