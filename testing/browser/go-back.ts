import type { Page } from "playwright-core";

/**
 * Goes back in the tab's history and waits for the address.
 *
 * `goBack` of Playwright waits for a load, which a page from the back/forward cache does not have.
 */
export async function goBack(tab: Page, path: string): Promise<void> {
  await tab.evaluate(() => void setTimeout(() => history.back()));
  while (new URL(tab.url()).pathname !== path) await tab.waitForTimeout(10);
}
