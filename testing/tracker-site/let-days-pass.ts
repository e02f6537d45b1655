import type { Page } from "playwright-core";

/** As if so many days had passed since the tracker stored anything in this browser. */
export function letDaysPass(tab: Page, days: number): Promise<void> {
  return tab.evaluate((ms) => {
    const instants = { "headcount:session": "seen_at", "headcount:visitor": "made_at" };
    for (const [key, name] of Object.entries(instants)) {
      const stored = JSON.parse(localStorage.getItem(key) ?? "null") as Record<
        string,
        number
      > | null;
      if (stored === null) continue;
      localStorage.setItem(key, JSON.stringify({ ...stored, [name]: (stored[name] ?? 0) - ms }));
    }
  }, days * 86_400_000);
}
