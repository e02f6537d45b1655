import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { letTimePass } from "../../../testing/browser/let-time-pass.ts";
import { users } from "../testing/demo-pages.ts";
import { type OpenDashboard, openDashboard } from "../testing/open-dashboard.ts";
import { startApp, type TestApp } from "../testing/start-app.ts";

describeInChromium("A dashboard whose server fails", (chromium) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  async function open(): Promise<OpenDashboard> {
    const dashboard = await openDashboard({ chromium: chromium(), app, userId: users.pro });
    await dashboard.tab.locator(".headcount-visitor").first().waitFor();
    return dashboard;
  }

  test("goes on showing what it has while the server is gone, and says so", async () => {
    await using dashboard = await open();
    const { tab, window } = dashboard;
    await tab.clock.install();
    await window.route("**/api/analytics/**", (route) => route.abort());
    await letTimePass(tab.getByText("Reconnecting…"));
    expect(await views(tab)).toMatch(/^[\d,]+$/);
    await window.unroute("**/api/analytics/**");
    await letTimePass(tab.getByText(/^\d+ here now$/));
  });

  test.each([
    [400, "This can't be shown", "Your pages"],
    [401, "You're signed out", "Sign in"],
    [403, "You don't have access to this page", "Your pages"],
    [501, "Couldn't load your stats", "Try again"],
  ])("says once what helps when the answer is %i", async (status, title, way) => {
    await using dashboard = await open();
    const { tab, window } = dashboard;
    await window.route("**/api/analytics/**", (route) => route.fulfill({ status, json: {} }));
    await tab.clock.install();
    await tab.reload();
    const trouble = tab.getByRole("alert");
    await letTimePass(trouble.getByRole("heading", { name: title }));
    expect(await trouble.count()).toBe(1);
    expect(await trouble.locator("a, button").allTextContents()).toEqual([way]);
    expect(await tab.locator(".headcount-visitors, .headcount-card").count()).toBe(0);
  });

  test("trying again asks for numbers and visitors", async () => {
    await using dashboard = await open();
    const { tab, window } = dashboard;
    await window.route("**/api/analytics/**", (route) => route.fulfill({ status: 501, json: {} }));
    await tab.clock.install();
    await tab.reload();
    const again = tab.getByRole("button", { name: "Try again" });
    await letTimePass(again);
    await window.unroute("**/api/analytics/**");
    await again.click();
    await tab.locator(".headcount-visitor").first().waitFor();
    expect(await views(tab)).toMatch(/^[\d,]+$/);
  });
});

async function views(tab: Page): Promise<string> {
  const box = tab.locator(".headcount-card").filter({ hasText: "Views" });
  return (await box.locator("dd").first().textContent()) ?? "";
}
