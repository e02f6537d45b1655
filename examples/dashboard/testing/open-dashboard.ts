import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { Chromium } from "../../../testing/browser/launch-chromium.ts";
import type { TestApp } from "./start-app.ts";

export interface OpenDashboardOptions {
  chromium: Chromium;
  app: Pick<TestApp, "url">;
  /** Nobody when left out. */
  userId?: string;
  /** What follows the address, like `?range=7d`. */
  path?: string;
  /** What is done with the window before the dashboard is opened in it. */
  prepare?: (window: BrowserContext) => Promise<unknown>;
  /** Of the window, for example its width and its colours. */
  window?: BrowserContextOptions;
}

/** A tab with the dashboard in it, in a window that shares no cookies with others. */
export interface OpenDashboard extends AsyncDisposable {
  tab: Page;
  window: BrowserContext;
}

/** Opens the dashboard as one of its users. */
export async function openDashboard(options: OpenDashboardOptions): Promise<OpenDashboard> {
  const { chromium, app, userId, path = "", prepare, window: windowOptions } = options;
  const window = await chromium.browser.newContext({
    viewport: { width: 1440, height: 900 },
    ...windowOptions,
  });
  if (userId !== undefined) {
    await window.request.post(`${app.url}api/session`, { data: { user_id: userId } });
  }
  await prepare?.(window);
  const tab = await window.newPage();
  await tab.goto(`${app.url}${path}`);
  return { tab, window, [Symbol.asyncDispose]: () => window.close() };
}
