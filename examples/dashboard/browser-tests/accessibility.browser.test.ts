import axe from "axe-core";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { openDashboard } from "../testing/open-dashboard.ts";
import { pages, startApp, type TestApp, users } from "../testing/start-app.ts";

interface Situation {
  name: string;
  userId?: string;
  path?: string;
  /** What is there when it is ready. */
  sign: string;
  act?: (tab: Page) => Promise<void>;
  prepare?: (window: BrowserContext) => Promise<unknown>;
}

const ownRange = "?range=2020-01-01_2099-01-01";
const moveInChart = async (tab: Page): Promise<void> => {
  await tab.getByRole("slider").focus();
  await tab.keyboard.press("ArrowLeft");
};
const openMenu = (tab: Page): Promise<void> => tab.getByText("Export", { exact: true }).click();
const openTable = (tab: Page): Promise<void> => tab.getByText("Table", { exact: true }).click();
const openVisitor = (tab: Page): Promise<void> => tab.locator(".visitor-row").first().click();

const situations: Situation[] = [
  {
    name: "loading",
    userId: users.pro,
    sign: ".chart-skeleton",
    prepare: (window) => window.route("**/api/analytics/**", () => undefined),
  },
  {
    name: "trouble",
    userId: users.pro,
    sign: ".state-trouble",
    prepare: (window) =>
      window.route("**/api/analytics/**", (route) => route.fulfill({ status: 501, json: {} })),
  },
  { name: "a bucket of the chart", userId: users.pro, sign: ".visitor", act: moveInChart },
  { name: "the menu", userId: users.pro, sign: ".visitor", act: openMenu },
  { name: "lines", userId: users.pro, path: "?range=12m&period=daily", sign: ".visitor" },
  { name: "a range of one's own", userId: users.pro, path: ownRange, sign: ".visitor" },
  { name: "signing in", sign: ".sign-in-user" },
  { name: "Pro", userId: users.pro, sign: ".visitor", act: openVisitor },
  { name: "a table", userId: users.pro, sign: ".visitor", act: openTable },
  { name: "time on page", userId: users.pro, path: "?tab=time&range=7d", sign: ".visitor" },
  {
    name: "nothing found",
    userId: users.pro,
    path: "?range=2020-01-01_2020-01-09",
    sign: ".visitors-none",
  },
  { name: "Free", userId: users.free, sign: ".upgrade" },
  { name: "a longer look back", userId: users.free, path: "?range=90d", sign: ".upgrade" },
  { name: "a stranger", userId: users.stranger, sign: ".state" },
  {
    name: "another's page",
    userId: users.stranger,
    path: `?entity=${pages.ofPro.entity_type}/${pages.ofPro.entity_id}`,
    sign: ".state-trouble",
  },
  {
    name: "a page that is viewed",
    path: `${pages.ofPro.entity_type}/${pages.ofPro.entity_id}`,
    sign: ".public-page-note",
  },
];

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
