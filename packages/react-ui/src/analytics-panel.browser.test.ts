import type { BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { openPanelSite, type PanelSite } from "../../../testing/panel-site/open-panel-site.ts";

describeInChromium("The components, in a page that has nothing else", (chromium) => {
  let served: PanelSite;
  beforeAll(async () => {
    served = await openPanelSite("panel");
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

  test("one line is a range, totals, a chart and the visitors", async () => {
    await using page = await open("/panel");
    const { tab } = page;
    await tab.locator(".headcount-visitor").first().waitFor();
    const cards = tab.locator(".headcount-card");
    await expect
      .poll(async () => (await cards.allTextContents()).slice(0, 2))
      .toEqual(["Views4–", "Unique visitorsUnique3–"]);
    expect(await tab.locator(".headcount-name strong").allTextContents()).toEqual([
      "Cleo",
      "Bob",
      "Ada",
    ]);
    await tab.getByLabel("7 days").check({ force: true });
    await tab.getByLabel("Table").first().check({ force: true });
    await tab.getByRole("rowheader", { name: "Total (each visitor counted once)" }).waitFor();
  });

  test("all of a type is one, with each visitor once", async () => {
    await using page = await open("/panel?type=listing&live");
    const { tab } = page;
    const unique = tab.locator(".headcount-card").nth(1);
    // three accounts, and seven sessions, of which six viewed two listings
    await expect.poll(() => unique.textContent()).toMatch(/^Unique visitorsUnique10/);
    const cleo = tab.locator(".headcount-visitor").filter({ hasText: "Cleo" });
    await cleo.getByRole("button", { name: "3 pages" }).click();
    await expect
      .poll(() => cleo.locator(".headcount-visits a").allTextContents())
      .toEqual(["Listing 10", "Listing 7", "Listing 8", "Listing 8", "Listing 8"]);
    await tab.setViewportSize({ width: 360, height: 700 });
    const hidden = await cleo
      .locator(".headcount-cell")
      .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).display === "none"));
    expect(hidden, "there is no room for the average time").toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
    await tab.getByRole("button", { name: "Organic search" }).waitFor();
    await tab.getByText(/^\d here now$/).waitFor();
  });

  test("says what changed since as many days before, and a year before of twelve months", async () => {
    await using page = await open("/panel?id=8");
    const { tab } = page;
    const views = tab.locator(".headcount-card").first();
    await expect.poll(() => views.textContent()).toBe("Views6+50%");
    const compared = tab.locator(".headcount-compared");
    const isoDay = (daysAgo: number): string =>
      new Date(Date.now() - daysAgo * 86_400_000).toISOString();
    const date = (iso: string): string =>
      new Date(iso).toLocaleDateString("en-US", {
        month: "short",
        day: "numeric",
        timeZone: "UTC",
      });
    expect(await compared.textContent()).toContain(`vs. ${date(isoDay(59))}`);
    await tab.getByLabel("12 months").check({ force: true });
    await expect.poll(() => views.textContent()).toBe("Views10–");
    await expect.poll(() => compared.textContent()).toMatch(/^Nothing to compare with: no views /);
  });

  test("German words come with German dates", async () => {
    await using page = await open("/panel?german");
    const { tab } = page;
    await tab.locator(".headcount-visitor").first().waitFor();
    await tab.getByLabel("Letzter Tag").waitFor({ state: "detached" });
    expect(await tab.locator(".headcount-card dt").first().textContent()).toBe("Aufrufe");
    const text = (await tab.locator(".headcount").textContent()) ?? "";
    for (const english of ["Views", "Visitors", "Export ", "Chart", "days"]) {
      expect(text).not.toContain(english);
    }
    const month = new Date().toLocaleDateString("de", { month: "short", timeZone: "UTC" });
    expect(await tab.locator(".headcount-range-text").textContent()).toContain(month);
  });

  test("what a server rendered fits, whatever language the reader has", async () => {
    await using page = await open("/panel?rendered", { locale: "de-DE" });
    const { tab } = page;
    await tab.locator(".headcount-visitor").first().waitFor();
    const month = new Date().toLocaleDateString("de", { month: "short", timeZone: "UTC" });
    await expect
      .poll(() => tab.locator(".headcount-range-text").textContent())
      .toContain(` ${month}`);
    expect(await tab.title()).toBe("Stats");
  });

  test("a CSV of the numbers is downloaded", async () => {
    await using page = await open("/panel");
    const { tab } = page;
    await tab.locator(".headcount-visitor").first().waitFor();
    await tab.getByText("Export", { exact: true }).click();
    const downloading = tab.waitForEvent("download");
    await tab.getByRole("button", { name: "Numbers (CSV)" }).click();
    expect((await downloading).suggestedFilename()).toMatch(/^views-daily-[\d-]+-to-[\d-]+\.csv$/);
    expect(await tab.locator("details").getAttribute("open"), "a choice closes it").toBeNull();
  });

  test("slots stand where the plan shows nothing, and neither is asked for", async () => {
    const asked: string[] = [];
    await using page = await open("/slots");
    const { tab } = page;
    tab.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await tab.getByText("Upgrade for the range").waitFor();
    await tab.getByLabel("7 days").check({ force: true });
    await tab.getByText("Upgrade for the visitors").waitFor();
    await expect.poll(() => tab.locator(".of-the-host").count()).toBe(1);
    await tab.getByText("Upgrade for the whereFrom").waitFor();
    expect(asked.filter((path) => /visitors|breakdown/.test(path))).toEqual([]);
  });

  test("slots say what is wrong, and what is empty", async () => {
    await using page = await open("/slots?id=none");
    const { tab } = page;
    await tab.getByLabel("7 days").check({ force: true });
    await tab.getByText("Nothing for the chart").waitFor();
    const window = tab.context();
    await window.route("**/time-series*", (route) => route.fulfill({ status: 404, json: {} }));
    await tab.getByLabel("Today").check({ force: true });
    const again = tab.getByRole("button", { name: "Again after 404" });
    await again.waitFor();
    await window.unroute("**/time-series*");
    await again.click();
    await expect.poll(() => tab.getByText("Nothing for the chart").count()).toBe(1);
  });

  test("pages stand beside each other with their totals", async () => {
    await using page = await open("/list");
    const { tab } = page;
    await expect
      .poll(() => tab.locator("tbody tr").allTextContents())
      .toEqual(["The seventh4–3–––", "Another one0–0–––", "The eighth6+50%3+200%––"]);
    expect(await tab.locator("tbody svg path").count(), "a line for each").toBe(6);
    expect(await tab.locator(".headcount-compared").textContent()).toMatch(/^vs\. /);
    await tab.getByLabel("7 days").check({ force: true });
    await expect.poll(() => tab.locator("tbody tr").nth(2).textContent()).toBe("The eighth6–3–––");
  });

  test("pages that are viewed most are listed by what is chosen, or those that trend", async () => {
    await using page = await open("/top");
    const { tab } = page;
    const rows = tab.locator("tbody tr");
    await expect
      .poll(async () => (await rows.allTextContents()).slice(0, 2))
      .toEqual(["Listing 117–7–", "Listing 126–10–"]);
    const widths = await tab
      .locator(".headcount-share")
      .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
    expect((widths[0] ?? 0) / (widths[1] ?? 1)).toBeCloseTo(7 / 6);
    await tab.getByLabel("Views").check({ force: true });
    await expect.poll(async () => (await rows.allTextContents())[0]).toMatch(/^Listing 12/);
    await tab.getByLabel("Trending").check({ force: true });
    await expect
      .poll(() => rows.locator("th").allTextContents())
      .toEqual(["Listing 12", "Listing 11New"]);
    await tab.getByText(/^More visitors than usual on /).waitFor();
    await tab.getByLabel("Today").check({ force: true });
    await tab.getByText("Nothing trends").waitFor();
  });

  test("says where visitors came from, and of how many views that is recorded", async () => {
    await using page = await open("/panel?id=10");
    const { tab } = page;
    const panel = tab.getByRole("region", { name: "Where from" });
    const rows = panel.locator("tbody tr");
    await expect
      .poll(() => rows.allTextContents())
      .toEqual(["Organic search2266.7%", "Email1133.3%", "Other sites1133.3%", "Unknown1133.3%"]);
    await panel.getByText("Recorded for 4 of 5 views.").waitFor();
    const widths = await panel
      .locator(".headcount-share")
      .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
    expect((widths[0] ?? 0) / (widths[1] ?? 1), "bars are as long as their shares").toBeCloseTo(2);
    await panel.getByRole("button", { name: "Organic search" }).press("Enter");
    await expect.poll(() => rows.allTextContents()).toEqual(["Google22100.0%"]);
    expect(await panel.evaluate((region) => region === document.activeElement)).toBe(true);
    await panel.getByRole("button", { name: "Google" }).click();
    await expect.poll(() => rows.allTextContents()).toEqual(["google.com22100.0%"]);
    await panel.getByRole("button", { name: "Source: Google" }).click();
    await expect.poll(() => rows.count()).toBe(3);
    await panel.getByLabel("Campaign").check({ force: true });
    await expect
      .poll(() => rows.allTextContents())
      .toEqual(["<b>autumn</b>1133.3%", "None2466.7%"]);
    await tab.context().route("**/breakdown*", (route) => route.fulfill({ status: 402, json: {} }));
    await panel.getByLabel("Source").check({ force: true });
    await tab.getByText("See where people came from with Pro").waitFor();
  });

  test("says who is here now, and what a visitor is", async () => {
    await served.host.database.pool.query(
      "insert into page_views (entity_type, entity_id, session_id) values ('listing', '9', 'now')",
    );
    await using page = await open("/panel?id=9&live");
    const { tab } = page;
    await tab.getByText("1 here now").waitFor();
    const note = tab.getByText("a visit: people who come back later count again.");
    await expect.poll(() => note.count()).toBe(1);
  });
});
