import type { Locator } from "playwright-core";

/**
 * Lets time pass faster in a tab until something is there: what a page waits for before it asks again is over soon
 * then. The tab needs `clock.install()` before.
 */
export async function letTimePass(sign: Locator): Promise<void> {
  const tab = sign.page();
  while ((await sign.count()) === 0) {
    // what was asked is answered in the time that really passes
    await tab.waitForTimeout(100);
    await tab.clock.fastForward(2_000);
  }
}
