import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { openDashboard } from "../testing/open-dashboard.ts";
import { situations } from "../testing/situations.ts";
import { startApp, type TestApp } from "../testing/start-app.ts";
import { violationsOf } from "../testing/violations-of.ts";

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
    expect(await violationsOf(tab)).toEqual([]);
  });
});
