import { stageViews } from "../parts/staged-views.ts";
import { clientCall } from "../questions/client-call.ts";
import { readQuestions } from "../questions/read-questions.ts";
import { countText } from "../report/table.ts";
import { showProgress } from "../show-progress.ts";
import { type Folded, foldToEmpty } from "./fold-to-empty.ts";
import { differenceOf, type Pair, type Row, recordEach } from "./pair.ts";
import type { Side } from "./side.ts";
import { size } from "./size.ts";

const maxRounds = 3;
const batch = 20_000;
const kinds = ["new", "late"] as const;

/** How many views, of which kind, are folded at once. */
interface Portion {
  kind: "new" | "late";
  views: number;
  afterCheckpoint: boolean;
}

/**
 * Folds half as many views again as there are, new and late ones, on one connection: how fast, with how much of the
 * processor and of the log; and how large the rollups are afterwards.
 */
export async function folding(pair: Pair, part: "folding" | "partitions"): Promise<void> {
  const rounds = Math.min(maxRounds, pair.runs);
  const few = Math.min(batch, Math.ceil(pair.size / 50));
  const many = Math.floor(pair.size / 4 / rounds) - few;
  const folded: Noted[] = [];
  for (const afterCheckpoint of [false, true]) {
    const views = afterCheckpoint ? few : many;
    const portions = kinds.map((kind) => ({ kind, views, afterCheckpoint }));
    const own = portions.map((portion): Noted => ({ part, portion, rounds: [] }));
    for (let round = 1; round <= rounds; round += 1) {
      for (const { portion, rounds: measured } of own) {
        showProgress(`folding, round ${round} of ${rounds}: ${nameOf(portion)}`);
        measured.push(await foldPortion(pair, portion));
      }
      // as autovacuum would, when a fifth has changed
      if (!afterCheckpoint) await vacuum(pair);
    }
    folded.push(...own);
  }
  await vacuum(pair);
  const difference = await differenceOfAnswers(pair);
  for (const each of folded) note(pair, { ...each, difference });
  if (part === "folding") await size(pair, "after 50 % more was folded");
  showProgress("folding: done\n");
}

async function vacuum({ sides }: Pair): Promise<void> {
  for (const { pool } of sides) await pool.query("vacuum analyze");
}

function nameOf({ kind, views, afterCheckpoint }: Portion): string {
  return `${countText(views)} ${kind} views${afterCheckpoint ? ", right after a checkpoint" : ""}`;
}

async function foldPortion(pair: Pair, portion: Portion): Promise<Map<Side, Folded>> {
  await addViews(pair, portion);
  // one for both: each side's pages are changed for the first time since by that side
  if (portion.afterCheckpoint) await pair.sides[0].pool.query("checkpoint");
  const folded = new Map<Side, Folded>();
  for (const side of pair.sides) folded.set(side, await foldToEmpty(side));
  return folded;
}

/** Adds the same page views to both. */
export async function addViews(
  { sides, size: total, shape, takeRows }: Pair,
  { kind, views }: Pick<Portion, "kind" | "views">,
): Promise<void> {
  const first = takeRows(views);
  for (const { pool } of sides) {
    const options = { kind, views, portions: 1 };
    const staged = await stageViews({ pool, size: total, shape, takeRows: () => first }, options);
    await staged.add(0);
  }
}

// A checkout that folds faster and counts otherwise is no faster.
async function differenceOfAnswers(pair: Pair): Promise<string | undefined> {
  for (const entity of Object.values(pair.entities)) {
    for (const { question } of readQuestions({ entity, date_to: pair.loaded.date_to })) {
      const call = clientCall(question);
      const difference = call && (await differenceOf(pair, () => call));
      if (difference !== undefined) return `${difference} afterwards`;
    }
  }
  return undefined;
}

interface Noted {
  part: Row["part"];
  portion: Portion;
  rounds: Map<Side, Folded>[];
}

function note(
  pair: Pair,
  { part, portion, rounds, difference }: Noted & { difference: string | undefined },
): void {
  const question = nameOf(portion);
  const { views } = portion;
  const row = { part, entity: null } as const;
  const of = (valueOf: (folded: Folded) => number | undefined) => (side: Side) =>
    rounds.flatMap((round) => {
      const folded = round.get(side);
      return (folded && valueOf(folded)) ?? [];
    });
  recordEach(
    pair,
    { ...row, question, unit: "per s" },
    { valuesOf: of(({ ms }) => (1000 * views) / ms), note: difference },
  );
  recordEach(
    pair,
    { ...row, question: `${question}: CPU`, unit: "µs per change" },
    { valuesOf: of(({ cpuMs }) => cpuMs && (1000 * cpuMs) / views) },
  );
  recordEach(
    pair,
    { ...row, question: `${question}: WAL`, unit: "bytes per change" },
    { valuesOf: of(({ walBytes }) => walBytes / views) },
  );
}
