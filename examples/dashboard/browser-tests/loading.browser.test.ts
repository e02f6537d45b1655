import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../../../testing/browser/describe-in-chromium.ts";
import { pages, users } from "../testing/demo-pages.ts";
import { openDashboard } from "../testing/open-dashboard.ts";
import { startApp, type TestApp } from "../testing/start-app.ts";

const page = `${pages.ofPro.entity_type}/${pages.ofPro.entity_id}`;
const phone = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };
const desk = { viewport: { width: 1440, height: 900 } };

describeInChromium("The page, as it loads", (chromium) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test.each([
    ["a phone", phone, users.pro],
    ["a desk", desk, users.pro],
    ["a phone, on Free", phone, users.free],
    ["a desk, on Free", desk, users.free],
  ])("nothing jumps when answers arrive, on %s", async (_name, device, userId) => {
    await using dashboard = await openDashboard({
      chromium: chromium(),
      app,
      userId,
      window: device,
      prepare: async (context) => {
        await context.addInitScript(recordShifts);
        // each answer on its own, so that whatever moves the rest is seen to
        await context.route("**/api/analytics/time-series?*", async (route) => {
          await new Promise((resolve) => setTimeout(resolve, 300));
          await route.continue();
        });
      },
    });
    const { tab } = dashboard;
    await tab.locator(".headcount-time-chart svg").waitFor();
    await tab.locator(".headcount-visitor, .upgrade").first().waitFor();
    await tab.waitForTimeout(300);
    expect(await tab.evaluate(() => window.shifts)).toEqual([]);
  });

  test("a phone shows the chart without scrolling, and the chosen range", async () => {
    await using dashboard = await openDashboard({
      chromium: chromium(),
      app,
      userId: users.pro,
      path: "?range=12m",
      window: phone,
    });
    const { tab } = dashboard;
    await tab.locator(".headcount-time-chart svg").waitFor();
    const chart = await tab.getByRole("slider").first().boundingBox();
    expect((chart?.y ?? 1_000) + (chart?.height ?? 0)).toBeLessThanOrEqual(667);
    const chosen = await tab.locator(".headcount-range label:has(:checked)").boundingBox();
    expect(chosen?.x).toBeGreaterThanOrEqual(0);
    expect((chosen?.x ?? 400) + (chosen?.width ?? 0)).toBeLessThanOrEqual(375);
  });

  test("on a phone letters have 16 pixels, and everything to press has 44", async () => {
    await using dashboard = await openDashboard({
      chromium: chromium(),
      app,
      userId: users.free,
      window: phone,
    });
    const { tab } = dashboard;
    await tab.locator(".upgrade").waitFor();
    expect(await tab.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe(
      "16px",
    );
    expect(await tab.evaluate(() => getComputedStyle(document.body).fontSize)).toBe("16px");
    expect(await tab.evaluate(smallTargets)).toEqual([]);
    await using pro = await openDashboard({
      chromium: chromium(),
      app,
      userId: users.pro,
      window: phone,
    });
    await pro.tab.locator(".headcount-visitor").first().waitFor();
    expect(await pro.tab.evaluate(smallTargets)).toEqual([]);
    const lastSeen = await pro.tab
      .locator(".headcount-cell:nth-child(5)")
      .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().height));
    expect(Math.max(...lastSeen), "in one line").toBeLessThan(35);
  });

  test("a person who chose dark sees no flash of light", async () => {
    await using dashboard = await openDashboard({
      chromium: chromium(),
      app,
      window: { colorScheme: "light" },
      prepare: async (context) => {
        await context.addInitScript(() => localStorage.setItem("theme", "dark"));
        // the page's own script never comes: what is painted is what there is before it
        await context.route("**/assets/index-*.js", (route) => route.abort());
      },
    });
    const { tab } = dashboard;
    const background = await tab.evaluate(
      () => getComputedStyle(document.documentElement).backgroundColor,
    );
    expect(background).toBe("rgb(14, 16, 21)");
  });

  test("who asked for less motion has none", async () => {
    await using dashboard = await openDashboard({
      chromium: chromium(),
      app,
      userId: users.pro,
      window: { reducedMotion: "reduce" },
      prepare: (context) => context.route("**/api/analytics/**", () => undefined),
    });
    const { tab } = dashboard;
    await tab.locator(".headcount-canvas > .headcount-skeleton").first().waitFor();
    expect(await tab.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  test("scripts and styles are compressed", async () => {
    await using dashboard = await openDashboard({ chromium: chromium(), app });
    const { tab, window } = dashboard;
    const files = await tab.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("script[src], link[rel=stylesheet]")].map(
        (file) => file.getAttribute("src") ?? file.getAttribute("href") ?? "",
      ),
    );
    let large = 0;
    for (const file of files) {
      const response = await window.request.get(new URL(file, app.url).href);
      // what is smaller is not worth it
      if ((await response.body()).length < 1024) continue;
      large += 1;
      expect(response.headers()["content-encoding"]).toBe("gzip");
    }
    expect(large).toBeGreaterThan(1);
  });

  test("a public page loads nothing of the dashboard", async () => {
    await using dashboard = await openDashboard({ chromium: chromium(), app, path: page });
    const { tab } = dashboard;
    await tab.getByText("This page counts its views.").waitFor();
    const files = await tab.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name }) => name),
    );
    expect(files.filter((file) => /dashboard-.*\.(?:js|css)$/.test(file))).toEqual([]);
  });

  test("the title says what one looks at", async () => {
    await using dashboard = await openDashboard({ chromium: chromium(), app, userId: users.pro });
    const { tab } = dashboard;
    await expect.poll(() => tab.title()).toBe("Canal loft with a roof terrace · Perch");
    await tab.getByRole("button", { name: /Studio by the old harbour/ }).click();
    await expect.poll(() => tab.title()).toBe("Studio by the old harbour · Perch");
    await tab.goBack();
    await expect.poll(() => tab.title()).toBe("Canal loft with a roof terrace · Perch");
  });
});

function recordShifts(): void {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, sources } = entry as unknown as LayoutShift;
      const moved = sources.map(({ node }) => node?.parentElement?.className ?? "");
      window.shifts.push(`${value.toFixed(4)}: ${moved.join(", ")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** What can be pressed and is lower or narrower than a finger; links within a sentence may be. */
function smallTargets(): string[] {
  const all = [...document.querySelectorAll("a, button, select, summary, label, input")];
  return all
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ element, box }) => {
      const isHidden = box.width <= 1 || getComputedStyle(element).visibility === "hidden";
      // it has the size of its label
      const isInLabel = element.closest("label") !== null && element.tagName !== "LABEL";
      return !isHidden && !isInLabel && (box.height < 44 || box.width < 44);
    })
    .map(({ element, box }) => `${element.outerHTML.slice(0, 80)} ${box.width}x${box.height}`);
}

interface LayoutShift {
  value: number;
  sources: { node: Node | null }[];
}

declare global {
  interface Window {
    shifts: string[];
  }
}
