import type { TimeSeries, VisitorList } from "@headcount/core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { formatCount } from "../format/format-measure.ts";
import { type OpenDashboard, openDashboard } from "../testing/open-dashboard.ts";
import { pages, startApp, type TestApp, users } from "../testing/start-app.ts";

describeInChromium("Exploring the dashboard", (chromium) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  async function open(path = ""): Promise<OpenDashboard> {
    const dashboard = await openDashboard({
      chromium: chromium(),
      app,
      userId: users.pro,
      path,
    });
    await dashboard.tab.locator(".visitor").first().waitFor();
    return dashboard;
  }

  async function ask<Answer>(dashboard: OpenDashboard, question: string): Promise<Answer> {
    const query = new URLSearchParams(pages.ofPro);
    const response = await dashboard.window.request.get(
      `${app.url}api/analytics/${question}&${query}`,
    );
    return (await response.json()) as Answer;
  }

  test("shows the totals that the API answers, of each range that is chosen", async () => {
    await using dashboard = await open("?range=7d");
    const { tab } = dashboard;
    for (const [label, days] of [
      ["7 days", 7],
      ["90 days", 90],
    ] as const) {
      await tab.getByLabel(label).check({ force: true });
      const { totals } = await ask<TimeSeries>(
        dashboard,
        `time-series?date_from=${daysAgo(days - 1)}`,
      );
      await expect.poll(() => total(tab, "Views")).toBe(formatCount(totals.views));
      await expect
        .poll(() => total(tab, "Unique visitors"))
        .toBe(formatCount(totals.unique_visitors));
    }
    expect(new URL(tab.url()).searchParams.get("range")).toBe("90d");
    await tab.reload();
    await expect.poll(() => tab.getByLabel("90 days").isChecked()).toBe(true);
  });

  test("shows a range of one's own, in the period of one's own", async () => {
    await using dashboard = await open();
    const { tab } = dashboard;
    await tab.getByLabel("Custom").check({ force: true });
    await tab.getByLabel("First day").fill(daysAgo(20));
    await tab.getByLabel("Last day").fill(daysAgo(6));
    await tab.getByLabel("Period").selectOption("weekly");
    const { totals } = await ask<TimeSeries>(
      dashboard,
      `time-series?date_from=${daysAgo(20)}&date_to=${daysAgo(6)}`,
    );
    await expect.poll(() => total(tab, "Views")).toBe(formatCount(totals.views));
    await tab.getByText("Table", { exact: true }).click();
    await tab
      .getByRole("rowheader", { name: /Week of/ })
      .first()
      .waitFor();
  });

  test("finds visitors by name, only accounts or only sessions, and sorts them", async () => {
    await using dashboard = await open();
    const { tab } = dashboard;
    const { data } = await ask<VisitorList>(dashboard, "visitors?kind=account&limit=1");
    const name = data[0]?.display_name ?? "";
    await tab.getByLabel("Search visitors by name").fill(name.toUpperCase());
    await expect.poll(() => names(tab)).toEqual([name]);
    await tab.getByLabel("Search visitors by name").fill("nobody is called so");
    await tab.getByRole("button", { name: "Show everybody" }).click();

    await tab.getByLabel("Anonymous").check({ force: true });
    await expect.poll(async () => new Set(await names(tab))).toEqual(new Set(["Anonymous"]));
    await tab.getByLabel("Accounts", { exact: true }).check({ force: true });
    await tab.getByLabel("Sort by").selectOption("last_visit");
    const latest = await ask<VisitorList>(
      dashboard,
      `visitors?kind=account&sort=last_visit&limit=3&date_from=${daysAgo(29)}`,
    );
    await expect
      .poll(async () => (await names(tab)).slice(0, 3))
      .toEqual(latest.data.map(({ display_name }) => display_name));
  });

  test("lists further visitors when one scrolls to the end, each of them once", async () => {
    await using dashboard = await open("?range=90d");
    const { tab } = dashboard;
    const { data } = await ask<VisitorList>(
      dashboard,
      `visitors?limit=1000&date_from=${daysAgo(89)}`,
    );
    expect(data.length).toBeGreaterThan(100);
    await expect
      .poll(async () => {
        await tab.mouse.wheel(0, 4_000);
        return tab.locator(".visitor").count();
      })
      .toBeGreaterThan(100);
    const details = await tab.locator(".visitor-name .muted").allTextContents();
    expect(new Set(details).size).toBe(details.length);
  });

  test("shows a visitor's visits, by keyboard alone", async () => {
    await using dashboard = await open();
    const { tab } = dashboard;
    const row = tab.locator(".visitor-row").first();
    await tab.getByLabel("Sort by").focus();
    await tab.keyboard.press("Tab");
    expect(await row.evaluate((element) => element === document.activeElement)).toBe(true);
    await tab.keyboard.press("Enter");
    expect(await row.getAttribute("aria-expanded")).toBe("true");
    await tab.locator(".visits time").first().waitFor();
  });

  test("tells the numbers of the chart to arrow keys", async () => {
    await using dashboard = await open();
    const { tab } = dashboard;
    await tab.locator(".recharts-surface").first().focus();
    await tab.keyboard.press("ArrowRight");
    await tab.keyboard.press("ArrowRight");
    const first = await tab.locator(".chart-tip strong").textContent();
    await tab.keyboard.press("ArrowRight");
    await expect.poll(() => tab.locator(".chart-tip strong").textContent()).not.toBe(first);
    expect(await tab.getByRole("status").textContent()).toMatch(/Views\d/);
  });

  test("shows a view of another tab without a reload", async () => {
    await using dashboard = await open("?range=7d");
    const { tab } = dashboard;
    const views = Number((await total(tab, "Views")).replaceAll(",", ""));
    const { entity_type, entity_id } = pages.ofPro;
    await using visitor = await openDashboard({
      chromium: chromium(),
      app,
      path: `${entity_type}/${entity_id}`,
    });
    await visitor.tab.getByText("This view was counted.").waitFor();
    await expect.poll(() => total(tab, "Views")).toBe(formatCount(views + 1));
  });

  test("goes on showing what it has while the server is gone, and says so", async () => {
    await using dashboard = await open();
    const { tab, window } = dashboard;
    await window.route("**/api/analytics/**", (route) => route.abort());
    await tab.getByText("Connecting again").waitFor();
    expect(await total(tab, "Views")).toMatch(/^[\d,]+$/);
    await window.unroute("**/api/analytics/**");
    await tab.getByText("Live", { exact: true }).waitFor();
  });

  test.each([
    [400, "This cannot be shown", "Your own pages"],
    [401, "You are signed out", "Sign in"],
    [501, "The numbers did not arrive", "Try again"],
  ])("offers what helps when the answer is %i", async (status, title, way) => {
    await using dashboard = await open();
    const { tab, window } = dashboard;
    await window.route("**/api/analytics/**", (route) => route.fulfill({ status, json: {} }));
    await tab.reload();
    const trouble = tab.getByRole("alert").first();
    await trouble.getByRole("heading", { name: title }).waitFor();
    expect(await trouble.locator("a, button").allTextContents()).toEqual([way]);
  });
});

async function total(tab: Page, name: string): Promise<string> {
  const box = tab.locator(".total").filter({ hasText: name });
  return (await box.locator("dd").textContent()) ?? "";
}

function names(tab: Page): Promise<string[]> {
  return tab.locator(".visitor-name strong").allTextContents();
}

function daysAgo(count: number): string {
  return new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10);
}
