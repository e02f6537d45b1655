import type { Bench } from "../bench.ts";
import { explainCall } from "../server/explain-call.ts";
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
    await explainBatch(bench, kind);
    showProgress(`folding ${kind} views: done\n`);
  }
  await assertRight(bench);
}

async function explainBatch(bench: Bench, kind: "new" | "late"): Promise<void> {
  const views = Math.min(20_000, Math.ceil(bench.size / 50));
  const staged = await stageViews(bench, { portions: 2, views, kind });
  let portion = 0;
  const statements = await explainCall(bench.pool.options, async (client) => {
    await staged.add(portion);
    portion += 1;
    await client.aggregate();
  });
  const question = `folding ${views.toLocaleString("en-US")} ${kind} views`;
  for (const statement of statements) bench.explain({ question, ...statement });
}
