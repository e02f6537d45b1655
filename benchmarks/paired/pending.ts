import { type ClientCall, clientCall } from "../questions/client-call.ts";
import { daysBefore, readQuestions } from "../questions/read-questions.ts";
import { countText } from "../report/table.ts";
import type { EntityName } from "../results/measurement.ts";
import { showProgress } from "../show-progress.ts";
import { type Spread, spreadOf } from "../timing/spread.ts";
import { takeTurns } from "../timing/take-turns.ts";
import { foldToEmpty } from "./fold-to-empty.ts";
import { addViews } from "./folding.ts";
import { differenceOf, noteOf, type Pair, timeOfCall } from "./pair.ts";
import type { SideName } from "./side.ts";

interface Read {
  name: string;
  entity: EntityName;
  call: ClientCall;
}

const timed = new Set(["365 daily points with totals", "top 100 visitors, all time"]);

/** What reads cost on top while 5,000 changes are pending, a tenth of them the big entity's: without, with, and without again. */
export async function pending(pair: Pair): Promise<void> {
  const views = Math.min(5_000, Math.ceil(pair.size / 20));
  const reads = (["big", "typical"] as const).flatMap((entity) => readsOf(pair, entity));
  showProgress("reads with nothing pending");
  const before = await measure(pair, reads);
  await addViews(pair, { kind: "late", views });
  showProgress(`reads with ${countText(views)} changes pending`);
  const notes = await Promise.all(reads.map(({ call }) => differenceOf(pair, () => call)));
  const during = await measure(pair, reads);
  for (const side of pair.sides) await foldToEmpty(side);
  const after = await measure(pair, reads);

  for (const [index, { name, entity }] of reads.entries()) {
    for (const { name: contender } of pair.sides) {
      const [idle, busy, again] = [before, during, after].map((m) => m[index]?.get(contender));
      if (idle === undefined || busy === undefined || again === undefined) continue;
      const record = (what: string, spread: Spread): void => {
        const cell = { part: "pending", question: `${name}, ${what}`, entity, unit: "ms" } as const;
        pair.record({ ...cell, contender, spread, ...noteOf(contender, notes[index]) });
      };
      record("nothing pending", idle);
      record(`${countText(views)} pending`, busy);
      record("on top", spreadOf([Math.max(0, busy.median - (idle.median + again.median) / 2)]));
    }
  }
  showProgress(`reads with ${countText(views)} changes pending: done\n`);
}

function readsOf({ entities, loaded: { date_to } }: Pair, name: EntityName): Read[] {
  const entity = entities[name];
  const common = readQuestions({ entity, date_to }).flatMap((named) => {
    const call = clientCall(named.question);
    return call === undefined || !timed.has(named.name) ? [] : { name: named.name, call };
  });
  const hourly = {
    ...entity,
    date_from: daysBefore(date_to, 6),
    date_to,
    period: "hourly",
  } as const;
  return [
    {
      name: "168 hourly points with totals",
      call: { method: "getTimeSeries", query: hourly } as const,
    },
    ...common,
  ].map((read) => ({ ...read, entity: name }));
}

async function measure(pair: Pair, reads: readonly Read[]): Promise<Map<SideName, Spread>[]> {
  const measured: Map<SideName, Spread>[] = [];
  for (const { call } of reads) {
    const runners = pair.sides.map((side) => ({
      name: side.name,
      time: () => timeOfCall(side, call),
    }));
    measured.push(await takeTurns({ runners, rounds: 2 * pair.runs, warm: true }));
  }
  return measured;
}
