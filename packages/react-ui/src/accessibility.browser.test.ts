import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { openPanelSite, type PanelSite } from "../../../testing/panel-site/open-panel-site.ts";

describeInChromium("The components, for everybody", (chromium) => {
  let served: PanelSite;
  beforeAll(async () => {
    served = await openPanelSite("accessibility");
  });
  afterAll(() => served[Symbol.asyncDispose]());

  async function open(path: string, options: BrowserContextOptions = {}) {
    const window = await chromium().browser.newContext({
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    const tab = await window.newPage();
    await tab.goto(`${served.site.origin}${path}`);
    return { tab, [Symbol.asyncDispose]: () => window.close() };
  }

  test.each([
    ["while it loads", "wait", ".headcount-skeleton"],
    ["when there is no answer", "fail", "[role=alert]"],
  ])("axe finds nothing %s", async (_name, what, sign) => {
    for (const path of ["/panel?live", "/list", "/top"]) {
      await using page = await open("/none");
      const { tab } = page;
      await tab.context().route("**/api/analytics/**", (route) =>
        // of an answer that cannot be read nothing is asked again, which would take seconds
        what === "fail" ? route.fulfill({ json: {} }) : undefined,
      );
      await tab.goto(`${served.site.origin}${path}`);
      await tab.locator(sign).first().waitFor();
      expect([path, await violations(tab)]).toEqual([path, []]);
    }
  });

  const everything = ["/panel?id=10", "/panel?id=none", "/list", "/top", "/slots"];
  test.each([
    ["a window", everything, {}],
    ["a window at 200 %", ["/panel"], { viewport: { width: 640, height: 450 } }],
    [
      "a phone, dark",
      ["/panel?id=10", "/list", "/top"],
      { viewport: { width: 360, height: 700 }, colorScheme: "dark" },
    ],
    ["forced colours", ["/panel?id=10", "/list"], { forcedColors: "active" }],
  ] as [string, string[], BrowserContextOptions][])(
    "axe finds nothing, and nothing sticks out, in %s",
    async (_name, paths, options) => {
      for (const path of paths) {
        await using page = await open(path, options);
        const { tab } = page;
        await expect
          .poll(() => tab.locator('[aria-busy="true"], .headcount-skeleton').count())
          .toBe(0);
        expect([path, await violations(tab)]).toEqual([path, []]);
        const overflow = await tab.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBeLessThanOrEqual(0);
      }
    },
  );

  test("bars have the colours of the legend, and what is incomplete another ground", async () => {
    await using page = await open("/panel");
    const { tab } = page;
    await tab.locator(".headcount-time-chart path").first().waitFor();
    for (const measure of ["views", "unique_visitors", "unique_accounts"]) {
      const mark = tab.locator(`.headcount-legend .headcount-${measure}`);
      const colour = await mark.evaluate((shown) => getComputedStyle(shown).backgroundColor);
      const [bar, ground] = await tab
        .locator(`g.headcount-${measure}`)
        .locator("path.headcount-chart-bar, .headcount-chart-hatch-ground")
        .evaluateAll((shown) => shown.map((part) => getComputedStyle(part).fill).toSorted());
      expect([bar, ground]).toContain(colour);
      expect(bar).not.toBe(ground);
    }
  });

  test("one bar differs from another in forced colours too", async () => {
    await using page = await open("/panel", { forcedColors: "active" });
    const { tab } = page;
    await tab.locator(".headcount-time-chart path").first().waitFor();
    const fills = await tab
      .locator(".headcount-time-chart path.headcount-chart-bar")
      .evaluateAll((bars) => bars.map((bar) => getComputedStyle(bar).fill));
    expect(new Set(fills).size).toBe(3);
    const hours = await tab
      .locator(".headcount-week-chart path.headcount-chart-bar:not([d=''])")
      .evaluateAll((levels) => levels.map((level) => getComputedStyle(level).fillOpacity));
    expect(new Set(hours).size).toBeGreaterThan(1);
  });
});

async function violations(tab: Page): Promise<string[]> {
  await tab.evaluate(axe.source);
  const found = await tab.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message}`),
  );
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
