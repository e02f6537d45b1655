import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TimeSeries } from "@headcount/core";
import type { Breakdown } from "@headcount/core/contract";
import { formatMeasure, formatMeasureChange } from "@headcount/core/present";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { pages, users } from "../testing/demo-pages.ts";
import { openDashboard } from "../testing/open-dashboard.ts";
import { showAddress } from "../testing/show-address.ts";
import { signIn } from "../testing/sign-in.ts";
import { startApp, type TestApp } from "../testing/start-app.ts";

const hasPoppler = spawnSync("pdftoppm", ["-v"]).error === undefined;
if (!hasPoppler) {
  process.stdout.write(
    "The report is not drawn: there is no pdftoppm on PATH (Debian: apt-get install poppler-utils).\n",
  );
}

describeInChromium("The dashboard on paper", (chromium) => {
  let app: TestApp;
  let folder: string;
  beforeAll(async () => {
    app = await startApp();
    folder = mkdtempSync(join(tmpdir(), "headcount-paper-"));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await app[Symbol.asyncDispose]();
  });

  test("the CSV has the numbers of the chart", async () => {
    const userId = users.pro;
    await using dashboard = await openDashboard({ chromium: chromium(), app, userId });
    const { tab, window } = dashboard;
    await tab.getByText("Export", { exact: true }).click();
    const address = await tab.getByRole("link", { name: "Numbers (CSV)" }).getAttribute("href");
    const csv = await (await window.request.get(new URL(address ?? "", app.url).href)).text();
    const url = new URL((address ?? "").replace("time-series.csv", "time-series"), app.url);
    url.searchParams.delete("for");
    const { data } = (await (await window.request.get(url.href)).json()) as TimeSeries;
    const lines = csv.trimEnd().split("\r\n").slice(1);
    expect(lines.map((line) => line.split(",").slice(0, 3))).toEqual(
      data.map(({ date, views, unique_visitors }) => [date, `${views}`, `${unique_visitors}`]),
    );
    await tab.getByText("Table", { exact: true }).first().click();
    const cells = tab.locator(".headcount-table tbody tr td:nth-child(2)");
    await expect
      .poll(async () => (await cells.allTextContents()).toReversed())
      .toEqual(data.map(({ views }) => formatMeasure("views", views, { locale: "en-US" })));
  });

  test("printing takes two pages at most, with where visitors came from, in light colours", async () => {
    await using dashboard = await openDashboard({
      chromium: chromium(),
      app,
      userId: users.pro,
      window: { colorScheme: "dark" },
    });
    const { tab } = dashboard;
    await tab.locator(".headcount-visitor").first().waitFor();
    for (const path of [
      "?range=12m",
      "?range=12m&period=daily",
      "?range=7d&tab=time",
      "?by=source",
    ]) {
      await showAddress(tab, path);
      await tab.locator(".headcount-visitors[aria-busy=false]").waitFor();
      await tab.locator(".headcount-where-from[aria-busy=false]").waitFor();
      const pdf = await tab.pdf({ preferCSSPageSize: true });
      expect([path, pageCount(pdf) <= 2]).toEqual([path, true]);
    }
    await tab.emulateMedia({ media: "print", colorScheme: "dark" });
    await tab.setViewportSize({ width: 700, height: 1_000 });
    expect((await tab.locator("h1").boundingBox())?.height, "as wide as paper").toBeGreaterThan(8);
    const paper = await tab.evaluate(() => getComputedStyle(document.documentElement).background);
    expect(paper).toContain("rgb(255, 255, 255)");
    expect(await tab.getByRole("rowheader", { name: "Google" }).isVisible()).toBe(true);
  });

  test("printing the table shows all of its rows, on two pages at most", async () => {
    const userId = users.pro;
    await using dashboard = await openDashboard({ chromium: chromium(), app, userId });
    const { tab } = dashboard;
    await tab.getByText("Table", { exact: true }).first().click();
    const table = tab.locator(".headcount-table");
    const hidden = () =>
      table.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
    await expect.poll(hidden).toBeGreaterThan(100);
    expect(pageCount(await tab.pdf({ preferCSSPageSize: true }))).toBeLessThanOrEqual(2);
    await tab.emulateMedia({ media: "print" });
    // as wide as paper
    await tab.setViewportSize({ width: 688, height: 1_000 });
    expect(await hidden()).toBeLessThanOrEqual(1);
    const cut = await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    expect(cut, "no column is cut").toBeLessThanOrEqual(1);
  });

  const get = async (route: string, query: Record<string, string>): Promise<Response> => {
    const Cookie = await signIn(app.url, users.pro);
    const params = new URLSearchParams({ ...pages.ofPro, ...query });
    return fetch(`${app.url}api/analytics/${route}?${params}`, { headers: { Cookie } });
  };

  test.each([
    ["a month", { date_from: daysAgo(29) }],
    ["a year, drawn by day", { date_from: daysAgo(364), period: "daily" }],
    ["three years", { date_from: daysAgo(1_095), period: "monthly" }],
  ])("the report of %s has two pages at most", async (_name, query) => {
    const pdf = Buffer.from(await (await get("report.pdf", query)).arrayBuffer());
    expect(pageCount(pdf)).toBeLessThanOrEqual(2);
  });

  test.runIf(hasPoppler)(
    "the report is drawn, with its totals, what changed, and sources in words",
    async () => {
      const locale = "en-GB";
      const query = { date_from: daysAgo(29), compare_from: daysAgo(59), compare_to: daysAgo(30) };
      const { totals, compare } = (await (await get("time-series", query)).json()) as TimeSeries;
      const file = join(folder, "report.pdf");
      writeFileSync(file, Buffer.from(await (await get("report.pdf", query)).arrayBuffer()));

      const words = run("pdftotext", ["-layout", file, "-"]);
      expect(words).toContain("Canal loft with a roof terrace");
      expect(words).toContain(formatMeasure("views", totals.views, { locale }));
      const points = (count: string): string => `${count} pts`;
      for (const measure of ["views", "unique_visitors", "bounce_rate"] as const) {
        const change = compare?.change?.[measure];
        expect(words).toContain(formatMeasureChange(change, { locale, points }));
      }
      expect(words).toMatch(/Compared with .+ \d{4}, up to the same hour/);
      const { date_from } = query;
      const asked = { date_from, dimension: "source", limit: "8" };
      const { data } = (await (await get("breakdown", asked)).json()) as Breakdown;
      const sources = words.slice(words.indexOf("Top sources"), words.indexOf("Top visitors"));
      for (const { value, unique_visitors } of data) {
        expect(sources).toMatch(new RegExp(`${value ?? "Direct or unknown"} +${unique_visitors} `));
      }
      expect(words).toContain("Top visitors");
      expect(words).toContain("* Incomplete.");
      expect(words, "nothing is cut").not.toContain("…");
      run("pdftoppm", ["-r", "40", "-gray", "-f", "1", "-l", "1", file, join(folder, "report")]);
      expect(greyLevels(readFileSync(join(folder, firstPage())))).toBeGreaterThan(20);
    },
  );

  function firstPage(): string {
    return spawnSync("ls", [folder], { encoding: "utf8" })
      .stdout.split("\n")
      .find((name) => name.endsWith(".pgm")) as string;
  }
});

function daysAgo(count: number): string {
  return new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10);
}

function pageCount(pdf: Buffer): number {
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

function run(program: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stdout;
}

/** How many shades a picture has: an empty page has one. */
function greyLevels(picture: Buffer): number {
  return new Set(picture.subarray(15)).size;
}
