import axe from "axe-core";
import type { Page } from "playwright-core";

const looks = [
  ["light", 1440],
  ["dark", 375],
] as const;

/** What axe finds wrong with a page in the colours of day and night, wide and narrow; and how much wider than its window it is. */
export async function violationsOf(tab: Page): Promise<string[]> {
  const found: string[] = [];
  await tab.evaluate(axe.source);
  for (const [colorScheme, width] of looks) {
    await tab.emulateMedia({ colorScheme });
    await tab.setViewportSize({ width, height: 900 });
    const { violations } = await tab.evaluate(() =>
      window.axe.run({ resultTypes: ["violations"] }),
    );
    found.push(...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)));
    const overflow = await tab.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (overflow > 0) found.push(`${overflow} pixels wider than ${width}`);
  }
  return found;
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
