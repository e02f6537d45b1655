import type { Bench } from "../bench.ts";
import { type NamedQuestion, readQuestions } from "../questions/read-questions.ts";
import type { EntityName } from "../results/measurement.ts";
import { showProgress } from "../show-progress.ts";
import { type Spread, spreadOf } from "../timing/spread.ts";
import { takeTurns } from "../timing/take-turns.ts";
import { assertRight } from "./assert-right.ts";
import { explainQuestion } from "./explain-question.ts";
import { stageViews } from "./staged-views.ts";

const pendingViews = 5_000;
const timed = new Set(["365 daily points with totals", "top 100 visitors, all time"]);

interface Read extends NamedQuestion {
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
  const during = await measure(bench, reads);
  await explain(bench, reads);
  await bench.client.aggregate();
  const after = await measure(bench, reads);

  for (const [index, { name, entity }] of reads.entries()) {
    const [idle, busy, again] = [before[index], during[index], after[index]];
    if (idle === undefined || busy === undefined || again === undefined) continue;
    const onTop = Math.max(0, busy.median - (idle.median + again.median) / 2);
    const cell = { part: "pending", entity, contender: "headcount", unit: "ms" } as const;
    bench.record({ ...cell, question: `${name}, nothing pending`, spread: idle });
    bench.record({ ...cell, question: `${name}, ${views} pending`, spread: busy, note });
    bench.record({ ...cell, question: `${name}, on top`, spread: spreadOf([onTop]) });
  }
  showProgress(`reads with ${views} changes pending: done\n`);
}

function readsOf({ contenders, entities, loaded }: Bench): Read[] {
  const headcount = contenders.find(({ name }) => name === "headcount");
  return (["big", "typical"] as const).flatMap((entity) =>
    readQuestions({ entity: entities[entity], date_to: loaded.date_to }).flatMap((named) => {
      const run = headcount?.asks(named.question);
      return run !== undefined && timed.has(named.name) ? [{ ...named, entity, run }] : [];
    }),
  );
}

async function measure({ runs }: Bench, reads: readonly Read[]): Promise<(Spread | undefined)[]> {
  const runners = reads.map(({ run }, index) => ({ name: String(index), run }));
  const spreads = await takeTurns({ runners, rounds: 2 * runs, warm: true });
  return runners.map(({ name }) => spreads.get(name));
}

// An answer that has everything must be right; one that has not must say so.
async function checkLive(bench: Bench): Promise<string> {
  const { freshness } = await bench.client.getTimeSeries(bench.entities.typical);
  if (!freshness.live) return "not live";
  await assertRight(bench);
  return "live";
}

async function explain(bench: Bench, reads: readonly Read[]): Promise<void> {
  for (const { name, question, entity } of reads) {
    if (entity !== "big") continue;
    await explainQuestion(bench, { name: `${name}, while changes are pending`, question });
  }
}
