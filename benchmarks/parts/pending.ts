import type { Bench } from "../bench.ts";
import { readQuestions } from "../questions/read-questions.ts";
import type { EntityName } from "../results/measurement.ts";
import { showProgress } from "../show-progress.ts";
import { type Spread, spreadOf } from "../timing/spread.ts";
import { takeTurns } from "../timing/take-turns.ts";
import { assertRight } from "./assert-right.ts";
import { stageViews } from "./staged-views.ts";

const pendingViews = 5_000;
const asked = new Set(["365 daily points with totals", "top 100 visitors, all time"]);

interface Read {
  question: string;
  entity: EntityName;
  run: () => Promise<unknown>;
}

/** What a read costs on top while 5,000 changes of all entities are pending: the same reads without, with and without. */
export async function pending(bench: Bench): Promise<void> {
  const views = Math.min(pendingViews, Math.ceil(bench.size / 20));
  const staged = await stageViews(bench, { portions: 1, views, kind: "late" });
  const reads = readsOf(bench);

  showProgress("reads with nothing pending");
  const before = await measure(bench, reads);
  await staged.add(0);
  showProgress(`reads with ${views} changes pending`);
  const note = await checkLive(bench);
  const meanwhile = await measure(bench, reads);
  await bench.client.aggregate();
  const after = await measure(bench, reads);

  for (const [index, { question, entity }] of reads.entries()) {
    const [with_none, with_some, with_none_again] = [before[index], meanwhile[index], after[index]];
    if (with_none === undefined || with_some === undefined || with_none_again === undefined)
      continue;
    const cell = { part: "pending", entity, contender: "headcount", unit: "ms" } as const;
    bench.record({ ...cell, question: `${question}, nothing pending`, spread: with_none });
    bench.record({ ...cell, question: `${question}, ${views} pending`, spread: with_some, note });
    const base = (with_none.median + with_none_again.median) / 2;
    const onTop = Math.max(0, with_some.median - base);
    bench.record({ ...cell, question: `${question}, on top`, spread: spreadOf([onTop]) });
  }
  showProgress(`reads with ${views} changes pending: done\n`);
}

// An answer that has everything must be right; one that has not must say so.
async function checkLive(bench: Bench): Promise<string> {
  const { freshness } = await bench.client.getTimeSeries(bench.entities.typical);
  if (!freshness.live) return "not live";
  await assertRight(bench);
  return "live";
}

function readsOf({ contenders, entities, loaded }: Bench): Read[] {
  const headcount = contenders.find(({ name }) => name === "headcount");
  return (["big", "typical"] as const).flatMap((entity) =>
    readQuestions({ entity: entities[entity], date_to: loaded.date_to }).flatMap(
      ({ name, question }) => {
        const run = headcount?.asks(question);
        return run !== undefined && asked.has(name) ? [{ question: name, entity, run }] : [];
      },
    ),
  );
}

async function measure({ runs }: Bench, reads: readonly Read[]): Promise<(Spread | undefined)[]> {
  const runners = reads.map(({ run }, index) => ({ name: String(index), run }));
  const spreads = await takeTurns({ runners, rounds: 2 * runs });
  return runners.map(({ name }) => spreads.get(name));
}
