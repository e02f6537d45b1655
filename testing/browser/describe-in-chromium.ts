import { afterAll, beforeAll, describe, inject } from "vitest";
import { type Chromium, launchChromium } from "./launch-chromium.ts";
import type { ChromiumOptions } from "./start-chromium.ts";

/**
 * Tests in a Chromium that is launched once for all of them, in files called `*.browser.test.ts`. They are skipped, and
 * the run says why, on machines without one.
 *
 * Tests share a profile but not an origin, when each of them serves its pages itself: a port of its own has a storage
 * of its own.
 *
 * @param body gets a function, because the browser is there only when tests run
 * @example
 * describeInChromium("The dashboard", (chromium) => {
 *   test("shows last month", async () => {
 *     await using site = await serveSite((request) => new Response("hello"));
 *     const tab = await chromium().window.newPage();
 *     await tab.goto(site.origin);
 *   });
 * });
 */
export function describeInChromium(
  name: string,
  body: (chromium: () => Chromium) => void,
  options: ChromiumOptions = {},
): void {
  const program = inject("chromium");
  describe.skipIf(program === null)(name, () => {
    let launched: Chromium | undefined;
    beforeAll(async () => {
      launched = await launchChromium(program ?? "", options);
    });
    afterAll(async () => {
      await launched?.close();
    });
    body(() => {
      if (launched === undefined) throw new Error("Chromium is there only while tests run.");
      return launched;
    });
  });
}
