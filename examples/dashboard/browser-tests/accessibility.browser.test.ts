import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { openDashboard } from "../testing/open-dashboard.ts";
import { situations } from "../testing/situations.ts";
import { startApp, type TestApp } from "../testing/start-app.ts";

const looks = [
  ["light", 1440],
  ["dark", 375],
] as const;

describeInChromium("axe finds nothing at all", (chromium) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ days: 40, pageViews: 1_500 });
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test.each(situations)("$name", { timeout: 120_000 }, async (situation) => {
    const { userId, path = "", sign, act, prepare } = situation;
    await using dashboard = await openDashboard({
      chromium: chromium(),
      app,
      path,
      ...(userId !== undefined && { userId }),
      ...(prepare !== undefined && { prepare }),
    });
    const { tab } = dashboard;
    await tab.locator(sign).first().waitFor();
    await act?.(tab);
    for (const [colorScheme, width] of looks) {
      await tab.emulateMedia({ colorScheme });
      await tab.setViewportSize({ width, height: 900 });
      expect(await violationsOf(tab)).toEqual([]);
      const overflow = await tab.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
    }
  });
});

async function violationsOf(tab: Page): Promise<string[]> {
  await tab.evaluate(axe.source);
  const { violations } = await tab.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
