import { expect, test } from "vitest";
import { describeInChromium } from "./describe-in-chromium.ts";
import { followLink } from "./follow-link.ts";
import { goBack } from "./go-back.ts";
import { serveSite } from "./serve-site.ts";

const html = (body: string): Response =>
  new Response(`<!doctype html><title>Page</title>${body}`, {
    headers: { "content-type": "text/html" },
  });

const state = (): [DocumentVisibilityState, boolean] => [
  document.visibilityState,
  document.hasFocus(),
];

describeInChromium("Chromium", (chromium) => {
  test("hides the tab behind another one and takes its focus", async () => {
    await using site = await serveSite(() => html("Hello"));
    const first = await chromium().window.newPage();
    await first.goto(site.origin);
    expect(await first.evaluate(state)).toEqual(["visible", true]);

    const second = await chromium().window.newPage();
    await expect.poll(() => first.evaluate(state)).toEqual(["hidden", false]);
    await first.bringToFront();
    await expect.poll(() => first.evaluate(state)).toEqual(["visible", true]);
    await second.close();
    await first.close();
  });

  test("goes back to the page that it kept, not to a new load of it", async () => {
    await using site = await serveSite(() => html("Hello"));
    const tab = await chromium().window.newPage();
    await tab.goto(site.origin);
    await tab.evaluate(() => {
      document.title = "Kept";
    });
    await followLink(tab, "/next");
    await goBack(tab, "/");
    await expect.poll(() => tab.title()).toBe("Kept");
    await tab.close();
  });
});
