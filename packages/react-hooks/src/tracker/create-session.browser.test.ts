import { expect, test } from "vitest";
import { describeInChromium } from "../../../../testing/browser/describe-in-chromium.ts";
import { keepVisible } from "../../../../testing/browser/keep-visible.ts";
import { serveTrackerSite } from "../../../../testing/tracker-site/serve-tracker-site.ts";

function letHalfAnHourPass(): void {
  const now = Date.now.bind(Date);
  Date.now = () => now() + 31 * 60_000;
}

describeInChromium("A session", (chromium) => {
  test("is shared by the tabs of a browser, and not with a private window", async () => {
    await using site = await serveTrackerSite();
    const first = await chromium().window.newPage();
    await first.goto(`${site.origin}/listing/1`);
    await expect.poll(site.views).toHaveLength(1);
    const second = await chromium().window.newPage();
    await second.goto(`${site.origin}/listing/2`);
    await expect.poll(site.views).toHaveLength(2);
    const privateWindow = await chromium().browser.newContext();
    const third = await privateWindow.newPage();
    await third.goto(`${site.origin}/listing/3`);
    await expect.poll(site.views).toHaveLength(3);

    const [one, two, three] = site.views().map(({ session_id }) => session_id);
    expect(one).toBe(two);
    expect(three).not.toBe(one);
    expect(await first.evaluate(() => window.tracker.session_id)).toBe(one);
    await Promise.all([first.close(), second.close(), privateWindow.close()]);
  });

  test("ends after 30 minutes without activity, and not before", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    for (const [minutes, path] of [
      [0, "/listing/1"],
      [29, "/listing/2"],
      [31, "/listing/3"],
    ] as const) {
      await tab.goto(`${site.origin}/elsewhere`);
      await tab.evaluate((ms) => {
        const { id, seen_at } = JSON.parse(localStorage.getItem("headcount:session") ?? "{}");
        if (id !== undefined) {
          const stored = JSON.stringify({ id, seen_at: seen_at - ms });
          localStorage.setItem("headcount:session", stored);
        }
      }, minutes * 60_000);
      await tab.goto(`${site.origin}${path}`);
      await tab.evaluate(() => window.tracker.flush());
    }
    const [one, two, three] = site.views().map(({ session_id }) => session_id);
    expect(two).toBe(one);
    expect(three).not.toBe(two);
    await tab.close();
  });

  test("and a view are new when a visitor comes back to a page after more than 30 minutes", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await expect.poll(site.views).toHaveLength(1);
    const other = await chromium().window.newPage();
    await expect.poll(() => tab.evaluate(() => document.visibilityState)).toBe("hidden");
    await tab.evaluate(letHalfAnHourPass);
    await tab.bringToFront();
    await expect.poll(site.views).toHaveLength(2);
    const [before, after] = site.views();
    expect(after?.session_id).not.toBe(before?.session_id);
    await Promise.all([other.close(), tab.close()]);
  });

  test("and a view are new once, when the page is visible again before it has the focus", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await expect.poll(site.views).toHaveLength(1);
    await keepVisible(tab);
    const other = await chromium().window.newPage();
    await expect.poll(() => tab.evaluate(() => document.hasFocus())).toBe(false);
    await tab.evaluate(letHalfAnHourPass);
    await tab.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await expect.poll(site.views).toHaveLength(2);
    await tab.bringToFront();
    await expect.poll(() => tab.evaluate(() => document.hasFocus())).toBe(true);
    await tab.evaluate(() => window.tracker.flush());
    expect(site.views()).toHaveLength(2);
    await Promise.all([other.close(), tab.close()]);
  });

  test("is there on pages without TLS, and when the storage is full", async () => {
    await using site = await serveTrackerSite({
      before: `
        try { localStorage.setItem("full", "x".repeat(5 * 1024 * 1024 - 4)) } catch {}
      `,
    });
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin.replace("localhost", "shop.test")}/listing/1`);
    expect(await tab.evaluate(() => typeof crypto.randomUUID)).toBe("undefined");
    await tab.evaluate(() => window.go("/listing/2"));
    await expect.poll(site.views).toHaveLength(2);
    const [first, second] = site.views();
    expect(first?.id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(second?.session_id).toBe(first?.session_id);
    expect(await tab.evaluate(() => Object.keys(localStorage))).toEqual(["full"]);
    await tab.close();
  });

  test("is kept in memory only when the host wants that", async () => {
    await using site = await serveTrackerSite({ persist: false });
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await tab.evaluate(() => window.go("/listing/2"));
    await expect.poll(site.views).toHaveLength(2);
    expect(await tab.evaluate(() => localStorage.length)).toBe(0);
    const [first, second] = site.views();
    expect(second?.session_id).toBe(first?.session_id);
    await tab.close();
  });
});

describeInChromium(
  "Where the browser refuses to store anything, a session",
  (chromium) => {
    test("lasts as long as the page", async () => {
      await using site = await serveTrackerSite();
      const tab = await chromium().window.newPage();
      await tab.goto(`${site.origin}/listing/1`);
      const refusal = await tab.evaluate(() => {
        try {
          return localStorage.length;
        } catch (error) {
          return (error as Error).name;
        }
      });
      expect(refusal).toBe("SecurityError");
      await tab.evaluate(() => window.go("/listing/2"));
      await expect.poll(site.views).toHaveLength(2);
      const [first, second] = site.views();
      expect(second?.session_id).toBe(first?.session_id);
      await tab.close();
    });
  },
  { mayStore: false },
);
