import type { Bench } from "../bench.ts";
import { showProgress } from "../show-progress.ts";
import { spreadOf } from "../timing/spread.ts";
import { assertRight } from "./assert-right.ts";
import { stageViews } from "./staged-views.ts";

const portions = 3;

/** How many changes are folded in a second, in one connection: of new views, and of late ones. */
export async function folding(bench: Bench): Promise<void> {
  const views = Math.min(100_000, Math.ceil(bench.size / 10));
  await bench.client.aggregate();
  for (const kind of ["new", "late"] as const) {
    const staged = await stageViews(bench, { portions, views, kind });
    const rates: number[] = [];
    for (let portion = 0; portion < portions; portion += 1) {
      await staged.add(portion);
      showProgress(`folding ${views} ${kind} views, ${portion + 1} of ${portions}`);
      const { folded_changes, duration_ms } = await bench.client.aggregate();
      rates.push((1000 * folded_changes) / duration_ms);
    }
    bench.record({
      part: "folding",
      question: `folding ${views.toLocaleString("en-US")} ${kind} views`,
      entity: null,
      contender: "headcount",
      unit: "per s",
      spread: spreadOf(rates),
    });
    showProgress(`folding ${kind} views: done\n`);
  }
  await assertRight(bench);
}
