import type { Page } from "playwright-core";

/** Leaves the page for another one of its site, as a click on a link does. */
export async function followLink(tab: Page, path: string): Promise<void> {
  await tab.evaluate((to) => void setTimeout(() => location.assign(to)), path);
  await tab.waitForURL(`**${path}`);
}
