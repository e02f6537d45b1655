import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { type ChromiumOptions, startChromium } from "./start-chromium.ts";

/** A Chromium with a profile of its own. */
export interface Chromium extends AsyncDisposable {
  browser: Browser;
  /** Its window: a tab behind another one is hidden, only one has the focus, and going back is as fast as for users. */
  window: BrowserContext;
  close(): Promise<void>;
}

/**
 * Launches a Chromium that treats pages as it does for users, and takes orders from Playwright.
 *
 * `chromium.launch` of Playwright would not: it keeps every page visible and focused, and turns the back/forward cache
 * off.
 *
 * @example
 * await using chromium = await launchChromium("/usr/bin/chromium");
 * const tab = await chromium.window.newPage();
 */
export async function launchChromium(
  program: string,
  options: ChromiumOptions = {},
): Promise<Chromium> {
  const { endpoint, close } = await startChromium(program, options);
  try {
    const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
    const [window] = browser.contexts();
    if (window === undefined) throw new Error(`${program} opened no window.`);
    return { browser, window, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
