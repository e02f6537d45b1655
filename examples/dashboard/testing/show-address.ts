import type { Page } from "playwright-core";

/** Shows what another address of the dashboard shows, as a link in it does: without loading the page anew. */
export async function showAddress(tab: Page, path: string): Promise<void> {
  await tab.evaluate((address) => history.pushState(null, "", `/${address}`), path);
  await tab.locator(".headcount-chart[aria-busy=false]").waitFor();
}
