import type { BrowserContext, Page } from "playwright-core";
import { pages, users, visitors } from "./demo-pages.ts";

/** A state of the page. */
export interface Situation {
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
  await tab.getByRole("slider").first().focus();
  await tab.keyboard.press("ArrowLeft");
};
const moveInWeek = async (tab: Page): Promise<void> => {
  await tab.getByRole("slider").nth(1).focus();
  await tab.keyboard.press("ArrowLeft");
};
const openMenu = (tab: Page): Promise<void> => tab.getByText("Export", { exact: true }).click();
const openTable = (tab: Page): Promise<void> =>
  tab.getByText("Table", { exact: true }).first().click();
const chooseAccount = async (tab: Page): Promise<void> => {
  await tab.getByLabel("Account", { exact: true }).selectOption({ label: visitors.often });
  await tab.getByRole("button", { name: "Erase" }).waitFor();
};
const openVisitor = (tab: Page): Promise<void> => tab.locator(".headcount-row").first().click();

/** Every state that the page can be in: none is left out of the tests of accessibility, nor of the screenshots. */
export const situations: readonly Situation[] = [
  {
    name: "loading",
    userId: users.pro,
    sign: ".headcount-canvas > .headcount-skeleton",
    prepare: (window) => window.route("**/api/analytics/**", () => undefined),
  },
  {
    name: "trouble",
    userId: users.pro,
    sign: ".state-trouble",
    // an answer that cannot be read: after 500 it would be asked again for seconds
    prepare: (window) =>
      window.route("**/api/analytics/**", (route) => route.fulfill({ json: {} })),
  },
  {
    name: "a bucket of the chart",
    userId: users.pro,
    sign: ".headcount-visitor",
    act: moveInChart,
  },
  { name: "the menu", userId: users.pro, sign: ".headcount-visitor", act: openMenu },
  {
    name: "lines",
    userId: users.pro,
    path: "?range=12m&period=daily&by=device",
    sign: ".headcount-visitor",
  },
  { name: "a range of one's own", userId: users.pro, path: ownRange, sign: ".headcount-visitor" },
  { name: "all pages", userId: users.pro, path: "?entity=all", sign: ".headcount-sparkline path" },
  {
    name: "all pages, on Free",
    userId: users.free,
    path: "?entity=all&range=7d",
    sign: ".headcount-sparkline path",
  },
  {
    name: "new visitors",
    userId: users.pro,
    path: "?tab=new&by=source",
    sign: ".headcount-visitor",
  },
  {
    name: "an hour of the week",
    userId: users.pro,
    path: "?range=90d&by=country",
    sign: ".headcount-visitor",
    act: moveInWeek,
  },
  { name: "recharts", userId: users.pro, path: "recharts", sign: ".recharts-bar-rectangle" },
  { name: "signing in", sign: ".sign-in-user" },
  { name: "Pro", userId: users.pro, sign: ".headcount-visitor", act: openVisitor },
  { name: "a table", userId: users.pro, sign: ".headcount-visitor", act: openTable },
  {
    name: "time on page",
    userId: users.pro,
    path: "?tab=time&range=7d&by=utm_campaign",
    sign: ".headcount-visitor",
  },
  {
    name: "nothing found",
    userId: users.pro,
    path: "?range=2020-01-01_2020-01-09",
    sign: ".headcount-visitors .headcount-empty",
  },
  { name: "Free", userId: users.free, sign: ".headcount-time-chart svg" },
  { name: "a longer look back", userId: users.free, path: "?range=90d", sign: ".upgrade" },
  {
    name: "settings",
    userId: users.operator,
    path: "settings",
    sign: ".settings-facts dd:not(:text('…'))",
    act: chooseAccount,
  },
  { name: "another's settings", userId: users.pro, path: "settings", sign: ".state-trouble" },
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
    // nobody who only looks at it is counted
    prepare: (window) =>
      window.route("**/api/analytics/collect", (route) => route.fulfill({ status: 204 })),
  },
];
