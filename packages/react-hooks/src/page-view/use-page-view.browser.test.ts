import { expect, test } from "vitest";
import { describeInChromium } from "../../../../testing/browser/describe-in-chromium.ts";
import { serveTrackerSite } from "../../../../testing/tracker-site/serve-tracker-site.ts";

describeInChromium("usePageView in StrictMode", (chromium) => {
  test("counts each entity shown once, and a return to it again", async () => {
    await using site = await serveTrackerSite({ page: "react-page.tsx" });
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await expect.poll(site.views).toHaveLength(1);
    await tab.evaluate(() => window.go("/listing/2"));
    await expect.poll(site.views).toHaveLength(2);
    await tab.evaluate(() => history.back());
    await expect.poll(site.views).toHaveLength(3);
    await tab.close({ runBeforeUnload: true });
    await expect.poll(() => site.views().every(({ seconds = 0 }) => seconds > 0)).toBe(true);
    expect(site.views().map(({ entity_id }) => entity_id)).toEqual(["1", "2", "1"]);
  });
});
