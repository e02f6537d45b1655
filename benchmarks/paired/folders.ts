import { setTimeout as sleep } from "node:timers/promises";
import { countText } from "../report/table.ts";
import { showProgress } from "../show-progress.ts";
import { spreadOf } from "../timing/spread.ts";
import { addViews } from "./folding.ts";
import type { Pair } from "./pair.ts";
import type { Side } from "./side.ts";

const rounds = 3;

/** How fast this checkout folds in the background, one folder and two at once in turns. */
export async function folders(pair: Pair): Promise<void> {
  const [, side] = pair.sides;
  const views = Math.min(200_000, Math.ceil(pair.size / 10));
  const ways = [
    { concurrency: 1, name: "one folder", rates: [] as number[] },
    { concurrency: 2, name: "two folders", rates: [] as number[] },
  ];
  const cell = { part: "folders", entity: null, contender: side.name, unit: "per s" } as const;
  const questionOf = (name: string): string => `${countText(views)} new views: ${name}`;
  for (let round = 1; round <= rounds; round += 1) {
    for (const { concurrency, name, rates } of ways) {
      showProgress(`folders, round ${round} of ${rounds}: ${name}`);
      // as autovacuum would: what was folded before is not to be looked through
      await side.pool.query(`vacuum ${queuesOf(side).join(", ")}`);
      await addViews(pair, { kind: "new", views });
      const start = performance.now();
      try {
        await side.driver.perform({ call: "start_folding", options: { concurrency } });
      } catch (error) {
        const note = `skipped: ${error instanceof Error ? error.message : String(error)}`;
        pair.record({ ...cell, question: questionOf(name), spread: null, note });
        showProgress(`folders: ${note}\n`);
        return;
      }
      while (await isAnythingPending(side)) await sleep(100);
      rates.push((1000 * views) / (performance.now() - start));
      await side.driver.perform({ call: "stop_folding" });
    }
  }
  for (const { name, rates } of ways) {
    pair.record({ ...cell, question: questionOf(name), spread: spreadOf(rates) });
  }
  showProgress("folders: done\n");
}

const queuesOf = ({ installation: { schema } }: Side): [string, string] => [
  `${schema}.page_view_changes`,
  `${schema}.entry_changes`,
];

// Status counts and samples what there is: it costs a part of a core, of which two folders have none to spare.
async function isAnythingPending(side: Side): Promise<boolean> {
  const [changes, entries] = queuesOf(side);
  const { rows } = await side.pool.query<{ pending: boolean }>(
    `select exists (select 1 from ${changes}) or exists (select 1 from ${entries}) as pending`,
  );
  return rows[0]?.pending ?? false;
}
