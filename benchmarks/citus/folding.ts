import { stageViews } from "../parts/staged-views.ts";
import { countText } from "../report/table.ts";
import { watchProcessors } from "../server/watch-processors.ts";
import { showProgress } from "../show-progress.ts";
import { spreadOf } from "../timing/spread.ts";
import type { Cluster } from "./cluster.ts";
import { compareStored } from "./equality.ts";
import type { Side } from "./sides.ts";

const maxRounds = 3;
const kinds = ["new", "late"] as const;

interface Folded {
  side: Side;
  /** Page views a second, by the clock. */
  rate: number;
  /** Microseconds of the processor for each page view, of the server that took most; undefined where that cannot be read. */
  busiest: number | undefined;
  /** Of all servers. */
  all: number | undefined;
}

/** How fast the same new and late views are folded on one Postgres, by one worker and by all, one after the other; in the end all is compared. */
export async function folding(cluster: Cluster): Promise<void> {
  const rounds = Math.min(maxRounds, cluster.runs);
  const views = Math.min(100_000, Math.ceil(cluster.size / 3));
  for (const kind of kinds) {
    const folded: Folded[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      await addViews(cluster, { kind, views });
      for (const { pool } of cluster.sides) await pool.query("vacuum analyze");
      // who comes last finds a machine that has worked for longer
      const order = round % 2 === 1 ? cluster.sides : cluster.sides.toReversed();
      for (const side of order) {
        showProgress(`folding ${kind} views, round ${round} of ${rounds}: ${side.name}`);
        folded.push(await fold(side, views));
      }
    }
    note(cluster, `${countText(views)} ${kind} views`, folded);
    showProgress(`folding ${kind} views: done\n`);
  }
  await compareStored(cluster);
}

async function addViews(
  { sides, size, shape, takeRows }: Cluster,
  { kind, views }: { kind: "new" | "late"; views: number },
): Promise<void> {
  const first = takeRows(views);
  for (const { pool } of sides) {
    const options = { kind, views, portions: 1 };
    const staged = await stageViews({ pool, size, shape, takeRows: () => first }, options);
    await staged.add(0);
  }
}

async function fold(side: Side, views: number): Promise<Folded> {
  const processors = watchProcessors(side.database);
  const start = performance.now();
  const { folded_changes } = await side.client.aggregate();
  const ms = performance.now() - start;
  const servers = processors.stop();
  if (folded_changes !== views) {
    throw new Error(`${side.name} folded ${folded_changes} changes of ${views}.`);
  }
  const perView = (milliseconds: number): number | undefined =>
    servers.length === 0 ? undefined : (1000 * milliseconds) / views;
  return {
    side,
    rate: (1000 * views) / ms,
    busiest: perView(Math.max(...servers)),
    all: perView(servers.reduce((sum, used) => sum + used, 0)),
  };
}

function note({ sides, record }: Cluster, name: string, folded: readonly Folded[]): void {
  const rows = [
    { question: name, unit: "per s", valueOf: ({ rate }: Folded) => rate },
    {
      question: `${name}: CPU of the busiest server`,
      unit: "µs per change",
      valueOf: ({ busiest }: Folded) => busiest,
    },
    {
      question: `${name}: CPU of all servers`,
      unit: "µs per change",
      valueOf: ({ all }: Folded) => all,
    },
  ] as const;
  for (const { question, unit, valueOf } of rows) {
    for (const side of sides) {
      const values = folded.flatMap((one) => (one.side === side ? (valueOf(one) ?? []) : []));
      if (values.length === 0) continue;
      const cell = { part: "folding", question, entity: null, contender: side.name, unit } as const;
      record({ ...cell, spread: spreadOf(values) });
    }
  }
}
