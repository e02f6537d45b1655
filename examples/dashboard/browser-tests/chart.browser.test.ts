import type { HeatMap, RollingVisitors } from "@headcount/core/contract";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { pages, users } from "../testing/demo-pages.ts";
import {
  type OpenDashboard,
  type OpenDashboardOptions,
  openDashboard,
} from "../testing/open-dashboard.ts";
import { showAddress } from "../testing/show-address.ts";
import { startApp, type TestApp } from "../testing/start-app.ts";

describeInChromium("The chart", (chromium) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ days: 400, pageViews: 8_000 });
  });
  afterAll(() => app[Symbol.asyncDispose]());

  async function open(
    path: string,
    window: OpenDashboardOptions["window"] = {},
  ): Promise<OpenDashboard> {
    const userId = users.pro;
    const dashboard = await openDashboard({ chromium: chromium(), app, userId, path, window });
    await dashboard.tab.locator(".headcount-time-chart svg").waitFor();
    return dashboard;
  }

  test("names the days of each range, the newest among them, and the year where there are two", async () => {
    await using dashboard = await open("?range=7d&period=hourly");
    const { tab } = dashboard;
    const now = new Date();
    const today = now.toLocaleDateString("en-US", { month: "short", timeZone: "UTC" });
    for (const [path, least, most, years] of [
      ["?range=7d&period=hourly", 7, 7, []],
      ["?range=12m", 12, 12, [now.getUTCFullYear()]],
      ["?range=12m&period=daily", 4, 12, [now.getUTCFullYear()]],
      ["?range=12m&period=weekly", 4, 12, [now.getUTCFullYear()]],
      ["?range=90d", 4, 12, []],
      ["?range=30d", 4, 12, []],
    ] as const) {
      await showAddress(tab, path);
      const wide = await labelsAt(tab, 1440);
      expect(wide.length, "as many as have room").toBeLessThanOrEqual(most);
      expect(wide.length, "and no fewer").toBeGreaterThanOrEqual(least);
      for (const year of years) expect(wide.join(" ")).toContain(String(year));
      const narrow = await labelsAt(tab, 375);
      expect(narrow.length, "on a phone too").toBeLessThanOrEqual(most);
      expect(narrow.length, "at least the first and the last").toBeGreaterThanOrEqual(2);
      for (const labels of [wide, narrow]) {
        for (const label of labels) expect(label, "days, and not hours").toMatch(/[A-Z][a-z]{2}/);
        expect(labels.at(-1)).toContain(today);
      }
    }
  });

  test("draws bars up to two months of days, and lines beyond", async () => {
    await using dashboard = await open("?range=30d");
    const { tab } = dashboard;
    expect(
      await tab.locator(".headcount-time-chart path.headcount-chart-bar").count(),
    ).toBeGreaterThan(0);
    expect(await tab.locator("path.headcount-chart-line").count()).toBe(0);
    await tab.getByLabel("90 days").check({ force: true });
    await expect.poll(() => tab.locator("path.headcount-chart-line").count()).toBeGreaterThan(0);
    expect(await tab.locator(".headcount-time-chart path.headcount-chart-bar").count()).toBe(0);
  });

  test("hatches what is incomplete, and says why", async () => {
    await using dashboard = await open("?range=12m");
    const { tab } = dashboard;
    const hatched = tab.locator('path[fill^="url("]');
    expect(await hatched.first().getAttribute("d"), "one bar: this month").toMatch(/^M[^M]+$/);
    await tab.getByRole("slider").first().focus();
    await tab.keyboard.press("End");
    await tab.getByText("This month isn't over").waitFor();
    expect(await tab.getByRole("slider").first().getAttribute("aria-valuetext")).toMatch(
      /^\w+ \d{4}: Views [\d,]+, .*\. This month isn't over$/,
    );
    await tab.keyboard.press("Home");
    await expect.poll(() => tab.getByText("isn't over").count()).toBe(0);
  });

  test("is one stop of the tab key, and arrows go from bucket to bucket", async () => {
    await using dashboard = await open("?range=30d");
    const { tab } = dashboard;
    await tab.getByLabel("Visits").focus();
    await tab.keyboard.press("Tab");
    expect(await focused(tab)).toBe("slider");
    const tip = tab.locator(".headcount-tip strong");
    await tab.keyboard.press("ArrowLeft");
    const newest = await tip.textContent();
    await tab.keyboard.press("ArrowLeft");
    await expect.poll(() => tip.textContent()).not.toBe(newest);
    await tab.keyboard.press("Escape");
    await expect.poll(() => tip.count()).toBe(0);
    await tab.keyboard.press("Tab");
    expect(await focused(tab), "the choice of the period").toBe("Period");
  });

  test("of the hours of the week is one stop too, with arrows from hour to hour and from day to day", async () => {
    await using dashboard = await open("?range=90d");
    const { tab } = dashboard;
    const week = tab.locator(".headcount-week-chart");
    await week.locator("svg").waitFor();
    await tab.locator(".headcount-heat-map").getByLabel("Chart").focus();
    await tab.keyboard.press("Tab");
    expect(await week.evaluate((chart) => chart === document.activeElement)).toBe(true);
    const hour = (): Promise<string | null> => week.getAttribute("aria-valuetext");
    const busiest = await hour();
    await tab.keyboard.press("ArrowLeft");
    expect(await tab.locator(".headcount-tip").count(), "the first key shows the busiest").toBe(1);
    expect(await hour()).toBe(busiest);
    for (const key of ["Home", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp"]) {
      await tab.keyboard.press(key);
    }
    await expect
      .poll(hour)
      .toMatch(/^Mon, 12:00.*1:00.AM: Visitors per hour [\d.]+, Views per hour [\d.]+$/);
    await tab.keyboard.press("ArrowDown");
    await expect.poll(hour).toMatch(/^Tue, 12:00/);
    await tab.keyboard.press("End");
    await expect.poll(hour).toMatch(/^Tue, 11:00/);
    const answer = await dashboard.window.request.get(
      `${app.url}api/analytics/heat-map?${new URLSearchParams({ ...pages.ofPro, date_from: daysAgo(89) })}`,
    );
    const { data } = (await answer.json()) as HeatMap;
    const { visitors_per_hour, views_per_hour } = data[47] ?? {};
    expect(await hour()).toMatch(
      `: Visitors per hour ${visitors_per_hour}, Views per hour ${views_per_hour}`,
    );
    await tab.locator(".headcount-heat-map").getByLabel("Table").check({ force: true });
    const cell = tab.locator(".headcount-heat-map tbody tr").nth(23).locator("td").nth(1);
    expect(await cell.textContent(), "the table says the same").toBe(String(visitors_per_hour));
    const rolling = await dashboard.window.request.get(
      `${app.url}api/analytics/rolling-visitors?${new URLSearchParams({ ...pages.ofPro, date_from: daysAgo(89) })}`,
    );
    const day = ((await rolling.json()) as RollingVisitors).data.at(-2);
    expect(await tab.locator(".regulars").textContent()).toContain(
      `: ${day?.visitors_1_day} in a day, ${day?.visitors_7_days} in 7 days, ${day?.visitors_28_days} in 28 days.`,
    );
    expect(await tab.locator(".headcount-week-chart").count()).toBe(0);
  });

  test("shows a tapped bucket without a ring over it", async () => {
    const phone = { viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true };
    await using dashboard = await open("?range=30d", phone);
    const { tab } = dashboard;
    await tab
      .getByRole("slider")
      .first()
      .tap({ position: { x: 150, y: 80 } });
    await tab.locator(".headcount-tip").waitFor();
    const ring = await tab
      .getByRole("slider")
      .first()
      .evaluate((chart) => [
        getComputedStyle(chart).boxShadow,
        getComputedStyle(chart).outlineStyle,
      ]);
    expect(ring).toEqual(["none", "none"]);
  });

  test("names times as a clock is read", async () => {
    await using dashboard = await open("?range=12m&tab=time");
    const labels = await dashboard.tab
      .locator(".headcount-time-chart .headcount-chart-axes g text")
      .allTextContents();
    expect(labels.length).toBeGreaterThan(2);
    for (const label of labels) expect(label).toMatch(/^(?:0s|[125]s|[135]0s|15s|\d+m(?: 30s)?)$/);
  });

  test("writes dates and numbers as the reader does, of the reporting time zone", async () => {
    const reader = { locale: "de-DE", timezoneId: "Pacific/Kiritimati" };
    await using dashboard = await open("?range=12m", reader);
    const { tab } = dashboard;
    const dates = (await tab.locator(".headcount-range-text").textContent()) ?? "";
    const today = new Date().toLocaleDateString("de", {
      day: "numeric",
      month: "short",
      timeZone: "UTC",
    });
    expect(dates).toContain(today);
    expect(dates).toMatch(/ · UTC$/);
    await tab.getByRole("slider").first().focus();
    await tab.keyboard.press("End");
    const month = new Date().toLocaleDateString("de", { month: "long", timeZone: "UTC" });
    await expect.poll(() => tab.locator(".headcount-tip strong").textContent()).toContain(month);
  });

  test("draws a year of days with as many elements as a month", async () => {
    await using dashboard = await open("?range=30d");
    const { tab } = dashboard;
    const drawn = async (): Promise<number> => {
      await tab.locator(".headcount-time-chart svg").waitFor();
      return tab.locator(".headcount-time-chart *").count();
    };
    const ofMonth = await drawn();
    await tab.goto(`${app.url}?range=12m&period=daily`);
    // some labels of the time axis more or less
    expect(Math.abs((await drawn()) - ofMonth)).toBeLessThan(20);
  });
});

