import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { letTimePass } from "../../../testing/browser/let-time-pass.ts";
import { pages, users, visitors } from "../testing/demo-pages.ts";
import { openDashboard } from "../testing/open-dashboard.ts";
import { startApp, type TestApp } from "../testing/start-app.ts";
import { violationsOf } from "../testing/violations-of.ts";

const notTheirs = `?entity=${pages.ofPro.entity_type}/${pages.ofPro.entity_id}`;

describeInChromium("Users of the dashboard", (chromium) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test("nobody is asked whom to be, and becomes it", async () => {
    await using dashboard = await openDashboard({ chromium: chromium(), app });
    const { tab } = dashboard;
    await tab.getByRole("button", { name: /Ines Carvalho/ }).click();
    await expect.poll(() => isShown(tab, "Canal loft with a roof terrace")).toBe(true);
    await tab.getByLabel("Demo account").selectOption({ label: "Signed out" });
    await expect.poll(() => isShown(tab, "Who viewed your pages?")).toBe(true);
  });

  test("an owner on Pro sees totals, a chart and visitors of the own pages", async () => {
    const userId = users.pro;
    await using dashboard = await openDashboard({ chromium: chromium(), app, userId });
    const { tab } = dashboard;
    await tab.locator(".headcount-time-chart svg").waitFor();
    await tab.locator(".headcount-visitor").first().waitFor();
    await tab.getByRole("button", { name: /Studio by the old harbour/ }).click();
    await expect.poll(() => isShown(tab, "Studio by the old harbour")).toBe(true);
    expect(new URL(tab.url()).searchParams.get("entity")).toMatch(/^listing\//);
    expect(await tab.getByRole("navigation").getByRole("button").count(), "and all").toBe(5);
  });

  test("an owner on Free sees how many in 30 days, and what Pro would show", async () => {
    const userId = users.free;
    await using dashboard = await openDashboard({ chromium: chromium(), app, userId });
    const { tab } = dashboard;
    await tab.locator(".headcount-time-chart svg").waitFor();
    await expect.poll(() => isShown(tab, "See who viewed your page with Pro")).toBe(true);
    const refused: string[] = [];
    tab.on("response", (response) => {
      if (response.status() === 402) refused.push(response.url());
    });
    await tab.getByLabel("90 days (Pro)").check({ force: true });
    await expect.poll(() => isShown(tab, "See your full history with Pro")).toBe(true);
    expect(refused, "what it knows is refused, it does not ask for").toEqual([]);
    await tab.getByRole("button", { name: "Try Pro" }).click();
    await expect.poll(() => isShown(tab, "Canal loft with a roof terrace")).toBe(true);
  });

  test("a stranger has no pages, and reads that another's are not theirs", async () => {
    const userId = users.stranger;
    await using dashboard = await openDashboard({ chromium: chromium(), app, userId });
    const { tab } = dashboard;
    await expect.poll(() => isShown(tab, "No pages yet")).toBe(true);
    await tab.getByRole("link", { name: "Open its stats" }).click();
    await expect.poll(() => isShown(tab, "You don't have access to this page")).toBe(true);
    expect(tab.url()).toContain(notTheirs);
  });

  test("an owner whose session has ended is asked to sign in again", async () => {
    await using dashboard = await openDashboard({
      chromium: chromium(),
      app,
      userId: users.pro,
      prepare: (context) => context.clock.install(),
    });
    const { tab, window } = dashboard;
    await tab.locator(".headcount-visitor").first().waitFor();
    await window.clearCookies();
    await letTimePass(tab.getByRole("heading", { name: "You're signed out" }));
    await tab.getByRole("button", { name: "Sign in" }).click();
    await expect.poll(() => isShown(tab, "Who viewed your pages?")).toBe(true);
  });

  test("the operator keeps less and every number stays, forgets visitors, takes somebody's data along and erases it", async () => {
    const userId = users.operator;
    await using dashboard = await openDashboard({ chromium: chromium(), app, userId });
    const { tab } = dashboard;
    const fact = (name: string) => tab.locator(`dt:text-is("${name}") + dd`);
    await expect.poll(() => fact("Page views kept").textContent()).toBe("All");
    expect(new URL(tab.url()).pathname, "who owns no page begins here").toBe("/settings");
    const counted = await fact("Views counted").textContent();

    await tab.getByLabel("Keep page views of the last").selectOption("35 days");
    await tab.getByText("It would delete").waitFor();
    await tab.getByRole("button", { name: /^Delete [\d,]+ page views$/ }).press("Enter");
    await tab.getByText(`Every number is the same as before: ${counted} views in all.`).waitFor();
    expect(await focused(tab)).toMatch(/^[\d,]+ page views deleted, from before /);
    await expect.poll(() => fact("Page views kept").textContent()).toMatch(/^From /);
    expect(await fact("Views counted").textContent()).toBe(counted);
    await tab.getByText("There are no page views from before").waitFor();

    await tab.getByLabel("not seen for").selectOption("35 days");
    await tab.getByText("It would forget").waitFor();
    await tab.getByRole("button", { name: "Forget them" }).press("Enter");
    await tab.getByText("Every number is the same as before").nth(1).waitFor();
    expect(await focused(tab)).toMatch(/^\d+ browsers and \d+ sessions forgotten$/);
    await expect.poll(() => fact("Visitors forgotten").textContent()).toMatch(/^Before /);
    await tab.getByText("There is nobody to forget").waitFor();

    await tab.getByLabel("Account", { exact: true }).selectOption({ label: visitors.often });
    const sentence = await tab.getByText(`Stored about ${visitors.often}`).textContent();
    expect(sentence).toMatch(/: \d+ views of \d pages in \d+ sessions, \d+ views of them pruned/);
    const downloading = tab.waitForEvent("download");
    await tab.getByRole("link", { name: "Download" }).click();
    const lines = (await readFile(await (await downloading).path(), "utf8")).trim().split("\n");
    expect(new Set(lines.map((line) => (JSON.parse(line) as { record: string }).record))).toEqual(
      new Set(["page_view", "day", "session"]),
    );
    await tab.getByLabel("Make anonymous.").check();
    await tab.getByRole("button", { name: `Make ${visitors.often} anonymous` }).press("Enter");
    await tab.getByText(/^Receipt [\da-f-]{36}: keep it/).waitFor();
    expect(await focused(tab)).toMatch(/^Quentin Haddad: \d+ views made anonymous$/);
    expect(await tab.getByText("Every number is the same as before").count(), "of all three").toBe(
      3,
    );
    await tab.getByText(`Nothing is stored about ${visitors.often}.`).waitFor();

    await tab.getByLabel("Account", { exact: true }).selectOption({ label: visitors.seldom });
    await tab.getByRole("button", { name: `Erase ${visitors.seldom}` }).press("Enter");
    await tab.getByText(`Views went from ${counted} to `).waitFor();
    expect(await violationsOf(tab)).toEqual([]);

    await tab.getByLabel("Demo account").selectOption({ index: 0 });
    await tab.getByRole("link", { name: "Perch" }).click();
    await tab
      .getByText(/^Some visitors last seen before .* count as new when they return$/)
      .waitFor();
  });
});

function focused(tab: Page): Promise<string | null> {
  return tab.locator(":focus").textContent();
}

function isShown(tab: Page, heading: string): Promise<boolean> {
  return tab.getByRole("heading", { name: heading }).isVisible();
}
