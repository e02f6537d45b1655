import type { Breakdown } from "@headcount/core/contract";
import { formatMeasure } from "@headcount/core/present";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { pages, users } from "../testing/demo-pages.ts";
import { type OpenDashboard, openDashboard } from "../testing/open-dashboard.ts";
import { startApp, type TestApp } from "../testing/start-app.ts";

describeInChromium("The address", (chromium) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  async function open(path: string): Promise<OpenDashboard> {
    const userId = users.pro;
    const dashboard = await openDashboard({ chromium: chromium(), app, userId, path });
    await dashboard.tab.locator(".headcount-visitors").waitFor();
    return dashboard;
  }

  test("has the search, the kind and the order of the visitors, and leaves out what is usual", async () => {
    await using dashboard = await open("?range=90d");
    const { tab } = dashboard;
    await tab.getByLabel("Search visitors by name").pressSequentially("xyzzy", { delay: 30 });
    await expect.poll(() => field(tab, "search")).toBe("xyzzy");
    await tab.getByLabel("Accounts", { exact: true }).check({ force: true });
    await tab.getByLabel("Sort by").selectOption("first_visit");
    await expect.poll(() => field(tab, "sort")).toBe("first_visit");
    expect(field(tab, "kind")).toBe("account");

    await tab.reload();
    await tab.getByText("No visitors match “xyzzy”").waitFor();
    expect(await tab.getByLabel("Search visitors by name").inputValue()).toBe("xyzzy");
    expect(await tab.getByLabel("Accounts", { exact: true }).isChecked()).toBe(true);
    expect(await tab.getByLabel("Sort by").inputValue()).toBe("first_visit");
    await tab.getByRole("button", { name: "Clear filters" }).click();
    await tab.getByLabel("Sort by").selectOption("last_visit");
    await expect.poll(() => new URL(tab.url()).search).toBe("?range=90d");
  });

  test("has by what it is said where visitors came from, as the API answers it", async () => {
    await using dashboard = await open("?range=90d");
    const { tab, window } = dashboard;
    const panel = tab.getByRole("region", { name: "Where from" });
    await panel.getByLabel("Source").check({ force: true });
    const date_from = new Date(Date.now() - 89 * 86_400_000).toISOString().slice(0, 10);
    const asked = { ...pages.ofPro, date_from, dimension: "source", limit: "7" };
    const response = await window.request.get(
      `${app.url}api/analytics/breakdown?${new URLSearchParams(asked)}`,
    );
    const { data } = (await response.json()) as Breakdown;
    expect(data.map(({ value }) => value)).toContain("Google");
    const locale = "en-US";
    const known = data.filter(({ value }) => value !== null);
    const expected = known.map(({ value, unique_visitors, views }) => [
      value,
      formatMeasure("unique_visitors", unique_visitors, { locale }),
      formatMeasure("views", views, { locale }),
    ]);
    const shown = (): Promise<(string | null)[][]> =>
      panel
        .locator("tbody tr")
        .evaluateAll((rows) =>
          rows.map((row) => [...row.children].slice(0, 3).map(({ textContent }) => textContent)),
        );
    await expect.poll(async () => (await shown()).slice(0, known.length)).toEqual(expected);
    expect(field(tab, "by")).toBe("source");
    await tab.reload();
    await expect.poll(async () => (await shown()).slice(0, known.length)).toEqual(expected);
  });

  test("a word is searched for when it is written, and going back passes no piece of it", async () => {
    await using dashboard = await open("");
    const { tab } = dashboard;
    await tab.getByLabel("7 days").check({ force: true });
    const asked: string[] = [];
    tab.on("request", (request) => {
      const search = new URL(request.url()).searchParams.get("search");
      if (search !== null && !asked.includes(search)) asked.push(search);
    });
    await tab.getByLabel("Search visitors by name").pressSequentially("an");
    await expect.poll(() => asked).toEqual(["an"]);
    await tab.goBack();
    await expect.poll(() => tab.getByLabel("30 days").isChecked()).toBe(true);
    await expect.poll(() => tab.getByLabel("Search visitors by name").inputValue()).toBe("");
  });

  test("a year that is typed is asked for once it is whole, and no year 2, 20 or 202", async () => {
    const year = new Date().getUTCFullYear() - 1;
    await using dashboard = await open("?range=2026-01-05_2026-01-09");
    const { tab } = dashboard;
    const asked: string[] = [];
    tab.on("request", (request) => {
      const from = new URL(request.url()).searchParams.get("date_from");
      if (from !== null && !asked.includes(from)) asked.push(from);
    });
    const first = tab.getByLabel("First day");
    await first.focus();
    // month, day, year: as the browser of an American has it
    await tab.keyboard.type(`0202${year}`, { delay: 60 });
    await tab.waitForTimeout(500);
    expect(asked.filter((date) => date !== "2026-01-05")).toEqual([]);
    await tab.keyboard.press("Enter");
    await expect.poll(() => field(tab, "range")).toMatch(new RegExp(`^${year}-02-02_`));
    await expect.poll(() => asked.at(-1)).toBe(`${year}-02-02`);
    expect(asked.every((date) => date.startsWith("20"))).toBe(true);
  });

  test("a day that does not exist yet is not asked for", async () => {
    await using dashboard = await open("?range=2026-01-05_2026-01-09");
    const { tab } = dashboard;
    const last = tab.getByLabel("Last day");
    await last.fill("2999-01-01");
    await last.blur();
    await expect.poll(() => last.inputValue()).toBe("2026-01-09");
    expect(field(tab, "range")).toBe("2026-01-05_2026-01-09");
  });
});

function field(tab: Page, name: string): string | null {
  return new URL(tab.url()).searchParams.get(name);
}