/** The labels of the time axis in a window of a width; none of them runs into another. */
async function labelsAt(tab: Page, width: number): Promise<string[]> {
  await tab.setViewportSize({ width, height: 900 });
  const isDrawnAnew = (): Promise<boolean> =>
    tab.locator(".headcount-time-chart svg").evaluate((svg) => {
      const [, , drawn] = svg.getAttribute("viewBox")?.split(" ") ?? [];
      return Math.abs(Number(drawn) - svg.getBoundingClientRect().width) < 1;
    });
  await expect.poll(isDrawnAnew).toBe(true);
  expect(await overlaps(tab)).toEqual([]);
  return tab.locator(".headcount-time-chart .headcount-chart-axes > text").allTextContents();
}

function daysAgo(count: number): string {
  return new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10);
}

function focused(tab: Page): Promise<string | null | undefined> {
  return tab.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute("role") ?? activeElement?.getAttribute("aria-label");
  });
}

/** Labels of the time axis that run into each other. */
function overlaps(tab: Page): Promise<string[]> {
  return tab.locator(".headcount-time-chart .headcount-chart-axes > text").evaluateAll((labels) => {
    const boxes = labels.map((label) => label.getBoundingClientRect());
    return labels
      .filter((_, nth) => (boxes[nth]?.left ?? 0) < (boxes[nth - 1]?.right ?? -1) + 4)
      .map(({ textContent }) => textContent ?? "");
  });
}
