import type {
  EntityTotals,
  LiveVisitors,
  MeasureChange,
  TimeSeries,
  VisitorList,
} from "@headcount/core/contract";
import { formatChange, formatMeasure } from "@headcount/core/present";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { pages, users } from "../testing/demo-pages.ts";
import { type OpenDashboard, openDashboard } from "../testing/open-dashboard.ts";
import { startApp, type TestApp } from "../testing/start-app.ts";

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
    await dashboard.tab.locator(".headcount-visitor").first().waitFor();
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

  test("says who is new, what is compared, who is here now, and what a visitor is", async () => {
    await using dashboard = await open();
    const { tab } = dashboard;
    const range = `date_from=${daysAgo(29)}&compare_from=${daysAgo(59)}&compare_to=${daysAgo(30)}`;
    const { totals, compare } = await ask<TimeSeries>(dashboard, `time-series?${range}`);
    for (const [name, measure] of [
      ["New visitors", "new_visitors"],
      ["Returning visitors", "returning_visitors"],
    ] as const) {
      await expect.poll(() => total(tab, name)).toBe(formatCount(totals[measure] ?? Number.NaN));
      const box = tab.locator(".headcount-card").filter({ hasText: name });
      const change = formatChange(compare?.change?.[measure].percent ?? null, { locale: "en-US" });
      expect(await box.locator("dd").nth(1).textContent()).toBe(change);
    }
    expect(await tab.locator(".headcount-compared").textContent()).toMatch(/^vs\. /);
    const { data } = await ask<LiveVisitors>(dashboard, "live?minutes=5");
    await tab.getByText(`${data[0]?.unique_visitors} here now`).waitFor();
    await tab.getByText("when signed out, a browser: people who come back count once.").waitFor();
    expect(await tab.getByLabel("Sort by").inputValue()).toBe("last_visit");
  });

  test("lists all pages with what the API answers of each, and opens one", async () => {
    await using dashboard = await openDashboard({
      chromium: chromium(),
      app,
      userId: users.pro,
      path: "?range=7d",
    });
    const { tab, window } = dashboard;
    await tab.getByRole("button", { name: "All pages" }).click();
    const rows = tab.locator(".headcount-pages tbody tr");
    await rows.locator("svg path").first().waitFor();
    expect(await tab.getByText(/^vs\. /).count(), "said once for all that is compared").toBe(1);
    const entities = await tab
      .locator(".headcount-pages a")
      .evaluateAll((links) =>
        links.map((link) => new URLSearchParams((link as HTMLAnchorElement).search).get("entity")),
      );
    const response = await window.request.post(`${app.url}api/analytics/entity-totals`, {
      data: {
        entities: entities.map((entity) => {
          const [entity_type, entity_id] = entity?.split("/") ?? [];
          return { entity_type, entity_id };
        }),
        date_from: daysAgo(6),
        compare: "previous_period",
      },
    });
    const { data } = (await response.json()) as EntityTotals;
    expect(data).toHaveLength(4);
    const shown = await rows.evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent)),
    );
    const written = (count: number, change: MeasureChange | undefined): string =>
      `${formatCount(count)}${formatChange(change?.percent ?? null, { locale: "en-US" })}`;
    expect(shown.map((cells) => cells.slice(0, 2))).toEqual(
      data.map(({ views, unique_visitors, change }) => [
        written(views, change?.views),
        written(unique_visitors, change?.unique_visitors),
      ]),
    );
    // who viewed several of them is one of those who viewed any
    const owner = `level=owner&owner_id=${users.pro}&date_from=${daysAgo(6)}`;
    const askOwner = (query: string) =>
      window.request.get(`${app.url}api/analytics/time-series?${query}`);
    expect((await askOwner(owner.replace(users.pro, users.free))).status()).toBe(403);
    const asked = await askOwner(owner);
    const { totals } = (await asked.json()) as TimeSeries;
    await expect
      .poll(() => total(tab, "Unique visitors"))
      .toBe(formatCount(totals.unique_visitors));
    const sum = data.reduce((all, { unique_visitors }) => all + unique_visitors, 0);
    expect(totals.unique_visitors).toBeLessThan(sum);
    await tab.getByRole("link", { name: "Studio by the old harbour" }).click();
    await tab.getByRole("heading", { name: "Studio by the old harbour" }).waitFor();
    await expect.poll(() => tab.getByLabel("7 days").isChecked()).toBe(true);
  });

  test("draws the same series with recharts, on a page that loads it by itself", async () => {
    await using dashboard = await open("?range=7d");
    const { tab } = dashboard;
    const scripts = (): Promise<string[]> =>
      tab.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    expect((await scripts()).filter((name) => name.includes("recharts"))).toEqual([]);
    await tab.goto(`${app.url}recharts?range=7d`);
    await expect
      .poll(() => tab.locator(".recharts-bar-rectangle path").count())
      .toBeGreaterThan(13);
    expect((await scripts()).filter((name) => name.includes("recharts"))).not.toEqual([]);
    expect(await tab.locator('.recharts-wrapper [tabindex="0"]').count(), "no stops inside").toBe(
      0,
    );
  });

  test("shows a range of one's own, in the period of one's own", async () => {
    await using dashboard = await open();
    const { tab } = dashboard;
    await tab.getByLabel("Custom").check({ force: true });
    for (const [label, date] of [
      ["First day", daysAgo(20)],
      ["Last day", daysAgo(6)],
    ] as const) {
      await tab.getByLabel(label).fill(date);
      await tab.getByLabel(label).press("Enter");
    }
    await tab.getByLabel("Period").selectOption("weekly");
    const { totals } = await ask<TimeSeries>(
      dashboard,
      `time-series?date_from=${daysAgo(20)}&date_to=${daysAgo(6)}`,
    );
    await expect.poll(() => total(tab, "Views")).toBe(formatCount(totals.views));
    await tab.getByText("Table", { exact: true }).first().click();
    await tab.getByRole("rowheader", { name: / – / }).first().waitFor();
  });

  test("finds visitors by name, only accounts or only sessions, and sorts them", async () => {
    await using dashboard = await open();
    const { tab } = dashboard;
    const { data } = await ask<VisitorList>(dashboard, "visitors?kind=account&limit=1");
    const name = data[0]?.display_name ?? "";
    await tab.getByLabel("Search visitors by name").fill(name.toUpperCase());
    await expect.poll(() => names(tab)).toEqual([name]);
    await tab.getByLabel("Search visitors by name").fill("nobody is called so");
    await tab.getByText("No visitors match “nobody is called so”").waitFor();
    await tab.getByText("Search finds signed-in visitors only.").waitFor();
    await tab.getByRole("button", { name: "Clear filters" }).click();
    await expect.poll(() => tab.getByLabel("Search visitors by name").inputValue()).toBe("");

    await tab.getByLabel("Anonymous").check({ force: true });
    await expect.poll(async () => new Set(await names(tab))).toEqual(new Set(["Anonymous"]));
    await tab.getByLabel("Accounts", { exact: true }).check({ force: true });
    for (const sort of ["last_visit", "first_visit", "visit_count"]) {
      await tab.getByLabel("Sort by").selectOption(sort);
      const first = await ask<VisitorList>(
        dashboard,
        `visitors?kind=account&sort=${sort}&limit=3&date_from=${daysAgo(29)}`,
      );
      await expect
        .poll(async () => (await names(tab)).slice(0, 3))
        .toEqual(first.data.map(({ display_name }) => display_name));
    }
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
        return tab.locator(".headcount-visitor").count();
      })
      .toBeGreaterThan(100);
    const details = await tab.locator(".headcount-name .headcount-note").allTextContents();
    expect(new Set(details).size).toBe(details.length);
  });

  test("shows a visitor's visits, by keyboard alone", async () => {
    await using dashboard = await open();
    const { tab } = dashboard;
    const row = tab.locator(".headcount-row").first();
    await tab.getByLabel("Sort by").focus();
    await tab.keyboard.press("Tab");
    expect(await row.evaluate((element) => element === document.activeElement)).toBe(true);
    await tab.keyboard.press("Enter");
    expect(await row.getAttribute("aria-expanded")).toBe("true");
    await tab.locator(".headcount-visits time").first().waitFor();
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
    await visitor.tab.getByText("This page counts its views.").waitFor();
    await expect.poll(() => total(tab, "Views")).toBe(formatCount(views + 1));
  });
});

function formatCount(count: number): string {
  return formatMeasure("views", count, { locale: "en-US" });
}

async function total(tab: Page, name: string): Promise<string> {
  const box = tab.locator(".headcount-card").filter({ hasText: name });
  return (await box.locator("dd").first().textContent()) ?? "";
}

function names(tab: Page): Promise<string[]> {
  return tab.locator(".headcount-name strong").allTextContents();
}

function daysAgo(count: number): string {
  return new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10);
}
